#include "codec/usage_json.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/usage/values.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;
using usage::Bucket;
using usage::FileReport;
using usage::TotalRow;

Json whole(Int128 value) {
  if (value >= std::numeric_limits<std::int64_t>::min() &&
      value <= std::numeric_limits<std::int64_t>::max()) {
    return static_cast<std::int64_t>(value);
  }
  return to_string(value);
}

Json time_or_null(const std::optional<std::int64_t>& ns, bool relative) {
  if (!ns || relative) return nullptr;
  return usage::iso_time(*ns);
}

/// Sums without the names of what they are sums of.
void append_sums(const TotalRow& row, Json& json) {
  json["records"] = row.records;
  json["requests"] = row.requests_known ? whole(row.requests) : Json();
  json["requests_complete"] = row.requests_known && !row.requests_partial;
  Json& tokens = json["tokens"] = Json::object();
  Int128 input = 0;
  Int128 output = 0;
  for (std::size_t i = 0; i < usage::kBuckets; ++i) {
    const auto bucket = static_cast<Bucket>(i);
    tokens[std::string(usage::bucket_name(bucket))] = whole(row.tokens[i]);
    (usage::is_output(bucket) ? output : input) += row.tokens[i];
  }
  json["reasoning_tokens"] = whole(row.reasoning);
  json["input_tokens"] = whole(input);
  json["output_tokens"] = whole(output);
  json["web_searches"] = whole(row.web_searches);
  json["reported_usd"] = row.reported_records > 0 ? Json(row.reported.decimal()) : Json();
  json["reported_records"] = row.reported_records;
  const bool priced = !row.priced_as.empty() || row.priced_high != Usd() || row.priced_low != Usd();
  json["priced_usd"] = priced ? Json(row.priced_high.decimal()) : Json();
  json["priced_usd_low"] = priced ? Json(row.priced_low.decimal()) : Json();
  json["price_kind"] = priced ? Json(pricing::to_string(row.price_kind)) : Json();
  json["unpriced_records"] = row.unpriced_records;
  json["charge_only_records"] = row.charge_only_records;
  if (row.compared_records > 0) {
    json["difference"] = {
        {"records", row.compared_records},
        {"reported_usd", row.compared_reported.decimal()},
        {"priced_usd", row.compared_high.decimal()},
        {"priced_usd_low", row.compared_low.decimal()},
        {"usd", (row.compared_high - row.compared_reported).decimal()},
        {"usd_low", (row.compared_low - row.compared_reported).decimal()},
    };
  } else {
    json["difference"] = nullptr;
  }
}

Json totals_json(const std::vector<TotalRow>& rows) {
  Json json;
  json["by_class"] = Json::array();
  for (const TotalRow& row : usage::by_kind(rows)) {
    Json one;
    one["class"] = usage::kind_name(row.kind);
    append_sums(row, one);
    json["by_class"].push_back(std::move(one));
  }
  json["by_model"] = Json::array();
  for (const TotalRow& row : rows) {
    Json one;
    one["class"] = usage::kind_name(row.kind);
    one["vendor"] = usage::safe_label(row.vendor);
    one["model"] = usage::safe_label(row.model);
    one["priced_as"] = row.priced_as.empty() ? Json() : Json(row.priced_as);
    append_sums(row, one);
    if (!row.problem.empty()) one["problem"] = row.problem;
    json["by_model"].push_back(std::move(one));
  }
  TotalRow all;
  for (const TotalRow& row : rows) all.add(row);
  Json& sum = json["all"] = Json::object();
  append_sums(all, sum);
  return json;
}

Json error_json(const Error& error) {
  Json json = {{"code", error_info(error.code).name}, {"message", error.message}};
  if (!error.where.empty()) json["where"] = error.where;
  return json;
}

Json rejects_json(const FileReport& r) {
  Json json;
  json["by_reason"] = Json::array();
  for (std::size_t i = 1; i < usage::kReasons; ++i) {
    if (r.rejected_by[i] == 0) continue;
    const auto reason = static_cast<usage::Reason>(i);
    json["by_reason"].push_back({{"reason", usage::reason_name(reason)},
                                 {"expected", usage::reason_expectation(reason)},
                                 {"count", r.rejected_by[i]}});
  }
  json["examples"] = Json::array();
  for (const usage::Rejection& e : r.rejections) {
    Json one;
    one["file"] = r.file;
    one["record"] = e.record;
    one["line"] = e.line;
    one["reason"] = usage::reason_name(e.reason);
    if (!e.field.empty()) one["field"] = e.field;
    if (!e.found.empty()) one["found"] = e.found;
    json["examples"].push_back(std::move(one));
  }
  return json;
}

Json counted_json(const std::vector<std::pair<std::string, std::int64_t>>& list, const char* name) {
  Json json = Json::array();
  for (const auto& [text, count] : list) json.push_back({{name, text}, {"records", count}});
  return json;
}

Json file_json(const usage::FileSummary& file) {
  const FileReport& r = file.report;
  Json json;
  json["file"] = r.file;
  json["format"] = r.format ? Json(usage::info(*r.format).id) : Json();
  json["title"] = r.format ? Json(usage::info(*r.format).title) : Json();
  json["grain"] = r.format ? Json(usage::grain_name(usage::info(*r.format).grain)) : Json();
  json["packing"] = r.packing;
  json["bytes"] = r.bytes;
  json["records"] = {{"read", r.records},          {"kept", r.kept},
                     {"rejected", r.rejected},     {"duplicates", r.duplicates},
                     {"conflicting", r.conflicts}, {"ignored", r.ignored}};
  json["first"] = time_or_null(r.first_ns, r.relative_clock);
  json["last"] = time_or_null(r.last_ns, r.relative_clock);
  json["relative_clock"] = r.relative_clock;
  json["bucket_s"] =
      r.narrowest_bucket_ns == 0 ? Json() : Json(static_cast<double>(r.narrowest_bucket_ns) / 1e9);
  json["rejects"] = rejects_json(r);
  json["ignored"] = counted_json(r.ignored_by, "why");
  json["notes"] = counted_json(r.notes, "note");
  json["warnings"] = file.warnings;
  json["totals"] = totals_json(file.rows);
  json["error"] = r.broken ? error_json(*r.broken) : Json();
  if (file.stored) {
    json["stored"] = {{"added", file.stored->added},
                      {"known", file.stored->known},
                      {"conflicting", file.stored->conflicting}};
  }
  return json;
}

Json parts_json(const std::vector<usage::Breakdown::Part>& parts, const char* name) {
  Json json = Json::array();
  for (const usage::Breakdown::Part& part : parts) {
    Json one;
    one[name] = part.label;
    append_sums(part.sum, one);
    json.push_back(std::move(one));
  }
  return json;
}

Json report_json(const usage::ImportReport& report) {
  Json json;
  json["files"] = Json::array();
  for (const usage::FileSummary& file : report.files) json["files"].push_back(file_json(file));
  json["first"] = time_or_null(report.first_ns, false);
  json["last"] = time_or_null(report.last_ns, false);
  json["priced_with"] = report.priced_with;
  json["totals"]["usage"] = totals_json(report.usage);
  json["totals"]["charges"] = totals_json(report.charges);
  json["warnings"] = report.warnings;
  return json;
}

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string usage_report_to_json(const usage::ImportReport& report) {
  return line(report_json(report));
}

std::string usage_stats_to_json(const UsageStats& stats) {
  Json json;
  Json& load = json["load"] = Json::object();
  load["requests"] = stats.load->trace.size();
  load["exact"] = stats.load->exact;
  load["rebuilt_requests"] = stats.load->rebuilt_requests;
  load["slot_variance"] = stats.load->exact ? Json() : Json(stats.load->slot_variance);
  load["slot_variance_fitted"] = stats.load->fitted;
  load["start"] = time_or_null(stats.load->start_ns, false);
  load["assumptions"] = stats.load->assumptions;
  load["trace"] = Json::parse(trace_to_json(*stats.trace), nullptr, false);
  json["peaks"] = Json::array();
  for (const traffic::PeakToMean& p : stats.peaks) {
    json["peaks"].push_back({{"window_s", p.window_s},
                             {"peak_to_mean", p.peak},
                             {"p99_to_mean", p.p99},
                             {"static_fleet_used", p.p99 > 0 ? 1 / std::max(1.0, p.p99) : 0}});
  }
  json["bands"] = Json::array();
  for (const UsageStats::Band& band : stats.bands) {
    json["bands"].push_back(
        {{"window_s", band.window_s}, {"p99_to_mean", {band.low, band.middle, band.high}}});
  }
  json["by_day"] = parts_json(*stats.days, "day");
  json["by_key"] = parts_json(*stats.keys, "key");
  json["by_team"] = parts_json(*stats.teams, "team");
  json["import"] = report_json(*stats.report);
  return line(json);
}

}  // namespace breakeven::codec
