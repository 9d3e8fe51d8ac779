#include "engine/economics/break_even.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"

namespace breakeven::economics {
namespace {

Error bad(std::string_view field, std::string_view expected, std::int64_t found) {
  return Error{ErrorCode::invalid_argument,
               "expected " + std::string(expected) + ", found " + std::to_string(found),
               std::string(field)};
}

/// The price of so many steps, or an error where no such amount is kept.
Result<Usd> steps_usd(const VolumeProblem& p, std::int64_t steps) {
  const Int128 usd = p.step_usd.femto();
  if (steps > 0 && usd > kUsdBound / steps) {
    return Error{ErrorCode::out_of_range,
                 "expected steps that cost at most 1e15 USD, found " + std::to_string(steps) +
                     " at " + p.step_usd.display(),
                 "step_usd"};
  }
  return p.step_usd * steps;
}

Status check(const VolumeProblem& p) {
  if (p.api_units < 1) return bad("api_units", "at least 1", p.api_units);
  if (p.step_capacity < 1) return bad("step_capacity", "at least 1", p.step_capacity);
  if (p.min_steps < 0) return bad("min_steps", "at least 0", p.min_steps);
  if (p.max_steps && *p.max_steps < std::max<std::int64_t>(1, p.min_steps)) {
    return bad("max_steps", "at least min_steps and 1", *p.max_steps);
  }
  for (const Usd amount : {p.api_usd, p.fixed_usd, p.step_usd, p.marginal_usd}) {
    if (amount < Usd() || amount.femto() > kUsdBound) {
      return Error{ErrorCode::out_of_range, "expected 0 to 1e15 USD, found " + amount.decimal(),
                   "break-even"};
    }
  }
  if (p.max_steps) BREAKEVEN_CHECK_OK(steps_usd(p, *p.max_steps));
  return {};
}

/// a x b / c for the amounts of this file, where a x b may need more than 128 bits. c > 0, all >=
/// 0. Returns the floor, or the ceiling; saturates at the largest 64-bit number.
std::int64_t muldiv(Int128 a, std::int64_t b, Int128 c, bool up) {
  // Long multiplication in base 2^32 and long division by binary steps would be exact for any size;
  // amounts are at most 1e30 and b below 2^63, so one remainder split is enough: a = q c + r.
  const Int128 q = a / c;
  const Int128 r = a % c;
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  if (b > 0 && q > kMax / b) return std::numeric_limits<std::int64_t>::max();
  Int128 whole = q * b;
  // r x b / c with r < c: shift-and-add division keeps every intermediate below 2 c.
  Int128 part = 0;
  Int128 rest = 0;
  for (int bit = 62; bit >= 0; --bit) {
    part *= 2;
    rest *= 2;
    if (((b >> bit) & 1) != 0) rest += r;
    while (rest >= c) {
      rest -= c;
      ++part;
    }
  }
  whole += part;
  if (up && rest != 0) ++whole;
  return whole > kMax ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(whole);
}

std::int64_t steps_for(const VolumeProblem& p, std::int64_t volume) {
  return std::max(p.min_steps, volume / p.step_capacity + (volume % p.step_capacity != 0 ? 1 : 0));
}

std::string grouped(std::int64_t units) {
  std::string digits = std::to_string(units);
  for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), " ");
  }
  return digits;
}

}  // namespace

Result<Usd> api_cost_at(const VolumeProblem& p, std::int64_t volume) {
  BREAKEVEN_CHECK_OK(check(p));
  return mul_div(p.api_usd, volume, p.api_units);
}

Result<Usd> self_host_cost_at(const VolumeProblem& p, std::int64_t volume) {
  BREAKEVEN_CHECK_OK(check(p));
  const std::int64_t steps = steps_for(p, volume);
  if (p.max_steps && steps > *p.max_steps) {
    return Error{ErrorCode::infeasible,
                 "expected at most " + std::to_string(*p.max_steps) + " steps, volume " +
                     grouped(volume) + " needs " + std::to_string(steps),
                 "volume"};
  }
  BREAKEVEN_TRY(const Usd marginal, mul_div(p.marginal_usd, volume, p.api_units));
  BREAKEVEN_TRY(const Usd fleet, steps_usd(p, steps));
  return p.fixed_usd + fleet + marginal;
}

Result<VolumePlace> place_of(const VolumeProblem& p, std::int64_t volume) {
  BREAKEVEN_TRY(const Usd api, api_cost_at(p, volume));
  const double capacity =
      static_cast<double>(steps_for(p, volume)) * static_cast<double>(p.step_capacity);
  return VolumePlace{volume, api, capacity > 0 ? static_cast<double>(volume) / capacity : 0};
}

Result<BreakEven> break_even_volume(const VolumeProblem& p) {
  BREAKEVEN_CHECK_OK(check(p));
  BreakEven out;
  constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();
  if (p.max_steps) {
    const Int128 all = static_cast<Int128>(*p.max_steps) * p.step_capacity;
    out.capacity = all > kFar ? kFar : static_cast<std::int64_t>(all);
  }
  // What a unit of volume saves, times api_units.
  const Int128 gain = (p.api_usd - p.marginal_usd).femto();
  if (gain <= 0) {
    if (p.fixed_usd == Usd() && p.step_usd == Usd() && gain == 0) {
      out.first = out.permanent = 0;
      return out;
    }
    out.never = "self-hosting costs " + p.marginal_usd.display() + " more per " +
                grouped(p.api_units) + " units before any fixed cost, the API charges " +
                p.api_usd.display() + ": " + p.marginal_usd.display() +
                " >= " + p.api_usd.display();
    return out;
  }
  // Smallest volume whose API bill pays for `steps` steps.
  const auto pays_for = [&](std::int64_t steps) {
    const auto fleet = steps_usd(p, steps);
    return fleet ? muldiv((p.fixed_usd + *fleet).femto(), p.api_units, gain, true) : kFar;
  };
  // What the API charges for what one step can serve, against the price of that step.
  BREAKEVEN_TRY(const Usd full_step,
                mul_div(p.api_usd - p.marginal_usd, p.step_capacity, p.api_units));
  const bool step_pays = full_step > p.step_usd;

  const std::int64_t first_steps = std::max<std::int64_t>(1, p.min_steps);
  const std::int64_t last_steps = p.max_steps.value_or(kFar);
  // From this many steps on even the emptiest fleet (one unit above n - 1 full steps) wins.
  std::int64_t always = kFar;
  if (step_pays) {
    const Int128 spare = full_step.femto() - p.step_usd.femto();
    const Int128 n = (p.fixed_usd.femto() + full_step.femto() + spare - 1) / spare;
    always = n > kFar ? kFar : std::max(first_steps, static_cast<std::int64_t>(n));
  }
  // Below this many steps even a full fleet loses, so the walk starts at the first that can win.
  std::int64_t steps = first_steps;
  if (step_pays) {
    const Int128 spare = full_step.femto() - p.step_usd.femto();
    const Int128 n = p.fixed_usd.femto() / spare;
    steps = std::max(first_steps, n > kFar ? kFar : static_cast<std::int64_t>(n));
  }
  // A step that costs more than the API charges for all it can serve never earns the fixed cost
  // back.
  const bool hopeless = full_step < p.step_usd || (full_step == p.step_usd && p.fixed_usd > Usd());
  bool for_good = false;
  if (!hopeless) {
    for (;; ++steps) {
      if (steps > last_steps) break;
      const Int128 top = static_cast<Int128>(steps) * p.step_capacity;
      if (top - p.step_capacity >= kFar) break;  // no volume needs so many steps
      const std::int64_t to = top > kFar ? kFar : static_cast<std::int64_t>(top);
      const std::int64_t bottom =
          steps == first_steps ? 0 : static_cast<std::int64_t>(top - p.step_capacity) + 1;
      const std::int64_t from = std::max(bottom, pays_for(steps));
      if (from <= to && from != kFar) {
        if (!out.windows.empty() && out.windows.back().to + 1 == from) {
          out.windows.back().to = to;  // no gap: the sign does not change between these steps
        } else if (static_cast<std::int64_t>(out.windows.size()) < kMaxWindows) {
          out.windows.push_back({from, to, steps});
        } else {
          out.windows_truncated = true;
          break;
        }
      }
      if (to == kFar || steps >= always) {
        for_good = true;
        break;
      }
      if (!step_pays && steps - first_steps > kMaxWindows) break;
    }
  }
  if (out.windows.empty()) {
    if (out.capacity && p.max_steps) {
      BREAKEVEN_TRY(const Usd at_capacity,
                    mul_div(p.api_usd - p.marginal_usd, *out.capacity, p.api_units));
      const Usd self = p.fixed_usd + p.step_usd * *p.max_steps;
      const std::int64_t needed = pays_for(*p.max_steps);
      out.never = "at its full capacity of " + grouped(*out.capacity) +
                  " units a month the API would charge " + at_capacity.display() +
                  ", self-hosting costs " + self.display() + ": " + at_capacity.display() + " < " +
                  self.display() + "; break-even would take " + grouped(needed) + " units";
    } else if (step_pays) {
      out.never = "self-hosting would win only above " + grouped(kFar) + " units a month";
    } else {
      out.never = "one more step costs " + p.step_usd.display() + " and serves " +
                  grouped(p.step_capacity) + " units, for which the API charges " +
                  full_step.display() + ": " + full_step.display() + " <= " + p.step_usd.display() +
                  ", and " + p.fixed_usd.display() + " of fixed cost come on top";
    }
    return out;
  }
  out.first = out.windows.front().from;
  if (!out.windows_truncated) {
    // The last window reaches the capacity, or goes on for ever: it is the permanent one.
    const Window last = out.windows.back();
    const bool to_the_end = for_good || (out.capacity && last.to == *out.capacity);
    if (to_the_end) {
      out.permanent = last.from;
      out.windows.pop_back();
    }
  } else if (always != kFar && !p.max_steps) {
    out.permanent = pays_for(always - 1 < first_steps ? first_steps : always - 1);
    const std::int64_t bottom = (always - 1) * p.step_capacity + 1;
    out.permanent = std::min(*out.permanent, bottom);
  }
  for (const Window& window : out.windows) {
    out.crossings.push_back(window.from);
    out.crossings.push_back(window.to + 1);
  }
  if (out.permanent) out.crossings.push_back(*out.permanent);
  return out;
}

double tokens_per_month(double tokens_per_second, double utilisation) {
  return tokens_per_second * utilisation * static_cast<double>(kSecondsPerMonth);
}

}  // namespace breakeven::economics
