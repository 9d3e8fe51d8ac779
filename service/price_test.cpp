#include "service/price.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "codec/price_json.hpp"
#include "io/json_lines.hpp"
#include "service/catalog_store.hpp"

namespace breakeven::service {
namespace {

const catalog::Catalog& shipped() {
  static const catalog::Catalog catalog = [] {
    auto loaded = load_catalog(std::string(BREAKEVEN_SOURCE_DIR) + "/catalog");
    EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().text());
    return std::move(*loaded);
  }();
  return catalog;
}

std::string answer(const std::string& line) {
  io::JsonFields parser;
  pricing::Pricer pricer(shipped().prices());
  std::string out;
  const auto fields = parser.parse(line);
  if (fields.ok()) {
    codec::price_object(*fields, pricer, out);
  } else {
    codec::price_refusal(fields.error(), out);
  }
  return out;
}

/// The text value of the first member of that name.
std::string member(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":\"";
  const std::size_t at = json.find(key);
  if (at == std::string::npos) return "none: " + json;
  const std::size_t from = at + key.size();
  return json.substr(from, json.find('"', from) - from);
}

std::string usd(const std::string& line) { return member(answer(line), "usd"); }

std::string call(const std::string& vendor, const std::string& model, const std::string& usage,
                 const std::string& time = "2026-10-20T12:00:00Z") {
  return R"({"id":1,"vendor":")" + vendor + R"(","model":")" + model + R"(","timestamp":")" + time +
         R"(","usage":)" + usage + "}";
}

TEST(PriceJson, AnthropicWorkedCall) {
  EXPECT_EQ(usd(call("anthropic", "claude-3-7-sonnet-20250219",
                     R"({"input_tokens":3,"cache_creation_input_tokens":12304,
                         "cache_read_input_tokens":0,"output_tokens":550})")),
            "0.054399");
}

TEST(PriceJson, AnthropicOneHourWritesCostTwiceInput) {
  // 10 x 3 + 1000 x 3.75 + 2000 x 6 + 5000 x 0.3 + 100 x 15
  EXPECT_EQ(usd(call("anthropic", "claude-sonnet-4-6",
                     R"({"input_tokens":10,"cache_creation_input_tokens":3000,
                         "cache_creation":{"ephemeral_5m_input_tokens":1000,
                                           "ephemeral_1h_input_tokens":2000},
                         "cache_read_input_tokens":5000,"output_tokens":100})")),
            "0.01878");
}

TEST(PriceJson, AnthropicCompactionIterationIsBilledOnTop) {
  const std::string usage = R"({"input_tokens":20,"output_tokens":100,"cache_read_input_tokens":0,
    "cache_creation_input_tokens":0,"iterations":[
      {"type":"compaction","input_tokens":4,"output_tokens":90,"cache_read_input_tokens":0,
       "cache_creation_input_tokens":55096},
      {"type":"message","input_tokens":20,"output_tokens":100}]})";
  // 20 x 3 + 100 x 15, and 4 x 3 + 55096 x 3.75 + 90 x 15
  EXPECT_EQ(usd(call("anthropic", "claude-sonnet-4-6", usage)), "0.209532");
}

TEST(PriceJson, AnthropicAdvisorIsBilledAtItsOwnModel) {
  const std::string usage = R"({"input_tokens":1000,"output_tokens":100,"iterations":[
      {"type":"message","input_tokens":1000,"output_tokens":100},
      {"type":"advisor_message","model":"claude-opus-4-8","input_tokens":2000,
       "output_tokens":200}]})";
  // 1000 x 3 + 100 x 15 of Sonnet, 2000 x 5 + 200 x 25 of Opus
  const std::string out = answer(call("anthropic", "claude-sonnet-4-6", usage));
  EXPECT_EQ(member(out, "usd"), "0.0195");
  EXPECT_NE(out.find("anthropic/claude-opus-4-8"), std::string::npos);
}

TEST(PriceJson, AnthropicFastIsTwiceOrSixTimesByModelAndGeographyComesLast) {
  const std::string usage = R"({"input_tokens":1000,"output_tokens":1000,"speed":"fast")";
  EXPECT_EQ(usd(call("anthropic", "claude-opus-4-8", usage + "}")), "0.06");
  EXPECT_EQ(usd(call("anthropic", "claude-opus-4-6", usage + "}")), "0.18");
  EXPECT_EQ(usd(call("anthropic", "claude-opus-4-6", usage + R"(,"inference_geo":"us"})")),
            "0.198");
  EXPECT_EQ(usd(call("anthropic", "claude-opus-4-6",
                     R"({"input_tokens":1000,"output_tokens":1000,"service_tier":"batch"})")),
            "0.015");
}

TEST(PriceJson, AnthropicLongContextSurchargeEndedOn2026March13) {
  const std::string usage = R"({"input_tokens":200001,"output_tokens":1000})";
  EXPECT_EQ(usd(call("anthropic", "claude-sonnet-4-6", usage, "2026-03-12T23:59:59Z")), "1.222506");
  EXPECT_EQ(usd(call("anthropic", "claude-sonnet-4-6", usage, "2026-03-13T00:00:00Z")), "0.615003");
}

TEST(PriceJson, GeminiThoughtsAreBilledOutsideTheCandidates) {
  EXPECT_EQ(usd(call("google", "gemini-2.5-pro",
                     R"({"promptTokenCount":100,"candidatesTokenCount":100,
                         "thoughtsTokenCount":900,"totalTokenCount":1100})")),
            "0.010125");
  EXPECT_EQ(usd(call("google", "models/gemini-2.5-flash",
                     R"({"promptTokenCount":100,"toolUsePromptTokenCount":50,
                         "candidatesTokenCount":10,"totalTokenCount":160,
                         "promptTokensDetails":[{"modality":"AUDIO","tokenCount":40},
                                                {"modality":"TEXT","tokenCount":60}]})")),
            "0.000098");
  EXPECT_NE(answer(call("google", "gemini-2.5-pro",
                        R"({"promptTokenCount":100,"candidatesTokenCount":5,
                            "totalTokenCount":300})"))
                .find("totalTokenCount"),
            std::string::npos);
}

TEST(PriceJson, GeminiThresholdIsStrictlyAbove) {
  const auto prompt = [](int n) {
    return R"({"promptTokenCount":)" + std::to_string(n) + R"(,"totalTokenCount":)" +
           std::to_string(n) + "}";
  };
  EXPECT_EQ(usd(call("google", "gemini-2.5-pro", prompt(200'000))), "0.25");
  EXPECT_EQ(usd(call("google", "gemini-2.5-pro", prompt(200'001))), "0.5000025");
}

TEST(PriceJson, XaiReasoningIsOutsideAndTheThresholdIsInclusive) {
  const auto usage = [](int prompt, int total) {
    return R"({"prompt_tokens":)" + std::to_string(prompt) +
           R"(,"completion_tokens":100,"total_tokens":)" + std::to_string(total) +
           R"(,"completion_tokens_details":{"reasoning_tokens":500}})";
  };
  EXPECT_EQ(usd(call("xai", "grok-4.5", usage(199'999, 200'599))), "0.403598");
  EXPECT_EQ(usd(call("xai", "grok-4.5", usage(200'000, 200'600))), "0.8072");
  // Without a total the producer decides.
  EXPECT_EQ(usd(call("xai", "grok-4",
                     R"({"prompt_tokens":0,"completion_tokens":100,
                         "completion_tokens_details":{"reasoning_tokens":500}})")),
            "0.009");
  EXPECT_EQ(usd(call("openai", "gpt-5.4",
                     R"({"prompt_tokens":0,"completion_tokens":500,"total_tokens":500,
                         "completion_tokens_details":{"reasoning_tokens":400}})")),
            "0.0075");
}

TEST(PriceJson, DeepSeekHitAndMissMakeThePrompt) {
  EXPECT_EQ(usd(call("deepseek", "deepseek-v4-pro",
                     R"({"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010,
                         "prompt_cache_hit_tokens":900,"prompt_cache_miss_tokens":100})",
                     "2026-10-20T02:00:00Z")),
            "0.0002112");
  EXPECT_NE(answer(call("deepseek", "deepseek-v4-pro",
                        R"({"prompt_tokens":1000,"completion_tokens":10,
                            "prompt_cache_hit_tokens":900,"prompt_cache_miss_tokens":99})"))
                .find("error"),
            std::string::npos);
}

TEST(PriceJson, DeepSeekPricesFollowTheClock) {
  const std::string million = R"({"input_tokens":1000000})";
  const auto at = [&](const char* time) {
    return usd(call("deepseek", "deepseek-v4-pro", million, time));
  };
  EXPECT_EQ(at("2026-08-16T15:59:59Z"), "0.435");
  EXPECT_EQ(at("2026-08-16T16:00:00Z"), "0.66");
  EXPECT_EQ(at("2026-08-17T00:59:59Z"), "0.66");
  EXPECT_EQ(at("2026-08-17T01:00:00Z"), "1.32");
  EXPECT_EQ(at("2026-08-17T04:00:00Z"), "0.66");
  EXPECT_EQ(at("2026-08-17T09:59:59Z"), "1.32");
  EXPECT_EQ(at("2026-08-22T02:00:00Z"), "1.32");  // the last Saturday at peak prices
  EXPECT_EQ(at("2026-08-23T02:00:00Z"), "0.66");  // Sundays are off-peak from here
  EXPECT_EQ(at("2026-08-24T02:00:00Z"), "1.32");
  EXPECT_EQ(at("2026-10-01T02:00:00Z"), "0.66");  // National Day
  EXPECT_EQ(at("2026-08-24T03:00:00+02:00"), "1.32");
  EXPECT_EQ(at("2026-05-21T00:00:00Z"), "1.74");
  EXPECT_EQ(usd(call("deepseek", "deepseek-chat", million, "2025-06-01T12:00:00Z")), "0.27");
  EXPECT_EQ(usd(call("deepseek", "deepseek-chat", million, "2025-06-01T17:00:00Z")), "0.135");
  const std::string untimed =
      answer(R"({"model":"deepseek/deepseek-v4-pro","usage":{"input_tokens":1000000}})");
  EXPECT_EQ(member(untimed, "usd_low"), "0.66");
  EXPECT_EQ(member(untimed, "usd_high"), "1.32");
  EXPECT_NE(untimed.find(R"("kind":"interval")"), std::string::npos);
}

TEST(PriceJson, DatedSteps) {
  const std::string million = R"({"input_tokens":1000000,"output_tokens":1000000})";
  const auto at = [&](const char* vendor, const char* model, const char* time) {
    return usd(call(vendor, model, million, time));
  };
  EXPECT_EQ(at("openai", "o3", "2025-06-09T23:59:59Z"), "50");
  EXPECT_EQ(at("openai", "o3", "2025-06-10T00:00:00Z"), "10");
  // A million tokens is above 272K: twice the input and 1.5 times the output rate.
  EXPECT_EQ(at("openai", "gpt-5.6-luna", "2026-07-29T12:00:00Z"), "11");
  EXPECT_EQ(at("openai", "gpt-5.6-luna", "2026-07-30T12:00:00Z"), "2.2");
  EXPECT_EQ(at("openai", "gpt-5.6-terra", "2026-07-29T12:00:00Z"), "27.5");
  EXPECT_EQ(at("openai", "gpt-5.6-sol", "2026-08-20T23:00:00Z"), "55");
  EXPECT_EQ(at("openai", "gpt-5.6-sol", "2026-08-21T00:00:00Z"), "38");
  EXPECT_EQ(at("google", "gemini-3.6-flash", "2026-08-01T00:00:00Z"), "9");
  EXPECT_EQ(at("google", "gemini-3.6-flash", "2026-12-31T23:59:59Z"), "4.5");
  EXPECT_EQ(at("google", "gemini-3.8-flash", "2027-01-01T00:00:00Z"), "9");
  EXPECT_EQ(at("anthropic", "claude-3-5-haiku-20241022", "2024-12-04T00:00:00Z"), "6");
  EXPECT_EQ(at("anthropic", "claude-3-5-haiku-20241022", "2024-12-05T00:00:00Z"), "4.8");
  EXPECT_EQ(at("anthropic", "claude-sonnet-5", "2026-09-02T00:00:00Z"), "12");  // cancelled step
}

TEST(PriceJson, ProTierCachedRateIsAnInterval) {
  const std::string out = answer(call("openai", "gpt-5.5-pro",
                                      R"({"prompt_tokens":2000,"completion_tokens":10,
                                          "total_tokens":2010,
                                          "prompt_tokens_details":{"cached_tokens":1000}})"));
  EXPECT_EQ(member(out, "usd_low"), "0.0318");
  EXPECT_EQ(member(out, "usd_high"), "0.0618");
  EXPECT_NE(out.find(R"("kind":"interval")"), std::string::npos);
}

TEST(PriceJson, BedrockTwinsAreOneAndTtlCounts) {
  EXPECT_EQ(usd(call("aws", "us.anthropic.claude-sonnet-4-6-v1:0",
                     R"({"inputTokens":10,"outputTokens":5,"cacheReadInputTokens":2000,
                         "cacheReadInputTokenCount":2000,"cacheWriteInputTokens":100,
                         "cacheDetails":[{"ttl":"1h","inputTokens":100}],
                         "totalTokens":2115})")),
            "0.0014355");
}

TEST(PriceJson, MistralPerplexityAndCohereCountTheirOwnWay) {
  EXPECT_EQ(usd(call("mistral", "mistral-large-2512",
                     R"({"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010,
                         "num_cached_tokens":400})")),
            "0.000335");
  // 19 x 2 + 498 x 8 + 67997 x 3 + 10175 x 2, and 48 searches at 5 per thousand
  EXPECT_EQ(usd(call("perplexity", "sonar-deep-research",
                     R"({"prompt_tokens":19,"completion_tokens":498,"total_tokens":517,
                         "citation_tokens":10175,"num_search_queries":48,
                         "reasoning_tokens":67997})")),
            "0.468363");
  EXPECT_EQ(usd(call("perplexity", "sonar",
                     R"({"prompt_tokens":10,"completion_tokens":10,"total_tokens":20,
                         "search_context_size":"high"})")),
            "0.01202");
  EXPECT_EQ(usd(call("cohere", "command-a-03-2025",
                     R"({"billed_units":{"input_tokens":10,"output_tokens":10},
                         "tokens":{"input_tokens":500,"output_tokens":10}})")),
            "0.000125");
}

TEST(PriceJson, WholeResponseBodiesAreFine) {
  EXPECT_EQ(usd(call("openai", "gpt-4o-2024-08-06",
                     R"({"id":"chatcmpl","object":"chat.completion","service_tier":"default",
                         "usage":{"prompt_tokens":1000,"completion_tokens":0,
                                  "total_tokens":1000}})")),
            "0.0025");
  EXPECT_EQ(usd(call("google", "gemini-2.5-flash",
                     R"({"candidates":[],"usageMetadata":{"promptTokenCount":1000}})")),
            "0.0003");
}

TEST(PriceJson, DeclaredRatesReplaceTheBook) {
  EXPECT_EQ(usd(R"({"usage":{"input_tokens":1000,"cache_read_tokens":400,"output_tokens":10},
                    "rates":{"input_mtok":"5","output_mtok":"10"}})"),
            "0.0051");
  const auto tiered = [](int n) {
    return R"({"usage":{"input_tokens":)" + std::to_string(n) +
           R"(},"rates":{"input_mtok":{"base":"1","tiers":[{"above_input_tokens":1000,"usd":"2"},
              {"above_input_tokens":500,"usd":"1.5"}]}}})";
  };
  EXPECT_EQ(usd(tiered(500)), "0.0005");
  EXPECT_EQ(usd(tiered(501)), "0.0007515");
  EXPECT_EQ(usd(tiered(1000)), "0.0015");
  EXPECT_EQ(usd(tiered(1001)), "0.002002");
  EXPECT_EQ(usd(R"({"usage":{"input_tokens":0,"web_searches":2,"requests":3},
                    "rates":{"input_mtok":"1","web_searches_kcount":"10","requests_kcount":"1"}})"),
            "0.023");
  EXPECT_NE(answer(R"({"id":"x","usage":{"input_tokens":1,"cache_read_tokens":2},
                       "rates":{"input_mtok":"1"}})")
                .find(R"({"id":"x","error":{"code":"invalid-argument")"),
            std::string::npos);
  EXPECT_NE(answer(R"({"usage":{"input_tokens":1},"rates":{"input_mtok":"-1"}})").find("error"),
            std::string::npos);
  EXPECT_NE(answer(R"({"usage":{"input_tokens":1},"rates":{"input_mtok":"NaN"}})").find("error"),
            std::string::npos);
}

TEST(PriceJson, IdsComeBackToTheLetter) {
  const auto echoed = [](const std::string& id) {
    const std::string line = R"({"a":{"id":9,"b":["\"id\":8"]},"id":)" + id +
                             R"(,"usage":{"input_tokens":1},"rates":{"input_mtok":"1"}})";
    io::JsonFields parser;
    pricing::Pricer pricer(shipped().prices());
    std::string out;
    const auto fields = parser.parse(line);
    if (fields.ok()) codec::price_object(*fields, pricer, out, line);
    return out.substr(0, out.find(R"(,"usd")"));
  };
  for (const char* id : {"1", "-7", "1.0", "1e3", "12345678901234567890", "0.10", "null", "true",
                         "false", R"("x,}\"{")", R"({"a":[1.50,{"id":2}]})", "[1.0, \"]\"]"}) {
    EXPECT_EQ(echoed(id), std::string(R"({"id":)") + id) << id;
  }
}

TEST(PriceJson, BedrockPlaceIsInTheName) {
  const auto input = [](const char* model) {
    return usd(call("aws", model, R"({"inputTokens":1000000,"outputTokens":0})"));
  };
  EXPECT_EQ(input("global.anthropic.claude-haiku-4-5-20251001-v1:0"), "1");
  EXPECT_EQ(input("eu.anthropic.claude-haiku-4-5-20251001-v1:0"), "1.1");
  EXPECT_EQ(input("anthropic.claude-haiku-4-5-20251001-v1:0"), "1.1");
  EXPECT_EQ(input("us.anthropic.claude-sonnet-4-20250514-v1:0"), "3");
  EXPECT_EQ(input("us.amazon.nova-2-lite-v1:0"), "0.33");
  EXPECT_EQ(input("amazon.nova-2-lite-v1:0"), "0.3");
}

TEST(PriceJson, TheBodyMayNameTheModel) {
  const std::string body = R"({"model":"gpt-4o-mini-2024-07-18",
                               "usage":{"prompt_tokens":1000,"completion_tokens":0}})";
  EXPECT_EQ(usd(R"({"vendor":"openai","usage":)" + body + "}"), "0.00015");
  const std::string out = answer(call("openai", "gpt-4o", body));
  EXPECT_EQ(member(out, "usd"), "0.0025");
  EXPECT_NE(out.find("the response names gpt-4o-mini-2024-07-18"), std::string::npos);
  EXPECT_EQ(answer(call("openai", "gpt-4o-mini", body)).find("names"), std::string::npos);
}

TEST(PriceJson, NamesAsPeopleWriteThem) {
  const auto billed = [](const std::string& name) {
    return member(answer(R"({"model":")" + name + R"(","usage":{"input_tokens":1}})"), "model");
  };
  for (const char* name :
       {"Claude Sonnet 4.6", "sonnet-4-6", "claude-4.6-sonnet", "anthropic/claude-sonnet-4.6",
        "global.anthropic.claude-sonnet-4-6-v1:0", "vertex_ai/claude-sonnet-4-6@20260217"}) {
    EXPECT_EQ(billed(name), "anthropic/claude-sonnet-4-6") << name;
  }
  EXPECT_EQ(billed("sonnet 3.5"), "anthropic/claude-3-5-sonnet");
  EXPECT_EQ(billed("GPT-5.5 Pro"), "openai/gpt-5.5-pro");
  EXPECT_EQ(billed("gpt-4o-2024-08-06"), "openai/gpt-4o");
  EXPECT_EQ(billed("gpt-4o-2024-05-13"), "openai/gpt-4o-2024-05-13");
  EXPECT_EQ(billed("Gemini 3 Flash"), "google/gemini-3-flash-preview");
  EXPECT_EQ(billed("Grok 4"), "xai/grok-4");
  EXPECT_EQ(billed("codestral"), "mistral/codestral-latest");
  EXPECT_EQ(member(answer(call("azure_openai", "gpt-4o", R"({"input_tokens":1})")), "model"),
            "openai/gpt-4o");
  EXPECT_NE(answer(call("openai", "claude-sonnet-4-6", R"({"input_tokens":1})"))
                .find("did you mean anthropic/claude-sonnet-4-6"),
            std::string::npos);
  EXPECT_NE(answer(call("acme", "gpt-4o", R"({"input_tokens":1})")).find("there are alibaba"),
            std::string::npos);
}

TEST(PriceJson, FineTunedAndRoutedNamesAreNotTheBaseModel) {
  for (const char* model : {"ft:gpt-4o-mini-2024-07-18:acme::abc", "openai/gpt-4o:nitro",
                            "google/gemini-2.5-flash:free", "gpt-9"}) {
    const std::string out = answer(call("openrouter", model, R"({"input_tokens":1})"));
    EXPECT_NE(out.find("not-found"), std::string::npos) << out;
    EXPECT_NE(out.find("did you mean"), std::string::npos) << out;
  }
}

TEST(PriceJson, CountsMustBeWholeNumbers) {
  const auto with = [](const std::string& n) {
    return answer(R"({"usage":{"input_tokens":)" + n + R"(},"rates":{"input_mtok":"1"}})");
  };
  EXPECT_EQ(member(with("3.0"), "usd"), "0.000003");
  EXPECT_EQ(member(with("0"), "usd"), "0");
  for (const char* bad : {"12.5", "1e20", "-1", "true", "\"3\"", "[3]", "NaN", "1e400",
                          "99999999999999999999", "{}", "1000000000001"}) {
    EXPECT_NE(with(bad).find(R"("error")"), std::string::npos) << bad;
  }
}

TEST(PriceJson, TermsThatAreNotKnownAreRefused) {
  EXPECT_NE(answer(call("openai", "gpt-5.4",
                        R"({"input_tokens":1,"output_tokens":1,"service_tier":"turbo"})"))
                .find("unsupported"),
            std::string::npos);
  EXPECT_NE(answer(call("openai", "gpt-4", R"({"input_tokens":1,"service_tier":"fast"})"))
                .find("no fast price"),
            std::string::npos);
  EXPECT_EQ(usd(call("openai", "gpt-5.5", R"({"input_tokens":1000,"service_tier":"priority"})")),
            "0.0125");
}

TEST(PriceStream, OneLineOutPerLineInAndTheOrderKept) {
  const auto path = std::filesystem::temp_directory_path() / "breakeven_price_stream_test.jsonl";
  std::string deep(200, '[');
  {
    std::ofstream file(path, std::ios::binary);
    file << R"({"id":"1","model":"gpt-4o","usage":{"input_tokens":1}})" << "\n";
    file << "not json\n\n";
    file << "\"\xff\xfe\"\n" << deep << "\n";
    file << "{\"id\":\"big\",\"pad\":\"" << std::string((std::size_t{9} << 20), 'x') << "\"}\n";
    file << R"({"id":"2","model":"gpt-4o","usage":{"input_tokens":1}})" << "\r\n";
    file << R"({"id":"3","model":"gpt-4o","usage":{"input_tokens":1}})";
  }
  std::string out;
  const Status status = price_stream(shipped().prices(), path.string(), [&](std::string_view text) {
    out += text;
    return Status();
  });
  std::filesystem::remove(path);
  ASSERT_TRUE(status.ok());
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < out.size();) {
    const std::size_t end = out.find('\n', from);
    lines.push_back(out.substr(from, end - from));
    from = end + 1;
  }
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_EQ(lines[0].substr(0, 32), R"({"id":"1","usd":"0.0000025","par)");
  for (const std::size_t bad : {1U, 2U, 3U, 4U, 5U}) {
    EXPECT_EQ(lines[bad].substr(0, 20), R"({"id":null,"error":{)") << lines[bad];
  }
  EXPECT_NE(lines[5].find("resource-limit"), std::string::npos);
  EXPECT_EQ(lines[6].substr(0, 10), R"({"id":"2",)");
  EXPECT_EQ(lines[7].substr(0, 10), R"({"id":"3",)");
}

TEST(PriceStream, MissingFileIsSaidOnce) {
  const Status status = price_stream(shipped().prices(), "/nonexistent.jsonl",
                                     [](std::string_view) { return Status(); });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::not_found);
}

TEST(Quote, CompareModelsPerDayMonthAndYear) {
  QuoteRequest request;
  request.models = {"anthropic/claude-sonnet-4-6", "gpt-5.5-pro"};
  request.input_tokens = 12'000;
  request.cached_tokens = 10'000;
  request.output_tokens = 800;
  request.calls_per_day = *Rational::make(1'000, 1);
  const auto answered = quote(shipped().prices(), request);
  ASSERT_TRUE(answered.ok());
  EXPECT_EQ(answered->quotes[0].bill.high.decimal(), "0.021");
  EXPECT_EQ(answered->quotes[0].high.month.fixed(2), "638.75");
  EXPECT_EQ(answered->quotes[1].low.day.decimal(), "204");
  EXPECT_EQ(answered->quotes[1].high.day.decimal(), "504");
  EXPECT_NE(quote_text(*answered).find("$638.75"), std::string::npos);
  EXPECT_NE(quote_json(*answered).find(R"("month":"638.75")"), std::string::npos);
  request.models = {"nothing-like-it"};
  EXPECT_EQ(quote(shipped().prices(), request).error().code, ErrorCode::not_found);
}

TEST(ShippedPrices, EveryModelResolvesToday) {
  const auto& book = shipped().prices();
  EXPECT_GE(book.models().size(), 180U);
  EXPECT_GE(book.row_count(), 1'300U);
  for (const auto& model : book.models()) {
    const auto card =
        book.resolve(model, {catalog::Mode::standard, {}, *Instant::parse("2026-10-27")});
    ASSERT_TRUE(card.ok()) << card.error().text();
    EXPECT_TRUE(card->rates[catalog::index(catalog::BillingUnit::input)].has_value()) << model.id();
    EXPECT_TRUE(card->rates[catalog::index(catalog::BillingUnit::output)].has_value())
        << model.id();
    const auto again = book.find(model.vendor, model.name);
    ASSERT_TRUE(again.ok()) << model.id();
    EXPECT_EQ(*again, &model) << model.id();
  }
}

}  // namespace
}  // namespace breakeven::service
