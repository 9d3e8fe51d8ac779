// The request log of one run, as one MeasuredRun.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/serving/replica_config.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::calibration {
namespace {

constexpr std::array kLogColumns = {"arrival_s", "input_tokens", "output_tokens", "ttft_ms",
                                    "tpot_ms",   "e2e_ms",       "queue_ms"};

/// Most requests that ran at once.
std::int64_t peak_running(const std::vector<std::pair<double, double>>& from_to) {
  std::vector<std::pair<double, int>> events;
  for (const auto& [from, to] : from_to) {
    events.emplace_back(from, 1);
    events.emplace_back(to, -1);
  }
  std::sort(events.begin(), events.end());  // an end at the time of a start comes first
  std::int64_t running = 0;
  std::int64_t peak = 0;
  for (const auto& [time, change] : events) peak = std::max(peak, running += change);
  return peak;
}

void add_statistics(MeasuredRun& run, const std::string& name, std::vector<double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  run.metrics.push_back({name + "_mean", sum / static_cast<double>(values.size()), run.id});
  std::sort(values.begin(), values.end());
  for (const int p : {50, 90, 95, 99}) {
    const std::size_t rank = (values.size() * static_cast<std::size_t>(p) + 99) / 100;
    run.metrics.push_back({name + "_p" + std::to_string(p), values[rank - 1], run.id});
  }
}

}  // namespace

bool is_request_log(std::string_view csv) {
  const std::string_view head = csv.substr(0, csv.find('\n'));
  return std::all_of(kLogColumns.begin(), kLogColumns.end(),
                     [&](const char* title) { return head.find(title) != std::string_view::npos; });
}

Result<MeasuredRun> read_request_log(std::string_view csv, const std::string& name,
                                     const serving::ReplicaConfig& config) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(csv, name));
  std::array<std::size_t, kLogColumns.size()> at{};
  for (std::size_t i = 0; i < at.size(); ++i) {
    BREAKEVEN_TRY(at[i], table.column(kLogColumns[i]));
  }
  MeasuredRun run;
  run.id = name;
  run.source = "request log";
  run.model = config.model->id;
  run.gpu = config.accelerator->id;
  run.known = true;
  run.config = config;
  run.gpus = config.tensor_parallel;
  run.load = Load::request_log;
  std::array<std::vector<double>, 3> latencies;
  std::vector<std::pair<double, double>> ran;
  double input = 0;
  double output = 0;
  for (const CsvTable::Row& row : table.rows()) {
    std::array<double, kLogColumns.size()> v{};
    for (std::size_t i = 0; i < at.size(); ++i) {
      const auto value = parse_double(row.fields[at[i]]);
      constexpr double kMost = 1e9;
      if (!value.ok() || *value < 0 || *value > kMost)
        return Error{ErrorCode::parse_error,
                     "expected a number from 0 to 1e9, found \"" + row.fields[at[i]] + "\"",
                     table.place(row, at[i])};
      v[i] = *value;
    }
    const auto ns = static_cast<std::int64_t>(std::floor(v[0] * 1e9 + 0.5));
    if (!run.log.arrival_ns.empty() && ns < run.log.arrival_ns.back())
      return Error{ErrorCode::parse_error, "expected arrivals in order of time",
                   table.place(row, at[0])};
    if (v[1] > traffic::kMaxTokensPerRequest || v[2] > traffic::kMaxTokensPerRequest)
      return Error{ErrorCode::parse_error, "expected fewer tokens", table.place(row, at[1])};
    run.log.arrival_ns.push_back(ns);
    run.log.input_tokens.push_back(static_cast<std::int32_t>(v[1]));
    run.log.output_tokens.push_back(static_cast<std::int32_t>(v[2]));
    input += v[1];
    output += v[2];
    for (std::size_t i = 0; i < latencies.size(); ++i) latencies[i].push_back(v[3 + i] * 1e-3);
    ran.emplace_back(v[0] + v[6] * 1e-3, v[0] + v[5] * 1e-3);
  }
  if (run.log.size() == 0)
    return Error{ErrorCode::parse_error, "expected requests, found none", name};
  const auto count = static_cast<double>(run.log.size());
  run.log.name = name;
  run.log.span_ns = run.log.arrival_ns.back() + 1;
  run.input_tokens = input / count;
  run.output_tokens = output / count;
  const double span_s = static_cast<double>(run.log.span_ns) * 1e-9;
  run.level = count / std::max(span_s, 1e-9);
  run.conditions.max_sequences = static_cast<double>(peak_running(ran));
  add_statistics(run, "ttft", latencies[0]);
  add_statistics(run, "tpot", latencies[1]);
  add_statistics(run, "e2e", latencies[2]);
  return run;
}

}  // namespace breakeven::calibration
