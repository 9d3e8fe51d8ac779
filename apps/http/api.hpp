// api.hpp — the routes of docs/formats/http.md.
#pragma once

#include <memory>

#include "apps/http/idempotency.hpp"
#include "apps/http/router.hpp"
#include "apps/http/runs.hpp"
#include "apps/http/static_site.hpp"
#include "apps/http/uploads.hpp"
#include "apps/http/use_cases.hpp"
#include "service/trace_library.hpp"

namespace breakeven::http {

/// What the routes share; must outlive the server.
class Api {
 public:
  Api(UseCases use_cases, StaticSite site);
  [[nodiscard]] Router router();
  /// The examples and what was uploaded here; may outlive the Api.
  [[nodiscard]] service::TraceSource traces() const;

 private:
  [[nodiscard]] Response start_plan(const Request& request);
  [[nodiscard]] Response watch_plan(const Request& request);
  [[nodiscard]] Response upload(const Request& request);

  UseCases use_;
  StaticSite site_;
  std::shared_ptr<Uploads> uploads_ = std::make_shared<Uploads>();
  Runs runs_;
  IdempotencyKeys started_;
};

}  // namespace breakeven::http
