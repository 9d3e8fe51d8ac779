// registry_routes.hpp — the price registry under /api/v1/registry (docs/formats/http.md).
#pragma once

#include <memory>

#include "apps/http/router.hpp"
#include "service/registry_views.hpp"

namespace breakeven::http {

void add_registry_routes(Router& router,
                         const std::shared_ptr<const service::RegistryViews>& registry);

}  // namespace breakeven::http
