#include "engine/calibration/error_bands.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/calibration/evaluate.hpp"
#include "engine/serving/prediction_error.hpp"

namespace breakeven::calibration {
namespace {

constexpr std::string_view kAny = "*";
constexpr std::size_t kFewestRows = 20;

/// The value below which a share `q` of the sorted values lies, between order statistics so that
/// the interval covers the stated share of a further draw: rank q (n + 1).
double quantile_of_next(const std::vector<double>& sorted, double q) {
  const auto n = static_cast<double>(sorted.size());
  const double rank = std::clamp(q * (n + 1) - 1, 0.0, n - 1);
  const auto low = static_cast<std::size_t>(rank);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (rank - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

/// Of a band in logarithms.
double centre_of(const ErrorBand& band) { return 0.5 * (det_log(band.p10) + det_log(band.p90)); }
double half_width_of(const ErrorBand& band) {
  return 0.5 * (det_log(band.p90) - det_log(band.p10));
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
      "# Real / predicted of runs whose model was left out of the fit: 80 % intervals by engine,\n"
      "# metric and regime; written by `breakeven calibrate fit` (docs/methodology/serving.md).\n"
      "engine,kind,regime,p10,p90,rows,source,source_date\n";
  for (const ErrorBand& b : bands_)
    out += b.engine + "," + b.kind + "," + b.regime + "," + three(b.p10) + "," + three(b.p90) +
           "," + std::to_string(b.rows) + ",leave-one-model-out on measured serving runs," + date +
           "\n";
  return out;
}

void ErrorBands::widen(std::string_view kind, double factor) {
  for (ErrorBand& band : bands_) {
    if (band.kind != kind) continue;
    const double centre = centre_of(band);
    const double half = half_width_of(band) * factor;
    band.p10 = det_exp(centre - half);
    band.p90 = det_exp(centre + half);
  }
}

GroupedBands::GroupedBands(const std::vector<EvaluatedRow>& rows, const GroupOf& group_of)
    : rows_(&rows) {
  std::map<std::string, std::vector<std::size_t>> rows_of;
  group_of_row_.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    group_of_row_.push_back(group_of(rows[i]));
    const bool scored =
        !group_of_row_.back().empty() && rows[i].measured > 0 && rows[i].predicted.value_or(0) > 0;
    if (scored) rows_of[group_of_row_.back()].push_back(i);
  }
  for (const auto& [name, members] : rows_of) {
    const ErrorBands others = pooled_without(name);
    for (const std::size_t i : members) {
      const EvaluatedRow& row = rows[i];
      const std::string_view kind = metric_kind(row.metric);
      const ErrorBand* band = others.find(row.run->config.engine, kind, row.regime);
      if (band == nullptr || half_width_of(*band) <= 0) continue;
      const double error = det_log(row.measured / row.predicted.value_or(1));
      scores_.push_back(
          {names_.size(), kind, std::abs(error - centre_of(*band)) / half_width_of(*band)});
    }
    names_.push_back(name);
  }
}

ErrorBands GroupedBands::pooled_without(const std::string& group) const {
  return ErrorBands::from_rows(*rows_, [&](const EvaluatedRow& row) {
    const std::string& name = group_of_row_[static_cast<std::size_t>(&row - rows_->data())];
    return name.empty() || name == group;
  });
}

ErrorBands GroupedBands::without(const std::string& group) const {
  constexpr double kCovered = 0.8;
  ErrorBands bands = pooled_without(group);
  std::map<std::string_view, std::vector<double>> scores;
  for (const Score& s : scores_)
    if (names_[s.group] != group) scores[s.kind].push_back(s.value);
  for (auto& [kind, values] : scores) {
    if (values.size() < kFewestRows) continue;
    std::sort(values.begin(), values.end());
    bands.widen(kind, quantile_of_next(values, kCovered));
  }
  return bands;
}

void add_interval(EvaluatedRow& row, const ErrorBands& bands) {
  if (!row.predicted) return;
  const ErrorBand* band = bands.find(row.run->config.engine, metric_kind(row.metric), row.regime);
  if (band == nullptr) return;
  row.low = *row.predicted * band->p10;
  row.high = *row.predicted * band->p90;
}

}  // namespace breakeven::calibration
