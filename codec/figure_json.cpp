#include "codec/figure_json.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "codec/figure_value.hpp"

namespace breakeven::codec {

using Json = nlohmann::ordered_json;

Json value_json(const explain::Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  return explain::to_decimal(value);
}

Json figures_json(const explain::FigureGraph& graph) {
  Json out = Json::object();
  for (const explain::Figure& figure : graph.figures()) {
    out[figure.name] = {{"title", figure.title},
                        {"value", value_json(figure.value)},
                        {"unit", figure.unit},
                        {"kind", explain::to_string(figure.kind)}};
  }
  return out;
}

namespace {

Json derivation(const explain::FigureGraph& graph, const explain::Figure& figure,
                std::set<std::string>& shown) {
  Json out{{"name", figure.name},
           {"title", figure.title},
           {"value", value_json(figure.value)},
           {"unit", figure.unit},
           {"kind", explain::to_string(figure.kind)}};
  if (!shown.insert(figure.name).second) return out;
  if (!figure.formula.empty()) out["formula"] = figure.formula;
  if (figure.low && figure.high) {
    out["low"] = value_json(*figure.low);
    out["high"] = value_json(*figure.high);
  }
  if (!figure.note.empty()) out["note"] = figure.note;
  if (!figure.sources.empty()) {
    out["sources"] = Json::array();
    for (const explain::Source& source : figure.sources) {
      out["sources"].push_back(
          {{"text", source.text}, {"date", source.date}, {"place", source.place}});
    }
  }
  if (!figure.inputs.empty()) {
    out["inputs"] = Json::array();
    for (const std::string& name : figure.inputs) {
      if (const auto input = graph.find(name)) {
        out["inputs"].push_back(derivation(graph, **input, shown));
      }
    }
  }
  return out;
}

}  // namespace

Result<std::string> derivation_to_json(const explain::FigureGraph& graph, std::string_view name) {
  BREAKEVEN_TRY(const explain::Figure* const figure, graph.find(name));
  std::set<std::string> shown;
  return derivation(graph, *figure, shown).dump(2);
}

}  // namespace breakeven::codec
