#include "tools/calibrate/measured.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>

#include "engine/base/text.hpp"

namespace breakeven::calibrate {
namespace {

using catalog::Catalog;
using catalog::OpenModel;
using catalog::Precision;

/// The catalogue's model behind a benchmark's spelling: "-FP8", "-AWQ", a missing "-Instruct", a
/// mirror.
const OpenModel* find_model(const Catalog& catalog, std::string name) {
  constexpr std::array<std::string_view, 8> kSuffixes = {
      "-FP8", "-fp8", "-NVFP4", "-FP4", "-AWQ-4bit", "-AWQ", "-hf", "-Instruct"};
  const auto known = [&](const std::string& candidate) -> const OpenModel* {
    const auto model = catalog.model(candidate);
    return model.ok() ? *model : nullptr;
  };
  for (int round = 0; round < 3; ++round) {
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
  return nullptr;
}

std::optional<Precision> precision_of(std::string_view text, const OpenModel& model) {
  if (text == "native") return model.native_precision;
  if (text == "bf16") return Precision::bf16;
  if (text == "fp16") return Precision::fp16;
  if (text.starts_with("fp8")) return Precision::fp8;
  if (text == "int8" || text.starts_with("int8-")) return Precision::int8;
  if (text == "int4" || text.ends_with("-int4")) return Precision::int4;
  if (text == "fp4")
    return model.native_precision == Precision::mxfp4 ? Precision::mxfp4 : Precision::nvfp4;
  return std::nullopt;
}

std::optional<Load> load_of(std::string_view text) {
  if (text == "closed_loop_concurrency") return Load::closed_loop;
  if (text == "open_loop_poisson_req_per_s" || text == "open_loop_trace_req_per_s")
    return Load::open_loop;
  if (text == "burst_all_at_once") return Load::burst;
  return std::nullopt;
}

/// Sources whose runs are bursts, a few hundred prompts, or tokens bundled by speculation that the
/// row does not state: their mean is not that of a steady state.
bool short_runs(std::string_view source) {
  constexpr std::array<std::string_view, 6> kShort = {
      "GPUStack performance lab",   "IOG LLM inference benchmarks",
      "CloudRift server-benchmark", "LLMServingSim bench (real vLLM)",
      "dstack benchmarks",          "4x3090 archive"};
  return std::find(kShort.begin(), kShort.end(), source) != kShort.end();
}

double number_or(std::string_view text, double fallback) {
  const auto value = parse_double(text);
  return value.ok() ? *value : fallback;
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
  std::size_t source, model, precision, gpu, tp, pp, engine, version, isl, osl, level, metric,
      value, unit, load, mode, dp, spec, id, notes;
};

Result<Columns> columns_of(const CsvTable& t) {
  Columns c{};
  const std::array<std::pair<const char*, std::size_t*>, 20> wanted = {
      {{"source", &c.source},
       {"model", &c.model},
       {"precision", &c.precision},
       {"gpu", &c.gpu},
       {"tp", &c.tp},
       {"pp", &c.pp},
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
  return c;
}

/// Why a configuration cannot be used, or the run without its metrics.
struct Opened {
  std::optional<MeasuredRun> run;
  std::string reason;
};

Opened open_run(const std::vector<std::string>& f, const Columns& c, const Catalog& catalog) {
  if (f[c.mode] != "aggregated") return {{}, "disaggregated"};
  if (f[c.spec] != "none" && !f[c.spec].empty()) return {{}, "speculative decoding"};
  const auto load = load_of(f[c.load]);
  if (!load) return {{}, "load kind " + f[c.load]};
  if (number_or(f[c.dp], 1) > 1 || number_or(f[c.pp], 1) > 1)
    return {{}, "data or pipeline parallel"};
  MeasuredRun run;
  run.config.model = find_model(catalog, f[c.model]);
  if (run.config.model == nullptr) return {{}, "model not in the catalogue: " + f[c.model]};
  if (!run.config.model->sizable()) return {{}, "architecture not known: " + f[c.model]};
  const auto accelerator = catalog.accelerator(f[c.gpu]);
  if (!accelerator.ok()) return {{}, "accelerator not in the catalogue: " + f[c.gpu]};
  run.config.accelerator = *accelerator;
  const auto precision = precision_of(f[c.precision], *run.config.model);
  if (!precision) return {{}, "precision " + f[c.precision]};
  run.config.weights = *precision;
  run.config.engine = f[c.engine];
  // Checkpoints quantised for TensorRT-LLM carry an 8-bit cache; the other engines keep 16 bit
  // unless told.
  if (run.config.engine == "trtllm" && *precision != Precision::bf16 &&
      *precision != Precision::mxfp4)
    run.config.kv_cache = Precision::fp8;
  run.config.tensor_parallel = static_cast<int>(number_or(f[c.tp], 0));
  run.input_tokens = number_or(f[c.isl], 0);
  run.output_tokens = number_or(f[c.osl], 0);
  run.level = number_or(f[c.level], 0);
  if (*load == Load::burst) run.level = note_number(f[c.notes], "requests=", 1000);
  if (run.config.tensor_parallel < 1 || run.input_tokens < 1 || run.output_tokens < 2 ||
      run.level <= 0)
    return {{}, "parallelism, lengths or load not stated"};
  if (f[c.notes].find("uniform in [0.8L,L]") != std::string::npos) {
    run.input_tokens *= 0.9;
    run.output_tokens *= 0.9;
  }
  run.token_budget =
      static_cast<std::int64_t>(note_number(f[c.notes], "max_num_batched_tokens=", 0));
  run.max_sequences = static_cast<std::int64_t>(note_number(f[c.notes], "max_num_seqs=", 0));
  run.load = *load;
  run.id = f[c.id];
  run.source = f[c.source];
  run.steady = run.load != Load::burst && !short_runs(run.source);
  run.version = f[c.version];
  return {run, {}};
}

void add_metric(MeasuredRun& run, std::string_view metric, double value, std::string_view unit) {
  const double seconds = unit == "ms" ? value / 1e3 : value;
  if (metric == "tpot" || metric == "tpot_mean" || (metric == "itl_mean" && run.tpot_s <= 0))
    run.tpot_s = seconds;
  if (metric == "ttft" || metric == "ttft_mean") run.ttft_s = seconds;
  if (metric == "output_throughput") run.output_tokens_per_s = value;
}

bool same_configuration(const MeasuredRun& a, const MeasuredRun& b) {
  return a.config.model == b.config.model && a.config.accelerator == b.config.accelerator &&
         a.config.weights == b.config.weights &&
         a.config.tensor_parallel == b.config.tensor_parallel &&
         a.config.engine == b.config.engine && a.input_tokens == b.input_tokens &&
         a.output_tokens == b.output_tokens && a.load == b.load && a.source == b.source;
}

/// More users never make a token faster: such a row states its load or its tokens wrongly.
bool contradicted(const MeasuredRun& run, const std::vector<MeasuredRun>& all) {
  constexpr double kQuarter = 0.25;
  constexpr double kNoise = 1.05;
  return run.load == Load::closed_loop &&
         std::any_of(all.begin(), all.end(), [&](const MeasuredRun& other) {
           return other.tpot_s > run.tpot_s * kNoise && other.level <= run.level * kQuarter &&
                  same_configuration(run, other);
         });
}

}  // namespace

Result<MeasuredRuns> read_measured(std::string_view csv, const std::string& name,
                                   const Catalog& catalog) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(csv, name));
  BREAKEVEN_TRY(const Columns c, columns_of(table));
  MeasuredRuns out;
  std::vector<MeasuredRun> runs;
  std::unordered_map<std::string, std::optional<std::size_t>>
      seen;  // config_id -> index, or dropped
  for (const CsvTable::Row& row : table.rows()) {
    const auto& f = row.fields;
    const auto [entry, fresh] = seen.try_emplace(f[c.id]);
    if (fresh) {
      Opened opened = open_run(f, c, catalog);
      if (opened.run) {
        entry->second = runs.size();
        runs.push_back(*std::move(opened.run));
      } else {
        ++out.dropped[opened.reason];
      }
    }
    if (!entry->second) continue;
    const auto value = parse_double(f[c.value]);
    if (!value.ok() || *value < 0)
      return Error{ErrorCode::parse_error, "expected a number >= 0, found \"" + f[c.value] + "\"",
                   table.place(row, c.value)};
    add_metric(runs[*entry->second], f[c.metric], *value, f[c.unit]);
  }
  for (const MeasuredRun& run : runs) {
    if (run.tpot_s <= 0)
      ++out.dropped["no time per output token"];
    else if (contradicted(run, runs))
      ++out.dropped["faster than the same configuration at a quarter of its load"];
    else
      out.runs.push_back(run);
  }
  return out;
}

}  // namespace breakeven::calibrate
