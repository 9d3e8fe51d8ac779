// Tokens, logs, metrics, limits: what a server that others can reach must withstand.
#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "apps/http/access.hpp"
#include "apps/http/access_log.hpp"
#include "apps/http/conditional.hpp"
#include "apps/http/idempotency.hpp"
#include "apps/http/metrics.hpp"
#include "apps/http/test_server.hpp"
#include "engine/base/sha256.hpp"
#include "service/trace_library.hpp"

namespace breakeven::http {
namespace {

Tokens tokens() {
  auto made = Tokens::parse("# who may ask\nfinance " + sha256_hex("secret") + "  # CFO\n\nops\t" +
                                sha256_hex("other") + "\n",
                            "tokens");
  EXPECT_TRUE(made.ok());
  return made.ok() ? *made : Tokens();
}

TEST(AccessTokens, AreKnownByTheirHash) {
  const Tokens known = tokens();
  EXPECT_EQ(known.owner("Bearer secret"), "finance");
  EXPECT_EQ(known.owner("bearer  other "), "ops");
  for (const char* wrong :
       {"", "Bearer", "Bearer ", "Bearer secre", "Bearer secret2", "Basic secret"}) {
    EXPECT_EQ(known.owner(wrong), "") << wrong;
  }
  const auto bare = Tokens::parse("finance " + sha256_hex("a") + "\nops hunter2\n", "tokens");
  ASSERT_FALSE(bare.ok());
  EXPECT_EQ(bare.error().where, "tokens:2");
  EXPECT_EQ(bare.error().message.find("hunter2"), std::string::npos)
      << "a secret must not be shown";
  EXPECT_FALSE(Tokens::parse("# none\n", "tokens").ok());
}

TEST_F(HttpServer, WantsATokenWhereItHasSome) {
  ServerOptions options;
  options.gate.tokens = tokens();
  options.hosts = {"costs.example.org"};
  open(options);
  for (const char* path : {"/api/v1/health", "/metrics", "/api/v1/nothing"}) {
    const std::string refused = get(path);
    expect_problem(refused, 401, "unauthorized");
    EXPECT_NE(refused.find("WWW-Authenticate: Bearer"), std::string::npos);
  }
  expect_problem(get("/api/v1/health", "Authorization: Bearer wrong\r\n"), 401, "unauthorized");
  EXPECT_TRUE(
      get("/api/v1/health", "Authorization: Bearer secret\r\n").starts_with("HTTP/1.1 200"));
  for (const char* path : {"/healthz", "/readyz"}) {
    EXPECT_TRUE(ask(std::string("GET ") + path + " HTTP/1.1\r\nHost: 10.0.0.7:8787\r\n")
                    .starts_with("HTTP/1.1 200"));
  }
  const std::string named = "GET /api/v1/health HTTP/1.1\r\nAuthorization: Bearer other\r\n";
  EXPECT_TRUE(
      ask(named + "Host: Costs.Example.org:443\r\nOrigin: https://costs.example.org:443\r\n")
          .starts_with("HTTP/1.1 200"));
  expect_problem(ask(named + "Host: evil.costs.example.org\r\n"), 403, "foreign-host");
  expect_problem(ask(named + "Host: costs.example.org\r\nOrigin: https://evil.example\r\n"), 403,
                 "foreign-origin");
}

TEST(Addresses, BeyondThisMachineNeedTokens) {
  ServerOptions options;
  options.address = "0.0.0.0";
  options.port = 0;
  const auto refused = Server::open(options, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::out_of_range);
  EXPECT_NE(refused.error().message.find("--tokens"), std::string::npos);
}

TEST_F(HttpServer, CountsWhatItAnswered) {
  (void)get("/api/v1/health");
  (void)get("/api/v1/plans/17");
  (void)get("/api/v1/plans/18");
  const std::string text = get("/metrics");
  EXPECT_NE(text.find("version=0.0.4"), std::string::npos);
  EXPECT_NE(
      text.find(
          R"(breakeven_http_requests_total{method="GET",route="/api/v1/plans/{id}",status="404"} 2)"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(_duration_seconds_bucket{route="/api/v1/health",le="+Inf"} 1)"),
            std::string::npos);
  EXPECT_NE(text.find("breakeven_http_connections 1\n"), std::string::npos) << text;
}

TEST_F(HttpServer, EveryAnswerHasAnId) {
  EXPECT_NE(get("/api/v1/health", "X-Request-Id: abc-1\r\n").find("X-Request-Id: abc-1\r\n"),
            std::string::npos);
  const std::string own = get("/api/v1/nothing", "X-Request-Id: a b\"c\r\n");
  EXPECT_NE(own.find("X-Request-Id: "), std::string::npos);
  EXPECT_EQ(own.find("a b\"c"), std::string::npos);
}

TEST(AccessLog, KeepsSecretsAndLineBreaksOut) {
  const LogLine line{"id-1", "GET", "/a\nb\"", "finance", "127.0.0.1", 200, 1.234, 5};
  EXPECT_EQ(log_text(line, "2026-11-21T00:00:00Z", LogFormat::json),
            "{\"time\":\"2026-11-21T00:00:00Z\",\"id\":\"id-1\",\"method\":\"GET\",\"path\":\"/"
            "a\\nb\\\"\","
            "\"status\":200,\"duration_ms\":1.23,\"bytes\":5,\"client\":\"127.0.0.1\",\"token\":"
            "\"finance\"}\n");
  EXPECT_EQ(log_text(line, "t", LogFormat::text),
            "t id-1 GET /a?b\" 200 1.23 ms 5 B 127.0.0.1 finance\n");
  EXPECT_FALSE(parse_log_format("jsn").ok());
}

TEST_F(HttpServer, DeepJsonIsRefusedBeforeItIsRead) {
  for (const std::string& deep : {std::string(900'000, '['), std::string(60'000, '{')}) {
    expect_problem(post("/api/v1/quick", deep), 413, "resource-limit");
  }
  EXPECT_TRUE(get("/api/v1/health").starts_with("HTTP/1.1 200"));
}

TEST_F(HttpServer, IdleConnectionsAreCutAndMakeRoom) {
  ServerOptions options;
  options.max_connections = 100;
  options.read_deadline_ms = 500;
  open(options);
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 300; ++i) idle.push_back(std::make_unique<Client>(server_->port()));
  const auto last = steady_clock::now() + std::chrono::seconds(20);
  std::string answer;
  while (!answer.starts_with("HTTP/1.1 200") && steady_clock::now() < last) {
    answer = get("/api/v1/health");
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
}

/// `size` zeros as one gzip member.
std::string zeros(std::size_t size) {
  std::string packed;
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in(1U << 20U, '\n');
  std::string out(1U << 20U, '\0');
  for (std::size_t done = 0; done < size; done += in.size()) {
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    const int flush = done + in.size() >= size ? Z_FINISH : Z_NO_FLUSH;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      (void)deflate(&stream, flush);
      packed.append(out, 0, out.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return packed;
}

TEST_F(HttpServer, ABombIsNotUnpackedToItsEnd) {
  UseCases use = fake_use_cases();
  use.read_trace = [](const std::string& path, const std::string& name) -> Result<UploadedTrace> {
    io::TraceReadOptions limits = service::kUploadLimits;
    limits.max_bytes = 8U << 20U;
    auto read = service::load_trace(path, name, limits);
    if (!read) return read.error();
    return UploadedTrace{read->trace, read->description};
  };
  open({}, std::move(use));
  const std::string bomb = zeros(64U << 20U);
  ASSERT_LT(bomb.size(), 200'000U);
  const std::string answer =
      ask("POST /api/v1/uploads?name=bomb.csv.gz HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
              std::to_string(bomb.size()) + "\r\n",
          bomb);
  expect_problem(answer, 413, "resource-limit");
  EXPECT_NE(answer.find("bomb.csv.gz"), std::string::npos) << answer;
}

TEST(Conditional, ComparesTagsWeakly) {
  Request request;
  Response first;
  first.body = "{}";
  make_conditional(request, first);
  ASSERT_EQ(first.headers.at(0).first, "ETag");
  for (const auto& [header, status] : {std::pair{first.headers.at(0).second, 304},
                                       {"W/" + first.headers.at(0).second, 304},
                                       {"\"x\", " + first.headers.at(0).second, 304},
                                       {std::string("*"), 304},
                                       {std::string("\"x\""), 200}}) {
    Request again;
    again.headers = {{"if-none-match", header}};
    Response response;
    response.body = "{}";
    make_conditional(again, response);
    EXPECT_EQ(response.status, status) << header;
    EXPECT_EQ(response.body.empty(), status == 304);
  }
  Request write;
  write.method = Method::post;
  Response made;
  make_conditional(write, made);
  EXPECT_TRUE(made.headers.empty());
}

TEST(Idempotency, AKeyStartsOneRun) {
  IdempotencyKeys keys;
  int runs = 0;
  const auto start = [&]() -> Result<std::string> { return "run-" + std::to_string(++runs); };
  EXPECT_EQ(keys.once("", "a", start)->run, "run-1");
  EXPECT_EQ(keys.once("", "a", start)->run, "run-2");
  EXPECT_FALSE(keys.once("k", "a", start)->repeated);
  EXPECT_EQ(keys.once("k", "a", start)->run, "run-3");
  EXPECT_TRUE(keys.once("k", "a", start)->repeated);
  EXPECT_FALSE(keys.once("k", "b", start).ok());
  EXPECT_FALSE(keys.once("a b", "b", start).ok());
  EXPECT_FALSE(keys.once(std::string(256, 'k'), "b", start).ok());
  const auto busy = [&]() -> Result<std::string> {
    return Error{ErrorCode::resource_limit, "busy", {}};
  };
  EXPECT_FALSE(keys.once("new", "a", busy).ok());
  EXPECT_EQ(keys.once("new", "a", start)->run, "run-4") << "a key that failed is free again";
}

}  // namespace
}  // namespace breakeven::http
