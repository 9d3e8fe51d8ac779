#include "apps/http/report_routes.hpp"

#include <string>
#include <utility>

#include "apps/http/problem.hpp"
#include "service/report.hpp"

namespace breakeven::http {
namespace {

Response report(const Request& request, const codec::QuickCalculator* calculator) {
  const auto format = service::report_format(request.query_value("format"), {});
  if (!format) return problem(format.error());
  service::PlanExtras extras;
  if (calculator != nullptr) {
    auto cases = service::replayed_cases(*calculator);
    if (!cases) return problem(cases.error());
    extras.cases = std::move(cases).value();
  }
  auto made = service::plan_report(request.body, *format, extras);
  if (!made) return problem(made.error());
  Response response;
  response.content_type = format->media_type;
  response.body = std::move(made).value();
  response.headers.emplace_back(
      "Content-Disposition", "attachment; filename=\"plan" + std::string(format->extension) + "\"");
  return response;
}

}  // namespace

void add_report_routes(Router& router, std::shared_ptr<const codec::QuickCalculator> calculator) {
  router.add(
      Method::post, "/api/v1/reports",
      [calculator = std::move(calculator)](const Request& request) {
        return report(request, calculator.get());
      },
      Body::json, service::Scope::read);
}

}  // namespace breakeven::http
