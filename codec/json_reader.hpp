// json_reader.hpp — walks a document of ours that comes back from a file: every member is expected.
//
// Shape    Reading goes on after a mistake with empty values; the first mistake is remembered, so
//          that whoever reads asks once, at the end.
// Errors   parse_error with the JSON pointer of what is missing or of another type.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::codec {

class JsonReader {
 public:
  using Json = nlohmann::ordered_json;

  /// `about` ends the sentence of every mistake; it, `node` and `error` outlive the reader.
  JsonReader(const Json& node, const char* about, std::optional<Error>& error)
      : JsonReader(node, "", about, error) {}

  [[nodiscard]] JsonReader operator[](const char* key) const;
  /// Empty when it is not there or null.
  [[nodiscard]] std::optional<JsonReader> find(const char* key) const;

  [[nodiscard]] std::string text() const;
  /// Texts as they are, anything else as JSON; nothing for null.
  [[nodiscard]] std::string shown() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] std::int64_t whole() const;
  [[nodiscard]] bool yes() const;
  [[nodiscard]] Usd usd() const;
  [[nodiscard]] std::vector<JsonReader> list() const;
  [[nodiscard]] std::vector<std::pair<std::string, JsonReader>> members() const;
  [[nodiscard]] std::vector<double> numbers() const;
  [[nodiscard]] std::vector<std::string> texts() const;

  /// Remembers that this place does not hold what was `expected`.
  void fail(const std::string& expected) const { fail(pointer_, expected); }

 private:
  JsonReader(const Json& node, std::string pointer, const char* about, std::optional<Error>& error)
      : node_(&node), pointer_(std::move(pointer)), about_(about), error_(&error) {}
  void fail(const std::string& place, const std::string& expected) const;

  const Json* node_;
  std::string pointer_;
  const char* about_;
  std::optional<Error>* error_;
};

}  // namespace breakeven::codec
