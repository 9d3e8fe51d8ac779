#include "codec/json_object.hpp"

#include <cstddef>
#include <string>

namespace breakeven::codec {
namespace {

/// Accepts everything and remembers where that ended: only asked once parsing has failed.
struct FirstMistake final : nlohmann::json_sax<nlohmann::json> {
  std::size_t byte = 0;
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    byte = position;
    return false;
  }
};

}  // namespace

Result<nlohmann::ordered_json> json_object(std::string_view text, std::string_view where) {
  auto body = nlohmann::ordered_json::parse(text, nullptr, false);
  if (body.is_discarded()) {
    FirstMistake mistake;
    nlohmann::json::sax_parse(text, &mistake);
    return Error{ErrorCode::parse_error,
                 "expected a JSON object; not JSON at byte " + std::to_string(mistake.byte),
                 std::string(where)};
  }
  if (!body.is_object()) {
    return Error{ErrorCode::parse_error,
                 "expected a JSON object, found " + std::string(body.type_name()),
                 std::string(where)};
  }
  return body;
}

}  // namespace breakeven::codec
