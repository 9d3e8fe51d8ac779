#include "engine/catalog/price_book.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakeven::catalog {
namespace {

constexpr const char* kModels =
    "vendor,model,context_window,max_output,min_cacheable_tokens,source,source_date\n"
    "acme,one,200000,8000,1024,page,2026-01-02\n"
    "acme,two-2024-05-13,,,,page,2026-01-02\n"
    "acme,two,,,,page,2026-01-02\n"
    "host,org/one,,,,page,2026-01-02\n";
constexpr const char* kHead =
    "vendor,model,meter,mode,above_input_tokens,threshold,when,usd,kind,rule,effective_from,"
    "effective_to,source,source_date\n";
constexpr const char* kRules =
    "id,scope,reason,formula,applies_to,effective_from,effective_to,source,source_date\n"
    "R-BATCH-50,all,half,input_mtok/batch=0.5*input_mtok,,,,page,2026-01-02\n";

std::vector<NamedText> files(const std::string& rows, const std::string& calendar = {},
                             const std::string& factors = {}) {
  std::vector<NamedText> out{{"prices/rules.csv", kRules},
                             {"prices/models.csv", kModels},
                             {"prices/acme.csv", kHead + rows}};
  if (!calendar.empty()) {
    out.push_back({"prices/calendar.csv",
                   "vendor,entry,weekdays,start_utc,end_utc,effective_from,effective_to,source,"
                   "source_date\n" +
                       calendar});
  }
  if (!factors.empty()) {
    out.push_back({"prices/factors.csv",
                   "vendor,models,what,places,cache_reads,factor,kind,rule,effective_from,"
                   "effective_to,source,source_date\n" +
                       factors});
  }
  return out;
}

PriceBook book(const std::string& rows, const std::string& calendar = {},
               const std::string& factors = {}) {
  auto loaded = PriceBook::load(files(rows, calendar, factors));
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().text());
  return loaded.ok() ? std::move(*loaded) : PriceBook();
}

Instant at(const char* text) { return *Instant::parse(text); }

std::string input_price(const PriceBook& b, const char* when, Mode mode = Mode::standard,
                        std::int64_t prompt = 1) {
  const auto model = b.find("acme/one");
  const auto card = b.resolve(**model, {mode, {}, at(when)});
  if (!card.ok()) return "error: " + card.error().message;
  const Quote& quote = card->rates[index(BillingUnit::input)]->at(prompt);
  return quote.low == quote.high ? quote.high.decimal()
                                 : quote.low.decimal() + ".." + quote.high.decimal();
}

TEST(PriceBook, DatedPriceStartsAtItsInstantAndEndsBeforeTheNext) {
  const PriceBook b = book(
      "acme,one,input_mtok,standard,,,always,10,published,,2025-01-01,2025-06-10,page,2025-06-10\n"
      "acme,one,input_mtok,standard,,,always,2,published,,2025-06-10,2027-01-01,page,2025-06-10\n"
      "acme,one,input_mtok,standard,,,always,3,published,,2027-01-01,,page,2025-06-10\n");
  EXPECT_EQ(input_price(b, "2025-06-09T23:59:59Z"), "10");
  EXPECT_EQ(input_price(b, "2025-06-10T00:00:00Z"), "2");
  EXPECT_EQ(input_price(b, "2025-06-10T01:59:59+02:00"), "10");
  EXPECT_EQ(input_price(b, "2026-12-31T23:59:59Z"), "2");
  EXPECT_EQ(input_price(b, "2027-01-01T00:00:00Z"), "3");
  EXPECT_EQ(input_price(b, "2024-12-31T23:59:59Z"),
            "error: no price of acme/one is in effect at 2024-12-31T23:59:59Z; the first known one "
            "starts at 2025-01-01T00:00:00Z");
  const auto card = b.resolve(**b.find("acme/one"), {Mode::standard, {}, at("2025-07-01")});
  EXPECT_EQ(card->valid_from_s, at("2025-06-10").seconds);
  EXPECT_EQ(card->valid_to_s, at("2027-01-01").seconds);
}

TEST(PriceBook, ThresholdsKeepTheirOperator) {
  const PriceBook b = book(
      "acme,one,input_mtok,standard,,,always,1,published,,,,page,2025-06-10\n"
      "acme,one,input_mtok,standard,200000,above,always,2,published,,,,page,2025-06-10\n"
      "acme,one,output_mtok,standard,,,always,1,published,,,,page,2025-06-10\n"
      "acme,one,output_mtok,standard,200000,at_least,always,2,published,,,,page,2025-06-10\n");
  const auto card = b.resolve(**b.find("acme/one"), {Mode::standard, {}, at("2026-01-01")});
  const auto& in = *card->rates[index(BillingUnit::input)];
  const auto& out = *card->rates[index(BillingUnit::output)];
  EXPECT_EQ(in.at(200'000).high.decimal(), "1");
  EXPECT_EQ(in.at(200'001).high.decimal(), "2");
  EXPECT_EQ(out.at(199'999).high.decimal(), "1");
  EXPECT_EQ(out.at(200'000).high.decimal(), "2");
}

constexpr const char* kTwoPhases =
    "acme,one,input_mtok,standard,,,peak,2,published,,,,page,2026-10-19\n"
    "acme,one,input_mtok,standard,,,offpeak,1,published,,,,page,2026-10-19\n";

TEST(PriceBook, PeakFollowsHoursWeekdaysAndHolidays) {
  const PriceBook b = book(kTwoPhases,
                           "acme,peak,12345,01:00,04:00,,,page,2026-10-19\n"
                           "acme,peak,12345,06:00,10:00,,,page,2026-10-19\n"
                           "acme,holiday,,,,2026-10-01,2026-10-08,page,2026-10-19\n");
  EXPECT_EQ(input_price(b, "2026-08-24T00:59:59Z"), "1");  // a Monday
  EXPECT_EQ(input_price(b, "2026-08-24T01:00:00Z"), "2");
  EXPECT_EQ(input_price(b, "2026-08-24T03:59:59Z"), "2");
  EXPECT_EQ(input_price(b, "2026-08-24T04:00:00Z"), "1");
  EXPECT_EQ(input_price(b, "2026-08-24T09:59:59Z"), "2");
  EXPECT_EQ(input_price(b, "2026-08-24T10:00:00Z"), "1");
  EXPECT_EQ(input_price(b, "2026-08-22T02:00:00Z"), "1");  // a Saturday
  EXPECT_EQ(input_price(b, "2026-10-01T02:00:00Z"), "1");  // a Thursday, a holiday
  EXPECT_EQ(input_price(b, "2026-10-08T02:00:00Z"), "2");
}

TEST(PriceBook, WindowPastMidnightBelongsToTheDayItOpened) {
  const PriceBook b = book(kTwoPhases, "acme,peak,5,22:00,02:00,,,page,2026-10-19\n");
  EXPECT_EQ(input_price(b, "2026-08-21T21:59:59Z"), "1");  // a Friday
  EXPECT_EQ(input_price(b, "2026-08-21T22:00:00Z"), "2");
  EXPECT_EQ(input_price(b, "2026-08-22T01:59:59Z"), "2");
  EXPECT_EQ(input_price(b, "2026-08-22T02:00:00Z"), "1");
  EXPECT_EQ(input_price(b, "2026-08-21T01:00:00Z"), "1");
}

TEST(PriceBook, CardIsTheSameThroughoutItsValidity) {
  const PriceBook b = book(kTwoPhases, "acme,peak,12345,22:30,02:15,,,page,2026-10-19\n");
  const auto model = b.find("acme/one");
  for (std::int64_t t = at("2026-08-20").seconds; t < at("2026-08-25").seconds; t += 911) {
    const auto card = b.resolve(**model, {Mode::standard, {}, Instant{t}});
    ASSERT_LE(card->valid_from_s, t);
    ASSERT_GT(card->valid_to_s, t);
    for (const std::int64_t edge : {card->valid_from_s, card->valid_to_s - 1}) {
      const auto again = b.resolve(**model, {Mode::standard, {}, Instant{edge}});
      EXPECT_EQ(again->rates[index(BillingUnit::input)]->base.high,
                card->rates[index(BillingUnit::input)]->base.high);
    }
  }
}

TEST(PriceBook, WithoutATimeThePhasesAreAnInterval) {
  const PriceBook b = book(kTwoPhases, "acme,peak,12345,01:00,04:00,,,page,2026-10-19\n");
  const auto card = b.resolve(**b.find("acme/one"), {Mode::standard, {}, std::nullopt});
  const Quote& quote = card->rates[index(BillingUnit::input)]->base;
  EXPECT_EQ(quote.low.decimal(), "1");
  EXPECT_EQ(quote.high.decimal(), "2");
  EXPECT_EQ(card->notes.size(), 1U);
}

TEST(PriceBook, UnknownCachedRateSpansNothingToInput) {
  for (const char* row :
       {"", "acme,one,cache_read_mtok,standard,,,always,,unknown,,,,page,2026-01-01\n"}) {
    const PriceBook b = book(
        std::string("acme,one,input_mtok,standard,,,always,30,published,,,,page,2026-01-01\n") +
        row);
    const auto card = b.resolve(**b.find("acme/one"), {Mode::standard, {}, at("2026-02-01")});
    const Quote& quote = card->rates[index(BillingUnit::cache_read)]->base;
    EXPECT_EQ(quote.low.nano_usd, 0);
    EXPECT_EQ(quote.high.decimal(), "30");
    EXPECT_EQ(quote.kind, PriceKind::unknown);
  }
}

TEST(PriceBook, ModesComeFromRowsThenFactors) {
  const std::string rows =
      "acme,one,input_mtok,standard,,,always,4,published,,,,page,2026-01-01\n"
      "acme,one,cache_read_mtok,standard,,,always,0.4,published,,,,page,2026-01-01\n"
      "acme,one,output_mtok,standard,,,always,20,published,,,,page,2026-01-01\n"
      "acme,one,input_mtok,flex,,,always,3,published,,,,page,2026-01-01\n"
      "acme,one,output_mtok,flex,,,always,15,published,,,,page,2026-01-01\n";
  const std::string factors =
      "acme,*,batch,,yes,0.5,inferred,R-BATCH-50,,,page,2026-01-01\n"
      "acme,one,residency,us,yes,1.1,published,,,,page,2026-01-01\n";
  const PriceBook b = book(rows, {}, factors);
  EXPECT_EQ(input_price(b, "2026-02-01", Mode::flex), "3");
  EXPECT_EQ(input_price(b, "2026-02-01", Mode::batch), "2");
  EXPECT_EQ(input_price(b, "2026-02-01", Mode::fast),
            "error: no fast price is known for acme/one; it has standard, batch, flex");
  const auto model = b.find("acme/one");
  const auto batch = b.resolve(**model, {Mode::batch, "us", at("2026-02-01")});
  EXPECT_EQ(batch->rates[index(BillingUnit::output)]->base.high.decimal(), "11");
  EXPECT_EQ(batch->rates[index(BillingUnit::cache_read)]->base.high.decimal(), "0.22");
  EXPECT_EQ(batch->rates[index(BillingUnit::output)]->base.kind, PriceKind::inferred);
  // A discount on input says nothing about cached input.
  const auto flex = b.resolve(**model, {Mode::flex, {}, at("2026-02-01")});
  EXPECT_EQ(flex->rates[index(BillingUnit::cache_read)]->base.kind, PriceKind::unknown);
  EXPECT_EQ(flex->rates[index(BillingUnit::cache_read)]->base.high.decimal(), "3");
}

TEST(PriceBook, NamesAreForgivenButNotGuessed) {
  const PriceBook b = book("acme,one,input_mtok,standard,,,always,1,published,,,,p,2026-01-01\n");
  for (const char* name : {"acme/one", "ACME/One", "one", "one-20250929", "one@20250929",
                           "models/one", "one-latest", "us.one-v1:0", "acme/one-2026-03-05"}) {
    const auto found = b.find(name);
    ASSERT_TRUE(found.ok()) << name << ": " << found.error().text();
    EXPECT_EQ((*found)->id(), "acme/one") << name;
  }
  EXPECT_EQ((*b.find("two-2024-05-13"))->name, "two-2024-05-13");
  EXPECT_EQ((*b.find("two-2024-08-06"))->name, "two");
  EXPECT_EQ((*b.find("host", "org/one"))->id(), "host/org/one");
  const auto unknown = b.find("acme/onne");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_NE(unknown.error().message.find("acme/one"), std::string::npos);
  EXPECT_FALSE(b.find("host", "two").ok());
  EXPECT_FALSE(b.find("").ok());
  EXPECT_FALSE(b.find("nobody", "one").ok());
}

TEST(PriceBook, OpenWeightsArePricedOnlyAtTheHostThatIsNamed) {
  std::vector<NamedText> texts =
      files("acme,one,input_mtok,standard,,,always,1,published,,,,p,2026-01-01\n");
  texts[1].content +=
      "hostel,acme/one,,,,page,2026-01-02\ninn,weights-v2.1,,,,page,2026-01-02\n"
      "hostel,org/weights-v2.1,,,,page,2026-01-02\n";
  texts.push_back({"prices/vendors.csv",
                   "name,vendor,reseller,source,source_date\n"
                   "hostel,hostel,host,page,2026-01-02\ninn-ai,inn,host,page,2026-01-02\n"
                   "gateway,gateway,yes,page,2026-01-02\n"});
  const auto loaded = PriceBook::load(texts);
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  const PriceBook& b = *loaded;
  // The maker comes first, whoever else uses "maker/model" as a name of its own.
  EXPECT_EQ((*b.find("acme/one"))->id(), "acme/one");
  EXPECT_EQ((*b.find("gateway/acme/one"))->id(), "acme/one");
  EXPECT_EQ((*b.find("hostel", "acme/one"))->id(), "hostel/acme/one");
  EXPECT_EQ((*b.find("hostel/acme/one"))->id(), "hostel/acme/one");
  EXPECT_EQ((*b.find("inn-ai", "Weights_v2.1"))->id(), "inn/weights-v2.1");
  for (const char* name : {"weights-v2.1", "org/weights-v2.1", "gateway/org/Weights-v2.1"}) {
    const auto found = b.find(name);
    ASSERT_FALSE(found.ok()) << name << " is " << (*found)->id();
    EXPECT_EQ(found.error().message, "\"" + std::string(name) +
                                         "\" is priced by whoever serves it: inn/weights-v2.1, "
                                         "hostel/org/weights-v2.1; name the one that is meant");
  }
  EXPECT_FALSE(b.find("acme", "weights-v2.1").ok());
}

TEST(PriceBook, BadRowsAreRefusedWithTheirPlace) {
  const auto mistake = [](const std::string& rows) {
    const auto loaded = PriceBook::load(files(rows));
    return loaded.ok() ? std::string("none") : loaded.error().where;
  };
  const std::string good = "acme,one,input_mtok,standard,,,always,1,published,,,,p,2026-01-01\n";
  EXPECT_EQ(mistake(good), "none");
  EXPECT_EQ(mistake(good + good), "prices/acme.csv:3");
  EXPECT_EQ(mistake("acme,one,input,standard,,,always,1,published,,,,p,2026-01-01\n"),
            "prices/acme.csv:2:10");
  EXPECT_EQ(mistake("acme,none,input_mtok,standard,,,always,1,published,,,,p,2026-01-01\n"),
            "prices/acme.csv:2:6");
  EXPECT_EQ(mistake("acme,one,input_mtok,standard,,,always,-1,published,,,,p,2026-01-01\n"),
            "prices/acme.csv:2:39");
  EXPECT_EQ(mistake("acme,one,input_mtok,standard,,,always,1,inferred,,,,p,2026-01-01\n"),
            "prices/acme.csv:2:50");
  EXPECT_EQ(mistake("acme,one,input_mtok,standard,,above,always,1,published,,,,p,2026-01-01\n"),
            "prices/acme.csv:2:31");
  EXPECT_EQ(mistake("acme,one,input_mtok,standard,,,always,1,published,,2026-02-01,2026-01-01,p,"
                    "2026-01-01\n"),
            "prices/acme.csv:2:63");
}

TEST(PriceBook, WithOtherPricesKeepsNamesAndAddsModels) {
  const PriceBook b =
      book("acme,one,input_mtok,standard,,,always,10,published,,,,page,2025-06-10\n");
  PriceRow row;
  row.price = Price{7'000'000'000, 1'000'000, 0};
  row.source_date = "2026-03-01";
  std::vector<PricedModel> priced(2);
  priced[0].vendor = "acme";
  priced[0].name = "four";
  priced[0].rows = {row};
  priced[1].vendor = "zenith";
  priced[1].name = "three";
  priced[1].rows = {row, row};
  priced[1].rows[1].unit = BillingUnit::output;
  const PriceBook other = b.with_prices(priced, at("2026-11-21"));
  EXPECT_EQ(other.row_count(), 3U);
  EXPECT_EQ(other.newest().iso(), "2026-03-01");
  EXPECT_EQ(b.with_prices(priced, at("2025-12-01")).newest().iso(), "2025-12-01");
  ASSERT_TRUE(other.find("acme/four").ok());
  EXPECT_EQ((*other.find("acme/four"))->name, "four");
  EXPECT_EQ((*other.find("three"))->id(), "zenith/three");
  const auto one = other.find("acme/one");
  ASSERT_TRUE(one.ok());
  EXPECT_FALSE(other.resolve(**one, {Mode::standard, {}, at("2026-01-01")}).ok());
  // The book that it was made from has not changed.
  EXPECT_EQ(input_price(b, "2026-01-01"), "10");
}

}  // namespace
}  // namespace breakeven::catalog
