#include "engine/serving/step_time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/serving/test_facts.hpp"

namespace breakeven::serving {
namespace {

using catalog::Precision;

StepTerms terms_of(const catalog::OpenModel& m, const catalog::Accelerator& a, Precision weights,
                   int tp) {
  const CoefficientChoice choice = test::shipped_coefficients().set_for(a, "vllm").value();
  return {step_physics({&m, &a, weights, Precision::bf16, tp, "vllm"}), choice.values};
}

TEST(StepTime, DecodeAtBatchOneIsAboutWeightsOverBandwidth) {
  const StepTerms t = terms_of(test::llama_8b(), test::h100(), Precision::bf16, 1);
  const double roofline =
      (2 * 8.03e9 - 2.0 * 4096 * 128'256) / 3350e9;  // the input embedding is not read
  EXPECT_GT(t.base_s(1, 0), roofline);
  EXPECT_LT(t.base_s(1, 0), 2.2 * roofline);
}

TEST(StepTime, PhysicsOfLlama8BOnH100) {
  const catalog::OpenModel m = test::llama_8b();
  const catalog::Accelerator a = test::h100();
  const StepPhysics p = step_physics({&m, &a, Precision::bf16, Precision::bf16, 1, "vllm"});
  EXPECT_NEAR(p.kv_token_s, 131'072 / 3350e9, 1e-15);
  EXPECT_NEAR(p.pair_s, 4.0 * 32 * 128 * 32 / 989.4e12, 1e-18);
  // 8.03e9 values less the two embeddings of 0.525e9 are multiplied once per token.
  EXPECT_NEAR(p.dense_compute_s[0], 2 * (8.03e9 - 2 * 0.5253e9) / 989.4e12, 1e-8);
  EXPECT_EQ(p.collectives, 0);
}

TEST(StepTime, TensorParallelismSharesTheWork) {
  const catalog::OpenModel m = test::llama_70b();
  const catalog::Accelerator a = test::h100();
  const StepPhysics one = step_physics({&m, &a, Precision::fp8, Precision::bf16, 1, "vllm"});
  const StepPhysics four = step_physics({&m, &a, Precision::fp8, Precision::bf16, 4, "vllm"});
  EXPECT_NEAR(four.dense_stream_s[1] * 4, one.dense_stream_s[1], 1e-9);
  EXPECT_NEAR(four.dense_compute_s[1] * 4, one.dense_compute_s[1], 1e-12);
  EXPECT_EQ(four.collectives, 160);
  EXPECT_EQ(four.hops, 2);
  // 2 L * 2 (G-1)/G * h * 2 bytes at 450 GB/s per direction.
  EXPECT_NEAR(four.link_token_s, 160 * 1.5 * 8192 * 2 / 450e9, 1e-12);
}

TEST(StepTime, PcieIsUsedBeyondTheScaleUpDomain) {
  const catalog::OpenModel m = test::qwen3_32b();
  const catalog::Accelerator a = test::l40s();
  const StepPhysics p = step_physics({&m, &a, Precision::fp8, Precision::bf16, 4, "vllm"});
  EXPECT_NEAR(p.link_token_s, 128 * 1.5 * 5120 * 2 / 32e9, 1e-12);
}

TEST(StepTime, ExpertsAreTouchedAsTheBatchGrows) {
  const StepTerms t = terms_of(test::gpt_oss_120b(), test::h100(), Precision::mxfp4, 1);
  const double one = t.stream_s(1) - t.stream_s(0);
  EXPECT_NEAR(one, t.expert_stream_s * 4 / 128, 1e-12);
  EXPECT_LT(t.stream_s(64) - t.stream_s(0), 64 * one);
  EXPECT_NEAR(t.stream_s(4096), t.dense_stream_s + t.expert_stream_s, 1e-9);
}

TEST(StepTime, LatentAttentionIsNotDividedByParallelism) {
  const catalog::OpenModel m = test::deepseek_v3();
  const catalog::Accelerator a = test::h100();
  const StepPhysics p = step_physics({&m, &a, Precision::fp8, Precision::bf16, 8, "vllm"});
  EXPECT_NEAR(p.kv_token_s, 70'272 / 3350e9, 1e-15);
  EXPECT_GT(p.kv_token_compute_s, 0);
}

TEST(StepTime, Fp8IsNotSlowerWhereItIsSupported) {
  for (const std::int64_t batch : {1, 8, 64, 256, 1024})
    EXPECT_LT(terms_of(test::llama_8b(), test::h100(), Precision::fp8, 1)
                  .base_s(static_cast<double>(batch), 0),
              terms_of(test::llama_8b(), test::h100(), Precision::bf16, 1)
                  .base_s(static_cast<double>(batch), 0));
  // Without 8-bit arithmetic only the reading gets cheaper.
  const catalog::OpenModel m = test::llama_8b();
  const catalog::Accelerator a = test::a100();
  const StepPhysics p = step_physics({&m, &a, Precision::fp8, Precision::bf16, 1, "vllm"});
  EXPECT_EQ(p.dense_compute_s[1], 0);
  EXPECT_GT(p.dense_compute_s[0], 0);
}

TEST(StepTime, TableAgreesWithTheFormula) {
  for (const catalog::OpenModel& m :
       {test::llama_70b(), test::gpt_oss_120b(), test::deepseek_v3()}) {
    const StepTerms t = terms_of(m, test::h100(), m.native_precision, 8);
    const RooflineStepTime step(t);
    for (const std::int64_t b : {0, 1, 2, 17, 256, 1024, 1025, 5000})
      for (const std::int64_t p : {0, 1, 16, 2048, 8192}) {
        if (b + p == 0) continue;
        const double exact = t.base_s(static_cast<double>(b), static_cast<double>(p));
        EXPECT_NEAR(step.base_s(b, p), exact, 1e-8 * exact) << m.id << " " << b << " " << p;
      }
  }
}

RC_GTEST_PROP(StepTime, MoreWorkIsNeverFaster, ()) {
  static const RooflineStepTime dense(
      terms_of(test::llama_70b(), test::h100(), Precision::bf16, 4));
  static const RooflineStepTime sparse(
      terms_of(test::gpt_oss_120b(), test::h100(), Precision::mxfp4, 2));
  const auto batch = *rc::gen::inRange<std::int64_t>(1, 2000);
  const auto prefill = *rc::gen::inRange<std::int64_t>(0, 9000);
  const auto more = *rc::gen::inRange<std::int64_t>(1, 100);
  for (const RooflineStepTime* step : {&dense, &sparse}) {
    RC_ASSERT(step->base_s(batch + more, prefill) >= step->base_s(batch, prefill));
    RC_ASSERT(step->base_s(batch, prefill + more) >= step->base_s(batch, prefill));
    // Continuous: even the second token of a sparse model, which touches new experts, adds a
    // fraction.
    const double jump = step->base_s(batch, prefill + 1) - step->base_s(batch, prefill);
    RC_ASSERT(jump < 0.25 * step->base_s(batch, prefill));
  }
}

}  // namespace
}  // namespace breakeven::serving
