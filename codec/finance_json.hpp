// finance_json.hpp — the finance functions, JSON in and JSON out (docs/formats/finance.md).
//
// Shape    One object of fields in, one object out; "id" is echoed. What spreadsheets compute and
//          every projection is a JSON number, exact money a decimal string. In a batch a request
//          that fails becomes {"id", "error"}.
// Errors   not_found for an unknown function or field (near matches), parse_error, and those of
//          engine/finance; `where` is a JSON pointer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::codec {

struct FinanceField;

struct FinanceHelp {
  std::string_view name;
  std::string_view title;
  std::span<const FinanceField> fields;
};
/// In the order of the documentation.
[[nodiscard]] const std::vector<FinanceHelp>& finance_functions();

/// The answer to one request on one line, without a line break.
[[nodiscard]] Result<std::string> finance_answer(std::string_view function, std::string_view json);
/// The same, with an error as {"id", "error"}.
[[nodiscard]] std::string finance_line(std::string_view function, std::string_view json);
/// {"id":null,"error":{...}} for what cannot be read as a request.
[[nodiscard]] std::string finance_refusal(const Error& error);

/// A request from named texts, as the command line has them.
[[nodiscard]] std::string finance_request(
    const std::vector<std::pair<std::string, std::string>>& fields);

/// Whether a whole text is one JSON value; if not it may be lines of them.
[[nodiscard]] bool is_one_json_value(std::string_view text);

}  // namespace breakeven::codec
