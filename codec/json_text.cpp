#include "codec/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string filtered(std::string_view object, std::span<const std::string_view> names, bool keep) {
  const Json json = Json::parse(object, nullptr, false);
  Json out = Json::object();
  if (!json.is_object()) return line(out);
  for (const auto& [name, value] : json.items()) {
    const bool named = std::ranges::find(names, name) != names.end();
    if (named == keep) out[name] = value;
  }
  return line(out);
}

}  // namespace

Status check_nesting(std::string_view text, std::size_t limit) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
    } else if (c == '{' || c == '[') {
      if (++depth > limit) {
        return Error{ErrorCode::resource_limit,
                     "expected JSON nested at most " + std::to_string(limit) + " deep",
                     "byte " + std::to_string(i + 1)};
      }
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return {};
}

std::string json_string(std::string_view text) { return line(Json(text)); }

std::string pick_members(std::string_view object, std::span<const std::string_view> names) {
  return filtered(object, names, true);
}

std::string without_members(std::string_view object, std::span<const std::string_view> names) {
  return filtered(object, names, false);
}

Result<std::string> merge_members(std::string_view base, std::string_view changes) {
  Json merged = Json::parse(base, nullptr, false);
  const Json over = Json::parse(changes, nullptr, false);
  if (!merged.is_object() || !over.is_object()) {
    return Error{ErrorCode::parse_error, "expected a JSON object", "/"};
  }
  for (const auto& [name, value] : over.items()) merged[name] = value;
  return line(merged);
}

}  // namespace breakeven::codec
