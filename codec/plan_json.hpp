// plan_json.hpp — a plan's question and answer as JSON (docs/formats/plan.md).
//
// Errors   A field of the question that is unknown, of the wrong type or out of range is named by
//          its JSON pointer.
#pragma once

#include <string>
#include <string_view>

#include "engine/advisor/plan.hpp"

namespace breakeven::codec {

/// Reads every field but the trace. Unknown fields are refused, so that a misspelt one is not
/// ignored.
[[nodiscard]] Result<advisor::PlanQuestion> plan_question_from_json(std::string_view json);
/// Every field, in the shape that plan_question_from_json reads: asking it again is the same plan.
[[nodiscard]] std::string plan_question_to_json(const advisor::PlanQuestion& question);

/// The whole answer on one line; amounts are decimal strings.
[[nodiscard]] std::string plan_answer_to_json(const advisor::PlanQuestion& question,
                                              const advisor::PlanAnswer& answer,
                                              const std::string& version);

}  // namespace breakeven::codec
