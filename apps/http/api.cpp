#include "apps/http/api.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "apps/http/problem.hpp"
#include "apps/http/registry_routes.hpp"
#include "apps/http/report_routes.hpp"
#include "apps/http/sibling_routes.hpp"
#include "codec/http_json.hpp"

namespace breakeven::http {
namespace {

Response json(Result<std::string> text, int status = 200) {
  if (!text) return problem(text.error());
  Response response;
  response.status = status;
  response.body = std::move(text).value();
  return response;
}

constexpr std::string_view kHealthy = R"({"status":"ok"})";

}  // namespace

Api::Api(UseCases use_cases, StaticSite site)
    : use_(std::move(use_cases)), site_(std::move(site)) {}

Router Api::router() {
  Router router;
  router.add(Method::get, "/api/v1/health",
             [](const Request&) { return json(std::string(kHealthy)); });
  if (use_.version) {
    router.add(Method::get, "/api/v1/version",
               [this](const Request&) { return json(use_.version()); });
  }
  if (use_.openapi) {
    router.add(Method::get, "/api/v1/openapi.json",
               [this](const Request&) { return json(use_.openapi()); });
  }
  if (use_.quick) {
    router.add(
        Method::post, "/api/v1/quick",
        [this](const Request& request) { return json(use_.quick(request.body)); }, Body::json);
  }
  if (use_.quick_explain) {
    router.add(
        Method::post, "/api/v1/quick/explain",
        [this](const Request& request) {
          return json(use_.quick_explain(request.body, request.query_value("figure")));
        },
        Body::json);
  }
  if (use_.quick_cases) {
    router.add(Method::get, "/api/v1/quick/cases",
               [this](const Request&) { return json(use_.quick_cases()); });
  }
  if (use_.sibling) add_sibling_routes(router, use_.sibling);
  if (use_.price) {
    router.add(
        Method::post, "/api/v1/price",
        [this](const Request& request) { return json(use_.price(request.body)); }, Body::json);
  }
  if (use_.backtest) {
    router.add(
        Method::post, "/api/v1/backtest",
        [this](const Request& request) { return json(use_.backtest(request.body)); }, Body::json);
  }
  if (use_.catalog) {
    router.add(Method::get, "/api/v1/catalog/{kind}", [this](const Request& request) {
      return json(use_.catalog(request.parameter("kind")));
    });
  }
  if (use_.example_traces) {
    router.add(Method::get, "/api/v1/traces",
               [this](const Request&) { return json(use_.example_traces()); });
    router.add(Method::get, "/api/v1/traces/{id}", [this](const Request& request) {
      auto trace = use_.example_trace(request.parameter("id"));
      if (!trace) return problem(trace.error());
      return json(codec::with_field(trace->description, "id", request.parameter("id")));
    });
  }
  if (use_.read_trace) {
    router.add(
        Method::post, "/api/v1/uploads", [this](const Request& request) { return upload(request); },
        Body::upload);
  }
  if (use_.plan) {
    router.add(
        Method::post, "/api/v1/plans",
        [this](const Request& request) { return start_plan(request); }, Body::json);
    router.add(Method::get, "/api/v1/plans/{id}", [this](const Request& request) {
      return json(runs_.state(request.parameter("id")));
    });
    router.add(Method::remove, "/api/v1/plans/{id}", [this](const Request& request) {
      return json(runs_.cancel(request.parameter("id")));
    });
    router.add(Method::get, "/api/v1/plans/{id}/events",
               [this](const Request& request) { return watch_plan(request); });
  }
  add_report_routes(router);
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
  const std::string description = read->description;
  return json(codec::with_field(description, "id", uploads_->keep(std::move(*read))), 201);
}

Response Api::start_plan(const Request& request) {
  auto order = use_.plan_order(request.body);
  if (!order) return problem(order.error());
  std::optional<UploadedTrace> uploaded = uploads_->find(order->trace);
  if (!uploaded && order->trace.starts_with("upload-")) {
    return problem(
        {ErrorCode::not_found, "this upload is no longer held: upload the trace again", "/trace"});
  }
  const auto start = [&]() -> Result<std::string> {
    return runs_.start([this, order = std::move(order).value(),
                        trace = std::move(uploaded)](Ticker& ticker) -> Result<std::string> {
      if (trace) return use_.plan(order.question, *trace->trace, ticker);
      BREAKEVEN_TRY(const UploadedTrace example, use_.example_trace(order.trace));
      return use_.plan(order.question, *example.trace, ticker);
    });
  };
  const auto run = started_.once(request.header("idempotency-key"), request.body, start);
  if (!run && run.error().code == ErrorCode::invalid_argument) return problem(run.error());
  if (!run) {
    Response busy = problem(503, "busy", "Too many plans at once", run.error().message);
    busy.headers.emplace_back("Retry-After", "5");
    return busy;
  }
  Response response = json(runs_.state(run->run), 202);
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
