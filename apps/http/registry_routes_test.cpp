// The registry's routes on the real catalogue in a ledger of their own, and on a small one whose
// figures are known.
#include "apps/http/registry_routes.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "apps/http/static_site.hpp"
#include "service/registry_open.hpp"

namespace breakeven::http {
namespace {

Instant at(const char* text) { return Instant::parse(text).value(); }

Response ask(const Router& router, const std::string& path, const std::string& query = {}) {
  const Router::Match match = router.find(Method::get, path);
  if (match.route == nullptr) {
    Response none;
    none.status = 404;
    return none;
  }
  Request request;
  request.method = Method::get;
  request.path = path;
  request.query = query;
  request.parameters = match.parameters;
  return match.route->handler(request);
}

bool has(const Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) ++found;
  return found;
}

/// One book of the whole catalogue for every test: reading it takes a second.
const Router& real() {
  static const std::unique_ptr<const Router> router = [] {
    auto made = std::make_unique<Router>();
    auto views =
        service::open_registry_views(":memory:", {}, [] { return at("2026-11-21T12:00:00Z"); });
    EXPECT_TRUE(views.ok()) << views.error().text();
    add_registry_routes(*made, std::move(views).value());
    return std::unique_ptr<const Router>(std::move(made));
  }();
  return *router;
}

TEST(RegistryRoutes, VendorsAreCounted) {
  const Response answer = ask(real(), "/api/v1/registry/vendors");
  EXPECT_EQ(answer.status, 200);
  const std::size_t vendors = count(answer.body, "\"vendor\":");
  EXPECT_GE(vendors, 10U);
  EXPECT_TRUE(has(answer, "\"count\":" + std::to_string(vendors)));
  EXPECT_TRUE(
      has(answer, "\"verified\":" + std::to_string(count(answer.body, "\"verified\":true"))));
  EXPECT_EQ(count(answer.body, R"("vendor":"anthropic")"), 1U);
  EXPECT_EQ(count(answer.body, R"("published":0)"), 0U) << answer.body;
  // Nothing was crawled: all that is known is the date of the evidence.
  EXPECT_EQ(count(answer.body, "\"basis\":\"catalogue\""), vendors);
  EXPECT_EQ(count(answer.body, "\"basis\":\"snapshot\""), 0U);
}

TEST(RegistryRoutes, ModelsAreFoundByWords) {
  const Response answer = ask(real(), "/api/v1/registry/models", "q=SONNET+4.6");
  EXPECT_TRUE(has(answer, R"("model":"claude-sonnet-4-6")")) << answer.body;
  EXPECT_TRUE(has(answer, R"("field":"input_mtok")"));
  EXPECT_FALSE(has(answer, "gpt"));
  EXPECT_TRUE(has(ask(real(), "/api/v1/registry/models", "q=nothing-like-it"), R"("found":0)"));
  EXPECT_EQ(ask(real(), "/api/v1/registry/models", "limit=0").status, 400);
}

TEST(RegistryRoutes, AModelShowsEveryPriceWithKindAndSource) {
  const Response answer = ask(real(), "/api/v1/registry/models/anthropic/claude-sonnet-4-6");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(has(
      answer, R"("field":"input_mtok","label":"input","mode":"standard","per":1000000,"usd":"3")"))
      << answer.body;
  EXPECT_EQ(count(answer.body, "\"field\":"), count(answer.body, "\"kind\":\""));
  EXPECT_TRUE(has(answer, R"("kind":"inferred","rule":"R-BATCH-50")")) << answer.body;
  // What is published names its source and day.
  for (std::size_t i = answer.body.find("\"kind\":\"published\""); i != std::string::npos;
       i = answer.body.find("\"kind\":\"published\"", i + 1)) {
    const std::string rest = answer.body.substr(i, answer.body.find('}', i) - i);
    EXPECT_EQ(rest.find("\"source\":null"), std::string::npos) << rest;
    EXPECT_EQ(rest.find("\"seen_on\":null"), std::string::npos) << rest;
  }
}

TEST(RegistryRoutes, WhatNobodyPublishesIsAnInterval) {
  const Response answer = ask(real(), "/api/v1/registry/models/openai/gpt-5.5-pro");
  EXPECT_TRUE(has(
      answer,
      R"("field":"cache_read_mtok","label":"cache read","mode":"standard","per":1000000,"usd":null,"low_usd":"0","high_usd":"30","kind":"unknown")"))
      << answer.body;
}

TEST(RegistryRoutes, DearAndCheapHoursAreBothShown) {
  const std::string model = "/api/v1/registry/models/deepseek/deepseek-v4-pro";
  const Response list = ask(real(), "/api/v1/registry/models", "q=deepseek-v4-pro");
  EXPECT_TRUE(has(list, R"("field":"input_mtok@peak")")) << list.body;
  EXPECT_TRUE(has(list, R"("field":"output_mtok@offpeak")"));
  const Response history = ask(real(), model + "/history");
  EXPECT_TRUE(has(history, R"("label":"input, off-peak hours","then_usd")")) << history.body;
  EXPECT_FALSE(has(history, "no longer listed"));
}

TEST(RegistryRoutes, NamesMayHaveSlashes) {
  const std::string path = "/api/v1/registry/models/groq/openai/gpt-oss-120b";
  EXPECT_TRUE(has(ask(real(), path), R"("vendor":"groq","model":"openai/gpt-oss-120b")"));
  EXPECT_TRUE(has(ask(real(), path + "/history"), R"("points":[{)"));
}

TEST(RegistryRoutes, AnUnknownModelIsAProblemWithNearMatches) {
  for (const char* end : {"", "/history"}) {
    const Response answer =
        ask(real(), std::string("/api/v1/registry/models/anthropic/claude-sonet-4-6") + end);
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_TRUE(has(answer, "did you mean")) << answer.body;
    EXPECT_TRUE(has(answer, "claude-sonnet-4")) << answer.body;
  }
}

TEST(RegistryRoutes, InferredIsInferredOnly) {
  const Response answer = ask(real(), "/api/v1/registry/inferred");
  const std::size_t rows = count(answer.body, "\"vendor\":");
  EXPECT_GT(rows, 20U);
  EXPECT_EQ(count(answer.body, "\"kind\":\"inferred\""), rows);
  EXPECT_EQ(count(answer.body, "\"rule\":null"), 0U);
  EXPECT_EQ(count(answer.body, "\"reason\":null"), 0U);
}

TEST(RegistryRoutes, ChangesArePaged) {
  const Response first = ask(real(), "/api/v1/registry/changes", "limit=3");
  EXPECT_EQ(count(first.body, "\"id\":"), 3U);
  const std::string mark = "\"next_before\":";
  const std::string next = first.body.substr(first.body.rfind(mark) + mark.size());
  const std::string before = next.substr(0, next.find('}'));
  const Response second = ask(real(), "/api/v1/registry/changes", "limit=3&before=" + before);
  EXPECT_FALSE(has(second, "\"id\":" + before + ",")) << second.body;
  const Response both = ask(real(), "/api/v1/registry/changes", "limit=6");
  EXPECT_TRUE(has(both, second.body.substr(12, second.body.find("]") - 12))) << both.body;
  // Known last first, also within one import.
  std::string last = "9999";
  const std::string known = "\"known_from\":\"";
  for (std::size_t i = both.body.find(known); i != std::string::npos;
       i = both.body.find(known, i + 1)) {
    const std::string day = both.body.substr(i + known.size(), 10);
    EXPECT_LE(day, last);
    last = day;
  }
  EXPECT_EQ(ask(real(), "/api/v1/registry/changes", "before=999999999").status, 404);
  EXPECT_EQ(ask(real(), "/api/v1/registry/changes", "before=x").status, 400);
  EXPECT_EQ(ask(real(), "/api/v1/registry/changes", "limit=201").status, 400);
}

TEST(RegistryRoutes, ChangesOfOneVendorOrModel) {
  const Response vendor = ask(real(), "/api/v1/registry/changes", "vendor=mistral&limit=200");
  EXPECT_EQ(vendor.status, 200) << vendor.body;
  EXPECT_GT(count(vendor.body, "\"id\":"), 3U);
  EXPECT_EQ(count(vendor.body, "\"vendor\":\"mistral\""), count(vendor.body, "\"id\":"));
  const Response model = ask(real(), "/api/v1/registry/changes", "model=SONNET+4.6&limit=200");
  EXPECT_GE(count(model.body, "\"id\":"), 2U);
  EXPECT_EQ(count(model.body, "sonnet-4-6\",\"old_usd\""), count(model.body, "\"id\":"))
      << model.body;
  // The next page goes on within the same filter.
  const Response one = ask(real(), "/api/v1/registry/changes", "model=SONNET+4.6&limit=1");
  const std::string mark = "\"next_before\":";
  const std::string next = one.body.substr(one.body.rfind(mark) + mark.size());
  const Response two = ask(real(), "/api/v1/registry/changes",
                           "model=SONNET+4.6&limit=1&before=" + next.substr(0, next.find('}')));
  EXPECT_EQ(count(two.body, "sonnet-4-6\",\"old_usd\""), 1U) << two.body;
  EXPECT_TRUE(has(ask(real(), "/api/v1/registry/changes", "model=nothing-like-it"),
                  R"({"changes":[],"next_before":null})"));
}

TEST(RegistryRoutes, WithoutARegistryThereIsNothingToCompare) {
  const Response answer = ask(real(), "/api/v1/registry/crosscheck");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(has(answer, R"("found":0,"registries":[],"rows":[],"next_before":null)"))
      << answer.body;
}

TEST(RegistryRoutes, TheFeedIsAtom) {
  const Response answer = ask(real(), "/api/v1/registry/changes.atom", "limit=5");
  EXPECT_EQ(answer.content_type, "application/atom+xml; charset=utf-8");
  EXPECT_TRUE(has(answer, R"(<feed xmlns="http://www.w3.org/2005/Atom">)"));
  EXPECT_EQ(count(answer.body, "<entry>"), 5U);
  EXPECT_EQ(count(answer.body, "<updated>"), 6U);
}

/// A model that was made cheaper on 10 June 2025, with a name that markup could break on.
const Router& small() {
  static const std::unique_ptr<const Router> router = [] {
    auto catalog = service::open_registry_views(":memory:", {}, [] { return at("2026-01-01"); });
    EXPECT_TRUE(catalog.ok());
    std::shared_ptr<store::Ledger> ledger = store::open_ledger(":memory:").value();
    store::RunRecord record;
    record.run.book = store::kOurBook;
    record.run.source = "test";
    record.evidence = {{"A & <B>", {}, {}, Date::parse("2023-05-01").value(), {}}};
    const auto add = [&](const char* field, const char* old, const char* usd, Instant from) {
      store::NewChange change;
      change.change.book = store::kOurBook;
      change.change.vendor = "openai";
      change.change.model = "o3";
      change.change.field = catalog::parse_price_field(field).value();
      if (*old != '\0') change.change.old_price = Price::parse(old).value();
      change.change.new_price = Price::parse(usd).value();
      change.change.effective_from = from;
      change.change.known_from = at("2025-07-01");
      record.changes.push_back(change);
    };
    add("input_mtok", "", "10", store::kAlways);
    add("output_mtok", "", "40", at("2025-06-01"));
    add("input_mtok", "10", "2", at("2025-06-10"));
    const auto receipt = ledger->record(record);
    EXPECT_TRUE(receipt.ok()) << receipt.error().text();
    // Two registries: one with the price from before the cut, one with a price of its own.
    for (const auto& [book, input, cached] :
         {std::tuple("first", "10", ""), std::tuple("second", "2", "0.5")}) {
      store::RunRecord seen;
      seen.run.book = book;
      seen.run.source = book;
      seen.evidence = {{book, {}, {}, Date::parse("2025-12-01").value(), {}}};
      const auto list = [&](const char* field, const char* usd) {
        store::NewChange change;
        change.change.book = book;
        change.change.vendor = "openai";
        change.change.model = "o3";
        change.change.field = catalog::parse_price_field(field).value();
        change.change.new_price = Price::parse(usd).value();
        change.change.effective_from = store::kAlways;
        change.change.known_from = at("2025-12-01");
        seen.changes.push_back(change);
      };
      list("input_mtok", input);
      if (*cached != '\0') list("cache_read_mtok", cached);
      const auto kept = ledger->record(seen);
      EXPECT_TRUE(kept.ok()) << kept.error().text();
    }
    auto made = std::make_unique<Router>();
    add_registry_routes(*made, catalog.value()->with_ledger(ledger));
    return std::unique_ptr<const Router>(std::move(made));
  }();
  return *router;
}

TEST(RegistryRoutes, AnOldBudgetIsOffByTheCut) {
  const Response answer = ask(small(), "/api/v1/registry/models/openai/o3/history");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(has(answer, R"("first_seen":"2023-05-01")")) << answer.body;
  EXPECT_TRUE(has(
      answer,
      R"("months_ago":12,"set_on":"2025-01-01","lines":[{"field":"input_mtok","label":"input","then_usd":"10","then_kind":"published","then_source":"A & <B>","then_seen_on":"2023-05-01","now_usd":"2","off_percent":-80.0,"note":null})"))
      << answer.body;
  EXPECT_TRUE(has(
      answer,
      R"({"field":"output_mtok","label":"output","then_usd":null,"then_kind":null,"then_source":null,"then_seen_on":null,"now_usd":"40","off_percent":null,"note":"not listed then"})"))
      << answer.body;
  EXPECT_EQ(count(answer.body, "\"mode\":"), 3U);
  EXPECT_TRUE(has(answer, R"("effective_to":"2025-06-10")"));
}

TEST(RegistryRoutes, EveryRegistryIsSetBesideOurBook) {
  const std::string path = "/api/v1/registry/crosscheck";
  const Response all = ask(small(), path);
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_TRUE(has(
      all,
      R"({"registry":"first","date":"2025-12-01","models":1,"names":1,"agrees":0,"differs":1,"missing_there":1,"missing_here":0,)"))
      << all.body;
  EXPECT_TRUE(has(
      all,
      R"({"registry":"second","date":"2025-12-01","models":1,"names":1,"agrees":1,"differs":0,"missing_there":1,"missing_here":1,)"))
      << all.body;
  EXPECT_TRUE(has(all, R"("found":5)"));
  // 10 USD there, 2 USD here.
  const Response differs = ask(small(), path, "verdict=differs");
  EXPECT_TRUE(has(differs, R"("found":1)")) << differs.body;
  EXPECT_TRUE(has(differs, R"("usd":"2","low_usd":null,"high_usd":null,"kind":"published")"));
  EXPECT_TRUE(has(differs, R"("source":"A & <B>","url":null,"seen_on":"2023-05-01")"));
  EXPECT_TRUE(has(
      differs,
      R"("registry":"first","date":"2025-12-01","theirs_usd":"10","native":"o3","verdict":"differs","percent":400.0)"))
      << differs.body;
  // A price that only they list has no price of ours beside it.
  const Response here = ask(small(), path, "verdict=missing+here");
  EXPECT_TRUE(
      has(here, R"("field":"cache_read_mtok","label":"cache read","per":1000000,"ours":null,)"))
      << here.body;
  // Pages and filters.
  const Response first = ask(small(), path, "limit=3");
  EXPECT_EQ(count(first.body, "\"id\":"), 3U);
  EXPECT_TRUE(has(first, R"("next_before":3})")) << first.body;
  const Response rest = ask(small(), path, "limit=3&before=3");
  EXPECT_EQ(count(rest.body, "\"id\":"), 2U);
  EXPECT_TRUE(has(rest, R"("next_before":null})")) << rest.body;
  EXPECT_TRUE(has(ask(small(), path, "vendor=anthropic"), R"("found":0)"));
  EXPECT_TRUE(has(ask(small(), path, "vendor=openai&model=o3"), R"("found":5)"));
  EXPECT_EQ(ask(small(), path, "verdict=perhaps").status, 400);
  EXPECT_EQ(ask(small(), path, "limit=0").status, 400);
}

TEST(RegistryRoutes, ShowWhatAnotherProgramRecordsMeanwhile) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                     ("breakeven-routes-" + std::to_string(::getpid()) + ".db");
  {
    auto views =
        service::open_registry_views(file.string(), {}, [] { return at("2026-11-21T12:00:00Z"); });
    ASSERT_TRUE(views.ok()) << views.error().text();
    Router router;
    add_registry_routes(router, std::move(views).value());
    const std::string model = "/api/v1/registry/models/openai/o3";
    EXPECT_FALSE(has(ask(router, model), R"("usd":"1.75")"));
    EXPECT_TRUE(has(ask(router, "/api/v1/registry/crosscheck"), R"("registries":[])"));
    const auto other = store::open_ledger(file.string());
    ASSERT_TRUE(other.ok());
    for (const std::string_view book : {store::kOurBook, std::string_view("litellm")}) {
      store::RunRecord record;
      record.run.book = book;
      record.run.source = "test";
      record.run.started = record.run.finished = at("2026-11-21T11:00:00Z");
      record.evidence = {{"a page", {}, {}, Date::parse("2026-11-20").value(), {}}};
      store::NewChange change;
      change.change.book = book;
      change.change.vendor = "openai";
      change.change.model = "o3";
      change.change.new_price = Price::parse("1.75").value();
      change.change.effective_from = change.change.known_from = at("2026-11-20");
      if (book == store::kOurBook) change.change.known_from = record.run.started;
      record.changes.push_back(change);
      const auto written = (*other)->record(record);
      ASSERT_TRUE(written.ok()) << written.error().text();
    }
    for (const char* path : {"/api/v1/registry/models/openai/o3", "/api/v1/registry/changes"}) {
      EXPECT_TRUE(has(ask(router, path), R"("usd":"1.75")")) << path;
    }
    EXPECT_TRUE(has(ask(router, "/api/v1/registry/models", "q=openai+o3"), R"("usd":"1.75")"));
    EXPECT_TRUE(has(ask(router, "/api/v1/registry/crosscheck"), R"("registry":"litellm")"));
  }
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
}

TEST(RegistryRoutes, MarkupInSourcesIsEscaped) {
  const Response answer = ask(small(), "/api/v1/registry/changes.atom");
  EXPECT_TRUE(has(answer, "A &amp; &lt;B&gt;")) << answer.body;
  EXPECT_TRUE(has(answer, "openai/o3, input: $10 to $2")) << answer.body;
}

TEST(Router, LongParameterTakesSeveralSegments) {
  Router router;
  router.add(Method::get, "/a/{x}/{rest...}/end", [](const Request&) { return Response{}; });
  const auto one = router.find(Method::get, "/a/1/2/end");
  ASSERT_NE(one.route, nullptr);
  EXPECT_EQ(one.parameters[1].first, "rest");
  EXPECT_EQ(one.parameters[1].second, "2");
  EXPECT_EQ(router.find(Method::get, "/a/1/2/3/4/end").parameters[1].second, "2/3/4");
  EXPECT_EQ(router.find(Method::get, "/a/1/end").route, nullptr);
  EXPECT_EQ(router.find(Method::get, "/a/1/2/3").route, nullptr);
}

TEST(StaticSite, PagesOfModelsMayHavePoints) {
  const StaticSite site = StaticSite::missing();
  Request request;
  request.path = "/registry/openai/gpt-5.4";
  EXPECT_EQ(site.answer(request).status, 200);
  request.path = "/assets/gone-5.4";
  EXPECT_EQ(site.answer(request).status, 404);
}

}  // namespace
}  // namespace breakeven::http
