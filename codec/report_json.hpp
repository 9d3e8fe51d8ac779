// report_json.hpp — answers that are a few named values and some tables, as JSON.
//
// Shape    A Report is built once by a use case; the command line prints it as text
//          (service/report_text.hpp) and every other shell as this JSON: the head's values, then each
//          table as an array of objects. Money is text, so that no digit is lost.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace breakeven::codec {

/// Nothing, yes or no, a whole number, a measured number, or text.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct Table {
  std::string name;                  ///< key in JSON: "vendors"; empty: not in JSON
  std::string title;                 ///< for people; empty: not printed as text
  std::vector<std::string> columns;  ///< keys in JSON
  std::vector<std::vector<Value>> rows;
};

struct Report {
  std::vector<std::pair<std::string, Value>> head;
  std::vector<Table> tables;
};

[[nodiscard]] std::string report_to_json(const Report& report);

}  // namespace breakeven::codec
