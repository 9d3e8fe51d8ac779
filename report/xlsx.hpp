// xlsx.hpp — a minimal writer of Office Open XML workbooks: texts, numbers, formulas with their
// values, a bold first row, column widths.
//
// Shape    The package is an uncompressed ZIP with fixed times: the same workbook gives the same
//          bytes, without a library.
// Sources  ECMA-376 part 1 (SpreadsheetML), APPNOTE 6.3 (ZIP), CRC-32 of ISO 3309.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace breakeven::report {

struct Formula {
  std::string text;  ///< without "="
  double value = 0;  ///< shown until somebody recalculates
};
enum class Style : std::uint8_t { plain, heading, money, percent };

struct SheetCell {
  std::variant<std::monostate, std::string, double, Formula> content;
  Style style = Style::plain;
};

struct SheetData {
  std::string name;  ///< at most 31 characters, none of []:*?/\.
  std::vector<double> widths;
  std::vector<std::vector<SheetCell>> rows;
};

[[nodiscard]] std::string workbook(const std::vector<SheetData>& sheets);

/// "A", "B", ... "AA"; column 0 is "A".
[[nodiscard]] std::string column_name(std::size_t column);
[[nodiscard]] std::uint32_t crc32(std::string_view bytes);

}  // namespace breakeven::report
