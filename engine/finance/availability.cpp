#include "engine/finance/availability.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/det_math.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::finance {
namespace {

Error expected(const char* field, const std::string& what, const std::string& found) {
  return Error{ErrorCode::out_of_range, "expected " + what + ", found " + found, field};
}

}  // namespace

Result<AvailabilityAnswer> availability(const FleetAvailability& f) {
  if (!(f.machine >= 0 && f.machine <= 1)) {
    return expected("availability", "0 to 1", shortest(f.machine));
  }
  if (f.needed < 0 || f.needed > kMaxMachines) {
    return expected("needed", "0 to " + std::to_string(kMaxMachines), std::to_string(f.needed));
  }
  if (f.spares < 0 || f.spares > kMaxMachines) {
    return expected("spares", "0 to " + std::to_string(kMaxMachines), std::to_string(f.spares));
  }
  if (f.regions < 1 || f.regions > 100) {
    return expected("regions", "1 to 100", std::to_string(f.regions));
  }
  const auto k = static_cast<double>(f.needed);
  const auto r = static_cast<double>(f.spares);
  // The chance that fewer than k are up: with the machines counted as down from the other end, it
  // keeps its digits when it is tiny.
  double down = 0;
  if (f.needed > 0) {
    if (f.machine == 0) {
      down = 1;
    } else if (f.machine < 1) {
      down = beta_cdf(r + 1, k, 1 - f.machine);
    }
  }
  AvailabilityAnswer out;
  out.unavailability = 1;
  for (std::int64_t region = 0; region < f.regions; ++region) out.unavailability *= down;
  out.availability = 1 - out.unavailability;
  out.downtime_minutes_month = out.unavailability * 60 * static_cast<double>(kHoursPerMonth);
  out.expected_up = (k + r) * f.machine;
  return out;
}

Result<std::optional<std::int64_t>> spares_for(FleetAvailability fleet, double target) {
  if (!(target >= 0 && target < 1)) {
    return expected("target", "0 to below 1", shortest(target));
  }
  for (fleet.spares = 0; fleet.spares <= kMaxSpares; ++fleet.spares) {
    BREAKEVEN_TRY(const AvailabilityAnswer answer, availability(fleet));
    if (answer.unavailability <= 1 - target) return std::optional<std::int64_t>(fleet.spares);
  }
  return std::optional<std::int64_t>();
}

Result<double> availability_of(double mtbf, double mttr) {
  if (!(mtbf > 0 && std::isfinite(mtbf))) return expected("mtbf", "above 0", shortest(mtbf));
  if (!(mttr >= 0 && std::isfinite(mttr))) return expected("mttr", "0 or more", shortest(mttr));
  return mtbf / (mtbf + mttr);
}

}  // namespace breakeven::finance
