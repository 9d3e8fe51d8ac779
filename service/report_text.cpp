#include "service/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <variant>
#include <vector>

namespace breakeven::service {
namespace {

// Longer texts would push the columns after them off the screen; the JSON has them whole.
constexpr std::size_t kWidest = 60;

std::string plain(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return text;
}

std::string text_of(const codec::Value& value) {
  struct Visit {
    std::string operator()(std::monostate) const { return "-"; }
    std::string operator()(bool one) const { return one ? "yes" : "no"; }
    std::string operator()(std::int64_t one) const { return std::to_string(one); }
    std::string operator()(double one) const { return fmt::format("{:.1f}", one); }
    std::string operator()(const std::string& one) const { return plain(one); }
  };
  return std::visit(Visit{}, value);
}

bool is_number(const codec::Value& value) {
  return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

/// Cut in front of a character, never within one.
std::string shortened(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  std::size_t end = width - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::string spoken(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

void table_text(const codec::Table& table, std::string& text) {
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\n{} ({})\n", table.title, table.rows.size());
  if (table.rows.empty()) return;
  const std::size_t columns = table.columns.size();
  std::vector<std::size_t> width(columns);
  std::vector<bool> right(columns, true);
  std::vector<std::vector<std::string>> cells;
  for (std::size_t c = 0; c < columns; ++c) width[c] = table.columns[c].size();
  for (const auto& row : table.rows) {
    std::vector<std::string> line;
    for (std::size_t c = 0; c < columns; ++c) {
      const codec::Value& value = row[c];
      line.push_back(c + 1 == columns ? text_of(value) : shortened(text_of(value), kWidest));
      width[c] = std::max(width[c], line.back().size());
      right[c] = right[c] && (is_number(value) || std::holds_alternative<std::monostate>(value));
    }
    cells.push_back(std::move(line));
  }
  const auto print = [&](std::size_t c, const std::string& cell) {
    if (c + 1 == columns && !right[c]) {
      fmt::format_to(out, "  {}", cell);
    } else if (right[c]) {
      fmt::format_to(out, "  {:>{}}", cell, width[c]);
    } else {
      fmt::format_to(out, "  {:<{}}", cell, width[c]);
    }
  };
  for (std::size_t c = 0; c < columns; ++c) print(c, spoken(table.columns[c]));
  text += '\n';
  for (const auto& line : cells) {
    for (std::size_t c = 0; c < columns; ++c) print(c, line[c]);
    text += '\n';
  }
}

}  // namespace

std::string report_text(const codec::Report& report) {
  std::string text;
  std::size_t widest = 0;
  for (const auto& [name, value] : report.head) widest = std::max(widest, name.size());
  for (const auto& [name, value] : report.head) {
    fmt::format_to(std::back_inserter(text), "{:<{}}  {}\n", spoken(name), widest, text_of(value));
  }
  for (const codec::Table& table : report.tables) {
    if (!table.title.empty()) table_text(table, text);
  }
  return text;
}

}  // namespace breakeven::service
