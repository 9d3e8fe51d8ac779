// quick_json.hpp — the slider calculator's question and answer as JSON (docs/formats/quick.md).
//
// Shape    Money is decimal strings; ratios in a request may be strings or numbers.
// Errors   parse_error for text that is not JSON (with the byte), not_found for an unknown field
//          (near matches), out_of_range and parse_error per field; `where` is a JSON pointer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/quick.hpp"
#include "engine/base/result.hpp"

namespace breakeven::codec {

/// How much of the answer is wanted: while a slider moves, nobody asks where a figure comes from.
enum class QuickDetail : std::uint8_t {
  full,
  live  ///< `figures` and `uncertainty.drivers` stay empty; nothing else differs
};

struct QuickRequest {
  advisor::QuickInputs inputs = advisor::default_quick_inputs();
  advisor::QuickOptions options;
  QuickDetail detail = QuickDetail::full;
  std::string case_id;  ///< "case": start from this worked case; fields given beside it win
};

[[nodiscard]] Result<QuickRequest> quick_request_from_json(
    std::string_view text, const std::vector<advisor::WorkedCase>& cases);

/// One object, `indent` spaces or -1 for one line. `worked` adds "case".
[[nodiscard]] std::string quick_answer_to_json(const advisor::QuickAnswer& answer,
                                               const explain::FigureGraph& figures,
                                               const advisor::WorkedCase* worked, int indent = 2,
                                               QuickDetail detail = QuickDetail::full);

/// {"cases":[{id, tab, inputs, popular_claim, ...}], "fields":[{name, flag, title, unit, low, high,
/// initial, more}]}: what a page needs to draw itself.
[[nodiscard]] std::string quick_setup_to_json(const std::vector<advisor::WorkedCase>& cases,
                                              int indent = 2);

}  // namespace breakeven::codec
