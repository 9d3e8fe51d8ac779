#include <cstddef>
#include <string>

#include "report/document.hpp"

namespace breakeven::report {
namespace {

/// Text that stays text in a table cell or a paragraph.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '*' || c == '_' || c == '<' || c == '`' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string row(const std::vector<std::string>& cells, bool bold) {
  std::string out = "|";
  for (const std::string& cell : cells) {
    const std::string text = plain(cell);
    out += " " + (bold && !text.empty() ? "**" + text + "**" : text) + " |";
  }
  return out + "\n";
}

void add(const Table& table, std::string& out) {
  if (table.rows.empty()) return;
  if (!table.title.empty()) out += "### " + plain(table.title) + "\n\n";
  out += row(table.columns, false) + "|";
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    out += c < table.text_columns ? "---|" : "---:|";
  }
  out += "\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    out += row(table.rows[r], table.total && r + 1 == table.rows.size());
  }
  out += "\n";
}

}  // namespace

std::string to_markdown(const Document& document) {
  std::string out = "# " + plain(document.title) + "\n\n" + plain(document.subtitle) + "\n\n";
  for (const Section& section : document.sections) {
    out += "## " + plain(section.title) + "\n\n";
    for (const Block& block : section.blocks) {
      if (const auto* paragraph = std::get_if<Paragraph>(&block)) {
        out += plain(paragraph->text);
        if (!paragraph->small.empty()) out += " *(" + plain(paragraph->small) + ")*";
        out += "\n\n";
      } else if (const auto* table = std::get_if<Table>(&block)) {
        add(*table, out);
      } else if (const auto* chart = std::get_if<Chart>(&block)) {
        out += "**" + plain(chart->title) + ".** " + plain(chart->words) + "\n\n";
      }
    }
  }
  return out;
}

}  // namespace breakeven::report
