#include "engine/usage/reading.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Whether the word (in lower case) stands at `at`, whatever its case.
bool stands_at(std::string_view text, std::size_t at, std::string_view word) {
  if (text.size() - at < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower(text[at + i]) != word[i]) return false;
  }
  return true;
}

/// What a model's name says that it is for. Asked of every record, so the name is looked through
/// once for all words; embeddings go before the rest.
Kind kind_of_model(std::string_view model) {
  Kind kind = Kind::chat;
  for (std::size_t at = 0; at < model.size(); ++at) {
    std::string_view word;
    switch (lower(model[at])) {
      case 'e':
        if (stands_at(model, at, "embed")) return Kind::embedding;
        continue;
      case 'w':
        word = "whisper";
        break;
      case 'd':
        word = "dall-e";
        break;
      case 't':
        word = "tts-";
        break;
      case 'g':
        word = "gpt-image";
        break;
      case 'm':
        word = "moderation";
        break;
      case 'r':
        word = "rerank";
        break;
      default:
        continue;
    }
    if (stands_at(model, at, word)) kind = Kind::other;
  }
  return kind;
}

}  // namespace

std::optional<std::int64_t> Reading::count(Role role) {
  const Cell& cell = row_[role];
  if (!cell.set()) return std::nullopt;
  if (cell.composite()) {
    fail(Reason::not_a_number, role);
    return std::nullopt;
  }
  std::int64_t value = 0;
  const Reason reason = parse_count(cell.text, most_, value);
  if (reason == Reason::missing_field) return std::nullopt;  // blanks
  if (reason != Reason::none) {
    fail(reason, role);
    return std::nullopt;
  }
  if (value < 0) fail(Reason::negative, role);
  return value;
}

std::int64_t Reading::required(Role role) {
  const auto value = count(role);
  if (!value && !failed()) fail(Reason::missing_field, role);
  return value.value_or(0);
}

std::optional<Usd> Reading::money(Role role, int shift) {
  const Cell& cell = row_[role];
  if (!cell.set()) return std::nullopt;
  Usd amount;
  const Reason reason = parse_money(cell.text, shift, amount);
  if (reason == Reason::missing_field) return std::nullopt;
  if (reason != Reason::none) {
    fail(reason, role);
    return std::nullopt;
  }
  return amount;
}

std::optional<std::int64_t> Reading::duration(Role role, int shift) {
  const Cell& cell = row_[role];
  std::int64_t ns = 0;
  // A strange latency is no reason to lose the tokens of a call.
  if (!cell.set() || parse_duration(cell.text, shift, ns) != Reason::none) return std::nullopt;
  return ns;
}

std::optional<std::int64_t> Reading::time(Role role, int zone_minutes) {
  const Cell& cell = row_[role];
  if (!cell.set()) return std::nullopt;
  TimeText time;
  const Reason reason = parse_time(cell.text, time);
  if (reason == Reason::missing_field) return std::nullopt;
  if (reason != Reason::none) {
    fail(reason, role);
    return std::nullopt;
  }
  if (!time.zoned) {
    time.ns -= std::int64_t{zone_minutes} * 60'000'000'000;
    naive_ = true;
  }
  date_only_ = time.date_only;
  return time.ns;
}

bool Reading::truth(Role role) const { return true_text(row_[role].text); }

void Reading::fail(Reason reason, Role role) {
  if (failed()) return;
  reason_ = reason;
  role_ = role;
}

bool Reading::rejected(Intake& intake, const Binder& binder) const {
  if (!failed()) return false;
  intake.reject(reason_, binder.name_of(role_), row_[role_].text);
  return true;
}

std::string_view assumption_note(bool inside_by_default) {
  return inside_by_default
             ? "input is read as including the cached tokens, which nothing in the record proves; "
               "--cached outside reads it the other way"
             : "input is read as excluding the cached tokens, which nothing in the record proves; "
               "--cached inside reads it the other way";
}

Placement place_counts(const GivenTokens& given, const TokenRules& rules, bool inside_by_default,
                       Tokens& tokens) {
  Placement placed;
  const auto fail = [&](Reason reason, Role role) {
    placed.reason = reason;
    placed.role = role;
    return placed;
  };
  // An answer without a prompt count: nothing to put it into.
  if (!given.has(Role::uncached) && !given.has(Role::input)) {
    return fail(Reason::missing_field, Role::input);
  }
  const std::int64_t read = given[Role::cache_read];
  const std::int64_t write = given[Role::cache_write];
  std::int64_t write_5m = given[Role::cache_write_5m];
  const std::int64_t write_1h = given[Role::cache_write_1h];
  std::int64_t audio = given[Role::audio_input];
  std::int64_t image = given[Role::image_input];
  std::int64_t audio_out = given[Role::audio_output];
  std::int64_t image_out = given[Role::image_output];
  std::int64_t output = given[Role::output];
  const std::int64_t reasoning = given[Role::reasoning];
  if (write > 0 && write_5m + write_1h == 0) write_5m = write;
  if (rules.reasoning_outside) output += reasoning;
  if (reasoning > output) return fail(Reason::inconsistent_total, Role::reasoning);
  const std::int64_t cached = read + write_5m + write_1h;
  std::int64_t fresh = 0;
  if (given.has(Role::input)) {
    const std::int64_t input = given[Role::input];
    Cached where = rules.cached;
    if (where == Cached::ambiguous) {
      if (cached == 0) {
        where = Cached::inside;
      } else if (cached > input ||
                 (given.has(Role::total) && given[Role::total] == input + output + cached)) {
        where = Cached::outside;
      } else {
        where = inside_by_default ? Cached::inside : Cached::outside;
        placed.assumed = true;
      }
    }
    if (where == Cached::inside && cached > input) {
      return fail(Reason::cached_exceeds_input, Role::cache_read);
    }
    fresh = input - (where == Cached::inside ? cached : 0);
  } else {
    fresh = given[Role::uncached];
  }
  // Where parts lie beside the whole they add to it; where they lie inside, text gives way to them
  // only as far as it goes.
  if (rules.cached != Cached::outside) {
    if (audio + image > fresh) audio = image = 0;
    if (audio_out + image_out > output) audio_out = image_out = 0;
    fresh -= audio + image;
    output -= audio_out + image_out;
  }
  tokens[Bucket::uncached] = fresh;
  tokens[Bucket::cache_read] = read;
  tokens[Bucket::cache_write_5m] = write_5m;
  tokens[Bucket::cache_write_1h] = write_1h;
  tokens[Bucket::output] = output;
  tokens[Bucket::audio_input] = audio;
  tokens[Bucket::audio_output] = audio_out;
  tokens[Bucket::image_input] = image;
  tokens[Bucket::image_output] = image_out;
  tokens.reasoning = reasoning;
  return placed;
}

void place_tokens(Reading& reading, const TokenRules& rules, bool inside_by_default, Intake& intake,
                  Tokens& tokens) {
  GivenTokens given;
  // In this order: the first mistake is the one that is told.
  for (const Role role :
       {Role::uncached, Role::input, Role::cache_read, Role::cache_write, Role::cache_write_5m,
        Role::cache_write_1h, Role::audio_input, Role::image_input, Role::audio_output,
        Role::image_output, Role::output, Role::reasoning, Role::total}) {
    if (const auto count = reading.count(role)) given.set(role, *count);
  }
  if (reading.failed()) return;
  const Placement placed = place_counts(given, rules, inside_by_default, tokens);
  if (placed.reason != Reason::none) {
    reading.fail(placed.reason, placed.role);
  } else if (placed.assumed) {
    intake.note(assumption_note(inside_by_default));
  }
}

Tokens tokens_of(const pricing::Counts& counts) {
  using enum catalog::BillingUnit;
  Tokens tokens;
  const std::int64_t write_1h = counts[cache_write_1h];
  tokens[Bucket::cache_read] = counts[cache_read];
  tokens[Bucket::cache_write_1h] = write_1h;
  tokens[Bucket::cache_write_5m] = counts[cache_write] - write_1h;
  std::int64_t fresh = counts[input] - counts[cache_read] - counts[cache_write];
  const auto take = [&](Bucket bucket, std::int64_t part) {
    tokens[bucket] = std::clamp<std::int64_t>(part, 0, std::max<std::int64_t>(fresh, 0));
    fresh -= tokens[bucket];
  };
  take(Bucket::audio_input, counts[input_audio] - counts[cache_audio_read]);
  take(Bucket::image_input, counts[input_image] - counts[cache_image_read]);
  tokens[Bucket::uncached] = fresh;
  fresh = counts[output];
  take(Bucket::audio_output, counts[output_audio]);
  take(Bucket::image_output, counts[output_image]);
  tokens[Bucket::output] = fresh;
  tokens.reasoning = std::min(counts[output_reasoning], fresh);
  return tokens;
}

void read_tier(std::string_view tier, UsageRecord& record) {
  if (tier.empty()) return;
  const std::string name = to_lower(trim(tier));
  if (name.empty()) return;
  if (contains(name, "batch")) {
    record.mode = catalog::Mode::batch;
    if (record.kind == Kind::chat) record.kind = Kind::batch;
  } else if (contains(name, "flex")) {
    record.mode = catalog::Mode::flex;
  } else if (contains(name, "fast")) {
    record.mode = catalog::Mode::fast;
  } else if (contains(name, "priority") && record.vendor != "anthropic") {
    record.mode = catalog::Mode::priority;
  }
}

void read_call(std::string_view call, UsageRecord& record) {
  if (call.empty()) return;
  const std::string name = to_lower(call);
  if (name.empty()) return;
  constexpr std::array<std::string_view, 11> kOther{
      "image", "speech", "transcri", "translat",     "moderat",         "rerank",
      "video", "ocr",    "/audio",   "vector_store", "code_interpreter"};
  if (contains(name, "embed")) {
    record.kind = Kind::embedding;
  } else if (std::any_of(kOther.begin(), kOther.end(),
                         [&](std::string_view word) { return contains(name, word); })) {
    record.kind = Kind::other;
  } else if (contains(name, "batch")) {
    record.kind = Kind::batch;
    record.mode = catalog::Mode::batch;
  }
}

void read_model_kind(UsageRecord& record) {
  if (record.kind != Kind::chat && record.kind != Kind::batch) return;
  const Kind kind = kind_of_model(record.model);
  if (kind != Kind::chat) record.kind = kind;
}

bool failed_status(std::string_view status) {
  status = trim(status);
  if (status.empty()) return false;
  std::int64_t code = 0;
  if (parse_count(status, 1'000'000, code) == Reason::none) return code >= 400 || code < 0;
  const std::string name = to_lower(status);
  constexpr std::array<std::string_view, 9> kBad{"fail",    "error",  "cancel", "expired", "abort",
                                                 "timeout", "denied", "reject", "throttl"};
  return std::any_of(kBad.begin(), kBad.end(),
                     [&](std::string_view word) { return contains(name, word); });
}

bool true_text(std::string_view text) {
  if (text.empty()) return false;
  const std::string name = to_lower(trim(text));
  return name == "true" || name == "1" || name == "t" || name == "yes" || name == "hit";
}

}  // namespace breakeven::usage
