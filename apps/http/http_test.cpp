// A running server attacked over plain sockets: every misuse gets the right problem, and the server
// lives.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "apps/http/test_server.hpp"
#include "engine/base/pool.hpp"

namespace breakeven::http {
namespace {

TEST_F(HttpServer, AnswersWithSecurityHeaders) {
  const std::string answer = get("/api/v1/health");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_NE(answer.find(R"({"status":"ok"})"), std::string::npos);
  EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
  EXPECT_NE(answer.find("script-src 'self' 'wasm-unsafe-eval';"), std::string::npos);
  EXPECT_EQ(answer.find("unsafe-inline"), std::string::npos);
}

TEST_F(HttpServer, KeepsConnectionsAndPipelines) {
  const Client client(server_->port());
  const std::string one = "GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n";
  ASSERT_TRUE(client.send(
      one + one + "GET /api/v1/version HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n"));
  const std::string answer = client.receive();
  EXPECT_NE(answer.find(R"({"version":"test"})"), std::string::npos) << answer;
}

TEST_F(HttpServer, HeadHasLengthAndNoBody) {
  const std::string answer = ask("HEAD /api/v1/health HTTP/1.1\r\nHost: localhost\r\n");
  EXPECT_NE(answer.find("Content-Length: 15\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpServer, RefusesForeignHostsAndOrigins) {
  expect_problem(ask("GET /api/v1/health HTTP/1.1\r\nHost: evil.example\r\n"), 403, "foreign-host");
  expect_problem(ask("GET /api/v1/health HTTP/1.1\r\nHost: localhost.evil.example\r\n"), 403,
                 "foreign-host");
  expect_problem(ask("GET /api/v1/health HTTP/1.1\r\n"), 403, "foreign-host");
  expect_problem(get("/api/v1/health", "Origin: http://evil.example\r\n"), 403, "foreign-origin");
  expect_problem(get("/api/v1/health", "Origin: null\r\n"), 403, "foreign-origin");
  EXPECT_TRUE(get("/api/v1/health", "Origin: http://localhost\r\n").starts_with("HTTP/1.1 200"));
}

TEST_F(HttpServer, TraversalFindsNothing) {
  for (const std::string path :
       {"/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd.txt", "/assets/..%2f..%2fetc%2fpasswd.x",
        "/..\\..\\windows.ini", "//etc/passwd.conf"}) {
    const std::string answer = get(path);
    EXPECT_EQ(answer.find("root:"), std::string::npos) << path;
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 404") ||
                answer.find("<!doctype html>") != std::string::npos)
        << answer;
  }
  expect_problem(get("/%00"), 400, "malformed-target");
  expect_problem(get("/%zz"), 400, "malformed-target");
}

TEST_F(HttpServer, NamesWhatIsNotThere) {
  expect_problem(get("/api/v1/nothing"), 404, "not-found");
  expect_problem(get("/picture.png"), 404, "not-found");
  const std::string wrong = ask("DELETE /api/v1/quick HTTP/1.1\r\nHost: localhost\r\n");
  expect_problem(wrong, 405, "method-not-allowed");
  EXPECT_NE(wrong.find("Allow: POST"), std::string::npos);
  expect_problem(ask("BREW / HTTP/1.1\r\nHost: localhost\r\n"), 405, "method-not-allowed");
  expect_problem(ask("NOT HTTP AT ALL\r\n"), 400, "malformed-request");
}

TEST_F(HttpServer, ChecksBodies) {
  expect_problem(post("/api/v1/quick", "{}", "Content-Type: text/plain\r\n"), 415,
                 "unsupported-media-type");
  expect_problem(post("/api/v1/quick", "nonsense"), 422, "parse-error");
  expect_problem(post("/api/v1/quick", "throw"), 500, "internal");
  expect_problem(post("/api/v1/quick", std::string((1U << 20U) + 1, ' ')), 413, "body-too-large");
  const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  std::string chunks;
  for (int i = 0; i < 17; ++i) chunks += chunk;
  expect_problem(
      ask("POST /api/v1/quick HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          "Transfer-Encoding: chunked\r\n",
          chunks + "0\r\n\r\n"),
      413, "body-too-large");
  EXPECT_NE(post("/api/v1/quick", R"({"a":1})").find(R"({"a":1})"), std::string::npos);
}

TEST_F(HttpServer, LimitsTheHeader) {
  expect_problem(get("/api/v1/health", "X-Long: " + std::string(20'000, 'x') + "\r\n"), 431,
                 "header-too-large");
}

TEST_F(HttpServer, CutsSlowClients) {
  ServerOptions options;
  options.read_deadline_ms = 300;
  open(options);
  const auto start = steady_clock::now();
  const Client header(server_->port());
  ASSERT_TRUE(header.send("GET / HTTP/1.1\r\nHost: loc"));
  expect_problem(header.receive(), 408, "too-slow");
  const Client body(server_->port());
  ASSERT_TRUE(body.send(
      "POST /api/v1/quick HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 100\r\n\r\n{"));
  expect_problem(body.receive(), 408, "too-slow");
  const Client silent(server_->port());
  EXPECT_EQ(silent.receive(), "");
  EXPECT_LT(steady_clock::now() - start, milliseconds(4'000));
}

TEST_F(HttpServer, ManySlowClientsHinderNobody) {
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<Client>(server_->port()));
    ASSERT_TRUE(slow.back()->send("GET / HTTP/1.1\r\n"));
  }
  const auto start = steady_clock::now();
  EXPECT_TRUE(get("/api/v1/health").starts_with("HTTP/1.1 200"));
  EXPECT_LT(steady_clock::now() - start, milliseconds(1'000));
}

TEST_F(HttpServer, RefusesConnectionsAboveTheLimit) {
  ServerOptions options;
  options.max_connections = 2;
  open(options);
  const Client first(server_->port());
  const Client second(server_->port());
  ASSERT_TRUE(first.send("GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  ASSERT_TRUE(second.send("GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_NE(first.receive("ok").find("ok"), std::string::npos);
  EXPECT_NE(second.receive("ok").find("ok"), std::string::npos);
  const std::string answer = get("/api/v1/health");
  expect_problem(answer, 503, "busy");
  EXPECT_NE(answer.find("Retry-After: 1"), std::string::npos);
}

TEST_F(HttpServer, FullQueueIsBusy) {
  ServerOptions options;
  options.work_threads = 1;
  options.queue = 1;
  open(options);
  std::atomic<int> busy{0};
  std::atomic<int> fine{0};
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 6; ++i) {
      clients.emplace_back([&] {
        const std::string answer = post("/api/v1/quick", "slow");
        if (answer.starts_with("HTTP/1.1 503")) ++busy;
        if (answer.starts_with("HTTP/1.1 422")) ++fine;
      });
    }
  }
  EXPECT_GE(busy, 1);
  EXPECT_GE(fine, 1);
  EXPECT_EQ(busy + fine, 6);
}

TEST_F(HttpServer, UploadsLeaveNoFile) {
  const std::string head = "POST /api/v1/uploads?name=a%20b.csv HTTP/1.1\r\nHost: localhost\r\n";
  const std::string body(3U << 20U, 'x');
  const std::string answer =
      ask(head + "Content-Length: " + std::to_string(body.size()) + "\r\n", body);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201")) << answer;
  EXPECT_NE(answer.find(R"({"id":"upload-1","file":"a b.csv","bytes":3145728})"), std::string::npos)
      << answer;
  expect_problem(ask(head + "Content-Length: 99999999\r\n"), 413, "body-too-large");
  {
    const Client gone(server_->port());
    ASSERT_TRUE(gone.send(head + "Content-Length: 1000\r\n\r\nabc"));
  }
  close();
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("breakeven-upload-")) << entry.path();
  }
}

TEST_F(HttpServer, ContinuesWhenAsked) {
  const Client client(server_->port());
  ASSERT_TRUE(client.send(
      "POST /api/v1/quick HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(client.receive("\r\n\r\n").starts_with("HTTP/1.1 100"));
  ASSERT_TRUE(client.send("{}"));
  EXPECT_TRUE(client.receive().starts_with("HTTP/1.1 200"));
}

std::string id_of(const std::string& answer) {
  const std::size_t at = answer.find(R"("id":")") + 6;
  return answer.substr(at, answer.find('"', at) - at);
}

TEST_F(HttpServer, PlansRunAndTellTheirProgress) {
  const std::string started = post("/api/v1/plans", R"({"trace":"example"})");
  ASSERT_TRUE(started.starts_with("HTTP/1.1 202")) << started;
  const std::string id = id_of(started);
  const std::string events = get("/api/v1/plans/" + id + "/events");
  EXPECT_NE(events.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_NE(events.find("event: progress\n"), std::string::npos);
  EXPECT_NE(events.find("event: done\n"), std::string::npos) << events;
  EXPECT_NE(events.find(R"("answer":{"verdict":"x"})"), std::string::npos);
  EXPECT_NE(get("/api/v1/plans/" + id).find(R"("state":"done")"), std::string::npos);
  expect_problem(get("/api/v1/plans/none"), 404, "not-found");
  expect_problem(get("/api/v1/plans/none/events"), 404, "not-found");
  expect_problem(post("/api/v1/plans", R"({"trace":"upload-77"})"), 404, "not-found");
  expect_problem(post("/api/v1/plans", "{}"), 400, "invalid-argument");
  expect_problem(post("/api/v1/plans", "["), 422, "parse-error");
}

TEST_F(HttpServer, PlansCanBeCancelled) {
  const std::string id = id_of(post("/api/v1/plans", R"({"trace":"example"})"));
  const Client watcher(server_->port());
  ASSERT_TRUE(
      watcher.send("GET /api/v1/plans/" + id + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_NE(watcher.receive("event: progress").find("event: progress"), std::string::npos);
  const std::string answer = ask("DELETE /api/v1/plans/" + id + " HTTP/1.1\r\nHost: localhost\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_NE(watcher.receive("event: cancelled").find("event: cancelled"), std::string::npos);
  const std::string state = get("/api/v1/plans/" + id);
  EXPECT_NE(state.find(R"("state":"cancelled")"), std::string::npos) << state;
}

/// Half an hour of traffic so dense that no test waits for the end of its plan.
std::shared_ptr<const traffic::Trace> dense_trace() {
  auto trace = std::make_shared<traffic::Trace>();
  trace->name = "dense";
  for (int i = 0; i < 300'000; ++i) {
    trace->arrival_ns.push_back(std::int64_t{6'000'000} * i);
    trace->input_tokens.push_back(400 + 37 * (i % 11));
    trace->output_tokens.push_back(60 + 13 * (i % 7));
  }
  trace->span_ns = trace->arrival_ns.back();
  return trace;
}

TEST_F(HttpServer, AnEnginePlanMovesAndStopsWhenCancelled) {
  auto live = live_use_cases({}, std::make_shared<InlinePool>(), ":memory:");
  ASSERT_TRUE(live.ok()) << live.error().text();
  UseCases use = fake_use_cases();
  use.plan = live->plan;
  use.example_trace = [](std::string_view) -> Result<UploadedTrace> {
    return UploadedTrace{dense_trace(), "{}"};
  };
  open({}, std::move(use));
  const std::string id = id_of(post("/api/v1/plans",
                                    R"({"trace":"dense","api_model":"anthropic/claude-sonnet-4-6",
                                        "open_model":"Qwen/Qwen3-32B"})"));
  const auto last = steady_clock::now() + std::chrono::seconds(60);
  const std::string state = "/api/v1/plans/" + id;
  double done = 0;
  while (done == 0 && steady_clock::now() < last) {
    const std::string now = get(state);
    ASSERT_EQ(now.find("\"error\""), std::string::npos) << now;
    const std::size_t at = now.find(R"("fraction_done":)");
    ASSERT_NE(at, std::string::npos) << now;
    done = std::stod(now.substr(at + 16));
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_GT(done, 0);
  EXPECT_LT(done, 1);
  EXPECT_TRUE(
      ask("DELETE " + state + " HTTP/1.1\r\nHost: localhost\r\n").starts_with("HTTP/1.1 200"));
  std::string now;
  while (now.find(R"("state":"cancelled")") == std::string::npos && steady_clock::now() < last) {
    now = get(state);
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_NE(now.find(R"("state":"cancelled")"), std::string::npos) << now;
}

TEST_F(HttpServer, StopsWhileClientsWait) {
  const std::string id = id_of(post("/api/v1/plans", R"({"trace":"example"})"));
  const Client watcher(server_->port());
  ASSERT_TRUE(
      watcher.send("GET /api/v1/plans/" + id + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_FALSE(watcher.receive("event: progress").empty());
  const Client idle(server_->port());
  ASSERT_TRUE(idle.connected());
  const auto start = steady_clock::now();
  close();
  EXPECT_LT(steady_clock::now() - start, milliseconds(5'000));
}

TEST(HttpServerOptions, ServesThisMachineOnly) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
    ServerOptions options;
    options.address = address;
    const auto server = Server::open(options, Router());
    ASSERT_FALSE(server.ok()) << address;
    EXPECT_EQ(server.error().code, ErrorCode::out_of_range);
    EXPECT_NE(server.error().message.find("tunnel"), std::string::npos);
  }
  ServerOptions options;
  options.address = "not an address";
  EXPECT_EQ(Server::open(options, Router()).error().code, ErrorCode::invalid_argument);
}

TEST(HttpServerOptions, SaysThatThePortIsTaken) {
  ServerOptions options;
  options.port = 0;
  const auto first = Server::open(options, Router());
  ASSERT_TRUE(first.ok());
  options.port = first.value()->port();
  const auto second = Server::open(options, Router());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::io_error);
}

TEST(StaticSite, ServesPackedFilesWithTags) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("breakeven-site-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder / "assets");
  const auto write = [&](const char* name, const char* text) {
    std::ofstream(folder / name) << text;
  };
  write("index.html", "home");
  write("assets/a.js", "code");
  write("assets/a.js.gz", "packed");
  const auto site = StaticSite::load(folder.string());
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(site.ok());
  Request request;
  request.path = "/plan";  // a page of the app
  EXPECT_EQ(*site->answer(request).shared_body, "home");
  request.path = "/assets/a.js";
  const Response plain = site->answer(request);
  EXPECT_EQ(*plain.shared_body, "code");
  EXPECT_EQ(plain.content_type, "text/javascript; charset=utf-8");
  request.headers = {{"accept-encoding", "br, gzip;q=0.8"}};
  EXPECT_EQ(*site->answer(request).shared_body, "packed");
  request.headers = {{"accept-encoding", "gzip;q=0"}};
  EXPECT_EQ(*site->answer(request).shared_body, "code");
  request.headers = {{"if-none-match", plain.headers.front().second}};
  EXPECT_EQ(site->answer(request).status, 304);
}

}  // namespace
}  // namespace breakeven::http
