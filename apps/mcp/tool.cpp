#include "apps/mcp/tool.hpp"

#include <utility>

#include "codec/json_text.hpp"
#include "codec/traffic_json.hpp"
#include "engine/base/sha256.hpp"
#include "engine/traffic/profile.hpp"

namespace breakeven::mcp {
namespace {

/// Requests of a trace that is made on demand: a few seconds of simulation.
constexpr double kMaxSynthetic = 2e6;

}  // namespace

const char* const kTraceProperties = R"(
"trace":{"type":"string","maxLength":200,"description":"Id of a trace as list_traces gives it: a bundled example, a file the server was started with, or an upload. Give this or profile.","examples":["support-chat"]},
"profile":{"type":"object","description":"Instead of trace: traffic made from figures a person can name. preset is one of chat, coding, steady, bursty, batch, agentic; any other field of a profile (docs/formats/traces.md) beside it wins. At most 2 million requests.","examples":[{"preset":"chat","requests_per_day":20000,"days":7}]})";

Result<std::vector<Tool>> make_tools(const Engine& engine) {
  std::vector<Tool> tools;
  add_quick_tools(engine, tools);
  add_plan_tools(engine, tools);
  add_price_tools(engine, tools);
  add_registry_tools(engine, tools);
  add_catalog_tools(engine, tools);
  add_serving_tools(engine, tools);
  add_sibling_tools(engine, tools);
  for (Tool& tool : tools) {
    auto schema = codec::JsonSchema::parse(tool.input);
    if (!schema) return Error{ErrorCode::internal, schema.error().text(), "tool " + tool.name};
    tool.schema = std::move(*schema);
    std::erase(tool.input, '\n');
    std::erase(tool.output, '\n');
  }
  return tools;
}

std::string tool_entry(const Tool& tool) {
  return R"({"name":)" + codec::json_string(tool.name) + R"(,"title":)" +
         codec::json_string(tool.title) + R"(,"description":)" +
         codec::json_string(tool.description) + R"(,"inputSchema":)" + tool.input +
         R"(,"outputSchema":)" + tool.output +
         R"(,"annotations":{"readOnlyHint":true,"idempotentHint":true,"openWorldHint":false}})";
}

std::string object_schema(const std::string& properties, const std::vector<std::string>& required,
                          bool open) {
  std::string text = R"({"type":"object","additionalProperties":)";
  text += open ? "true" : "false";
  text += R"(,"properties":{)" + properties + "}";
  if (!required.empty()) {
    text += R"(,"required":[)";
    for (std::size_t i = 0; i < required.size(); ++i) {
      text += (i == 0 ? "\"" : ",\"") + required[i] + "\"";
    }
    text += "]";
  }
  return text + "}";
}

Result<service::LoadedTrace> named_trace(const Engine& engine, const std::string& id) {
  auto loaded = engine.traces.find(id);
  if (loaded) return loaded;
  Error error = loaded.error();
  if (error.where.empty() || error.where == id) error.where = "/trace";
  return error;
}

Result<ChosenTrace> chosen_trace(const Engine& engine, const codec::JsonArguments& arguments) {
  if (arguments.has("trace") == arguments.has("profile")) {
    return Error{ErrorCode::invalid_argument,
                 std::string("expected trace or profile, found ") +
                     (arguments.has("trace") ? "both" : "neither"),
                 "/trace"};
  }
  if (arguments.has("trace")) {
    const std::string id = arguments.text("trace");
    BREAKEVEN_TRY(auto loaded, named_trace(engine, id));
    return ChosenTrace{id, std::move(loaded.trace)};
  }
  const std::string text = arguments.json("profile");
  const auto within = [](Error error) {
    const bool pointer = error.where.starts_with('/');
    error.where = "/profile" + std::string(pointer || error.where.empty() ? "" : "/") +
                  (error.where == "/" ? "" : error.where);
    return error;
  };
  const auto profile = codec::profile_from_json(text);
  if (!profile) return within(profile.error());
  if (!(profile->requests_per_day * profile->days <= kMaxSynthetic)) {
    return Error{ErrorCode::resource_limit,
                 "expected at most 2 million requests (requests_per_day x days)", "/profile"};
  }
  auto made = traffic::generate(*profile);
  if (!made) return within(made.error());
  return ChosenTrace{"profile-" + sha256_hex(text).substr(0, 12),
                     std::make_shared<const traffic::Trace>(std::move(made->trace))};
}

Error as_argument(Error error) {
  if (!error.where.starts_with("--")) return error;
  std::string pointer = "/" + error.where.substr(2);
  for (char& c : pointer) c = c == '-' ? '_' : c;
  error.where = std::move(pointer);
  return error;
}

}  // namespace breakeven::mcp
