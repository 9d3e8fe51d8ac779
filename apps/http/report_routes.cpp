#include "apps/http/report_routes.hpp"

#include <string>
#include <utility>

#include "apps/http/problem.hpp"
#include "service/report.hpp"

namespace breakeven::http {
namespace {

Response report(const Request& request) {
  const auto format = service::report_format(request.query_value("format"), {});
  if (!format) return problem(format.error());
  auto made = service::plan_report(request.body, *format);
  if (!made) return problem(made.error());
  Response response;
  response.content_type = format->media_type;
  response.body = std::move(made).value();
  response.headers.emplace_back(
      "Content-Disposition", "attachment; filename=\"plan" + std::string(format->extension) + "\"");
  return response;
}

}  // namespace

void add_report_routes(Router& router) {
  router.add(Method::post, "/api/v1/reports", report, Body::json, service::Scope::read);
}

}  // namespace breakeven::http
