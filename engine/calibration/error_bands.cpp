#include "engine/calibration/error_bands.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/calibration/evaluate.hpp"
#include "engine/serving/prediction_error.hpp"

namespace breakeven::calibration {
namespace {

constexpr std::string_view kAny = "*";
constexpr std::size_t kFewestRows = 15;

/// The value below which a share `q` of the sorted values lies, between order statistics so that
/// the interval covers the stated share of a further draw: rank q (n + 1).
double quantile_of_next(const std::vector<double>& sorted, double q) {
  const auto n = static_cast<double>(sorted.size());
  const double rank = std::clamp(q * (n + 1) - 1, 0.0, n - 1);
  const auto low = static_cast<std::size_t>(rank);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (rank - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

}  // namespace

std::string_view metric_kind(std::string_view metric) {
  if (metric.starts_with("ttft") || metric.starts_with("prefill_time")) return "ttft";
  if (metric.starts_with("tpot") || metric.starts_with("itl")) return "tpot";
  if (metric.starts_with("e2e") || metric == "batch_latency") return "e2e";
  if (metric.find("throughput") != std::string_view::npos) return "throughput";
  return {};
}

ErrorBands ErrorBands::from_rows(const std::vector<EvaluatedRow>& rows,
                                 const std::function<bool(const EvaluatedRow&)>& skip) {
  using Key = std::tuple<std::string, std::string, std::string>;
  std::map<Key, std::vector<double>> ratios;
  for (const EvaluatedRow& row : rows) {
    const std::string kind(metric_kind(row.metric));
    if (!row.predicted || *row.predicted <= 0 || row.measured <= 0 || kind.empty()) continue;
    if (skip && skip(row)) continue;
    const double ratio = row.measured / *row.predicted;
    const std::string& engine = row.run->config.engine;
    for (const std::string& e : {engine, std::string(kAny)})
      for (const std::string& regime : {row.regime, std::string(kAny)})
        ratios[{e, kind, regime}].push_back(ratio);
  }
  ErrorBands out;
  for (auto& [key, values] : ratios) {
    if (values.size() < kFewestRows) continue;
    std::sort(values.begin(), values.end());
    out.bands_.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key),
                          quantile_of_next(values, 0.1), quantile_of_next(values, 0.9),
                          static_cast<std::int64_t>(values.size())});
  }
  return out;
}

const ErrorBand* ErrorBands::find(std::string_view engine, std::string_view kind,
                                  std::string_view regime) const {
  return serving::find_band(bands_, engine, kind, regime);
}

Result<ErrorBands> ErrorBands::parse(std::string_view csv, const std::string& name) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(csv, name));
  std::array<std::size_t, 6> at{};
  const std::array<const char*, 6> titles = {"engine", "kind", "regime", "p10", "p90", "rows"};
  for (std::size_t i = 0; i < titles.size(); ++i) {
    BREAKEVEN_TRY(at[i], table.column(titles[i]));
  }
  ErrorBands out;
  for (const CsvTable::Row& row : table.rows()) {
    const auto& f = row.fields;
    ErrorBand band{f[at[0]], f[at[1]], f[at[2]], 1, 1, 0};
    constexpr double kMost = 1e6;
    for (const auto& [column, to] : {std::pair{at[3], &band.p10}, std::pair{at[4], &band.p90}}) {
      const auto value = parse_double(f[column]);
      if (!value.ok() || *value <= 0 || *value > kMost)
        return Error{ErrorCode::parse_error,
                     "expected a ratio above 0, found \"" + f[column] + "\"",
                     table.place(row, column)};
      *to = *value;
    }
    const auto count = parse_int(f[at[5]]);
    if (!count.ok())
      return Error{ErrorCode::parse_error, "expected a whole number, found \"" + f[at[5]] + "\"",
                   table.place(row, at[5])};
    band.rows = *count;
    if (band.p10 > band.p90)
      return Error{ErrorCode::parse_error, "expected p10 <= p90", table.place(row, at[3])};
    out.bands_.push_back(std::move(band));
  }
  return out;
}

std::string ErrorBands::to_csv(const std::string& date) const {
  const auto three = [](double x) {
    std::string text = std::to_string(x);
    text.resize(std::min(text.size(), text.find('.') + 4));
    return text;
  };
  std::string out =
      "# Real / predicted of runs whose model was left out of the fit: 10th and 90th percentile "
      "by\n"
      "# engine, metric and regime; written by `breakeven calibrate fit` "
      "(docs/methodology/serving.md).\n"
      "engine,kind,regime,p10,p90,rows,source,source_date\n";
  for (const ErrorBand& b : bands_)
    out += b.engine + "," + b.kind + "," + b.regime + "," + three(b.p10) + "," + three(b.p90) +
           "," + std::to_string(b.rows) + ",leave-one-model-out on measured serving runs," + date +
           "\n";
  return out;
}

void add_interval(EvaluatedRow& row, const ErrorBands& bands) {
  if (!row.predicted) return;
  const ErrorBand* band = bands.find(row.run->config.engine, metric_kind(row.metric), row.regime);
  if (band == nullptr) return;
  row.low = *row.predicted * band->p10;
  row.high = *row.predicted * band->p90;
}

}  // namespace breakeven::calibration
