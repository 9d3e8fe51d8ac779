// json_values.hpp — one JSON value as a tree that keeps the spelling of its numbers.
//
// Shape    Field::text of a number is the number as written, so that an amount of money or an
//          integer of any size can be read exactly; Field::integer and Field::real are there too.
//          Strict RFC 8259: no comments, no trailing commas, no NaN.
// Threads  One parser per thread; the tree lives until the next parse().
// Errors   parse_error with the byte of the text; resource_limit when nested deeper than
//          kMaxJsonDepth.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/pricing/usage_fields.hpp"

namespace breakeven::io {

class JsonValues {
 public:
  /// `text` must outlive the tree: strings without escapes are views into it.
  [[nodiscard]] Result<pricing::Fields::Ref> parse(std::string_view text);

 private:
  struct Parser;
  pricing::Fields fields_;
  std::string unescaped_;
};

}  // namespace breakeven::io
