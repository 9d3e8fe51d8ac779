// api.hpp — the routes of docs/formats/http.md.
#pragma once

#include <memory>

#include "apps/http/router.hpp"
#include "apps/http/runs.hpp"
#include "apps/http/static_site.hpp"
#include "apps/http/uploads.hpp"
#include "apps/http/use_cases.hpp"

namespace breakeven::http {

/// What the routes share; must outlive the server.
class Api {
 public:
  Api(UseCases use_cases, StaticSite site);
  [[nodiscard]] Router router();

 private:
  [[nodiscard]] Response start_plan(const Request& request);
  [[nodiscard]] Response watch_plan(const Request& request);
  [[nodiscard]] Response upload(const Request& request);

  UseCases use_;
  StaticSite site_;
  Uploads uploads_;
  Runs runs_;
};

}  // namespace breakeven::http
