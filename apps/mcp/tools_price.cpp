// What calls cost: one call, and batches of raw usage objects.
#include <algorithm>
#include <array>
#include <utility>

#include "apps/mcp/tool.hpp"
#include "codec/assistant_json.hpp"
#include "engine/base/text.hpp"
#include "service/price.hpp"

namespace breakeven::mcp {
namespace {

const char* const kCallProperties = R"(
"model":{"type":"string","minLength":1,"maxLength":200,"description":"vendor/model, or any common spelling of it","examples":["anthropic/claude-sonnet-4-6"]},
"input_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"tokens of the whole prompt, cached and written ones included","examples":[12000]},
"cached_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"prompt tokens read from the vendor's cache"},
"cache_write_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"prompt tokens written to the cache for five minutes"},
"cache_write_1h_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"prompt tokens written to the cache for an hour"},
"output_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"tokens of the answer, reasoning included","examples":[800]},
"web_searches":{"type":"integer","minimum":0,"maximum":1000000000,"description":"web searches of the call"},
"mode":{"type":"string","enum":["standard","batch","flex","priority","fast"],"description":"how the call is made; default standard"},
"residency":{"type":"string","maxLength":40,"description":"place of processing where the vendor charges for it","examples":["us","eu"]},
"at":{"type":"string","maxLength":40,"description":"date or instant (RFC 3339, UTC) of the call; default: the newest price","examples":["2026-10-01"]},
"calls_per_day":{"type":"string","maxLength":40,"description":"calls like this one a day, a decimal; for the day, month (730 h) and year","examples":["1000"]},
"compare":{"type":"array","maxItems":20,"items":{"type":"string","minLength":1,"maxLength":200},"description":"other models to price the same call with","examples":[["openai/gpt-5.4"]]})";

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
  service::QuoteRequest request;
  request.models = {arguments.text("model")};
  for (std::string& other : arguments.texts("compare")) request.models.push_back(std::move(other));
  request.input_tokens = arguments.whole("input_tokens");
  request.cached_tokens = arguments.whole("cached_tokens");
  request.cache_write_tokens = arguments.whole("cache_write_tokens");
  request.cache_write_1h_tokens = arguments.whole("cache_write_1h_tokens");
  request.output_tokens = arguments.whole("output_tokens");
  request.web_searches = arguments.whole("web_searches");
  request.residency = arguments.text("residency");
  if (arguments.has("mode")) {
    BREAKEVEN_TRY(request.mode, catalog::parse_mode(arguments.text("mode")));
  }
  if (arguments.has("at")) {
    auto at = Instant::parse(arguments.text("at"));
    if (!at) return Error{at.error().code, at.error().message, "/at"};
    request.at = *at;
  }
  auto calls = Rational::parse(arguments.text("calls_per_day", "1"));
  if (!calls) return Error{calls.error().code, calls.error().message, "/calls_per_day"};
  if (calls->numerator() < 0) {
    return Error{ErrorCode::out_of_range, "expected zero or more", "/calls_per_day"};
  }
  request.calls_per_day = *calls;
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
       object_schema(kCallProperties, {"model"}),
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
