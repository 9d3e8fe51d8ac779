// Every class of malformed row: one small catalogue, one change, one message.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/catalog/catalog.hpp"
#include "engine/catalog/sample_files.hpp"

namespace breakeven::catalog {
namespace {

/// The small catalogue with one text replaced.
std::vector<NamedText> changed(std::string_view file, std::string_view from, std::string_view to) {
  std::vector<NamedText> files = sample_files();
  for (NamedText& f : files) {
    if (f.name != file) continue;
    const std::size_t at = f.content.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    f.content.replace(at, from.size(), to);
  }
  return files;
}

std::string message(std::string_view file, std::string_view from, std::string_view to) {
  const auto catalog = Catalog::load(changed(file, from, to));
  return catalog.ok() ? "loaded" : catalog.error().text();
}

TEST(CatalogMistakes, ThereAreNoneInTheSmallCatalogue) {
  const auto catalog = Catalog::load(sample_files());
  ASSERT_TRUE(catalog.ok()) << catalog.error().text();
  EXPECT_EQ(catalog->models().size(), 2U);
  EXPECT_EQ(catalog->models()[0].source.place, "open_models.csv:2");
  EXPECT_EQ(catalog->quality_of("lab/Dense-8B").size(), 1U);
}

struct Case {
  const char* file;
  const char* from;
  const char* to;
  const char* expected;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.file << ": " << c.to; }

class OneMistake : public ::testing::TestWithParam<Case> {};

TEST_P(OneMistake, IsReportedWithPlaceAndExpectation) {
  const Case& c = GetParam();
  EXPECT_EQ(message(c.file, c.from, c.to), c.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Catalog, OneMistake,
    ::testing::Values(
        Case{"gpu_offers.csv", ",H100-SXM,", ",H100-SMX,",
             "gpu_offers.csv:2:38: accelerator: no accelerator named \"H100-SMX\"; did you mean "
             "H100-SXM?"},
        Case{"gpu_offers.csv", ",31.92,", ",-31.92,",
             "gpu_offers.csv:2:71: usd_per_hour: expected a price of zero or more, found "
             "\"-31.92\""},
        Case{"gpu_offers.csv", ",31.92,", ",31920,",
             "gpu_offers.csv:2:71: usd_per_hour: expected 0.05 to 60 USD per accelerator and hour, "
             "found 31920 for 8"},
        Case{"gpu_offers.csv", ",31.92,", ",0.2,",
             "gpu_offers.csv:2:71: usd_per_hour: expected 0.05 to 60 USD per accelerator and hour, "
             "found 0.2 for 8"},
        Case{
            "gpu_offers.csv", "on_demand", "ondemand",
            "gpu_offers.csv:2:61: term: expected one of on_demand, reserved_1y, reserved_3y, spot, "
            "capacity_block; found \"ondemand\""},
        Case{"gpu_offers.csv", "neocloud", "cloud",
             "gpu_offers.csv:2:17: provider_class: expected one of hyperscaler, neocloud, "
             "marketplace, "
             "index, api-vendor; found \"cloud\""},
        Case{"gpu_offers.csv", ",current,", ",new,",
             "gpu_offers.csv:2:77: status: expected one of current, superseded, stale; found "
             "\"new\""},
        Case{"gpu_offers.csv", "2026-10-19", "2026-02-30",
             "gpu_offers.csv:2:103: source_date: expected a date (2026, 2026-08 or 2026-08-21, "
             "from 2015 "
             "to 2100), found \"2026-02-30\""},
        Case{"gpu_offers.csv", "price list", "",
             "gpu_offers.csv:2:92: source: expected a text, found nothing"},
        Case{"gpu_offers.csv", "SXM,8,", "SXM,0,",
             "gpu_offers.csv:2:47: gpus: expected a whole number from 1 to 1024, found \"0\""},
        Case{"gpu_offers.csv", "SXM,8,", "SXM,eight,",
             "gpu_offers.csv:2:47: gpus: expected a whole number from 1 to 1024, found \"eight\""},
        Case{"gpu_offers.csv", ",vcpus", ",cpus",
             "gpu_offers.csv:1:1: expected a column \"vcpus\", found id, provider, provider_class, "
             "instance, accelerator, gpus, cpus, memory_gib, region, term, usd_per_hour, status, "
             "date_quality, note, source, source_date (and 1 more mistake)"},
        Case{"accelerators.csv", ",80,81559", ",-80,",
             "accelerators.csv:2:17: vendor_memory_gb: expected a number from 1 to 100000, found "
             "\"-80\""},
        Case{"accelerators.csv", ",80,81559", ",80,40960",
             "accelerators.csv:2:20: reported_memory_mib: expected within -15 % and +5 % of "
             "vendor_memory_gb x 1024, found \"40960\""},
        Case{"accelerators.csv", "3350", "fast",
             "accelerators.csv:2:31: memory_gb_per_s: expected a number from 1 to 1000000, found "
             "\"fast\""},
        Case{"open_models.csv", ",8.03,8.03,", ",9.03,8.03,",
             "open_models.csv:2:128: total_parameters_b: expected within 3 % of 8.03e9 as the "
             "dimensions "
             "give it (or parameter_basis published-only), found 9.03e9"},
        Case{"open_models.csv", ",46.7,12.9,", ",46.7,47.9,",
             "open_models.csv:3:130: active_parameters_b: expected at most the total of 46.7e9, "
             "found "
             "47.9e9"},
        Case{"open_models.csv", "131072,14336", "131073,14336",
             "open_models.csv:2:86: kv_bytes_per_token_bf16: expected 131072 from the dimensions, "
             "found "
             "131073"},
        Case{"open_models.csv", ",32,,,,,,,,,131072,14336", ",33,,,,,,,,,135168,14336",
             "open_models.csv:2:54: layers: expected at least the sum of the attention, window and "
             "linear layers, found 32"},
        Case{"open_models.csv", ",,,8,2,", ",,,8,9,",
             "open_models.csv:3:92: experts: expected experts_per_token from 1 to experts, "
             "moe_ffn and "
             "moe_layers, found 9, 14336 and 32"},
        Case{"open_models.csv", "bf16,bf16,,", "bf16,bf17,,",
             "open_models.csv:2:153: native_precision: expected one of fp16, bf16, fp8, int8, "
             "nvfp4, "
             "mxfp4, int4; found \"bf17\""},
        Case{
            "open_models.csv", ",Lab,US,", ",Lab,usa,",
            "open_models.csv:2:24: origin: expected an ISO 3166 code such as US, or unknown, found "
            "\"usa\""},
        Case{"open_models.csv", "lab/Moe-47B,", "LAB/dense-8b,",
             "open_models.csv:3:1: id: expected an id of its own, found \"LAB/dense-8b\" again"},
        Case{"open_models.csv", ",yes,yes,2024-07", ",yes,perhaps,2024-07",
             "open_models.csv:2:42: verified: expected one of yes, no; found \"perhaps\""},
        Case{"defaults.csv", ",17000,", ",20001,",
             "defaults.csv:2:36: value: expected a value within low and high (20001 to 21000), "
             "found "
             "20000"},
        Case{"defaults.csv", "people.sre", "peeple.sre",
             "defaults.csv:2:1: id: expected owned., people., tooling., operations., migration., "
             "prior. "
             "or finance. and a name, found \"peeple.sre_usd_month\""},
        Case{"defaults.csv", "pert,3,6,14", "pert,3,5,14",
             "defaults.csv:3:42: family: expected the value to be the mode p2, found 3 parameters "
             "and "
             "the value 6"},
        Case{"defaults.csv", "pert,3,6,14", "pert,7,6,14",
             "defaults.csv:3:42: family: expected low, mode, high rising in p1, p2, p3, found 3 "
             "parameters and the value 6"},
        Case{"defaults.csv", ",20000,", ",2e4,",
             "defaults.csv:2:36: value: expected a plain decimal amount of USD, found \"2e4\""},
        Case{"quality.csv", "68.9", "-1",
             "quality.csv:2:15: score: expected a number from 0 to 4000, found \"-1\""},
        Case{"quality_names.csv", "\ndense-8b", "\ndense-9b",
             "quality_names.csv:2:1: benchmark_model: no model in quality.csv named \"dense-9b\"; "
             "did you "
             "mean dense-8b?"},
        Case{"hosted_models.csv", "lab/Dense-8B", "lab/Dense-9B",
             "hosted_models.csv:2:1: model: no open model named \"lab/Dense-9B\"; did you mean "
             "lab/Dense-8B?"},
        Case{"compliance.csv", ",yes,", ",maybe,",
             "compliance.csv:2:40: covered: expected one of yes, partial, no, unknown; found "
             "\"maybe\""},
        Case{"compliance.csv", "platform:bedrock", "platform:bedrok",
             "compliance.csv:2:23: covers: expected api:<vendor>, platform:<id of platforms.csv>, "
             "self:<hyperscaler, neocloud, gov, eu, owned or any> or other, found "
             "\"platform:bedrok\""},
        Case{"platforms.csv", "place:bedrock-region", "free",
             "platforms.csv:2:41: pricing: expected list, quotation or place:<where>, found "
             "\"free\""},
        Case{"compliance.csv", "official,page", "official",
             "compliance.csv:2:1: expected 9 fields as in the header, found 8"}));

TEST(CatalogMistakes, AMissingFileIsNamed) {
  for (const std::string& name : Catalog::file_names()) {
    std::vector<NamedText> files = sample_files();
    std::erase_if(files, [&](const NamedText& f) { return f.name == name; });
    const auto mistakes = Catalog::mistakes(files);
    ASSERT_FALSE(mistakes.empty()) << name;
    EXPECT_TRUE(std::ranges::any_of(mistakes, [&](const Error& e) {
      return e.where == name && e.message == "expected this catalogue file, found none";
    })) << name;
  }
}

TEST(CatalogMistakes, TheFirstIsTheErrorAndTheOthersAreCounted) {
  auto files = changed("gpu_offers.csv", "on_demand", "ondemand");
  for (NamedText& f : files) {
    if (f.name == "compliance.csv")
      f.content += "HIPAA_BAA,AWS,Bedrock,yes,,official,page,2026-06-01\n";
  }
  EXPECT_EQ(Catalog::mistakes(files).size(), 2U);
  const auto catalog = Catalog::load(files);
  ASSERT_FALSE(catalog.ok());
  EXPECT_NE(catalog.error().message.find("(and 1 more mistake)"), std::string::npos);
  EXPECT_TRUE(catalog.error().where.starts_with("gpu_offers.csv:2:"));
}

TEST(CatalogMistakes, HostsAndBenchmarkNamesMustBePriced) {
  auto files = sample_files();
  files.push_back(
      {"prices/models.csv",
       "vendor,model,context_window,max_output,min_cacheable_tokens,source,source_date\n"
       "groq,dense-8b-instant,131072,,,price list,2026-08-22\n"});
  const auto mistakes = Catalog::mistakes(files);
  ASSERT_EQ(mistakes.size(), 1U);
  EXPECT_EQ(mistakes[0].text(),
            "hosted_models.csv:2: no priced model named \"groq/dense-8b\"; did you mean "
            "groq/dense-8b-instant?");
}

TEST(CatalogMistakes, OneRowCanHaveSeveral) {
  const auto mistakes =
      Catalog::mistakes(changed("gpu_offers.csv", "on_demand,31.92,current", "later,-1,sold"));
  ASSERT_EQ(mistakes.size(), 3U);
  EXPECT_TRUE(mistakes[0].message.starts_with("term:"));
  EXPECT_TRUE(mistakes[1].message.starts_with("usd_per_hour:"));
  EXPECT_TRUE(mistakes[2].message.starts_with("status:"));
}

TEST(CatalogMistakes, RowsThatRepeatAreRefused) {
  for (const char* name : {"gpu_offers.csv", "accelerators.csv", "defaults.csv", "quality.csv",
                           "quality_names.csv", "hosted_models.csv", "compliance.csv"}) {
    std::vector<NamedText> files = sample_files();
    for (NamedText& f : files) {
      if (f.name != name) continue;
      const std::size_t second = f.content.find('\n') + 1;
      f.content += f.content.substr(second, f.content.find('\n', second) + 1 - second);
    }
    const auto mistakes = Catalog::mistakes(files);
    ASSERT_EQ(mistakes.size(), 1U) << name;
    EXPECT_NE(mistakes[0].message.find("again"), std::string::npos) << mistakes[0].text();
  }
}

}  // namespace
}  // namespace breakeven::catalog
