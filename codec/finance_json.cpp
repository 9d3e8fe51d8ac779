#include "codec/finance_json.hpp"

#include <nlohmann/json.hpp>

#include "codec/error_json.hpp"
#include "codec/finance_functions.hpp"
#include "engine/base/text.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::vector<FinanceFunction> all_functions() {
  std::vector<FinanceFunction> all;
  for (const auto list : {cash_flow_functions(), loan_functions(), fleet_functions(),
                          break_even_functions(), variance_functions()}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

Result<FinanceFunction> function_named(std::string_view name) {
  std::vector<std::string> names;
  for (const FinanceFunction& function : all_functions()) {
    if (function.name == name) return function;
    names.emplace_back(function.name);
  }
  return not_found("finance function", name, names, "finance");
}

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Json> answer(std::string_view function, const Json& request) {
  BREAKEVEN_TRY(const FinanceFunction chosen, function_named(function));
  BREAKEVEN_TRY(const FinanceFields fields, FinanceFields::read(request, chosen.fields));
  auto result = chosen.answer(fields);
  if (!result) return fields.at_field(result.error());
  Json out = Json::object();
  if (request.contains("id")) out["id"] = request["id"];
  out.update(*result);
  return out;
}

std::string refusal(const Json& id, const Error& error) {
  // error_to_json gives {"error": ...}: the id goes in front.
  return "{\"id\":" + one_line(id) + "," + error_to_json(error).substr(1);
}

}  // namespace

const std::vector<FinanceHelp>& finance_functions() {
  static const std::vector<FinanceHelp> help = [] {
    std::vector<FinanceHelp> list;
    for (const FinanceFunction& f : all_functions()) list.push_back({f.name, f.title, f.fields});
    return list;
  }();
  return help;
}

Result<std::string> finance_answer(std::string_view function, std::string_view json) {
  BREAKEVEN_TRY(const Json request, parse_strict_json(json));
  BREAKEVEN_TRY(const Json out, answer(function, request));
  return one_line(out);
}

std::string finance_line(std::string_view function, std::string_view json) {
  const auto request = parse_strict_json(json);
  if (!request) return finance_refusal(request.error());
  const auto out = answer(function, *request);
  if (out) return one_line(*out);
  const bool named = request->is_object() && request->contains("id");
  return refusal(named ? (*request)["id"] : Json(nullptr), out.error());
}

std::string finance_refusal(const Error& error) { return refusal(nullptr, error); }

std::string finance_request(const std::vector<std::pair<std::string, std::string>>& fields) {
  Json out = Json::object();
  for (const auto& [name, value] : fields) out[name] = value;
  return one_line(out);
}

bool is_one_json_value(std::string_view text) { return Json::accept(text); }

}  // namespace breakeven::codec
