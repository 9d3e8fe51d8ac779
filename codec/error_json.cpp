#include "codec/error_json.hpp"

#include <nlohmann/json.hpp>

namespace breakeven::codec {

std::string error_to_json(const Error& error) {
  nlohmann::ordered_json body;
  body["error"]["code"] = error_info(error.code).name;
  body["error"]["message"] = error.message;
  if (!error.where.empty()) body["error"]["where"] = error.where;
  // Invalid UTF-8 from the user's input is replaced, not thrown.
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace breakeven::codec
