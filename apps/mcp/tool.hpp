// tool.hpp — what an assistant can call: a name, two schemas, and a function of arguments.
//
// Shape    Input schemas are the subset of codec/json_schema.hpp and are enforced: a tool's function
//          sees only arguments that fit. Output schemas describe `structured` and are checked by
//          the tests. Lists are in a fixed order.
// Errors   Those of the use cases; places are JSON pointers into the arguments.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apps/mcp/engine.hpp"
#include "codec/json_schema.hpp"
#include "codec/mcp_json.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"

namespace breakeven::mcp {

struct ToolAnswer {
  std::string text;        ///< a few lines for people
  std::string structured;  ///< an object as JSON text
  std::vector<codec::McpLink> links;
};

struct Tool {
  using Run =
      std::function<Result<ToolAnswer>(const codec::JsonArguments& arguments, Ticker& ticker)>;
  std::string name;
  std::string title;
  std::string description;
  std::string input;   ///< JSON Schema of the arguments
  std::string output;  ///< JSON Schema of `structured`
  Run run;
  /// Takes seconds: runs beside other requests, tells its progress and can be cancelled.
  bool slow = false;
  codec::JsonSchema schema;  ///< `input`, parsed
};

/// Every tool in the order in which they are listed. Fails (internal) when a schema is malformed.
[[nodiscard]] Result<std::vector<Tool>> make_tools(const Engine& engine);

/// By subject; each file tools_NAME.cpp has one.
void add_price_tools(const Engine& engine, std::vector<Tool>& tools);
void add_registry_tools(const Engine& engine, std::vector<Tool>& tools);
void add_catalog_tools(const Engine& engine, std::vector<Tool>& tools);
void add_quick_tools(const Engine& engine, std::vector<Tool>& tools);
void add_plan_tools(const Engine& engine, std::vector<Tool>& tools);
void add_serving_tools(const Engine& engine, std::vector<Tool>& tools);
void add_sibling_tools(const Engine& engine, std::vector<Tool>& tools);

/// A tool's entry of tools/list, and a whole list of them.
[[nodiscard]] std::string tool_entry(const Tool& tool);

/// An object schema from its "properties" (without braces) and the names of the required ones.
[[nodiscard]] std::string object_schema(const std::string& properties,
                                        const std::vector<std::string>& required,
                                        bool open = false);

/// Every argument a trace can be given by: "trace" or "profile".
extern const char* const kTraceProperties;
/// The trace that the arguments name, or the one that their profile makes.
/// The trace that the server was given under this id; mistakes are placed at /trace.
[[nodiscard]] Result<service::LoadedTrace> named_trace(const Engine& engine, const std::string& id);

struct ChosenTrace {
  std::string id;
  std::shared_ptr<const traffic::Trace> trace;
};
[[nodiscard]] Result<ChosenTrace> chosen_trace(const Engine& engine,
                                               const codec::JsonArguments& arguments);

/// The use cases name options of the command line ("--tp"); an assistant knows arguments ("/tp").
[[nodiscard]] Error as_argument(Error error);

}  // namespace breakeven::mcp
