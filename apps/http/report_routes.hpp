// report_routes.hpp — reports of a plan's answer: POST /api/v1/reports (docs/formats/http.md).
#pragma once

#include <memory>

#include "apps/http/router.hpp"
#include "codec/quick_calculator.hpp"

namespace breakeven::http {

/// `calculator` answers the worked cases of the appendix; null: there are none.
void add_report_routes(Router& router, std::shared_ptr<const codec::QuickCalculator> calculator);

}  // namespace breakeven::http
