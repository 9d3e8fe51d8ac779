// plan_request.hpp — a plan for a trace that is already in memory: JSON in, JSON out.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"
#include "service/plan.hpp"

namespace breakeven::service {

/// `question` is what codec::plan_question_from_json() reads. An `as_of` that is not given becomes
/// the date of the newest price. `ticker` hears progress and can cancel.
[[nodiscard]] Result<std::string> plan_json(const Facts& facts, std::string_view question,
                                            const traffic::Trace& trace, const std::string& version,
                                            Pool& pool, Ticker& ticker);

}  // namespace breakeven::service
