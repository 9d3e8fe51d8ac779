#include "service/registry_daily.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "engine/advisor/bill.hpp"
#include "registry/fetcher.hpp"
#include "service/plan.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

Instant at(const char* text) { return Instant::parse(text).value(); }

/// Answers from memory; without a body, as a host that cannot be reached.
class MemoryFetcher final : public registry::Fetcher {
 public:
  registry::Fetched fetch(const registry::FetchRequest&) override {
    ++asked;
    registry::Fetched fetched;
    fetched.attempts = 1;
    if (body.empty()) {
      fetched.error = Error{ErrorCode::io_error, "no connection", "example.org"};
    } else {
      fetched.http_status = 200;
      fetched.body = body;
    }
    return fetched;
  }
  std::string body;
  int asked = 0;
};

class DailyPass : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("breakeven-daily-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string store() const { return (folder_ / "registry.db").string(); }
  Registry open(const char* now) const {
    return Registry::open({store(), BREAKEVEN_SOURCE_DIR "/catalog", at(now), {}}).value();
  }
  CrawlQuery query() const {
    CrawlQuery query;
    query.sources = {"litellm"};
    query.fetcher = fetcher_;
    return query;
  }
  std::size_t runs(Registry& registry) const {
    return registry.ledger().runs("litellm", {0, 10}).value().size();
  }

  fs::path folder_;
  std::shared_ptr<MemoryFetcher> fetcher_ = std::make_shared<MemoryFetcher>();
};

constexpr const char* kDocument =
    R"({"claude-sonnet-4-6":{"litellm_provider":"anthropic","mode":"chat",)"
    R"("input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05}})";

TEST(NextRun, IsTheNextTimeOfDayStrictlyLater) {
  const TimeOfDay early = parse_time_of_day("04:17").value();
  EXPECT_EQ(next_run(at("2026-11-21T04:16:59Z"), early), at("2026-11-21T04:17:00Z"));
  EXPECT_EQ(next_run(at("2026-11-21T04:17:00Z"), early), at("2026-11-22T04:17:00Z"));
  EXPECT_EQ(next_run(at("2026-11-21T23:59:59Z"), early), at("2026-11-22T04:17:00Z"));
  EXPECT_EQ(next_run(at("2026-12-31T04:17:01Z"), early), at("2027-01-01T04:17:00Z"));
  EXPECT_EQ(next_run(at("2028-02-28T12:00:00Z"), early), at("2028-02-29T04:17:00Z"));
  EXPECT_EQ(next_run(at("1969-12-31T23:00:00Z"), early), at("1970-01-01T04:17:00Z"));
  EXPECT_EQ(next_run(at("2026-11-21"), parse_time_of_day("00:00").value()), at("2026-11-22"));
}

TEST(TimeOfDay, RefusesWhatIsNone) {
  for (const char* text : {"", "4:17", "24:00", "04:60", "04.17", "04:17:00", "-1:00", "ab:cd"}) {
    EXPECT_FALSE(parse_time_of_day(text).ok()) << text;
  }
  EXPECT_EQ(parse_time_of_day("23:59").value().minute, 59);
}

TEST_F(DailyPass, RecordsWhatTheSourceShowsAndAudits) {
  fetcher_->body = kDocument;
  Registry registry = open("2026-11-21T04:17:09Z");
  const auto pass = daily_pass(registry, query());
  ASSERT_TRUE(pass.ok()) << pass.error().text();
  ASSERT_EQ(pass->report.tables.size(), 3U);
  EXPECT_EQ(pass->report.tables[0].name, "runs");
  EXPECT_EQ(pass->report.tables[1].name, "layers");
  EXPECT_EQ(runs(registry), 1U);
  EXPECT_EQ(pass->passed, registry.audit().value().passed);
  EXPECT_TRUE(daily_line(pass).starts_with("registry: 1 sources, 0 failed; the audit "));
}

TEST_F(DailyPass, AHostThatIsDownIsAFailedRunThatTheAuditReports) {
  Registry registry = open("2026-11-21T04:17:00Z");
  const auto pass = daily_pass(registry, query());
  ASSERT_TRUE(pass.ok()) << pass.error().text();
  EXPECT_FALSE(pass->passed);
  EXPECT_EQ(registry.ledger().runs("litellm", {0, 1}).value().at(0).run.status,
            store::RunStatus::failed);
  EXPECT_TRUE(std::ranges::any_of(pass->report.tables[2].rows, [](const auto& row) {
    return row[2] == codec::Value(std::string("last-run-failed"));
  }));
}

TEST_F(DailyPass, APassADayThatBeginsEarlierIsStillDue) {
  fetcher_->body = kDocument;
  for (const auto& [now, asked] :
       {std::pair{"2026-11-20T04:17:09Z", 1}, std::pair{"2026-11-20T20:00:00Z", 1},
        std::pair{"2026-11-21T04:17:00Z", 2}}) {
    Registry registry = open(now);
    ASSERT_TRUE(daily_pass(registry, query()).ok());
    EXPECT_EQ(fetcher_->asked, asked) << now;
  }
}

TEST_F(DailyPass, WhatIsCancelledIsNotRecordedAndStaysDue) {
  Registry registry = open("2026-11-21T04:17:00Z");
  CrawlQuery stopped = query();
  stopped.cancelled = [] { return true; };
  EXPECT_EQ(daily_pass(registry, stopped).error().code, ErrorCode::resource_limit);
  EXPECT_EQ(runs(registry), 0U);
  ASSERT_TRUE(daily_pass(registry, query()).ok());
  EXPECT_EQ(runs(registry), 1U);
}

TEST(DailyRuns, RunsWhenTheTimeComesAndStopsAtOnce) {
  using std::chrono::steady_clock;
  std::atomic<std::int64_t> clock = at("2026-11-21T04:16:59Z").seconds;
  std::atomic<int> passes = 0;
  {
    const DailyRuns runs(
        TimeOfDay{4, 17}, [&] { return Instant{clock++}; },
        [&](const std::function<bool()>& cancelled) {
          ++passes;
          while (!cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
    const auto last = steady_clock::now() + std::chrono::seconds(20);
    while (passes == 0 && steady_clock::now() < last) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  EXPECT_EQ(passes, 1);
  const auto start = steady_clock::now();
  {
    const DailyRuns waits(
        TimeOfDay{4, 17}, [] { return at("2026-11-21T04:17:00Z"); },
        [&](const std::function<bool()>&) { ++passes; });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_EQ(passes, 1);
}

/// 1 000 calls a day of 1 000 and 100 tokens are 30.41666... and 3.041666... M tokens a month: at
/// 3 and 15 USD 91.25 + 45.625, at 2.4 and 15 USD 73 + 45.625.
TEST_F(DailyPass, APlanIsBilledAtWhatWasKnownThen) {
  {
    Registry registry = open("2026-11-21T12:00:00Z");
    store::RunRecord record;
    record.run.book = store::kOurBook;
    record.run.source = "test-crawler";
    record.run.started = record.run.finished = registry.now();
    record.evidence.push_back(
        {"test page", "https://example.org/prices", "a line", registry.now().date(), {}});
    store::NewChange cut;
    cut.change.book = store::kOurBook;
    cut.change.vendor = "anthropic";
    cut.change.model = "claude-sonnet-4-6";
    cut.change.old_price = Price::parse("3").value();
    cut.change.new_price = Price::parse("2.4").value();
    cut.change.effective_from = at("2026-11-01");
    cut.change.known_from = registry.now();
    cut.change.state = store::ChangeState::applied;
    record.changes.push_back(std::move(cut));
    ASSERT_TRUE(registry.ledger().record(record).ok());
  }
  traffic::Trace trace;
  trace.span_ns = 86'400'000'000'000;
  for (int i = 0; i < 1'000; ++i) {
    trace.arrival_ns.push_back(trace.span_ns / 1'000 * i);
    trace.input_tokens.push_back(1'000);
    trace.output_tokens.push_back(100);
  }
  const auto bill = [&](const char* known) {
    const auto facts = load_facts_known(BREAKEVEN_SOURCE_DIR "/catalog", store(), at(known));
    EXPECT_TRUE(facts.ok()) << (facts.ok() ? "" : facts.error().text());
    advisor::BillOptions options;
    options.as_of = at("2026-11-15");
    const auto of =
        advisor::monthly_bill((*facts)->catalog, "anthropic/claude-sonnet-4-6", trace, options);
    EXPECT_TRUE(of.ok()) << (of.ok() ? "" : of.error().text());
    return of->value;
  };
  EXPECT_EQ(bill("2026-11-21T11:59:59Z"), Usd::parse("136.875").value());
  EXPECT_EQ(bill("2026-11-21T12:00:00Z"), Usd::parse("118.625").value());
}

}  // namespace
}  // namespace breakeven::service
