// The slider calculator: a monthly bill against GPU rent, people and tooling.
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "apps/mcp/tool.hpp"
#include "codec/assistant_json.hpp"
#include "codec/figure_json.hpp"
#include "codec/json_text.hpp"
#include "engine/advisor/quick_inputs.hpp"
#include "service/what_if.hpp"

namespace breakeven::mcp {
namespace {

using advisor::QuickInputs;
using codec::JsonArguments;

/// What a page draws charts from; an assistant asks for figures by name instead.
constexpr std::array<std::string_view, 3> kLeftOut = {"staircase", "cash", "tornado"};

const char* const kVerdict =
    R"("verdict":{"type":"object","required":["kind","title","sentence","amount_usd_month"],"description":"kind, sentence, amount and signed saving in USD/month, probability that self-hosting is cheaper, drivers, nearest flip"})";

/// One property per field of the calculator.
std::string input_properties() {
  std::string out;
  for (const advisor::QuickField& field : advisor::quick_fields()) {
    const bool boolean = std::holds_alternative<bool QuickInputs::*>(field.member);
    std::string words = std::string(field.title) + " [" + std::string(field.unit);
    if (!field.low.empty()) {
      words += ", " + std::string(field.low) + " to " + std::string(field.high);
    }
    words += ", default " + std::string(field.initial) + "]";
    out += codec::json_string(field.name) + R"(:{"type":)" +
           (boolean ? R"("boolean")" : R"(["string","number"])") + R"(,"description":)" +
           codec::json_string(words) +
           (boolean ? "" : R"(,"examples":[)" + codec::json_string(field.initial) + "]") + "},";
  }
  return out +
         R"("case":{"type":"string","maxLength":40,"description":"start from this worked case: small, mid, large, consumer, regulated, bursty, control; fields beside it win","examples":["mid"]},
"paths":{"type":"integer","minimum":100,"maximum":1000000,"description":"simulated futures; default 100000"},
"seed":{"type":"integer","minimum":0,"description":"seed of the simulated futures; default 1"})";
}

Result<ToolAnswer> quick(const Engine& engine, const JsonArguments& arguments) {
  BREAKEVEN_TRY(const std::string answer,
                engine.quick->answer_json(arguments.object(), *engine.pool));
  return ToolAnswer{codec::text_within(answer, "verdict", "sentence"),
                    codec::without_members(answer, kLeftOut),
                    {}};
}

Result<ToolAnswer> explain(const Engine& engine, const JsonArguments& arguments) {
  const std::string figure = arguments.text("figure");
  const std::string inputs = arguments.has("inputs") ? arguments.json("inputs") : "{}";
  BREAKEVEN_TRY(std::string derivation, engine.quick->explain_json(inputs, figure, *engine.pool));
  return ToolAnswer{"The derivation of " + figure, std::move(derivation), {}};
}

Result<ToolAnswer> what_if(const Engine& engine, const JsonArguments& arguments) {
  const std::string inputs = arguments.has("inputs") ? arguments.json("inputs") : "{}";
  BREAKEVEN_TRY(
      std::string json,
      service::quick_what_if(*engine.quick, inputs, arguments.json("changes"), *engine.pool,
                             static_cast<std::size_t>(arguments.whole("limit", 40))));
  return ToolAnswer{"Both verdicts and the figures that differ", std::move(json), {}};
}

}  // namespace

void add_quick_tools(const Engine& engine, std::vector<Tool>& tools) {
  const std::string properties = input_properties();
  const std::string inputs =
      R"("inputs":{"type":"object","description":"inputs of quick_calculator; left out: its defaults","additionalProperties":false,"properties":{)" +
      properties + "}}";
  tools.push_back(
      {"quick_calculator",
       "Monthly bill against self-hosting",
       "Compares a monthly API bill with GPU rent, operations and tooling: verdict as a sentence, "
       "the "
       "ladder from run rate to fully loaded, pay-back, break-even, probability and flip points. "
       "All "
       "money in USD per month as exact decimal strings. Use plan when request traffic is known.",
       object_schema(properties, {}),
       R"({"type":"object","required":["inputs","verdict","rungs","ledger","totals","figures"],"properties":{"inputs":{"type":"object"},)" +
           std::string(kVerdict) +
           R"(,"rungs":{"type":"array","items":{"type":"object"}},"ledger":{"type":"object"},"totals":{"type":"object"},"payback":{"type":"object"},"break_even":{"type":"object"},"flip_points":{"type":"array"},"uncertainty":{"type":"object"},"thumb_rules":{"type":"array"},"figures":{"type":"object","description":"every number by the name under which quick_explain derives it"},"warnings":{"type":"array"}}})",
       [engine](const JsonArguments& arguments, Ticker&) { return quick(engine, arguments); },
       false,
       {}});
  tools.push_back(
      {"quick_explain",
       "Where a figure of the calculator comes from",
       "The derivation of one figure of a quick_calculator answer: formula, named inputs, sources.",
       object_schema(
           R"("figure":{"type":"string","minLength":1,"maxLength":200,"description":"name of a figure","examples":["difference.fully_loaded"]},)" +
               inputs,
           {"figure"}),
       R"({"type":"object","required":["name","title","value","unit","kind"],"properties":{"name":{"type":"string"},"title":{"type":"string"},"value":{"type":["string","number"]},"unit":{"type":"string"},"kind":{"type":"string"},"formula":{"type":"string"},"inputs":{"type":"array"},"sources":{"type":"array"}}})",
       [engine](const JsonArguments& arguments, Ticker&) { return explain(engine, arguments); },
       false,
       {}});
  tools.push_back(
      {"quick_what_if",
       "Change inputs of the calculator",
       "Answers the calculator twice, with inputs and with changes put over them: both verdicts "
       "and "
       "every figure that differs with its exact difference.",
       object_schema(
           inputs +
               R"(,"changes":{"type":"object","minProperties":1,"description":"inputs with their new values","additionalProperties":false,"properties":{)" +
               properties +
               R"(},"examples":[{"ops_usd_month":"50000"}]},"limit":{"type":"integer","minimum":1,"maximum":500,"description":"at most so many figures; default 40"})",
           {"changes"}),
       R"({"type":"object","required":["before","after","verdict_changed","changes"],"properties":{"before":{"type":"object"},"after":{"type":"object"},"verdict_changed":{"type":"boolean"},"changes":{"type":"object","required":["changed","figures"]}}})",
       [engine](const JsonArguments& arguments, Ticker&) { return what_if(engine, arguments); },
       false,
       {}});
}

}  // namespace breakeven::mcp
