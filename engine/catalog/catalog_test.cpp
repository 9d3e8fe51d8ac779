#include "engine/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/catalog/describe.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {
namespace {

std::vector<NamedText> shipped_files() {
  std::vector<NamedText> files;
  const std::filesystem::path root = std::filesystem::path(BREAKEVEN_SOURCE_DIR) / "catalog";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".csv") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    files.push_back({std::filesystem::relative(entry.path(), root).generic_string(), text.str()});
  }
  std::ranges::sort(files, {}, &NamedText::name);
  return files;
}

const Catalog& shipped() {
  static const Catalog catalog = [] {
    auto loaded = Catalog::load(shipped_files());
    if (!loaded.ok()) {
      ADD_FAILURE() << loaded.error().text();
      return Catalog();
    }
    return std::move(loaded).value();
  }();
  return catalog;
}

TEST(ShippedCatalog, HasNoMistakes) {
  for (const Error& error : Catalog::mistakes(shipped_files())) ADD_FAILURE() << error.text();
}

TEST(ShippedCatalog, IsAsWideAsPromised) {
  EXPECT_GE(shipped().models().size(), 40U);
  EXPECT_GE(shipped().accelerators().size(), 20U);
  std::set<std::string> providers;
  for (const GpuOffer& offer : shipped().offers()) providers.insert(offer.provider);
  EXPECT_GE(providers.size(), 15U);
  EXPECT_GE(shipped().offers().size(), 358U);
  EXPECT_GE(shipped().quality().size(), 1600U);
  EXPECT_GE(shipped().compliance().size(), 99U);
}

TEST(ShippedCatalog, EveryFactHasSourceDateAndPlace) {
  const auto records = describe_all(shipped());
  EXPECT_GT(records.size(), 2000U);
  for (const Description& record : records) {
    EXPECT_FALSE(record.source.text.empty()) << record.id;
    EXPECT_TRUE(parse_partial_date(record.source.date).ok()) << record.id;
    EXPECT_NE(record.source.place.find(".csv:"), std::string::npos) << record.id;
  }
}

// KV bytes per token in bf16 as the models' own documentation and serving engines give them.
TEST(ShippedCatalog, KvBytesPerTokenAreThePublishedOnes) {
  const auto kv = [](std::string_view name) {
    return shipped().model(name).value()->kv_bytes_per_token_bf16;
  };
  EXPECT_EQ(kv("Llama-3.1-8B-Instruct"), 131'072);
  EXPECT_EQ(kv("Llama-3.3-70B-Instruct"), 327'680);
  EXPECT_EQ(kv("Qwen3-32B"), 262'144);
  EXPECT_EQ(kv("DeepSeek-V3"), 70'272);
}

TEST(ShippedCatalog, DimensionsAreThoseOfTheConfigurations) {
  const OpenModel& llama = *shipped().model("meta-llama/Llama-3.3-70B-Instruct").value();
  EXPECT_EQ(llama.layers, 80);
  EXPECT_EQ(llama.hidden, 8192);
  EXPECT_EQ(llama.query_heads, 64);
  EXPECT_EQ(llama.kv_heads, 8);
  EXPECT_EQ(llama.head_dim, 128);
  EXPECT_EQ(llama.dense_ffn, 28672);
  EXPECT_EQ(llama.origin, "US");
  EXPECT_EQ(llama.native_precision, Precision::bf16);
  const OpenModel& deepseek = *shipped().model("deepseek-v3").value();
  EXPECT_TRUE(deepseek.is_mla());
  EXPECT_TRUE(deepseek.is_moe());
  EXPECT_EQ(deepseek.experts, 256);
  EXPECT_EQ(deepseek.experts_per_token, 8);
  EXPECT_EQ(deepseek.moe_layers, 58);
  EXPECT_EQ(deepseek.dense_ffn_layers, 3);
  EXPECT_EQ(deepseek.native_precision, Precision::fp8);
  EXPECT_EQ(shipped().model("gpt-oss-120b").value()->native_precision, Precision::mxfp4);
  EXPECT_EQ(shipped().model("Llama-4-Maverick-17B-128E-Instruct").value()->moe_layers, 24);
}

TEST(ShippedCatalog, ParametersFollowFromDimensions) {
  const auto total = [](std::string_view name) {
    return parameters_from_dimensions(*shipped().model(name).value()).total / 1e9;
  };
  EXPECT_NEAR(total("Llama-3.1-8B-Instruct"), 8.03, 0.005);
  EXPECT_NEAR(total("Llama-3.1-405B-Instruct"), 405.85, 0.05);
  EXPECT_NEAR(total("DeepSeek-V3"), 671.0, 1.0);
  EXPECT_NEAR(total("Mixtral-8x7B-Instruct-v0.1"), 46.7, 0.05);
  EXPECT_NEAR(parameters_from_dimensions(*shipped().model("DeepSeek-V3").value()).active / 1e9,
              37.5, 0.7);
}

TEST(ShippedCatalog, UnverifiedFactsStayUnverified) {
  const OpenModel& kimi = *shipped().model("Kimi-K3").value();
  EXPECT_FALSE(kimi.verified);
  EXPECT_FALSE(kimi.licence_verified);
  EXPECT_FALSE(kimi.commercial_use);
  const OpenModel& flash = *shipped().model("DeepSeek-V4-Flash").value();
  EXPECT_EQ(flash.parameter_basis, ParameterBasis::computed);
  EXPECT_FALSE(flash.sizable());
  EXPECT_FALSE(shipped().model("Mistral-Large-Instruct-2407").value()->commercial_use);
}

TEST(ShippedCatalog, MemoryIsWhatTheDriverReports) {
  EXPECT_EQ(shipped().accelerator("h100-sxm").value()->memory_bytes, 81559.0 * 1024 * 1024);
  EXPECT_EQ(shipped().accelerator("MI325X").value()->memory_bytes, 256.0 * 1024 * 1024 * 1024);
}

TEST(ShippedCatalog, OffersComeCheapestFirstAndOnlyWhenTheyCanBeRented) {
  const auto offers = shipped().offers_for("H100-SXM", Term::on_demand);
  ASSERT_GE(offers.size(), 20U);
  double last = 0;
  for (const GpuOffer* offer : offers) {
    EXPECT_EQ(offer->status, OfferStatus::current) << offer->id;
    EXPECT_EQ(offer->term, Term::on_demand);
    EXPECT_NE(offer->provider_class, ProviderClass::index);
    const double per_gpu = static_cast<double>(offer->usd_per_hour.nano_usd) / offer->gpus;
    EXPECT_GE(per_gpu, last);
    last = per_gpu;
  }
  EXPECT_GT(shipped().offers_for("H100-SXM").size(), offers.size());
  EXPECT_TRUE(shipped().offers_for("H100").empty());
  EXPECT_EQ(shipped().dedicated_endpoints_for("H200-SXM").size(), 1U);
  EXPECT_EQ(shipped()
                .offer("lambda/gpu-8x-h100-sxm5/us-eu-asia/on-demand")
                .value()
                ->usd_per_hour.decimal(),
            "31.92");
}

TEST(ShippedCatalog, DefaultsAreExactMoneyWithARange) {
  const Default& engineer = *shipped().default_value("people.ml_engineer_usd_month").value();
  EXPECT_EQ(engineer.usd().value(), Usd::from_dollars(25'000));
  EXPECT_EQ(shipped().default_value("people.sre_usd_month").value()->usd().value(),
            Usd::from_dollars(20'000));
  EXPECT_EQ(shipped().default_value("owned.h100x8_server_usd").value()->usd().value(),
            Usd::from_dollars(310'000));
  EXPECT_EQ(engineer.group, "people");
  EXPECT_LE(engineer.low, engineer.value);
  EXPECT_FALSE(shipped().default_value("owned.pue").value()->usd().ok());
  const Default& factor = *shipped().default_value("prior.api_price_factor_per_year").value();
  EXPECT_EQ(factor.family, Family::lognormal);
  EXPECT_EQ(factor.parameters, (std::vector<double>{0.55, 0.45}));
}

TEST(ShippedCatalog, HostsAndScoresOfAModel) {
  std::set<std::string> hosts;
  for (const HostedModel* host : shipped().hosts_of("meta-llama/Llama-3.3-70B-Instruct")) {
    hosts.insert(host->price_id());
  }
  EXPECT_EQ(hosts,
            (std::set<std::string>{
                "deepinfra/meta-llama/Llama-3.3-70B-Instruct-Turbo", "groq/llama-3.3-70b-versatile",
                "nebius/meta-llama/Llama-3.3-70B-Instruct",
                "novita/meta-llama/llama-3.3-70b-instruct", "sambanova/Meta-Llama-3.3-70B-Instruct",
                "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"}));
  bool found = false;
  for (const QualityScore* score : shipped().quality_of("openai/gpt-oss-120b")) {
    found = found || (score->benchmark == "LiveBench-2026-01-08 global" && score->score < 50);
  }
  EXPECT_TRUE(found);
  EXPECT_FALSE(shipped().quality_of("openai/gpt-5.5").empty());
  EXPECT_TRUE(shipped().quality_of("no/such").empty());
}

TEST(LookUp, ForgivesCaseAndTheLeadingParts) {
  EXPECT_EQ(shipped().model(" QWEN/qwen3-32B ").value()->id, "Qwen/Qwen3-32B");
  EXPECT_EQ(shipped().model("qwen3-32b").value()->id, "Qwen/Qwen3-32B");
}

TEST(LookUp, AnUnknownNameGetsNearMatches) {
  const auto model = shipped().model("llama-3.3-70b-instuct");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, ErrorCode::not_found);
  EXPECT_NE(model.error().message.find("did you mean meta-llama/Llama-3.3-70B-Instruct"),
            std::string::npos);
  EXPECT_FALSE(shipped().model("").ok());
  EXPECT_NE(shipped().accelerator("H100").error().message.find("H100-SXM"), std::string::npos);
  EXPECT_FALSE(shipped().default_value("people.ml").ok());
}

TEST(Newest, IsTheDateOfTheNewestFact) {
  EXPECT_GE(shipped().newest(), Date::from_civil(2026, 11, 1).value());
}

TEST(PartialDate, MissingPartsCountAsTheFirst) {
  EXPECT_EQ(parse_partial_date("2026").value().iso(), "2026-01-01");
  EXPECT_EQ(parse_partial_date("2026-08").value().iso(), "2026-08-01");
  EXPECT_EQ(parse_partial_date("2026-08-21").value().iso(), "2026-08-21");
  for (const char* bad :
       {"", "26", "2026-13", "2026-02-30", "2014", "2101-01-01", "2026-8-1", "soon", "2026/08"}) {
    EXPECT_FALSE(parse_partial_date(bad).ok()) << bad;
  }
}

TEST(BytesPerValue, CountsTheScales) {
  EXPECT_EQ(bytes_per_value(Precision::bf16), 2.0);
  EXPECT_EQ(bytes_per_value(Precision::fp8), 1.0 + 1.0 / 16384);
  EXPECT_EQ(bytes_per_value(Precision::nvfp4), 0.5625);
  EXPECT_EQ(bytes_per_value(Precision::mxfp4), 0.53125);
  EXPECT_EQ(bytes_per_value(Precision::int4), 0.52);
}

}  // namespace
}  // namespace breakeven::catalog
