// facts.hpp — what the catalogue knows about open models, accelerators, GPU offers, people, tools.
//
// Units    In every field's name. 10^9 bytes and 10^12 operations unless a field says GiB or MiB.
// Shape    Plain immutable records; look-up and near matches are in catalog.hpp. API prices are in
//          price_book.hpp.
// Sources  Every record carries where its numbers come from and when they were true.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"

namespace breakeven::catalog {

/// Where a fact comes from.
struct Source {
  std::string text;   ///< publication, table or page
  std::string date;   ///< ISO date (or year-month) on which the source said so
  std::string place;  ///< file:line in this catalogue
};

/// How weights (or the KV cache) are stored.
enum class Precision : std::uint8_t { fp16, bf16, fp8, int8, nvfp4, mxfp4, int4 };

/// Bytes per weight value, scales included: bf16 2; fp8 1 + 1/128^2; nvfp4 0.5625; mxfp4 0.53125;
/// int4 (group 128) 0.52.
[[nodiscard]] double bytes_per_value(Precision precision);
[[nodiscard]] std::string_view to_string(Precision precision);

/// An open-weight model's architecture, as published in its configuration.
struct OpenModel {
  std::string id;          ///< "meta-llama/Llama-3.3-70B-Instruct"
  std::string family;
  std::string developer;   ///< organisation that trained it
  std::string origin;      ///< ISO 3166 country of the developer, or "unknown"
  int layers = 0;
  int hidden = 0;
  int query_heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int dense_ffn = 0;                ///< intermediate size of a dense layer (gate, up and down)
  int experts = 0;                  ///< routed experts per MoE layer; 0 for a dense model
  int experts_per_token = 0;
  int moe_ffn = 0;                  ///< intermediate size of one expert
  int shared_expert_ffn = 0;        ///< total of the shared experts
  int first_dense_layers = 0;       ///< dense layers before the MoE layers (all, for a dense model: 0)
  std::string attention;            ///< gqa, mha, mla, hybrid-gdn, ... as in the catalogue's SCHEMA.md
  int kv_lora_rank = 0;             ///< MLA only
  int qk_rope_head_dim = 0;
  int qk_nope_head_dim = 0;
  int v_head_dim = 0;
  int q_lora_rank = 0;
  int full_attention_layers = 0;
  int sliding_window_layers = 0;
  int sliding_window_tokens = 0;
  int linear_layers = 0;            ///< linear-attention or state-space layers: constant state
  int vocabulary = 0;
  std::int64_t max_context_tokens = 0;
  double total_parameters = 0;      ///< count, e.g. 70.55e9
  double active_parameters = 0;     ///< per token
  bool tied_embeddings = false;
  std::string licence;
  bool commercial_use = true;       ///< false where the licence forbids it
  std::string native_weights;       ///< precision recipe as published, e.g. "mxfp4 experts + bf16"
  Precision native_precision = Precision::bf16;  ///< precision of the bulk of the weights
  std::string released;             ///< ISO date or year-month
  std::string note;
  Source source;
  [[nodiscard]] bool is_moe() const { return experts > 0; }
  [[nodiscard]] bool is_mla() const { return kv_lora_rank > 0; }
};

/// One accelerator. Rates are dense (no sparsity); 0 means the part does not have that format.
struct Accelerator {
  std::string id;  ///< "H100-SXM"
  std::string vendor;
  double memory_bytes = 0;          ///< what the driver reports, else vendor GB x 2^30
  double memory_bytes_per_s = 0;
  double bf16_flops = 0;
  double fp8_flops = 0;
  double int8_ops = 0;
  double fp4_flops = 0;
  std::string scale_up_link;        ///< NVLink, xGMI, ICI, none ...
  double scale_up_bytes_per_s = 0;  ///< per GPU, both directions summed; 0 = PCIe only
  int scale_up_domain = 1;          ///< accelerators that share the link
  double pcie_bytes_per_s = 0;      ///< per direction
  double tdp_w = 0;
  int node_gpus = 8;                ///< largest usual node
  std::string compute_capability;
  std::string released;
  std::string note;
  Source source;
};

enum class Term : std::uint8_t { on_demand, reserved_1y, reserved_3y, spot, capacity_block };
[[nodiscard]] std::string_view to_string(Term term);

/// A rentable machine with accelerators: the smallest thing that can be bought.
struct GpuOffer {
  std::string provider;
  std::string provider_class;  ///< hyperscaler, neocloud, marketplace, index
  std::string instance;
  std::string accelerator;     ///< id of an Accelerator
  int gpus = 0;                ///< accelerators in one instance
  std::string region;
  Term term = Term::on_demand;
  Price usd_per_hour;          ///< whole instance; unit_size 1 (hour)
  std::string date_quality;    ///< exact, month or approx
  std::string note;
  Source source;
};

/// A default with its range, for owned hardware, people, tooling, migration, ...
struct Default {
  std::string id;        ///< "people.ml_engineer_loaded"
  std::string group;     ///< owned, people, tooling, migration, operations, finance, fleet
  std::string title;
  std::string unit;      ///< "USD/month", "FTE", "kW", "ratio"
  double value = 0;
  double low = 0;        ///< P10 or the low end
  double high = 0;       ///< P90 or the high end
  std::string note;
  Source source;
};

/// One score of one model on one benchmark.
struct QualityScore {
  std::string model;
  std::string benchmark;
  double score = 0;
  bool open_weights = false;
  std::string kind;  ///< independent or vendor-reported
  std::string note;
  Source source;
};

/// Whether an offering satisfies a regime.
struct ComplianceFact {
  std::string regime;      ///< "HIPAA_BAA"
  std::string vendor;
  std::string offering;
  std::string covered;     ///< yes, partial, no, unknown
  std::string conditions;
  std::string evidence;    ///< official, registry, secondary, inference
  Source source;
};

}  // namespace breakeven::catalog
