#include "report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

#include "engine/base/encoded_text.hpp"

namespace breakeven::report {
namespace {

constexpr double kWidth = 720;
constexpr double kLeft = 84;
constexpr double kRight = 12;
constexpr double kTop = 10;

/// "-1.5M", "250k", "40".
std::string short_amount(double value) {
  const double size = std::fabs(value);
  if (size >= 1e9) return fmt::format("{:.3g}G", value / 1e9);
  if (size >= 1e6) return fmt::format("{:.3g}M", value / 1e6);
  if (size >= 1e3) return fmt::format("{:.3g}k", value / 1e3);
  return fmt::format("{:.3g}", value);
}

/// A step of 1, 2 or 5 times a power of ten that cuts `range` into four to ten parts.
double nice_step(double range) {
  const double rough = range / 6;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power) return factor * power;
  }
  return 10 * power;
}

struct Range {
  double low = 0;
  double high = 0;
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// A range that can be drawn.
  void open() {
    if (high - low < 1e-9) high = low + 1;
  }
};

}  // namespace

std::string line_chart(const std::vector<Series>& series, const std::string& x_title) {
  constexpr double kHeight = 300;
  constexpr double kBottom = 72;  // months, their title, two rows of names
  constexpr std::size_t kMost = 6;
  Range range;
  std::size_t count = 1;
  for (const Series& one : series) {
    for (const double value : one.values) range.add(value);
    count = std::max(count, one.values.size());
  }
  range.open();
  const double step = nice_step(range.high - range.low);
  range.low = std::floor(range.low / step) * step;
  range.high = std::ceil(range.high / step) * step;
  const auto x = [&](std::size_t i) {
    return kLeft + (kWidth - kLeft - kRight) * static_cast<double>(i) /
                       static_cast<double>(std::max<std::size_t>(count - 1, 1));
  };
  const auto y = [&](double value) {
    return kTop + (kHeight - kTop - kBottom) * (range.high - value) / (range.high - range.low);
  };
  std::string svg;
  auto out = std::back_inserter(svg);
  fmt::format_to(out, R"(<svg viewBox="0 0 {} {}" role="img" class="chart">)", kWidth, kHeight);
  for (double tick = range.low; tick <= range.high + step / 2; tick += step) {
    const double at = std::fabs(tick) < step / 2 ? 0 : tick;
    fmt::format_to(out,
                   R"(<line class="{}" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>)"
                   R"(<text class="tick" text-anchor="end" x="{}" y="{:.1f}">{}</text>)",
                   at == 0 ? "zero" : "grid", kLeft, kWidth - kRight, y(at), y(at), kLeft - 6,
                   y(at) + 4, short_amount(at));
  }
  const std::size_t every = std::max<std::size_t>(1, (count + 11) / 12);
  for (std::size_t i = 0; i < count; i += every) {
    fmt::format_to(out, R"(<text class="tick" text-anchor="middle" x="{:.1f}" y="{}">{}</text>)",
                   x(i), kHeight - kBottom + 16, i + 1);
  }
  fmt::format_to(out, R"(<text class="tick" text-anchor="end" x="{}" y="{}">{}</text>)",
                 kWidth - kRight, kHeight - kBottom + 30, xml_escaped(x_title));
  for (std::size_t s = 0; s < std::min(series.size(), kMost); ++s) {
    std::string points;
    for (std::size_t i = 0; i < series[s].values.size(); ++i) {
      if (!std::isfinite(series[s].values[i])) continue;
      fmt::format_to(std::back_inserter(points), "{:.1f},{:.1f} ", x(i), y(series[s].values[i]));
    }
    fmt::format_to(out, R"(<polyline class="series s{}" points="{}"/>)", s + 1, points);
    constexpr std::size_t kPerRow = 3;
    const double legend =
        kLeft + static_cast<double>(s % kPerRow) * (kWidth - kLeft) / static_cast<double>(kPerRow);
    const double row = kHeight - 24 + 16 * static_cast<double>(s / kPerRow);
    fmt::format_to(out,
                   R"(<line class="series s{}" x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}"/>)"
                   R"(<text class="tick" x="{:.1f}" y="{}">{}</text>)",
                   s + 1, legend, legend + 14, row, row, legend + 18, row + 4,
                   xml_escaped(series[s].name));
  }
  return svg + "</svg>";
}

std::string bar_chart(const std::vector<Bar>& bars) {
  constexpr double kRow = 26;
  constexpr double kNames = 250;
  const double height = kTop + kRow * static_cast<double>(bars.size()) + 24;
  Range range;
  for (const Bar& bar : bars) {
    range.add(bar.from);
    range.add(bar.to);
  }
  range.open();
  const double room = kWidth - kNames - 2 * 56;
  const auto x = [&](double value) {
    return kNames + 56 + room * (value - range.low) / (range.high - range.low);
  };
  std::string svg;
  auto out = std::back_inserter(svg);
  fmt::format_to(out, R"(<svg viewBox="0 0 {} {}" role="img" class="chart">)", kWidth, height);
  fmt::format_to(out, R"(<line class="zero" x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}"/>)", x(0), x(0),
                 kTop, height - 20);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double top = kTop + kRow * static_cast<double>(i);
    const double low = std::min(bars[i].from, bars[i].to);
    const double high = std::max(bars[i].from, bars[i].to);
    std::string name = bars[i].name;
    constexpr std::size_t kLongest = 40;
    if (name.size() > kLongest) name = name.substr(0, kLongest - 3) + "...";
    fmt::format_to(out,
                   R"(<text class="tick" text-anchor="end" x="{}" y="{:.1f}">{}</text>)"
                   R"(<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}"/>)",
                   kNames, top + 15, xml_escaped(name), high <= 0 ? "minus" : "plus", x(low),
                   top + 3, std::max(1.0, x(high) - x(low)), kRow - 8);
    // The end at the zero line needs no number, unless there is no other.
    if (low != 0) {
      fmt::format_to(out, R"(<text class="tick" text-anchor="end" x="{:.1f}" y="{:.1f}">{}</text>)",
                     x(low) - 5, top + 15, short_amount(low));
    }
    if (high != 0 || low == 0) {
      fmt::format_to(out, R"(<text class="tick" x="{:.1f}" y="{:.1f}">{}</text>)", x(high) + 5,
                     top + 15, short_amount(high));
    }
  }
  return svg + "</svg>";
}

}  // namespace breakeven::report
