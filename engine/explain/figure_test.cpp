#include "engine/explain/figure.hpp"

#include <gtest/gtest.h>

namespace breakeven::explain {
namespace {

FigureGraph mid_team() {
  FigureGraph g;
  g.input("api", "API", Usd::from_dollars(40'000), "USD/month", {"given", "", "/api"});
  g.input("gpu", "GPU", Usd::from_dollars(8'000), "USD/month", {"given", "", "/gpu"});
  g.assumption("ops", "Operations", Usd::from_dollars(25'000), "USD/month", {"guess", "", ""});
  g.sum("self", "Self-hosting", {"gpu", "ops"}, "USD/month");
  g.difference("saving", "Saving", "api", "self", "USD/month");
  g.quotient("share", "Share", "saving", "api", "ratio");
  return g;
}

TEST(FigureGraph, ComputesAndVerifies) {
  const FigureGraph g = mid_team();
  ASSERT_TRUE(g.verify().ok()) << g.verify().error().text();
  EXPECT_TRUE(g.verify("saving", Usd::from_dollars(7'000)).ok());
  EXPECT_FALSE(g.verify("saving", Usd::from_dollars(7'001)).ok());
  EXPECT_EQ(std::get<double>(g.find("share").value()->value), 0.175);
}

TEST(FigureGraph, IsNoBetterThanItsWorstInput) {
  const FigureGraph g = mid_team();
  EXPECT_EQ(g.find("api").value()->kind, Kind::exact);
  EXPECT_EQ(g.find("saving").value()->kind, Kind::assumed);
}

TEST(FigureGraph, NoticesAChangedValue) {
  FigureGraph g = mid_team();
  g.sum("copy", "Copy", {"gpu"}, "USD/month").value = Usd::from_dollars(1);
  ASSERT_FALSE(g.verify().ok());
  EXPECT_EQ(g.verify().error().where, "copy");
}

TEST(FigureGraph, KeepsProblemsForVerify) {
  FigureGraph missing;
  missing.sum("total", "Total", {"nowhere"}, "USD");
  EXPECT_FALSE(missing.verify().ok());
  FigureGraph mixed = mid_team();
  mixed.input("months", "Months", std::int64_t{12}, "months", {"given", "", ""});
  mixed.sum("nonsense", "Money plus months", {"api", "months"}, "?");
  EXPECT_FALSE(mixed.verify().ok());
  FigureGraph twice = mid_team();
  twice.input("api", "API", Usd(), "USD", {"given", "", ""});
  EXPECT_FALSE(twice.verify().ok());
}

TEST(FigureGraph, MoneyOverAWholeNumberStaysMoneyHalfToEven) {
  FigureGraph g;
  g.input("once", "Once", Usd::from_dollars(100), "USD", {"given", "", ""});
  g.input("three", "Three", std::int64_t{3}, "months", {"given", "", ""});
  g.quotient("each", "Each", "once", "three", "USD/month");
  EXPECT_EQ(std::get<Usd>(g.find("each").value()->value).decimal(), "33.333333333333333");
}

TEST(FigureGraph, TextUnfoldsEveryFigureOnce) {
  const auto text = mid_team().text("share");
  ASSERT_TRUE(text.ok());
  EXPECT_NE(text->find("saving = $7,000.00 USD/month"), std::string::npos);
  EXPECT_NE(text->find("api = $40,000.00  (above)"), std::string::npos);
  EXPECT_NE(text->find("source: given (/gpu)"), std::string::npos);
}

TEST(FigureGraph, SuggestsNearNames) {
  const auto missing = mid_team().text("savings");
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("saving"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::explain
