#include "tools/calibrate/replay.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/base/det_math.hpp"
#include "engine/base/random.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/simulation.hpp"
#include "tools/calibrate/fit.hpp"

namespace breakeven::calibrate {
namespace {

constexpr double kPoissonSeconds = 600;

traffic::Trace poisson(const MeasuredRun& run) {
  const RandomStream gaps(1, "calibrate.arrivals");
  traffic::Trace trace;
  trace.name = run.id;
  double now = 0;
  for (std::uint64_t i = 0; now < kPoissonSeconds; ++i) {
    trace.arrival_ns.push_back(std::llround(now * 1e9));
    trace.input_tokens.push_back(static_cast<std::int32_t>(std::lround(run.input_tokens)));
    trace.output_tokens.push_back(static_cast<std::int32_t>(std::lround(run.output_tokens)));
    now -= det_log(gaps.uniform(0, i)) / run.level;
  }
  trace.span_ns = trace.arrival_ns.back();
  return trace;
}

struct Log {
  traffic::Trace trace;
  std::vector<double> started;
  std::vector<double> ttft;
  std::vector<double> tpot;
  std::vector<double> end_to_end;
};

Result<Log> read_log(const std::string& text, const std::string& name) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(text, name));
  Log log;
  log.trace.name = name;
  const std::vector<const char*> titles = {"arrival_s", "input_tokens", "output_tokens", "ttft_ms",
                                           "tpot_ms",   "e2e_ms",       "queue_ms"};
  std::vector<std::size_t> columns;
  for (const char* title : titles) {
    BREAKEVEN_TRY(const std::size_t column, table.column(title));
    columns.push_back(column);
  }
  for (const CsvTable::Row& row : table.rows()) {
    std::vector<double> values;
    for (const std::size_t column : columns) {
      const auto value = parse_double(row.fields[column]);
      if (!value.ok() || *value < 0)
        return Error{ErrorCode::parse_error,
                     "expected a number >= 0, found \"" + row.fields[column] + "\"",
                     table.place(row, column)};
      values.push_back(*value);
    }
    log.trace.arrival_ns.push_back(std::llround(values[0] * 1e9));
    log.trace.input_tokens.push_back(static_cast<std::int32_t>(values[1]));
    log.trace.output_tokens.push_back(static_cast<std::int32_t>(values[2]));
    log.ttft.push_back(values[3] / 1e3);
    log.tpot.push_back(values[4] / 1e3);
    log.end_to_end.push_back(values[5] / 1e3);
    log.started.push_back(values[0] + values[6] / 1e3);
  }
  if (log.trace.size() == 0)
    return Error{ErrorCode::parse_error, "expected requests, found none", name};
  log.trace.span_ns = log.trace.arrival_ns.back();
  BREAKEVEN_CHECK_OK(log.trace.validate());
  return log;
}

/// Most requests that ran at once: stands in for max_num_seqs, which a log does not record.
std::int64_t peak_running(const Log& log) {
  std::vector<std::pair<double, int>> events;
  for (std::size_t i = 0; i < log.started.size(); ++i) {
    events.emplace_back(log.started[i], 1);
    events.emplace_back(static_cast<double>(log.trace.arrival_ns[i]) * 1e-9 + log.end_to_end[i],
                        -1);
  }
  std::sort(events.begin(), events.end());  // an end at the time of a start comes first
  std::int64_t running = 0;
  std::int64_t peak = 0;
  for (const auto& [time, change] : events) peak = std::max(peak, running += change);
  return peak;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

double p99(std::vector<double> values) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) * 99 / 100);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::string signed_percent(double ratio) {
  if (ratio <= 0) return "";
  const auto tenths = std::llround((ratio - 1) * 1000);
  return (tenths > 0 ? "+" : "") + shortest(static_cast<double>(tenths) / 10);
}

}  // namespace

Result<std::vector<ReplayCheck>> replay(const std::vector<MeasuredRun>& runs,
                                        const std::map<std::string, std::string>& logs,
                                        const serving::Coefficients& coefficients) {
  std::vector<ReplayCheck> checks;
  for (const MeasuredRun& run : runs) {
    const auto log_text = logs.find(run.id);
    if (run.load != Load::open_loop || (log_text == logs.end() && !run.steady)) continue;
    BREAKEVEN_TRY(serving::Replica replica, serving::make_replica(run.config, 0, coefficients));
    if (run.token_budget > 0) replica.limits.token_budget = run.token_budget;
    if (run.max_sequences > 0) replica.limits.max_sequences = run.max_sequences;
    Log log;
    if (log_text != logs.end()) {
      BREAKEVEN_TRY(log, read_log(log_text->second, run.id));
      replica.limits.max_sequences = std::min(replica.limits.max_sequences, peak_running(log));
    } else {
      log.trace = poisson(run);
    }
    BREAKEVEN_TRY(const serving::SimulationResult result,
                  serving::simulate(log.trace, *replica.step, replica.limits, {}));
    ReplayCheck check;
    if (log_text != logs.end()) {
      check.name = run.config.model->id + " on " + replica.name() + ", request log";
      check.ttft = result.ttft.mean / mean(log.ttft);
      check.tpot = result.tpot.mean / mean(log.tpot);
      check.end_to_end = result.end_to_end.mean / mean(log.end_to_end);
      check.ttft_p99 = result.ttft.p99 / p99(log.ttft);
      check.end_to_end_p99 = result.end_to_end.p99 / p99(log.end_to_end);
    } else {
      check.name = run.config.accelerator->id + ", " + run.config.engine + ", " + run.source;
      check.ttft = run.ttft_s > 0 ? result.ttft.mean / run.ttft_s : 0;
      check.tpot = result.tpot.mean / run.tpot_s;
    }
    checks.push_back(check);
  }
  return checks;
}

std::string replay_tables(const std::vector<ReplayCheck>& checks) {
  std::string out =
      "| request log | TTFT mean % | TPOT mean % | end to end mean % | TTFT p99 % | end to end p99 "
      "% |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> streams;
  for (const ReplayCheck& c : checks) {
    if (c.end_to_end > 0) {
      out += "| " + c.name + " | " + signed_percent(c.ttft) + " | " + signed_percent(c.tpot) +
             " | " + signed_percent(c.end_to_end) + " | " + signed_percent(c.ttft_p99) + " | " +
             signed_percent(c.end_to_end_p99) + " |\n";
      continue;
    }
    auto& [ttft, tpot] = streams[c.name];
    if (c.ttft > 0) ttft.push_back(det_log(c.ttft));
    tpot.push_back(det_log(c.tpot));
  }
  out +=
      "\n| Poisson streams | runs | TTFT MAPE / median % | TTFT bias % | TPOT MAPE / median % | "
      "TPOT bias % |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  const auto both = [](const ErrorSummary& s) {
    const auto tenth = [](double share) {
      return shortest(static_cast<double>(std::llround(share * 1000)) / 10);
    };
    return tenth(s.mape) + " / " + tenth(s.median) + " | " + tenth(s.bias);
  };
  for (const auto& [name, residuals] : streams)
    out += "| " + name + " | " + std::to_string(residuals.second.size()) + " | " +
           both(summarise(residuals.first)) + " | " + both(summarise(residuals.second)) + " |\n";
  return out;
}

}  // namespace breakeven::calibrate
