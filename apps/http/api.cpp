#include "apps/http/api.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "apps/http/problem.hpp"
#include "apps/http/registry_routes.hpp"
#include "apps/http/report_routes.hpp"
#include "apps/http/saved_plan_routes.hpp"
#include "apps/http/sibling_routes.hpp"
#include "codec/http_json.hpp"

namespace breakeven::http {
namespace {

constexpr std::string_view kHealthy = R"({"status":"ok"})";

}  // namespace

Api::Api(UseCases use_cases, StaticSite site)
    : use_(std::move(use_cases)), site_(std::move(site)) {}

Router Api::router() {
  Router router;
  router.add(Method::get, "/api/v1/health",
             [](const Request&) { return json_answer(std::string(kHealthy)); });
  if (use_.version) {
    router.add(Method::get, "/api/v1/version",
               [this](const Request&) { return json_answer(use_.version()); });
  }
  if (use_.openapi) {
    router.add(Method::get, "/api/v1/openapi.json",
               [this](const Request&) { return json_answer(use_.openapi()); });
  }
  if (use_.quick) {
    router.add(
        Method::post, "/api/v1/quick",
        [this](const Request& request) { return json_answer(use_.quick(request.body)); },
        Body::json, service::Scope::read);
  }
  if (use_.quick_explain) {
    router.add(
        Method::post, "/api/v1/quick/explain",
        [this](const Request& request) {
          return json_answer(use_.quick_explain(request.body, request.query_value("figure")));
        },
        Body::json, service::Scope::read);
  }
  if (use_.quick_cases) {
    router.add(Method::get, "/api/v1/quick/cases",
               [this](const Request&) { return json_answer(use_.quick_cases()); });
  }
  if (use_.sibling) add_sibling_routes(router, use_.sibling);
  if (use_.price) {
    router.add(
        Method::post, "/api/v1/price",
        [this](const Request& request) { return json_answer(use_.price(request.body)); },
        Body::json, service::Scope::read);
  }
  if (use_.backtest) {
    router.add(
        Method::post, "/api/v1/backtest",
        [this](const Request& request) { return json_answer(use_.backtest(request.body)); },
        Body::json, service::Scope::read);
  }
  if (use_.catalog) {
    router.add(Method::get, "/api/v1/catalog/{kind}", [this](const Request& request) {
      return json_answer(use_.catalog(request.parameter("kind")));
    });
  }
  if (use_.example_traces) {
    router.add(Method::get, "/api/v1/traces",
               [this](const Request&) { return json_answer(use_.example_traces()); });
    router.add(Method::get, "/api/v1/traces/{id}", [this](const Request& request) {
      auto trace = use_.example_trace(request.parameter("id"));
      if (!trace) return problem(trace.error());
      return json_answer(codec::with_field(trace->description, "id", request.parameter("id")));
    });
  }
  if (use_.read_trace) {
    router.add(
        Method::post, "/api/v1/uploads", [this](const Request& request) { return upload(request); },
        Body::upload);
  }
  if (use_.plan) {
    add_saved_plan_routes(router, use_.records);
    router.add(
        Method::post, "/api/v1/plans",
        [this](const Request& request) { return start_plan(request); }, Body::json);
    router.add(Method::get, "/api/v1/plans/{id}", [this](const Request& request) {
      return json_answer(runs_.state(request.parameter("id")));
    });
    router.add(Method::remove, "/api/v1/plans/{id}", [this](const Request& request) {
      return json_answer(runs_.cancel(request.parameter("id")));
    });
    router.add(Method::get, "/api/v1/plans/{id}/events",
               [this](const Request& request) { return watch_plan(request); });
  }
  add_report_routes(router, use_.calculator);
  if (use_.registry) add_registry_routes(router, use_.registry);
  router.fall_back([this](const Request& request) { return site_.answer(request); });
  return router;
}

service::TraceSource Api::traces() const {
  const service::TraceSource examples = service::example_source();
  return {[uploads = uploads_, examples](std::string_view id) -> Result<service::LoadedTrace> {
            auto uploaded = uploads->find(id);
            if (!uploaded) return examples.find(id);
            return service::LoadedTrace{std::move(uploaded->trace),
                                        std::move(uploaded->description)};
          },
          [uploads = uploads_, examples] {
            std::vector<codec::Choice> list = examples.list();
            for (const std::string& id : uploads->ids()) {
              list.push_back({id, id, "Uploads", "held in memory"});
            }
            return list;
          }};
}

Response Api::upload(const Request& request) {
  std::string name = request.query_value("name");
  if (name.empty()) name = "upload";
  auto read = use_.read_trace(request.upload_path, name);
  if (!read) return problem(read.error());
  if (use_.desk) {
    if (const Status noted = use_.desk->note(request.caller, "upload", name); !noted) {
      return problem(noted.error());
    }
  }
  const std::string description = read->description;
  return json_answer(codec::with_field(description, "id", uploads_->keep(std::move(*read))), 201);
}

Response Api::start_plan(const Request& request) {
  auto order = use_.plan_order(request.body);
  if (!order) return problem(order.error());
  std::optional<UploadedTrace> uploaded = uploads_->find(order->trace);
  if (!uploaded && order->trace.starts_with("upload-")) {
    return problem(
        {ErrorCode::not_found, "this upload is no longer held: upload the trace again", "/trace"});
  }
  bool used_up = false;
  const auto admit = [&]() -> Status {
    if (!use_.desk) return {};
    BREAKEVEN_TRY(const bool fits, use_.desk->take_plan(request.caller, order->trace));
    used_up = !fits;
    return fits ? Status() : Error{ErrorCode::resource_limit, "used up", {}};
  };
  const auto start = [&]() -> Result<std::string> {
    const auto work = [this, asked = *order,
                       trace = uploaded](Ticker& ticker) -> Result<std::string> {
      if (trace) return use_.plan(asked.question, *trace->trace, ticker);
      BREAKEVEN_TRY(const UploadedTrace example, use_.example_trace(asked.trace));
      return use_.plan(asked.question, *example.trace, ticker);
    };
    return runs_.start(work, request.caller.author.who, admit);
  };
  const auto run = started_.once(request.header("idempotency-key"), request.body, start);
  if (used_up) return plans_used_up(request.caller);
  if (!run && run.error().code != ErrorCode::resource_limit) return problem(run.error());
  if (!run) {
    Response busy = problem(503, "busy", "Too many plans at once", run.error().message);
    busy.headers.emplace_back("Retry-After", "5");
    return busy;
  }
  Response response = json_answer(runs_.state(run->run), 202);
  response.headers.emplace_back("Location", "/api/v1/plans/" + run->run);
  if (run->repeated) response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

Response Api::watch_plan(const Request& request) {
  const std::string id(request.parameter("id"));
  if (auto state = runs_.state(id); !state) return problem(state.error());
  Response response;
  response.events = [this, id](const std::shared_ptr<EventStream>& stream) {
    if (!runs_.watch(id, stream)) stream->close();
  };
  return response;
}

}  // namespace breakeven::http
