#include "engine/serving/coefficients.hpp"

#include <gtest/gtest.h>

#include "engine/serving/test_support_facts.hpp"

namespace breakeven::serving {
namespace {

TEST(Coefficients, ShippedFileIsValid) {
  const auto parsed = Coefficients::parse(test::shipped_coefficients_text());
  ASSERT_TRUE(parsed.ok()) << parsed.error().text();
}

TEST(Coefficients, MeasuredPairIsUsedAsItIs) {
  const CoefficientChoice choice =
      test::shipped_coefficients().set_for(test::h100(), "vllm").value();
  EXPECT_TRUE(choice.measured);
  EXPECT_EQ(choice.architecture, "hopper");
}

TEST(Coefficients, NeighbourStandsInWithAWiderBand) {
  const Coefficients c = test::shipped_coefficients();
  const CoefficientChoice hopper = c.set_for(test::h100(), "vllm").value();
  const CoefficientChoice amd = c.set_for(test::mi300x(), "vllm").value();
  EXPECT_FALSE(amd.measured);
  EXPECT_EQ(amd.architecture, "hopper");
  EXPECT_LT(amd.values.error_p10, hopper.values.error_p10);
  EXPECT_GT(amd.values.error_p90, hopper.values.error_p90);
  EXPECT_NE(amd.note.find("cdna3 (MI300X)"), std::string::npos) << amd.note;
  const CoefficientChoice ada = c.set_for(test::l40s(), "sglang").value();
  EXPECT_FALSE(ada.measured);
  EXPECT_EQ(ada.engine, "vllm");
}

TEST(Coefficients, ArchitectureFollowsTheComputeCapability) {
  EXPECT_EQ(architecture_of(test::h100()), "hopper");
  EXPECT_EQ(architecture_of(test::a100()), "ampere");
  EXPECT_EQ(architecture_of(test::l40s()), "ada");
  EXPECT_EQ(architecture_of(test::mi300x()), "cdna3");
  catalog::Accelerator tpu = test::h100();
  tpu.vendor = "Google";
  EXPECT_EQ(architecture_of(tpu), "google");
  EXPECT_EQ(fallback_order("google"), (std::vector<std::string>{"google", "hopper"}));
}

TEST(Coefficients, MistakesNameTheirPlace) {
  std::string text = test::shipped_coefficients_text();
  const auto broken = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    const auto parsed = Coefficients::parse(changed, "c.csv");
    return parsed.ok() ? std::string("ok") : parsed.error().text();
  };
  EXPECT_NE(broken("kv_read,", "kv_raed,").find("did you mean kv_read"), std::string::npos);
  EXPECT_NE(broken("kv_read,", "kv_read_8,").find("once for"), std::string::npos);
  EXPECT_NE(broken(",compute_16,", ",compute_16,-").find("between"), std::string::npos);
  EXPECT_NE(broken("architecture,engine", "architektur,engine").find("architecture"),
            std::string::npos);
  const auto empty = Coefficients::parse("architecture,engine,name,value\n", "c.csv");
  ASSERT_FALSE(empty.ok());
  EXPECT_NE(empty.error().message.find("last resort"), std::string::npos);
}

TEST(Coefficients, UnknownEngineGetsNearMatches) {
  const auto choice = test::shipped_coefficients().set_for(test::h100(), "vlm");
  ASSERT_FALSE(choice.ok());
  EXPECT_EQ(choice.error().code, ErrorCode::not_found);
  EXPECT_NE(choice.error().message.find("vllm"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::serving
