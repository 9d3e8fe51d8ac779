// report_routes.hpp — reports of a plan's answer: POST /api/v1/reports (docs/formats/http.md).
#pragma once

#include "apps/http/router.hpp"

namespace breakeven::http {

void add_report_routes(Router& router);

}  // namespace breakeven::http
