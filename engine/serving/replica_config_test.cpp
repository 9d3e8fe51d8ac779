#include "engine/serving/replica_config.hpp"

#include <gtest/gtest.h>

#include "engine/serving/candidates.hpp"
#include "engine/serving/test_support_facts.hpp"

namespace breakeven::serving {
namespace {

using catalog::Precision;

TEST(Replica, IsMadeConcrete) {
  const catalog::OpenModel m = test::llama_70b();
  const catalog::Accelerator a = test::h100();
  const auto replica = make_replica({&m, &a, Precision::fp8, Precision::bf16, 4, "vllm"}, 32'768,
                                    test::shipped_coefficients());
  ASSERT_TRUE(replica.ok()) << replica.error().text();
  EXPECT_EQ(replica->name(), "H100-SXM x4 fp8");
  EXPECT_EQ(replica->gpus(), 4);
  EXPECT_EQ(replica->limits.token_budget, 8192);
  EXPECT_EQ(replica->limits.kv_blocks, replica->memory.kv_tokens / 16);
  EXPECT_LT(replica->error_p10, 1);
  EXPECT_GT(replica->error_p90, 1);
  EXPECT_TRUE(replica->calibration.ends_with("measured runs of vllm on hopper"))
      << replica->calibration;
}

TEST(Replica, RefusesWhatCannotRun) {
  const catalog::OpenModel m = test::llama_70b();
  const catalog::Accelerator a = test::h100();
  const Coefficients coefficients = test::shipped_coefficients();
  const ReplicaConfig good{&m, &a, Precision::fp8, Precision::bf16, 4, "vllm"};
  const auto code = [&](ReplicaConfig config, std::int64_t context) {
    const auto replica = make_replica(config, context, coefficients);
    return replica.ok() ? ErrorCode::internal : replica.error().code;
  };
  ReplicaConfig bad = good;
  bad.tensor_parallel = 3;
  EXPECT_EQ(code(bad, 100), ErrorCode::invalid_argument);
  bad.tensor_parallel = 16;
  EXPECT_EQ(code(bad, 100), ErrorCode::invalid_argument);
  bad = good;
  bad.engine = "vlm";
  EXPECT_EQ(code(bad, 100), ErrorCode::not_found);
  EXPECT_EQ(code(good, 200'000), ErrorCode::infeasible);
  bad = good;
  bad.model = nullptr;
  EXPECT_EQ(code(bad, 100), ErrorCode::invalid_argument);
  catalog::OpenModel unknown = m;
  unknown.kv_bytes_per_token_bf16 = 0;
  bad = good;
  bad.model = &unknown;
  EXPECT_EQ(code(bad, 100), ErrorCode::unsupported);
  catalog::OpenModel odd = m;
  odd.query_heads = 28;
  bad.model = &odd;
  bad.tensor_parallel = 8;
  EXPECT_EQ(code(bad, 100), ErrorCode::invalid_argument);
}

TEST(Replica, ConstantStatesLimitTheSequences) {
  catalog::OpenModel m = test::llama_8b();
  m.linear_layers = 96;
  m.full_attention_layers = 8;
  const catalog::Accelerator a = test::l40s();
  const auto replica = make_replica({&m, &a, Precision::bf16, Precision::bf16, 1, "vllm"}, 4096,
                                    test::shipped_coefficients());
  ASSERT_TRUE(replica.ok()) << replica.error().text();
  EXPECT_LT(replica->limits.max_sequences, 256);
  EXPECT_GT(replica->limits.max_sequences, 0);
}

TEST(Candidates, FitAndCarryTheirQualityNote) {
  const catalog::OpenModel m = test::llama_70b();
  const catalog::Accelerator h100 = test::h100();
  const catalog::Accelerator a100 = test::a100();
  const auto candidates = candidate_configs(m, {&h100, &a100}, {.context_tokens = 8192});
  ASSERT_FALSE(candidates.empty());
  int fp8 = 0;
  for (const Candidate& c : candidates) {
    EXPECT_TRUE(fit_memory(c.config, 8192).ok());
    EXPECT_EQ(c.quality_note.empty(), c.config.weights == Precision::bf16);
    if (c.config.weights == Precision::fp8) {
      ++fp8;
      EXPECT_EQ(c.config.accelerator, &h100);
    }
  }
  EXPECT_GT(fp8, 0);
}

TEST(Candidates, NativeFourBitStaysAsPublished) {
  const catalog::OpenModel m = test::gpt_oss_120b();
  const catalog::Accelerator h100 = test::h100();
  const auto candidates = candidate_configs(m, {&h100}, {.context_tokens = 4096});
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(candidates.front().config.tensor_parallel, 1);
  for (const Candidate& c : candidates) {
    EXPECT_EQ(c.config.weights, Precision::mxfp4);
    EXPECT_TRUE(c.quality_note.empty());
  }
}

TEST(Candidates, FourBitOnlyWhenAskedFor) {
  const catalog::OpenModel m = test::llama_70b();
  const catalog::Accelerator h100 = test::h100();
  const auto int4 = [&](bool four_bit) {
    int count = 0;
    for (const Candidate& c :
         candidate_configs(m, {&h100}, {.context_tokens = 4096, .four_bit = four_bit}))
      count += c.config.weights == Precision::int4 ? 1 : 0;
    return count;
  };
  EXPECT_EQ(int4(false), 0);
  EXPECT_GT(int4(true), 0);
}

}  // namespace
}  // namespace breakeven::serving
