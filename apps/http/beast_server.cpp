#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "apps/http/beast_session.hpp"
#include "apps/http/metrics.hpp"
#include "apps/http/problem.hpp"
#include "apps/http/server.hpp"

namespace breakeven::http {
namespace {

namespace net = boost::asio;
using net::ip::tcp;
using SystemError = boost::system::error_code;

constexpr int kIoThreads = 2;
/// Above the limit this many connections still get an answer that says so; the rest are closed.
constexpr std::size_t kRefusals = 64;

class BeastServer final : public Server {
 public:
  BeastServer(const ServerOptions& chosen, Router routes)
      : options_(chosen),
        router_(std::move(routes)),
        acceptor_(net::make_strand(*io_)),
        signals_(*io_),
        grace_(*io_),
        gate_(chosen.gate),
        queue_(chosen.work_threads, chosen.queue) {
    host_.options = &options_;
    host_.router = &router_;
    host_.gate = &gate_;
    host_.queue = &queue_;
    host_.stopping = &stopping_;
    host_.metrics = &metrics_;
    host_.io = io_;
    add_own_routes();
  }

  [[nodiscard]] Status listen() {
    SystemError failed;
    const std::string name = options_.address == "localhost" ? "127.0.0.1" : options_.address;
    const auto address = net::ip::make_address(name, failed);
    if (failed) {
      return Error{ErrorCode::invalid_argument, "expected an address such as 127.0.0.1 or ::1",
                   options_.address};
    }
    if (!address.is_loopback() && !options_.gate.closed()) {
      return Error{
          ErrorCode::out_of_range,
          "without tokens the server serves this machine only: expected 127.0.0.1 or ::1; from "
          "elsewhere use --require-tokens or --tokens FILE, or a tunnel (ssh -L "
          "8787:127.0.0.1:8787 HOST)",
          options_.address};
    }
    const tcp::endpoint endpoint(address, options_.port);
    const auto check = [&](const char* what) -> Status {
      if (!failed) return {};
      return Error{ErrorCode::io_error,
                   std::string("cannot ") + what + ": " + failed.message() +
                       " (another port: --port, 0 for a free one)",
                   options_.address + ":" + std::to_string(options_.port)};
    };
    acceptor_.open(endpoint.protocol(), failed);
    BREAKEVEN_CHECK_OK(check("open a socket"));
    acceptor_.set_option(net::socket_base::reuse_address(true), failed);
    acceptor_.bind(endpoint, failed);
    BREAKEVEN_CHECK_OK(check("bind the port"));
    acceptor_.listen(net::socket_base::max_listen_connections, failed);
    BREAKEVEN_CHECK_OK(check("listen"));
    port_ = acceptor_.local_endpoint().port();
    url_ = "http://" + (address.is_v6() ? "[" + name + "]" : name) + ":" + std::to_string(port_);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }
  [[nodiscard]] std::string url() const override { return url_; }

  void run() override {
    if (options_.stop_on_signals) {
      SystemError ignored;
      signals_.add(SIGINT, ignored);
      signals_.add(SIGTERM, ignored);
      signals_.async_wait([this](SystemError error, int) {
        if (!error) wind_down();
      });
    }
    accept();
    {
      std::vector<std::jthread> threads;
      for (int i = 1; i < kIoThreads; ++i) threads.emplace_back([this] { io_->run(); });
      io_->run();
    }
  }

  void stop() override {
    net::post(*io_, [this] { wind_down(); });
  }

 private:
  void add_own_routes() {
    router_.add(Method::get, "/healthz", [](const Request&) {
      Response response;
      response.body = R"({"status":"ok"})";
      return response;
    });
    router_.add(Method::get, "/readyz", [this](const Request&) {
      if (stopping_.load()) return problem(503, "stopping", "Stopping", "the server is stopping");
      if (queue_.waiting() * 2 > options_.queue) {
        return problem(503, "busy", "Busy", "more than half of the queue is taken");
      }
      Response response;
      response.body = R"({"status":"ready"})";
      return response;
    });
    router_.add(Method::get, "/metrics", [this](const Request&) {
      Response response;
      response.content_type = "text/plain; version=0.0.4; charset=utf-8";
      response.body = metrics_.text();
      response.headers.emplace_back("Cache-Control", "no-store");
      return response;
    });
    metrics_.gauge("breakeven_http_connections", "Connections that are open.",
                   [this] { return static_cast<double>(host_.sessions->size()); });
    metrics_.gauge("breakeven_http_queue_waiting", "Requests that wait for a handler.",
                   [this] { return static_cast<double>(queue_.waiting()); });
  }

  void accept() {
    acceptor_.async_accept(net::make_strand(*io_), [this](SystemError error, tcp::socket socket) {
      if (stopping_.load()) return;
      if (error) {
        // Out of file descriptors: wait for some to come back rather than spin.
        retry_.emplace(acceptor_.get_executor(), std::chrono::milliseconds(50));
        retry_->async_wait([this](SystemError cancelled) {
          if (!cancelled && !stopping_.load()) accept();
        });
        return;
      }
      admit(std::move(socket));
      accept();
    });
  }

  void admit(tcp::socket socket) {
    const std::size_t others = host_.sessions->size();  // only this strand adds
    if (others >= options_.max_connections + kRefusals) return;
    auto session = std::make_shared<Session>(std::move(socket), host_);
    host_.sessions->add(session);
    session->start(others >= options_.max_connections);
  }

  void wind_down() {
    if (stopping_.exchange(true)) return;
    net::post(acceptor_.get_executor(), [this] {
      SystemError ignored;
      acceptor_.close(ignored);
      if (retry_) retry_->cancel();
    });
    SystemError ignored;
    signals_.cancel(ignored);
    for (const auto& session : host_.sessions->open()) session->wind_down();
    watch_the_rest(std::chrono::steady_clock::now() +
                   std::chrono::milliseconds(options_.stop_grace_ms));
  }

  /// Ends as soon as the last session has gone, and at the end of the grace in any case.
  void watch_the_rest(std::chrono::steady_clock::time_point last) {
    if (host_.sessions->size() == 0 || std::chrono::steady_clock::now() >= last) {
      io_->stop();
      return;
    }
    grace_.expires_after(std::chrono::milliseconds(10));
    grace_.async_wait([this, last](SystemError) { watch_the_rest(last); });
  }

  ServerOptions options_;
  Router router_;
  Metrics metrics_;
  std::atomic<bool> stopping_{false};
  std::uint16_t port_ = 0;
  std::string url_;
  SessionHost host_;
  // Handlers post to the context while queue_ goes, and sessions go with the context.
  std::shared_ptr<net::io_context> io_ = std::make_shared<net::io_context>(kIoThreads);
  tcp::acceptor acceptor_;
  std::optional<net::steady_timer> retry_;
  net::signal_set signals_;
  net::steady_timer grace_;
  Gate gate_;  // outlives the queue, whose tasks look at it
  service::WorkQueue queue_;
};

}  // namespace

void SessionSet::add(const std::shared_ptr<Session>& session) {
  const std::lock_guard lock(mutex_);
  sessions_.emplace(session.get(), session);
}

void SessionSet::forget(Session* session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(session);
}

std::size_t SessionSet::size() {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

std::vector<std::shared_ptr<Session>> SessionSet::open() {
  std::vector<std::shared_ptr<Session>> result;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, weak] : sessions_) {
    if (auto session = weak.lock()) result.push_back(std::move(session));
  }
  return result;
}

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& options, Router router) {
  auto server = std::make_unique<BeastServer>(options, std::move(router));
  BREAKEVEN_CHECK_OK(server->listen());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace breakeven::http
