// what_if.hpp — the same question with some inputs changed: both verdicts and what differs.
//
// Errors   Those of both questions; a mistake in the changes has "/changes" before its place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "service/plan_shelf.hpp"
#include "service/quick.hpp"

namespace breakeven::service {

/// `base` and `changes` are JSON objects of the slider calculator's inputs. codec::comparison_to_json.
[[nodiscard]] Result<std::string> quick_what_if(const codec::QuickCalculator& calculator,
                                                std::string_view base, std::string_view changes,
                                                Pool& pool, std::size_t limit);

/// The question of `before` with `changes` put over it, answered on the same trace.
[[nodiscard]] Result<std::shared_ptr<const HeldPlan>> changed_plan(PlanShelf& shelf,
                                                                   const HeldPlan& before,
                                                                   std::string_view changes,
                                                                   Pool& pool, Ticker& ticker);
/// codec::comparison_to_json of both.
[[nodiscard]] std::string compare(const HeldPlan& before, const HeldPlan& after, std::size_t limit);

}  // namespace breakeven::service
