// svg.hpp — charts as inline SVG that follow the page's colours (classes, no fixed ink).
#pragma once

#include <string>
#include <vector>

namespace breakeven::report {

struct Series {
  std::string name;
  std::vector<double> values;  ///< at 1, 2, 3, ...
};

/// Lines over months; zero is drawn when it is in range. At most six series.
[[nodiscard]] std::string line_chart(const std::vector<Series>& series, const std::string& x_title);

struct Bar {
  std::string name;
  double from = 0;
  double to = 0;
};

/// Horizontal bars, one below the other, each between two values.
[[nodiscard]] std::string bar_chart(const std::vector<Bar>& bars);

}  // namespace breakeven::report
