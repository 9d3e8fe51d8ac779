// svg.hpp — charts as inline SVG that follow the page's colours (classes, no fixed ink).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace breakeven::report {

struct Series {
  std::string name;
  std::vector<double> values;  ///< at 1, 2, 3, ...
};

/// An area between two lines; nothing is drawn without values.
struct Band {
  std::string name;
  std::vector<double> low;
  std::vector<double> high;
};

/// Lines over months; zero is drawn when it is in range. At most six names, that of the band included.
[[nodiscard]] std::string line_chart(const std::vector<Series>& series, const std::string& x_title,
                                     const Band& band = {});

enum class BarKind : std::uint8_t {
  range,  ///< coloured by its sign
  step,   ///< of a waterfall, coloured by its direction
  total   ///< of a waterfall, on zero
};
struct Bar {
  std::string name;
  double from = 0;
  double to = 0;
  BarKind kind = BarKind::range;
};

/// Horizontal bars, one below the other, each between two values.
[[nodiscard]] std::string bar_chart(const std::vector<Bar>& bars);

}  // namespace breakeven::report
