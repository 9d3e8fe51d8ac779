// profile.hpp — synthetic traffic from the figures that a person can name.
//
// Units    Requests per day, days, tokens, ratios. The trace starts on a Monday at midnight, local
//          time.
// Shape    rate(t) = requests_per_day / 86 400 x hour(t) x weekday(t) x X(t) x G(t), each of mean
//          1:
//            hour, weekday  measured shapes, constant within the hour and the day
//            X              log-normal AR(1) by the hour: ln X_k = 0.63 ln X_{k-1} + noise,
//                           standard deviation sigma; sigma is found by bisection so that the 99th
//                           percentile of the requests per 10 minutes over their mean is
//                           `peak_to_mean`
//            G              one Gamma(1/v, v) factor per 10-second slot (v = slot_variance): bursts
//                           that hold together, counts in a slot of mean m have variance m + v m^2
//          Arrivals: gaps of mean 1 and coefficient of variation `gap_cv` (a renewal process),
//          mapped through the inverse of the integrated rate. Exactly round(requests_per_day x
//          days) requests arrive. Gaps of cv > 3 alone bunch single requests, but their windowed
//          index of dispersion stays at cv^2, while real traffic's grows with the window: that is
//          what v is for. Lengths as in lengths.hpp, independent of arrivals and of each other. The
//          share of a prompt that a cache would hold is U^((1-s)/s), U uniform: its mean is s =
//          cache_hit_share.
// Sources  Hours, weekdays, X and the presets: measured on ServeGen's 75 always-on customers
//          (Alibaba, 2025) and the Azure LLM traces of 2023 and 2024.
// Threads  Pure function of the profile: same profile, same bytes, on every machine. Each variable
//          has its own stream of random numbers, so that changing one input does not reshuffle
//          another.
// Errors   out_of_range or invalid_argument with the field's name in `where`; out_of_range also
//          when no sigma reaches the wanted peak to mean.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/traffic/gaps.hpp"
#include "engine/traffic/lengths.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::traffic {

/// Requests by the hour of the day, relative to the mean.
enum class DayShape : std::uint8_t {
  flat,
  always_on,  ///< average of 75 customers that are never idle: 0.57 at night, 1.36 at the peak
  office,     ///< coding assistant (Azure 2024 code, UTC): 0.25 to 2.14
  two_hours,  ///< a job that runs from 02:00 to 04:00
};

enum class WeekShape : std::uint8_t {
  flat,
  tenant,  ///< 1.10 in mid-week, 0.83 at the weekend (our choice within the measured 0.83 to 1.23)
  office,  ///< 1.24 on weekdays, 0.40 at the weekend
};

struct Profile {
  std::string name = "synthetic";
  double requests_per_day = 5'000;
  double days = 7;
  TokenLengths input{.p50 = 1'020, .mean = {}, .p95 = 4'083};
  TokenLengths output{.p50 = 129, .mean = {}, .p95 = 451};
  std::int32_t context_limit = 131'072;  ///< prompt + answer
  DayShape day = DayShape::always_on;
  WeekShape week = WeekShape::flat;
  /// 99th percentile of the requests per 10 minutes / mean; nothing: the shapes alone.
  std::optional<double> peak_to_mean;
  GapFamily gaps = GapFamily::gamma;
  double gap_cv = 1;
  double slot_variance = 0;
  double cache_hit_share = 0;
  std::int64_t clock_ns = 1'000'000;  ///< arrivals are cut to whole multiples, as logs do
  std::uint64_t seed = 1;
};

/// A generated trace and what the calibration found.
struct SyntheticTrace {
  Trace trace;
  double hourly_sigma = 0;      ///< of ln X
  double peak_to_mean_10m = 0;  ///< reached; above the wanted one when the shapes alone exceed it
};

[[nodiscard]] Result<SyntheticTrace> generate(const Profile& profile);

/// The names: chat, coding, steady, bursty, batch, agentic.
[[nodiscard]] std::vector<std::string> preset_names();
/// One line on what a preset stands for and where its figures come from.
[[nodiscard]] std::string_view preset_description(std::string_view name);
/// not_found with near matches.
[[nodiscard]] Result<Profile> preset(std::string_view name);

[[nodiscard]] Result<DayShape> parse_day_shape(std::string_view name);
[[nodiscard]] Result<WeekShape> parse_week_shape(std::string_view name);
[[nodiscard]] Result<GapFamily> parse_gap_family(std::string_view name);
[[nodiscard]] std::string_view day_shape_name(DayShape shape);
[[nodiscard]] std::string_view week_shape_name(WeekShape shape);
[[nodiscard]] std::string_view gap_family_name(GapFamily family);

/// The 24 hourly factors of a shape, with mean 1 to two digits as measured.
[[nodiscard]] const std::array<double, 24>& hour_factors(DayShape shape);
/// The 7 daily factors, Monday first.
[[nodiscard]] const std::array<double, 7>& weekday_factors(WeekShape shape);

}  // namespace breakeven::traffic
