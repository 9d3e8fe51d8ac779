// document.hpp — a report before it has a format: sections of paragraphs, tables and charts whose
// every figure is already text, so that all formats show the same digits.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace breakeven::report {

struct Paragraph {
  std::string text;
  std::string small;  ///< below it, such as the names of its figures; may be empty
};

struct Table {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::size_t text_columns = 1;  ///< so many from the left are text, the others numbers
  bool total = false;            ///< the last row is the sum of those above
  bool folded = false;           ///< long: HTML shows it when asked
};

struct Chart {
  std::string title;
  std::string svg;
  std::string words;  ///< what it shows, for who cannot see it
};

using Block = std::variant<Paragraph, Table, Chart>;

struct Section {
  std::string title;
  bool new_page = false;
  std::vector<Block> blocks;
};

struct Document {
  std::string title;
  std::string subtitle;
  std::vector<Section> sections;
};

[[nodiscard]] std::string to_markdown(const Document& document);
/// One self-contained page: light, dark and print.
[[nodiscard]] std::string to_html(const Document& document);

}  // namespace breakeven::report
