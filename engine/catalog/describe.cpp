#include "engine/catalog/describe.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::catalog {
namespace {

/// Collects the fields of one record.
class Writer {
 public:
  Writer(std::string kind, std::string id, const Source& source) {
    out_.kind = std::move(kind);
    out_.id = std::move(id);
    out_.source = source;
  }
  Writer& key(std::string_view name) {
    if (!name.empty()) out_.keys.emplace_back(name);
    return *this;
  }
  Writer& text(std::string_view name, std::string_view value) {
    return add(name, std::string(value), {}, FieldType::text);
  }
  Writer& flag(std::string_view name, bool value) {
    return add(name, value ? "yes" : "no", {}, FieldType::flag);
  }
  Writer& number(std::string_view name, double value, std::string_view unit = {}) {
    return add(name, shortest(value), unit, FieldType::number);
  }
  /// A number for which 0 means that it is not known or does not apply.
  Writer& known(std::string_view name, double value, std::string_view unit = {}) {
    return add(name, value == 0 ? std::string() : shortest(value), unit, FieldType::number);
  }
  Writer& money(std::string_view name, std::string decimal, std::string_view unit) {
    return add(name, std::move(decimal), unit, FieldType::money);
  }
  Description done() { return std::move(out_); }

 private:
  Writer& add(std::string_view name, std::string value, std::string_view unit, FieldType type) {
    out_.fields.push_back({std::string(name), std::move(value), std::string(unit), type});
    return *this;
  }
  Description out_;
};

std::string_view last_part(std::string_view id) { return id.substr(id.rfind('/') + 1); }

Description of(const OpenModel& m) {
  Writer w("models", m.id, m.source);
  w.key(last_part(m.id))
      .text("family", m.family)
      .text("developer", m.developer)
      .text("origin", m.origin)
      .text("licence", m.licence)
      .text("commercial_use", !m.licence_verified ? "unverified"
                              : m.commercial_use  ? "yes"
                                                  : "no")
      .flag("verified", m.verified)
      .text("released", m.released)
      .number("total_parameters", m.total_parameters)
      .number("active_parameters", m.active_parameters, "per token")
      .text("parameter_basis", to_string(m.parameter_basis))
      .number("max_context", static_cast<double>(m.max_context_tokens), "tokens")
      .text("native_weights", m.native_weights)
      .text("native_precision", to_string(m.native_precision))
      .text("attention", m.attention)
      .known("layers", m.layers)
      .number("hidden", m.hidden)
      .number("query_heads", m.query_heads)
      .number("kv_heads", m.kv_heads)
      .known("head_dim", m.head_dim)
      .known("full_attention_layers", m.full_attention_layers)
      .known("sliding_window_layers", m.sliding_window_layers)
      .known("sliding_window", m.sliding_window_tokens, "tokens")
      .known("linear_layers", m.linear_layers)
      .known("sparse_layers", m.sparse_layers)
      .known("sparse_attention", m.sparse_tokens, "tokens")
      .known("index_layers", m.index_layers)
      .known("index_heads", m.index_heads)
      .known("index_head_dim", m.index_head_dim)
      .known("wide_norm_layers", m.wide_norm_layers)
      .known("kv_lora_rank", m.kv_lora_rank)
      .known("q_lora_rank", m.q_lora_rank)
      .known("qk_rope_head_dim", m.qk_rope_head_dim)
      .known("qk_nope_head_dim", m.qk_nope_head_dim)
      .known("v_head_dim", m.v_head_dim)
      .known("kv_bytes_per_token_bf16", static_cast<double>(m.kv_bytes_per_token_bf16), "bytes")
      .known("dense_ffn", m.dense_ffn)
      .known("dense_ffn_layers", m.dense_ffn_layers)
      .known("experts", m.experts)
      .known("experts_per_token", m.experts_per_token)
      .known("moe_ffn", m.moe_ffn)
      .known("moe_layers", m.moe_layers)
      .known("moe_hidden", m.moe_hidden)
      .known("shared_expert_ffn", m.shared_expert_ffn)
      .number("ffn_matrices", m.ffn_matrices)
      .number("vocabulary", m.vocabulary)
      .flag("tied_embeddings", m.tied_embeddings)
      .flag("sizable", m.sizable())
      .text("note", m.note);
  return w.done();
}

Description of(const Accelerator& a) {
  Writer w("accelerators", a.id, a.source);
  w.text("vendor", a.vendor)
      .number("memory", a.memory_bytes, "bytes")
      .text("memory_type", a.memory_type)
      .number("memory_bandwidth", a.memory_bytes_per_s, "bytes/s")
      .number("bf16", a.bf16_flops, "FLOP/s")
      .known("fp8", a.fp8_flops, "FLOP/s")
      .known("int8", a.int8_ops, "operations/s")
      .known("fp4", a.fp4_flops, "FLOP/s")
      .text("scale_up_link", a.scale_up_link)
      .known("scale_up_bandwidth", a.scale_up_bytes_per_s, "bytes/s, both directions")
      .number("scale_up_domain", a.scale_up_domain, "accelerators")
      .known("pcie_bandwidth", a.pcie_bytes_per_s, "bytes/s, each direction")
      .known("tdp", a.tdp_w, "W")
      .number("node_gpus", a.node_gpus, "accelerators")
      .text("compute_capability", a.compute_capability)
      .text("released", a.released)
      .text("note", a.note);
  return w.done();
}

Description of(const GpuOffer& o) {
  Writer w("offers", o.id, o.source);
  const Price per_gpu{static_cast<std::int64_t>(divide_half_even(o.usd_per_hour.nano_usd, o.gpus)),
                      1};
  w.text("provider", o.provider)
      .text("provider_class", to_string(o.provider_class))
      .text("instance", o.instance)
      .text("accelerator", o.accelerator)
      .number("gpus", o.gpus)
      .known("vcpus", o.vcpus)
      .known("host_memory", o.memory_gib, "GiB")
      .text("region", o.region)
      .text("term", to_string(o.term))
      .money("usd_per_hour", o.usd_per_hour.decimal(), "USD/hour, whole instance")
      .money("usd_per_gpu_hour", per_gpu.decimal(), "USD/hour, one accelerator")
      .text("status", to_string(o.status))
      .flag("rentable", o.rentable())
      .text("date_quality", o.date_quality)
      .text("note", o.note);
  return w.done();
}

Description of(const Default& d) {
  Writer w("defaults", d.id, d.source);
  w.text("group", d.group).text("title", d.title);
  if (d.unit.starts_with("USD")) {
    w.money("value", d.value_text, d.unit)
        .money("low", shortest(d.low), d.unit)
        .money("high", shortest(d.high), d.unit);
  } else {
    w.number("value", d.value, d.unit).number("low", d.low, d.unit).number("high", d.high, d.unit);
  }
  w.text("family", to_string(d.family));
  std::string parameters;
  for (const double p : d.parameters) parameters += (parameters.empty() ? "" : ", ") + shortest(p);
  w.text("parameters", parameters).text("note", d.note);
  return w.done();
}

/// Our id of each model that a benchmark names.
using IdByName = std::map<std::string_view, std::string_view>;

Description of(const QualityScore& q, const IdByName& ids) {
  Writer w("quality", q.model + " | " + q.benchmark, q.source);
  w.key(q.model).key(q.benchmark);
  if (const auto id = ids.find(q.model); id != ids.end()) w.key(id->second);
  w.text("model", q.model)
      .text("benchmark", q.benchmark)
      .number("score", q.score)
      .text("weights", q.open_weights ? "open" : "api")
      .text("evidence", q.kind)
      .text("note", q.note);
  return w.done();
}

Description of(const ComplianceFact& f) {
  Writer w("compliance", f.regime + " | " + f.vendor + " | " + f.offering, f.source);
  w.key(f.regime)
      .key(f.vendor)
      .text("regime", f.regime)
      .text("vendor", f.vendor)
      .text("offering", f.offering)
      .text("covered", f.covered)
      .text("evidence", f.evidence)
      .text("conditions", f.conditions);
  return w.done();
}

Description of(const HostedModel& h) {
  Writer w("hosted", h.model + " @ " + h.price_id(), h.source);
  w.key(h.price_id())
      .key(h.model)
      .text("model", h.model)
      .text("price_id", h.price_id())
      .text("precision", h.precision)
      .text("note", h.note);
  return w.done();
}

/// An instant of a price's period; empty for "always so far" and "until further notice".
std::string instant_text(std::int64_t seconds) {
  const bool open_end = seconds == std::numeric_limits<std::int64_t>::min() ||
                        seconds == std::numeric_limits<std::int64_t>::max();
  return open_end ? std::string() : Instant{seconds}.iso();
}

std::string_view when_text(PriceRow::When when) {
  switch (when) {
    case PriceRow::When::always:
      return "";
    case PriceRow::When::peak:
      return "peak";
    case PriceRow::When::offpeak:
      return "offpeak";
  }
  return "";
}

Description of(const PricedModel& model, const PriceRow& row) {
  const BillingUnitInfo& unit = info(row.unit);
  std::string id =
      model.id() + " | " + std::string(unit.label) + " | " + std::string(to_string(row.mode));
  if (row.above_input_tokens > 0) {
    id += (row.inclusive ? " | from " : " | above ") + std::to_string(row.above_input_tokens);
  }
  if (row.when != PriceRow::When::always) id += " | " + std::string(when_text(row.when));
  Writer w("prices", std::move(id), Source{row.source, row.source_date, row.place});
  w.key(model.id())
      .key(model.name)
      .text("model", model.id())
      .text("bills", unit.label)
      .text("mode", to_string(row.mode))
      .money("usd", row.price.decimal(),
             unit.per == 1'000'000 ? "USD per million tokens" : "USD per thousand")
      .known("input_tokens_above", static_cast<double>(row.above_input_tokens), "tokens")
      .text("time_of_day", when_text(row.when))
      .text("effective_from", instant_text(row.from_s))
      .text("effective_to", instant_text(row.to_s))
      .text("evidence", to_string(row.kind))
      .text("rule", row.rule);
  return w.done();
}

template <class Record>
std::vector<Description> each(const std::vector<Record>& records) {
  std::vector<Description> out;
  out.reserve(records.size());
  for (const Record& record : records) out.push_back(of(record));
  return out;
}

}  // namespace

std::string_view Description::value(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &Field::name);
  return found == fields.end() ? std::string_view() : std::string_view(found->value);
}

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> kAll{"models",  "accelerators", "offers", "defaults",
                                             "quality", "compliance",   "hosted", "prices"};
  return kAll;
}

Result<std::vector<Description>> describe(const Catalog& catalog, std::string_view kind) {
  if (kind == "models") return each(catalog.models());
  if (kind == "accelerators") return each(catalog.accelerators());
  if (kind == "offers") return each(catalog.offers());
  if (kind == "defaults") return each(catalog.defaults());
  if (kind == "compliance") return each(catalog.compliance());
  if (kind == "hosted") return each(catalog.hosted_models());
  if (kind == "quality") {
    IdByName ids;
    for (const QualityName& name : catalog.quality_names()) ids[name.benchmark_model] = name.id;
    std::vector<Description> out;
    out.reserve(catalog.quality().size());
    for (const QualityScore& score : catalog.quality()) out.push_back(of(score, ids));
    return out;
  }
  if (kind == "prices") {
    std::vector<Description> out;
    out.reserve(catalog.prices().row_count());
    for (const PricedModel& model : catalog.prices().models()) {
      for (const PriceRow& row : model.rows) out.push_back(of(model, row));
    }
    return out;
  }
  std::string expected = "expected a kind of fact: ";
  for (std::size_t i = 0; i < kinds().size(); ++i) expected += (i > 0 ? ", " : "") + kinds()[i];
  return Error{
      ErrorCode::not_found, expected + "; found \"" + std::string(kind.substr(0, 60)) + "\"", {}};
}

std::vector<Description> describe_all(const Catalog& catalog) {
  std::vector<Description> out;
  for (const std::string& kind : kinds()) {
    auto described = describe(catalog, kind);
    if (!described.ok()) continue;
    out.insert(out.end(), std::make_move_iterator(described->begin()),
               std::make_move_iterator(described->end()));
  }
  return out;
}

}  // namespace breakeven::catalog
