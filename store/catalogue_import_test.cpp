#include "store/catalogue_import.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "engine/catalog/named_text.hpp"
#include "engine/pricing/bill.hpp"
#include "store/testing/test_ledgers.hpp"

namespace breakeven::store {
namespace {

namespace fs = std::filesystem;

std::vector<catalog::NamedText> our_catalogue() {
  const fs::path root = fs::path(BREAKEVEN_SOURCE_DIR) / "catalog";
  std::vector<catalog::NamedText> files;
  for (const char* const folder : {"prices", "history"}) {
    for (const auto& entry : fs::directory_iterator(root / folder)) {
      if (entry.path().extension() != ".csv") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      files.push_back({entry.path().lexically_relative(root).generic_string(),
                       std::string((std::istreambuf_iterator<char>(in)), {})});
    }
  }
  std::ranges::sort(files, {}, &catalog::NamedText::name);
  return files;
}

struct OurFacts {
  catalog::PriceBook prices;
  std::vector<catalog::HistoricPrice> history;
};

OurFacts our_facts() {
  const auto files = our_catalogue();
  auto prices = catalog::PriceBook::load(files);
  auto history = catalog::load_price_history(files);
  EXPECT_TRUE(prices.ok()) << prices.error().text();
  EXPECT_TRUE(history.ok()) << history.error().text();
  return {std::move(*prices), std::move(*history)};
}

const Instant kToday = at("2026-11-21");

/// How long the first start takes is a figure of bench/ledger_bench.cpp.
TEST(CatalogueImport, TakesEverythingOnceAndFindsNothingNewNext) {
  const TestFolder folder;
  const OurFacts facts = our_facts();
  const auto ledger = open_or_fail(folder.path() + "/prices.ledger");
  const auto report = import_catalogue(*ledger, facts.prices, facts.history, kToday);
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_GE(facts.history.size(), 10'878U);
  EXPECT_GE(report->added,
            static_cast<std::int64_t>(facts.prices.row_count() + facts.history.size()));
  EXPECT_EQ(report->withdrawn, 0);
  EXPECT_EQ(ledger->counts()->changes, report->added);
  EXPECT_EQ(ledger->counts()->runs, report->books);

  // The next start finds nothing to do, and the one after an interruption goes on.
  const auto again = import_catalogue(*ledger, facts.prices, facts.history, at("2026-11-22"));
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->books, 0);
  EXPECT_EQ(ledger->counts()->changes, report->added);
}

std::string card_text(const catalog::PriceBook& book, const catalog::PricedModel& model,
                      const catalog::RateQuery& query) {
  const auto card = book.resolve(model, query);
  if (!card.ok()) return card.error().text();
  std::string out = std::to_string(card->valid_from_s) + " " + std::to_string(card->valid_to_s);
  const auto put = [&out](const catalog::Quote& quote) {
    out += " " + quote.low.decimal() + ".." + quote.high.decimal() + " " +
           std::string(to_string(quote.kind)) + " " + std::string(quote.rule);
    if (quote.row != nullptr) out += " " + quote.row->source + " " + quote.row->source_date;
  };
  for (const auto& rate : card->rates) {
    out += rate ? "\n" : "\n-";
    if (!rate) continue;
    put(rate->base);
    for (const auto& tier : rate->tiers) {
      out += (tier.inclusive ? " >=" : " >") + std::to_string(tier.above_input_tokens);
      put(tier.quote);
    }
  }
  for (const std::string& note : card->notes) out += "\n" + note;
  return out;
}

// The ledger is another way to the same prices: every model, mode and date of the catalogue.
TEST(CatalogueImport, TheLedgersBookPricesAsTheCatalogueDoes) {
  const TestFolder folder;
  const OurFacts facts = our_facts();
  const auto ledger = open_or_fail(folder.path() + "/prices.ledger");
  ASSERT_TRUE(import_catalogue(*ledger, facts.prices, {}, kToday).ok());
  const catalog::PriceBook book = ledger->book(kOurBook, kToday, facts.prices);
  ASSERT_EQ(book.models().size(), facts.prices.models().size());
  EXPECT_EQ(book.newest().iso(), facts.prices.newest().iso());
  EXPECT_EQ(book.row_count(), facts.prices.row_count());
  std::size_t compared = 0;
  for (std::size_t i = 0; i < book.models().size(); ++i) {
    const catalog::PricedModel& ours = facts.prices.models()[i];
    const catalog::PricedModel& theirs = book.models()[i];
    ASSERT_EQ(ours.id(), theirs.id());
    for (const catalog::Mode mode : {catalog::Mode::standard, catalog::Mode::batch,
                                     catalog::Mode::flex, catalog::Mode::priority}) {
      for (const char* const when : {"2024-06-01", "2025-03-01T17:00:00Z", "2025-09-10",
                                     "2026-08-17T02:00:00Z", "2026-11-21", "2027-02-01"}) {
        const catalog::RateQuery query{mode, {}, at(when)};
        EXPECT_EQ(card_text(facts.prices, ours, query), card_text(book, theirs, query))
            << ours.id() << " " << when;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 4'000U);
}

TEST(CatalogueImport, TheBookForgetsWhatWasNotYetKnown) {
  const TestFolder folder;
  const OurFacts facts = our_facts();
  const auto ledger = open_or_fail(folder.path() + "/prices.ledger");
  ASSERT_TRUE(import_catalogue(*ledger, facts.prices, facts.history, kToday).ok());
  // DeepSeek: 0.14 until 2025-02-08, then 0.27 (source of 2025-02-08).
  const auto input = [&](const char* effective, const char* known) {
    return price_text(ledger->as_of(kOurBook, "deepseek", "deepseek-chat", field("input_mtok"),
                                    at(effective), at(known)));
  };
  EXPECT_EQ(input("2025-02-10", "2025-02-07"), "0.14");
  EXPECT_EQ(input("2025-02-10", "2025-02-09"), "0.27");
  EXPECT_EQ(input("2025-02-01", "2026-11-21"), "0.14");
  // Sonnet 5's step to 3 was announced, then cancelled; registries that did not notice still say 3.
  const auto sonnet = [&](const char* book, const char* effective, const char* known) {
    return price_text(ledger->as_of(book, "anthropic", "claude-sonnet-5", field("input_mtok"),
                                    at(effective), at(known)));
  };
  EXPECT_EQ(sonnet("history.vendor", "2026-09-02", "2026-07-15"), "3");
  EXPECT_EQ(sonnet("history.vendor", "2026-09-02", "2026-08-14"), "none");
  EXPECT_EQ(sonnet("history.genai-prices", "2026-09-02", "2026-11-21"), "3");
  EXPECT_EQ(sonnet("breakeven", "2026-09-02", "2026-11-21"), "2");
  const auto history = ledger->history("", "anthropic", "claude-sonnet-5");
  ASSERT_TRUE(history.ok());
  EXPECT_EQ(std::ranges::count_if(
                *history,
                [](const RecordedChange& c) { return c.change.state == ChangeState::cancelled; }),
            3);
  // LiteLLM launched it at 3 / 15 and corrected itself two days later.
  EXPECT_EQ(sonnet("history.litellm", "2026-07-02", "2026-07-02"), "3");
  EXPECT_EQ(sonnet("history.litellm", "2026-07-03", "2026-07-03"), "2");
  // Verified when a source said so, not when it was imported.
  const auto verified = ledger->last_verified(kOurBook, "anthropic", field("input_mtok"));
  ASSERT_TRUE(verified.ok() && verified->has_value());
  EXPECT_EQ((*verified)->basis, Verification::Basis::snapshot);
  EXPECT_LT((*verified)->at, kToday);
  EXPECT_GT((*verified)->at, at("2026-08-01"));
}

catalog::PriceBook small_book(const std::string& rows) {
  return std::move(catalog::PriceBook::load(std::vector<catalog::NamedText>{
                       {"prices/models.csv",
                        "vendor,model,context_window,max_output,min_cacheable_tokens,source,"
                        "source_date\nacme,one,1000,10,16,page,2026-01-01\n"},
                       {"prices/acme.csv",
                        "vendor,model,meter,mode,above_input_tokens,threshold,when,usd,kind,rule,"
                        "effective_from,effective_to,source,source_date\n" +
                            rows}}))
      .value();
}

TEST(CatalogueImport, AnUpgradeIsKnownFromTheDayOfTheUpgrade) {
  const TestFolder folder;
  const auto ledger = open_or_fail(folder.path() + "/prices.ledger");
  const std::string output =
      "acme,one,output_mtok,standard,,,always,9,published,,,,page,2026-01-01\n";
  ASSERT_TRUE(
      import_catalogue(
          *ledger,
          small_book("acme,one,input_mtok,standard,,,always,3,published,,,,page,2026-01-01\n"
                     "acme,one,input_mtok,batch,,,always,1,published,,,,page,2026-01-01\n" +
                     output),
          {}, at("2026-02-01"))
          .ok());
  // The new catalogue closes a row, adds its successor and drops another row.
  const auto upgrade = import_catalogue(
      *ledger,
      small_book(
          "acme,one,input_mtok,standard,,,always,3,published,,,2026-03-01,page,2026-01-01\n"
          "acme,one,input_mtok,standard,,,always,2,published,,2026-03-01,,page,2026-03-01\n" +
          output),
      {}, at("2026-04-01"));
  ASSERT_TRUE(upgrade.ok()) << upgrade.error().text();
  EXPECT_EQ(upgrade->added, 1);
  EXPECT_EQ(upgrade->withdrawn, 1);
  const auto price = [&](const char* of_field, const char* effective, const char* known) {
    return price_text(
        ledger->as_of(kOurBook, "acme", "one", field(of_field), at(effective), at(known)));
  };
  EXPECT_EQ(price("input_mtok", "2026-03-15", "2026-03-31"), "3");
  EXPECT_EQ(price("input_mtok", "2026-03-15", "2026-04-01"), "2");
  EXPECT_EQ(price("input_mtok", "2026-02-15", "2026-04-01"), "3");
  EXPECT_EQ(price("input_mtok/batch", "2026-03-15", "2026-03-31"), "1");
  EXPECT_EQ(price("input_mtok/batch", "2026-03-15", "2026-04-01"), "none");
  EXPECT_EQ(price("output_mtok", "2026-03-15", "2026-04-01"), "9");
  EXPECT_EQ(price_text(ledger->as_of(kOurBook, "acme", "one", field("input_mtok"), kAlways,
                                     at("2026-01-01"))),
            "3");
  // Back to the old catalogue: what was withdrawn is added again.
  const auto back = import_catalogue(
      *ledger,
      small_book("acme,one,input_mtok,standard,,,always,3,published,,,,page,2026-01-01\n"
                 "acme,one,input_mtok,batch,,,always,1,published,,,,page,2026-01-01\n" +
                 output),
      {}, at("2026-05-01"));
  EXPECT_EQ(back->added, 1);
  EXPECT_EQ(back->withdrawn, 1);
  EXPECT_EQ(price("input_mtok", "2026-03-15", "2026-05-01"), "3");
  EXPECT_EQ(price("input_mtok/batch", "2026-03-15", "2026-05-01"), "1");
  EXPECT_EQ(price("input_mtok", "2026-03-15", "2026-04-01"), "2");
}

TEST(CatalogueImport, CrawledPricesSurviveAnUpgrade) {
  const TestFolder folder;
  const auto ledger = open_or_fail(folder.path() + "/prices.ledger");
  const std::string row = "acme,one,input_mtok,standard,,,always,3,published,,,,page,2026-01-01\n";
  ASSERT_TRUE(import_catalogue(*ledger, small_book(row), {}, at("2026-02-01")).ok());
  ASSERT_TRUE(ledger->record(one_price("input_mtok", "2", "2026-03-01", "2026-03-02")).ok());
  ASSERT_TRUE(import_catalogue(*ledger,
                               small_book(row + "acme,one,output_mtok,standard,,,always,9,"
                                                "published,,,,page,2026-01-01\n"),
                               {}, at("2026-04-01"))
                  .ok());
  EXPECT_EQ(price_text(ledger->as_of(kOurBook, "acme", "one", field("input_mtok"), at("2026-04-02"),
                                     at("2026-04-02"))),
            "2");
}

TEST(CatalogueImport, TwoFirstStartsAtOnceImportOnce) {
  const TestFolder folder;
  const std::string path = folder.path() + "/prices.ledger";
  const catalog::PriceBook book = small_book(
      "acme,one,input_mtok,standard,,,always,3,published,,,,page,2026-01-01\n"
      "acme,one,output_mtok,standard,,,always,9,published,,,,page,2026-01-01\n");
  std::vector<std::thread> programs;
  for (int i = 0; i < 6; ++i) {
    programs.emplace_back([&] {
      const auto ledger = open_or_fail(path);
      const auto report = import_catalogue(*ledger, book, {}, at("2026-02-01"));
      EXPECT_TRUE(report.ok()) << report.error().text();
    });
  }
  for (std::thread& one : programs) one.join();
  const auto ledger = open_or_fail(path);
  EXPECT_EQ(ledger->counts()->changes, 2);
  EXPECT_EQ(ledger->counts()->runs, 1);
}

}  // namespace
}  // namespace breakeven::store
