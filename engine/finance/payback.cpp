#include "engine/finance/payback.hpp"

#include <cmath>
#include <cstddef>
#include <span>

namespace breakeven::finance {

Payback payback(std::span<const double> flows, double rate) {
  constexpr double kRounding = 1e-12;
  Payback out;
  double factor = 1;
  double sum = 0;
  double size = 0;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const double before = sum;
    const double flow = flows[i] * factor;
    sum += flow;
    size += std::fabs(flow);
    factor /= 1 + rate;
    const int period = static_cast<int>(i);
    if (sum < -kRounding * size) {
      out.lasting_period.reset();
      continue;
    }
    if (!out.lasting_period) out.lasting_period = period;
    if (out.period) continue;
    out.period = period;
    out.fractional = i == 0 ? 0.0 : static_cast<double>(i) - 1 - before / flow;
  }
  return out;
}

}  // namespace breakeven::finance
