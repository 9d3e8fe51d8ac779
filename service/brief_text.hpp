// brief_text.hpp — a plan's brief as text for a terminal or a mail.
#pragma once

#include <string>

#include "engine/advisor/plan.hpp"

namespace breakeven::service {

/// The sentences in their order, each with the names of its figures below it.
[[nodiscard]] std::string brief_text(const advisor::PlanQuestion& question,
                                     const advisor::PlanAnswer& answer, bool cfo);

}  // namespace breakeven::service
