#include "codec/http_json.hpp"

#include <nlohmann/json.hpp>

#include "codec/json_object.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string problem_to_json(const Problem& problem) {
  Json json;
  json["type"] = "/problems/" + std::string(problem.code);
  json["title"] = problem.title;
  json["status"] = problem.status;
  json["detail"] = problem.detail;
  json["code"] = problem.code;
  if (!problem.where.empty()) json["where"] = problem.where;
  return line(json);
}

std::string strings_to_json(std::span<const std::pair<std::string_view, std::string_view>> fields) {
  Json json = Json::object();
  for (const auto& [name, value] : fields) json[std::string(name)] = value;
  return line(json);
}

std::string run_to_json(const RunState& run) {
  Json json;
  json["id"] = run.id;
  json["state"] = run.state;
  json["fraction_done"] = run.fraction_done;
  // Both texts were written by this program: they are spliced in rather than parsed again.
  std::string text = line(json);
  text.pop_back();
  if (!run.answer.empty()) text += ",\"answer\":" + std::string(run.answer);
  if (!run.error.empty()) text += ",\"error\":" + std::string(run.error);
  return text + "}";
}

std::string choices_to_json(std::span<const Choice> choices) {
  Json json;
  json["choices"] = Json::array();
  for (const Choice& choice : choices) {
    json["choices"].push_back({{"id", choice.id},
                               {"title", choice.title},
                               {"group", choice.group},
                               {"note", choice.note}});
  }
  return line(json);
}

std::string with_field(std::string_view object, std::string_view name, std::string_view value) {
  const std::string field = line(Json(name)) + ":" + line(Json(value));
  std::string text(object);
  const bool empty = text.find_first_not_of(" \n", 1) == text.find('}');
  text.insert(1, empty ? field : field + ",");
  return text;
}

Result<PlanOrder> plan_order_from_json(std::string_view body) {
  BREAKEVEN_TRY(Json json, json_object(body, "/"));
  const auto trace = json.find("trace");
  if (trace == json.end() || !trace->is_string()) {
    return Error{ErrorCode::invalid_argument,
                 "expected the id of an uploaded trace or of an example", "/trace"};
  }
  PlanOrder order;
  order.trace = trace->get<std::string>();
  json.erase("trace");
  order.question = line(json);
  return order;
}

}  // namespace breakeven::codec
