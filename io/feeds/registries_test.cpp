#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "io/feeds/feed.hpp"
#include "io/feeds/sample_feeds.hpp"

namespace breakeven::io {
namespace {

/// "vendor/model field" -> figures, in order of their places.
std::map<std::string, std::vector<std::string>> figures(const Feed& feed) {
  std::map<std::string, std::vector<std::string>> all;
  for (const catalog::PriceObservation& seen : feed.observations) {
    all[seen.vendor + "/" + seen.model + " " + catalog::to_string(seen.field)].push_back(
        seen.price ? seen.price->decimal() : "none");
  }
  return all;
}

std::string one(const Feed& feed, const std::string& what) {
  const auto all = figures(feed);
  const auto found = all.find(what);
  if (found == all.end()) return "missing";
  return found->second.size() == 1 ? found->second.front() : "several";
}

std::string reason(const Feed& feed, std::string_view place) {
  for (const RejectedEntry& entry : feed.rejected) {
    if (entry.place.starts_with(place)) return entry.reason;
  }
  return "not rejected";
}

Feed read(Result<Feed> feed) {
  EXPECT_TRUE(feed.ok()) << feed.error().text();
  return feed.ok() ? std::move(feed).value() : Feed{};
}

TEST(Registries, SayTheSameFactInTheSameWords) {
  const std::map<std::string, std::string> facts{
      {"input_mtok", "0.3"},        {"cache_read_mtok", "0.03"},  {"cache_write_mtok", "0.375"},
      {"output_mtok", "15"},        {"input_mtok>200000", "0.6"}, {"output_mtok>200000", "22.5"},
      {"input_mtok/batch", "0.15"}, {"output_mtok/batch", "7.5"}, {"web_searches_kcount", "10"}};
  const auto check = [&](const Feed& feed, const std::vector<std::string>& without) {
    std::map<std::string, std::string> expected;
    for (const auto& [field, figure] : facts) {
      if (std::ranges::find(without, field) == without.end()) {
        expected["acme/rocket-1 " + field] = figure;
      }
    }
    std::map<std::string, std::string> found;
    for (const auto& [what, values] : figures(feed)) {
      for (const std::string& value : values) EXPECT_EQ(value, values.front()) << what;
      found[what] = values.front();
    }
    EXPECT_EQ(found, expected) << feed.source;
    EXPECT_EQ(feed.models, 1) << feed.source;
  };
  const std::vector<std::string> no_batch{"input_mtok/batch", "output_mtok/batch"};
  check(read(read_litellm(samples::kLiteLlm)), {});
  check(read(read_portkey(samples::kPortkey)), {});
  check(read(read_llmrates(samples::kLlmRates)), {});
  check(read(read_genai_prices(samples::kGenaiPrices)), no_batch);
  check(read(read_langfuse(samples::kLangfuse)), {"web_searches_kcount"});
  check(read(read_models_dev(samples::kModelsDev)),
        {"input_mtok/batch", "output_mtok/batch", "web_searches_kcount"});
}

TEST(Registries, RefuseADocumentOfAnotherFormat) {
  for (const FeedFormat& format : feed_formats()) {
    for (const std::string_view bytes : {"", "<html>", "{\"a\"", "null", "[1", "a,b\n1\n"}) {
      const Result<Feed> feed = format.read(bytes, {});
      ASSERT_FALSE(feed.ok()) << format.id << " took " << bytes;
      EXPECT_FALSE(feed.error().message.empty());
    }
    EXPECT_FALSE(
        format.read(format.id == "models.dev" || format.id == "litellm" ? "[]" : "7", {}).ok())
        << format.id;
  }
  EXPECT_TRUE(feed_format("litellm").ok());
  EXPECT_FALSE(feed_format("litelm").ok());
}

TEST(LiteLlm, ReadsEveryKindOfKey) {
  const Feed feed = read(read_litellm(R"json({
    "sample_spec": {"litellm_provider": "x", "input_cost_per_token": 1},
    "last_updated": "2026-08-01",
    "rules": {"rules": []},
    "m": {"litellm_provider": "p",
      "cache_creation_input_token_cost_above_1hr": 1e-05,
      "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 1.5e-05,
      "cache_read_input_token_cost_above_272k_tokens_priority": 2e-06,
      "input_cost_per_token_flex": 1e-06, "input_cost_per_token_batch_requests": 5e-09,
      "input_cost_per_audio_token": 1e-04, "output_cost_per_reasoning_token": "8e-06",
      "output_cost_per_token": null, "input_cost_per_token": 0,
      "input_cost_per_request": 0.005, "input_cost_per_second": 0.1,
      "input_cost_per_token_flex_priority": 1, "output_cost_per_token_above_1hr": 1,
      "max_tokens": 5, "provider_specific_entry": {"us": 1.1}},
    "q": {"litellm_provider": "p", "tiered_pricing": [
      {"range": [0, 256000.0], "input_cost_per_token": 5e-08},
      {"range": [256000.0, 1000000.0], "input_cost_per_token": 2.5e-07},
      {"input_cost_per_token": 1}, {"range": [0, 25], "input_cost_per_query": 1}]},
    "perplexity/sonar": {"litellm_provider": "perplexity", "search_context_cost_per_query": {
      "search_context_size_low": 0.005, "search_context_size_medium": 0.008,
      "search_context_size_high": 0.012}}
  })json"));
  EXPECT_EQ(one(feed, "p/m cache_write_1h_mtok"), "10");
  EXPECT_EQ(one(feed, "p/m cache_write_1h_mtok>200000"), "15");
  EXPECT_EQ(one(feed, "p/m cache_read_mtok/priority>272000"), "2");
  EXPECT_EQ(one(feed, "p/m input_mtok/flex"), "1");
  EXPECT_EQ(one(feed, "p/m input_mtok/batch"), "0.005");
  EXPECT_EQ(one(feed, "p/m input_audio_mtok"), "100");
  EXPECT_EQ(one(feed, "p/m output_reasoning_mtok"), "8");
  EXPECT_EQ(one(feed, "p/m output_mtok"), "none");
  EXPECT_EQ(one(feed, "p/m input_mtok"), "0");
  EXPECT_EQ(one(feed, "p/m requests_kcount"), "5");
  EXPECT_EQ(one(feed, "p/q input_mtok"), "0.05");
  EXPECT_EQ(one(feed, "p/q input_mtok>256000"), "0.25");
  EXPECT_EQ(one(feed, "perplexity/sonar requests_kcount"), "5");
  EXPECT_EQ(one(feed, "perplexity/sonar requests_medium_kcount"), "8");
  EXPECT_EQ(one(feed, "perplexity/sonar requests_high_kcount"), "12");
  EXPECT_EQ(feed.zero_prices, 1);
  EXPECT_EQ(feed.without_figure, 1);
  EXPECT_EQ(feed.models, 3);
  const std::map<std::string, std::int64_t> unknown{{"input_cost_per_second", 1},
                                                    {"input_cost_per_token_flex_priority", 1},
                                                    {"output_cost_per_token_above_1hr", 1},
                                                    {"provider_specific_entry", 1},
                                                    {"tiered_pricing.input_cost_per_query", 1}};
  EXPECT_EQ(feed.unknown_keys, unknown);
  EXPECT_EQ(feed.rejected.size(), 3U);
  EXPECT_NE(reason(feed, "last_updated").find("expected a model"), std::string::npos);
  EXPECT_NE(reason(feed, "rules").find("no litellm_provider"), std::string::npos);
  EXPECT_NE(reason(feed, "q tiered_pricing").find("range"), std::string::npos);
}

TEST(LiteLlm, KeepsBothOfTwoPlacesForOneFigure) {
  const Feed feed = read(read_litellm(R"json({
    "deepseek-chat": {"litellm_provider": "deepseek", "input_cost_per_token": 1e-06},
    "deepseek/deepseek-chat": {"litellm_provider": "deepseek", "input_cost_per_token": 2e-06,
      "cache_read_input_token_cost": 3e-07, "input_cost_per_token_cache_hit": 3e-07},
    "deepseek/twice": {"litellm_provider": "deepseek", "input_cost_per_token": 1e-06,
      "input_cost_per_token": 4e-06}
  })json"));
  const auto all = figures(feed);
  EXPECT_EQ(all.at("deepseek/deepseek-chat input_mtok"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(all.at("deepseek/deepseek-chat cache_read_mtok").size(), 2U);
  EXPECT_EQ(one(feed, "deepseek/twice input_mtok"), "4");
  EXPECT_NE(reason(feed, "deepseek/twice").find("more than once"), std::string::npos);
}

TEST(ModelsDev, CountsMisspeltKeys) {
  const Feed feed = read(read_models_dev(R"json({"p": {"models": {
    "a": {"cost": {"input": 1, "cached_input": 0.1, "cached_write": 2, "image": 3, "request": 5}},
    "b": {"cost": null}, "c": {"cost": {"input": 1, "context_over_200k": {"input": 2},
      "tiers": [{"tier": {"type": "requests", "size": 5}, "input": 9}]}}}}, "q": 5})json"));
  EXPECT_EQ(reason(feed, "p/a cached_input"),
            "not a key of models.dev; did the entry mean cache_read?");
  EXPECT_EQ(reason(feed, "p/a cached_write"),
            "not a key of models.dev; did the entry mean cache_write?");
  EXPECT_EQ(feed.unknown_keys.at("image"), 1);
  EXPECT_EQ(one(feed, "p/a requests_kcount"), "5");
  EXPECT_EQ(one(feed, "p/c input_mtok>200000"), "2");
  EXPECT_EQ(feed.rejected.size(), 4U);
}

TEST(GenaiPrices, TakesTheLastEntryThatHolds) {
  constexpr std::string_view kDated = R"json([{"id": "acme", "models": [
    {"id": "m", "prices": [{"prices": {"input_mtok": 10}},
      {"constraint": {"start_date": "2025-06-10"}, "prices": {"input_mtok": 2}},
      {"constraint": {"start_date": "2026-09-01"}, "prices": {"input_mtok": 3}}]},
    {"id": "night", "prices": [{"prices": {"input_mtok": 1, "output_mtok": 2}},
      {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"},
       "prices": {"input_mtok": 2, "output_mtok": 4}}]},
    {"id": "odd", "prices": [{"constraint": {"weekday": 3}, "prices": {"input_mtok": 2}}]},
    {"id": "both", "prices": [{"prices": {"input_mtok": 1, "output_mtok": 2}},
      {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"},
       "prices": {"input_mtok": 2, "output_mtok": 1}}]},
    {"id": "new", "prices": {"moods_mtok": 2, "cache_write_5m_mtok": 1}}]}])json";
  const auto on = [&](const char* day) {
    return read(read_genai_prices(kDated, {.book = nullptr, .on = *Date::parse(day)}));
  };
  EXPECT_EQ(one(on("2025-06-09"), "acme/m input_mtok"), "10");
  EXPECT_EQ(on("2025-06-09").announced.size(), 2U);
  EXPECT_EQ(one(on("2025-06-10"), "acme/m input_mtok"), "2");
  const Feed feed = on("2026-08-21");
  ASSERT_EQ(feed.announced.size(), 1U);
  EXPECT_EQ(feed.announced[0].from.iso(), "2026-09-01");
  EXPECT_EQ(feed.announced[0].observation.price->decimal(), "3");
  EXPECT_EQ(one(on("2026-09-01"), "acme/m input_mtok"), "3");
  EXPECT_EQ(one(read(read_genai_prices(kDated)), "acme/m input_mtok"), "3");
  EXPECT_EQ(one(feed, "acme/night input_mtok@peak"), "2");
  EXPECT_EQ(one(feed, "acme/night input_mtok@offpeak"), "1");
  EXPECT_EQ(one(feed, "acme/new cache_write_mtok"), "1");
  EXPECT_EQ(feed.unknown_keys.at("moods_mtok"), 1);
  EXPECT_NE(reason(feed, "acme/odd").find("constraint"), std::string::npos);
  EXPECT_NE(reason(feed, "acme/both").find("dearer"), std::string::npos);
}

TEST(OpenRouter, IsItsOwnVendor) {
  const Feed feed = read(read_openrouter(samples::kOpenRouter));
  EXPECT_EQ(one(feed, "openrouter/acme/rocket-1 input_mtok"), "0.3");
  EXPECT_EQ(one(feed, "openrouter/acme/rocket-1 output_mtok>=200000"), "22.5");
  EXPECT_EQ(one(feed, "openrouter/acme/rocket-1 web_searches_kcount"), "10");
  EXPECT_EQ(feed.unknown_keys.at("image"), 1);
  EXPECT_EQ(feed.rejected.size(), 2U);
  EXPECT_NE(reason(feed, "openrouter/auto").find("depends"), std::string::npos);
}

TEST(Portkey, SplitsThresholdsOffTheNameAndKnowsCents) {
  const Feed feed = read(read_portkey(R"json({"google": {
    "g-lte-128k": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.0001}}}},
    "g-gt-128k": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.0002},
      "additional_units": {"search": {"price": 3.5}, "megapixels": {"price": 1}}}}},
    "yuan": {"pricing_config": {"currency": "CNY", "pay_as_you_go": {}}},
    "r": {"pricing_config": {"fixed_cost": {"request": {"price": 0.5}}, "finetune_config": {}},
      "custom_pricing": {"regions": {"us": {}, "default": {"execution_modes": {
        "fast": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0.001}}}},
        "slow": {}, "flex": {"context_tiers": {"x": {}}}}}}}}}})json"));
  EXPECT_EQ(one(feed, "google/g input_mtok"), "1");
  EXPECT_EQ(one(feed, "google/g input_mtok>128000"), "2");
  EXPECT_EQ(one(feed, "google/g web_searches_kcount>128000"), "35");
  EXPECT_EQ(one(feed, "google/r requests_kcount"), "5");
  EXPECT_EQ(one(feed, "google/r input_mtok/fast"), "10");
  EXPECT_EQ(reason(feed, "google/yuan"), "other currency: CNY");
  EXPECT_NE(reason(feed, "google/r slow").find("expected standard, batch"), std::string::npos);
  EXPECT_NE(reason(feed, "google/r flex").find("threshold"), std::string::npos);
  EXPECT_EQ(feed.unknown_keys.at("finetune_config"), 1);
  EXPECT_EQ(feed.unknown_keys.at("additional_units.megapixels"), 1);
}

TEST(Langfuse, FindsTheProviderInThePattern) {
  const Feed feed = read(read_langfuse(R"json([
    {"modelName": "g", "matchPattern": "(?i)^(google(ai)?/)?(g)$", "pricingTiers": [
      {"name": "Fast", "conditions": [{"source": "model_parameters", "key": "service_tier",
        "operator": "in", "values": ["fast", "priority"]}], "prices": {"input": 1e-06}},
      {"name": "Odd", "conditions": [{"source": "model_parameters", "key": "mood",
        "operator": "in", "values": ["fast"]}], "prices": {"input": 1e-06}},
      {"name": "From", "conditions": [{"usageDetailPattern": "(input|cache)", "operator": "gte",
        "value": 200000}], "prices": {"input": 2e-06, "input_modality_1": 5}}]},
    {"modelName": "c", "matchPattern": "(?i)^(anthropic\\/)?(c)$", "pricingTiers": [
      {"name": "S", "conditions": [{"source": "model_parameters", "key": "speed", "operator": "in",
        "values": ["fast"]}], "prices": {"output": 3e-05, "grounding_queries": 0.014}}]},
    {"modelName": "text-bison", "matchPattern": "(?i)^(text-bison)$", "pricingTiers": []}])json"));
  EXPECT_EQ(one(feed, "google/g input_mtok/priority"), "1");
  EXPECT_EQ(one(feed, "google/g input_mtok>=200000"), "2");
  EXPECT_EQ(one(feed, "anthropic/c output_mtok/fast"), "30");
  EXPECT_EQ(one(feed, "anthropic/c web_searches_kcount/fast"), "14");
  EXPECT_NE(reason(feed, "text-bison").find("no provider"), std::string::npos);
  EXPECT_NE(reason(feed, "g Odd").find("mood"), std::string::npos);
  EXPECT_EQ(feed.unknown_keys.at("input_modality_1"), 1);
}

TEST(LlmRates, KeepsOtherCurrenciesAndTunedModelsApart) {
  const std::string header(samples::kLlmRates.substr(0, samples::kLlmRates.find('\n') + 1));
  const Feed feed =
      read(read_llmrates(header + "openai,o4-mini-2025-04-16,standard,,,,USD,4,1,16,,,,\n"
                                  "openai,gpt-9,standard,,long_context,,USD,10,1,45,,,,\n"
                                  "deepseek,v4,standard,,,,CNY,3,0.1,9,,,,\n"
                                  "deepseek,v4,standard,,,,USD,0.44,0.014,1.32,,,,\n"
                                  "deepseek,v4,off_peak,,off_peak,,USD,0.22,0.007,0.66,,,,\n"
                                  "google,live,standard,,audio,,USD,3,0.3,12,,,,\n"
                                  "google,live,standard,,720P,,USD,3,,,,,,\n"
                                  "qwen,q,standard,,,us,USD,1,,,,,,4\n"));
  EXPECT_EQ(reason(feed, "openai/o4-mini"), "the rates of fine-tuned models, not of the model");
  EXPECT_EQ(reason(feed, "openai/gpt-9"), "a context tier without its threshold");
  EXPECT_EQ(reason(feed, "deepseek/v4 CNY"), "other currency: CNY");
  EXPECT_EQ(one(feed, "deepseek/v4 input_mtok@peak"), "0.44");
  EXPECT_EQ(one(feed, "deepseek/v4 output_mtok@offpeak"), "0.66");
  EXPECT_EQ(one(feed, "google/live cache_audio_read_mtok"), "0.3");
  EXPECT_NE(reason(feed, "google/live USD").find("720P"), std::string::npos);
  EXPECT_EQ(one(feed, "qwen/us/q input_mtok"), "1");
  EXPECT_EQ(feed.unknown_keys.at("page_price"), 1);
  EXPECT_FALSE(read_llmrates("a,b\n1,2\n").ok());
}

TEST(LlmPricingHistory, TellsTheTwoRegistriesApart) {
  const Feed feed = read(read_llm_pricing_history(samples::kHistory));
  EXPECT_EQ(one(feed, "acme/rocket-1 cache_read_mtok"), "0.03");
  EXPECT_EQ(one(feed, "openrouter/acme/rocket-1 output_mtok"), "15");
  EXPECT_EQ(feed.observations.size(), 5U);
}

TEST(AwsOffer, ReadsTokenPricesInForce) {
  const Feed feed =
      read(read_aws_offer(samples::kAwsOffer, {.book = nullptr, .on = *Date::parse("2026-08-01")}));
  EXPECT_EQ(one(feed, "bedrock/us-east-1/Rocket 1 input_mtok"), "0.3");
  EXPECT_EQ(one(feed, "bedrock/us-east-1/Rocket 1 output_mtok"), "15");
  EXPECT_EQ(one(feed, "bedrock/us-east-1/Rocket 1 input_mtok/batch"), "0.15");
  EXPECT_EQ(one(feed, "bedrock/us-east-1/Rocket 1 cache_read_mtok"), "0.03");
  EXPECT_EQ(one(feed, "bedrock/global/Rocket 1 input_mtok"), "0.28");
  EXPECT_EQ(one(read(read_aws_offer(samples::kAwsOffer)), "bedrock/us-east-1/Rocket 1 input_mtok"),
            "0.4");
  EXPECT_EQ(feed.unknown_keys.at("feature: Model Customization"), 1);
  EXPECT_EQ(feed.unknown_keys.at("inferenceType: Input video seconds"), 1);
  EXPECT_NE(reason(feed, "S8").find("unit"), std::string::npos);
}

TEST(AwsOffer, ReadsTheMarketplaceByTheNameOfTheService) {
  const Feed feed = read(read_aws_models(samples::kAwsModels));
  EXPECT_EQ(feed.source, "aws-models");
  EXPECT_EQ(one(feed, "bedrock/us-east-1/Rocket 4.5 input_mtok"), "3.3");
  EXPECT_EQ(one(feed, "bedrock/global/Rocket 4.5 output_mtok"), "15");
  EXPECT_EQ(one(feed, "bedrock/global/Rocket 5 cache_read_mtok"), "0.2");
  EXPECT_EQ(one(feed, "bedrock/us-east-1/Rocket 4.5 cache_write_1h_mtok"), "6.6");
  EXPECT_EQ(one(feed, "bedrock/us-east-1/Rocket 5 input_mtok/batch"), "1.1");
  EXPECT_EQ(feed.unknown_keys.at("inferenceType: created_image"), 1);
}

TEST(AwsOffer, ReadsTheServiceByItsUsageTypes) {
  const Feed feed = read(read_aws_service(samples::kAwsService));
  EXPECT_EQ(one(feed, "bedrock/us-east-2/lab.rocket-6.1 input_mtok"), "2");
  EXPECT_EQ(one(feed, "bedrock/us-east-2/lab.rocket-6.1 cache_read_mtok"), "0.2");
  EXPECT_EQ(one(feed, "bedrock/us-east-2/lab.rocket-6.1 output_mtok/flex"), "5");
  EXPECT_EQ(feed.unknown_keys.at("product without a model or what is counted"), 1);
}

}  // namespace
}  // namespace breakeven::io
