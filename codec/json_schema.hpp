// json_schema.hpp — arguments checked against a JSON Schema, then read.
//
// Shape    The keywords of JSON Schema 2020-12 that arguments need: type (one or a list), properties,
//          required, additionalProperties (a boolean), enum, minimum, maximum, minLength,
//          maxLength, items, minItems, maxItems, minProperties. title, description, examples,
//          default and pattern speak to the reader of the schema: whoever parses the text checks a
//          pattern. Any other keyword is a mistake in the schema, so that none is ignored silently.
// Errors   A mistake in a schema: internal, with the pointer of the keyword. A mistake in a value:
//          invalid_argument, out_of_range, or not_found with near matches (a member that the schema
//          does not know, a word that is not in the list), with the value's JSON pointer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::codec {

class JsonSchema {
 public:
  [[nodiscard]] static Result<JsonSchema> parse(std::string_view text);
  /// Names of its "properties", in order.
  [[nodiscard]] std::vector<std::string> properties() const;

 private:
  friend class JsonArguments;
  struct State;
  std::shared_ptr<const State> state_;
};

/// An object that fits its schema. Reading a member that is absent or null gives the fallback.
class JsonArguments {
 public:
  [[nodiscard]] static Result<JsonArguments> parse(std::string_view object,
                                                   const JsonSchema& schema);

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string text(std::string_view name, std::string_view fallback = {}) const;
  [[nodiscard]] std::int64_t whole(std::string_view name, std::int64_t fallback = 0) const;
  [[nodiscard]] double number(std::string_view name, double fallback = 0) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  /// A member as JSON text; empty when there is none.
  [[nodiscard]] std::string json(std::string_view name) const;
  /// Each element of a list as JSON text on one line.
  [[nodiscard]] std::vector<std::string> items(std::string_view name) const;
  /// The whole object as JSON text.
  [[nodiscard]] std::string object() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace breakeven::codec
