#include "codec/json_reader.hpp"

#include <cstddef>

namespace breakeven::codec {

JsonReader JsonReader::operator[](const char* key) const {
  static const Json kNothing;
  std::string at = pointer_ + "/" + key;
  if (!node_->is_object() || !node_->contains(key)) {
    fail(at, "a field");
    return {kNothing, std::move(at), about_, *error_};
  }
  return {(*node_)[key], std::move(at), about_, *error_};
}

std::optional<JsonReader> JsonReader::find(const char* key) const {
  if (!node_->is_object() || !node_->contains(key) || (*node_)[key].is_null()) return {};
  return JsonReader((*node_)[key], pointer_ + "/" + key, about_, *error_);
}

std::string JsonReader::text() const {
  if (node_->is_string()) return node_->get<std::string>();
  fail("a text");
  return {};
}

std::string JsonReader::shown() const {
  if (node_->is_string()) return node_->get<std::string>();
  if (node_->is_null()) return {};
  return node_->dump(-1, ' ', false, Json::error_handler_t::replace);
}

double JsonReader::number() const {
  if (node_->is_number()) return node_->get<double>();
  fail("a number");
  return 0;
}

std::int64_t JsonReader::whole() const {
  if (node_->is_number_integer()) return node_->get<std::int64_t>();
  fail("a whole number");
  return 0;
}

bool JsonReader::yes() const {
  if (node_->is_boolean()) return node_->get<bool>();
  fail("true or false");
  return false;
}

Usd JsonReader::usd() const {
  const auto amount = Usd::parse(text());
  if (!amount.ok()) fail("an amount as a decimal string");
  return amount.ok() ? *amount : Usd();
}

std::vector<JsonReader> JsonReader::list() const {
  std::vector<JsonReader> out;
  if (!node_->is_array()) {
    fail("a list");
    return out;
  }
  for (std::size_t i = 0; i < node_->size(); ++i) {
    out.push_back({(*node_)[i], pointer_ + "/" + std::to_string(i), about_, *error_});
  }
  return out;
}

std::vector<std::pair<std::string, JsonReader>> JsonReader::members() const {
  std::vector<std::pair<std::string, JsonReader>> out;
  if (!node_->is_object()) {
    fail("an object");
    return out;
  }
  for (const auto& [key, value] : node_->items()) {
    out.emplace_back(key, JsonReader(value, pointer_ + "/" + key, about_, *error_));
  }
  return out;
}

std::vector<double> JsonReader::numbers() const {
  std::vector<double> out;
  for (const JsonReader& one : list()) out.push_back(one.number());
  return out;
}

std::vector<std::string> JsonReader::texts() const {
  std::vector<std::string> out;
  for (const JsonReader& one : list()) out.push_back(one.text());
  return out;
}

void JsonReader::fail(const std::string& place, const std::string& expected) const {
  if (*error_) return;
  *error_ = Error{ErrorCode::parse_error, "expected " + expected + about_, place};
}

}  // namespace breakeven::codec
