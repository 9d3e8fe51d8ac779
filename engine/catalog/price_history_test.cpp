#include "engine/catalog/price_history.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakeven::catalog {
namespace {

constexpr const char* kHeader =
    "vendor,model,field,event,effective_from,old_usd,new_usd,origin,source,source_date\n";

std::vector<NamedText> file(const std::string& rows) {
  return {{"history/acme.csv", kHeader + rows}};
}

std::string mistake(const std::string& rows) {
  const auto loaded = load_price_history(file(rows));
  return loaded.ok() ? "none" : loaded.error().text();
}

TEST(PriceHistory, ReadsAChange) {
  const auto loaded = load_price_history(
      file("acme,one,cache_read_mtok/batch>200000,observed,2024-05-13,0.08333333333333334,5,"
           "litellm,litellm@1,2024-05-13\n"));
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  ASSERT_EQ(loaded->size(), 1U);
  const HistoricPrice& h = loaded->front();
  EXPECT_EQ(h.origin, "litellm");
  EXPECT_EQ(to_string(h.field), "cache_read_mtok/batch>200000");
  EXPECT_EQ(h.effective_from.iso(), "2024-05-13T00:00:00Z");
  EXPECT_EQ(h.old_price->decimal(), "0.08333333333333334");
  EXPECT_EQ(h.new_price->decimal(), "5");
  EXPECT_EQ(h.place, "history/acme.csv:2");
}

TEST(PriceHistory, OtherFilesAreNotItsBusiness) {
  const auto loaded = load_price_history(
      std::vector<NamedText>{{"prices/acme.csv", "nonsense"}, {"history/notes.txt", "nonsense"}});
  ASSERT_TRUE(loaded.ok());
  EXPECT_TRUE(loaded->empty());
}

TEST(PriceHistory, ACancelledStepFollowsItsAnnouncement) {
  const std::string announced =
      "acme,one,input_mtok,announced,2026-09-01,2,3,vendor,page,2026-07-01\n";
  const std::string cancelled =
      "acme,one,input_mtok,cancelled,2026-09-01,3,,vendor,page,2026-08-14\n";
  EXPECT_EQ(mistake(announced + cancelled), "none");
  EXPECT_EQ(
      mistake(cancelled + announced),
      "history/acme.csv:2:21: event: expected an announced step of the same origin, field and "
      "effective_from above");
  EXPECT_EQ(
      mistake(announced + cancelled + cancelled),
      "history/acme.csv:4:21: event: expected an announced step of the same origin, field and "
      "effective_from above");
  EXPECT_EQ(
      mistake("acme,one,input_mtok,announced,2026-06-01,2,3,vendor,page,2026-07-01\n"),
      "history/acme.csv:2:21: event: expected an announced step to have new_usd and to lie after "
      "its source_date");
}

TEST(PriceHistory, NamesThePlaceOfEachMistake) {
  EXPECT_EQ(
      mistake("acme,one,input,observed,2024-05-13,,5,litellm,page,2024-05-13\n"),
      "history/acme.csv:2:10: field: expected a price key such as input_mtok; found \"input\"");
  EXPECT_NE(mistake("acme,one,input_mtok,seen,2024-05-13,,5,litellm,page,2024-05-13\n")
                .find("history/acme.csv:2:21"),
            std::string::npos);
  EXPECT_NE(mistake("acme,one,input_mtok,observed,soon,,5,litellm,page,2024-05-13\n")
                .find("history/acme.csv:2:30"),
            std::string::npos);
  EXPECT_NE(mistake("acme,one,input_mtok,observed,2024-05-13,,-5,litellm,page,2024-05-13\n")
                .find("history/acme.csv:2:42"),
            std::string::npos);
  EXPECT_EQ(
      mistake("acme,one,input_mtok,observed,2024-05-13,5,5,litellm,page,2024-05-13\n"),
      "history/acme.csv:2:43: new_usd: expected another figure than old_usd, or one of them empty");
  EXPECT_NE(mistake("acme,one,input_mtok,observed,2024-05-13,,5,litellm,page,2024-05\n")
                .find("the full date"),
            std::string::npos);
  const auto all = price_history_mistakes(
      file("acme,,input_mtok,observed,2024-05-13,,5,litellm,page,2024-05-13\n"
           "acme,one,nothing,observed,2024-05-13,,5,litellm,page,2024-05-13\n"));
  EXPECT_EQ(all.size(), 2U);
}

}  // namespace
}  // namespace breakeven::catalog
