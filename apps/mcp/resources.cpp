#include "apps/mcp/resources.hpp"

#include "codec/json_text.hpp"
#include "service/doc_library.hpp"

namespace breakeven::mcp {
namespace {

using codec::json_string;

constexpr std::string_view kDocs = "breakeven://docs/";
constexpr std::string_view kCases = "breakeven://cases/";
constexpr std::string_view kTraces = "breakeven://traces/";
constexpr std::string_view kPlans = "breakeven://plans/";
constexpr const char* kMarkdown = "text/markdown";
constexpr const char* kJson = "application/json";

std::string entry(const std::string& uri, const std::string& name, const std::string& description,
                  const char* type) {
  return R"({"uri":)" + json_string(uri) + R"(,"name":)" + json_string(name) +
         R"(,"description":)" + json_string(description) + R"(,"mimeType":")" + type + "\"}";
}

Result<std::string> text_of(const Engine& engine, std::string_view uri) {
  const auto within = [&](std::string_view kind) { return uri.substr(kind.size()); };
  if (uri.starts_with(kDocs)) return service::read_document(within(kDocs));
  if (uri.starts_with(kCases)) {
    return engine.quick->answer_json(R"({"case":)" + json_string(within(kCases)) + "}",
                                     *engine.pool);
  }
  if (uri.starts_with(kTraces)) {
    BREAKEVEN_TRY(const service::LoadedTrace trace, engine.traces.find(within(kTraces)));
    return trace.description;
  }
  if (uri.starts_with(kPlans)) {
    BREAKEVEN_TRY(const auto plan, engine.plans->find(within(kPlans)));
    return plan->json;
  }
  return Error{ErrorCode::not_found,
               "expected breakeven://docs/, cases/, traces/ or plans/ and an id", std::string(uri)};
}

}  // namespace

bool is_lasting(std::string_view uri) { return uri.starts_with(kDocs) || uri.starts_with(kCases); }

std::string resource_list(const Engine& engine) {
  std::string list;
  const auto add = [&list](const std::string& one) { list += (list.empty() ? "" : ",") + one; };
  for (const service::Document& document : service::documents()) {
    add(entry(std::string(kDocs) + document.id, document.title, "How it is computed or written",
              kMarkdown));
  }
  for (const advisor::WorkedCase& worked : engine.quick->cases()) {
    add(entry(std::string(kCases) + worked.id, worked.tab,
              "A worked case: the popular claim and what is true", kJson));
  }
  for (const codec::Choice& trace : engine.traces.list()) {
    add(entry(std::string(kTraces) + trace.id, trace.title, "Statistics of this trace", kJson));
  }
  for (const auto& plan : engine.plans->all()) {
    add(entry(std::string(kPlans) + plan->id,
              plan->question.api_model + " or " + plan->question.open_model,
              plan->answer.verdict.title, kJson));
  }
  return R"({"resources":[)" + list + "]}";
}

std::string resource_templates() {
  const auto one = [](std::string_view kind, const char* name, const char* description,
                      const char* type) {
    return R"({"uriTemplate":")" + std::string(kind) + R"({+id}","name":")" + name +
           R"(","description":")" + description + R"(","mimeType":")" + type + "\"}";
  };
  return R"({"resourceTemplates":[)" +
         one(kDocs, "document", "A document that came with the program", kMarkdown) + "," +
         one(kCases, "worked-case", "A worked case of the calculator, answered", kJson) + "," +
         one(kTraces, "trace", "Statistics of a trace", kJson) + "," +
         one(kPlans, "plan", "The whole answer of a plan that this server still holds", kJson) +
         "]}";
}

Result<std::string> read_resource(const Engine& engine, const std::string& uri) {
  BREAKEVEN_TRY(const std::string text, text_of(engine, uri));
  return R"({"contents":[{"uri":)" + json_string(uri) + R"(,"mimeType":")" +
         (uri.starts_with(kDocs) ? kMarkdown : kJson) + R"(","text":)" + json_string(text) + "}]}";
}

}  // namespace breakeven::mcp
