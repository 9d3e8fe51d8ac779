#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "apps/http/test_guarded_server.hpp"

namespace breakeven::http {
namespace {

constexpr const char* kBody = R"({"name":"Q3","document":{"b":1,"a":[1.50,"x"]}})";
constexpr const char* kPlans = "/api/v1/plans/saved";

class SavedPlans : public GuardedServer {
 protected:
  void SetUp() override {
    GuardedServer::SetUp();
    ann_ = bearer("ann", "write");
  }
  [[nodiscard]] std::string send(const std::string& method, const std::string& path,
                                 const std::string& headers, const std::string& body = {}) const {
    return ask(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers +
                   (body.empty() ? "" : "Content-Type: application/json\r\n") +
                   "Content-Length: " + std::to_string(body.size()) + "\r\n",
               body);
  }
  [[nodiscard]] std::string created(const std::string& more = {}) const {
    const std::string answer = send("POST", kPlans, ann_ + more, kBody);
    std::smatch found;
    EXPECT_TRUE(std::regex_search(answer, found,
                                  std::regex("Location: (/api/v1/plans/saved/[0-9a-f]{32})\r\n")))
        << answer;
    return found.empty() ? std::string() : found[1].str();
  }
  std::string ann_;
};

TEST_F(SavedPlans, AreKeptWithTheirVersions) {
  const std::string place = created();
  const std::string first = send("GET", place, ann_);
  EXPECT_TRUE(first.starts_with("HTTP/1.1 200")) << first;
  EXPECT_NE(first.find("ETag: \"v1\""), std::string::npos);
  EXPECT_NE(first.find(R"("name":"Q3","version":1)"), std::string::npos);
  EXPECT_NE(first.find(R"("saved_by":"ann","document":{"b":1,"a":[1.5,"x"]}})"), std::string::npos)
      << first;
  const std::string held = send("GET", place, ann_ + "If-None-Match: \"v1\"\r\n");
  EXPECT_TRUE(held.starts_with("HTTP/1.1 304")) << held;

  const std::string next = R"({"name":"Q4","document":{}})";
  const std::string saved = send("PUT", place, ann_ + "If-Match: \"v1\"\r\n", next);
  EXPECT_TRUE(saved.starts_with("HTTP/1.1 200")) << saved;
  EXPECT_NE(saved.find("ETag: \"v2\""), std::string::npos);
  const std::string stale = send("PUT", place, ann_ + "If-Match: \"v1\"\r\n", next);
  expect_problem(stale, 412, "stale");
  EXPECT_NE(stale.find("ETag: \"v2\""), std::string::npos);
  expect_problem(send("PUT", place, ann_, next), 428, "precondition-required");
  expect_problem(send("PUT", place, ann_ + "If-Match: v2\r\n", next), 400, "invalid-argument");
  EXPECT_NE(send("GET", place + "/versions/1", ann_).find("\"Q3\""), std::string::npos);
  expect_problem(send("GET", place + "/versions/3", ann_), 404, "not-found");
  expect_problem(send("GET", place + "/versions/0", ann_), 400, "invalid-argument");
  EXPECT_NE(send("GET", place + "/versions", ann_).find(R"("versions":[{"name":"Q4","version":2)"),
            std::string::npos);
  EXPECT_NE(send("GET", kPlans, ann_).find(R"("plans":[{"id")"), std::string::npos);

  expect_problem(send("DELETE", place, ann_), 428, "precondition-required");
  expect_problem(send("DELETE", place, ann_ + "If-Match: \"v1\"\r\n"), 412, "stale");
  EXPECT_TRUE(send("DELETE", place, ann_ + "If-Match: *\r\n").starts_with("HTTP/1.1 200"));
  expect_problem(send("GET", place, ann_), 404, "not-found");
  EXPECT_NE(send("GET", kPlans, ann_).find(R"({"plans":[],"next_before":null})"),
            std::string::npos);
}

TEST_F(SavedPlans, AreSavedOncePerKey) {
  const std::string key = "Idempotency-Key: 7f\r\n";
  const std::string first = created(key);
  EXPECT_EQ(created(key), first);
  EXPECT_NE(send("POST", kPlans, ann_ + key, kBody).find("Idempotency-Replayed: true"),
            std::string::npos);
  expect_problem(send("POST", kPlans, ann_ + key, R"({"name":"x","document":{}})"), 400,
                 "invalid-argument");
  expect_problem(
      send("POST", kPlans, ann_ + "Idempotency-Key: " + std::string(256, 'k') + "\r\n", kBody), 400,
      "invalid-argument");
  EXPECT_NE(created(), first);
}

TEST_F(SavedPlans, AreSeenByTheirWorkspaceOnly) {
  const std::string place = created();
  const std::string reader = bearer("reader", "read");
  const std::string other =
      bearer("other", "admin", [](service::TokenOrder& order) { order.workspace = "elsewhere"; });
  EXPECT_TRUE(send("GET", place, reader).starts_with("HTTP/1.1 200")) << "shared by its id";
  expect_problem(send("POST", kPlans, reader, kBody), 403, "insufficient-scope");
  expect_problem(send("DELETE", place, reader + "If-Match: *\r\n"), 403, "insufficient-scope");
  expect_problem(send("GET", place, other), 404, "not-found");
  expect_problem(send("GET", place + "/versions", other), 404, "not-found");
  expect_problem(send("PUT", place, other + "If-Match: *\r\n", kBody), 404, "not-found");
  expect_problem(send("DELETE", place, other + "If-Match: *\r\n"), 404, "not-found");
  EXPECT_NE(send("GET", kPlans, other).find(R"("plans":[])"), std::string::npos);
}

TEST_F(SavedPlans, BadOnesAreRefusedWithTheirPlace) {
  for (const auto& [body, where] : {std::pair{R"({"document":{}})", "/name"},
                                    {R"({"name":"","document":{}})", "/name"},
                                    {R"({"name":"a\nb","document":{}})", "/name"},
                                    {R"({"name":7,"document":{}})", "/name"},
                                    {R"({"name":"x"})", "/document"},
                                    {R"({"name":"x","document":[]})", "/document"},
                                    {R"({"name":"x","document":{},"id":"mine"})", "/id"}}) {
    const std::string answer = send("POST", kPlans, ann_, body);
    expect_problem(answer, 400, "invalid-argument");
    EXPECT_NE(answer.find("\"where\":\"" + std::string(where) + "\""), std::string::npos) << answer;
  }
  expect_problem(send("POST", kPlans, ann_, "[1]"), 422, "parse-error");
  expect_problem(send("GET", std::string(kPlans) + "?limit=0", ann_), 400, "invalid-argument");
  expect_problem(send("GET", std::string(kPlans) + "?before=x", ann_), 400, "invalid-argument");
  expect_problem(send("GET", std::string(kPlans) + "/'; DROP TABLE saved_plans; --", ann_), 400,
                 "malformed-request");
  expect_problem(send("GET", std::string(kPlans) + "/';DROP%20TABLE%20saved_plans;--", ann_), 404,
                 "not-found");
}

TEST_F(SavedPlans, OfTwoWhoSaveAtOnceOneIsTold) {
  const std::string place = created();
  std::vector<std::string> answers(4);
  {
    std::vector<std::jthread> savers;
    for (std::string& answer : answers) {
      savers.emplace_back(
          [&] { answer = send("PUT", place, ann_ + "If-Match: \"v1\"\r\n", kBody); });
    }
  }
  int saved = 0;
  for (const std::string& answer : answers) saved += answer.starts_with("HTTP/1.1 200") ? 1 : 0;
  EXPECT_EQ(saved, 1);
  EXPECT_NE(send("GET", place, ann_).find("ETag: \"v2\""), std::string::npos);
}

}  // namespace
}  // namespace breakeven::http
