// A running server and a client on a plain socket, for tests that attack it.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "apps/http/api.hpp"
#include "apps/http/server.hpp"
#include "apps/http/use_cases.hpp"
#include "engine/base/pool.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::http {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// Everything until the server closes, or until `until` was seen.
  [[nodiscard]] std::string receive(std::string_view until = {}) const {
    std::string text;
    std::vector<char> chunk(65'536);
    while (until.empty() || text.find(until) == std::string::npos) {
      const ssize_t size = ::recv(socket_, chunk.data(), chunk.size(), 0);
      if (size <= 0) break;
      text.append(chunk.data(), static_cast<std::size_t>(size));
    }
    return text;
  }
  [[nodiscard]] bool connected() const { return connected_; }

 private:
  int socket_;
  bool connected_ = false;
};

inline UseCases fake_use_cases() {
  UseCases use;
  use.version = []() -> Result<std::string> { return std::string(R"({"version":"test"})"); };
  use.quick = [](std::string_view body) -> Result<std::string> {
    if (body == "throw") throw std::runtime_error("a bug");
    if (body == "slow") std::this_thread::sleep_for(milliseconds(300));
    if (body.find('{') == std::string_view::npos) {
      return Error{ErrorCode::parse_error, "expected a JSON object", "body:1:1"};
    }
    return std::string(body);
  };
  use.read_trace = [](const std::string& path, const std::string& name) -> Result<UploadedTrace> {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(path, ignored);
    auto trace = std::make_shared<traffic::Trace>();
    trace->name = path;
    return UploadedTrace{trace,
                         R"({"file":")" + name + R"(","bytes":)" + std::to_string(size) + "}"};
  };
  use.plan_order = [](std::string_view body) { return codec::plan_order_from_json(body); };
  use.example_trace = [](std::string_view id) -> Result<UploadedTrace> {
    if (id != "example") return Error{ErrorCode::not_found, "no such example", std::string(id)};
    return UploadedTrace{std::make_shared<traffic::Trace>(), "{}"};
  };
  use.plan = [](std::string_view, const traffic::Trace&, Ticker& ticker) -> Result<std::string> {
    for (int i = 0; i < 200 && !ticker.cancel; ++i) std::this_thread::sleep_for(milliseconds(5));
    if (ticker.cancel) return Error{ErrorCode::resource_limit, "cancelled", {}};
    return std::string(R"({"verdict":"x"})");
  };
  return use;
}

class HttpServer : public ::testing::Test {
 protected:
  void SetUp() override { open({}); }
  void TearDown() override { close(); }

  void open(ServerOptions options, UseCases use = fake_use_cases()) {
    close();
    options.port = 0;
    options.stop_on_signals = false;
    api_ = std::make_unique<Api>(std::move(use), StaticSite::missing());
    auto server = Server::open(options, api_->router());
    ASSERT_TRUE(server.ok()) << server.error().text();
    server_ = std::move(server).value();
    thread_ = std::jthread([this] { server_->run(); });
  }
  void close() {
    if (!server_) return;
    server_->stop();
    thread_.join();
    server_.reset();
    api_.reset();
  }

  [[nodiscard]] std::string ask(const std::string& head, const std::string& body = {}) const {
    const Client client(server_->port());
    EXPECT_TRUE(client.send(head + "Connection: close\r\n\r\n" + body));
    return client.receive();
  }
  [[nodiscard]] std::string get(const std::string& path, const std::string& more = {}) const {
    return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more);
  }
  [[nodiscard]] std::string post(
      const std::string& path, const std::string& body,
      const std::string& more = "Content-Type: application/json\r\n") const {
    return ask("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more +
                   "Content-Length: " + std::to_string(body.size()) + "\r\n",
               body);
  }

  std::unique_ptr<Api> api_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

inline void expect_problem(const std::string& answer, int status, const std::string& code) {
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(status))) << answer.substr(0, 400);
  EXPECT_NE(answer.find("Content-Type: application/problem+json"), std::string::npos)
      << answer.substr(0, 900);
  EXPECT_NE(answer.find("\"code\":\"" + code + "\""), std::string::npos) << answer.substr(0, 1200);
}

}  // namespace breakeven::http
