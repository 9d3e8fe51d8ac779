// docs/openapi.json and the routes of the server are the same set, both ways.
#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "apps/http/api.hpp"
#include "apps/http/use_cases.hpp"
#include "engine/base/pool.hpp"

namespace breakeven::http {
namespace {

TEST(OpenApi, DescribesExactlyTheRoutesThereAre) {
  std::ifstream file(BREAKEVEN_SOURCE_DIR "/docs/openapi.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto document = nlohmann::json::parse(text, nullptr, false);
  ASSERT_TRUE(document.is_object());
  std::set<std::string> described;
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method == "parameters") continue;
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(std::toupper(c));
      described.insert(upper + " " + path);
    }
  }
  auto use = live_use_cases({}, std::make_shared<InlinePool>(), ":memory:");
  ASSERT_TRUE(use.ok()) << use.error().text();
  Api api(std::move(*use), StaticSite::missing());
  // What the server (apps/http/server.hpp) and the protocol for assistants add.
  std::set<std::string> routes{"GET /healthz", "GET /readyz", "GET /metrics", "POST /mcp"};
  const Router router = api.router();
  for (const Router::Route& route : router.routes()) {
    routes.insert(std::string(method_name(route.method)) + " " +
                  std::regex_replace(route.pattern, std::regex(R"(\.\.\.\})"), "}"));
  }
  EXPECT_EQ(described, routes);
}

}  // namespace
}  // namespace breakeven::http
