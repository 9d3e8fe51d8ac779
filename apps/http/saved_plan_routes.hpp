// saved_plan_routes.hpp — plans as documents that a server keeps: /api/v1/plans/saved
// (docs/formats/http.md, "Saved plans").
#pragma once

#include <memory>

#include "apps/http/router.hpp"
#include "service/server_records.hpp"

namespace breakeven::http {

/// Before the routes of runs, whose ids stand in the same place. `records` null: every route says that
/// nothing can be kept.
void add_saved_plan_routes(Router& router, const std::shared_ptr<service::ServerRecords>& records);

}  // namespace breakeven::http
