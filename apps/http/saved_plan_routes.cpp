#include "apps/http/saved_plan_routes.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "apps/http/conditional.hpp"
#include "apps/http/problem.hpp"
#include "engine/base/text.hpp"
#include "service/saved_plans.hpp"

namespace breakeven::http {
namespace {

using service::SavedAnswer;
using service::ServerRecords;
using Kind = store::Outcome::Kind;

constexpr std::string_view kBase = "/api/v1/plans/saved";
constexpr std::int64_t kUsualLimit = 50;
constexpr std::int64_t kMostAtOnce = 200;

std::string tag_of(std::int64_t version) { return "\"v" + std::to_string(version) + "\""; }

/// The version of If-Match: 0 for "*".
Result<std::int64_t> seen_version(std::string_view header) {
  const std::string_view tag = trim(header);
  if (tag == "*") return std::int64_t{0};
  const bool quoted = tag.size() > 3 && tag.starts_with("\"v") && tag.ends_with('"');
  const auto version = parse_int(quoted ? tag.substr(2, tag.size() - 3) : std::string_view());
  if (version && *version > 0) return *version;
  return Error{ErrorCode::invalid_argument, "expected one ETag of this plan, such as \"v3\", or *",
               "If-Match"};
}

Response saved(const Result<SavedAnswer>& found, int status) {
  if (!found) return problem(found.error());
  if (found->kind == Kind::stale) {
    Response response = problem(412, "stale", "Somebody was faster",
                                "the plan has version " + std::to_string(found->version) +
                                    " by now: read it, and save over that");
    response.headers.emplace_back("ETag", tag_of(found->version));
    return response;
  }
  Response response = json_answer(found->json, status);
  response.headers.emplace_back("ETag", tag_of(found->version));
  return response;
}

Response create(ServerRecords& records, const Request& request) {
  const auto made = service::create_plan(records, request.body, request.header("idempotency-key"),
                                         request.caller.author);
  Response response = saved(made, 201);
  if (!made) return response;
  response.headers.emplace_back("Location", std::string(kBase) + "/" + made->id);
  if (made->kind == Kind::repeated) response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

/// Whoever changes a plan says which version of it he has seen.
Response change(const Request& request, const std::function<Response(std::int64_t seen)>& body) {
  if (request.header("if-match").empty()) {
    return problem(428, "precondition-required", "Version needed",
                   "expected If-Match with the ETag of the version that is replaced, or *");
  }
  const auto seen = seen_version(request.header("if-match"));
  return seen ? body(*seen) : problem(seen.error());
}

Response replace(ServerRecords& records, const Request& request) {
  return change(request, [&](std::int64_t seen) {
    return saved(service::save_plan(records, request.parameter("id"), request.body, seen,
                                    request.caller.author),
                 200);
  });
}

Response remove(ServerRecords& records, const Request& request) {
  return change(request, [&](std::int64_t seen) {
    return saved(
        service::delete_plan(records, request.parameter("id"), seen, request.caller.author), 200);
  });
}

Response read(ServerRecords& records, const Request& request) {
  std::int64_t version = 0;
  if (const std::string_view text = request.parameter("version"); !text.empty()) {
    const auto number = parse_int(text);
    if (!number || *number < 1) {
      return problem({ErrorCode::invalid_argument, "expected a version from 1 on", "version"});
    }
    version = *number;
  }
  Response response = saved(
      service::saved_plan(records, request.parameter("id"), version, request.caller.author), 200);
  if (response.status != 200) return response;
  response.headers.emplace_back("Cache-Control", "no-cache");
  answer_not_modified(request, response);
  return response;
}

Response list(ServerRecords& records, const Request& request) {
  const auto number = [&](const char* name, std::int64_t usual,
                          std::int64_t most) -> Result<std::int64_t> {
    const std::string text = request.query_value(name);
    if (text.empty()) return usual;
    const auto value = parse_int(text);
    if (value && *value >= 1 && *value <= most) return *value;
    return Error{ErrorCode::invalid_argument, "expected 1 to " + std::to_string(most), name};
  };
  const auto before = number("before", 0, INT64_MAX);
  if (!before) return problem(before.error());
  const auto limit = number("limit", kUsualLimit, kMostAtOnce);
  if (!limit) return problem(limit.error());
  return json_answer(service::saved_plans(records, *before, static_cast<std::size_t>(*limit),
                                          request.caller.author));
}

Response versions(ServerRecords& records, const Request& request) {
  return json_answer(
      service::plan_versions(records, request.parameter("id"), request.caller.author));
}

}  // namespace

void add_saved_plan_routes(Router& router, const std::shared_ptr<ServerRecords>& records) {
  using Answer = Response (*)(ServerRecords&, const Request&);
  const auto with_records = [&](Answer body) -> Handler {
    return [records, body](const Request& request) {
      if (records) return body(*records, request);
      return problem(503, "store-unavailable", "Store not available",
                     "this server can write no store, so it keeps no plans: name one with --store");
    };
  };
  const std::string base(kBase);
  router.add(Method::get, base, with_records(list));
  router.add(Method::post, base, with_records(create), Body::json);
  router.add(Method::get, base + "/{id}", with_records(read));
  router.add(Method::put, base + "/{id}", with_records(replace), Body::json);
  router.add(Method::remove, base + "/{id}", with_records(remove));
  router.add(Method::get, base + "/{id}/versions", with_records(versions));
  router.add(Method::get, base + "/{id}/versions/{version}", with_records(read));
}

}  // namespace breakeven::http
