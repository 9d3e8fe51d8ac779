// test_support_facts.hpp — a few models and accelerators for the tests of this room, as published.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include "engine/catalog/facts.hpp"
#include "engine/serving/coefficients.hpp"

namespace breakeven::serving::test {

inline catalog::OpenModel dense_model(const char* id, int layers, int hidden, int q, int kv,
                                      int ffn, int vocabulary, double total) {
  catalog::OpenModel m;
  m.id = id;
  m.layers = layers;
  m.hidden = hidden;
  m.query_heads = q;
  m.kv_heads = kv;
  m.head_dim = 128;
  m.dense_ffn = ffn;
  m.dense_ffn_layers = layers;
  m.attention = "gqa";
  m.full_attention_layers = layers;
  m.kv_bytes_per_token_bf16 = std::int64_t{2} * 2 * kv * 128 * layers;
  m.vocabulary = vocabulary;
  m.max_context_tokens = 131'072;
  m.total_parameters = total;
  m.active_parameters = total;
  m.native_weights = "bf16";
  return m;
}

inline catalog::OpenModel llama_8b() {
  return dense_model("meta-llama/Llama-3.1-8B-Instruct", 32, 4096, 32, 8, 14'336, 128'256, 8.03e9);
}
inline catalog::OpenModel llama_70b() {
  return dense_model("meta-llama/Llama-3.1-70B-Instruct", 80, 8192, 64, 8, 28'672, 128'256, 70.6e9);
}
inline catalog::OpenModel qwen3_32b() {
  return dense_model("Qwen/Qwen3-32B", 64, 5120, 64, 8, 25'600, 151'936, 32.8e9);
}

inline catalog::OpenModel gpt_oss_120b() {
  catalog::OpenModel m = dense_model("openai/gpt-oss-120b", 36, 2880, 64, 8, 0, 201'088, 116.8e9);
  m.dense_ffn_layers = 0;
  m.head_dim = 64;
  m.experts = 128;
  m.experts_per_token = 4;
  m.moe_ffn = 2880;
  m.moe_layers = 36;
  m.full_attention_layers = 18;
  m.sliding_window_layers = 18;
  m.sliding_window_tokens = 128;
  m.kv_bytes_per_token_bf16 = 36'864;
  m.native_weights = "mxfp4 experts + bf16";
  m.native_precision = catalog::Precision::mxfp4;
  m.active_parameters = 5.1e9;
  return m;
}

inline catalog::OpenModel deepseek_v3() {
  catalog::OpenModel m =
      dense_model("deepseek-ai/DeepSeek-V3", 61, 7168, 128, 128, 18'432, 129'280, 671e9);
  m.head_dim = 0;
  m.attention = "mla";
  m.dense_ffn_layers = 3;
  m.first_dense_layers = 3;
  m.moe_layers = 58;
  m.experts = 256;
  m.experts_per_token = 8;
  m.moe_ffn = 2048;
  m.shared_expert_ffn = 2048;
  m.kv_lora_rank = 512;
  m.q_lora_rank = 1536;
  m.qk_rope_head_dim = 64;
  m.qk_nope_head_dim = 128;
  m.v_head_dim = 128;
  m.kv_bytes_per_token_bf16 = 70'272;
  m.native_weights = "fp8-block128";
  m.native_precision = catalog::Precision::fp8;
  m.active_parameters = 37e9;
  return m;
}

inline catalog::OpenModel deepseek_v32() {
  catalog::OpenModel m = deepseek_v3();
  m.id = "deepseek-ai/DeepSeek-V3.2";
  m.sparse_layers = m.index_layers = 61;
  m.sparse_tokens = 2048;
  m.index_heads = 64;
  m.index_head_dim = 128;
  return m;
}

inline catalog::Accelerator h100() {
  catalog::Accelerator a;
  a.id = "H100-SXM";
  a.vendor = "NVIDIA";
  a.memory_bytes = 81'559.0 * 1024 * 1024;
  a.memory_bytes_per_s = 3350e9;
  a.bf16_flops = 989.4e12;
  a.fp8_flops = 1978.9e12;
  a.int8_ops = 1978.9e12;
  a.scale_up_link = "NVLink4/NVSwitch";
  a.scale_up_bytes_per_s = 900e9;
  a.scale_up_domain = 8;
  a.pcie_bytes_per_s = 64e9;
  a.node_gpus = 8;
  a.compute_capability = "9.0";
  return a;
}

inline catalog::Accelerator a100() {
  catalog::Accelerator a = h100();
  a.id = "A100-SXM-80GB";
  a.memory_bytes = 81'920.0 * 1024 * 1024;
  a.memory_bytes_per_s = 2039e9;
  a.bf16_flops = 312e12;
  a.fp8_flops = 0;
  a.int8_ops = 624e12;
  a.scale_up_bytes_per_s = 600e9;
  a.pcie_bytes_per_s = 32e9;
  a.compute_capability = "8.0";
  return a;
}

inline catalog::Accelerator l40s() {
  catalog::Accelerator a = h100();
  a.id = "L40S";
  a.memory_bytes = 46'068.0 * 1024 * 1024;
  a.memory_bytes_per_s = 864e9;
  a.bf16_flops = 362.05e12;
  a.fp8_flops = 733e12;
  a.int8_ops = 733e12;
  a.scale_up_link = "none";
  a.scale_up_bytes_per_s = 0;
  a.scale_up_domain = 1;
  a.pcie_bytes_per_s = 32e9;
  a.compute_capability = "8.9";
  return a;
}

inline catalog::Accelerator mi300x() {
  catalog::Accelerator a = h100();
  a.id = "MI300X";
  a.vendor = "AMD";
  a.memory_bytes = 192.0 * 1024 * 1024 * 1024;
  a.memory_bytes_per_s = 5300e9;
  a.bf16_flops = 1307.4e12;
  a.fp8_flops = 2614.9e12;
  a.scale_up_bytes_per_s = 896e9;
  a.compute_capability = "gfx942";
  return a;
}

/// The coefficients the product ships.
inline std::string shipped_coefficients_text() {
  std::ifstream in(std::string(BREAKEVEN_SOURCE_DIR) + "/catalog/serving_coefficients.csv");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}
inline Coefficients shipped_coefficients() {
  return Coefficients::parse(shipped_coefficients_text()).value();
}

}  // namespace breakeven::serving::test
