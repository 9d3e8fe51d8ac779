#include "engine/serving/coefficients.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::serving {
namespace {

using Field = double& (*)(StepCoefficients&);

struct NamedField {
  std::string_view name;
  Field field;
  double low;   ///< smallest value that makes sense
  double high;  ///< largest
};

constexpr std::array kFields = {
    NamedField{"compute_16", [](StepCoefficients& c) -> double& { return c.bits16.compute; }, 1e-3,
               2},
    NamedField{"compute_8", [](StepCoefficients& c) -> double& { return c.bits8.compute; }, 1e-3,
               2},
    NamedField{"compute_4", [](StepCoefficients& c) -> double& { return c.bits4.compute; }, 1e-3,
               2},
    NamedField{"stream_16", [](StepCoefficients& c) -> double& { return c.bits16.stream; }, 1e-3,
               2},
    NamedField{"stream_8", [](StepCoefficients& c) -> double& { return c.bits8.stream; }, 1e-3, 2},
    NamedField{"stream_4", [](StepCoefficients& c) -> double& { return c.bits4.stream; }, 1e-3, 2},
    NamedField{"expert_stream", [](StepCoefficients& c) -> double& { return c.expert_stream; },
               1e-3, 4},
    NamedField{"expert_stream_4", [](StepCoefficients& c) -> double& { return c.expert_stream_4; },
               1e-3, 4},
    NamedField{"expert_compute_16",
               [](StepCoefficients& c) -> double& { return c.expert_compute_16; }, 1e-3, 4},
    NamedField{"expert_compute", [](StepCoefficients& c) -> double& { return c.expert_compute; },
               1e-3, 4},
    NamedField{"expert_touch_s", [](StepCoefficients& c) -> double& { return c.expert_touch_s; }, 0,
               1e-3},
    NamedField{"expert_move", [](StepCoefficients& c) -> double& { return c.expert_move; }, 1e-3,
               1e9},
    NamedField{"activation_move", [](StepCoefficients& c) -> double& { return c.activation_move; },
               1e-3, 1e9},
    NamedField{"kv_read", [](StepCoefficients& c) -> double& { return c.kv_read; }, 1e-3, 4},
    NamedField{"kv_read_8", [](StepCoefficients& c) -> double& { return c.kv_read_8; }, 1e-3, 4},
    NamedField{"attention", [](StepCoefficients& c) -> double& { return c.attention; }, 1e-3, 4},
    NamedField{"link", [](StepCoefficients& c) -> double& { return c.link; }, 1e-4, 4},
    NamedField{"allreduce_s", [](StepCoefficients& c) -> double& { return c.allreduce_s; }, 0,
               1e-2},
    NamedField{"layer_s", [](StepCoefficients& c) -> double& { return c.layer_s; }, 0, 1e-2},
    NamedField{"latent_layer_s", [](StepCoefficients& c) -> double& { return c.latent_layer_s; }, 0,
               1e-2},
    NamedField{"moe_layer_s", [](StepCoefficients& c) -> double& { return c.moe_layer_s; }, 0,
               1e-2},
    NamedField{"quant_layer_s", [](StepCoefficients& c) -> double& { return c.quant_layer_s; }, 0,
               1e-2},
    NamedField{"prefill_layer_s", [](StepCoefficients& c) -> double& { return c.prefill_layer_s; },
               0, 1e-1},
    NamedField{"step_s", [](StepCoefficients& c) -> double& { return c.step_s; }, 0, 1},
    NamedField{"sequence_s", [](StepCoefficients& c) -> double& { return c.sequence_s; }, 0, 1e-2},
    NamedField{"entry_s", [](StepCoefficients& c) -> double& { return c.entry_s; }, 0, 10},
    NamedField{"runs", [](StepCoefficients& c) -> double& { return c.runs; }, 0, 1e6},
    NamedField{"error_p10", [](StepCoefficients& c) -> double& { return c.error_p10; }, 0.05, 1.5},
    NamedField{"error_p90", [](StepCoefficients& c) -> double& { return c.error_p90; }, 0.7, 20},
};

struct Neighbours {
  std::string_view architecture;
  std::array<std::string_view, 4> next;
};

// Nearest first: the same vendor's neighbouring generation, then the best measured one (hopper).
constexpr std::array kNeighbours = {
    Neighbours{"volta", {"ampere", "hopper", "", ""}},
    Neighbours{"turing", {"ampere-rtx", "ampere", "ada", "hopper"}},
    Neighbours{"ampere", {"hopper", "", "", ""}},
    Neighbours{"ampere-rtx", {"ada", "ampere", "hopper", ""}},
    Neighbours{"ada", {"blackwell-rtx", "ampere", "hopper", ""}},
    Neighbours{"hopper", {"blackwell", "ampere", "", ""}},
    Neighbours{"blackwell", {"hopper", "", "", ""}},
    Neighbours{"blackwell-rtx", {"ada", "blackwell", "hopper", ""}},
    Neighbours{"cdna2", {"cdna3", "ampere", "hopper", ""}},
    Neighbours{"cdna3", {"cdna4", "hopper", "", ""}},
    Neighbours{"cdna4", {"cdna3", "blackwell", "hopper", ""}},
};

constexpr std::string_view kLastResort = "hopper";

std::string vendor_of(std::string_view architecture) {
  if (architecture.substr(0, 4) == "cdna") return "AMD";
  const bool nvidia = std::any_of(kNeighbours.begin(), kNeighbours.end(), [&](const Neighbours& n) {
    return n.architecture == architecture;
  });
  return nvidia ? "NVIDIA" : std::string(architecture);
}

void widen(StepCoefficients& c, double factor) {
  c.error_p10 /= factor;
  c.error_p90 *= factor;
}

}  // namespace

double coefficient(const StepCoefficients& coefficients, std::string_view name) {
  StepCoefficients copy = coefficients;
  for (const NamedField& field : kFields)
    if (field.name == name) return field.field(copy);
  return 0;
}

double& coefficient(StepCoefficients& coefficients, std::string_view name) {
  for (const NamedField& field : kFields)
    if (field.name == name) return field.field(coefficients);
  return coefficients.runs;
}

std::vector<std::string_view> coefficient_names() {
  std::vector<std::string_view> names;
  names.reserve(kFields.size());
  for (const NamedField& field : kFields) names.push_back(field.name);
  return names;
}

std::string architecture_of(const catalog::Accelerator& a) {
  const std::string& capability = a.compute_capability;
  std::string vendor = to_lower(a.vendor);
  if (vendor == "amd") {
    if (capability == "gfx90a") return "cdna2";
    if (capability == "gfx950") return "cdna4";
    return "cdna3";
  }
  if (vendor != "nvidia") return vendor;
  if (capability == "7.0") return "volta";
  if (capability == "7.5") return "turing";
  if (capability == "8.0") return "ampere";
  if (capability == "8.6") return "ampere-rtx";
  if (capability == "8.9") return "ada";
  if (capability.substr(0, 3) == "10.") return "blackwell";
  if (capability.substr(0, 3) == "12.") return "blackwell-rtx";
  return "hopper";
}

std::vector<std::string> fallback_order(std::string_view architecture) {
  std::vector<std::string> order{std::string(architecture)};
  for (const Neighbours& n : kNeighbours)
    if (n.architecture == architecture)
      for (const std::string_view next : n.next)
        if (!next.empty()) order.emplace_back(next);
  if (std::find(order.begin(), order.end(), kLastResort) == order.end())
    order.emplace_back(kLastResort);
  return order;
}

Result<Coefficients> Coefficients::parse(std::string_view csv, std::string name) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(csv, std::move(name)));
  BREAKEVEN_TRY(const std::size_t architecture, table.column("architecture"));
  BREAKEVEN_TRY(const std::size_t engine, table.column("engine"));
  BREAKEVEN_TRY(const std::size_t name_column, table.column("name"));
  BREAKEVEN_TRY(const std::size_t value_column, table.column("value"));
  Coefficients out;
  std::vector<std::array<bool, kFields.size()>> seen;
  for (const CsvTable::Row& row : table.rows()) {
    const auto& f = row.fields;
    const auto set = std::find_if(out.sets_.begin(), out.sets_.end(), [&](const CoefficientSet& s) {
      return s.architecture == f[architecture] && s.engine == f[engine];
    });
    const auto index = static_cast<std::size_t>(set - out.sets_.begin());
    if (set == out.sets_.end()) {
      out.sets_.push_back({f[architecture], f[engine], {}});
      seen.emplace_back();
    }
    const auto field = std::find_if(kFields.begin(), kFields.end(),
                                    [&](const NamedField& n) { return n.name == f[name_column]; });
    if (field == kFields.end()) {
      std::vector<std::string> names;
      names.reserve(kFields.size());
      for (const NamedField& n : kFields) names.emplace_back(n.name);
      return not_found("coefficient", f[name_column], names, table.place(row, name_column));
    }
    const auto value = parse_double(f[value_column]);
    if (!value.ok() || *value < field->low || *value > field->high)
      return Error{ErrorCode::parse_error,
                   "expected " + std::string(field->name) + " between " + shortest(field->low) +
                       " and " + shortest(field->high) + ", found \"" + f[value_column] + "\"",
                   table.place(row, value_column)};
    bool& was_seen = seen[index][static_cast<std::size_t>(field - kFields.begin())];
    if (was_seen)
      return Error{ErrorCode::parse_error,
                   "expected " + std::string(field->name) + " once for " + f[architecture] +
                       " and " + f[engine] + ", found it again",
                   table.place(row, name_column)};
    was_seen = true;
    field->field(out.sets_[index].values) = *value;
  }
  for (std::size_t s = 0; s < out.sets_.size(); ++s)
    for (std::size_t i = 0; i < kFields.size(); ++i)
      if (!seen[s][i])
        return Error{ErrorCode::parse_error,
                     "expected a row " + std::string(kFields[i].name) + " for " +
                         out.sets_[s].architecture + " and " + out.sets_[s].engine + ", found none",
                     table.name()};
  if (out.find(kLastResort, "vllm") == nullptr)
    return Error{ErrorCode::parse_error,
                 "expected coefficients for hopper and vllm, the last resort; found none",
                 table.name()};
  return out;
}

Coefficients Coefficients::of(std::vector<CoefficientSet> sets) {
  Coefficients out;
  out.sets_ = std::move(sets);
  return out;
}

const CoefficientSet* Coefficients::find(std::string_view architecture,
                                         std::string_view engine) const {
  const auto set = std::find_if(sets_.begin(), sets_.end(), [&](const CoefficientSet& s) {
    return s.architecture == architecture && s.engine == engine;
  });
  return set == sets_.end() ? nullptr : &*set;
}

Result<CoefficientChoice> Coefficients::set_for(const catalog::Accelerator& accelerator,
                                                std::string_view engine) const {
  std::vector<std::string> engines;
  for (const CoefficientSet& s : sets_)
    if (std::find(engines.begin(), engines.end(), s.engine) == engines.end())
      engines.push_back(s.engine);
  if (std::find(engines.begin(), engines.end(), engine) == engines.end())
    return not_found("serving engine", engine, engines);

  // A missing engine costs 1.15 on the error band, a neighbouring generation 1.25, another
  // vendor 1.6: about the growth of the left-out error when a generation or an engine is withheld
  // from the fit.
  constexpr double kOtherEngine = 1.15;
  constexpr double kOtherGeneration = 1.25;
  constexpr double kOtherVendor = 1.6;
  const std::string wanted = architecture_of(accelerator);
  for (const std::string& architecture : fallback_order(wanted)) {
    const CoefficientSet* set = find(architecture, engine);
    const bool same_engine = set != nullptr;
    if (!same_engine) set = find(architecture, "vllm");
    if (set == nullptr) continue;
    CoefficientChoice choice{set->values, set->architecture, set->engine, false, {}};
    choice.measured = architecture == wanted && same_engine && set->values.runs > 0;
    if (!same_engine) widen(choice.values, kOtherEngine);
    if (architecture != wanted)
      widen(choice.values,
            vendor_of(architecture) == vendor_of(wanted) ? kOtherGeneration : kOtherVendor);
    const std::string pair = set->engine + " on " + set->architecture;
    if (choice.measured) {
      choice.note = "calibrated on " + shortest(set->values.runs) + " measured runs of " + pair;
    } else {
      choice.note = "no measured runs of " + std::string(engine) + " on " + wanted + " (" +
                    accelerator.id + ") behind it; efficiencies " +
                    (architecture == wanted && same_engine ? "of a neighbouring architecture"
                                                           : "of " + pair) +
                    " stand in, with a wider error band";
    }
    return choice;
  }
  return Error{ErrorCode::internal, "no coefficients for hopper and vllm", {}};
}

}  // namespace breakeven::serving
