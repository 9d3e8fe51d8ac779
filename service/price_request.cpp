#include "service/price_request.hpp"

#include <cstdint>
#include <utility>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"

namespace breakeven::service {

const std::string& quote_properties() {
  static const std::string kProperties = R"(
"model":{"type":"string","minLength":1,"maxLength":200,"description":"vendor/model, or any common spelling of it","examples":["anthropic/claude-sonnet-4-6"]},
"input_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"tokens of the whole prompt, cached and written ones included","examples":[12000]},
"cached_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"prompt tokens read from the vendor's cache"},
"cache_write_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"prompt tokens written to the cache for five minutes"},
"cache_write_1h_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"prompt tokens written to the cache for an hour"},
"output_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"tokens of the answer, reasoning included unless reasoning_tokens says it","examples":[800]},
"reasoning_tokens":{"type":"integer","minimum":0,"maximum":1000000000000,"description":"tokens of reasoning that output_tokens does not include"},
"web_searches":{"type":"integer","minimum":0,"maximum":1000000000,"description":"web searches of the call"},
"mode":{"type":"string","enum":["standard","batch","flex","priority","fast"],"description":"how the call is made; default standard"},
"residency":{"type":"string","maxLength":40,"description":"place of processing where the vendor charges for it","examples":["us","eu"]},
"at":{"type":"string","maxLength":40,"description":"date or instant (RFC 3339, UTC) of the call; default: the newest price","examples":["2026-10-01"]},
"calls_per_day":{"type":"string","maxLength":40,"description":"calls like this one a day, a decimal; for the day, month (730 h) and year","examples":["1000"]},
"compare":{"type":"array","maxItems":20,"items":{"type":"string","minLength":1,"maxLength":200},"description":"other models to price the same call with","examples":[["openai/gpt-5.4"]]})";
  return kProperties;
}

Result<QuoteRequest> quote_request(const codec::JsonArguments& arguments) {
  QuoteRequest request;
  request.models = {arguments.text("model")};
  for (std::string& other : arguments.texts("compare")) request.models.push_back(std::move(other));
  request.input_tokens = arguments.whole("input_tokens");
  request.cached_tokens = arguments.whole("cached_tokens");
  request.cache_write_tokens = arguments.whole("cache_write_tokens");
  request.cache_write_1h_tokens = arguments.whole("cache_write_1h_tokens");
  request.output_tokens = arguments.whole("output_tokens");
  request.reasoning_tokens = arguments.whole("reasoning_tokens");
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
  return request;
}

Result<std::string> quote_answer_json(const catalog::PriceBook& book, std::string_view request) {
  BREAKEVEN_TRY(const auto schema,
                codec::JsonSchema::parse(R"({"type":"object","additionalProperties":false,)"
                                         R"("required":["model"],"properties":{)" +
                                         quote_properties() + "}}"));
  BREAKEVEN_TRY(const auto arguments, codec::JsonArguments::parse(request, schema));
  BREAKEVEN_TRY(const auto asked, quote_request(arguments));
  BREAKEVEN_TRY(const auto answer, quote(book, asked));
  return quote_json(answer);
}

}  // namespace breakeven::service
