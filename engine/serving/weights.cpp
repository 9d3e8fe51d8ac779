#include "engine/serving/weights.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/catalog/facts.hpp"

namespace breakeven::serving {
namespace {

using catalog::OpenModel;
using catalog::Precision;

bool has_text(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void add_attention(const OpenModel& m, double layers, WeightValues& w) {
  const double h = m.hidden;
  const double heads = m.query_heads;
  const double index_input = m.q_lora_rank > 0 ? m.q_lora_rank : h;
  w.attention_replicated += m.index_layers * (index_input * m.index_heads * m.index_head_dim +
                                              h * m.index_head_dim + h * m.index_heads);
  if (m.is_mla()) {
    const double query_width = m.qk_nope_head_dim + m.qk_rope_head_dim;
    const double query_input = m.q_lora_rank > 0 ? m.q_lora_rank : h;
    w.attention_replicated += layers * h * (m.q_lora_rank + m.kv_lora_rank + m.qk_rope_head_dim);
    w.attention_sharded +=
        layers * heads *
        (query_input * query_width + m.kv_lora_rank * (m.qk_nope_head_dim + m.v_head_dim) +
         m.v_head_dim * h);
  } else if (m.attention == "csa-compressed") {
    // One key-value head shared by all query heads; queries pass through a low-rank projection.
    const double query_input = m.q_lora_rank > 0 ? m.q_lora_rank : h;
    w.attention_replicated += layers * h * (m.q_lora_rank + m.head_dim);
    w.attention_sharded += layers * heads * m.head_dim * (query_input + m.q_lora_rank);
  } else {
    w.attention_sharded += layers * h * m.head_dim * 2 * heads;
    w.attention_kv += layers * h * m.head_dim * 2 * m.kv_heads;
  }
}

}  // namespace

double WeightValues::total() const {
  return attention_sharded + attention_kv + attention_replicated + ffn + router + routed_experts +
         embedding + (tied ? 0.0 : output_head) + other;
}

WeightValues formula_weights(const OpenModel& m) {
  WeightValues w;
  const double h = m.hidden;
  const double attention_layers = m.full_attention_layers + m.sliding_window_layers;
  add_attention(m, attention_layers > 0 ? attention_layers : m.layers - m.linear_layers, w);
  w.attention_sharded += 6.0 * h * h * m.linear_layers;
  const double matrices = m.ffn_matrices;
  const double expert_width = m.moe_hidden > 0 ? m.moe_hidden : h;
  w.ffn = matrices * h *
          (static_cast<double>(m.dense_ffn) * m.dense_ffn_layers +
           static_cast<double>(m.shared_expert_ffn) * m.moe_layers);
  if (m.moe_hidden > 0) w.ffn += 2.0 * h * m.moe_hidden * m.moe_layers;
  w.router = h * m.experts * m.moe_layers;
  w.routed_experts = matrices * expert_width * m.moe_ffn * m.experts * m.moe_layers;
  w.embedding = h * m.vocabulary;
  w.output_head = w.embedding;
  w.tied = m.tied_embeddings;
  return w;
}

WeightValues count_weights(const OpenModel& m) {
  WeightValues w = formula_weights(m);
  if (m.total_parameters <= 0) return w;
  const double missing = m.total_parameters - w.total();
  if (missing >= 0) {
    w.other = missing;
    return w;
  }
  const double scalable = w.ffn + w.routed_experts;
  if (scalable + missing > 0) {
    const double factor = (scalable + missing) / scalable;
    w.ffn *= factor;
    w.routed_experts *= factor;
  }
  return w;
}

PrecisionRecipe precision_recipe(const OpenModel& m, Precision weights) {
  PrecisionRecipe recipe{weights, weights, weights, Precision::bf16};
  const bool four_bit =
      weights == Precision::nvfp4 || weights == Precision::mxfp4 || weights == Precision::int4;
  if (!four_bit) {
    if (weights == Precision::fp16) recipe.rest = Precision::fp16;
    return recipe;
  }
  const bool native_experts_only = has_text(m.native_weights, "experts");
  if (m.is_moe() && (native_experts_only || m.is_mla() || weights == Precision::mxfp4)) {
    const bool eight_bit_rest = has_text(m.native_weights, "fp8");
    recipe.attention = eight_bit_rest ? Precision::fp8 : Precision::bf16;
    recipe.ffn = recipe.attention;
  }
  return recipe;
}

double weight_bytes(const OpenModel& m, Precision weights) {
  return weight_bytes_per_gpu(m, weights, 1);
}

double weight_bytes_per_gpu(const OpenModel& m, Precision weights, int tensor_parallel,
                            int data_parallel) {
  const WeightValues w = count_weights(m);
  const PrecisionRecipe recipe = precision_recipe(m, weights);
  const double tp = tensor_parallel;
  const double kv_split = m.kv_heads > 0 ? std::min(tensor_parallel, m.kv_heads) : tensor_parallel;
  const double attention =
      (w.attention_sharded + w.other) / tp + w.attention_kv / kv_split + w.attention_replicated;
  const double tables = (w.embedding + (w.tied ? 0.0 : w.output_head)) / tp + w.router;
  return attention * bytes_per_value(recipe.attention) + w.ffn / tp * bytes_per_value(recipe.ffn) +
         w.routed_experts / (tp * data_parallel) * bytes_per_value(recipe.experts) +
         tables * bytes_per_value(recipe.rest);
}

}  // namespace breakeven::serving
