// gpu_price.hpp — how the rental price of GPUs moves from month to month: a trend and a jump.
//
// Units    Relative to today: 1 = today, in month 0. Factors per month; months from now.
// Shape    G(m) = step^m, times the jump from the first whole month at or after its time. The trend and
//          the jump go either way. Every year brings a jump with probability p, by +s or -s alike;
//          the jump of a path is the product of those of its years, all at one time:
//            P(jump = (1 + s)^u (1 - s)^d) from one year after the other; a part of a year has p in
//            proportion. One year, p = 0.15, s = 0.3: 0.85 stays, 0.075 at 1.3, 0.075 at 0.7 (test:
//            GpuPrice.*). The mean of the jump is 1.
// Sources  A trend with rare jumps: Merton, "Option pricing when underlying stock returns are
//          discontinuous", J. of Financial Economics 3, 1976. Evidence for p and s:
//          prior.gpu_price_jump_* of the catalogue (AWS -44 % in June 2025, a spot series +148 % in
//          2026).
// Errors   out_of_range for a probability outside [0, 1], a size outside [0, 1).
#pragma once

#include "engine/base/result.hpp"
#include "engine/economics/distribution.hpp"

namespace breakeven::economics {

/// The product of all jumps within the horizon.
[[nodiscard]] Result<Distribution> gpu_jump(double probability_per_year, double size,
                                            int horizon_months);

/// Month by month, as a path has drawn it.
class GpuPriceWalk {
 public:
  GpuPriceWalk() = default;
  GpuPriceWalk(double step, double jump, double jump_month);
  [[nodiscard]] double price() const { return price_; }
  void next();

 private:
  void jump_if_due();

  double step_ = 1;
  double jump_ = 1;
  double jump_month_ = 0;
  double month_ = 0;
  double price_ = 1;
};

}  // namespace breakeven::economics
