#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/read_tables.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {
namespace {

constexpr std::array<std::string_view, 51> kColumns{"id",
                                                    "family",
                                                    "developer",
                                                    "origin",
                                                    "licence",
                                                    "commercial_use",
                                                    "verified",
                                                    "released",
                                                    "layers",
                                                    "hidden",
                                                    "query_heads",
                                                    "kv_heads",
                                                    "head_dim",
                                                    "attention",
                                                    "full_attention_layers",
                                                    "sliding_window_layers",
                                                    "sliding_window_tokens",
                                                    "linear_layers",
                                                    "kv_lora_rank",
                                                    "q_lora_rank",
                                                    "qk_rope_head_dim",
                                                    "qk_nope_head_dim",
                                                    "v_head_dim",
                                                    "kv_bytes_per_token_bf16",
                                                    "dense_ffn",
                                                    "dense_ffn_layers",
                                                    "experts",
                                                    "experts_per_token",
                                                    "moe_ffn",
                                                    "moe_layers",
                                                    "moe_hidden",
                                                    "shared_expert_ffn",
                                                    "ffn_matrices",
                                                    "first_dense_layers",
                                                    "vocabulary",
                                                    "tied_embeddings",
                                                    "max_context_tokens",
                                                    "total_parameters_b",
                                                    "active_parameters_b",
                                                    "parameter_basis",
                                                    "native_weights",
                                                    "native_precision",
                                                    "sparse_layers",
                                                    "sparse_tokens",
                                                    "index_layers",
                                                    "index_heads",
                                                    "index_head_dim",
                                                    "wide_norm_layers",
                                                    "note",
                                                    "source",
                                                    "source_date"};

constexpr std::array<std::string_view, 9> kAttention{"mha",          "gqa",
                                                     "gqa-sparse",   "gqa-shared-kv",
                                                     "mla",          "csa-compressed",
                                                     "hybrid-gdn",   "hybrid-kda-mla",
                                                     "hybrid-mamba2"};

constexpr std::array kPrecisions{Precision::fp16, Precision::bf16,  Precision::fp8,
                                 Precision::int8, Precision::nvfp4, Precision::mxfp4,
                                 Precision::int4};
constexpr std::array kBases{ParameterBasis::published, ParameterBasis::published_only,
                            ParameterBasis::computed};

/// Shared and compressed KV layouts do not follow the GQA formula.
bool kv_follows_formula(const OpenModel& m) {
  return m.attention != "gqa-shared-kv" && m.attention != "csa-compressed";
}

std::int64_t kv_bytes_from_dimensions(const OpenModel& m) {
  const std::int64_t values =
      m.is_mla() ? m.kv_lora_rank + m.qk_rope_head_dim
                 : m.kv_heads * (m.head_dim + (m.v_head_dim > 0 ? m.v_head_dim : m.head_dim));
  return 2 * values * m.full_attention_layers;
}

std::string billions(double count) { return shortest(std::round(count / 1e7) / 100.0) + "e9"; }

void check_plausible(const OpenModel& m, RowReader& row) {
  if (m.active_parameters > m.total_parameters) {
    row.refuse("active_parameters_b",
               "expected at most the total of " + billions(m.total_parameters) + ", found " +
                   billions(m.active_parameters),
               ErrorCode::out_of_range);
  }
  if (m.layers == 0) return;  // layer pattern not known: nothing to recompute
  if (m.full_attention_layers + m.sliding_window_layers + m.linear_layers > m.layers) {
    row.refuse("layers",
               "expected at least the sum of the attention, window and linear layers, found " +
                   std::to_string(m.layers),
               ErrorCode::out_of_range);
  }
  if (m.is_moe() && (m.experts_per_token == 0 || m.experts_per_token > m.experts ||
                     m.moe_ffn == 0 || m.moe_layers == 0)) {
    row.refuse("experts",
               "expected experts_per_token from 1 to experts, moe_ffn and moe_layers, found " +
                   std::to_string(m.experts_per_token) + ", " + std::to_string(m.moe_ffn) +
                   " and " + std::to_string(m.moe_layers));
  }
  if (m.sparse_layers > m.full_attention_layers || m.index_layers > m.sparse_layers) {
    row.refuse("sparse_layers",
               "expected at most the " + std::to_string(m.full_attention_layers) +
                   " full-attention layers and at least the " + std::to_string(m.index_layers) +
                   " index layers, found " + std::to_string(m.sparse_layers),
               ErrorCode::out_of_range);
  }
  const bool selects = m.sparse_layers > 0;
  if (selects != (m.sparse_tokens > 0) ||
      (m.index_layers > 0) != (m.index_heads > 0 && m.index_head_dim > 0)) {
    row.refuse("sparse_tokens",
               "expected sparse_layers with sparse_tokens, and index_layers with index_heads and "
               "index_head_dim, found " +
                   std::to_string(m.sparse_layers) + " with " + std::to_string(m.sparse_tokens) +
                   " and " + std::to_string(m.index_layers) + " with " +
                   std::to_string(m.index_heads) + " and " + std::to_string(m.index_head_dim));
  }
  if (kv_follows_formula(m) && kv_bytes_from_dimensions(m) != m.kv_bytes_per_token_bf16) {
    row.refuse("kv_bytes_per_token_bf16",
               "expected " + std::to_string(kv_bytes_from_dimensions(m)) +
                   " from the dimensions, found " + std::to_string(m.kv_bytes_per_token_bf16));
  }
  const double computed = parameters_from_dimensions(m).total;
  if (m.parameter_basis != ParameterBasis::published_only &&
      std::fabs(computed - m.total_parameters) > 0.03 * m.total_parameters) {
    row.refuse("total_parameters_b",
               "expected within 3 % of " + billions(computed) +
                   " as the dimensions give it (or parameter_basis "
                   "published-only), found " +
                   billions(m.total_parameters),
               ErrorCode::out_of_range);
  }
}

}  // namespace

std::vector<OpenModel> read_open_models(const CsvTable& table, Issues& issues) {
  std::vector<OpenModel> models;
  std::set<std::string> seen;
  RowReader row(table, kColumns, issues);
  static constexpr std::array<std::string_view, 3> kCommercial{"yes", "no", "unverified"};
  constexpr int kMaxDimension = 1'000'000;
  while (row.next()) {
    OpenModel m;
    const std::size_t mistakes = issues.errors().size();
    const auto dimension = [&](std::string_view column) {
      return row.small(column, 0, kMaxDimension, 0);
    };
    m.id = row.text("id");
    if (!seen.insert(to_lower(m.id)).second)
      row.refuse("id", "expected an id of its own, found \"" + m.id + "\" again");
    m.family = row.text("family");
    m.developer = row.text("developer");
    m.origin = row.text("origin");
    if (m.origin != "unknown" && (m.origin.size() != 2 || to_lower(m.origin) == m.origin)) {
      row.refuse("origin",
                 "expected an ISO 3166 code such as US, or unknown, found \"" + m.origin + "\"");
    }
    m.licence = row.text("licence");
    const std::string commercial = row.one_of("commercial_use", kCommercial);
    m.commercial_use = commercial == "yes";
    m.licence_verified = commercial != "unverified";
    m.verified = row.yes_no("verified");
    m.released = row.date("released");
    m.layers = row.small("layers", m.verified ? 1 : 0, 10'000, 0);
    m.hidden = row.small("hidden", 1, kMaxDimension);
    m.query_heads = row.small("query_heads", 1, kMaxDimension);
    m.kv_heads = row.small("kv_heads", 1, kMaxDimension);
    m.head_dim = dimension("head_dim");
    m.attention = row.one_of("attention", kAttention);
    m.full_attention_layers = dimension("full_attention_layers");
    m.sliding_window_layers = dimension("sliding_window_layers");
    m.sliding_window_tokens = dimension("sliding_window_tokens");
    m.linear_layers = dimension("linear_layers");
    m.kv_lora_rank = dimension("kv_lora_rank");
    m.q_lora_rank = dimension("q_lora_rank");
    m.qk_rope_head_dim = dimension("qk_rope_head_dim");
    m.qk_nope_head_dim = dimension("qk_nope_head_dim");
    m.v_head_dim = dimension("v_head_dim");
    m.kv_bytes_per_token_bf16 = row.integer("kv_bytes_per_token_bf16", 0, 1'000'000'000, 0);
    m.dense_ffn = dimension("dense_ffn");
    m.dense_ffn_layers = dimension("dense_ffn_layers");
    m.experts = dimension("experts");
    m.experts_per_token = dimension("experts_per_token");
    m.moe_ffn = dimension("moe_ffn");
    m.moe_layers = dimension("moe_layers");
    m.moe_hidden = dimension("moe_hidden");
    m.shared_expert_ffn = dimension("shared_expert_ffn");
    m.ffn_matrices = row.small("ffn_matrices", 2, 3);
    m.first_dense_layers = dimension("first_dense_layers");
    m.vocabulary = row.small("vocabulary", 1, 100'000'000);
    m.tied_embeddings = row.yes_no("tied_embeddings");
    m.max_context_tokens = row.integer("max_context_tokens", 1, 1'000'000'000);
    m.total_parameters = row.number("total_parameters_b", 0.001, 100'000) * 1e9;
    m.active_parameters = row.number("active_parameters_b", 0.001, 100'000) * 1e9;
    m.parameter_basis = row.choice("parameter_basis", kBases);
    m.native_weights = row.text("native_weights");
    m.native_precision = row.choice("native_precision", kPrecisions);
    m.sparse_layers = dimension("sparse_layers");
    m.sparse_tokens = dimension("sparse_tokens");
    m.index_layers = dimension("index_layers");
    m.index_heads = dimension("index_heads");
    m.index_head_dim = dimension("index_head_dim");
    m.wide_norm_layers = row.small("wide_norm_layers", 0, m.layers, 0);
    m.note = row.optional_text("note");
    m.source = row.source();
    if (issues.errors().size() == mistakes) check_plausible(m, row);
    models.push_back(std::move(m));
  }
  return models;
}

}  // namespace breakeven::catalog
