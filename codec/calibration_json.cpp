#include "codec/calibration_json.hpp"

#include <nlohmann/json.hpp>

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

Json row_json(const calibration::EvaluatedRow& row) {
  const calibration::MeasuredRun& run = *row.run;
  Json json = {{"config_id", run.id},     {"source", run.source},        {"model", run.model},
               {"gpu", run.gpu},          {"engine", run.config.engine}, {"metric", row.metric},
               {"measured", row.measured}};
  if (!row.predicted) {
    json["predicted"] = nullptr;
    json["error"] = nullptr;
    json["not_covered"] = row.reason;
    return json;
  }
  json["predicted"] = *row.predicted;
  if (row.measured > 0) {
    json["error"] = row.error();
  } else {
    json["error"] = nullptr;
  }
  json["regime"] = row.regime;
  if (row.high > 0) json["interval80"] = {row.low, row.high};
  json["extrapolated"] = row.extrapolated;
  return json;
}

Json summary_json(const calibration::SummaryLine& line) {
  Json json = {{"by", line.by},
               {"key", line.key},
               {"metric", line.metric},
               {"rows", line.rows},
               {"rows_not_in_catalogue", line.unknown},
               {"covered", line.covered},
               {"coverage", line.coverage()}};
  if (line.covered == 0) return json;
  json["mean_absolute_error"] = line.mean;
  json["median_absolute_error"] = line.median;
  json["p90_absolute_error"] = line.p90;
  json["bias"] = line.bias;
  if (line.with_interval > 0)
    json["inside_interval80"] =
        static_cast<double>(line.inside_interval) / static_cast<double>(line.with_interval);
  return json;
}

}  // namespace

std::string evaluation_to_json(const calibration::Evaluation& evaluation) {
  Json rows = Json::array();
  for (const auto& row : evaluation.rows) rows.push_back(row_json(row));
  Json summary = Json::array();
  for (const auto& line : evaluation.summary) summary.push_back(summary_json(line));
  Json reasons = Json::array();
  for (const auto& reason : evaluation.not_covered)
    reasons.push_back({{"reason", reason.text}, {"runs", reason.runs}});
  const Json json = {{"rows", std::move(rows)},
                     {"summary", std::move(summary)},
                     {"not_covered", std::move(reasons)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace breakeven::codec
