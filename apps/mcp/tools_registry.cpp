// What is known about prices: since when, from where, and what changed.
#include <cstdint>
#include <utility>

#include "apps/mcp/tool.hpp"
#include "codec/registry_json.hpp"
#include "engine/base/text.hpp"

namespace breakeven::mcp {
namespace {

using codec::JsonArguments;

const char* const kVendor =
    R"("vendor":{"type":"string","minLength":1,"maxLength":100,"description":"id of a vendor","examples":["anthropic"]})";
const char* const kModel =
    R"("model":{"type":"string","minLength":1,"maxLength":200,"description":"id of a model of that vendor","examples":["claude-sonnet-4-6"]})";

Result<ToolAnswer> vendors(const Engine& engine) {
  BREAKEVEN_TRY(const auto found, engine.registry->vendors());
  std::string text;
  for (const codec::RegistryVendor& vendor : found.vendors) {
    text += vendor.vendor + (vendor.verified ? ": verified" : ": not verified") +
            (vendor.last_verified.empty() ? "" : ", last " + vendor.last_verified) + "\n";
  }
  return ToolAnswer{std::move(text), codec::registry_vendors_to_json(found), {}};
}

Result<ToolAnswer> models(const Engine& engine, const JsonArguments& arguments) {
  BREAKEVEN_TRY(const auto found,
                engine.registry->models(arguments.text("query"), arguments.text("vendor"),
                                        static_cast<std::size_t>(arguments.whole("limit", 20))));
  std::string text = counted(found.found, "model") + " found\n";
  for (const codec::RegistryModel& model : found.models) {
    text += model.vendor + "/" + model.model;
    for (const codec::RegistryPrice& price : model.prices) {
      text += "  " + price.label + " " +
              (price.usd.empty() ? price.low_usd + ".." + price.high_usd : price.usd);
    }
    text += "\n";
  }
  return ToolAnswer{std::move(text), codec::registry_models_to_json(found), {}};
}

Result<ToolAnswer> model(const Engine& engine, const JsonArguments& arguments) {
  BREAKEVEN_TRY(const auto found,
                engine.registry->model(arguments.text("vendor"), arguments.text("model")));
  std::string text = found.vendor + "/" + found.model + ", USD\n";
  for (const codec::RegistryPrice& price : found.prices) {
    text += price.label + ": " +
            (price.usd.empty() ? price.low_usd + " to " + price.high_usd : price.usd) + " per " +
            std::to_string(price.per) + " (" + price.kind + ")\n";
  }
  return ToolAnswer{
      std::move(text), codec::registry_model_to_json(found, engine.registry->now().iso()), {}};
}

Result<ToolAnswer> history(const Engine& engine, const JsonArguments& arguments) {
  BREAKEVEN_TRY(const auto found,
                engine.registry->history(arguments.text("vendor"), arguments.text("model")));
  std::string text = found.vendor + "/" + found.model + ", first seen " + found.first_seen + "\n";
  for (const codec::RegistryPrice& point : found.points) {
    text += point.label + ": " + (point.usd.empty() ? "unknown" : point.usd) + " from " +
            point.effective_from + (point.effective_to.empty() ? "" : " to " + point.effective_to) +
            "\n";
  }
  return ToolAnswer{std::move(text), codec::registry_history_to_json(found), {}};
}

Result<ToolAnswer> changes(const Engine& engine, const JsonArguments& arguments) {
  BREAKEVEN_TRY(const auto found,
                engine.registry->changes(arguments.whole("before"),
                                         static_cast<std::size_t>(arguments.whole("limit", 20)),
                                         arguments.text("vendor"), arguments.text("model")));
  std::string text;
  for (const codec::RegistryChange& change : found.changes) {
    text += change.price.effective_from + " " + change.vendor + "/" + change.model + " " +
            change.price.label + ": " + (change.old_usd.empty() ? "new" : change.old_usd) + " -> " +
            (change.price.usd.empty() ? "ended" : change.price.usd) + "\n";
  }
  return ToolAnswer{std::move(text), codec::registry_changes_to_json(found), {}};
}

using Use = Result<ToolAnswer> (*)(const Engine&, const JsonArguments&);

Tool tool(const Engine& engine, const char* name, const char* title, const char* description,
          std::string input, const char* output, Use use) {
  return {name,
          title,
          description,
          std::move(input),
          output,
          [engine, use](const JsonArguments& arguments, Ticker&) { return use(engine, arguments); },
          false,
          {}};
}

}  // namespace

void add_registry_tools(const Engine& engine, std::vector<Tool>& tools) {
  const std::string vendor = kVendor;
  const std::string both = vendor + "," + kModel;
  const std::string words =
      R"("model":{"type":"string","maxLength":200,"description":"words of vendor/model"})";
  tools.push_back(
      {"registry_vendors",
       "Vendors and when their prices were verified",
       "Every vendor of the price registry: how many models and prices by kind (published, "
       "inferred, contested, unknown), when last verified, and on what basis.",
       object_schema("", {}),
       R"({"type":"object","required":["now","verified","count","vendors"],"properties":{"now":{"type":"string"},"fresh_days":{"type":"integer"},"verified":{"type":"integer"},"count":{"type":"integer"},"vendors":{"type":"array","items":{"type":"object"}}}})",
       [engine](const JsonArguments&, Ticker&) { return vendors(engine); },
       false,
       {}});
  tools.push_back(tool(
      engine, "registry_search", "Find models by name",
      "Models of the price registry whose vendor/model has every word, with plain input and output "
      "prices in USD per million tokens.",
      object_schema(
          R"("query":{"type":"string","maxLength":200,"description":"words of vendor/model; empty: all","examples":["claude sonnet"]},)" +
              vendor +
              R"(,"limit":{"type":"integer","minimum":1,"maximum":200,"description":"at most so many; default 20"})",
          {}),
      R"({"type":"object","required":["found","models"],"properties":{"query":{"type":"string"},"found":{"type":"integer"},"models":{"type":"array","items":{"type":"object","required":["vendor","model","prices"]}}}})",
      models));
  tools.push_back(tool(
      engine, "registry_model", "Every price of a model",
      "Limits of one model and every price in effect in USD with its kind, rule, source and date.",
      object_schema(both, {"vendor", "model"}),
      R"({"type":"object","required":["vendor","model","prices"],"properties":{"now":{"type":"string"},"vendor":{"type":"string"},"model":{"type":"string"},"context_window":{"type":["integer","null"]},"max_output":{"type":["integer","null"]},"prices":{"type":"array","items":{"type":"object","required":["field","label","kind","per"]}}}})",
      model));
  tools.push_back(tool(
      engine, "registry_history", "How a model's prices changed",
      "Each price of a model and how long it held, what a budget set 12 or 24 months ago would be "
      "off by, and what other registries showed.",
      object_schema(both, {"vendor", "model"}),
      R"({"type":"object","required":["vendor","model","points","budgets"],"properties":{"vendor":{"type":"string"},"model":{"type":"string"},"points":{"type":"array","items":{"type":"object"}},"budgets":{"type":"array","items":{"type":"object"}}}})",
      history));
  tools.push_back(tool(
      engine, "registry_changes", "The price changelog",
      "Changes of prices with evidence, known last first. For the next page pass next_before as "
      "before.",
      object_schema(
          vendor + "," + words +
              R"(,"before":{"type":"integer","minimum":1,"description":"rows known before the change of this id"},"limit":{"type":"integer","minimum":1,"maximum":200,"description":"at most so many; default 20"})",
          {}),
      R"({"type":"object","required":["changes","next_before"],"properties":{"changes":{"type":"array","items":{"type":"object"}},"next_before":{"type":["integer","null"]}}})",
      changes));
}

}  // namespace breakeven::mcp
