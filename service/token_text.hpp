// token_text.hpp — how a token is written: "bkv_ID_SECRET", so that leaked ones can be found by their
// beginning, and the one that leaked is known by its id without its secret.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace breakeven::service {

inline constexpr std::string_view kTokenPrefix = "bkv_";
inline constexpr std::size_t kTokenIdBytes = 6;
inline constexpr std::size_t kTokenSecretBytes = 32;
inline constexpr std::string_view kDefaultWorkspace = "default";

struct TokenParts {
  std::string_view id;
  std::string_view secret;
};

/// Nothing for text of another shape.
[[nodiscard]] constexpr std::optional<TokenParts> split_token(std::string_view text) {
  constexpr std::size_t kId = 2 * kTokenIdBytes;
  constexpr std::size_t kSecret = 2 * kTokenSecretBytes;
  if (!text.starts_with(kTokenPrefix)) return std::nullopt;
  text.remove_prefix(kTokenPrefix.size());
  if (text.size() != kId + 1 + kSecret || text[kId] != '_') return std::nullopt;
  const TokenParts parts{text.substr(0, kId), text.substr(kId + 1)};
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (parts.id.find_first_not_of(kDigits) != std::string_view::npos) return std::nullopt;
  if (parts.secret.find_first_not_of(kDigits) != std::string_view::npos) return std::nullopt;
  return parts;
}

}  // namespace breakeven::service
