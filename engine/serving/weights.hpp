// weights.hpp — how many weight values a model has, where they sit, and in which format they are
// stored.
//
// Units    Values (parameters) and bytes of the whole model; per GPU where a name says so.
// Shape    Attention per layer: GQA h d_h (2 n_q + 2 n_kv); MLA h r_q + r_q n_q (d_nope + d_rope) +
//          h (r_kv + d_rope) + r_kv n_q (d_nope + d_v) + n_q d_v h; the index of sparse attention
//          r_q n_i d_i + h d_i + h n_i on every rank. FFN 3 h f; MoE 3 h f_e E +
//          3 h f_shared + h E; linear-attention and state-space layers 6 h^2 (an inner width of 2
//          h); embeddings V h, twice unless tied. What the published total has beyond that sits in
//          `other`; where the formula exceeds it (latent or interleaved experts, pruned layers) the
//          FFN parts are scaled down, so that the sum is always the published total. Worked:
//          Llama-3.1-8B = 8.03e9 (test: WeightsOfLlama8B).
// Sources  The models' published configurations; recipes as published (catalog open_models.csv).
#pragma once

#include "engine/catalog/facts.hpp"

namespace breakeven::serving {

struct WeightValues {
  double attention_sharded = 0;     ///< split over tensor-parallel ranks
  double attention_kv = 0;          ///< key and value projections: split over at most n_kv ranks
  double attention_replicated = 0;  ///< MLA down-projections, index: every rank holds them
  double ffn = 0;                   ///< dense and shared-expert matrices
  double router = 0;
  double routed_experts = 0;
  double embedding = 0;
  double output_head = 0;  ///< equals the embedding when tied; then not counted twice in total()
  double other = 0;        ///< published, but not explained by the dimensions
  bool tied = false;
  [[nodiscard]] double total() const;
};

/// By the dimensions alone, before reconciliation with the published total.
[[nodiscard]] WeightValues formula_weights(const catalog::OpenModel& model);
/// formula_weights() made to add up to the published total where there is one.
[[nodiscard]] WeightValues count_weights(const catalog::OpenModel& model);

/// Storage format of each group of matrices when a model is served with `weights`.
struct PrecisionRecipe {
  catalog::Precision attention = catalog::Precision::bf16;
  catalog::Precision ffn = catalog::Precision::bf16;
  catalog::Precision experts = catalog::Precision::bf16;
  catalog::Precision rest = catalog::Precision::bf16;  ///< embeddings, output head, router
};

/// Quantises what the published recipes quantise: experts only where the native recipe says so
/// (gpt-oss, Kimi K2.5) and for every 4-bit format under multi-head latent attention; otherwise all
/// linear layers. Embeddings, output head and router stay at 16 bit.
[[nodiscard]] PrecisionRecipe precision_recipe(const catalog::OpenModel& model,
                                               catalog::Precision weights);

/// Bytes of the whole model.
[[nodiscard]] double weight_bytes(const catalog::OpenModel& model, catalog::Precision weights);
/// Bytes on one GPU under tensor parallelism; more than weight_bytes() / tp by what is replicated.
/// Routed experts are shared by all data-parallel ranks.
[[nodiscard]] double weight_bytes_per_gpu(const catalog::OpenModel& model,
                                          catalog::Precision weights, int tensor_parallel,
                                          int data_parallel = 1);

}  // namespace breakeven::serving
