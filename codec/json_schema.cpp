#include "codec/json_schema.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/text.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 20> kKeywords = {"$schema",
                                                        "title",
                                                        "description",
                                                        "examples",
                                                        "default",
                                                        "pattern",
                                                        "format",
                                                        "type",
                                                        "required",
                                                        "properties",
                                                        "enum",
                                                        "minimum",
                                                        "maximum",
                                                        "minLength",
                                                        "maxLength",
                                                        "minItems",
                                                        "maxItems",
                                                        "items",
                                                        "additionalProperties",
                                                        "minProperties"};
constexpr std::array<std::string_view, 7> kTypes = {"object", "array",   "string", "integer",
                                                    "number", "boolean", "null"};

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A value as it is shown in a message: never more than a few words of it.
std::string shown(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  const std::string text = line(value);
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

/// One part of a JSON pointer (RFC 6901).
std::string step(std::string_view name) {
  std::string out = "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

Status check_schema(const Json& schema, const std::string& at) {
  const auto wrong = [&](const std::string& what) {
    return Error{ErrorCode::internal, what, at.empty() ? "/" : at};
  };
  if (!schema.is_object()) return wrong("a schema is an object");
  for (const auto& [keyword, value] : schema.items()) {
    if (std::ranges::find(kKeywords, keyword) == kKeywords.end()) {
      return wrong("this keyword is not supported: " + keyword);
    }
    if (keyword == "properties") {
      if (!value.is_object()) return wrong("properties is an object");
      for (const auto& [name, inner] : value.items()) {
        BREAKEVEN_CHECK_OK(check_schema(inner, at + "/properties" + step(name)));
      }
    }
    if (keyword == "items") BREAKEVEN_CHECK_OK(check_schema(value, at + "/items"));
    if (keyword == "additionalProperties" && !value.is_boolean()) {
      return wrong("additionalProperties is true or false");
    }
  }
  const Json types = schema.value("type", Json());
  const Json list = types.is_array() ? types : Json::array({types});
  for (const Json& type : list) {
    if (!type.is_string() || std::ranges::find(kTypes, type.get<std::string>()) == kTypes.end()) {
      return wrong("type is missing or unknown");
    }
  }
  return {};
}

bool is_of(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX);
  }
  // 3.0 is an integer in JSON Schema.
  if (value.is_number_float()) {
    const double real = value.get<double>();
    return real >= -9e15 && real <= 9e15 &&
           real == static_cast<double>(static_cast<std::int64_t>(real));
  }
  return value.is_number_integer();
}

std::string with_article(const std::string& type) {
  if (type == "object" || type == "array" || type == "integer") {
    return type == "object" ? "an object" : type == "array" ? "a list" : "a whole number";
  }
  return type == "null" ? "null" : type == "boolean" ? "true or false" : "a " + type;
}

Status check(const Json& value, const Json& schema, const std::string& at);

Status check_object(const Json& value, const Json& schema, const std::string& at) {
  const Json none = Json::object();
  const auto found = schema.find("properties");
  const Json& properties = found == schema.end() ? none : *found;
  for (const Json& name : schema.value("required", Json::array())) {
    if (!value.contains(name.get<std::string>())) {
      return Error{ErrorCode::invalid_argument, "expected this member, found nothing",
                   at + step(name.get<std::string>())};
    }
  }
  if (value.size() < schema.value("minProperties", std::size_t{0})) {
    return Error{ErrorCode::invalid_argument, "expected at least one member, found none",
                 at.empty() ? "/" : at};
  }
  for (const auto& [name, member] : value.items()) {
    const auto inner = properties.find(name);
    if (inner != properties.end()) {
      BREAKEVEN_CHECK_OK(check(member, *inner, at + step(name)));
    } else if (!schema.value("additionalProperties", true)) {
      std::vector<std::string> known;
      for (const auto& [other, unused] : properties.items()) known.push_back(other);
      return not_found("argument", name, known, at + step(name));
    }
  }
  return {};
}

Status check_sizes(const Json& value, const Json& schema, const std::string& at) {
  const auto outside = [&](const char* low, const char* high, std::size_t size,
                           const std::string& what) -> Status {
    const std::size_t least = schema.value(low, std::size_t{0});
    const std::size_t most = schema.value(high, SIZE_MAX);
    if (size >= least && size <= most) return {};
    const std::string range = most == SIZE_MAX
                                  ? std::to_string(least) + " or more"
                                  : std::to_string(least) + " to " + std::to_string(most);
    return Error{ErrorCode::out_of_range,
                 "expected " + range + " " + what + ", found " + std::to_string(size), at};
  };
  if (value.is_string()) {
    return outside("minLength", "maxLength", value.get_ref<const std::string&>().size(),
                   "characters");
  }
  if (value.is_array()) return outside("minItems", "maxItems", value.size(), "elements");
  return {};
}

Status check(const Json& value, const Json& schema, const std::string& at) {
  const std::string place = at.empty() ? "/" : at;
  const Json& type = schema["type"];
  const Json types = type.is_array() ? type : Json::array({type});
  std::string wanted;
  bool fits = false;
  for (const Json& one : types) {
    const std::string& name = one.get_ref<const std::string&>();
    fits = fits || is_of(value, name);
    wanted += (wanted.empty() ? "" : " or ") + with_article(name);
  }
  if (!fits) {
    return Error{ErrorCode::invalid_argument, "expected " + wanted + ", found " + shown(value),
                 place};
  }
  if (const auto allowed = schema.find("enum");
      allowed != schema.end() && std::ranges::find(*allowed, value) == allowed->end()) {
    std::vector<std::string> words;
    for (const Json& word : *allowed)
      words.push_back(word.is_string() ? word.get<std::string>() : line(word));
    return not_found("value", value.is_string() ? value.get<std::string>() : shown(value), words,
                     place);
  }
  if (value.is_number()) {
    const double number = value.get<double>();
    for (const auto& [keyword, word, wrong] :
         {std::tuple{"minimum", "at least ", +[](double x, double b) { return x < b; }},
          std::tuple{"maximum", "at most ", +[](double x, double b) { return x > b; }}}) {
      const auto bound = schema.find(keyword);
      if (bound != schema.end() && wrong(number, bound->get<double>())) {
        return Error{ErrorCode::out_of_range,
                     std::string("expected ") + word + line(*bound) + ", found " + shown(value),
                     place};
      }
    }
  }
  BREAKEVEN_CHECK_OK(check_sizes(value, schema, place));
  if (value.is_object()) return check_object(value, schema, at);
  const auto items = schema.find("items");
  if (!value.is_array() || items == schema.end()) return {};
  for (std::size_t i = 0; i < value.size(); ++i) {
    BREAKEVEN_CHECK_OK(check(value[i], *items, at + "/" + std::to_string(i)));
  }
  return {};
}

}  // namespace

struct JsonSchema::State {
  Json schema;
};

Result<JsonSchema> JsonSchema::parse(std::string_view text) {
  auto state = std::make_shared<State>();
  state->schema = Json::parse(text, nullptr, false);
  BREAKEVEN_CHECK_OK(check_schema(state->schema, ""));
  JsonSchema made;
  made.state_ = std::move(state);
  return made;
}

std::vector<std::string> JsonSchema::properties() const {
  std::vector<std::string> names;
  const Json properties = state_->schema.value("properties", Json::object());
  for (const auto& [name, unused] : properties.items()) names.push_back(name);
  return names;
}

struct JsonArguments::State {
  Json object;
  [[nodiscard]] const Json* find(std::string_view name) const {
    const auto found = object.find(std::string(name));
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }
};

Result<JsonArguments> JsonArguments::parse(std::string_view object, const JsonSchema& schema) {
  auto state = std::make_shared<State>();
  state->object = Json::parse(object, nullptr, false);
  if (state->object.is_discarded()) {
    return Error{ErrorCode::parse_error, "expected a JSON object, found text that is not JSON",
                 "/"};
  }
  BREAKEVEN_CHECK_OK(check(state->object, schema.state_->schema, ""));
  JsonArguments made;
  made.state_ = std::move(state);
  return made;
}

bool JsonArguments::has(std::string_view name) const { return state_->find(name) != nullptr; }

std::string JsonArguments::text(std::string_view name, std::string_view fallback) const {
  const Json* found = state_->find(name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string(fallback);
}

std::int64_t JsonArguments::whole(std::string_view name, std::int64_t fallback) const {
  const Json* found = state_->find(name);
  return found != nullptr && found->is_number() ? found->get<std::int64_t>() : fallback;
}

double JsonArguments::number(std::string_view name, double fallback) const {
  const Json* found = state_->find(name);
  return found != nullptr && found->is_number() ? found->get<double>() : fallback;
}

bool JsonArguments::flag(std::string_view name) const {
  const Json* found = state_->find(name);
  return found != nullptr && found->is_boolean() && found->get<bool>();
}

std::vector<std::string> JsonArguments::texts(std::string_view name) const {
  std::vector<std::string> list;
  if (const Json* found = state_->find(name); found != nullptr && found->is_array()) {
    for (const Json& item : *found) {
      if (item.is_string()) list.push_back(item.get<std::string>());
    }
  }
  return list;
}

std::string JsonArguments::json(std::string_view name) const {
  const Json* found = state_->find(name);
  return found != nullptr ? line(*found) : std::string();
}

std::vector<std::string> JsonArguments::items(std::string_view name) const {
  std::vector<std::string> list;
  if (const Json* found = state_->find(name); found != nullptr && found->is_array()) {
    for (const Json& item : *found) list.push_back(line(item));
  }
  return list;
}

std::string JsonArguments::object() const { return line(state_->object); }

}  // namespace breakeven::codec
