#include "engine/serving/memory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog/catalog.hpp"
#include "engine/serving/test_support_facts.hpp"
#include "engine/serving/weights.hpp"

namespace breakeven::serving {
namespace {

using catalog::Precision;

TEST(Weights, WeightsOfLlama8B) {
  const catalog::OpenModel m = test::llama_8b();
  EXPECT_NEAR(formula_weights(m).total(), 8.03e9, 0.003 * 8.03e9);
  EXPECT_NEAR(weight_bytes(m, Precision::bf16), 2 * 8.03e9, 1e3);
}

TEST(Weights, FormulaMeetsThePublishedTotals) {
  for (const catalog::OpenModel& m : {test::llama_8b(), test::llama_70b(), test::qwen3_32b(),
                                      test::gpt_oss_120b(), test::deepseek_v3()})
    EXPECT_NEAR(formula_weights(m).total() / m.total_parameters, 1.0, 0.03) << m.id;
}

TEST(Weights, FormulaMeetsThePublishedTotalsOfTheCatalogue) {
  std::vector<catalog::NamedText> files;
  const std::filesystem::path root = std::filesystem::path(BREAKEVEN_SOURCE_DIR) / "catalog";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files.push_back({std::filesystem::relative(entry.path(), root).generic_string(),
                     std::string(std::istreambuf_iterator<char>(in), {})});
  }
  const auto loaded = catalog::Catalog::load(files);
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  int checked = 0;
  for (const catalog::OpenModel& m : loaded->models()) {
    if (m.layers > 0 && m.total_parameters > 0) {
      EXPECT_NEAR(count_weights(m).total() / m.total_parameters, 1.0, 1e-9) << m.id;
    }
    // Widths of linear-attention layers are not recorded: 6 h^2 is an estimate.
    if (m.parameter_basis != catalog::ParameterBasis::published || m.linear_layers > 0) continue;
    EXPECT_NEAR(formula_weights(m).total() / m.total_parameters, 1.0, 0.03) << m.id;
    ++checked;
  }
  EXPECT_GE(checked, 55);
}

TEST(Weights, ReconciledTotalIsThePublishedOne) {
  catalog::OpenModel pruned = test::llama_70b();
  pruned.total_parameters = 49.9e9;
  EXPECT_NEAR(count_weights(pruned).total(), 49.9e9, 1);
  catalog::OpenModel larger = test::llama_70b();
  larger.total_parameters = 75e9;
  EXPECT_NEAR(count_weights(larger).other, 75e9 - formula_weights(larger).total(), 1);
}

TEST(Weights, Mxfp4CoversTheExpertsOnly) {
  const catalog::OpenModel m = test::gpt_oss_120b();
  const PrecisionRecipe recipe = precision_recipe(m, Precision::mxfp4);
  EXPECT_EQ(recipe.experts, Precision::mxfp4);
  EXPECT_EQ(recipe.attention, Precision::bf16);
  // The published checkpoint is 60.8 GiB.
  EXPECT_NEAR(weight_bytes(m, Precision::mxfp4), 65.3e9, 0.03 * 65.3e9);
}

TEST(Weights, Fp8DeepSeekIsAboutItsParameterCount) {
  // 16-bit embeddings and output head add about 1.9 GB to one byte per parameter.
  EXPECT_NEAR(weight_bytes(test::deepseek_v3(), Precision::fp8), 671e9 + 1.9e9, 0.01 * 671e9);
}

TEST(Weights, KeyValueProjectionsAreReplicatedBeyondTheirHeads) {
  const catalog::OpenModel m = test::llama_70b();
  EXPECT_NEAR(weight_bytes_per_gpu(m, Precision::bf16, 8) * 8, weight_bytes(m, Precision::bf16),
              1e3);
  EXPECT_GT(weight_bytes_per_gpu(m, Precision::bf16, 16) * 16,
            weight_bytes(m, Precision::bf16) * 1.01);
}

TEST(Memory, KvBytesPerToken) {
  EXPECT_EQ(kv_footprint(test::llama_8b(), Precision::bf16, 1).bytes_per_token, 131'072);
  EXPECT_EQ(kv_footprint(test::llama_70b(), Precision::bf16, 1).bytes_per_token, 327'680);
  EXPECT_EQ(kv_footprint(test::llama_70b(), Precision::bf16, 4).bytes_per_token, 81'920);
  EXPECT_EQ(kv_footprint(test::llama_70b(), Precision::bf16, 16).bytes_per_token, 40'960);
  EXPECT_EQ(kv_footprint(test::llama_70b(), Precision::fp8, 1).bytes_per_token, 163'840);
  EXPECT_EQ(kv_footprint(test::qwen3_32b(), Precision::bf16, 1).bytes_per_token, 262'144);
  EXPECT_EQ(kv_footprint(test::deepseek_v3(), Precision::bf16, 1).bytes_per_token, 70'272);
  EXPECT_EQ(kv_footprint(test::deepseek_v3(), Precision::bf16, 8).bytes_per_token, 70'272);
  // 61 layers x (128 values of 8 bit and a 4-byte scale).
  EXPECT_EQ(kv_footprint(test::deepseek_v32(), Precision::bf16, 8).bytes_per_token, 78'324);
  EXPECT_EQ(kv_footprint(test::deepseek_v32(), Precision::fp8, 8).bytes_per_token, 35'136 + 8'052);
  const KvFootprint windowed = kv_footprint(test::gpt_oss_120b(), Precision::bf16, 1);
  EXPECT_EQ(windowed.bytes_per_token, 73'728 / 2);
  EXPECT_EQ(windowed.bytes_per_sequence, 128 * 73'728 / 2);
}

TEST(Memory, LinearLayersCostAConstantStatePerSequence) {
  catalog::OpenModel m = test::llama_8b();
  m.linear_layers = 24;
  m.full_attention_layers = 8;
  m.kv_bytes_per_token_bf16 = 32'768;
  const KvFootprint kv = kv_footprint(m, Precision::bf16, 1);
  EXPECT_EQ(kv.bytes_per_token, 32'768);
  EXPECT_EQ(kv.state_bytes_per_sequence, 24.0 * 2 * 4096 * 128 * 2);
  EXPECT_EQ(kv.bytes_per_sequence, kv.state_bytes_per_sequence);
}

TEST(Memory, SeventyBillionAt16BitNeedMoreThanOne80GbAccelerator) {
  const catalog::OpenModel m = test::llama_70b();
  const catalog::Accelerator a = test::h100();
  const auto fit = fit_memory({&m, &a, Precision::bf16, Precision::bf16, 1, "vllm"});
  ASSERT_FALSE(fit.ok());
  EXPECT_EQ(fit.error().code, ErrorCode::infeasible);
  EXPECT_EQ(fit.error().where, "meta-llama/Llama-3.1-70B-Instruct bf16 on H100-SXM x1");
  EXPECT_NE(fit.error().message.find("141.2 GB weights"), std::string::npos) << fit.error().message;
  EXPECT_NE(fit.error().message.find("77.0 GB of 85.5 GB are usable"), std::string::npos)
      << fit.error().message;
  EXPECT_NE(fit.error().message.find("2 of these accelerators"), std::string::npos)
      << fit.error().message;
  EXPECT_TRUE(fit_memory({&m, &a, Precision::bf16, Precision::bf16, 2, "vllm"}).ok());
}

TEST(Memory, NothingOfThisKindIsEnough) {
  const catalog::OpenModel m = test::deepseek_v3();
  const catalog::Accelerator a = test::l40s();
  const auto fit = fit_memory({&m, &a, Precision::fp8, Precision::bf16, 8, "vllm"});
  ASSERT_FALSE(fit.ok());
  EXPECT_NE(fit.error().message.find("no tensor parallelism up to 8"), std::string::npos)
      << fit.error().message;
}

TEST(Memory, TheCacheMustHoldTheLongestRequest) {
  const catalog::OpenModel m = test::llama_8b();
  const catalog::Accelerator a = test::h100();
  const ReplicaConfig config{&m, &a, Precision::bf16, Precision::bf16, 1, "vllm"};
  const auto fit = fit_memory(config);
  ASSERT_TRUE(fit.ok());
  // 77.0 - 16.1 - about 3.6 GB over 131 072 B per token.
  EXPECT_NEAR(static_cast<double>(fit->kv_tokens), 437'000, 15'000);
  EXPECT_TRUE(fit_memory(config, fit->kv_tokens).ok());
  EXPECT_FALSE(fit_memory(config, fit->kv_tokens + 1).ok());
}

EngineLimits limits_on(const catalog::Accelerator& accelerator,
                       const std::string& engine = "vllm") {
  const catalog::OpenModel m = test::llama_8b();
  return default_limits({&m, &accelerator, Precision::bf16, Precision::bf16, 1, engine});
}

TEST(Memory, LimitsFollowTheClassOfTheAccelerator) {
  EXPECT_EQ(limits_on(test::h100()).token_budget, 8192);
  EXPECT_EQ(limits_on(test::h100()).max_sequences, 1024);
  EXPECT_EQ(limits_on(test::a100()).token_budget, 2048);
  EXPECT_EQ(limits_on(test::l40s()).max_sequences, 256);
  EXPECT_FALSE(limits_on(test::h100()).prefill_first);
  EXPECT_TRUE(limits_on(test::l40s(), "sglang").prefill_first);
  EXPECT_EQ(limits_on(test::l40s(), "sglang").token_budget, 8192);
  EXPECT_TRUE(limits_on(test::h100(), "trtllm").reserve_output);
}

TEST(Memory, DataParallelRanksShareTheExperts) {
  const catalog::OpenModel m = test::gpt_oss_120b();
  const double alone = weight_bytes_per_gpu(m, Precision::mxfp4, 1);
  const double four = weight_bytes_per_gpu(m, Precision::mxfp4, 1, 4);
  const double experts = count_weights(m).routed_experts * bytes_per_value(Precision::mxfp4);
  EXPECT_NEAR(alone - four, experts * 3 / 4, 1e-6 * alone);
}

TEST(Memory, ActivationsGrowWithBudgetAndVocabulary) {
  catalog::OpenModel m = test::llama_8b();
  const catalog::Accelerator a = test::h100();
  const ReplicaConfig config{&m, &a, Precision::bf16, Precision::bf16, 1, "vllm"};
  EngineLimits limits;
  const double base = activation_bytes(config, limits);
  EXPECT_GT(base, 1e9);
  EXPECT_LT(base, 6e9);
  limits.token_budget *= 2;
  EXPECT_GT(activation_bytes(config, limits), base);
  limits.token_budget /= 2;
  m.vocabulary *= 2;
  EXPECT_GT(activation_bytes(config, limits), base);
}

// An engine's share of memory is of the board (vLLM), of the board for weights and cache alone
// (SGLang), of what weights and activations leave (TensorRT-LLM).
TEST(Memory, ShareOfMemoryByEngine) {
  const catalog::OpenModel m = test::llama_8b();
  const catalog::Accelerator a = test::h100();
  ReplicaConfig config{&m, &a, Precision::bf16, Precision::bf16, 1, "vllm"};
  config.memory_utilisation = 0.8;
  const auto cache = [&](const char* engine) {
    config.engine = engine;
    const MemoryFit fit = account_memory(config);
    return fit.usable_bytes - fit.weight_bytes - fit.activation_bytes;
  };
  const auto taken = [&](const char* engine) {
    config.engine = engine;
    const MemoryFit fit = account_memory(config);
    return std::pair{fit.weight_bytes, fit.activation_bytes};
  };
  const auto [weights, activations] = taken("vllm");
  EXPECT_NEAR(cache("vllm"), 0.8 * a.memory_bytes - weights - activations, 1);
  EXPECT_NEAR(cache("sglang"), 0.8 * a.memory_bytes - weights, 1);
  const auto [same_weights, other] = taken("trtllm");
  EXPECT_NEAR(cache("trtllm"), 0.8 * (a.memory_bytes - same_weights - other), 1);
  config.memory_utilisation = 1;
  EXPECT_NEAR(cache("sglang"), a.memory_bytes - weights - taken("sglang").second, 1);
}

}  // namespace
}  // namespace breakeven::serving
