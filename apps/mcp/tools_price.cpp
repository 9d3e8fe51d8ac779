// What calls cost: one call, and batches of raw usage objects.
#include <algorithm>
#include <utility>

#include "apps/mcp/tool.hpp"
#include "codec/assistant_json.hpp"
#include "engine/base/text.hpp"
#include "service/price.hpp"
#include "service/price_request.hpp"

namespace breakeven::mcp {
namespace {

const char* const kQuoteOutput =
    R"({"type":"object","required":["priced_at","quotes"],"properties":{
"priced_at":{"type":"string","description":"date or instant of the prices"},
"quotes":{"type":"array","items":{"type":"object","required":["model","usd","parts","kind","projection"],"properties":{
"model":{"type":"string"},"usd":{"type":"string","description":"exact USD of one call; the upper end when kind is interval"},
"usd_low":{"type":"string"},"usd_high":{"type":"string"},
"kind":{"type":"string","description":"exact, inferred, contested or interval: the least sure part"},
"parts":{"type":"array","items":{"type":"object","description":"one bucket of tokens: bucket, quantity, rate (USD per `per` units), usd, kind, source"}},
"projection":{"type":"object","required":["call","day","month","year"],"description":"exact USD per call, day, month of 730 h, year of 365 days"},
"projection_low":{"type":"object"},
"warnings":{"type":"array","items":{"type":"string"}}}}}}})";

Result<ToolAnswer> price_call(const Engine& engine, const codec::JsonArguments& arguments) {
  BREAKEVEN_TRY(const auto request, service::quote_request(arguments));
  BREAKEVEN_TRY(const auto answer, service::quote(engine.facts->catalog.prices(), request));
  std::string json = service::quote_json(answer);
  json.pop_back();  // its line end
  return ToolAnswer{service::quote_text(answer), std::move(json), {}};
}

Result<ToolAnswer> price_batch(const Engine& engine, const codec::JsonArguments& arguments) {
  std::string lines;
  for (const std::string& call : arguments.items("calls")) lines += call + "\n";
  BREAKEVEN_TRY(const std::string answers,
                service::price_lines(engine.facts->catalog.prices(), lines, "calls"));
  BREAKEVEN_TRY(std::string json, codec::batch_to_json(answers));
  const auto count = static_cast<std::int64_t>(std::ranges::count(lines, '\n'));
  return ToolAnswer{
      counted(count, "call") + ": the total and each bill are in the structured answer",
      std::move(json),
      {}};
}

}  // namespace

void add_price_tools(const Engine& engine, std::vector<Tool>& tools) {
  tools.push_back(
      {"price_call",
       "Price of one call",
       "The exact API price of one call in USD, with every bucket of tokens, its rate and "
       "its source, and what it is per day, month and year. Compares models. A price that "
       "nobody published makes an interval, never zero.",
       object_schema(service::quote_properties(), {"model"}),
       kQuoteOutput,
       [engine](const codec::JsonArguments& arguments, Ticker&) {
         return price_call(engine, arguments);
       },
       false,
       {}});
  tools.push_back(
      {"price_batch",
       "Price of many calls",
       "Exact prices of up to 1000 calls given as usage objects, raw as OpenAI, Anthropic, Google, "
       "Bedrock, DeepSeek, Mistral, xAI, Cohere or Perplexity return them, or normalised, and "
       "their "
       "exact sum. A call that cannot be priced is listed with its error and left out of the sum.",
       object_schema(
           R"("calls":{"type":"array","minItems":1,"maxItems":1000,"items":{"type":"object","description":"id?, vendor?, model, timestamp?, usage, api?, rates?: see docs/formats/price-jsonl.md"},"examples":[[{"id":"a","model":"claude-sonnet-4-6","usage":{"input_tokens":1000,"output_tokens":200}}]]})",
           {"calls"}),
       R"({"type":"object","required":["answers","priced","refused","total_usd","total_usd_low"],"properties":{
"answers":{"type":"array","items":{"type":"object","description":"{id, usd, parts, kind, warnings} or {id, error}"}},
"priced":{"type":"integer"},"refused":{"type":"integer"},
"total_usd":{"type":"string","description":"exact USD, upper end"},
"total_usd_low":{"type":"string","description":"exact USD, lower end: less than total_usd when a price is unknown"}}})",
       [engine](const codec::JsonArguments& arguments, Ticker&) {
         return price_batch(engine, arguments);
       },
       false,
       {}});
}

}  // namespace breakeven::mcp
