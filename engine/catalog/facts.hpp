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
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::catalog {

/// Where a fact comes from.
struct Source {
  std::string text;   ///< publication, table or page
  std::string date;   ///< ISO date (or year-month) on which the source said so
  std::string place;  ///< file:line in this catalogue
};

/// A date of which the month or the day may be missing: "2026", "2026-08", "2026-08-21". The
/// missing parts count as 1. Years outside 2015..2100 are refused.
[[nodiscard]] Result<Date> parse_partial_date(std::string_view text);

/// How weights (or the KV cache) are stored.
enum class Precision : std::uint8_t { fp16, bf16, fp8, int8, nvfp4, mxfp4, int4 };

/// Bytes per weight value, scales included: bf16 2; fp8 1 + 1/128^2; nvfp4 0.5625; mxfp4 0.53125;
/// int4 (group 128) 0.52.
[[nodiscard]] double bytes_per_value(Precision precision);
[[nodiscard]] std::string_view to_string(Precision precision);

/// What the total parameter count rests on.
enum class ParameterBasis : std::uint8_t {
  published,       ///< as published, and the dimensions give it within 3 %
  published_only,  ///< as published; the recorded dimensions do not determine it (linear layers,
                   ///< vision tower)
  computed         ///< nothing published was found: computed from the dimensions
};
[[nodiscard]] std::string_view to_string(ParameterBasis basis);

/// An open-weight model's architecture, as published in its configuration.
struct OpenModel {
  std::string id;  ///< "meta-llama/Llama-3.3-70B-Instruct"
  std::string family;
  std::string developer;  ///< organisation that trained it
  std::string origin;     ///< ISO 3166 country of the developer, or "unknown"
  int layers = 0;
  int hidden = 0;
  int query_heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  int dense_ffn = 0;  ///< intermediate size of a dense layer (gate, up and down)
  int experts = 0;    ///< routed experts per MoE layer; 0 for a dense model
  int experts_per_token = 0;
  int moe_ffn = 0;             ///< intermediate size of one expert
  int shared_expert_ffn = 0;   ///< total of the shared experts
  int first_dense_layers = 0;  ///< dense layers before the MoE layers (all, for a dense model: 0)
  int dense_ffn_layers = 0;  ///< layers with a dense FFN (Maverick: every second, Gemma 4 MoE: all)
  int moe_layers = 0;        ///< layers with experts
  int moe_hidden = 0;        ///< width the routed experts act on (latent MoE); 0 = hidden
  int ffn_matrices = 3;      ///< 3 gated (gate, up, down), 2 not (Nemotron)
  std::string attention;     ///< gqa, mha, mla, hybrid-gdn, ... as in the catalogue's SCHEMA.md
  int kv_lora_rank = 0;      ///< MLA only
  int qk_rope_head_dim = 0;
  int qk_nope_head_dim = 0;
  int v_head_dim = 0;
  int q_lora_rank = 0;
  int full_attention_layers = 0;
  int sliding_window_layers = 0;
  int sliding_window_tokens = 0;
  int linear_layers = 0;  ///< linear-attention or state-space layers: constant state
  int sparse_layers = 0;  ///< full-attention layers in which a token attends to chosen ones only
  int sparse_tokens = 0;  ///< how many it chooses
  int index_layers = 0;   ///< sparse layers that score the context; the others reuse their choice
  int index_heads = 0;
  int index_head_dim = 0;
  int wide_norm_layers = 0;  ///< whose norm of queries and keys spans all heads, not one
  /// KV cache of the full-attention layers in bf16, all ranks together; where an architecture does
  /// not follow the GQA or MLA formula this is the published figure. 0 = not known.
  std::int64_t kv_bytes_per_token_bf16 = 0;
  int vocabulary = 0;
  std::int64_t max_context_tokens = 0;
  double total_parameters = 0;   ///< count, e.g. 70.55e9
  double active_parameters = 0;  ///< per token
  ParameterBasis parameter_basis = ParameterBasis::published;
  bool tied_embeddings = false;
  std::string licence;
  bool commercial_use = true;  ///< false where the licence forbids it or could not be verified
  bool licence_verified = true;
  bool verified = true;        ///< false: a figure or the licence is unconfirmed; `note` says which
  std::string native_weights;  ///< precision recipe as published, e.g. "mxfp4 experts + bf16"
  Precision native_precision = Precision::bf16;  ///< precision of the bulk of the weights
  std::string released;                          ///< ISO date, year-month or year
  std::string note;
  Source source;
  /// False when layers or KV size are unknown: listed and priced at hosted APIs, but not simulated.
  [[nodiscard]] bool sizable() const { return layers > 0 && kv_bytes_per_token_bf16 > 0; }
  [[nodiscard]] bool is_moe() const { return experts > 0; }
  [[nodiscard]] bool is_mla() const { return kv_lora_rank > 0; }
};

/// Parameters, total and active per token, recomputed from the dimensions.
///   GQA         h d (q + 2 kv) + q d_v h
///   MLA         h r_q + r_q q (d_nope + d_rope) + h (r_kv + d_rope) + r_kv q (d_nope + d_v)
///               + q d_v h
///   FFN         matrices x width x size
///   embeddings  V h, twice unless tied
/// Linear-attention layers are left out. Llama-3.1-8B: 8.03e9 (test:
/// ParametersFollowFromDimensions).
struct ParameterCount {
  double total = 0;
  double active = 0;
};
[[nodiscard]] ParameterCount parameters_from_dimensions(const OpenModel& model);

/// One accelerator. Rates are dense (no sparsity); 0 means the part does not have that format.
struct Accelerator {
  std::string id;  ///< "H100-SXM"
  std::string vendor;
  double memory_bytes = 0;  ///< what the driver reports, else vendor GB x 2^30
  std::string memory_type;  ///< HBM3, GDDR6 ...
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
  int node_gpus = 8;  ///< largest usual node
  std::string compute_capability;
  std::string released;
  std::string note;
  Source source;
};

enum class Term : std::uint8_t { on_demand, reserved_1y, reserved_3y, spot, capacity_block };
[[nodiscard]] std::string_view to_string(Term term);

/// Who sells it. `index` rows are market figures nobody sells at; `api_vendor` rows are managed
/// endpoints on dedicated accelerators.
enum class ProviderClass : std::uint8_t { hyperscaler, neocloud, marketplace, index, api_vendor };
[[nodiscard]] std::string_view to_string(ProviderClass provider_class);

/// superseded: a newer observation stands in the catalogue; stale: an undated or old snapshot of a
/// market that has moved since. Only current offers are offered.
enum class OfferStatus : std::uint8_t { current, superseded, stale };
[[nodiscard]] std::string_view to_string(OfferStatus status);

/// A rentable machine with accelerators: the smallest thing that can be bought.
struct GpuOffer {
  std::string id;  ///< "aws/p5.48xlarge/us-east-1/on-demand"; "...@date" when not current
  std::string provider;
  ProviderClass provider_class = ProviderClass::neocloud;
  std::string instance;
  std::string accelerator;  ///< id of an Accelerator
  int gpus = 0;             ///< accelerators in one instance
  int vcpus = 0;            ///< 0 = not stated
  int memory_gib = 0;       ///< host memory; 0 = not stated
  std::string region;
  Term term = Term::on_demand;
  Price usd_per_hour;  ///< whole instance; unit_size 1 (hour)
  OfferStatus status = OfferStatus::current;
  std::string date_quality;  ///< exact, month or approx
  std::string note;
  Source source;
  /// A machine of one's own that can be rented today.
  [[nodiscard]] bool rentable() const {
    return status == OfferStatus::current && provider_class != ProviderClass::index &&
           provider_class != ProviderClass::api_vendor;
  }
};

/// Shape of a driver's distribution; parameters as in SCHEMA.md.
enum class Family : std::uint8_t { fixed, uniform, triangular, pert, normal, lognormal, beta };
[[nodiscard]] std::string_view to_string(Family family);

/// A default with its range, for owned hardware, people, tooling, migration, ...
struct Default {
  std::string id;     ///< "people.ml_engineer_usd_month"
  std::string group;  ///< first part of the id: owned, people, tooling, operations, migration,
                      ///< prior, finance
  std::string title;
  std::string unit;        ///< "USD/month", "FTE", "kW", "ratio"
  std::string value_text;  ///< as written, so that money stays exact
  double value = 0;
  double low = 0;   ///< P10 or the low end
  double high = 0;  ///< P90 or the high end
  Family family = Family::fixed;
  std::vector<double> parameters;  ///< of the family, in the order of SCHEMA.md
  std::string note;
  Source source;
  /// The value as exact money; invalid_argument unless the unit starts with "USD".
  [[nodiscard]] Result<Usd> usd() const;
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

/// An API price-book entry that serves an open model: "the open model at a hosted API".
struct HostedModel {
  std::string model;      ///< id of an OpenModel
  std::string vendor;     ///< price-book vendor: "groq"
  std::string api_model;  ///< price-book model: "llama-3.3-70b-versatile"
  std::string precision;  ///< as the host states it; "unknown" otherwise
  std::string note;
  Source source;
  [[nodiscard]] std::string price_id() const { return vendor + "/" + api_model; }
};

/// A benchmark's name for a model and the id we know it by.
struct QualityName {
  std::string benchmark_model;  ///< as in QualityScore::model
  std::string kind;  ///< open (id of an OpenModel) or api (vendor/model of the price book)
  std::string id;
  std::string note;
  Source source;
};

/// Whether an offering satisfies a regime.
struct ComplianceFact {
  std::string regime;  ///< "HIPAA_BAA"
  std::string vendor;
  std::string offering;
  /// What it speaks of: "api:anthropic" (price-book vendor), "platform:bedrock" (Platform::id),
  /// "self:hyperscaler", "self:neocloud", "self:gov", "self:eu", "self:owned", "self:any", "other".
  std::vector<std::string> covers;
  std::string covered;  ///< yes, partial, no, unknown
  std::string conditions;
  std::string evidence;  ///< official, registry, secondary, inference
  Source source;
};

/// How the price of a vendor's model at a platform is known.
enum class PlatformPricing : std::uint8_t { list, place, quotation };
[[nodiscard]] std::string_view to_string(PlatformPricing pricing);

/// Somebody who serves a vendor's models under papers of his own: "Amazon Bedrock in GovCloud".
struct Platform {
  std::string id;
  std::string title;
  std::vector<std::string> serves;  ///< price-book vendors
  PlatformPricing pricing = PlatformPricing::quotation;
  std::string place;  ///< of processing, as RateQuery::residency, for PlatformPricing::place
  std::string note;
  Source source;
};

}  // namespace breakeven::catalog
