#include "engine/economics/sensitivity_grid.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "engine/economics/draws.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::economics {
namespace {

std::vector<double> evenly(double from, double to) {
  std::vector<double> values;
  for (std::size_t i = 0; i < kGridPoints; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(kGridPoints - 1);
    values.push_back(i + 1 == kGridPoints ? to : from + share * (to - from));
  }
  return values;
}

}  // namespace

SensitivityGrid sensitivity_grid(const std::vector<Driver>& drivers, const Model& model,
                                 const TornadoBar& x, const TornadoBar& y) {
  SensitivityGrid grid;
  grid.x = x.driver;
  grid.y = y.driver;
  grid.x_values = evenly(x.low_value, x.high_value);
  grid.y_values = evenly(y.low_value, y.high_value);
  std::vector<double> values;
  values.reserve(drivers.size());
  for (const Driver& driver : drivers) values.push_back(driver.base);
  for (const double at_y : grid.y_values) {
    values[grid.y] = at_y;
    std::vector<double> row;
    for (const double at_x : grid.x_values) {
      values[grid.x] = at_x;
      row.push_back(model(values.data()).fully_loaded_usd_month);
    }
    grid.difference_usd.push_back(std::move(row));
  }
  return grid;
}

}  // namespace breakeven::economics
