#include "apps/http/mcp_route.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "apps/http/problem.hpp"

namespace breakeven::http {
namespace {

class StreamOutlet final : public mcp::Outlet {
 public:
  explicit StreamOutlet(std::shared_ptr<EventStream> stream) : stream_(std::move(stream)) {}
  void send(std::string_view message) override { stream_->send("message", message); }
  [[nodiscard]] bool gone() const override { return stream_->gone(); }
  void close() override { stream_->close(); }

 private:
  std::shared_ptr<EventStream> stream_;
};

bool accepts(std::string_view header, std::string_view type) {
  return header.empty() || header.find(type) != std::string_view::npos ||
         header.find("*/*") != std::string_view::npos;
}

Response post(mcp::Server& server, service::AccessDesk* desk, const Request& request) {
  const std::string_view accept = request.header("accept");
  if (!accepts(accept, "application/json") || !accepts(accept, "text/event-stream")) {
    return problem(406, "not-acceptable", "Not acceptable",
                   "expected Accept: application/json, text/event-stream, found \"" +
                       std::string(accept) + "\"");
  }
  const mcp::HttpHeaders headers{std::string(request.header("mcp-protocol-version")),
                                 std::string(request.header("mcp-method")),
                                 std::string(request.header("mcp-name")),
                                 std::string(request.header("mcp-session-id"))};
  mcp::Reply reply = server.handle(request.body, headers);
  Response response;
  if (!reply.session.empty()) response.headers.emplace_back("Mcp-Session-Id", reply.session);
  switch (reply.kind) {
    case mcp::Reply::Kind::nothing:
      response.status = 202;
      break;
    case mcp::Reply::Kind::message:
      response.status = reply.http_status;
      response.body = std::move(reply.message);
      break;
    case mcp::Reply::Kind::later:
      // What takes long is a plan or a simulation; it has not begun yet.
      if (desk) {
        const auto fits = desk->take_plan(request.caller, "assistant");
        if (!fits) return problem(fits.error());
        if (!*fits) return plans_used_up(request.caller);
      }
      response.events = [start = std::move(reply.start)](std::shared_ptr<EventStream> stream) {
        start(std::make_shared<StreamOutlet>(std::move(stream)));
      };
      break;
  }
  return response;
}

}  // namespace

void add_mcp_route(Router& router, const std::shared_ptr<mcp::Server>& server,
                   const std::shared_ptr<service::AccessDesk>& desk) {
  router.add(
      Method::post, "/mcp",
      [server, desk](const Request& request) { return post(*server, desk.get(), request); },
      Body::json);
}

}  // namespace breakeven::http
