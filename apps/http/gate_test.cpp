// Tokens of the store, their scopes and quotas, and users behind a trusted proxy: attacks on a running
// server.
#include "apps/http/gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "apps/http/test_guarded_server.hpp"

namespace breakeven::http {
namespace {

constexpr const char* kOk = "HTTP/1.1 200";

TEST_F(GuardedServer, LetsInWhoHasATokenAndNobodyElse) {
  const std::string reader = bearer("reader", "read");
  EXPECT_TRUE(get("/api/v1/health", reader).starts_with(kOk));
  EXPECT_TRUE(get("/api/v1/health", reader).starts_with(kOk)) << "from memory, too";
  EXPECT_TRUE(get("/healthz").starts_with(kOk));
  for (const char* path : {"/api/v1/health", "/metrics", "/api/v1/nothing", "/api/v1/plans/1"}) {
    expect_problem(get(path), 401, "unauthorized");
  }
  std::string wrong = reader;
  wrong[wrong.size() - 3] = wrong[wrong.size() - 3] == '0' ? '1' : '0';
  expect_problem(get("/api/v1/health", wrong), 401, "unauthorized");
  for (const char* header :
       {"Authorization: Bearer\r\n", "Authorization: Basic YWRtaW46YWRtaW4=\r\n",
        "Authorization: Bearer bkv_' OR 1=1 --\r\n", "Cookie: token=x\r\n",
        "X-Forwarded-User: admin\r\n"}) {
    expect_problem(get("/api/v1/health", header), 401, "unauthorized");
  }
  expect_problem(get("/api/v1/health?token=" + reader.substr(22, 81)), 401, "unauthorized");
}

TEST_F(GuardedServer, AScopeIsNeverExceeded) {
  const std::string reader = bearer("reader", "read");
  const std::string writer = bearer("writer", "write");
  EXPECT_TRUE(
      post("/api/v1/quick", "{}", "Content-Type: application/json\r\n" + reader).starts_with(kOk))
      << "a calculation writes nothing";
  expect_problem(plan(reader), 403, "insufficient-scope");
  expect_problem(post("/api/v1/uploads?name=a.csv", "x", reader), 403, "insufficient-scope");
  EXPECT_TRUE(plan(writer).starts_with("HTTP/1.1 202"));
  EXPECT_TRUE(post("/api/v1/uploads?name=a.csv", "x", writer).starts_with("HTTP/1.1 201"));
}

TEST_F(GuardedServer, ARevokedTokenOpensNothingASecondLater) {
  const std::string token = bearer("gone", "read");
  ASSERT_TRUE(get("/api/v1/health", token).starts_with(kOk));
  ASSERT_TRUE(service::revoke_token(*records_, "gone", service::command_line_author(), now()).ok());
  ms_ += service::AccessDesk::kFreshMs + 1;
  expect_problem(get("/api/v1/health", token), 401, "unauthorized");
}

TEST_F(GuardedServer, QuotasAreKept) {
  const std::string token = bearer("busy", "write", [](service::TokenOrder& order) {
    order.requests_per_minute = 4;
    order.plans_per_day = 1;
  });
  EXPECT_TRUE(plan(token).starts_with("HTTP/1.1 202"));
  const std::string second = plan(token);
  expect_problem(second, 429, "quota-exceeded");
  EXPECT_NE(second.find("Retry-After: 3600"), std::string::npos);
  EXPECT_TRUE(get("/api/v1/health", token).starts_with(kOk));
  EXPECT_TRUE(get("/api/v1/health", token).starts_with(kOk));
  const std::string fifth = get("/api/v1/health", token);
  expect_problem(fifth, 429, "quota-exceeded");
  EXPECT_NE(fifth.find("Retry-After: 15\r\n"), std::string::npos) << fifth;
  ms_ += 15'000;
  EXPECT_TRUE(get("/api/v1/health", token).starts_with(kOk));
  EXPECT_TRUE(get("/api/v1/health", bearer("other", "read")).starts_with(kOk));
}

TEST_F(GuardedServer, GuessingASecretIsStopped) {
  const std::string token = bearer("victim", "admin");
  ASSERT_TRUE(get("/api/v1/health", token).starts_with(kOk));
  std::string answer;
  std::string guess = token;
  char& last = guess[guess.size() - 3];
  for (int i = 0; i <= service::AccessDesk::kMostTries; ++i) {
    last = last == 'a' ? 'b' : 'a';
    if (guess == token) last = 'c';
    answer = get("/api/v1/health", guess);
    if (!answer.starts_with("HTTP/1.1 401")) break;
  }
  expect_problem(answer, 429, "too-many-attempts");
}

TEST_F(GuardedServer, WritesAreInTheAuditLogWithTheirRequest) {
  const std::string token = bearer("planner", "write");
  ASSERT_TRUE(plan(token + "X-Request-Id: from-the-proxy-7\r\n").starts_with("HTTP/1.1 202"));
  ASSERT_TRUE(post("/api/v1/uploads?name=a.csv", "x", token).starts_with("HTTP/1.1 201"));
  const auto entries = records_->audit.entries({});
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ(entries->at(0).action, "upload");
  EXPECT_EQ(entries->at(1).action, "plan.run");
  EXPECT_EQ(entries->at(1).author.who, "planner");
  EXPECT_EQ(entries->at(1).author.request, "from-the-proxy-7");
  EXPECT_EQ(entries->at(2).action, "token.create");
}

GateOptions behind(const std::string& network) {
  GateOptions gate;
  auto parsed = Network::parse(network);
  EXPECT_TRUE(parsed.ok());
  if (parsed.ok()) gate.proxy.from.push_back(*parsed);
  gate.proxy.scope = service::Scope::read;
  gate.proxy.admins = {"root@example.org"};
  return gate;
}

TEST_F(GuardedServer, TheProxySaysWhoPassedIt) {
  guard(behind("127.0.0.0/8"));
  EXPECT_TRUE(get("/api/v1/health", "X-Forwarded-User: ann@example.org\r\n").starts_with(kOk));
  expect_problem(plan("X-Forwarded-User: ann@example.org\r\n"), 403, "insufficient-scope");
  EXPECT_TRUE(plan("x-forwarded-user: root@example.org\r\n").starts_with("HTTP/1.1 202"));
  const auto entries = records_->audit.entries({});
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().author.who, "root@example.org");
  EXPECT_EQ(entries->front().author.token, "proxy:root@example.org");
  // The client's own header beside the proxy's; nobody; somebody endless.
  for (const std::string& header :
       {std::string("X-Forwarded-User: root@example.org\r\nX-Forwarded-User: ann\r\n"),
        std::string("X-Forwarded-User: \r\n"),
        "X-Forwarded-User: " + std::string(1'000, 'a') + "\r\n"}) {
    expect_problem(get("/api/v1/health", header), 400, "malformed-request");
  }
  expect_problem(get("/api/v1/health"), 401, "unauthorized");
  EXPECT_TRUE(get("/api/v1/health", bearer("ci", "read")).starts_with(kOk)) << "tokens still do";
}

TEST_F(GuardedServer, FromAnywhereElseTheHeaderMeansNothing) {
  guard(behind("10.0.0.0/8"));
  for (const char* header : {"X-Forwarded-User: root@example.org\r\n",
                             "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-User: root@example.org\r\n",
                             "Forwarded: for=10.0.0.1\r\nX-Forwarded-User: root@example.org\r\n"}) {
    expect_problem(get("/api/v1/health", header), 401, "unauthorized");
  }
}

TEST(Networks, HaveTheirAddresses) {
  const auto has = [](const char* network, const char* address) {
    const auto parsed = Network::parse(network);
    EXPECT_TRUE(parsed.ok()) << network;
    return parsed.ok() && parsed->has(boost::asio::ip::make_address(address));
  };
  EXPECT_TRUE(has("10.1.2.3", "10.1.2.3"));
  EXPECT_FALSE(has("10.1.2.3", "10.1.2.4"));
  EXPECT_TRUE(has("10.1.2.3/16", "10.1.200.1"));
  EXPECT_FALSE(has("10.1.0.0/16", "10.2.0.0"));
  EXPECT_TRUE(has("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(has("fd00::/8", "fd12::1"));
  EXPECT_FALSE(has("fd00::/8", "10.0.0.1"));
  EXPECT_TRUE(has("127.0.0.1", "::ffff:127.0.0.1")) << "IPv4 inside of IPv6";
  EXPECT_FALSE(has("::1", "127.0.0.1"));
  for (const char* broken : {"", "proxy", "10.0.0.1/33", "10.0.0.1/", "10.0.0.1/-1", "::1/129"}) {
    EXPECT_FALSE(Network::parse(broken).ok()) << broken;
  }
}

TEST(Runs, TakeTurns) {
  std::vector<std::string> order;
  std::mutex mutex;
  std::atomic<bool> go{false};
  std::atomic<int> done{0};
  Runs runs(16);
  const auto work = [&](const std::string& who) {
    return [&, who](Ticker&) -> Result<std::string> {
      while (!go) std::this_thread::sleep_for(milliseconds(1));
      const std::lock_guard lock(mutex);
      order.push_back(who);
      ++done;
      return std::string("{}");
    };
  };
  // The first may be running already; after it everybody takes turns.
  ASSERT_TRUE(runs.start(work("first"), "first").ok());
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(runs.start(work("greedy"), "greedy").ok());
  ASSERT_TRUE(runs.start(work("b"), "b").ok());
  ASSERT_TRUE(runs.start(work("c"), "c").ok());
  go = true;
  while (done < 9) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_EQ(order, (std::vector<std::string>{"first", "greedy", "b", "c", "greedy", "greedy",
                                             "greedy", "greedy", "greedy"}));
  // Half of the places for one; a refusal by `admit` takes none.
  go = false;
  int taken = 0;
  while (runs.start(work("greedy"), "greedy").ok()) ++taken;
  EXPECT_GE(taken, 8);
  EXPECT_LE(taken, 9) << "one may be running already";
  for (int i = 0; i < 40; ++i) {
    EXPECT_FALSE(runs.start(work("d"), "d", [] { return Error{ErrorCode::internal, "no", {}}; }));
  }
  EXPECT_TRUE(runs.start(work("d"), "d").ok());
  go = true;
}

}  // namespace
}  // namespace breakeven::http
