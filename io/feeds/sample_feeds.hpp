// sample_feeds.hpp — the same made-up facts in the format of every registry, for tests and for the
// replay server.
#pragma once

#include <string_view>

namespace breakeven::io::samples {

// Facts: acme/rocket-1 costs 0.3 for input, 0.03 for cached input, 0.375 for a cache write, 15 for
// output; 0.15 and 7.5 in batch; above 200 000 input tokens 0.6 and 22.5; a search costs 10 per 1000.
inline constexpr std::string_view kLiteLlm = R"json({
  "sample_spec": {"input_cost_per_token": 0.0, "litellm_provider": "one of the providers"},
  "last_updated": "2026-08-01",
  "acme/rocket-1": {
    "litellm_provider": "acme", "mode": "chat", "max_input_tokens": 1000000,
    "input_cost_per_token": 3e-07, "cache_read_input_token_cost": 3e-08,
    "cache_creation_input_token_cost": 3.75e-07, "output_cost_per_token": 1.5e-05,
    "input_cost_per_token_batches": 1.5e-07, "output_cost_per_token_batches": 7.5e-06,
    "input_cost_per_token_above_200k_tokens": 6e-07,
    "output_cost_per_token_above_200k_tokens": 2.25e-05,
    "search_context_cost_per_query": {"search_context_size_low": 0.01,
      "search_context_size_medium": 0.01, "search_context_size_high": 0.01}
  }
})json";

inline constexpr std::string_view kModelsDev = R"json({
  "acme": {"id": "acme", "models": {"rocket-1": {"cost": {
    "input": 0.3, "cache_read": 0.03, "cache_write": 0.375, "output": 15,
    "tiers": [{"input": 0.6, "output": 22.5, "tier": {"type": "context", "size": 200000}}]}}}}
})json";

inline constexpr std::string_view kGenaiPrices = R"json([
  {"id": "acme", "models": [{"id": "rocket-1", "match": {"equals": "rocket-1"}, "prices": {
    "input_mtok": {"base": 0.3, "tiers": [{"start": 200000, "price": 0.6}]},
    "cache_read_mtok": 0.03, "cache_write_mtok": 0.375,
    "output_mtok": {"base": 15, "tiers": [{"start": 200000, "price": 22.5}]},
    "web_searches_kcount": 10}}]}
])json";

inline constexpr std::string_view kPortkey = R"json({
  "acme": {
    "default": {"pricing_config": {"pay_as_you_go": {"request_token": {"price": 0}}}},
    "rocket-1": {"pricing_config": {
      "pay_as_you_go": {"request_token": {"price": 0.00003}, "response_token": {"price": 0.0015},
        "cache_read_input_token": {"price": 0.000003}, "cache_write_input_token": {"price": 3.75e-05},
        "additional_units": {"web_search": {"price": 1}}},
      "batch_config": {"request_token": {"price": 0.000015}, "response_token": {"price": 0.00075}}},
      "custom_pricing": {"context_tier_map": {"0": "lte-200k", "200000": "gt-200k"},
        "regions": {"default": {"execution_modes": {"standard": {"context_tiers": {
          "gt-200k": {"pricing_config": {"pay_as_you_go": {
            "request_token": {"price": 0.00006}, "response_token": {"price": 0.00225}}}}}}}}}}}
  }
})json";

inline constexpr std::string_view kLangfuse = R"json([
  {"modelName": "rocket-1", "matchPattern": "(?i)^(acme/)?(rocket-1)$", "pricingTiers": [
    {"name": "Standard", "isDefault": true, "conditions": [], "prices": {"input": 3e-07,
      "input_cached_tokens": 3e-08, "input_cache_creation": 3.75e-07, "output": 1.5e-05}},
    {"name": "Batch", "isDefault": false, "conditions": [{"source": "model_parameters",
      "key": "service_tier", "operator": "in", "values": ["batch"]}],
      "prices": {"input": 1.5e-07, "output": 7.5e-06}},
    {"name": "Large", "isDefault": false, "conditions": [{"usageDetailPattern": "(input)",
      "operator": "gt", "value": 200000}], "prices": {"input": 6e-07, "output": 2.25e-05}}]}
])json";

inline constexpr std::string_view kLlmRates =
    "provider_slug,model_slug,processing_tier,token_tier_min,tier_label,region,price_unit,"
    "input_price_per_million,cached_input_price_per_million,output_price_per_million,"
    "thinking_output_price_per_million,cached_write_price_per_million,search_price_per_thousand,"
    "page_price\n"
    "acme,rocket-1,standard,0,,,USD,0.3,0.03,15,,0.375,10,\n"
    "acme,rocket-1,standard,200000,long,,USD,0.6,,22.5,,,,\n"
    "acme,rocket-1,batch,,,,USD,0.15,,7.5,,,,\n";

inline constexpr std::string_view kOpenRouter = R"json({"data": [
  {"id": "acme/rocket-1", "name": "Acme: Rocket 1", "pricing": {"prompt": "0.0000003",
    "completion": "0.000015", "input_cache_read": "0.00000003", "input_cache_write": "0.000000375",
    "web_search": "0.01", "image": "0.0000003",
    "overrides": [{"min_prompt_tokens": 200000, "prompt": "0.0000006", "completion": "0.0000225"}]}},
  {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}}
]})json";

inline constexpr std::string_view kHistory =
    "source,provider,model,input_usd_per_mtok,output_usd_per_mtok,cache_read_usd_per_mtok,"
    "context_window\n"
    "litellm,acme,rocket-1,0.3,15,0.03,1000000\n"
    "openrouter,acme,acme/rocket-1,0.3,15,,1000000\n";

inline constexpr std::string_view kAwsOffer = R"json({
  "formatVersion": "v1.0", "offerCode": "AmazonBedrock", "publicationDate": "2026-08-01T00:00:00Z",
  "products": {
    "S1": {"sku": "S1", "attributes": {"model": "Rocket 1", "regionCode": "us-east-1",
      "feature": "On-demand Inference", "inferenceType": "Input tokens"}},
    "S2": {"sku": "S2", "attributes": {"model": "Rocket 1", "regionCode": "us-east-1",
      "feature": "On-demand Inference", "inferenceType": "Output tokens"}},
    "S3": {"sku": "S3", "attributes": {"model": "Rocket 1", "regionCode": "us-east-1",
      "feature": "Batch Inference", "inferenceType": "Input tokens", "batch": "true"}},
    "S4": {"sku": "S4", "attributes": {"model": "Rocket 1", "regionCode": "us-east-1",
      "feature": "On-demand Inference", "inferenceType": "Prompt cache read input tokens"}},
    "S5": {"sku": "S5", "attributes": {"model": "Rocket 1", "regionCode": "us-east-1",
      "feature": "Model Customization", "inferenceType": "Input tokens"}},
    "S6": {"sku": "S6", "attributes": {"model": "Rocket 1", "regionCode": "us-east-1",
      "feature": "On-demand Inference", "inferenceType": "Cross-region global input tokens"}},
    "S7": {"sku": "S7", "attributes": {"model": "Rocket 1", "regionCode": "us-east-1",
      "feature": "On-demand Inference", "inferenceType": "Input video seconds"}},
    "S8": {"sku": "S8", "attributes": {"model": "Rocket 2", "regionCode": "us-east-1",
      "feature": "On-demand Inference", "inferenceType": "Input tokens"}}
  },
  "terms": {"OnDemand": {
    "S1": {"S1.T": {"effectiveDate": "2026-01-01T00:00:00Z", "priceDimensions": {"S1.T.R": {
      "unit": "1K tokens", "pricePerUnit": {"USD": "0.0003000000"}}}},
      "S1.U": {"effectiveDate": "2026-09-01T00:00:00Z", "priceDimensions": {"S1.U.R": {
      "unit": "1K tokens", "pricePerUnit": {"USD": "0.0004000000"}}}}},
    "S2": {"S2.T": {"priceDimensions": {"R": {"unit": "1M tokens", "pricePerUnit": {"USD": "15"}}}}},
    "S3": {"S3.T": {"priceDimensions": {"R": {"unit": "1K tokens",
      "pricePerUnit": {"USD": "0.00015"}}}}},
    "S4": {"S4.T": {"priceDimensions": {"R": {"unit": "1K tokens",
      "pricePerUnit": {"USD": "0.00003"}}}}},
    "S5": {"S5.T": {"priceDimensions": {"R": {"unit": "Tokens", "pricePerUnit": {"USD": "1"}}}}},
    "S6": {"S6.T": {"priceDimensions": {"R": {"unit": "1K tokens",
      "pricePerUnit": {"USD": "0.00028"}}}}},
    "S7": {"S7.T": {"priceDimensions": {"R": {"unit": "seconds", "pricePerUnit": {"USD": "1"}}}}},
    "S8": {"S8.T": {"priceDimensions": {"R": {"unit": "hour", "pricePerUnit": {"USD": "1"}}}}}
  }}
})json";

// The marketplace's file: the service is the model, and a unit is a million tokens.
inline constexpr std::string_view kAwsModels = R"json({
  "formatVersion": "v1.0", "offerCode": "AmazonBedrockFoundationModels",
  "products": {
    "M1": {"sku": "M1", "attributes": {"servicename": "Rocket 4.5 (Amazon Bedrock Edition)",
      "regionCode": "us-east-1", "usagetype": "USE1-MP:USE1_InputTokenCount-Units"}},
    "M2": {"sku": "M2", "attributes": {"servicename": "Rocket 4.5 (Amazon Bedrock Edition)",
      "regionCode": "us-east-1", "usagetype": "USE1-MP:USE1_OutputTokenCount_Global-Units"}},
    "M3": {"sku": "M3", "attributes": {"servicename": "Rocket 5 (Amazon Bedrock Edition)",
      "regionCode": "us-east-1", "usagetype": "USE1_cache_read_tokens_global_standard-Units"}},
    "M4": {"sku": "M4", "attributes": {"servicename": "Rocket 4.5 (Amazon Bedrock Edition)",
      "regionCode": "us-east-1", "usagetype": "USE1-MP:USE1_CacheWrite1hInputTokenCount-Units"}},
    "M5": {"sku": "M5", "attributes": {"servicename": "Rocket 5 (Amazon Bedrock Edition)",
      "regionCode": "us-east-1", "usagetype": "USE1-MP:USE1_input_tokens_batch-Units"}},
    "M6": {"sku": "M6", "attributes": {"servicename": "Painter (Amazon Bedrock Edition)",
      "regionCode": "us-east-1", "usagetype": "USE1-MP:USE1_created_image-Units"}}
  },
  "terms": {"OnDemand": {
    "M1": {"T": {"priceDimensions": {"R": {"unit": "Units", "pricePerUnit": {"USD": "3.3000000000"}}}}},
    "M2": {"T": {"priceDimensions": {"R": {"unit": "Units", "pricePerUnit": {"USD": "15"}}}}},
    "M3": {"T": {"priceDimensions": {"R": {"unit": "Units", "pricePerUnit": {"USD": "0.2"}}}}},
    "M4": {"T": {"priceDimensions": {"R": {"unit": "Units", "pricePerUnit": {"USD": "6.6"}}}}},
    "M5": {"T": {"priceDimensions": {"R": {"unit": "Units", "pricePerUnit": {"USD": "1.1"}}}}},
    "M6": {"T": {"priceDimensions": {"R": {"unit": "Units", "pricePerUnit": {"USD": "0.04"}}}}}
  }}
})json";

// The service's file: the model stands in the usage type.
inline constexpr std::string_view kAwsService = R"json({
  "formatVersion": "v1.0", "offerCode": "AmazonBedrockService",
  "products": {
    "V1": {"sku": "V1", "attributes": {"regionCode": "us-east-2",
      "usagetype": "USE2-lab.rocket-6.1-mantle-input-tokens-standard"}},
    "V2": {"sku": "V2", "attributes": {"regionCode": "us-east-2",
      "usagetype": "USE2-lab.rocket-6.1-mantle-cache_read-tokens-standard"}},
    "V3": {"sku": "V3", "attributes": {"regionCode": "us-east-2",
      "usagetype": "USE2-lab.rocket-6.1-mantle-output-tokens-flex"}},
    "V4": {"sku": "V4", "attributes": {"regionCode": "us-east-2", "usagetype": "USE2-Guardrail"}}
  },
  "terms": {"OnDemand": {
    "V1": {"T": {"priceDimensions": {"R": {"unit": "1K tokens", "pricePerUnit": {"USD": "0.002"}}}}},
    "V2": {"T": {"priceDimensions": {"R": {"unit": "1K tokens", "pricePerUnit": {"USD": "0.0002"}}}}},
    "V3": {"T": {"priceDimensions": {"R": {"unit": "1K tokens", "pricePerUnit": {"USD": "0.005"}}}}},
    "V4": {"T": {"priceDimensions": {"R": {"unit": "Units", "pricePerUnit": {"USD": "1"}}}}}
  }}
})json";

}  // namespace breakeven::io::samples
