#include "engine/economics/growth.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::economics {
namespace {

Error expected(std::string field, const char* what, double found) {
  return Error{ErrorCode::out_of_range,
               std::string("expected ") + what + ", found " + shortest(found), std::move(field)};
}

}  // namespace

Status check(const Growth& growth) {
  if (!(growth.per_month > -1 && growth.per_month <= 10)) {
    return expected("growth_per_month", "above -1 to 10", growth.per_month);
  }
  if (growth.ceiling && !(*growth.ceiling > 1 && *growth.ceiling <= 1e6)) {
    return expected("growth_ceiling", "above 1 to 1e6 times today", *growth.ceiling);
  }
  for (std::size_t i = 0; i < growth.launches.size(); ++i) {
    const Launch& launch = growth.launches[i];
    const std::string field = "launches/" + std::to_string(i);
    if (launch.month < 0 || launch.month > 1200) {
      return expected(field + "/month", "0 to 1200", launch.month);
    }
    if (launch.months < 1 || launch.months > 1200) {
      return expected(field + "/months", "1 to 1200", launch.months);
    }
    if (!(launch.factor > 0 && launch.factor <= 1e4)) {
      return expected(field + "/factor", "above 0 to 1e4", launch.factor);
    }
    if (!(launch.after > 0 && launch.after <= 1e4)) {
      return expected(field + "/after", "above 0 to 1e4", launch.after);
    }
  }
  return {};
}

Result<Launch> parse_launch(std::string_view text) {
  std::vector<double> parts;
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const auto part = parse_double(rest.substr(0, end));
    if (!part) break;
    parts.push_back(*part);
    if (end == rest.size()) {
      rest = {};
      break;
    }
    rest.remove_prefix(end + 1);
  }
  const auto colons = static_cast<std::size_t>(std::ranges::count(text, ':'));
  const auto whole = [&](std::size_t i) {
    return parts.size() <= i || (parts[i] >= 0 && parts[i] <= 1200 &&
                                 parts[i] == static_cast<double>(static_cast<int>(parts[i])));
  };
  if (parts.size() != colons + 1 || parts.size() < 2 || parts.size() > 4 || !whole(0) ||
      !whole(2)) {
    return Error{
        ErrorCode::invalid_argument,
        "expected MONTH:FACTOR[:MONTHS[:AFTER]] such as 6:2.5:3:1.2, found " + std::string(text),
        "launch"};
  }
  Launch launch;
  launch.month = static_cast<int>(parts[0]);
  launch.factor = parts[1];
  if (parts.size() > 2) launch.months = static_cast<int>(parts[2]);
  if (parts.size() > 3) launch.after = parts[3];
  return launch;
}

VolumeWalk::VolumeWalk(double per_month, double ceiling)
    : growth_(1 + per_month), ceiling_(ceiling) {
  if (ceiling_ <= 1) {
    ceiling_ = 0;
    return;
  }
  rest_ = ceiling_ - 1;
  decay_ = det_exp(-det_log1p(per_month) * ceiling_ / rest_);
}

void VolumeWalk::next() {
  if (ceiling_ == 0) {
    volume_ *= growth_;
    return;
  }
  rest_ *= decay_;
  volume_ = ceiling_ / (1 + rest_);
}

std::vector<double> launch_factors(const std::vector<Launch>& launches, int months) {
  std::vector<double> factors(static_cast<std::size_t>(std::max(0, months)), 1.0);
  for (const Launch& launch : launches) {
    for (int m = std::max(0, launch.month); m < months; ++m) {
      const double faded = std::min(1.0, static_cast<double>(m - launch.month) / launch.months);
      factors[static_cast<std::size_t>(m)] *=
          launch.after + (launch.factor - launch.after) * (1 - faded);
    }
  }
  return factors;
}

std::vector<double> volumes(const Growth& growth, int months) {
  std::vector<double> out = launch_factors(growth.launches, months);
  VolumeWalk walk(growth.per_month, growth.ceiling.value_or(0));
  for (double& volume : out) {
    volume *= walk.volume();
    walk.next();
  }
  return out;
}

}  // namespace breakeven::economics
