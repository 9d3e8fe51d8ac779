// A running server that wants tokens of a store in memory, for tests that attack it.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "apps/http/test_server.hpp"
#include "service/token_admin.hpp"

namespace breakeven::http {

class GuardedServer : public HttpServer {
 protected:
  void SetUp() override {
    auto records = service::open_records(":memory:");
    ASSERT_TRUE(records.ok()) << records.error().text();
    records_ = *records;
    // A clock that the test moves: nothing depends on how fast the machine is.
    service::AccessDesk::Clocks clocks = service::AccessDesk::system_clocks();
    clocks.steady_ms = [this] { return ms_.load(); };
    desk_ = std::make_shared<service::AccessDesk>(records_, std::move(clocks));
    guard({});
  }

  void guard(GateOptions gate) {
    gate.require_tokens = true;
    gate.desk = desk_;
    ServerOptions options;
    options.gate = std::move(gate);
    UseCases use = fake_use_cases();
    use.records = records_;
    use.desk = desk_;
    open(options, std::move(use));
  }

  static Instant now() { return service::AccessDesk::system_clocks().day(); }

  /// The header that a new token makes.
  std::string bearer(const std::string& name, const std::string& scope,
                     const std::function<void(service::TokenOrder&)>& more = {}) {
    service::TokenOrder order;
    order.name = name;
    order.scope = scope;
    if (more) more(order);
    const auto report =
        service::create_token(*records_, order, service::command_line_author(), now());
    EXPECT_TRUE(report.ok()) << report.error().text();
    return "Authorization: Bearer " + std::get<std::string>(report->head.at(0).second) + "\r\n";
  }

  [[nodiscard]] std::string plan(const std::string& headers) const {
    return post("/api/v1/plans", R"({"trace":"example"})",
                "Content-Type: application/json\r\n" + headers);
  }

  std::shared_ptr<service::ServerRecords> records_;
  std::shared_ptr<service::AccessDesk> desk_;
  std::atomic<std::int64_t> ms_{5'000};
};

}  // namespace breakeven::http
