#include "engine/serving/step_time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "engine/serving/test_support_facts.hpp"

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

// What a format costs is decided per group of matrices: gpt-oss has 4-bit experts, which Hopper
// multiplies in 16 bit and Blackwell with its own scales; int4 is widened everywhere; 8-bit matrices
// of Qwen 3 have a scale per block, those of Llama one each.
TEST(StepTime, FormatsHaveTheirKernels) {
  const catalog::OpenModel moe = test::gpt_oss_120b();
  const catalog::Accelerator hopper = test::h100();
  catalog::Accelerator blackwell = hopper;
  blackwell.fp4_flops = 9e15;
  const auto physics = [](const catalog::OpenModel& m, const catalog::Accelerator& a, Precision p) {
    return step_physics({&m, &a, p, Precision::bf16, 1, "vllm"});
  };
  constexpr auto kBits16 = static_cast<std::size_t>(RateClass::bits16);
  constexpr auto kBits8 = static_cast<std::size_t>(RateClass::bits8);
  const double wide = physics(moe, hopper, Precision::mxfp4).expert_compute_s[kBits16];
  EXPECT_GT(wide, 0);
  EXPECT_NEAR(physics(moe, hopper, Precision::int4).expert_compute_s[kBits16] / wide, 2, 1e-9);
  const double blocks = physics(moe, hopper, Precision::fp8).expert_compute_s[kBits8];
  EXPECT_NEAR(blocks / physics(moe, blackwell, Precision::mxfp4).expert_compute_s[kBits8], 3, 1e-9);
  // Attention of gpt-oss stays at 16 bit: half of the inputs of a layer are quantised.
  EXPECT_EQ(physics(moe, blackwell, Precision::mxfp4).quantised_layers, 18);
  EXPECT_EQ(physics(moe, hopper, Precision::mxfp4).quantised_layers, 0);
  EXPECT_EQ(physics(moe, hopper, Precision::fp8).quantised_layers, 36);
  // A chip twice as fast in 16 bit does not widen any faster.
  catalog::Accelerator faster = hopper;
  faster.bf16_flops *= 2;
  EXPECT_NEAR(physics(moe, faster, Precision::int4).expert_compute_s[kBits16] / wide, 2, 1e-9);
  catalog::OpenModel qwen = test::qwen3_32b();
  qwen.family = "Qwen 3";
  catalog::OpenModel other = qwen;
  other.family = "Llama 3.1";
  EXPECT_NEAR(physics(qwen, hopper, Precision::fp8).dense_compute_s[kBits8] /
                  physics(other, hopper, Precision::fp8).dense_compute_s[kBits8],
              1.25, 1e-9);
}

// The worked example of docs/methodology/step-time.md.
TEST(StepTime, WorkedExample) {
  const catalog::OpenModel m = test::llama_8b();
  const catalog::Accelerator a = test::h100();
  StepCoefficients c;
  c.bits16 = c.bits8 = c.bits4 = {.compute = 0.7, .stream = 0.8};
  c.expert_stream = c.kv_read = c.kv_read_8 = 0.8;
  c.attention = 0.5;
  c.link = 1;
  c.activation_move = 0.8;
  c.layer_s = 50e-6;
  c.step_s = 300e-6;
  c.sequence_s = 10e-6;
  const StepTerms t(step_physics({&m, &a, Precision::bf16, Precision::bf16, 1, "vllm"}), c);
  EXPECT_NEAR(t.stream_s(32), 5.600e-3, 2e-6);
  EXPECT_NEAR(32 * (t.token_compute_s + t.head_compute_s), 0.6935e-3, 1e-6);
  EXPECT_NEAR(32'000 * t.context_token_s, 1.565e-3, 1e-6);
  EXPECT_NEAR(32 * t.token_s, 0.0313e-3, 1e-7);
  EXPECT_NEAR(t.base_s(32, 0) + 32'000 * t.context_token_s, 9.416e-3, 3e-6);
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

// A norm over all heads (MiniMax M2) needs the sum of squares of every rank: a collective of a few
// bytes, and half the small kernels of latent attention.
TEST(StepTime, WideNormsAskOtherRanks) {
  catalog::OpenModel m = test::llama_70b();
  const catalog::Accelerator a = test::h100();
  const StepPhysics narrow = step_physics({&m, &a, Precision::fp8, Precision::bf16, 4, "vllm"});
  m.wide_norm_layers = 80;
  const StepPhysics wide = step_physics({&m, &a, Precision::fp8, Precision::bf16, 4, "vllm"});
  EXPECT_EQ(wide.collectives, narrow.collectives + 80);
  EXPECT_EQ(wide.link_token_s, narrow.link_token_s);
  EXPECT_EQ(wide.latent_layers, 40);
  EXPECT_EQ(step_physics({&m, &a, Precision::fp8, Precision::bf16, 1, "vllm"}).collectives, 0);
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

// DeepSeek V3.2 on eight H100, by hand: 61 layers choose 2048 of the context by 64 heads of 128.
TEST(StepTime, SparseAttention) {
  const catalog::OpenModel m = test::deepseek_v32();
  const catalog::Accelerator a = test::h100();
  const StepPhysics p = step_physics({&m, &a, Precision::fp8, Precision::bf16, 8, "vllm"});
  EXPECT_EQ(p.kv_token_s, 0);
  EXPECT_EQ(p.kv_token_compute_s, 0);
  // 61 x (128 + 4) B = 8052 B of index keys per token of context, 0.00240 us; scoring them takes
  // 61 x 2 x 64 x 128 = 0.999e6 operations, 0.000505 us at the 8-bit peak.
  EXPECT_NEAR(p.index_token_s, 8052 / 3350e9, 1e-15);
  EXPECT_NEAR(p.index_pair_s, 0.999424e6 / 1978.9e12, 1e-18);
  // 2048 x 70 272 B = 143.9 MB of latents per sequence, 43.0 us; multiplied by 16 heads of 1088
  // values, 61 layers: 2 x 16 x 1088 x 61 x 2048 = 4.349e9 operations, 4.40 us.
  EXPECT_NEAR(p.kv_sequence_s, 42.96e-6, 0.01e-6);
  EXPECT_NEAR(p.kv_sequence_compute_s, 4.396e-6, 0.001e-6);
  // Prompts: 16 heads x 2 x 320 x 61 per pair if all are attended to, 16 x 2 x 1088 x 61 if chosen.
  EXPECT_NEAR(p.sparse_pair_s, 0.62464e6 / 989.4e12, 1e-18);
  EXPECT_NEAR(p.chosen_pair_s, 2.123776e6 / 989.4e12, 1e-18);
  EXPECT_EQ(p.latent_layers, 122);
  const catalog::OpenModel dense = test::deepseek_v3();
  EXPECT_NEAR(p.pair_s,
              step_physics({&dense, &a, Precision::fp8, Precision::bf16, 8, "vllm"}).pair_s, 1e-24);
}

// A prompt of n tokens has n^2/2 pairs, of which n 2048 - 2048^2/2 are chosen: 32 768 tokens have
// 536.9e6 and 65.0e6. Chosen pairs cost 3.4 times as much, so 8192 tokens attend to all.
TEST(StepTime, LongPromptsAttendToChosenTokens) {
  StepTerms t;
  t.sparse_tokens = 2048;
  t.sparse_pair_s = 1e-9;
  t.chosen_pair_s = 3.4e-9;
  const auto saving = [&](double n) { return t.attention_saving_s(n, n * n / 2); };
  EXPECT_NEAR(saving(32'768), 536.870912e-3 - 3.4 * 65.011712e-3, 1e-9);
  EXPECT_EQ(saving(8192), 0);
  EXPECT_EQ(saving(1000), 0);
  EXPECT_EQ(t.attention_saving_s(0, 0), 0);
  t.chosen_pair_s = 1e-9;
  EXPECT_NEAR(saving(8192), 33.554432e-3 - 14.680064e-3, 1e-9);
  EXPECT_EQ(saving(2048), 0);
  EXPECT_GT(saving(2049), 0);
  t.sparse_tokens = 0;
  EXPECT_EQ(saving(32'768), 0);
}

// A linear-attention layer costs the same whatever the context: 45 of the 60 layers of Qwen3.5-397B.
TEST(StepTime, LinearLayersUpdateTheirStates) {
  catalog::OpenModel m = test::dense_model("linear", 60, 4096, 32, 2, 0, 248'320, 397e9);
  const catalog::Accelerator a = test::h100();
  m.full_attention_layers = 15;
  m.linear_layers = 45;
  m.kv_bytes_per_token_bf16 = 15 * 2 * 2 * 2 * 128;
  const StepPhysics p = step_physics({&m, &a, Precision::fp8, Precision::bf16, 8, "vllm"});
  EXPECT_NEAR(p.bounded_pairs_s, 45 * 8.0 * 2 * 4096 * 128 / (8 * 989.4e12), 1e-18);
  // A state of 2 h x 128 values of 2 bytes is read and written.
  EXPECT_NEAR(p.kv_sequence_s, 45 * 2.0 * 2 * 4096 * 128 * 2 / (8 * 3350e9), 1e-15);
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

/// Time per output token of a closed loop: decodes with the prefill interference of one prompt per
/// request.
double closed_loop_tpot(const StepTerms& t, double users, double input, double output) {
  const double carried = users * input / output;
  return t.base_s(users, carried) + users * (input + output / 2) * t.context_token_s +
         users / output * input * input / 2 * t.pair_s;
}

// Measured closed loops (InferenceX 2026-04 and the vendor's comparison of 2025), mean TPOT in ms.
// The band is P10..P90: most rows lie inside, none is off by more than 1.6.
TEST(StepTime, MeasuredRowsAreMet) {
  struct Row {
    catalog::OpenModel model;
    Precision weights;
    int tp;
    const char* engine;
    double users, input, output, tpot_ms;
  };
  const std::vector<Row> rows = {
      {test::llama_70b(), Precision::fp8, 4, "vllm", 4, 922, 7373, 11.9955},
      {test::llama_70b(), Precision::fp8, 4, "vllm", 16, 922, 7373, 14.0948},
      {test::llama_70b(), Precision::fp8, 4, "vllm", 32, 922, 7373, 18.3859},
      {test::llama_70b(), Precision::fp8, 8, "vllm", 16, 922, 7373, 11.584},
      {test::llama_70b(), Precision::fp8, 8, "vllm", 64, 922, 7373, 16.4892},
      {test::llama_70b(), Precision::fp8, 2, "vllm", 16, 922, 7373, 22.1303},
      {test::qwen3_32b(), Precision::bf16, 2, "vllm", 8, 1024, 1024, 15.9005},
      {test::qwen3_32b(), Precision::bf16, 2, "vllm", 32, 1024, 1024, 20.0643},
      {test::qwen3_32b(), Precision::bf16, 8, "vllm", 16, 1024, 1024, 8.92523},
      {test::gpt_oss_120b(), Precision::mxfp4, 2, "vllm", 8, 922, 7373, 6.10325},
      {test::gpt_oss_120b(), Precision::mxfp4, 2, "vllm", 32, 922, 7373, 10.3646},
  };
  const Coefficients coefficients = test::shipped_coefficients();
  double absolute_error = 0;
  for (const Row& row : rows) {
    const catalog::Accelerator a = test::h100();
    const StepCoefficients c = coefficients.set_for(a, row.engine).value().values;
    // The launch scripts of the 8-bit runs set an 8-bit cache.
    const Precision cache = row.weights == Precision::fp8 ? Precision::fp8 : Precision::bf16;
    const StepTerms t(step_physics({&row.model, &a, row.weights, cache, row.tp, row.engine}), c);
    const double real_over_predicted =
        row.tpot_ms / 1e3 / closed_loop_tpot(t, row.users, row.input, row.output);
    absolute_error += std::abs(1 / real_over_predicted - 1);
    EXPECT_GT(real_over_predicted, 1 / 1.4) << row.model.id << " " << row.users;
    EXPECT_LT(real_over_predicted, 1.4) << row.model.id << " " << row.users;
  }
  // A closed form without the prompts' interference; the simulator is held to its bands elsewhere.
  EXPECT_LT(absolute_error / static_cast<double>(rows.size()), 0.2);
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
