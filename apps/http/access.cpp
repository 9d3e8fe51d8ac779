#include "apps/http/access.hpp"

#include <algorithm>

#include "engine/base/sha256.hpp"
#include "engine/base/text.hpp"
#include "service/file_text.hpp"

namespace breakeven::http {
namespace {

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Looks at every character, so that the time does not tell how many were right.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    different |=
        static_cast<unsigned char>(a[i]) ^ static_cast<unsigned>(static_cast<unsigned char>(b[i]));
  }
  return different == 0;
}

}  // namespace

Result<Tokens> Tokens::parse(std::string_view text, const std::string& file) {
  Tokens tokens;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    line = trim(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::size_t space = line.find_first_of(" \t");
    const std::string name(line.substr(0, space));
    const std::string hash =
        space == std::string_view::npos ? "" : to_lower(trim(line.substr(space)));
    if (!is_hash(hash)) {
      // What stands there is not repeated: it may be a token that was put here by mistake.
      return Error{ErrorCode::parse_error,
                   "expected a name and the SHA-256 of a token in 64 hexadecimal digits",
                   file + ":" + std::to_string(number)};
    }
    tokens.tokens_.emplace_back(name, hash);
  }
  if (tokens.empty()) return Error{ErrorCode::parse_error, "expected at least one token", file};
  return tokens;
}

Result<Tokens> Tokens::load(const std::string& path) {
  BREAKEVEN_TRY(const std::string text, service::read_file_text(path));
  return parse(text, path);
}

std::string_view Tokens::owner(std::string_view authorization) const {
  constexpr std::string_view kBearer = "bearer ";
  if (to_lower(authorization.substr(0, kBearer.size())) != kBearer) return {};
  const std::string hash = sha256_hex(trim(authorization.substr(kBearer.size())));
  std::string_view found;
  for (const auto& [name, known] : tokens_) {
    if (same(hash, known)) found = name;
  }
  return found;
}

}  // namespace breakeven::http
