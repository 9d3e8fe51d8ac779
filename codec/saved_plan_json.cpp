#include "codec/saved_plan_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "codec/json_object.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestName = 200;

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json head_of(const SavedPlanView& plan) {
  Json json;
  if (!plan.id.empty()) json["id"] = plan.id;
  json["name"] = plan.name;
  json["version"] = plan.version;
  if (!plan.created_at.empty()) json["created_at"] = plan.created_at;
  json["saved_at"] = plan.saved_at;
  json["saved_by"] = plan.saved_by;
  return json;
}

Json heads_of(std::span<const SavedPlanView> plans) {
  Json list = Json::array();
  for (const SavedPlanView& plan : plans) list.push_back(head_of(plan));
  return list;
}

}  // namespace

Result<PlanDocument> plan_document_from_json(std::string_view body) {
  BREAKEVEN_TRY(const Json json, json_object(body, "/"));
  for (const auto& [key, value] : json.items()) {
    if (key != "name" && key != "document") {
      return Error{ErrorCode::invalid_argument, "expected name and document", "/" + key};
    }
  }
  const auto name = json.find("name");
  const auto document = json.find("document");
  const auto fits = [](const std::string& text) {
    return !text.empty() && text.size() <= kLongestName &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  };
  if (name == json.end() || !name->is_string() || !fits(name->get_ref<const std::string&>())) {
    return Error{
        ErrorCode::invalid_argument,
        "expected a name of 1 to " + std::to_string(kLongestName) + " bytes without line breaks",
        "/name"};
  }
  if (document == json.end() || !document->is_object()) {
    return Error{ErrorCode::invalid_argument, "expected an object", "/document"};
  }
  return PlanDocument{name->get<std::string>(), line(*document)};
}

std::string saved_plan_to_json(const SavedPlanView& plan) {
  std::string text = line(head_of(plan));
  if (plan.document.empty()) return text;
  // It was written by this program: spliced in rather than parsed again.
  text.pop_back();
  return text + ",\"document\":" + plan.document + "}";
}

std::string saved_plans_to_json(std::span<const SavedPlanView> plans, std::int64_t next_before) {
  Json json;
  json["plans"] = heads_of(plans);
  json["next_before"] = next_before > 0 ? Json(next_before) : Json();
  return line(json);
}

std::string plan_versions_to_json(std::string_view id, std::span<const SavedPlanView> versions) {
  Json json;
  json["id"] = id;
  json["versions"] = heads_of(versions);
  return line(json);
}

}  // namespace breakeven::codec
