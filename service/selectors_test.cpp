#include "service/selectors.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "service/catalog_store.hpp"

namespace breakeven::service {
namespace {

TEST(Selectors, EveryConstraintOnceWithItsDimensionAndNumber) {
  const catalog::Catalog catalog = load_catalog().value();
  const auto list = nlohmann::json::parse(choices(catalog, "constraints").value());
  std::map<std::string, nlohmann::json> found;
  for (const nlohmann::json& choice : list["choices"]) {
    EXPECT_TRUE(found.emplace(choice["id"], choice).second) << choice["id"];
    EXPECT_FALSE(choice["title"].get<std::string>().empty()) << choice["id"];
  }
  ASSERT_TRUE(found.contains("compliance.HIPAA_BAA"));
  EXPECT_EQ(found["compliance.HIPAA_BAA"]["group"], "compliance");
  EXPECT_EQ(found["compliance.HIPAA_BAA"]["note"], "");
  EXPECT_EQ(found["cost.max_usd_month"]["note"], "at most");
  EXPECT_EQ(found["quality.min_score"]["note"], "at least");
  EXPECT_EQ(found["residency.eu"]["group"], "residency");
  // privacy.zdr asks for this regime already.
  EXPECT_FALSE(found.contains("compliance.ZDR"));
}

TEST(Selectors, AnotherListIsRefusedWithThoseThereAre) {
  const catalog::Catalog catalog = load_catalog().value();
  const auto none = choices(catalog, "constraint");
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("constraints"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::service
