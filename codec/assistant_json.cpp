#include "codec/assistant_json.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

#include "codec/figure_value.hpp"
#include "engine/base/money.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? Json(nullptr) : *found;
}

Json without(Json object, std::initializer_list<const char*> names) {
  for (const char* name : names) object.erase(name);
  return object;
}

/// Rungs, the totals of every option, the bills and the verdict.
bool is_key_figure(std::string_view name) {
  for (const std::string_view start : {"verdict.", "rung.", "volume.first", "volume.permanent"}) {
    if (name.starts_with(start)) return true;
  }
  for (const std::string_view end : {".recurring", ".one_offs", ".fully_loaded", ".npv"}) {
    if (name.starts_with("option.") && name.ends_with(end)) return true;
  }
  return name == "api.monthly" || (name.starts_with("hosted.") && name.ends_with(".monthly"));
}

std::optional<explain::Value> minus(const explain::Value& a, const explain::Value& b) {
  if (a.index() != b.index()) return std::nullopt;
  if (const auto* usd = std::get_if<Usd>(&a)) return *usd - std::get<Usd>(b);
  if (const auto* real = std::get_if<double>(&a)) return *real - std::get<double>(b);
  if (const auto* whole = std::get_if<std::int64_t>(&a)) {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(*whole, std::get<std::int64_t>(b), &difference)) return std::nullopt;
    return difference;
  }
  return explain::estimate(a) - explain::estimate(b);
}

}  // namespace

std::string plan_summary_to_json(std::string_view answer, std::string_view id,
                                 std::string_view trace) {
  const Json full = Json::parse(answer, nullptr, false);
  Json out{{"plan", id}, {"trace", trace}};
  for (const char* name : {"question", "verdict", "rungs", "traffic"})
    out[name] = member(full, name);
  out["options"] = Json::array();
  for (const Json& option : member(full, "options")) {
    out["options"].push_back(without(option, {"lines", "gates", "notes", "against_api", "kind"}));
  }
  out["volume"] = member(full, "volume");
  if (out["volume"].is_object()) out["volume"].erase("points");
  for (const char* name : {"uncertainty", "flip_points"}) out[name] = member(full, name);
  out["key_figures"] = Json::object();
  const Json figures = member(full, "figures");
  for (const auto& [name, figure] : figures.items()) {
    if (!is_key_figure(name)) continue;
    out["key_figures"][name] = {{"value", member(figure, "value")},
                                {"unit", member(figure, "unit")}};
  }
  out["figure_count"] = figures.size();
  out["warnings"] = member(full, "warnings");
  return line(out);
}

std::string sizing_summary_to_json(std::string_view answer, std::size_t limit) {
  Json json = Json::parse(answer, nullptr, false);
  Json fleets = Json::array();
  for (const Json& fleet : member(json, "fleets")) {
    if (fleets.size() == limit) break;
    Json brief = without(fleet, {"at_needed", "capacity"});
    if (brief.contains("at_fleet")) brief["at_fleet"].erase("busy_by_hour");
    fleets.push_back(std::move(brief));
  }
  json["fleets_found"] = member(json, "fleets").size();
  json["fleets"] = std::move(fleets);
  json["rejected_count"] = member(json, "rejected").size();
  return line(without(std::move(json), {"pareto", "screened", "rejected"}));
}

std::string figure_list_to_json(const explain::FigureGraph& graph, std::string_view prefix,
                                std::size_t limit) {
  Json figures = Json::object();
  std::size_t count = 0;
  for (const explain::Figure& figure : graph.figures()) {
    if (!figure.name.starts_with(prefix)) continue;
    if (++count > limit) continue;
    figures[figure.name] = {{"title", figure.title},
                            {"value", value_json(figure.value)},
                            {"unit", figure.unit},
                            {"kind", explain::to_string(figure.kind)}};
  }
  return line({{"count", count}, {"figures", figures}});
}

std::string figure_changes_to_json(const explain::FigureGraph& before,
                                   const explain::FigureGraph& after, std::size_t limit) {
  std::map<std::string_view, const explain::Figure*> old;
  for (const explain::Figure& figure : before.figures()) old.emplace(figure.name, &figure);
  Json shown = Json::array();
  Json only_after = Json::array();
  std::size_t changed = 0;
  for (const explain::Figure& figure : after.figures()) {
    const auto found = old.find(figure.name);
    if (found == old.end()) {
      only_after.push_back(figure.name);
      continue;
    }
    const explain::Value was = found->second->value;
    old.erase(found);
    if (was == figure.value || ++changed > limit) continue;
    Json row{{"name", figure.name},       {"title", figure.title},
             {"unit", figure.unit},       {"kind", explain::to_string(figure.kind)},
             {"before", value_json(was)}, {"after", value_json(figure.value)}};
    if (const auto difference = minus(figure.value, was))
      row["difference"] = value_json(*difference);
    shown.push_back(std::move(row));
  }
  Json only_before = Json::array();
  for (const explain::Figure& figure : before.figures()) {
    if (old.contains(figure.name)) only_before.push_back(figure.name);
  }
  return line({{"changed", changed},
               {"figures", shown},
               {"only_before", only_before},
               {"only_after", only_after}});
}

std::string comparison_to_json(std::string_view before_answer, std::string_view after_answer,
                               std::string_view figure_changes) {
  const auto verdict = [](std::string_view answer) {
    return member(Json::parse(answer, nullptr, false), "verdict");
  };
  const Json before = verdict(before_answer);
  const Json after = verdict(after_answer);
  return line({{"before", {{"verdict", before}}},
               {"after", {{"verdict", after}}},
               {"verdict_changed", member(before, "kind") != member(after, "kind")},
               {"changes", Json::parse(figure_changes, nullptr, false)}});
}

Result<std::string> batch_to_json(std::string_view lines) {
  Json answers = Json::array();
  Usd low;
  Usd high;
  std::int64_t priced = 0;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    Json answer = Json::parse(lines.substr(0, end), nullptr, false);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    const auto usd = answer.find("usd");
    if (usd != answer.end()) {
      BREAKEVEN_TRY(const Usd upper, Usd::parse(usd->get<std::string>()));
      BREAKEVEN_TRY(const Usd lower, Usd::parse(answer.value("usd_low", usd->get<std::string>())));
      high += upper;
      low += lower;
      ++priced;
    }
    answers.push_back(std::move(answer));
  }
  const std::size_t count = answers.size();
  return line({{"answers", std::move(answers)},
               {"priced", priced},
               {"refused", count - static_cast<std::size_t>(priced)},
               {"total_usd", high.decimal()},
               {"total_usd_low", low.decimal()}});
}

std::string text_within(std::string_view answer, std::string_view object, std::string_view name) {
  const Json full = Json::parse(answer, nullptr, false);
  const Json inner = member(full, std::string(object).c_str());
  const auto found = inner.find(std::string(name));
  return found != inner.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace breakeven::codec
