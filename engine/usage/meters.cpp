#include "engine/usage/meters.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/text.hpp"
#include "engine/usage/record.hpp"

namespace breakeven::usage {
namespace {

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
}

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Words of letters, digits and points, in lower case. A digit that follows three letters or more
/// starts a new word, and so does a capital after a digit: Claude4.5Sonnet is claude 4.5 sonnet,
/// gpt4o stays together.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    while (!word.empty() && word.back() == '.') word.pop_back();
    if (!word.empty()) words.push_back(to_lower(word));
    word.clear();
  };
  for (const char c : text) {
    if (!letter(c) && !digit(c) && c != '.') {
      finish();
      continue;
    }
    if (!word.empty()) {
      const char before = word.back();
      const bool number_after_word = digit(c) && letter(before) && word.size() > 3;
      const bool name_after_number = c >= 'A' && c <= 'Z' && (digit(before));
      const bool camel = c >= 'A' && c <= 'Z' && before >= 'a' && before <= 'z';
      if (number_after_word || name_after_number || camel) finish();
    }
    word += c;
  }
  finish();
  return words;
}

bool is_word(std::string_view text, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

/// Words that end a model's name.
bool ends_name(std::string_view word) {
  return is_word(
      word, {"input",    "output",    "inp",      "outp",     "opt",         "cached", "cache",
             "cd",       "cchd",      "tokens",   "token",    "ga",          "text",   "audio",
             "image",    "video",     "thinking", "batch",    "glbl",        "global", "regnl",
             "regional", "dz",        "data",     "caching",  "predictions", "prompt", "completion",
             "usage",    "reasoning", "preview",  "short",    "long",        "mantle", "cross",
             "service",  "priority",  "flex",     "standard", "grounding"});
}

bool starts_name(std::string_view word) {
  return is_word(word, {"gpt",   "claude",    "gemini",  "gemma",     "llama",    "nova",
                        "titan", "mistral",   "mixtral", "command",   "deepseek", "qwen",
                        "grok",  "jamba",     "phi",     "codex",     "o1",       "o3",
                        "o4",    "ministral", "pixtral", "magistral", "devstral", "codestral",
                        "kimi",  "glm",       "sonnet",  "haiku",     "opus",     "minimax"}) ||
         word.substr(0, 3) == "gpt";
}

bool number_word(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return digit(c) || c == '.'; });
}

}  // namespace

std::optional<Meter> read_meter(std::string_view text) {
  const std::string lower = to_lower(text);
  const std::vector<std::string> words = words_of(text);
  const auto word = [&](std::initializer_list<std::string_view> all) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& w) { return is_word(w, all); });
  };
  // Held by the hour, not counted in tokens.
  if (has_any(lower, {"storage", "provisioned", "hosting", "fine", "training", "search"})) {
    return std::nullopt;
  }
  Meter meter;
  meter.batch = word({"batch"});
  const bool out = word({"output", "outp", "opt", "out", "completion", "completions"}) ||
                   has_any(lower, {"output", "thinking", "reasoning"});
  const bool in = word({"input", "inp", "in", "prompt"}) || has_any(lower, {"input", "prompt"});
  const bool cache = has_any(lower, {"cach", "cchd"}) || word({"cd"});
  const bool hour = has_any(lower, {"1h", "1-hour", "1 hour", "one hour"});
  if (cache && has_any(lower, {"write", "creation", "wrt"})) {
    meter.bucket = hour ? Bucket::cache_write_1h : Bucket::cache_write_5m;
    return meter;
  }
  if (cache && !out && !has_any(lower, {"miss", "uncached", "no_cache", "no-cache"})) {
    meter.bucket = Bucket::cache_read;
    return meter;
  }
  if (out) {
    meter.reasoning = has_any(lower, {"thinking", "reasoning"});
    meter.bucket = has_any(lower, {"audio"})   ? Bucket::audio_output
                   : has_any(lower, {"image"}) ? Bucket::image_output
                                               : Bucket::output;
    return meter;
  }
  if (in) {
    meter.bucket = has_any(lower, {"audio"})            ? Bucket::audio_input
                   : has_any(lower, {"image", "video"}) ? Bucket::image_input
                                                        : Bucket::uncached;
    return meter;
  }
  return std::nullopt;
}

std::string model_of_meter(std::string_view text) {
  const std::vector<std::string> words = words_of(text);
  std::size_t first = 0;
  while (first < words.size() && !starts_name(words[first])) ++first;
  // Azure writes the newest GPT models as a bare version.
  const bool bare = first == words.size() && !words.empty() &&
                    words.front().find('.') != std::string::npos && number_word(words.front());
  if (first == words.size() && !bare) return {};
  if (bare) first = 0;
  std::vector<std::string> name;
  bool dated = false;
  for (std::size_t i = first; i < words.size() && !ends_name(words[i]); ++i) {
    // A date such as 0718, 20250929 or 2025-04-14 names a snapshot.
    const bool digits = number_word(words[i]) && words[i].find('.') == std::string::npos;
    if (i > first && digits && (words[i].size() >= 4 || (dated && words[i].size() == 2))) {
      dated = true;
      continue;
    }
    name.push_back(words[i]);
  }
  if (name.empty()) return {};
  if (name.front() == "claude" && name.size() > 2 && number_word(name[1])) {
    // Bedrock: Claude4.5Sonnet; the vendor: claude-sonnet-4-5.
    std::rotate(name.begin() + 1, name.begin() + 2, name.begin() + 3);
  }
  if (name.front() == "claude") {
    for (std::string& part : name) std::replace(part.begin(), part.end(), '.', '-');
  }
  if (bare) name.insert(name.begin(), "gpt");
  std::string joined;
  for (const std::string& part : name) joined += (joined.empty() ? "" : "-") + part;
  return joined;
}

std::optional<std::int64_t> tokens_per_unit(std::string_view unit) {
  const std::string lower = to_lower(trim(unit));
  std::size_t at = 0;
  std::int64_t number = 0;
  bool any = false;
  for (; at < lower.size() && (digit(lower[at]) || lower[at] == ','); ++at) {
    if (lower[at] == ',') continue;
    number = number * 10 + (lower[at] - '0');
    any = true;
    if (number > 1'000'000'000) return std::nullopt;
  }
  if (!any) number = 1;
  std::string_view rest = trim(std::string_view(lower).substr(at));
  if (!rest.empty() && rest.front() == 'k') {
    number *= 1'000;
    rest = trim(rest.substr(1));
  } else if (!rest.empty() && rest.front() == 'm' && rest.substr(0, 2) != "mo") {
    number *= 1'000'000;
    rest = trim(rest.substr(rest.substr(0, 7) == "million" ? 7 : 1));
  } else if (rest.substr(0, 8) == "thousand") {
    number *= 1'000;
    rest = trim(rest.substr(8));
  }
  if (rest.empty() && !any) return std::nullopt;
  constexpr std::array<std::string_view, 5> kNames{"", "token", "tokens", "count", "units"};
  if (std::find(kNames.begin(), kNames.end(), rest) == kNames.end()) return std::nullopt;
  return number;
}

}  // namespace breakeven::usage
