#include "codec/plan_summary.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakeven::codec {
namespace {

TEST(PlanSummary, RefusesWhatIsNoPlanWithItsPlace) {
  EXPECT_EQ(plan_summary_from_json("nonsense").error().where, "/");
  EXPECT_EQ(plan_summary_from_json("{}").error().where, "/version");
  EXPECT_EQ(plan_summary_from_json("[]").error().where, "/version");
  EXPECT_EQ(plan_summary_from_json(R"({"version":1})").error().where, "/version");
  EXPECT_EQ(plan_summary_from_json(R"({"version":"1","question":{"api_model":"a"}})").error().where,
            "/question/open_model");
  EXPECT_EQ(plan_summary_from_json(std::string(100'000, '[')).error().code, ErrorCode::parse_error);
}

}  // namespace
}  // namespace breakeven::codec
