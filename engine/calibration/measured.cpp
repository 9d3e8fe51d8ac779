#include "engine/calibration/measured.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/calibration/conditions.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::calibration {
namespace {

using catalog::Catalog;
using catalog::OpenModel;
using catalog::Precision;

struct Alias {
  std::string_view written;  ///< beginning of the name after the slash
  const char* id;
};

// Other weights of the same dimensions, or another spelling. Longer names come first.
constexpr std::array kModelAliases = {
    Alias{"Mixtral-8x7B", "mistralai/Mixtral-8x7B-Instruct-v0.1"},
    Alias{"Mixtral-8x22B", "mistralai/Mixtral-8x22B-Instruct-v0.1"},
    Alias{"Mistral-7B", "mistralai/Mistral-7B-Instruct-v0.3"},
    Alias{"Llama-2-70b", "meta-llama/Llama-2-70b-hf"},
    Alias{"Llama-2-13b", "meta-llama/Llama-2-13b-hf"},
    Alias{"Llama-2-7b", "meta-llama/Llama-2-7b-hf"},
    Alias{"llama-7b", "meta-llama/Llama-2-7b-hf"},
    Alias{"Meta-Llama-3-8B", "meta-llama/Llama-3.1-8B-Instruct"},
    Alias{"Llama-3-8B", "meta-llama/Llama-3.1-8B-Instruct"},
    Alias{"Meta-Llama-3-70B", "meta-llama/Llama-3.1-70B-Instruct"},
    Alias{"Llama-3-70B", "meta-llama/Llama-3.1-70B-Instruct"},
    Alias{"Llama-3.1-70B", "meta-llama/Llama-3.1-70B-Instruct"},
    Alias{"Llama-3.1-405B", "meta-llama/Llama-3.1-405B-Instruct"},
    Alias{"Meta-Llama-3.3-70B", "meta-llama/Llama-3.3-70B-Instruct"},
    Alias{"Qwen3-235B-A22B", "Qwen/Qwen3-235B-A22B"},
    Alias{"Qwen3-Coder-480B-A35B", "Qwen/Qwen3-Coder-480B-A35B-Instruct"},
    Alias{"DeepSeek-R1-Distill-Llama-8B", "meta-llama/Llama-3.1-8B-Instruct"},
    Alias{"DeepSeek-R1-Distill-Qwen-14B", "Qwen/Qwen2.5-14B-Instruct"},
    Alias{"DeepSeek-R1-Distill-Qwen-7B", "Qwen/Qwen2.5-7B-Instruct"},
    Alias{"AceMath-7B", "Qwen/Qwen2.5-7B-Instruct"},
};
constexpr std::array kAcceleratorAliases = {Alias{"A100-40GB", "A100-SXM-40GB"},
                                            Alias{"GH200", "GH200-96GB"}};

/// The catalogue's model behind a benchmark's spelling: "-FP8", "-AWQ", a missing "-Instruct", a
/// mirror.
const OpenModel* find_model(const Catalog& catalog, std::string name) {
  constexpr std::array<std::string_view, 10> kSuffixes = {
      "-FP8",      "-fp8", "-NVFP4", "-FP4",      "-AWQ-4bit",
      "-AWQ-INT4", "-AWQ", "-hf",    "-Instruct", "-0528"};
  const auto known = [&](const std::string& candidate) -> const OpenModel* {
    const auto model = catalog.model(candidate);
    return model.ok() ? *model : nullptr;
  };
  constexpr int kMostSuffixes = 3;
  for (int round = 0; round < kMostSuffixes; ++round) {
    const std::string last = name.substr(name.rfind('/') + 1);
    for (const std::string& candidate :
         {name, last, last + "-Instruct", last + "-hf", last + "-Instruct-v0.1"})
      if (const OpenModel* model = known(candidate)) return model;
    bool cut = false;
    for (const std::string_view suffix : kSuffixes) {
      if (!name.ends_with(suffix)) continue;
      name.resize(name.size() - suffix.size());
      cut = true;
      break;
    }
    if (!cut) break;
  }
  const std::string last = to_lower(name.substr(name.rfind('/') + 1));
  for (const Alias& alias : kModelAliases)
    if (last.starts_with(to_lower(alias.written))) return known(alias.id);
  return nullptr;
}

std::optional<Precision> precision_of(std::string_view text, const OpenModel& model) {
  if (text == "native") return model.native_precision;
  if (text == "bf16") return Precision::bf16;
  if (text == "fp16") return Precision::fp16;
  if (text == "mxfp4") return Precision::mxfp4;
  if (text.starts_with("fp8")) return Precision::fp8;
  if (text == "int8" || text.starts_with("int8-")) return Precision::int8;
  if (text == "int4" || text.ends_with("-int4")) return Precision::int4;
  if (text == "fp4" || text == "nvfp4")
    return model.native_precision == Precision::mxfp4 ? Precision::mxfp4 : Precision::nvfp4;
  return std::nullopt;
}

std::optional<Load> load_kind(std::string_view text) {
  if (text == "closed_loop_concurrency") return Load::closed_loop;
  if (text == "open_loop_poisson_req_per_s" || text == "open_loop_trace_req_per_s")
    return Load::open_loop;
  if (text == "burst_all_at_once" || text == "static_batch" || text == "offline_max_throughput")
    return Load::burst;
  return std::nullopt;
}

double number_or(std::string_view text, double fallback) {
  const auto value = parse_double(text);
  return value.ok() ? *value : fallback;
}

int whole_number(std::string_view text, int fallback) {
  constexpr double kMost = 1e6;
  return static_cast<int>(std::clamp(number_or(text, fallback), 0.0, kMost));
}

/// The number after `key` in free text such as "requests=1000; cmd: ...".
double note_number(std::string_view note, std::string_view key, double fallback) {
  const std::size_t at = note.find(key);
  if (at == std::string_view::npos) return fallback;
  std::size_t end = at + key.size();
  const std::size_t begin = end;
  while (end < note.size() && note[end] >= '0' && note[end] <= '9') ++end;
  return number_or(note.substr(begin, end - begin), fallback);
}

struct Columns {
  std::size_t source, model, precision, gpu, gpus, tp, pp, ep, engine, version, isl, osl, level,
      metric, value, unit, load, mode, dp, spec, id, notes;
  std::size_t date;  ///< optional; past the end of a row where the file has none
};

Result<Columns> columns_of(const CsvTable& t) {
  Columns c{};
  const std::array<std::pair<const char*, std::size_t*>, 22> wanted = {
      {{"source", &c.source},
       {"model", &c.model},
       {"precision", &c.precision},
       {"gpu", &c.gpu},
       {"num_gpus", &c.gpus},
       {"tp", &c.tp},
       {"pp", &c.pp},
       {"ep", &c.ep},
       {"engine", &c.engine},
       {"engine_version", &c.version},
       {"isl", &c.isl},
       {"osl", &c.osl},
       {"concurrency_or_rate", &c.level},
       {"metric", &c.metric},
       {"value", &c.value},
       {"unit", &c.unit},
       {"load_kind", &c.load},
       {"mode", &c.mode},
       {"dp", &c.dp},
       {"spec_decode", &c.spec},
       {"config_id", &c.id},
       {"notes", &c.notes}}};
  for (const auto& [title, index] : wanted) {
    BREAKEVEN_TRY(*index, t.column(title));
  }
  const auto date = t.column("date");
  c.date = date.ok() ? *date : std::string::npos;
  return c;
}

/// Requests of a run at unlimited rate whose row does not say how many there were.
constexpr double kBurstRequests = 1000;

void read_conditions_of(MeasuredRun& run, const std::vector<std::string>& f, const Columns& columns,
                        const std::vector<ConditionRule>& rules) {
  const std::string_view notes = f[columns.notes];
  run.conditions = conditions_for(
      rules, {.source = run.source,
              .engine = run.config.engine,
              .accelerator = run.gpu,
              .model = run.model,
              .precision = f[columns.precision],
              .date = columns.date < f.size() ? std::string_view(f[columns.date]) : "",
              .users = run.level,
              .input = run.input_tokens,
              .output = run.output_tokens,
              .tensor_parallel = static_cast<double>(run.config.tensor_parallel),
              .data_parallel = static_cast<double>(run.config.data_parallel),
              .expert_parallel = static_cast<double>(run.config.expert_parallel)});
  Conditions& c = run.conditions;
  c.token_budget = note_number(notes, "max_num_batched_tokens=", c.token_budget);
  c.max_sequences = note_number(notes, "max_num_seqs=", c.max_sequences);
  constexpr double kShortestShare = 0.8;
  if (notes.find("uniform in [0.8L,L]") != std::string_view::npos)
    c.shortest_share = kShortestShare;
  // Checkpoints quantised for TensorRT-LLM carry an 8-bit cache; the other engines keep 16 bit
  // unless told.
  const Precision weights = run.config.weights;
  if (run.config.engine == "trtllm" && weights != Precision::bf16 && weights != Precision::fp16 &&
      weights != Precision::mxfp4)
    run.config.kv_cache = Precision::fp8;
  if (c.kv_cache) run.config.kv_cache = *c.kv_cache;
  run.config.overhead_factor = c.overhead_factor;
  if (c.memory_share > 0) run.config.memory_utilisation = c.memory_share;
}

/// Fills in what is to be simulated; the answer is why it cannot be.
std::string open_run(MeasuredRun& run, const std::vector<std::string>& f, const Columns& c,
                     const Catalog& catalog, const std::vector<ConditionRule>& rules) {
  run.config.model = find_model(catalog, run.model);
  std::string gpu = run.gpu;
  for (const Alias& alias : kAcceleratorAliases)
    if (gpu == alias.written) gpu = alias.id;
  const auto accelerator = catalog.accelerator(gpu);
  if (accelerator.ok()) run.config.accelerator = *accelerator;
  run.known = run.config.model != nullptr && accelerator.ok();
  if (run.config.model == nullptr) return "model not in the catalogue: " + run.model;
  if (!accelerator.ok()) return "accelerator not in the catalogue: " + run.gpu;
  if (!run.config.model->sizable()) return "architecture not known: " + run.model;
  if (!run.aggregated) return "disaggregated prefill and decode";
  if (run.speculative) return "speculative decoding (" + f[c.spec] + ")";
  const auto load = load_kind(f[c.load]);
  if (!load) return "load kind " + f[c.load];
  run.load = *load;
  if (number_or(f[c.pp], 1) > 1) return "pipeline parallel";
  const auto precision = precision_of(f[c.precision], *run.config.model);
  if (!precision) return "precision " + f[c.precision];
  run.config.weights = *precision;
  run.config.data_parallel = whole_number(f[c.dp], 1);
  run.config.expert_parallel = whole_number(f[c.ep], 1);
  run.config.tensor_parallel = whole_number(f[c.tp], run.gpus);
  run.input_tokens = number_or(f[c.isl], 0);
  run.output_tokens = number_or(f[c.osl], 0);
  run.level = number_or(f[c.level], 0);
  if (run.load == Load::burst && run.level <= 0)
    run.level = note_number(f[c.notes], "requests=", kBurstRequests);
  if (run.config.tensor_parallel < 1 || run.config.data_parallel < 1)
    return "parallelism not stated";
  if (run.input_tokens < 1 || run.output_tokens < 1) return "lengths not stated";
  if (run.input_tokens > traffic::kMaxTokensPerRequest ||
      run.output_tokens > traffic::kMaxTokensPerRequest)
    return "lengths beyond any request";
  if (run.level <= 0) return "load not stated";
  read_conditions_of(run, f, c, rules);
  return {};
}

struct Unit {
  std::string_view name;
  double factor;
};
constexpr std::array kUnits = {Unit{"ms", 1e-3},     Unit{"s", 1},        Unit{"us", 1e-6},
                               Unit{"tok/s", 1},     Unit{"req/s", 1},    Unit{"tok/s/GPU", 1},
                               Unit{"samples/s", 1}, Unit{"queries/s", 1}};

Result<MeasuredMetric> read_metric(const CsvTable& table, const CsvTable::Row& row,
                                   const Columns& c) {
  const auto& f = row.fields;
  const auto value = parse_double(f[c.value]);
  if (!value.ok() || *value < 0)
    return Error{ErrorCode::parse_error, "expected a number >= 0, found \"" + f[c.value] + "\"",
                 table.place(row, c.value)};
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                 [&](const Unit& u) { return u.name == f[c.unit]; });
  if (unit == kUnits.end()) {
    std::vector<std::string> names;
    names.reserve(kUnits.size());
    for (const Unit& u : kUnits) names.emplace_back(u.name);
    return not_found("unit", f[c.unit], names, table.place(row, c.unit));
  }
  return MeasuredMetric{f[c.metric], *value * unit->factor, table.place(row, c.value)};
}

bool same_configuration(const MeasuredRun& a, const MeasuredRun& b) {
  return a.config.model == b.config.model && a.config.accelerator == b.config.accelerator &&
         a.config.weights == b.config.weights &&
         a.config.tensor_parallel == b.config.tensor_parallel &&
         a.config.data_parallel == b.config.data_parallel && a.config.engine == b.config.engine &&
         a.input_tokens == b.input_tokens && a.output_tokens == b.output_tokens &&
         a.load == b.load && a.source == b.source;
}

/// More users never make a token faster, and the same version of an engine is not a third faster on
/// another day.
void mark_contradicted(std::vector<MeasuredRun>& runs) {
  constexpr double kQuarter = 0.25;
  constexpr double kNoise = 1.05;
  constexpr double kThird = 4.0 / 3;
  for (MeasuredRun& run : runs) {
    const double tpot = measured_tpot_s(run);
    if (run.load != Load::closed_loop || !run.uncovered.empty() || tpot <= 0) continue;
    run.contradicted = std::any_of(runs.begin(), runs.end(), [&](const MeasuredRun& other) {
      if (!other.uncovered.empty() || !same_configuration(run, other)) return false;
      const double slower = measured_tpot_s(other) / tpot;
      if (other.level <= run.level * kQuarter) return slower > kNoise;
      return other.level <= run.level && !run.version.empty() && other.version == run.version &&
             slower > kThird;
    });
  }
}

}  // namespace

std::string_view to_string(Load load) {
  switch (load) {
    case Load::closed_loop:
      return "closed loop";
    case Load::open_loop:
      return "open loop";
    case Load::burst:
      return "burst";
    case Load::request_log:
      break;
  }
  return "request log";
}

std::string canonical_metric(std::string_view name) {
  if (name == "ttft" || name == "tpot" || name == "itl" || name == "e2e")
    return std::string(name) + "_mean";
  if (name == "prefill_time_p50") return "ttft_p50";
  return std::string(name);
}

std::optional<double> measured_mean(const MeasuredRun& run, std::string_view metric) {
  for (const MeasuredMetric& m : run.metrics)
    if (canonical_metric(m.name) == metric) return m.value;
  return std::nullopt;
}

double measured_tpot_s(const MeasuredRun& run) {
  const double tpot = measured_mean(run, "tpot_mean").value_or(0);
  if (tpot > 0) return tpot;
  const double e2e = measured_mean(run, "e2e_mean").value_or(0);
  const double ttft = measured_mean(run, "ttft_mean").value_or(0);
  if (e2e > 0 && ttft > 0 && run.output_tokens > 1) return (e2e - ttft) / (run.output_tokens - 1);
  return measured_mean(run, "itl_mean").value_or(0);
}

Result<std::vector<MeasuredRun>> read_measured(std::string_view csv, const std::string& name,
                                               const Catalog& catalog,
                                               const std::vector<ConditionRule>& rules) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(csv, name));
  BREAKEVEN_TRY(const Columns c, columns_of(table));
  std::vector<MeasuredRun> runs;
  std::unordered_map<std::string, std::size_t> seen;
  for (const CsvTable::Row& row : table.rows()) {
    const auto& f = row.fields;
    const auto [entry, fresh] = seen.try_emplace(f[c.id], runs.size());
    if (fresh) {
      MeasuredRun run;
      run.id = f[c.id];
      run.source = f[c.source];
      run.version = f[c.version];
      run.model = f[c.model];
      run.gpu = f[c.gpu];
      run.config.engine = f[c.engine];
      run.aggregated = f[c.mode] != "disaggregated";
      run.speculative = !f[c.spec].empty() && f[c.spec] != "none";
      run.gpus = std::max(1, whole_number(f[c.gpus], 1));
      run.uncovered = open_run(run, f, c, catalog, rules);
      runs.push_back(std::move(run));
    }
    BREAKEVEN_TRY(MeasuredMetric metric, read_metric(table, row, c));
    runs[entry->second].metrics.push_back(std::move(metric));
  }
  mark_contradicted(runs);
  return runs;
}

}  // namespace breakeven::calibration
