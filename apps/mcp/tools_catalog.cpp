// The catalogue of facts, and the traces that the other tools can be asked about.
#include <utility>

#include "apps/mcp/tool.hpp"
#include "codec/catalog_json.hpp"
#include "codec/http_json.hpp"
#include "service/catalog_query.hpp"
#include "service/catalog_text.hpp"

namespace breakeven::mcp {
namespace {

using codec::JsonArguments;

const char* const kRecords =
    R"({"type":"object","required":["records"],"properties":{"records":{"type":"array","items":{"type":"object","required":["kind","id","fields"],"description":"one fact: fields by name with value and unit, and its source with date"}}}})";

Result<ToolAnswer> records(const std::vector<catalog::Description>& found, std::string text) {
  return ToolAnswer{std::move(text), codec::records_to_json(found), {}};
}

Result<ToolAnswer> search(const Engine& engine, const JsonArguments& arguments) {
  const std::string words = arguments.text("query");
  const auto found = service::catalog_search(
      engine.facts->catalog, words, static_cast<std::size_t>(arguments.whole("limit", 10)));
  if (found.empty()) {
    return Error{ErrorCode::not_found, "no fact matches \"" + words + "\"", "/query"};
  }
  return records(found, service::search_text(found));
}

Result<ToolAnswer> explain(const Engine& engine, const JsonArguments& arguments) {
  auto found = service::catalog_explain(engine.facts->catalog, arguments.text("name"));
  if (!found) return Error{found.error().code, found.error().message, "/name"};
  return records(*found, service::explain_text(*found));
}

Result<ToolAnswer> list_traces(const Engine& engine) {
  const auto choices = engine.traces.list();
  std::string text;
  for (const codec::Choice& choice : choices) text += choice.id + " (" + choice.note + ")\n";
  return ToolAnswer{std::move(text), codec::choices_to_json(choices), {}};
}

Result<ToolAnswer> describe_trace(const Engine& engine, const JsonArguments& arguments) {
  const std::string id = arguments.text("trace");
  BREAKEVEN_TRY(const auto loaded, named_trace(engine, id));
  return ToolAnswer{
      "Statistics of the trace " + id, codec::with_field(loaded.description, "id", id), {}};
}

}  // namespace

void add_catalog_tools(const Engine& engine, std::vector<Tool>& tools) {
  tools.push_back(
      {"catalog_search",
       "Search the catalogue of facts",
       "Facts about models, accelerators, GPU offers, hosted models, quality scores, compliance "
       "and "
       "defaults in which all the words occur, best first, each with source and date.",
       object_schema(
           R"("query":{"type":"string","minLength":1,"maxLength":200,"description":"words to look for","examples":["h100 on demand"]},"limit":{"type":"integer","minimum":1,"maximum":50,"description":"at most so many; default 10"})",
           {"query"}),
       kRecords,
       [engine](const JsonArguments& arguments, Ticker&) { return search(engine, arguments); },
       false,
       {}});
  tools.push_back(
      {"catalog_explain",
       "Everything about one fact",
       "Every field of the facts called by this name: a model, an accelerator, an offer, a "
       "default, a "
       "compliance regime, with units, source and date.",
       object_schema(
           R"("name":{"type":"string","minLength":1,"maxLength":200,"description":"name of a fact","examples":["H100-SXM","qwen3-32b"]})",
           {"name"}),
       kRecords,
       [engine](const JsonArguments& arguments, Ticker&) { return explain(engine, arguments); },
       false,
       {}});
  tools.push_back(
      {"list_traces",
       "Traces that can be asked about",
       "Ids of the request traces that this server may read: bundled examples, files it was "
       "started "
       "with, uploads. No other file can be read.",
       object_schema("", {}),
       R"({"type":"object","required":["choices"],"properties":{"choices":{"type":"array","items":{"type":"object","required":["id","title","group","note"],"properties":{"id":{"type":"string"},"title":{"type":"string"},"group":{"type":"string"},"note":{"type":"string"}}}}}})",
       [engine](const JsonArguments&, Ticker&) { return list_traces(engine); },
       false,
       {}});
  tools.push_back(
      {"describe_trace",
       "Statistics of a trace",
       "Rows, rejects by reason, span, percentiles of tokens, burstiness and peak to mean of a "
       "trace.",
       object_schema(
           R"("trace":{"type":"string","minLength":1,"maxLength":200,"description":"id as list_traces gives it","examples":["support-chat"]})",
           {"trace"}),
       R"({"type":"object","required":["id","rows","rejected"],"properties":{"id":{"type":"string"},"rows":{"type":"integer"},"rejected":{"type":"integer"}}})",
       [engine](const JsonArguments& arguments, Ticker&) {
         return describe_trace(engine, arguments);
       },
       false,
       {}});
}

}  // namespace breakeven::mcp
