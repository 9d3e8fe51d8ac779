#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/traffic/gaps.hpp"
#include "engine/traffic/profile.hpp"

namespace breakeven::traffic {
namespace {

template <class Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<DayShape, 4> kDayShapes{{{DayShape::flat, "flat"},
                                         {DayShape::always_on, "always-on"},
                                         {DayShape::office, "office"},
                                         {DayShape::two_hours, "two-hours"}}};
constexpr Names<WeekShape, 3> kWeekShapes{
    {{WeekShape::flat, "flat"}, {WeekShape::tenant, "tenant"}, {WeekShape::office, "office"}}};
constexpr Names<GapFamily, 2> kGapFamilies{
    {{GapFamily::gamma, "gamma"}, {GapFamily::weibull, "weibull"}}};

template <class Enum, std::size_t N>
Result<Enum> parse(const Names<Enum, N>& names, std::string_view kind, std::string_view text) {
  std::vector<std::string> known;
  for (const auto& [value, name] : names) {
    if (name == text) return value;
    known.emplace_back(name);
  }
  Error error = not_found(kind, text, known);
  error.message += " (known:";
  for (const std::string& name : known) error.message += " " + name;
  error.message += ")";
  return error;
}

template <class Enum, std::size_t N>
std::string_view name_of(const Names<Enum, N>& names, Enum wanted) {
  for (const auto& [value, name] : names) {
    if (value == wanted) return name;
  }
  return {};
}

struct Preset {
  std::string_view name;
  std::string_view description;
  Profile (*make)();
};

Profile chat() {
  Profile p;
  p.name = "chat";
  p.requests_per_day = 50'000;
  p.week = WeekShape::tenant;
  p.peak_to_mean = 1.6;
  p.slot_variance = 0.05;
  return p;
}

Profile coding() {
  Profile p;
  p.name = "coding";
  p.requests_per_day = 50'000;
  p.input = {.p50 = 1'469, .mean = {}, .p95 = 7'303};
  p.output = {.p50 = 13, .mean = {}, .p95 = 90};
  p.day = DayShape::office;
  p.week = WeekShape::office;
  // No peak_to_mean: hours, week and slots give 3.5; the 16.8 M requests of the trace have 3.0.
  p.slot_variance = 2.7;
  return p;
}

Profile steady() {
  Profile p;
  p.name = "steady";
  p.requests_per_day = 85'808;
  p.input = {.p50 = 1'057, .mean = {}, .p95 = 3'575};
  p.output = {.p50 = 68, .mean = {}, .p95 = 152};
  p.week = WeekShape::tenant;
  p.peak_to_mean = 3.1;
  p.gap_cv = 3;
  return p;
}

Profile bursty() {
  Profile p;
  p.name = "bursty";
  p.requests_per_day = 25'099;
  p.days = 14;
  p.input = {.p50 = 287, .mean = {}, .p95 = 412};
  p.output = {.p50 = 122, .mean = {}, .p95 = 182};
  p.week = WeekShape::tenant;
  p.peak_to_mean = 9.7;
  p.gap_cv = 6;
  return p;
}

Profile batch() {
  Profile p;
  p.name = "batch";
  p.requests_per_day = 92'449;
  p.input = {.p50 = 206, .mean = {}, .p95 = 216};
  p.output = {.p50 = 1'204, .mean = {}, .p95 = 1'672};
  p.day = DayShape::two_hours;
  p.gap_cv = 3;
  return p;
}

Profile agentic() {
  Profile p;
  p.name = "agentic";
  p.requests_per_day = 5'000;
  p.input = {.p50 = 205'149, .mean = {}, .p95 = 726'189};
  p.output = {.p50 = 248, .mean = {}, .p95 = 2'520};
  p.context_limit = 1'000'000;
  p.day = DayShape::office;
  p.week = WeekShape::office;
  p.slot_variance = 1;
  p.cache_hit_share = 0.95;
  return p;
}

constexpr std::array<Preset, 6> kPresets{{
    {"chat",
     "assistant used around the clock (lengths: Azure 2023 conversation; peaks: Azure 2024)", chat},
    {"coding", "coding assistant in office hours, correlated bursts (Azure 2023 and 2024 code)",
     coding},
    {"steady", "one product, steady customers (ServeGen m-large client 48)", steady},
    {"bursty", "one product, rare and high peaks (ServeGen m-large client 95)", bursty},
    {"batch", "reasoning job that runs two hours a day (ServeGen deepseek-r1 client 3)", batch},
    {"agentic", "coding agents: long, almost wholly cached prompts (Claude Code sessions)",
     agentic},
}};

}  // namespace

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  names.reserve(kPresets.size());
  for (const Preset& p : kPresets) names.emplace_back(p.name);
  return names;
}

std::string_view preset_description(std::string_view name) {
  for (const Preset& p : kPresets) {
    if (p.name == name) return p.description;
  }
  return {};
}

Result<Profile> preset(std::string_view name) {
  for (const Preset& p : kPresets) {
    if (p.name == name) return p.make();
  }
  return not_found("traffic profile", name, preset_names());
}

Result<DayShape> parse_day_shape(std::string_view name) {
  return parse(kDayShapes, "day shape", name);
}
Result<WeekShape> parse_week_shape(std::string_view name) {
  return parse(kWeekShapes, "week shape", name);
}
Result<GapFamily> parse_gap_family(std::string_view name) {
  return parse(kGapFamilies, "gap family", name);
}
std::string_view day_shape_name(DayShape shape) { return name_of(kDayShapes, shape); }
std::string_view week_shape_name(WeekShape shape) { return name_of(kWeekShapes, shape); }
std::string_view gap_family_name(GapFamily family) { return name_of(kGapFamilies, family); }

const std::array<double, 24>& hour_factors(DayShape shape) {
  static constexpr std::array<double, 24> kFlat{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  // Average of 75 always-on customers, ServeGen 2025, local time.
  static constexpr std::array<double, 24> kAlwaysOn{.82,  .82,  .75,  .71,  .61,  .57,  .64,  .76,
                                                    .86,  1.02, 1.26, 1.36, 1.08, 1.12, 1.21, 1.13,
                                                    1.28, 1.35, 1.26, 1.19, 1.14, 1.07, 1.04, .94};
  // Azure LLM 2024 code, UTC.
  static constexpr std::array<double, 24> kOffice{.78,  .76,  .70,  .59,  .48,  .39,  .34,  .27,
                                                  .25,  .25,  .27,  .39,  .69,  1.15, 1.61, 1.73,
                                                  1.66, 1.91, 2.10, 2.14, 2.00, 1.52, 1.14, .89};
  static constexpr std::array<double, 24> kTwoHours{0, 0, 12, 12, 0, 0, 0, 0, 0, 0, 0, 0,
                                                    0, 0, 0,  0,  0, 0, 0, 0, 0, 0, 0, 0};
  switch (shape) {
    case DayShape::always_on:
      return kAlwaysOn;
    case DayShape::office:
      return kOffice;
    case DayShape::two_hours:
      return kTwoHours;
    case DayShape::flat:
      break;
  }
  return kFlat;
}

const std::array<double, 7>& weekday_factors(WeekShape shape) {
  static constexpr std::array<double, 7> kFlat{1, 1, 1, 1, 1, 1, 1};
  // Measured customers range from 0.83 to 1.23 by day; these factors are a mild week inside that.
  static constexpr std::array<double, 7> kTenant{1.04, 1.08, 1.10, 1.08, 1.04, .83, .83};
  static constexpr std::array<double, 7> kOffice{1.24, 1.24, 1.24, 1.24, 1.24, .40, .40};
  switch (shape) {
    case WeekShape::tenant:
      return kTenant;
    case WeekShape::office:
      return kOffice;
    case WeekShape::flat:
      break;
  }
  return kFlat;
}

}  // namespace breakeven::traffic
