// access.hpp — who may ask, where the server is reachable from other machines.
//
// Shape    A file of tokens has one per line: a name, white space, and the SHA-256 of the token as 64
//          hexadecimal digits; "#" starts a comment. Tokens are long and random, so a plain hash
//          keeps them. The token itself is never stored, and never logged.
// Threads  Immutable once loaded.
// Errors   parse_error with file:line; those of reading a file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::http {

class Tokens {
 public:
  [[nodiscard]] static Result<Tokens> parse(std::string_view text, const std::string& file);
  [[nodiscard]] static Result<Tokens> load(const std::string& path);

  /// No token is asked for.
  [[nodiscard]] bool empty() const { return tokens_.empty(); }
  /// The name of the token in "Bearer TOKEN"; empty when there is none such. Takes the same time for
  /// every token that is not known.
  [[nodiscard]] std::string_view owner(std::string_view authorization) const;

 private:
  std::vector<std::pair<std::string, std::string>> tokens_;  ///< name, hash
};

}  // namespace breakeven::http
