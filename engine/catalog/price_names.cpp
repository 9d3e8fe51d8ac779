#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_data.hpp"

namespace breakeven::catalog {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool strip_prefix(std::string& text, std::string_view prefix) {
  if (!text.starts_with(prefix) || text.size() == prefix.size()) return false;
  text.erase(0, prefix.size());
  return true;
}

bool strip_suffix(std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix) || text.size() == suffix.size()) return false;
  text.erase(text.size() - suffix.size());
  return true;
}

/// Bedrock's "-v1:0" and "-v2".
void strip_version(std::string& text) {
  std::size_t end = text.size();
  const auto digits_back = [&](std::size_t from) {
    while (from > 0 && is_digit(text[from - 1])) --from;
    return from;
  };
  if (const std::size_t colon = digits_back(end);
      colon < end && colon > 0 && text[colon - 1] == ':') {
    end = colon - 1;
  }
  const std::size_t v = digits_back(end);
  if (v < end && v >= 3 && text[v - 1] == 'v' && text[v - 2] == '-') text.erase(v - 2);
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// Claude's generation stands before the family up to 3.7 and after it from 4 on, and people write
/// either, or leave out "claude": both orders of "claude-4-6-sonnet" and of "sonnet-4-6". Nothing
/// when the name is not of that kind.
std::vector<std::string> claude_names(std::string_view canonical) {
  static constexpr std::array<std::string_view, 5> kFamilies{"sonnet", "opus", "haiku", "fable",
                                                             "mythos"};
  std::string_view rest = canonical;
  if (rest.starts_with("claude-")) rest.remove_prefix(7);
  std::string family;
  std::string generation;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('-'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (is_number(part)) {
      generation += "-" + std::string(part);
    } else if (family.empty() && std::ranges::find(kFamilies, part) != kFamilies.end()) {
      family = part;
    } else {
      return {};
    }
  }
  if (family.empty() || generation.empty()) return {};
  return {"claude-" + family + generation, "claude" + generation + "-" + family};
}

}  // namespace

std::string canonical_model(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kRegions{
      "us.", "eu.", "apac.", "global.", "jp.", "au.", "ca.", "us-gov.", "sa.", "uk."};
  static constexpr std::array<std::string_view, 9> kMakers{"anthropic.", "amazon.", "meta.",
                                                           "mistral.",   "cohere.", "deepseek.",
                                                           "openai.",    "qwen.",   "xai."};
  static constexpr std::array<std::string_view, 3> kVariants{":thinking", ":beta", ":extended"};
  std::string text = to_lower(trim(name));
  (void)strip_prefix(text, "models/");
  if (const std::size_t at = text.rfind("/models/"); at != std::string::npos) {
    text.erase(0, at + 8);
  }
  for (const auto region : kRegions) {
    if (strip_prefix(text, region)) break;
  }
  for (const auto maker : kMakers) {
    if (strip_prefix(text, maker)) break;
  }
  for (const auto variant : kVariants) (void)strip_suffix(text, variant);
  strip_version(text);
  std::ranges::replace_if(
      text, [](char c) { return c == '.' || c == '@' || c == '_' || c == ' '; }, '-');
  return text;
}

std::vector<std::string> spellings_of(const std::string& canonical) {
  std::vector<std::string> out{canonical};
  const auto add = [&](std::string text) {
    if (!text.empty() && std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
  };
  const std::string undated = without_date(canonical);
  add(undated);
  add(undated + "-latest");
  for (std::string& name : claude_names(undated)) add(std::move(name));
  return out;
}

std::string_view place_in_name(std::string_view model) {
  const auto before = [&](std::string_view maker) -> std::optional<std::string_view> {
    const std::size_t at = model.find(maker);
    if (at == std::string_view::npos) return std::nullopt;
    return model.substr(0, at);
  };
  const auto regional = [](std::string_view head) {
    return head.ends_with('.') && !head.ends_with("global.");
  };
  // Claude invoked by its plain Bedrock id is served in the caller's region.
  if (const auto head = before("anthropic.")) {
    const bool plain = head->empty() || head->ends_with('/') || head->ends_with(':');
    return plain || regional(*head) ? kBedrockRegion : std::string_view();
  }
  if (const auto head = before("amazon.")) {
    return regional(*head) ? kBedrockRegion : std::string_view();
  }
  return {};
}

std::string without_date(std::string canonical) {
  if (strip_suffix(canonical, "-latest") || strip_suffix(canonical, "-default")) return canonical;
  const std::size_t n = canonical.size();
  const auto tail_is = [&](std::string_view shape) {
    if (n <= shape.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const char c = canonical[n - shape.size() + i];
      if (shape[i] == '#' ? !is_digit(c) : c != shape[i]) return false;
    }
    return true;
  };
  for (const std::string_view shape : {"-20######", "-20##-##-##", "-00#"}) {
    if (tail_is(shape)) {
      canonical.erase(n - shape.size());
      return canonical;
    }
  }
  return canonical;
}

}  // namespace breakeven::catalog
