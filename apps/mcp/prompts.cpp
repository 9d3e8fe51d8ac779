#include "apps/mcp/prompts.hpp"

#include <array>
#include <vector>

#include "apps/mcp/tool.hpp"
#include "codec/assistant_json.hpp"
#include "codec/json_schema.hpp"
#include "codec/json_text.hpp"
#include "engine/base/text.hpp"

namespace breakeven::mcp {
namespace {

using codec::json_string;

struct Prompt {
  const char* name;
  const char* title;
  const char* description;
  const char* task;
};

constexpr std::array<Prompt, 3> kPrompts = {{
    {"cfo_brief", "Brief for the CFO",
     "One page on whether to self-host: amount, certainty, cash, what would change it.",
     "Write a brief of at most one page for the CFO: the verdict in one sentence with its amount "
     "and "
     "probability; the ladder from the naive comparison to the honest one; one-offs, pay-back and "
     "cash; "
     "the three inputs that matter most and where each would flip the answer; what the model "
     "leaves "
     "out; and the decision to take now."},
    {"cto_brief", "Brief for the CTO",
     "One page on what it takes to self-host: fleet, latency, people, risks.",
     "Write a brief of at most one page for the CTO: the fleet with GPUs, redundancy and delivered "
     "utilisation; whether latency holds and what it rests on (measured or only simulated); "
     "people, "
     "migration and operations; quality of the open model against the API's; the options in "
     "between "
     "(hosted open weights, hybrid); and the risks to test first."},
    {"challenge", "Challenge the verdict", "Looks for the input that would overturn the answer.",
     "Try to overturn the verdict: change the inputs that its flip points, drivers and warnings "
     "name, "
     "one at a time and then the two weakest together, and say which changes are plausible, what "
     "the "
     "verdict becomes and what would have to be measured to know."},
}};

constexpr const char* kRules =
    "Rules: every figure comes from a tool of this server and is quoted as it is given, with the "
    "name "
    "of its figure in brackets, such as [verdict.saving]; never add, multiply or round amounts "
    "yourself (plan_what_if and quick_what_if give differences). Say which figures are assumed or "
    "simulated rather than exact. When a figure is doubted, call plan_explain and cite its "
    "sources.";

const char* const kArguments = R"("plan":{"type":"string","maxLength":64},
"trace":{"type":"string","maxLength":200},"api_model":{"type":"string","maxLength":200},"open_model":{"type":"string","maxLength":200})";

}  // namespace

std::string prompt_list() {
  std::string list;
  for (const Prompt& prompt : kPrompts) {
    if (!list.empty()) list += ",";
    list +=
        R"({"name":")" + std::string(prompt.name) + R"(","title":)" + json_string(prompt.title) +
        R"(,"description":)" + json_string(prompt.description) +
        R"(,"arguments":[{"name":"plan","description":"id of a plan that this server holds","required":false},)"
        R"({"name":"trace","description":"or: id of a trace to plan for","required":false},)"
        R"({"name":"api_model","description":"with trace: the API model in use","required":false},)"
        R"({"name":"open_model","description":"with trace: the open model to host","required":false}]})";
  }
  return R"({"prompts":[)" + list + "]}";
}

Result<std::string> get_prompt(const Engine& engine, const std::string& name,
                               std::string_view arguments) {
  const Prompt* prompt = nullptr;
  std::vector<std::string> names;
  for (const Prompt& one : kPrompts) {
    names.emplace_back(one.name);
    if (name == one.name) prompt = &one;
  }
  if (prompt == nullptr) return not_found("prompt", name, names, "/name");
  BREAKEVEN_TRY(const auto schema, codec::JsonSchema::parse(object_schema(kArguments, {})));
  BREAKEVEN_TRY(const auto given, codec::JsonArguments::parse(arguments, schema));
  std::string text = prompt->task;
  text += "\n\n";
  text += kRules;
  std::string resource;
  if (given.has("plan")) {
    BREAKEVEN_TRY(const auto plan, engine.plans->find(given.text("plan")));
    text += "\n\nThe plan is " + plan->id + "; its summary follows.";
    resource =
        R"(,{"role":"user","content":{"type":"resource","resource":{"uri":)" +
        json_string("breakeven://plans/" + plan->id) + R"(,"mimeType":"application/json","text":)" +
        json_string(codec::plan_summary_to_json(plan->json, plan->id, plan->trace_id)) + "}}}";
  } else if (given.has("trace")) {
    text += "\n\nFirst call plan with trace " + json_string(given.text("trace"));
    for (const char* model : {"api_model", "open_model"}) {
      text += std::string(", ") + model + " ";
      text += given.has(model) ? json_string(given.text(model)) : "(ask the person which)";
    }
    text += ".";
  } else {
    text +=
        "\n\nAsk the person for a trace (list_traces), the API model in use and the open model to "
        "host, or, without traffic, for the monthly figures of quick_calculator.";
  }
  return R"({"description":)" + json_string(prompt->description) +
         R"(,"messages":[{"role":"user","content":{"type":"text","text":)" + json_string(text) +
         "}}" + resource + "]}";
}

}  // namespace breakeven::mcp
