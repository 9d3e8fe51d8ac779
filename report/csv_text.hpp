// csv_text.hpp — rows of a CSV file that spreadsheets open.
#pragma once

#include <string>
#include <vector>

namespace breakeven::report {

/// One line with CRLF (RFC 4180); a text that a spreadsheet would run as a formula is kept a text.
void add_csv_row(const std::vector<std::string>& fields, std::string& out);

}  // namespace breakeven::report
