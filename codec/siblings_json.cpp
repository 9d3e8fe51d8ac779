#include "codec/siblings_json.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "codec/figure_value.hpp"
#include "codec/json_object.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;
using siblings::Answer;
using siblings::Field;
using siblings::Inputs;

constexpr std::size_t kMaxRequestBytes = 65'536;
constexpr int kMaxDepth = 4;  ///< deeper than any field

/// Sets every value below `node`; `name` is its path with dots.
Status set_all(const Json& node, const std::string& name, int depth, Inputs& inputs) {
  const std::string place = siblings::pointer_of(name);
  if (node.is_object() && depth < kMaxDepth && (name.empty() || inputs.field(name) == nullptr)) {
    for (const auto& [key, value] : node.items()) {
      BREAKEVEN_CHECK_OK(set_all(value, name.empty() ? key : name + "." + key, depth + 1, inputs));
    }
    return {};
  }
  if (node.is_string()) return inputs.set(name, node.get_ref<const std::string&>(), place);
  if (node.is_boolean() || node.is_number()) return inputs.set(name, node.dump(), place);
  return Error{
      ErrorCode::parse_error,
      "expected a decimal string, a number, true or false, found " + std::string(node.type_name()),
      place};
}

Json inputs_json(const Inputs& inputs) {
  Json out = Json::object();
  for (const Field& field : inputs.fields()) {
    const Inputs::Given* const given = inputs.get(field.name);
    if (given == nullptr) continue;
    const Json::json_pointer at(siblings::pointer_of(field.name));
    if (field.type == siblings::FieldType::yes_no) {
      out[at] = given->text == "true";
    } else {
      out[at] = given->text;
    }
  }
  return out;
}

Json cell_json(const siblings::Cell& cell, const siblings::Sheet& sheet) {
  struct Visit {
    const siblings::Sheet& sheet;
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(const siblings::FigureName& one) const {
      const auto figure = sheet.figures().find(one.name);
      return figure.ok() ? value_json((*figure)->value) : Json(nullptr);
    }
    Json operator()(const std::string& one) const { return one; }
    Json operator()(std::int64_t one) const { return one; }
    Json operator()(double one) const { return one; }
    Json operator()(bool one) const { return one; }
    Json operator()(const std::vector<std::string>& one) const { return one; }
  };
  return std::visit(Visit{sheet}, cell);
}

std::string_view type_name(siblings::FieldType type) {
  switch (type) {
    case siblings::FieldType::money:
      return "money";
    case siblings::FieldType::ratio:
      return "ratio";
    case siblings::FieldType::whole:
      return "whole";
    case siblings::FieldType::choice:
      return "choice";
    case siblings::FieldType::yes_no:
      return "yes_no";
    case siblings::FieldType::text:
      break;
  }
  return "text";
}

}  // namespace

Result<Inputs> inputs_from_json(std::string_view text, std::span<const Field> fields) {
  if (text.size() > kMaxRequestBytes) {
    return Error{ErrorCode::resource_limit,
                 "expected at most " + std::to_string(kMaxRequestBytes) + " bytes, found " +
                     std::to_string(text.size()),
                 "request"};
  }
  BREAKEVEN_TRY(const Json body, json_object(text, "request"));
  Inputs inputs(fields);
  BREAKEVEN_CHECK_OK(set_all(body, "", 0, inputs));
  return inputs;
}

std::string answer_to_json(const Answer& answer, int indent) {
  Json out = Json::object();
  out["schema"] = answer.schema;
  out["inputs"] = inputs_json(answer.inputs);
  out["verdict"] = {{"kind", answer.verdict}, {"sentence", answer.sentence}};
  for (const siblings::AnswerTable& table : answer.tables) {
    Json rows = Json::array();
    for (const auto& row : table.rows) {
      Json one = Json::object();
      for (std::size_t i = 0; i < table.columns.size() && i < row.size(); ++i) {
        one[table.columns[i]] = cell_json(row[i], answer.sheet);
      }
      rows.push_back(std::move(one));
    }
    out[table.name] = std::move(rows);
  }
  out["figures"] = figures_json(answer.sheet.figures());
  out["warnings"] = answer.warnings;
  return out.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string fields_to_json(std::span<const Field> fields, int indent) {
  Json out{{"fields", Json::array()}};
  for (const Field& field : fields) {
    out["fields"].push_back({{"name", field.name},
                             {"flag", siblings::flag_of(field)},
                             {"title", field.title},
                             {"unit", field.unit},
                             {"type", type_name(field.type)},
                             {"low", field.low},
                             {"high", field.high},
                             {"choices", field.choices},
                             {"initial", field.initial}});
  }
  return out.dump(indent);
}

}  // namespace breakeven::codec
