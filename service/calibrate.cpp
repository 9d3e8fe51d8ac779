#include "service/calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/serving/memory.hpp"
#include "io/byte_stream.hpp"
#include "service/catalog_store.hpp"

namespace breakeven::service {
namespace {

using calibration::Evaluation;
using calibration::MeasuredRun;
using calibration::SummaryLine;
using catalog::Catalog;

Result<std::string> whole_file(const std::string& path) {
  BREAKEVEN_TRY(io::ByteStream stream, io::ByteStream::open(path));
  constexpr std::size_t kMostBytes = std::size_t{1} << 30;
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    BREAKEVEN_TRY(const std::size_t read, stream.read(buffer.data(), buffer.size()));
    if (read == 0) return text;
    if (text.size() + read > kMostBytes)
      return Error{ErrorCode::resource_limit, "expected at most 1 GiB of measurements", path};
    text.append(buffer.data(), read);
  }
}

Result<std::vector<calibration::ConditionRule>> load_rules(const std::string& catalog_dir) {
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(catalog_dir));
  const std::string path = directory + "/benchmark_conditions.csv";
  BREAKEVEN_TRY(const std::string text, whole_file(path));
  return calibration::read_conditions(text, path);
}

std::string letters_and_digits(std::string_view text) {
  std::string out;
  for (const char c : to_lower(text))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  return out;
}

/// The longest id whose letters and digits are part of `name`; nullptr when none is.
template <class Items>
const typename Items::value_type* named_in(const std::string& name, const Items& items) {
  const std::string wanted = letters_and_digits(name);
  const typename Items::value_type* best = nullptr;
  std::size_t length = 0;
  for (const auto& item : items) {
    std::string id = item.id.substr(item.id.rfind('/') + 1);
    for (const std::string_view ending : {"-Instruct", "-Server", "-SXM"})
      if (id.ends_with(ending)) id.resize(id.size() - ending.size());
    const std::string key = letters_and_digits(id);
    if (key.size() <= length || wanted.find(key) == std::string::npos) continue;
    best = &item;
    length = key.size();
  }
  return best;
}

Result<serving::ReplicaConfig> log_config(const CalibrateRequest& request, const Catalog& catalog) {
  const std::string name = request.file.substr(request.file.rfind('/') + 1);
  serving::ReplicaConfig config;
  config.engine = request.engine;
  config.model = named_in(name, catalog.models());
  config.accelerator = named_in(name, catalog.accelerators());
  if (!request.model.empty()) {
    BREAKEVEN_TRY(config.model, catalog.model(request.model));
  }
  if (!request.accelerator.empty()) {
    BREAKEVEN_TRY(config.accelerator, catalog.accelerator(request.accelerator));
  }
  if (config.model == nullptr || config.accelerator == nullptr)
    return Error{ErrorCode::invalid_argument,
                 "a request log does not say what it measured: give --model and --accelerator",
                 request.file};
  config.weights = config.model->native_precision;
  if (!request.precision.empty()) {
    std::vector<std::string> names;
    bool found = false;
    for (int i = 0; i <= static_cast<int>(catalog::Precision::int4); ++i) {
      const auto precision = static_cast<catalog::Precision>(i);
      names.emplace_back(to_string(precision));
      if (names.back() != to_lower(request.precision)) continue;
      config.weights = precision;
      found = true;
    }
    if (!found) return not_found("precision", request.precision, names, "--precision");
  }
  config.tensor_parallel = request.tensor_parallel;
  if (config.tensor_parallel > 0) return config;
  constexpr std::int64_t kSomeContext = 8192;
  for (config.tensor_parallel = 1;
       config.tensor_parallel < serving::largest_tensor_parallel(*config.accelerator) &&
       !serving::fit_memory(config, kSomeContext).ok();
       config.tensor_parallel *= 2) {
  }
  return config;
}

std::string percent(double share) { return fmt::format("{:.1f}", share * 100); }

std::string table_of(const Evaluation& evaluation, const std::string& by) {
  std::string out =
      fmt::format("{:<62}{:<26}{:>7}{:>9}{:>8}{:>8}{:>8}{:>8}{:>8}\n", "by " + by, "metric", "rows",
                  "cover %", "mean %", "med %", "p90 %", "bias %", "in80 %");
  for (const SummaryLine& line : evaluation.summary) {
    if (line.by != by || line.rows + line.unknown == 0) continue;
    if (line.covered == 0) {
      out += fmt::format("{:<62}{:<26}{:>7}{:>9}\n", line.key, line.metric, line.rows,
                         percent(line.coverage()));
      continue;
    }
    const std::string inside = line.with_interval > 0
                                   ? percent(static_cast<double>(line.inside_interval) /
                                             static_cast<double>(line.with_interval))
                                   : "";
    out += fmt::format("{:<62}{:<26}{:>7}{:>9}{:>8}{:>8}{:>8}{:>8}{:>8}\n", line.key, line.metric,
                       line.rows, percent(line.coverage()), percent(line.mean),
                       percent(line.median), percent(line.p90), percent(line.bias), inside);
  }
  return out + "\n";
}

}  // namespace

Result<std::vector<MeasuredRun>> read_runs(const CalibrateRequest& request,
                                           const Catalog& catalog) {
  BREAKEVEN_TRY(const std::string text, whole_file(request.file));
  if (calibration::is_request_log(text)) {
    BREAKEVEN_TRY(const serving::ReplicaConfig config, log_config(request, catalog));
    BREAKEVEN_TRY(MeasuredRun run, calibration::read_request_log(text, request.file, config));
    std::vector<MeasuredRun> runs;
    runs.push_back(std::move(run));
    return runs;
  }
  BREAKEVEN_TRY(const auto rules, load_rules(request.catalog_dir));
  return calibration::read_measured(text, request.file, catalog, rules);
}

Result<serving::Coefficients> load_start_values(const std::string& explicit_dir) {
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(explicit_dir));
  const std::string path = directory + "/serving_start_values.csv";
  BREAKEVEN_TRY(const std::string text, whole_file(path));
  return serving::Coefficients::parse(text, path);
}

Result<calibration::ErrorBands> load_error_bands(const std::string& explicit_dir) {
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(explicit_dir));
  const std::string path = directory + "/serving_errors.csv";
  BREAKEVEN_TRY(const std::string text, whole_file(path));
  return calibration::ErrorBands::parse(text, path);
}

Evaluation evaluate(const std::vector<MeasuredRun>& runs, const serving::Coefficients& coefficients,
                    const calibration::ErrorBands& bands, Pool& pool) {
  Evaluation evaluation = calibration::evaluate(
      runs, [&](const MeasuredRun&) -> const serving::Coefficients& { return coefficients; }, pool);
  for (calibration::EvaluatedRow& row : evaluation.rows) calibration::add_interval(row, bands);
  calibration::resummarise(evaluation);
  return evaluation;
}

Refit refit(const std::vector<MeasuredRun>& runs, const serving::Coefficients& start,
            const std::string& date, Pool& pool) {
  Refit out;
  const calibration::Calibrated calibrated = calibration::calibrate(runs, start, pool);
  out.left_out = calibration::cross_validate(runs, calibrated, calibration::LeaveOut::model, pool);
  out.coefficients_csv = calibration::coefficients_csv(calibrated, out.left_out, date);
  out.errors_csv =
      calibration::grouped_bands(out.left_out, calibrated, calibration::LeaveOut::model)
          .without({})
          .to_csv(date);
  return out;
}

Status write_file(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  std::ofstream out(part, std::ios::binary);
  out << text;
  out.close();
  if (!out) return Error{ErrorCode::io_error, "cannot write", part};
  std::error_code failed;
  std::filesystem::rename(part, path, failed);
  if (failed) return Error{ErrorCode::io_error, "cannot replace: " + failed.message(), path};
  return {};
}

std::string evaluation_text(const Evaluation& evaluation, bool with_rows) {
  std::string out;
  if (with_rows) {
    out += "config_id,metric,measured,predicted,error\n";
    for (const calibration::EvaluatedRow& row : evaluation.rows) {
      const bool covered = row.predicted && row.measured > 0;
      out += fmt::format("{},{},{:.6g},{},{}\n", row.run->id, row.metric, row.measured,
                         row.predicted ? fmt::format("{:.6g}", *row.predicted) : "",
                         covered ? fmt::format("{:.4f}", row.error()) : "");
    }
    out += "\n";
  }
  for (const char* by : {"regime", "gpu", "engine", "model", "source", "set", "fit"})
    out += table_of(evaluation, by);
  if (!evaluation.not_covered.empty()) out += "not covered (runs):\n";
  for (const calibration::Reason& reason : evaluation.not_covered)
    out += fmt::format("{:>7}  {}\n", reason.runs, reason.text);
  return out;
}

}  // namespace breakeven::service
