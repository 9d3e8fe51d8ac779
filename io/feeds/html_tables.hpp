// html_tables.hpp — the tables of an HTML page as grids, for vendors without Markdown.
//
// Shape    A cell that spans rows or columns stands in each of them, as a reader sees it. Cells come as
//          plain text: tags taken away, footnote marks (<sup>) too, the common entities decoded, runs
//          of blanks as one. Tables inside tables are not looked for.
// Errors   resource_limit for a table beyond kMostCells; broken markup gives what can be read of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::io {

inline constexpr std::size_t kMostCells = 100'000;  ///< of all tables of a page

using HtmlTable = std::vector<std::vector<std::string>>;

[[nodiscard]] Result<std::vector<HtmlTable>> html_tables(std::string_view page);

}  // namespace breakeven::io
