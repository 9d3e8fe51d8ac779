#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/pricing/read_shapes.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "engine/pricing/usage_reader.hpp"

namespace breakeven::pricing {
namespace {

using enum BillingUnit;
using Count = std::optional<std::int64_t>;

/// The first of several fields that say the same thing.
struct Place {
  Fields::Ref object;
  std::string_view key;
};

Result<Count> first_of(std::initializer_list<Place> places) {
  for (const Place& place : places) {
    BREAKEVEN_TRY(const Count count, optional_count(place.object, place.key));
    if (count) return count;
  }
  return Count();
}

Error refuse(std::string message) {
  return Error{ErrorCode::invalid_argument, "usage: " + std::move(message), {}};
}

std::string number(std::int64_t n) { return std::to_string(n); }

bool names(std::string_view text, std::string_view part) {
  return to_lower(text).find(part) != std::string::npos;
}

/// What the producer is known to do with reasoning when no total tells.
bool reasoning_outside_by_producer(const UsageContext& context) {
  if (names(context.vendor, "xai") || names(context.vendor, "x-ai") || names(context.api, "xai") ||
      names(context.api, "x-ai")) {
    return true;
  }
  return context.vendor.empty() && context.api.empty() && names(context.model, "grok");
}

struct Chat {
  std::int64_t prompt = 0;
  std::int64_t completion = 0;
  std::int64_t read = 0;
  std::int64_t write = 0;
  std::int64_t reasoning = 0;
  std::int64_t citation = 0;
  Count total;
  bool additive_names = false;  ///< Anthropic's field names inside an OpenAI object (LiteLLM)
};

/// total_tokens says what contains what; without it the producer does.
Status place_parts(const Chat& c, const ShapeInput& in, Usage& usage) {
  Counts& counts = usage.counts;
  std::int64_t input = c.prompt;
  std::int64_t output = c.completion;
  const std::int64_t base = c.prompt + c.completion;
  const bool perplexity =
      c.citation > 0 || in.usage["num_search_queries"].set() || in.usage["citation_tokens"].set() ||
      in.usage["search_context_size"].set() || names(in.context.vendor, "perplexity") ||
      names(in.context.api, "perplexity");
  if (perplexity) {
    output += c.reasoning + c.citation;
    if (c.total && *c.total != base && *c.total != base + c.reasoning + c.citation &&
        *c.total != base + c.citation) {
      return refuse("expected total_tokens " + number(base) + " or " +
                    number(base + c.reasoning + c.citation) + ", found " + number(*c.total));
    }
  } else if (c.total && *c.total > 0) {
    const std::int64_t cache = c.read + c.write;
    if (*c.total == base) {
      if (c.additive_names && cache > c.prompt) input += cache;
    } else if (c.reasoning > 0 && *c.total == base + c.reasoning) {
      output += c.reasoning;
    } else if (cache > 0 && *c.total == base + cache) {
      input += cache;
    } else if (c.reasoning > 0 && cache > 0 && *c.total == base + cache + c.reasoning) {
      input += cache;
      output += c.reasoning;
    } else if (c.reasoning == 0 && *c.total > base &&
               (names(in.context.vendor, "google") || names(in.context.vendor, "gemini") ||
                names(in.context.vendor, "vertex") || names(in.context.model, "gemini"))) {
      // Google's OpenAI-compatible endpoint counts thoughts only in the total.
      usage.warnings.push_back(number(*c.total - base) +
                               " tokens of total_tokens beyond prompt and completion are billed "
                               "as reasoning");
      counts.set(output_reasoning, *c.total - base);
      output = *c.total - c.prompt;
    } else {
      return refuse("total_tokens " + number(*c.total) +
                    " matches no reading: prompt + completion = " + number(base) + ", reasoning " +
                    number(c.reasoning) + ", cached " + number(cache));
    }
  } else if (c.additive_names && c.read + c.write > c.prompt) {
    input += c.read + c.write;
    usage.warnings.emplace_back(
        "cached tokens exceed prompt_tokens and have Anthropic's names: read as additional");
  } else if (c.reasoning > 0) {
    if (reasoning_outside_by_producer(in.context)) {
      output += c.reasoning;
    } else if (in.context.vendor.empty() && in.context.api.empty()) {
      usage.warnings.emplace_back(
          "no total_tokens and no vendor: reasoning is read as part of completion_tokens");
    }
  }
  counts.set(BillingUnit::input, input);
  counts.set(BillingUnit::output, output);
  if (c.read > 0) counts.set(cache_read, c.read);
  if (c.write > 0) counts.set(cache_write, c.write);
  if (c.reasoning > 0) counts.set(output_reasoning, c.reasoning);
  if (c.citation > 0) counts.set(output_citation, c.citation);
  return {};
}

Status read_searches(const ShapeInput& in, Usage& usage) {
  BREAKEVEN_TRY(const Count queries, optional_count(in.usage, "num_search_queries"));
  BREAKEVEN_TRY(const Count tool,
                optional_count(in.usage["server_tool_use"], "web_search_requests"));
  if (queries.value_or(0) + tool.value_or(0) > 0) {
    usage.counts.set(web_searches, queries.value_or(0) + tool.value_or(0));
  }
  const std::string size = to_lower(in.usage["search_context_size"].text());
  if (size == "medium" || size == "high") {
    usage.counts.set(requests, 1);
    usage.counts.set(size == "medium" ? requests_medium : requests_high, 1);
  } else if (!size.empty() && size != "low") {
    usage.warnings.push_back("search_context_size \"" + size + "\" is not known: billed as low");
  }
  return {};
}

/// xAI counts the calls of its server-side tools beside the tokens.
Status read_server_tools(Fields::Ref usage_object, Usage& usage) {
  const Fields::Ref tools = usage_object["server_side_tool_usage_details"];
  BREAKEVEN_TRY(const Count searches, optional_count(tools, "web_search_calls"));
  if (searches && *searches > 0) usage.counts.add(web_searches, *searches);
  std::int64_t others = 0;
  for (Fields::Ref tool = tools.first(); tool.there(); tool = tool.next()) {
    if (tool.node().key == "web_search_calls" || !tool.set()) continue;
    BREAKEVEN_TRY(const std::int64_t calls, count_of(tool, tool.node().key));
    others += calls;
  }
  if (others > 0) {
    usage.warnings.push_back(number(others) +
                             " calls of server-side tools other than web search are not billed");
  }
  return {};
}

Status set_part(Counts& counts, BillingUnit unit, Fields::Ref details, std::string_view key) {
  BREAKEVEN_TRY(const Count count, optional_count(details, key));
  if (count && *count > 0) counts.set(unit, *count);
  return {};
}

}  // namespace

Result<Usage> read_openai_chat(const ShapeInput& in) {
  Usage usage;
  BREAKEVEN_CHECK_OK(read_terms(in.body, in.context.vendor, usage));
  BREAKEVEN_CHECK_OK(read_terms(in.usage, in.context.vendor, usage));
  const Fields::Ref prompt_details = in.usage["prompt_tokens_details"];
  const Fields::Ref completion_details = in.usage["completion_tokens_details"];

  Chat c;
  BREAKEVEN_TRY(c.prompt, count_of(in.usage["prompt_tokens"], "prompt_tokens"));
  BREAKEVEN_TRY(const Count completion, optional_count(in.usage, "completion_tokens"));
  c.completion = completion.value_or(0);
  BREAKEVEN_TRY(c.total, optional_count(in.usage, "total_tokens"));

  BREAKEVEN_TRY(const Count hit, optional_count(in.usage, "prompt_cache_hit_tokens"));
  BREAKEVEN_TRY(const Count miss, optional_count(in.usage, "prompt_cache_miss_tokens"));
  if (hit && miss && *hit + *miss != c.prompt) {
    return refuse("expected prompt_cache_hit_tokens + prompt_cache_miss_tokens = prompt_tokens " +
                  number(c.prompt) + ", found " + number(*hit + *miss));
  }
  BREAKEVEN_TRY(const Count read, first_of({{in.usage, "prompt_cache_hit_tokens"},
                                            {prompt_details, "cached_tokens"},
                                            {in.usage, "num_cached_tokens"},
                                            {in.usage, "cached_tokens"},
                                            {in.usage, "cached_prompt_text_tokens"},
                                            {in.usage, "cache_read_input_tokens"}}));
  BREAKEVEN_TRY(const Count write, first_of({{prompt_details, "cache_write_tokens"},
                                             {prompt_details, "cache_creation_tokens"},
                                             {in.usage, "cache_creation_input_tokens"}}));
  BREAKEVEN_TRY(const Count reasoning, first_of({{completion_details, "reasoning_tokens"},
                                                 {in.usage, "reasoning_tokens"}}));
  BREAKEVEN_TRY(const Count citation, optional_count(in.usage, "citation_tokens"));
  c.read = read.value_or(0);
  c.write = write.value_or(0);
  c.reasoning = reasoning.value_or(0);
  c.citation = citation.value_or(0);
  c.additive_names =
      in.usage["cache_read_input_tokens"].set() || in.usage["cache_creation_input_tokens"].set();
  BREAKEVEN_CHECK_OK(place_parts(c, in, usage));

  BREAKEVEN_CHECK_OK(set_part(usage.counts, input_audio, prompt_details, "audio_tokens"));
  BREAKEVEN_CHECK_OK(set_part(usage.counts, input_image, prompt_details, "image_tokens"));
  BREAKEVEN_CHECK_OK(set_part(usage.counts, input_video, prompt_details, "video_tokens"));
  BREAKEVEN_CHECK_OK(set_part(usage.counts, output_audio, completion_details, "audio_tokens"));
  BREAKEVEN_CHECK_OK(set_part(usage.counts, output_image, completion_details, "image_tokens"));
  BREAKEVEN_CHECK_OK(read_searches(in, usage));
  BREAKEVEN_CHECK_OK(read_server_tools(in.usage, usage));
  return usage;
}

Result<Usage> read_openai_responses(const ShapeInput& in) {
  Usage usage;
  BREAKEVEN_CHECK_OK(read_terms(in.body, in.context.vendor, usage));
  BREAKEVEN_CHECK_OK(read_terms(in.usage, in.context.vendor, usage));
  const auto details_of = [&](std::string_view plural, std::string_view singular) {
    const Fields::Ref found = in.usage[plural];
    return found.set() ? found : in.usage[singular];
  };
  const Fields::Ref input_details = details_of("input_tokens_details", "input_token_details");
  const Fields::Ref output_details = details_of("output_tokens_details", "output_token_details");
  const Fields::Ref cached_details = input_details["cached_tokens_details"];

  BREAKEVEN_TRY(const std::int64_t in_count, count_of(in.usage["input_tokens"], "input_tokens"));
  BREAKEVEN_TRY(const Count out_reported, optional_count(in.usage, "output_tokens"));
  BREAKEVEN_TRY(const Count total, optional_count(in.usage, "total_tokens"));
  BREAKEVEN_TRY(const Count read, optional_count(input_details, "cached_tokens"));
  BREAKEVEN_TRY(const Count write, optional_count(input_details, "cache_write_tokens"));
  BREAKEVEN_TRY(const Count reasoning, optional_count(output_details, "reasoning_tokens"));
  std::int64_t out_count = out_reported.value_or(0);
  if (total && *total > 0 && *total != in_count + out_count) {
    if (reasoning && *reasoning > 0 && *total == in_count + out_count + *reasoning) {
      out_count += *reasoning;
    } else {
      return refuse("expected total_tokens = input_tokens + output_tokens = " +
                    number(in_count + out_count) + ", found " + number(*total));
    }
  }
  Counts& counts = usage.counts;
  counts.set(BillingUnit::input, in_count);
  counts.set(BillingUnit::output, out_count);
  set_reported(counts, cache_read, read);
  set_reported(counts, cache_write, write);
  set_reported(counts, output_reasoning, reasoning);
  struct Modal {
    Fields::Ref details;
    std::string_view key;
    BillingUnit unit;
  };
  for (const Modal& m : {Modal{input_details, "text_tokens", input_text},
                         Modal{input_details, "audio_tokens", input_audio},
                         Modal{input_details, "image_tokens", input_image},
                         Modal{cached_details, "text_tokens", cache_text_read},
                         Modal{cached_details, "audio_tokens", cache_audio_read},
                         Modal{cached_details, "image_tokens", cache_image_read},
                         Modal{output_details, "text_tokens", output_text},
                         Modal{output_details, "audio_tokens", output_audio},
                         Modal{output_details, "image_tokens", output_image}}) {
    BREAKEVEN_CHECK_OK(set_part(counts, m.unit, m.details, m.key));
  }
  BREAKEVEN_CHECK_OK(read_server_tools(in.usage, usage));
  return usage;
}

}  // namespace breakeven::pricing
