#include "codec/traffic_json.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "engine/base/text.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json percentiles_json(const traffic::Percentiles& p, std::int64_t total) {
  return {{"total", total}, {"mean", p.mean}, {"p50", p.p50},
          {"p95", p.p95},   {"p99", p.p99},   {"max", p.max}};
}

Json stats_json(const traffic::TraceStats& s) {
  Json json;
  json["requests"] = s.requests;
  json["span_s"] = s.span_s;
  json["requests_per_s"] = s.requests_per_s;
  json["input_tokens"] = percentiles_json(s.input, s.input_tokens);
  json["output_tokens"] = percentiles_json(s.output, s.output_tokens);
  if (s.cached_tokens) json["cached_tokens"] = *s.cached_tokens;
  if (const auto reuse = traffic::prefix_reuse(s)) json["prefix_reuse"] = *reuse;
  if (s.sessions) json["sessions"] = *s.sessions;
  json["interarrival_cv"] = s.interarrival_cv;
  json["peak_to_mean"] = Json::array();
  for (const traffic::PeakToMean& p : s.peak_to_mean) {
    json["peak_to_mean"].push_back({{"window_s", p.window_s},
                                    {"peak", p.peak},
                                    {"p99", p.p99},
                                    {"work_peak", p.work_peak},
                                    {"work_p99", p.work_p99}});
  }
  json["dispersion"] = Json::array();
  for (const traffic::Dispersion& d : s.dispersion) {
    json["dispersion"].push_back({{"window_s", d.window_s}, {"index", d.index}});
  }
  return json;
}

Json lengths_json(const traffic::TokenLengths& lengths) {
  Json json;
  if (lengths.p50) json["p50"] = *lengths.p50;
  if (lengths.mean) json["mean"] = *lengths.mean;
  json["p95"] = lengths.p95;
  return json;
}

Error wrong(const std::string& pointer, const std::string& expected, const Json& found) {
  return Error{ErrorCode::invalid_argument,
               "expected " + expected + ", found " + line(found).substr(0, 60), pointer};
}

Status read_number(const Json& json, const std::string& pointer, double& to) {
  if (!json.is_number()) return wrong(pointer, "a number", json);
  to = json.get<double>();
  return {};
}

template <class Integer>
Status read_integer(const Json& json, const std::string& pointer, Integer& to) {
  const bool fits = json.is_number_unsigned()
                        ? json.get<std::uint64_t>() <=
                              static_cast<std::uint64_t>(std::numeric_limits<Integer>::max())
                        : json.is_number_integer() && std::numeric_limits<Integer>::is_signed &&
                              json.get<std::int64_t>() >=
                                  static_cast<std::int64_t>(std::numeric_limits<Integer>::min());
  if (!fits) return wrong(pointer, "a whole number that fits", json);
  to = json.get<Integer>();
  return {};
}

template <class Enum>
Status read_name(const Json& json, const std::string& pointer,
                 Result<Enum> (*parse)(std::string_view), Enum& to) {
  if (!json.is_string()) return wrong(pointer, "a name", json);
  auto parsed = parse(json.get<std::string>());
  if (!parsed) return Error{ErrorCode::invalid_argument, parsed.error().message, pointer};
  to = *parsed;
  return {};
}

Error unknown_key(const std::string& key, const std::vector<std::string>& known,
                  const std::string& pointer) {
  Error error = not_found("field", key, known, pointer);
  error.code = ErrorCode::invalid_argument;
  return error;
}

Status read_lengths(const Json& json, const std::string& pointer, traffic::TokenLengths& to) {
  if (!json.is_object()) return wrong(pointer, "an object with p50 or mean, and p95", json);
  for (const auto& [key, value] : json.items()) {
    const std::string at = pointer + "/" + key;
    double number = 0;
    if (key != "p50" && key != "mean" && key != "p95") {
      return unknown_key(key, {"p50", "mean", "p95"}, pointer);
    }
    BREAKEVEN_CHECK_OK(read_number(value, at, number));
    // A new centre replaces the preset's, whichever it was; both at once are refused by the fit.
    if (key == "p95") {
      to.p95 = number;
    } else if (key == "p50") {
      to.p50 = number;
      if (!json.contains("mean")) to.mean.reset();
    } else {
      to.mean = number;
      if (!json.contains("p50")) to.p50.reset();
    }
  }
  return {};
}

const std::vector<std::string>& profile_keys() {
  static const std::vector<std::string> keys{"preset",        "name",     "requests_per_day",
                                             "days",          "input",    "output",
                                             "context_limit", "day",      "week",
                                             "peak_to_mean",  "gaps",     "gap_cv",
                                             "slot_variance", "clock_ns", "cache_hit_share",
                                             "seed"};
  return keys;
}

Status read_field(const std::string& key, const Json& value, traffic::Profile& p) {
  const std::string at = "/" + key;
  if (key == "preset") return {};
  if (key == "name") {
    if (!value.is_string()) return wrong(at, "a string", value);
    p.name = value.get<std::string>();
    return {};
  }
  if (key == "requests_per_day") return read_number(value, at, p.requests_per_day);
  if (key == "days") return read_number(value, at, p.days);
  if (key == "input") return read_lengths(value, at, p.input);
  if (key == "output") return read_lengths(value, at, p.output);
  if (key == "context_limit") return read_integer(value, at, p.context_limit);
  if (key == "day") return read_name(value, at, traffic::parse_day_shape, p.day);
  if (key == "week") return read_name(value, at, traffic::parse_week_shape, p.week);
  if (key == "gaps") return read_name(value, at, traffic::parse_gap_family, p.gaps);
  if (key == "gap_cv") return read_number(value, at, p.gap_cv);
  if (key == "slot_variance") return read_number(value, at, p.slot_variance);
  if (key == "cache_hit_share") return read_number(value, at, p.cache_hit_share);
  if (key == "clock_ns") return read_integer(value, at, p.clock_ns);
  if (key == "seed") return read_integer(value, at, p.seed);
  if (key == "peak_to_mean") {
    p.peak_to_mean.reset();
    if (value.is_null()) return {};
    double number = 0;
    BREAKEVEN_CHECK_OK(read_number(value, at, number));
    p.peak_to_mean = number;
    return {};
  }
  return unknown_key(key, profile_keys(), {});
}

}  // namespace

std::string trace_to_json(const TraceDescription& d) {
  Json json;
  json["file"] = d.file;
  json["layout"] = d.layout;
  json["packing"] = d.packing;
  if (!d.start.empty()) json["start"] = d.start;
  json["rows"] = d.rows;
  json["rejected"] = d.rejected;
  json["failed_requests"] = d.failed_requests;
  json["rejects"] = Json::array();
  for (const TraceDescription::Rejects& r : d.rejects) {
    Json examples = Json::array();
    for (const TraceDescription::Example& e : r.examples) {
      examples.push_back(
          {{"line", e.line}, {"column", e.column}, {"field", e.field}, {"found", e.found}});
    }
    json["rejects"].push_back({{"reason", r.reason},
                               {"expectation", r.expectation},
                               {"count", r.count},
                               {"examples", std::move(examples)}});
  }
  json["warnings"] = d.warnings;
  json["stats"] = stats_json(d.stats);
  return line(json);
}

std::string profile_to_json(const traffic::Profile& p) {
  Json json;
  json["name"] = p.name;
  json["requests_per_day"] = p.requests_per_day;
  json["days"] = p.days;
  json["input"] = lengths_json(p.input);
  json["output"] = lengths_json(p.output);
  json["context_limit"] = p.context_limit;
  json["day"] = traffic::day_shape_name(p.day);
  json["week"] = traffic::week_shape_name(p.week);
  json["peak_to_mean"] = p.peak_to_mean ? Json(*p.peak_to_mean) : Json(nullptr);
  json["gaps"] = traffic::gap_family_name(p.gaps);
  json["gap_cv"] = p.gap_cv;
  json["slot_variance"] = p.slot_variance;
  json["cache_hit_share"] = p.cache_hit_share;
  json["clock_ns"] = p.clock_ns;
  json["seed"] = p.seed;
  return line(json);
}

Result<traffic::Profile> profile_from_json(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    return Error{ErrorCode::parse_error, "expected a traffic profile as a JSON object", {}};
  }
  traffic::Profile profile;
  if (const auto at = json.find("preset"); at != json.end()) {
    if (!at->is_string()) return wrong("/preset", "the name of a preset", *at);
    auto base = traffic::preset(at->get<std::string>());
    if (!base) return Error{base.error().code, base.error().message, "/preset"};
    profile = std::move(base).value();
  }
  for (const auto& [key, value] : json.items()) {
    BREAKEVEN_CHECK_OK(read_field(key, value, profile));
  }
  return profile;
}

}  // namespace breakeven::codec
