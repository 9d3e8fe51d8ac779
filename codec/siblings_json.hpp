// siblings_json.hpp — questions and answers of the sibling calculators (docs/formats/claim.md,
// finetune.md, scale.md) as JSON.
//
// Shape    A question is nested objects: "gpu.count" is {"gpu": {"count": 4}}. Money and ratios are
//          decimal strings or numbers. In an answer, money is a decimal string.
// Errors   parse_error for text that is not JSON (with the byte) or not an object, not_found for an
//          unknown field (near matches), out_of_range and parse_error per field; `where` is a JSON
//          pointer.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/siblings/answer.hpp"
#include "engine/siblings/inputs.hpp"

namespace breakeven::codec {

[[nodiscard]] Result<siblings::Inputs> inputs_from_json(std::string_view text,
                                                        std::span<const siblings::Field> fields);

/// One object; `indent` spaces or -1 for one line.
[[nodiscard]] std::string answer_to_json(const siblings::Answer& answer, int indent = 2);

/// {"fields":[{name, flag, title, unit, type, low, high, choices, initial}]}.
[[nodiscard]] std::string fields_to_json(std::span<const siblings::Field> fields, int indent = 2);

}  // namespace breakeven::codec
