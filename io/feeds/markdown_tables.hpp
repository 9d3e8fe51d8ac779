// markdown_tables.hpp — the pipe tables of a Markdown page, each under its headings.
//
// Shape    A table is a line of cells, a line of dashes with as many cells, and the lines of cells
//          that follow (GitHub Flavored Markdown, section 4.10). Code fences are skipped. Cells come
//          as plain text: trimmed, escapes, emphasis and images taken away, of a link its text.
// Errors   parse_error at the line of a row that has not as many cells as its header.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::io {

struct MarkdownTable {
  struct Row {
    std::size_t line = 0;  ///< 1-based
    std::vector<std::string> cells;
    std::vector<std::string> targets;  ///< of each cell, where its last link leads; empty = no link
  };
  std::vector<std::string> headings;  ///< outermost first, as plain text
  std::string code;                   ///< first `code` text of the innermost section above a table
  std::size_t line = 0;               ///< of the header
  std::vector<std::string> header;
  std::vector<Row> rows;
};

[[nodiscard]] Result<std::vector<MarkdownTable>> markdown_tables(std::string_view page);

}  // namespace breakeven::io
