#include "apps/http/registry_routes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "apps/http/problem.hpp"
#include "codec/registry_json.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::http {
namespace {

using service::RegistryViews;

constexpr std::int64_t kMostChanges = 200;
constexpr std::int64_t kMostModels = 1'000;

/// A whole number of the query string; `fallback` when it is not there.
Result<std::int64_t> number(const Request& request, std::string_view name, std::int64_t fallback,
                            std::int64_t least, std::int64_t most) {
  const std::string text = request.query_value(name);
  if (text.empty()) return fallback;
  const auto value = parse_int(text);
  if (!value.ok() || *value < least || *value > most) {
    return Error{ErrorCode::invalid_argument,
                 "expected a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most) + ", found \"" + text + "\"",
                 std::string(name)};
  }
  return *value;
}

Response answer(Result<std::string> text, std::string_view type = "application/json") {
  if (!text) return problem(text.error());
  Response response;
  response.content_type = type;
  response.body = std::move(text).value();
  return response;
}

Result<std::string> vendors(const RegistryViews& views) {
  BREAKEVEN_TRY(const auto found, views.vendors());
  return codec::registry_vendors_to_json(found);
}

Result<std::string> models(const RegistryViews& views, const Request& request) {
  BREAKEVEN_TRY(const auto limit, number(request, "limit", kMostModels, 1, kMostModels));
  BREAKEVEN_TRY(const auto found,
                views.models(request.query_value("q"), request.query_value("vendor"),
                             static_cast<std::size_t>(limit)));
  return codec::registry_models_to_json(found);
}

Result<std::string> model(const RegistryViews& views, const Request& request) {
  BREAKEVEN_TRY(const auto found,
                views.model(request.parameter("vendor"), request.parameter("model")));
  return codec::registry_model_to_json(found, views.now().iso());
}

Result<std::string> history(const RegistryViews& views, const Request& request) {
  BREAKEVEN_TRY(const auto found,
                views.history(request.parameter("vendor"), request.parameter("model")));
  return codec::registry_history_to_json(found);
}

Result<std::string> inferred(const RegistryViews& views) {
  BREAKEVEN_TRY(const auto found, views.inferred());
  return codec::registry_inferred_to_json(views.now().iso(), found);
}

Result<std::string> changes(const RegistryViews& views, const Request& request) {
  BREAKEVEN_TRY(const auto before, number(request, "before", 0, 1, INT64_MAX));
  BREAKEVEN_TRY(const auto limit, number(request, "limit", 50, 1, kMostChanges));
  BREAKEVEN_TRY(const auto found,
                views.changes(before, static_cast<std::size_t>(limit),
                              request.query_value("vendor"), request.query_value("model")));
  return codec::registry_changes_to_json(found);
}

Result<std::string> crosscheck(const RegistryViews& views, const Request& request) {
  BREAKEVEN_TRY(const auto before, number(request, "before", 0, 1, INT64_MAX));
  BREAKEVEN_TRY(const auto limit, number(request, "limit", 50, 1, kMostChanges));
  const std::string vendor = request.query_value("vendor");
  const std::string model = request.query_value("model");
  const std::string verdict = request.query_value("verdict");
  BREAKEVEN_TRY(const auto found, views.crosscheck({vendor, model, verdict, before,
                                                    static_cast<std::size_t>(limit)}));
  return codec::registry_crosscheck_to_json(found);
}

Result<std::string> feed(const RegistryViews& views, const Request& request) {
  BREAKEVEN_TRY(const auto limit, number(request, "limit", 50, 1, kMostChanges));
  return views.changes_atom(static_cast<std::size_t>(limit));
}

}  // namespace

void add_registry_routes(Router& router, const std::shared_ptr<const RegistryViews>& registry) {
  const std::string base = "/api/v1/registry";
  router.add(Method::get, base + "/vendors",
             [registry](const Request&) { return answer(vendors(*registry)); });
  router.add(Method::get, base + "/models",
             [registry](const Request& request) { return answer(models(*registry, request)); });
  router.add(Method::get, base + "/models/{vendor}/{model...}/history",
             [registry](const Request& request) { return answer(history(*registry, request)); });
  router.add(Method::get, base + "/models/{vendor}/{model...}",
             [registry](const Request& request) { return answer(model(*registry, request)); });
  router.add(Method::get, base + "/inferred",
             [registry](const Request&) { return answer(inferred(*registry)); });
  router.add(Method::get, base + "/changes",
             [registry](const Request& request) { return answer(changes(*registry, request)); });
  router.add(Method::get, base + "/crosscheck",
             [registry](const Request& request) { return answer(crosscheck(*registry, request)); });
  router.add(Method::get, base + "/changes.atom", [registry](const Request& request) {
    return answer(feed(*registry, request), "application/atom+xml; charset=utf-8");
  });
}

}  // namespace breakeven::http
