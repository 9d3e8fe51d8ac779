#include "apps/http/sibling_routes.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "apps/http/report_routes.hpp"

namespace breakeven::http {
namespace {

Response ask(Method method, const std::string& path, const std::string& body = {},
             const std::string& query = {}) {
  static const service::SiblingFacts kNothing{std::make_shared<const catalog::Catalog>(), {}};
  Router router;
  add_sibling_routes(router,
                     [](service::Sibling sibling, std::string_view text, std::string_view figure) {
                       return service::sibling_json(sibling, text, figure, kNothing);
                     });
  const Router::Match match = router.find(method, path);
  EXPECT_NE(match.route, nullptr) << path;
  Request request;
  request.method = method;
  request.path = path;
  request.query = query;
  request.body = body;
  return match.route->handler(request);
}

bool has(const Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

constexpr const char* kRent =
    R"({"gpu":{"count":4,"usd_per_gpu_hour":"3.98"},"claims":{"gpu_usd_per_month":380}})";

TEST(SiblingRoutes, AClaimIsChecked) {
  const Response answer = ask(Method::post, "/api/v1/check/claim", kRent);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(has(answer, R"("right_low":"11621.6")")) << answer.body;
  EXPECT_TRUE(has(answer, R"("id":"hours-mixed-up")")) << answer.body;
}

TEST(SiblingRoutes, AFigureIsExplained) {
  const std::string path = "/api/v1/check/claim/explain";
  const Response answer = ask(Method::post, path, kRent, "figure=right.gpu_usd_per_month");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(has(answer, "/gpu/usd_per_gpu_hour")) << answer.body;
  EXPECT_EQ(ask(Method::post, path, kRent).status, 400);
  EXPECT_EQ(ask(Method::post, path, kRent, "figure=nonsense").status, 404);
}

TEST(SiblingRoutes, BadQuestionsArePlacedProblems) {
  const std::string path = "/api/v1/check/claim";
  const Response unknown = ask(Method::post, path, R"({"gpu":{"cuont":4}})");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_TRUE(has(unknown, "/gpu/cuont")) << unknown.body;
  EXPECT_EQ(ask(Method::post, path, R"({"gpu":{"count":0}})").status, 400);
  EXPECT_EQ(ask(Method::post, path, "nonsense").status, 422);
  EXPECT_EQ(ask(Method::post, path, "[]").status, 422);
  EXPECT_EQ(ask(Method::post, path, "{}").status, 400);
  EXPECT_EQ(ask(Method::post, path, std::string(100'000, '[')).status, 413);
}

TEST(SiblingRoutes, TheOtherCalculatorsAnswerToo) {
  const Response training = ask(
      Method::post, "/api/v1/finetune",
      R"({"data":{"documents":50000,"tokens_per_document":5000},"training":{"usd_per_mtok":8}})");
  EXPECT_TRUE(has(training, R"("training_usd":"2000")")) << training.body;
  const Response growth = ask(Method::post, "/api/v1/scale",
                              R"({"today":{"usd_per_month":400},"growth":{"per_month":0.3}})");
  EXPECT_TRUE(has(growth, R"("api_usd":"40000")")) << growth.body;
}

TEST(ReportRoutes, WhatIsNoPlanIsRefused) {
  Router router;
  add_report_routes(router, nullptr);
  const Router::Match match = router.find(Method::post, "/api/v1/reports");
  ASSERT_NE(match.route, nullptr);
  Request request;
  request.body = R"({"version":"1"})";
  EXPECT_EQ(match.route->handler(request).status, 422);
  request.query = "format=docx";
  const Response unknown = match.route->handler(request);
  EXPECT_EQ(unknown.status, 400);
  EXPECT_TRUE(has(unknown, "xlsx")) << unknown.body;
}

TEST(SiblingRoutes, EveryCalculatorSaysWhatItTakes) {
  for (const service::Sibling sibling : service::kSiblings) {
    const std::string path = "/api/v1/" + std::string(service::path_of(sibling)) + "/fields";
    EXPECT_TRUE(has(ask(Method::get, path), R"("flag":"--)")) << path;
  }
}

}  // namespace
}  // namespace breakeven::http
