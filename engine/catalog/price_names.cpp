#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/text.hpp"
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
  std::ranges::replace_if(text, [](char c) { return c == '.' || c == '@' || c == '_'; }, '-');
  return text;
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
