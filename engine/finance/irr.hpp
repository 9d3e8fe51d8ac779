// irr.hpp — the rate at which an investment is worth nothing, if there is one, and its relatives.
//
// Units    Rates per period (irr, mirr) or per year of 365 days (xirr), as shares.
// Shape    NPV as a function of the rate may cross zero never, once or several times: all of it is
//          answered. Rates above -1 + 1e-13.
// Sources  Roots: roots.hpp. MIRR = (FV(reinvest; gains) / -PV(finance; losses))^(1 / (n - 1)) - 1.
//          Worked: IRR(-70 000, 12 000, 15 000, 18 000, 21 000, 26 000) = 8.66 %; MIRR(-120 000,
//          39 000, 30 000, 21 000, 37 000, 46 000; 10 %; 12 %) = 12.61 % (Excel's own examples; tests:
//          Irr.*).
// Errors   out_of_range, invalid_argument (fewer than two flows), resource_limit (roots.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::finance {

enum class IrrStatus : std::uint8_t { none, one, several };
[[nodiscard]] std::string_view to_string(IrrStatus status);

struct Irr {
  std::vector<double> roots;  ///< ascending
  [[nodiscard]] IrrStatus status() const;
  /// The root nearest to `guess`; null without roots.
  [[nodiscard]] std::optional<double> nearest(double guess) const;
};

[[nodiscard]] Result<Irr> irr(std::span<const double> flows);
/// Flows in any order of their dates.
[[nodiscard]] Result<Irr> xirr(std::span<const DatedFlow> flows);

/// Null when nothing is paid or nothing comes back.
[[nodiscard]] Result<std::optional<double>> mirr(std::span<const double> flows, double finance_rate,
                                                 double reinvest_rate);

}  // namespace breakeven::finance
