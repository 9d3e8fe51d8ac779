#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/read_shapes.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/pricing/usage_fields.hpp"

namespace breakeven::pricing {
namespace {

using enum BillingUnit;
using Type = Field::Type;
using Count = std::optional<std::int64_t>;

Error refuse(std::string message) {
  return Error{ErrorCode::invalid_argument, "usage: " + std::move(message), {}};
}

std::string number(std::int64_t n) { return std::to_string(n); }

/// A count under one of two spellings that must not contradict each other.
Result<Count> either(Fields::Ref object, std::string_view key, std::string_view twin) {
  BREAKEVEN_TRY(const Count a, optional_count(object, key));
  BREAKEVEN_TRY(const Count b, optional_count(object, twin));
  if (a && b && *a != *b) {
    return refuse("expected " + std::string(key) + " and " + std::string(twin) +
                  " to be equal, found " + number(*a) + " and " + number(*b));
  }
  return a ? a : b;
}

/// `first` holds what `from`, the last event of a stream, may leave out.
Result<Usage> anthropic_entry(Fields::Ref from, Fields::Ref first = {}) {
  Usage usage;
  const auto source = [&](std::string_view key) { return from[key].set() ? from : first; };
  const auto count = [&](std::string_view key) { return optional_count(source(key), key); };
  BREAKEVEN_TRY(const std::int64_t fresh,
                count_of(source("input_tokens")["input_tokens"], "input_tokens"));
  BREAKEVEN_TRY(const Count out, count("output_tokens"));
  BREAKEVEN_TRY(const Count read, count("cache_read_input_tokens"));
  BREAKEVEN_TRY(Count write, count("cache_creation_input_tokens"));
  const Fields::Ref ttl = source("cache_creation")["cache_creation"];
  BREAKEVEN_TRY(const Count five, optional_count(ttl, "ephemeral_5m_input_tokens"));
  BREAKEVEN_TRY(const Count hour, optional_count(ttl, "ephemeral_1h_input_tokens"));
  BREAKEVEN_TRY(const Count thinking,
                optional_count(from["output_tokens_details"], "thinking_tokens"));
  const std::int64_t by_ttl = five.value_or(0) + hour.value_or(0);
  if (!write && by_ttl > 0) write = by_ttl;
  if (const std::int64_t whole = write.value_or(0); by_ttl > 0 && by_ttl != whole) {
    return refuse("expected cache_creation to add up to cache_creation_input_tokens " +
                  number(whole) + ", found " + number(by_ttl));
  }
  Counts& counts = usage.counts;
  counts.set(BillingUnit::input, fresh + read.value_or(0) + write.value_or(0));
  counts.set(BillingUnit::output, out.value_or(0));
  set_reported(counts, cache_read, read);
  set_reported(counts, cache_write, write);
  set_reported(counts, cache_write_5m, five);
  set_reported(counts, cache_write_1h, hour);
  set_reported(counts, output_reasoning, thinking);
  return usage;
}

/// Compaction and advisor entries are not in the top level and may name another model; entries of
/// type "message" are what the top level adds up.
Status anthropic_iterations(Fields::Ref list, Usage& usage) {
  if (!list.is(Type::array)) return {};
  std::vector<Usage> outside;
  std::int64_t all_input = 0;
  std::int64_t all_output = 0;
  std::int64_t inside_input = 0;
  std::int64_t inside_output = 0;
  for (Fields::Ref entry = list.first(); entry.there(); entry = entry.next()) {
    if (!entry.is(Type::object)) return refuse("expected iterations to hold objects");
    BREAKEVEN_TRY(Usage one, anthropic_entry(entry));
    const std::string_view type = entry["type"].text();
    all_input += one.counts[BillingUnit::input];
    all_output += one.counts[BillingUnit::output];
    if (type == "message" || type.empty()) {
      inside_input += one.counts[BillingUnit::input];
      inside_output += one.counts[BillingUnit::output];
      continue;
    }
    one.model = entry["model"].text();
    one.mode = usage.mode;
    one.residency = usage.residency;
    one.counts.set(requests, 0);
    outside.push_back(std::move(one));
  }
  const std::int64_t top_input = usage.counts[BillingUnit::input];
  const std::int64_t top_output = usage.counts[BillingUnit::output];
  const bool all_inside = all_input == top_input && all_output == top_output &&
                          (inside_input != top_input || inside_output != top_output);
  if (!all_inside) usage.nested = std::move(outside);
  return {};
}

struct Modality {
  std::string_view name;
  BillingUnit input;
  BillingUnit cached;
  BillingUnit output;
};

constexpr std::array<Modality, 5> kModalities{{
    {"TEXT", input_text, cache_text_read, output_text},
    {"AUDIO", input_audio, cache_audio_read, output_audio},
    {"IMAGE", input_image, cache_image_read, output_image},
    {"DOCUMENT", input_image, cache_image_read, output_image},
    {"VIDEO", input_video, cache_video_read, output_video},
}};

/// Adds a list of {modality, tokenCount} to the units that `unit_of` names.
template <class UnitOf>
Status google_details(Fields::Ref list, UnitOf unit_of, Usage& usage) {
  if (!list.is(Type::array)) return {};
  for (Fields::Ref entry = list.first(); entry.there(); entry = entry.next()) {
    BREAKEVEN_TRY(const Count count, either(entry, "tokenCount", "token_count"));
    if (!count || *count == 0) continue;
    const std::string_view name = entry["modality"].text();
    const auto known = std::ranges::find(kModalities, name, &Modality::name);
    if (known == kModalities.end()) {
      usage.warnings.push_back("modality \"" + std::string(name.substr(0, 40)) +
                               "\" is not known: billed as the whole it is part of");
      continue;
    }
    usage.counts.add(unit_of(*known), *count);
  }
  return {};
}

void drop_if_above(Counts& counts, BillingUnit part, std::int64_t others, BillingUnit whole) {
  if (counts.has(part) && counts[part] + others > counts[whole]) {
    counts.set(part, std::max<std::int64_t>(0, counts[whole] - others));
  }
}

}  // namespace

void set_reported(Counts& counts, catalog::BillingUnit unit, Count count) {
  if (count && *count > 0) counts.set(unit, *count);
}

Result<std::optional<std::int64_t>> optional_count(Fields::Ref object, std::string_view key) {
  const Fields::Ref field = object[key];
  if (!field.set()) return Count();
  BREAKEVEN_TRY(const std::int64_t count, count_of(field, key));
  return Count(count);
}

Status read_terms(Fields::Ref from, std::string_view vendor, Usage& usage) {
  const auto text_of = [&](std::string_view key) { return to_lower(from[key].text()); };
  for (const std::string_view key : {"service_tier", "serviceTier", "speed"}) {
    const Fields::Ref field = from[key];
    if (!field.set()) continue;
    if (!field.is(Type::text)) {
      // Bedrock nests it: {"type": "default"}.
      if (field.is(Type::object) && field["type"].text() == "default") continue;
      usage.unknown_term = std::string(key) + " that is not a text";
      continue;
    }
    const std::string term = text_of(key);
    static constexpr std::array<std::string_view, 9> kPlain{
        "",          "standard",    "default",    "auto", "on_demand", "standard_only",
        "on-demand", "performance", "unspecified"};
    if (std::ranges::find(kPlain, std::string_view(term)) != kPlain.end()) continue;
    std::optional<catalog::Mode> mode;
    if (term == "batch") mode = catalog::Mode::batch;
    if (term == "flex" || term == "flex_discount") mode = catalog::Mode::flex;
    if (term == "fast") mode = catalog::Mode::fast;
    if (term == "priority" || term == "priority_on_demand") mode = catalog::Mode::priority;
    if (!mode) {
      usage.unknown_term = std::string(key) + " \"" + term.substr(0, 40) + "\"";
      continue;
    }
    const bool committed =
        mode == catalog::Mode::priority && to_lower(vendor).find("anthropic") != std::string::npos;
    if (committed) {
      usage.warnings.emplace_back(
          "Anthropic's priority tier is capacity bought in advance: priced at standard rates");
      continue;
    }
    if (usage.mode && *usage.mode != *mode) {
      usage.unknown_term = "both " + std::string(to_string(*usage.mode)) + " and " + term;
      continue;
    }
    usage.mode = mode;
  }
  for (const std::string_view key : {"inference_geo", "data_residency"}) {
    const std::string place = text_of(key);
    static constexpr std::array<std::string_view, 7> kAnywhere{
        "", "global", "not_available", "none", "default", "worldwide", "any"};
    if (std::ranges::find(kAnywhere, std::string_view(place)) == kAnywhere.end()) {
      usage.residency = place;
    }
  }
  return {};
}

Result<Usage> read_normalised(const ShapeInput& in) {
  Usage usage;
  BREAKEVEN_CHECK_OK(read_terms(in.usage, in.context.vendor, usage));
  for (Fields::Ref field = in.usage.first(); field.there(); field = field.next()) {
    const std::string_view key = field.node().key;
    const auto unit = catalog::unit_of_count_key(key);
    if (unit) {
      if (!field.set()) continue;
      BREAKEVEN_TRY(const std::int64_t count, count_of(field, key));
      usage.counts.set(*unit, count);
      continue;
    }
    static constexpr std::array<std::string_view, 5> kTerms{"service_tier", "serviceTier", "speed",
                                                            "data_residency", "inference_geo"};
    if (std::ranges::find(kTerms, key) != kTerms.end() || key == "total_tokens") continue;
    usage.warnings.push_back("usage field \"" + std::string(key.substr(0, 60)) +
                             "\" is not known: not billed");
  }
  BREAKEVEN_TRY(const Count total, optional_count(in.usage, "total_tokens"));
  const std::int64_t sum = usage.counts[BillingUnit::input] + usage.counts[BillingUnit::output];
  if (total && *total != sum) {
    return refuse("expected total_tokens = input_tokens + output_tokens = " + number(sum) +
                  ", found " + number(*total));
  }
  return usage;
}

Result<Usage> read_anthropic(const ShapeInput& in) {
  BREAKEVEN_TRY(Usage usage, anthropic_entry(in.usage, in.first));
  BREAKEVEN_CHECK_OK(read_terms(in.body, "anthropic", usage));
  BREAKEVEN_CHECK_OK(read_terms(in.first, "anthropic", usage));
  BREAKEVEN_CHECK_OK(read_terms(in.usage, "anthropic", usage));
  BREAKEVEN_TRY(const Count searches,
                optional_count(in.usage["server_tool_use"], "web_search_requests"));
  set_reported(usage.counts, web_searches, searches);
  BREAKEVEN_CHECK_OK(anthropic_iterations(in.usage["iterations"], usage));
  return usage;
}

Result<Usage> read_google(const ShapeInput& in) {
  Usage usage;
  const Fields::Ref u = in.usage;
  BREAKEVEN_TRY(const Count prompt, either(u, "promptTokenCount", "prompt_token_count"));
  BREAKEVEN_TRY(const Count cached,
                either(u, "cachedContentTokenCount", "cached_content_token_count"));
  BREAKEVEN_TRY(Count candidates, either(u, "candidatesTokenCount", "candidates_token_count"));
  if (!candidates) {
    // The Live API's name for the same count.
    BREAKEVEN_TRY(candidates, either(u, "responseTokenCount", "response_token_count"));
  }
  BREAKEVEN_TRY(const Count thoughts, either(u, "thoughtsTokenCount", "thoughts_token_count"));
  BREAKEVEN_TRY(const Count tool,
                either(u, "toolUsePromptTokenCount", "tool_use_prompt_token_count"));
  BREAKEVEN_TRY(const Count total, either(u, "totalTokenCount", "total_token_count"));
  std::int64_t in_count = prompt.value_or(0) + tool.value_or(0);
  std::int64_t out_count = candidates.value_or(0) + thoughts.value_or(0);
  if (total && *total > 0 && *total != in_count + out_count) {
    if (*total == in_count + candidates.value_or(0)) {
      out_count = candidates.value_or(0);
      usage.warnings.emplace_back("totalTokenCount says that thoughts are inside the candidates");
    } else if (*total == prompt.value_or(0) + out_count) {
      in_count = prompt.value_or(0);
      usage.warnings.emplace_back("totalTokenCount says that tool tokens are inside the prompt");
    } else {
      return refuse("expected totalTokenCount = prompt + toolUsePrompt + candidates + thoughts = " +
                    number(in_count + out_count) + ", found " + number(*total));
    }
  }
  Counts& counts = usage.counts;
  counts.set(BillingUnit::input, in_count);
  counts.set(BillingUnit::output, out_count);
  set_reported(counts, cache_read, cached);
  set_reported(counts, output_reasoning, thoughts);
  const auto list = [&](std::string_view camel, std::string_view snake) {
    const Fields::Ref found = u[camel];
    return found.set() ? found : u[snake];
  };
  const auto as_input = [](const Modality& m) { return m.input; };
  const auto as_cached = [](const Modality& m) { return m.cached; };
  const auto as_output = [](const Modality& m) { return m.output; };
  BREAKEVEN_CHECK_OK(
      google_details(list("promptTokensDetails", "prompt_tokens_details"), as_input, usage));
  BREAKEVEN_CHECK_OK(google_details(
      list("toolUsePromptTokensDetails", "tool_use_prompt_tokens_details"), as_input, usage));
  BREAKEVEN_CHECK_OK(
      google_details(list("cacheTokensDetails", "cache_tokens_details"), as_cached, usage));
  BREAKEVEN_CHECK_OK(google_details(list("candidatesTokensDetails", "candidates_tokens_details"),
                                    as_output, usage));
  // The Live API's name for the same list.
  BREAKEVEN_CHECK_OK(
      google_details(list("responseTokensDetails", "response_tokens_details"), as_output, usage));
  // Recorded bodies have text details that count more than their whole; text has no rate of its
  // own anywhere, so it gives way.
  drop_if_above(counts, input_text, counts[input_audio] + counts[input_image] + counts[input_video],
                BillingUnit::input);
  drop_if_above(counts, cache_text_read,
                counts[cache_audio_read] + counts[cache_image_read] + counts[cache_video_read],
                cache_read);
  if (counts.has(input_text)) drop_if_above(counts, cache_text_read, 0, input_text);
  drop_if_above(counts, output_text,
                counts[output_audio] + counts[output_image] + counts[output_video],
                BillingUnit::output);

  BREAKEVEN_CHECK_OK(read_terms(in.body, in.context.vendor, usage));
  BREAKEVEN_CHECK_OK(read_terms(u, in.context.vendor, usage));
  const std::string traffic = to_lower(u["trafficType"].text());
  if (traffic.find("flex") != std::string::npos) usage.mode = catalog::Mode::flex;
  if (traffic.find("priority") != std::string::npos) usage.mode = catalog::Mode::priority;
  if (traffic.find("provisioned") != std::string::npos) {
    usage.warnings.emplace_back(
        "provisioned throughput is bought by the hour: priced as if on demand");
  }
  return usage;
}

Result<Usage> read_bedrock(const ShapeInput& in) {
  Usage usage;
  BREAKEVEN_CHECK_OK(read_terms(in.body, {}, usage));
  BREAKEVEN_CHECK_OK(read_terms(in.usage, {}, usage));
  const Fields::Ref u = in.usage;
  // The model invocation log keeps the two directions in objects of their own.
  const bool log = u["input"]["inputTokenCount"].set();
  const Fields::Ref asked = log ? u["input"] : u;
  const Fields::Ref answered = log ? u["output"] : u;
  BREAKEVEN_TRY(const Count fresh, either(asked, "inputTokens", "inputTokenCount"));
  BREAKEVEN_TRY(const Count out, either(answered, "outputTokens", "outputTokenCount"));
  BREAKEVEN_TRY(const Count read,
                either(asked, "cacheReadInputTokens", "cacheReadInputTokenCount"));
  BREAKEVEN_TRY(const Count write,
                either(asked, "cacheWriteInputTokens", "cacheWriteInputTokenCount"));
  BREAKEVEN_TRY(const Count total, either(u, "totalTokens", "totalTokenCount"));
  if (!fresh) return refuse("expected inputTokens, found none");
  if (u["cachedInputTokens"].set() || u["reasoningTokens"].set()) {
    return refuse("cachedInputTokens and reasoningTokens are not fields of Bedrock");
  }
  const std::int64_t cache = read.value_or(0) + write.value_or(0);
  std::int64_t in_count = *fresh + cache;
  if (total && *total > 0 && *total != in_count + out.value_or(0)) {
    if (*total != *fresh + out.value_or(0)) {
      return refuse(
          "expected totalTokens = inputTokens + cache read + cache write + outputTokens = " +
          number(in_count + out.value_or(0)) + ", found " + number(*total));
    }
    in_count = *fresh;
    usage.warnings.emplace_back("totalTokens says that cached tokens are inside inputTokens");
  }
  Counts& counts = usage.counts;
  counts.set(BillingUnit::input, in_count);
  counts.set(BillingUnit::output, out.value_or(0));
  set_reported(counts, cache_read, read);
  set_reported(counts, cache_write, write);
  const Fields::Ref details = u["cacheDetails"];
  for (Fields::Ref entry = details.first(); entry.there(); entry = entry.next()) {
    BREAKEVEN_TRY(const Count count, either(entry, "inputTokens", "inputTokenCount"));
    const std::string_view ttl = entry["ttl"].text();
    if (!count || *count == 0) continue;
    if (ttl == "1h") counts.add(cache_write_1h, *count);
    if (ttl == "5m") counts.add(cache_write_5m, *count);
  }
  return usage;
}

Result<Usage> read_cohere(const ShapeInput& in) {
  Usage usage;
  Fields::Ref billed = in.usage["billed_units"];
  const bool all = to_lower(in.context.api) == "tokens";
  if (all || !billed.is(Type::object)) {
    billed = in.usage["tokens"];
    if (!all) {
      usage.warnings.emplace_back("no billed_units: tokens are billed, which may be more");
    }
    BREAKEVEN_TRY(const Count read, optional_count(in.usage, "cached_tokens"));
    set_reported(usage.counts, cache_read, read);
  }
  if (!billed.is(Type::object)) return refuse("expected billed_units, found none");
  BREAKEVEN_TRY(const Count in_count, optional_count(billed, "input_tokens"));
  BREAKEVEN_TRY(const Count out_count, optional_count(billed, "output_tokens"));
  BREAKEVEN_TRY(const Count searches, optional_count(billed, "search_units"));
  usage.counts.set(BillingUnit::input, in_count.value_or(0));
  usage.counts.set(BillingUnit::output, out_count.value_or(0));
  if (searches && *searches > 0) {
    usage.warnings.push_back(number(*searches) + " search units have no price in this book");
  }
  return usage;
}

}  // namespace breakeven::pricing
