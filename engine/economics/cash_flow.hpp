// cash_flow.hpp — the difference between two options as an investment.
//
// Units    USD per month as doubles (projections). Month 0 is now.
// Shape    flow[m] = cost of the reference (the API) - cost of the candidate, in month m.
// Sources  Spreadsheet conventions: NPV(rate; v1..vn) discounts v1 by one period; the monthly rate
//          is (1 + r)^(1/12) - 1. IRR solves NPV = 0; sign changes are counted, every root is
//          bracketed. Worked: NPV(10 %; -10 000, 3 000, 4 200, 6 800) = 1 188.44 (LibreOffice and
//          Excel help).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace breakeven::economics {

[[nodiscard]] double monthly_rate(double rate_per_year);
/// As a spreadsheet's NPV: the first flow is discounted by one period.
[[nodiscard]] double npv(double rate_per_period, const std::vector<double>& flows);

enum class IrrStatus : std::uint8_t { none, unique, multiple };
[[nodiscard]] std::string_view to_string(IrrStatus status);
struct Irr {
  IrrStatus status = IrrStatus::none;
  std::optional<double> rate_per_period;  ///< the root nearest to zero when there are several
};
/// Roots in (-0.99, 10] per period.
[[nodiscard]] Irr irr(const std::vector<double>& flows);

/// What comes of switching at month 0.
struct Comparison {
  std::vector<double> flow_usd;  ///< reference - candidate, by month
  std::vector<double> cumulative_usd;
  /// First month (1 = after one month) with cumulative >= 0; null = never.
  std::optional<int> payback_month;
  std::optional<int> discounted_payback_month;
  double npv_usd = 0;
  Irr irr;               ///< per month
  double total_usd = 0;  ///< undiscounted gain over the horizon
};
[[nodiscard]] Comparison compare(const std::vector<double>& reference_usd,
                                 const std::vector<double>& candidate_usd,
                                 double discount_rate_per_year);

/// The month at which to switch: switching in month s pays the reference before s, then the
/// candidate's one-offs and its recurring cost. All s in 0 .. horizon are tried; s = horizon means
/// "stay".
struct SwitchMonth {
  std::optional<int> month;  ///< null = never within the horizon
  double npv_usd = 0;        ///< against staying
};
[[nodiscard]] SwitchMonth best_switch_month(const std::vector<double>& reference_usd,
                                            const std::vector<double>& candidate_recurring_usd,
                                            const std::vector<double>& candidate_one_off_usd,
                                            double discount_rate_per_year);

}  // namespace breakeven::economics
