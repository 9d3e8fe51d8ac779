// The calculators beside the plan: check a claim, fine-tuning, scale.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/mcp/tool.hpp"
#include "codec/assistant_json.hpp"
#include "codec/json_text.hpp"
#include "service/siblings.hpp"

namespace breakeven::mcp {
namespace {

using codec::JsonArguments;
using service::Sibling;

struct SiblingTool {
  Sibling sibling;
  const char* name;
  const char* title;
  const char* description;
};
constexpr SiblingTool kTools[] = {
    {Sibling::claim, "check_claim", "Check a published comparison",
     "Says whether a published comparison of an API with GPUs of one's own follows from its own "
     "inputs, which claimed figures are wrong and by how much, and which of the usual flaws it has "
     "(rent scaled by utilisation, break-even above capacity, people or migration left out, "
     "period mixed up, memory that does not fit). Give what the source states, and nothing else."},
    {Sibling::finetune, "finetune_cost", "What fine-tuning costs",
     "Cost of fine-tuning at an API or on GPUs of one's own, with data preparation, evaluation and "
     "retraining, and after how many queries and months it is paid back."},
    {Sibling::scale, "scale_projection", "A bill as the volume grows",
     "A bill at 10, 100 and 1000 times the volume with levers (batch, volume discount, routing, "
     "cache), month by month as it grows, the month in which a yearly budget is breached, rate "
     "limits, and when an architecture stops being the cheapest."}};

std::string schema_of(const siblings::Field& field) {
  std::string words(field.title);
  if (!field.unit.empty()) words += " [" + std::string(field.unit) + "]";
  if (!field.choices.empty()) words += ", one of: " + std::string(field.choices);
  if (!field.low.empty() && field.type != siblings::FieldType::text) {
    words += ", " + std::string(field.low) + " to " + std::string(field.high);
  }
  if (!field.initial.empty()) words += ", default " + std::string(field.initial);
  const char* type = R"(["string","number"])";
  if (field.type == siblings::FieldType::yes_no) type = R"("boolean")";
  if (field.type == siblings::FieldType::choice || field.type == siblings::FieldType::text) {
    type = R"("string")";
  }
  return std::string(R"({"type":)") + type + R"(,"description":)" + codec::json_string(words) + "}";
}

/// The fields as nested objects: "gpu.count" is a member of "gpu".
struct Group {
  std::vector<std::pair<std::string, std::string>> leaves;  ///< name, schema
  std::vector<std::pair<std::string, Group>> groups;

  Group& group(const std::string& name) {
    for (auto& [key, value] : groups) {
      if (key == name) return value;
    }
    return groups.emplace_back(name, Group{}).second;
  }
  void add(std::string_view name, std::string schema) {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) {
      leaves.emplace_back(std::string(name), std::move(schema));
    } else {
      group(std::string(name.substr(0, dot))).add(name.substr(dot + 1), std::move(schema));
    }
  }
  [[nodiscard]] std::string properties() const {
    std::string out;
    const auto put = [&](const std::string& name, const std::string& schema) {
      out += (out.empty() ? "" : ",") + codec::json_string(name) + ":" + schema;
    };
    for (const auto& [name, schema] : leaves) put(name, schema);
    for (const auto& [name, inner] : groups) put(name, object_schema(inner.properties(), {}));
    return out;
  }
};

std::string properties_of(Sibling sibling) {
  Group all;
  for (const siblings::Field& field : service::sibling_fields(sibling)) {
    all.add(field.name, schema_of(field));
  }
  return all.properties();
}

Result<ToolAnswer> run(const Engine& engine, Sibling sibling, const JsonArguments& arguments) {
  const std::string object(arguments.object());
  const std::string figure = arguments.text("explain");
  constexpr std::string_view kExplain[] = {"explain"};
  const std::string question = codec::without_members(object, kExplain);
  BREAKEVEN_TRY(std::string answer,
                service::sibling_json(sibling, question, figure, *engine.siblings));
  if (!figure.empty()) return ToolAnswer{"The derivation of " + figure, std::move(answer), {}};
  std::string sentence = codec::text_within(answer, "verdict", "sentence");
  return ToolAnswer{std::move(sentence), std::move(answer), {}};
}

}  // namespace

void add_sibling_tools(const Engine& engine, std::vector<Tool>& tools) {
  for (const SiblingTool& tool : kTools) {
    tools.push_back(
        {tool.name,
         tool.title,
         std::string(tool.description) +
             " Money in USD as exact decimal strings. With explain, the derivation of that figure "
             "instead.",
         object_schema(
             properties_of(tool.sibling) +
                 R"(,"explain":{"type":"string","minLength":1,"maxLength":200,"description":"name of a figure of the answer"})",
             {}),
         R"({"type":"object","properties":{"schema":{"type":"string"},"inputs":{"type":["object","array"]},"verdict":{"type":"object","required":["kind","sentence"]},"figures":{"type":"object","description":"every number by the name that explain takes"},"warnings":{"type":"array"},"name":{"type":"string"},"value":{"type":["string","number"]},"formula":{"type":"string"}}})",
         [engine, sibling = tool.sibling](const JsonArguments& arguments, Ticker&) {
           return run(engine, sibling, arguments);
         },
         false,
         {}});
  }
}

}  // namespace breakeven::mcp
