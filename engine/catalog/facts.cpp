#include "engine/catalog/facts.hpp"

#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::catalog {

double bytes_per_value(Precision precision) {
  switch (precision) {
    case Precision::fp16:
    case Precision::bf16:
      return 2.0;
    case Precision::fp8:
      return 1.0 + 1.0 / (128.0 * 128.0);  // one scale per 128 x 128 block
    case Precision::int8:
      return 1.0;
    case Precision::nvfp4:
      return 0.5 + 1.0 / 16.0;  // 8-bit scale per 16 values
    case Precision::mxfp4:
      return 0.5 + 1.0 / 32.0;  // 8-bit scale per 32 values
    case Precision::int4:
      return 0.52;  // 16-bit scale and zero point per 128 values
  }
  return 2.0;
}

std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::fp16:
      return "fp16";
    case Precision::bf16:
      return "bf16";
    case Precision::fp8:
      return "fp8";
    case Precision::int8:
      return "int8";
    case Precision::nvfp4:
      return "nvfp4";
    case Precision::mxfp4:
      return "mxfp4";
    case Precision::int4:
      return "int4";
  }
  return "unknown";
}

std::string_view to_string(ParameterBasis basis) {
  switch (basis) {
    case ParameterBasis::published:
      return "published";
    case ParameterBasis::published_only:
      return "published-only";
    case ParameterBasis::computed:
      return "computed";
  }
  return "unknown";
}

std::string_view to_string(Term term) {
  switch (term) {
    case Term::on_demand:
      return "on_demand";
    case Term::reserved_1y:
      return "reserved_1y";
    case Term::reserved_3y:
      return "reserved_3y";
    case Term::spot:
      return "spot";
    case Term::capacity_block:
      return "capacity_block";
  }
  return "unknown";
}

std::string_view to_string(ProviderClass provider_class) {
  switch (provider_class) {
    case ProviderClass::hyperscaler:
      return "hyperscaler";
    case ProviderClass::neocloud:
      return "neocloud";
    case ProviderClass::marketplace:
      return "marketplace";
    case ProviderClass::index:
      return "index";
    case ProviderClass::api_vendor:
      return "api-vendor";
  }
  return "unknown";
}

std::string_view to_string(OfferStatus status) {
  switch (status) {
    case OfferStatus::current:
      return "current";
    case OfferStatus::superseded:
      return "superseded";
    case OfferStatus::stale:
      return "stale";
  }
  return "unknown";
}

std::string_view to_string(Family family) {
  switch (family) {
    case Family::fixed:
      return "fixed";
    case Family::uniform:
      return "uniform";
    case Family::triangular:
      return "triangular";
    case Family::pert:
      return "pert";
    case Family::normal:
      return "normal";
    case Family::lognormal:
      return "lognormal";
    case Family::beta:
      return "beta";
  }
  return "unknown";
}

ParameterCount parameters_from_dimensions(const OpenModel& model) {
  const auto d = [](int value) { return static_cast<double>(value); };
  const double h = d(model.hidden);
  const double q = d(model.query_heads);
  const double value_dim = d(model.v_head_dim > 0 ? model.v_head_dim : model.head_dim);
  double attention = 0;
  if (model.is_mla()) {
    const double key_dim = d(model.qk_nope_head_dim + model.qk_rope_head_dim);
    const double r_q = d(model.q_lora_rank);
    const double query = r_q > 0 ? h * r_q + r_q * q * key_dim : h * q * key_dim;
    attention = query + h * d(model.kv_lora_rank + model.qk_rope_head_dim) +
                d(model.kv_lora_rank) * q * (d(model.qk_nope_head_dim) + value_dim) +
                q * value_dim * h;
  } else if (model.q_lora_rank > 0) {  // low-rank query and output, one shared key-value head
    attention = 2.0 * d(model.q_lora_rank) * (h + q * d(model.head_dim)) + h * d(model.head_dim);
  } else {
    const double kv = d(model.kv_heads);
    attention = h * d(model.head_dim) * (q + kv) + h * value_dim * (q + kv);
  }
  const double matrices = d(model.ffn_matrices);
  const double expert_width = model.moe_hidden > 0 ? d(model.moe_hidden) : h;
  const double expert = matrices * expert_width * d(model.moe_ffn);
  const double shared = matrices * h * d(model.shared_expert_ffn) + h * d(model.experts) +
                        (model.moe_hidden > 0 ? 2.0 * h * expert_width : 0.0);
  const double common = d(model.full_attention_layers + model.sliding_window_layers) * attention +
                        d(model.dense_ffn_layers) * matrices * h * d(model.dense_ffn) +
                        d(model.moe_layers) * shared +
                        d(model.vocabulary) * h * (model.tied_embeddings ? 1.0 : 2.0);
  return {common + d(model.moe_layers) * d(model.experts) * expert,
          common + d(model.moe_layers) * d(model.experts_per_token) * expert};
}

Result<Usd> Default::usd() const {
  if (!unit.starts_with("USD")) {
    return Error{ErrorCode::invalid_argument,
                 "expected an amount in USD, found " + id + " in " + unit, source.place};
  }
  return Usd::parse(value_text);
}

std::string_view to_string(PlatformPricing pricing) {
  switch (pricing) {
    case PlatformPricing::list:
      return "list";
    case PlatformPricing::place:
      return "place";
    case PlatformPricing::quotation:
      break;
  }
  return "quotation";
}

}  // namespace breakeven::catalog
