#include "engine/serving/schedule_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/elasticity.hpp"

namespace breakeven::serving {

namespace {

constexpr std::size_t kHoursPerDay = 24;
constexpr std::size_t kDays = 7;
constexpr std::array<std::string_view, kDays> kDayNames = {"mon", "tue", "wed", "thu",
                                                           "fri", "sat", "sun"};
constexpr int kMostReplicas = 100'000;

std::vector<std::string_view> pieces(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t at = text.find(separator);
    out.push_back(trim(text.substr(0, at)));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::size_t> day_of(std::string_view text) {
  const auto found = std::ranges::find(kDayNames, to_lower(text));
  if (found == kDayNames.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kDayNames.begin());
}

std::optional<std::size_t> hour_of(std::string_view text) {
  const auto hour = parse_int(text);
  if (!hour.ok() || *hour < 0 || *hour > static_cast<std::int64_t>(kHoursPerDay)) return {};
  return static_cast<std::size_t>(*hour);
}

Error unreadable(std::string_view rule, const std::string& expected, std::string_view found) {
  return {ErrorCode::parse_error, "expected " + expected + ", found \"" + std::string(found) + "\"",
          "schedule rule \"" + std::string(rule) + "\""};
}

using Days = std::array<bool, kDays>;

Result<Days> days_of(std::string_view rule, std::string_view text) {
  Days days{};
  for (const std::string_view part : pieces(text, ',')) {
    const std::vector<std::string_view> ends = pieces(part, '-');
    const auto first = day_of(ends.front());
    const auto last = day_of(ends.back());
    if (!first || !last || ends.size() > 2)
      return unreadable(rule, "days such as mon-fri or sat,sun", part);
    for (std::size_t d = *first;; d = (d + 1) % kDays) {
      days[d] = true;
      if (d == *last) break;
    }
  }
  return days;
}

struct Hours {
  std::size_t from = 0;
  std::size_t count = kHoursPerDay;
};

Result<Hours> hours_of(std::string_view rule, std::string_view text) {
  const std::vector<std::string_view> ends = pieces(text, '-');
  const auto from = hour_of(ends.front());
  const auto until = hour_of(ends.back());
  if (ends.size() != 2 || !from || !until || *from == kHoursPerDay || *from == *until)
    return unreadable(rule, "hours such as 08-18 or 22-06", text);
  return Hours{*from, *until > *from ? *until - *from : kHoursPerDay - *from + *until};
}

Status apply(std::string_view rule, std::array<int, kHoursPerWeek>& week) {
  const std::size_t equals = rule.find('=');
  if (equals == std::string_view::npos) return unreadable(rule, "DAYS HOURS=REPLICAS", rule);
  const auto replicas = parse_int(trim(rule.substr(equals + 1)));
  if (!replicas.ok() || *replicas < 0 || *replicas > kMostReplicas)
    return unreadable(rule, "replicas from 0 to " + std::to_string(kMostReplicas),
                      trim(rule.substr(equals + 1)));
  const std::string_view when = trim(rule.substr(0, equals));
  Days days;
  days.fill(true);
  Hours hours;
  if (to_lower(when) != "else") {
    const std::size_t space = when.find_last_of(" \t");
    const std::string_view last = space == std::string_view::npos ? when : when.substr(space + 1);
    const bool has_hours = !last.empty() && last.front() >= '0' && last.front() <= '9';
    if (has_hours) {
      BREAKEVEN_TRY(hours, hours_of(rule, last));
    }
    const std::string_view named = !has_hours                        ? when
                                   : space == std::string_view::npos ? ""
                                                                     : trim(when.substr(0, space));
    if (!has_hours || !named.empty()) {
      BREAKEVEN_TRY(days, days_of(rule, named));
    }
  }
  for (std::size_t d = 0; d < kDays; ++d) {
    if (!days[d]) continue;
    for (std::size_t h = 0; h < hours.count; ++h)
      week[(d * kHoursPerDay + hours.from + h) % kHoursPerWeek] = static_cast<int>(*replicas);
  }
  return {};
}

}  // namespace

Result<std::array<int, kHoursPerWeek>> parse_schedule(std::string_view text) {
  std::array<int, kHoursPerWeek> week{};
  for (const std::string_view rule : pieces(text, ';')) {
    if (rule.empty()) continue;
    BREAKEVEN_CHECK_OK(apply(rule, week));
  }
  return week;
}

Result<double> parse_hour_of_week(std::string_view text) {
  const auto bad = [&] {
    return Error{ErrorCode::parse_error,
                 "expected a time of the week such as \"tue\" or \"tue 14:30\", found \"" +
                     std::string(text) + "\"",
                 {}};
  };
  double hours = 0;
  bool has_day = false;
  bool has_clock = false;
  for (const std::string_view part : pieces(trim(text), ' ')) {
    if (part.empty()) continue;
    if (const auto day = day_of(part); day && !has_day && !has_clock) {
      has_day = true;
      hours += static_cast<double>(*day * kHoursPerDay);
      continue;
    }
    const std::vector<std::string_view> clock = pieces(part, ':');
    const auto hour = hour_of(clock.front());
    const auto minute = clock.size() == 2 ? parse_int(clock.back()) : Result<std::int64_t>(0);
    constexpr std::int64_t kMinutes = 60;
    if (has_clock || clock.size() > 2 || !hour || *hour == kHoursPerDay || !minute.ok() ||
        *minute < 0 || *minute >= kMinutes)
      return bad();
    has_clock = true;
    hours += static_cast<double>(*hour) + static_cast<double>(*minute) / kMinutes;
  }
  if (trim(text).empty() || hours >= static_cast<double>(kHoursPerWeek)) return bad();
  return hours;
}

}  // namespace breakeven::serving
