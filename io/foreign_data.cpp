#include "io/foreign_data.hpp"

#include <array>
#include <utility>

namespace breakeven::io {

std::optional<std::string_view> foreign_data(std::string_view head) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kForeign{{
      {"PAR1", "a Parquet file: export it as CSV or JSON Lines"},
      {"PK\x03\x04", "a ZIP archive or spreadsheet: unpack it, or export it as CSV"},
      {"BZh", "bzip2 data: unpack it first"},
      {"\xFD"
       "7zXZ",
       "xz data: unpack it first"},
      {"\x1f\x8b", "gzip inside the packed data: unpack it once"},
      {"%PDF", "a PDF document"},
      {"SQLite format 3", "an SQLite database: export the table as CSV"},
      {"Obj\x01", "an Avro file: export it as CSV or JSON Lines"},
  }};
  for (const auto& [magic, what] : kForeign) {
    if (head.starts_with(magic)) return what;
  }
  if (head.find('\0') != std::string_view::npos) return "binary data (a zero byte)";
  return std::nullopt;
}

}  // namespace breakeven::io
