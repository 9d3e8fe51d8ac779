#include "codec/assistant_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace breakeven::codec {
namespace {

explain::FigureGraph graph(Usd rent, std::int64_t gpus, bool more) {
  explain::FigureGraph figures;
  const explain::Source given{"given", "", "/x"};
  figures.input("rent", "Rent", rent, "USD/month", given);
  figures.input("gpus", "GPUs", gpus, "GPUs", given);
  figures.input("same", "Same", 0.5, "ratio", given);
  if (more) figures.input("more", "More", 1.0, "ratio", given);
  return figures;
}

TEST(FigureChanges, AreExactAndNameWhatCameAndWent) {
  const auto before = graph(*Usd::parse("0.1"), 3, true);
  const auto after = graph(*Usd::parse("0.000000000000001"), 5, false);
  EXPECT_EQ(
      figure_changes_to_json(before, after, 10),
      R"({"changed":2,"figures":[{"name":"rent","title":"Rent","unit":"USD/month","kind":"exact",)"
      R"("before":"0.1","after":"0.000000000000001","difference":"-0.099999999999999"},)"
      R"({"name":"gpus","title":"GPUs","unit":"GPUs","kind":"exact","before":3,"after":5,)"
      R"("difference":2}],"only_before":["more"],"only_after":[]})");
  EXPECT_EQ(figure_changes_to_json(before, before, 10),
            R"({"changed":0,"figures":[],"only_before":[],"only_after":[]})");
  EXPECT_NE(
      figure_changes_to_json(before, after, 1).find(R"("changed":2,"figures":[{"name":"rent")"),
      std::string::npos);
}

TEST(FigureList, CountsBeyondTheLimit) {
  const auto figures = graph(*Usd::parse("1"), 1, true);
  EXPECT_NE(figure_list_to_json(figures, "", 1).find(R"({"count":4,"figures":{"rent")"),
            std::string::npos);
  EXPECT_EQ(figure_list_to_json(figures, "none", 9), R"({"count":0,"figures":{}})");
}

TEST(Batch, SumsWhatCouldBePricedExactly) {
  const auto got = batch_to_json(
      "{\"id\":1,\"usd\":\"0.1\"}\n{\"id\":2,\"usd\":\"0.2\",\"usd_low\":\"0.15\"}\n"
      "{\"id\":3,\"error\":{}}\n");
  ASSERT_TRUE(got.ok());
  EXPECT_NE(got->find(R"("priced":2,"refused":1,"total_usd":"0.3","total_usd_low":"0.25")"),
            std::string::npos)
      << *got;
}

}  // namespace
}  // namespace breakeven::codec
