// sensitivity_grid.hpp — the difference over the values of two drivers, the others at their base.
//
// Units    USD a month, reference less candidate, fully loaded; estimates.
// Shape    kGridPoints values of each driver, evenly from the low to the high end of its tornado bar.
//          The middle is the middle of the bar, not the base.
//          Worked: of 3 x + 4 y over x, y in [0, 1] the corners are 0, 3, 4 and 7 (test:
//          SensitivityGrid.*).
#pragma once

#include <cstddef>
#include <vector>

#include "engine/economics/uncertainty.hpp"

namespace breakeven::economics {

inline constexpr std::size_t kGridPoints = 5;

struct SensitivityGrid {
  std::size_t x = 0;  ///< driver
  std::size_t y = 0;
  std::vector<double> x_values;
  std::vector<double> y_values;
  std::vector<std::vector<double>> difference_usd;  ///< [y][x]
};
[[nodiscard]] SensitivityGrid sensitivity_grid(const std::vector<Driver>& drivers,
                                               const Model& model, const TornadoBar& x,
                                               const TornadoBar& y);

}  // namespace breakeven::economics
