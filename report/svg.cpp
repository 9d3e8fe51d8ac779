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

/// A name in as many lines as it needs beside its bar.
std::vector<std::string> name_lines(const std::string& name) {
  constexpr std::size_t kLongest = 42;
  std::vector<std::string> lines{""};
  for (std::size_t start = 0; start < name.size();) {
    const std::size_t end = std::min(name.find(' ', start), name.size());
    const std::string word = name.substr(start, end - start);
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > kLongest) {
      lines.emplace_back();
    }
    lines.back() += (lines.back().empty() ? "" : " ") + word;
    start = end + 1;
  }
  return lines;
}

}  // namespace

std::string line_chart(const std::vector<Series>& series, const std::string& x_title,
                       const Band& band) {
  constexpr double kHeight = 316;
  constexpr double kBottom = 88;  // months, their title, three rows of names
  constexpr std::size_t kMost = 6;
  Range range;
  std::size_t count = 1;
  for (const Series& one : series) {
    for (const double value : one.values) range.add(value);
    count = std::max(count, one.values.size());
  }
  const std::size_t banded = std::min(band.low.size(), band.high.size());
  for (std::size_t i = 0; i < banded; ++i) {
    range.add(band.low[i]);
    range.add(band.high[i]);
  }
  count = std::max(count, banded);
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
  const auto append = [&](std::string& points, std::size_t i, double value) {
    if (!std::isfinite(value)) return;
    fmt::format_to(std::back_inserter(points), "{:.1f},{:.1f} ", x(i), y(value));
  };
  std::size_t names = 0;
  const auto name = [&](const std::string& text, const std::string& mark) {
    constexpr std::size_t kPerRow = 2;  // an option's id names host and model
    const double at = kLeft + static_cast<double>(names % kPerRow) * (kWidth - kLeft) /
                                  static_cast<double>(kPerRow);
    const double row = kHeight - 40 + 16 * static_cast<double>(names / kPerRow);
    ++names;
    fmt::format_to(out, R"(<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}"/>)", mark, at,
                   at + 14, row, row);
    fmt::format_to(out, R"(<text class="tick" x="{:.1f}" y="{}">{}</text>)", at + 18, row + 4,
                   xml_escaped(text));
  };
  if (banded > 0) {
    std::string points;
    for (std::size_t i = 0; i < banded; ++i) append(points, i, band.high[i]);
    for (std::size_t i = banded; i > 0; --i) append(points, i - 1, band.low[i - 1]);
    fmt::format_to(out, R"(<polygon class="band" points="{}"/>)", points);
  }
  const std::size_t most = banded > 0 ? kMost - 1 : kMost;
  for (std::size_t s = 0; s < std::min(series.size(), most); ++s) {
    std::string points;
    for (std::size_t i = 0; i < series[s].values.size(); ++i)
      append(points, i, series[s].values[i]);
    fmt::format_to(out, R"(<polyline class="series s{}" points="{}"/>)", s + 1, points);
    name(series[s].name, fmt::format("series s{}", s + 1));
  }
  if (banded > 0) name(band.name, "key");
  return svg + "</svg>";
}

std::string bar_chart(const std::vector<Bar>& bars) {
  constexpr double kRow = 30;
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
    const Bar& bar = bars[i];
    const double top = kTop + kRow * static_cast<double>(i);
    const double low = std::min(bar.from, bar.to);
    const double high = std::max(bar.from, bar.to);
    const std::vector<std::string> name = name_lines(bar.name);
    for (std::size_t line = 0; line < name.size(); ++line) {
      const double middle = 17 - 6.5 * static_cast<double>(name.size() - 1);
      fmt::format_to(out, R"(<text class="tick" text-anchor="end" x="{}" y="{:.1f}">{}</text>)",
                     kNames, top + middle + 13 * static_cast<double>(line),
                     xml_escaped(name[line]));
    }
    const bool minus = bar.kind == BarKind::step ? bar.to < bar.from : high <= 0;
    fmt::format_to(out,
                   R"(<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}"/>)",
                   bar.kind == BarKind::total ? "whole"
                   : minus                    ? "minus"
                                              : "plus",
                   x(low), top + 4, std::max(1.0, x(high) - x(low)), kRow - 10);
    const auto end = [&](double at, const std::string& text) {
      const bool left = at == low && at != high;
      fmt::format_to(out, R"(<text class="tick"{} x="{:.1f}" y="{:.1f}">{}</text>)",
                     left ? R"( text-anchor="end")" : "", x(at) + (left ? -5 : 5), top + 17, text);
    };
    if (bar.kind == BarKind::step) {
      const double change = bar.to - bar.from;
      end(bar.to, (change < 0 ? "" : "+") + short_amount(change));
      continue;
    }
    // The end at the zero line needs no number, unless there is no other.
    if (low != 0 && low != high) end(low, short_amount(low));
    if (high != 0 || low == 0 || low == high) end(high, short_amount(high));
  }
  return svg + "</svg>";
}

}  // namespace breakeven::report
