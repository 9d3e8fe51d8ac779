#include "registry/crawler.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

#include "registry/test_server.hpp"
#include "registry/test_snapshots.hpp"
#include "store/ledger.hpp"

namespace breakeven::registry {
namespace {

namespace fs = std::filesystem;
using testing::content;
using testing::kOwn;
using testing::Request;
using testing::Response;
using testing::series;
using testing::TestServer;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kStart = 1'767'225'600;  // 2026-01-01

/// A host that shows one document at a time, with the ETag of that document.
struct Host {
  std::string body;
  std::string etag;
  int status = 200;
  TestServer server{[this](const Request& request) {
    if (request.path == "/robots.txt") return Response{.status = 404};
    if (status != 200) return Response{.status = status};
    const auto known = request.headers.find("if-none-match");
    if (!etag.empty() && known != request.headers.end() && known->second == etag) {
      return Response{.status = 304};
    }
    return Response{.body = body, .headers = {"ETag: " + etag}};
  }};
};

/// Everything a crawl needs, on one day after another.
struct World {
  Host host;
  std::int64_t now = kStart;
  Clock clock{.now = [this] { return Instant{now}; },
              .monotonic_ms = [this] { return now * 1'000; },
              .sleep_ms = [](std::int64_t) {},
              .random = [] { return std::uint64_t{0}; },
              .cancelled = {}};
  Source source{.id = "litellm",
                .title = "LiteLLM",
                .book = "litellm",
                .vendor = {},
                .url = host.server.url("/prices.json"),
                .min_interval_s = kDay,
                .read = io::feed_format("litellm").value()->read};
  CrawlLimits limits;

  Crawl crawl_once(const Known& known) {
    const auto fetcher = fetch();
    return crawl(source, known, *fetcher, clock, nullptr, limits);
  }
  [[nodiscard]] std::unique_ptr<Fetcher> fetch() const {
    FetchLimits fetch_limits;
    fetch_limits.allow_private_addresses = true;
    fetch_limits.host_interval_ms = 0;
    return make_http_fetcher(fetch_limits, clock);
  }
};

TEST(Crawl, ReadsValidatesAndTellsChanges) {
  World world;
  world.host.body = content(kOwn / "litellm-2026-01-01.json");
  world.host.etag = "\"1\"";
  const Crawl first = world.crawl_once({});
  ASSERT_EQ(first.run.status, store::RunStatus::succeeded) << first.run.error;
  EXPECT_EQ(first.run.http_status, 200);
  EXPECT_EQ(first.run.rows, static_cast<std::int64_t>(first.prices.size()));
  EXPECT_EQ(first.changes.proposed.size(), first.prices.size());
  EXPECT_TRUE(first.content_hash.starts_with("sha256:"));
  EXPECT_EQ(first.content_hash.size(), 71U);

  Known known{.etag = first.fetched.etag,
              .last_modified = {},
              .content_hash = first.content_hash,
              .last_asked = first.run.started,
              .prices = first.prices};
  EXPECT_TRUE(world.crawl_once(known).too_soon);
  world.now += kDay;
  const Crawl same = world.crawl_once(known);
  EXPECT_EQ(same.run.status, store::RunStatus::not_modified);
  EXPECT_EQ(same.run.http_status, 304);
  EXPECT_TRUE(same.changes.proposed.empty());

  world.host.body = content(kOwn / "litellm-2026-01-02.json");
  world.host.etag = "\"2\"";
  const Crawl next = world.crawl_once(known);
  ASSERT_EQ(next.run.status, store::RunStatus::succeeded) << next.run.error;
  std::map<std::string, std::string> held;
  for (const auto& change : next.changes.quarantined) {
    held[to_string(change.change)] = to_string(change.suspicion);
  }
  EXPECT_EQ(held, (std::map<std::string, std::string>{
                      {"acme/glider input_mtok: gone, was 1", "vanished-model"},
                      {"acme/glider output_mtok: gone, was 2", "vanished-model"},
                      {"acme/rocket-mini input_mtok: 0.25 -> 250", "unit-slip"},
                      {"bolt/bolt-chat input_mtok: 0.14 -> 0", "to-zero"}}));
  EXPECT_EQ(next.contradictions, 2) << "bolt-chat and bolt/bolt-chat: input and output";
}

TEST(Crawl, AFailedRunSaysWhyAndChangesNothing) {
  World world;
  world.host.body = content(kOwn / "litellm-2026-01-01.json");
  const Crawl first = world.crawl_once({});
  const Known known{.etag = {},
                    .last_modified = {},
                    .content_hash = {},
                    .last_asked = {},
                    .prices = first.prices};
  const auto failed = [&](std::string_view part) {
    const Crawl crawl = world.crawl_once(known);
    EXPECT_EQ(crawl.run.status, store::RunStatus::failed);
    EXPECT_NE(crawl.run.error.find(part), std::string::npos) << crawl.run.error;
    EXPECT_TRUE(crawl.changes.proposed.empty() && crawl.changes.quarantined.empty());
    const store::RunRecord record = to_record(world.source, crawl, store::ChangeState::applied);
    EXPECT_TRUE(record.changes.empty() && !record.snapshot);
  };
  world.host.body = "<html>Sorry</html>";
  failed("expected one JSON document");
  world.host.body = content(kOwn / "litellm-2026-01-01.json").substr(0, 700);
  failed("expected one JSON document");
  world.host.body = "{}";
  failed("expected prices, found none");
  world.host.body = R"({"acme/rocket-1": {"litellm_provider": "acme", "input_cost_per_token": 1}})";
  failed("lost 4 of 5 models");
  world.host.status = 500;
  failed("expected HTTP status 200, found 500");
}

TEST(Crawl, NotModifiedWithoutAnEarlierDocumentIsAMistake) {
  World world;
  world.host.status = 304;
  EXPECT_EQ(world.crawl_once({}).run.status, store::RunStatus::failed);
}

TEST(OnePerField, TakesTheFirstPlaceAndCountsTheOthers) {
  const auto feed = io::read_litellm(content(kOwn / "litellm-2026-01-02.json"));
  ASSERT_TRUE(feed.ok());
  const OnePerField one = one_per_field(feed->observations);
  EXPECT_LT(one.prices.size(), feed->observations.size());
  EXPECT_EQ(one.contradictions, 2);
  for (std::size_t i = 1; i < one.prices.size(); ++i) {
    const auto key = [](const catalog::PriceObservation& o) {
      return std::tie(o.vendor, o.model, o.field);
    };
    EXPECT_LT(key(one.prices[i - 1]), key(one.prices[i]));
  }
}

TEST(StandardSources, AreComplete) {
  const auto sources = standard_sources();
  EXPECT_GE(sources.size(), 10U);
  for (const Source& source : sources) {
    EXPECT_TRUE(source.url.starts_with("https://")) << source.id;
    EXPECT_FALSE(source.title.empty() || source.book.empty()) << source.id;
    EXPECT_TRUE(source.read != nullptr) << source.id;
    EXPECT_NE(source.book, store::kOurBook) << source.id;
  }
}

/// A ledger in a folder of its own, which goes with it.
struct TemporaryLedger {
  fs::path folder = fs::temp_directory_path() /
                    ("breakeven-crawl-" + std::to_string(getpid()) + "-" + std::to_string(++count));
  std::unique_ptr<store::Ledger> ledger;
  static inline int count = 0;

  TemporaryLedger() {
    fs::create_directories(folder);
    auto opened = store::open_ledger((folder / "ledger.sqlite").string());
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    if (opened.ok()) ledger = std::move(opened).value();
  }
  ~TemporaryLedger() {
    ledger.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  TemporaryLedger(const TemporaryLedger&) = delete;
  TemporaryLedger& operator=(const TemporaryLedger&) = delete;
};

/// Changes of one run as the changelog has them, oldest first.
std::vector<std::string> changelog(store::Ledger& ledger, store::RunId run) {
  std::vector<std::string> lines;
  store::ChangeFilter filter;
  filter.run = run;
  store::Page page{.before = 0, .limit = 10'000};
  while (true) {
    const auto rows = ledger.changes(filter, page);
    EXPECT_TRUE(rows.ok()) << rows.error().text();
    if (!rows.ok()) break;
    for (const auto& row : *rows) {
      const store::Change& c = row.change;
      const auto figure = [](const std::optional<Price>& price) {
        return price ? price->decimal() : std::string("none");
      };
      lines.push_back(c.vendor + "/" + c.model + " " + catalog::to_string(c.field) + " " +
                      figure(c.old_price) + " -> " + figure(c.new_price));
    }
    if (rows->size() < page.limit) break;
    page.before = rows->back().id;
  }
  std::ranges::sort(lines);
  return lines;
}

// The published files, one a day, over HTTP and into a ledger: its changelog has, day by day, the
// differences between neighbouring files, all of them and no other, whatever waits in quarantine.
TEST(RecordCrawl, ReplaysTheFilesIntoTheChangelog) {
  for (const auto& files : series()) {
    World world;
    world.limits.largest_model_loss_percent = 100;  // the files lie years apart
    const TemporaryLedger temporary;
    ASSERT_NE(temporary.ledger, nullptr);
    store::Ledger& ledger = *temporary.ledger;
    std::vector<catalog::PriceObservation> previous;
    for (std::size_t i = 0; i < files.size(); ++i) {
      world.now = kStart + static_cast<std::int64_t>(i) * kDay;
      world.host.body = content(files[i]);
      world.host.etag = "\"" + std::to_string(i) + "\"";
      const auto fetcher = world.fetch();
      const auto crawl =
          record_crawl(ledger, world.source, *fetcher, world.clock, nullptr, world.limits);
      ASSERT_TRUE(crawl.ok()) << crawl.error().text();
      ASSERT_EQ(crawl->run.status, store::RunStatus::succeeded) << crawl->run.error;

      auto now = one_per_field(io::read_litellm(world.host.body).value().observations).prices;
      for (auto& seen : now) seen.native.clear();
      std::vector<std::string> expected;
      for (const PriceChange& c : diff(previous, now)) {
        const auto figure = [](const std::optional<Price>& price) {
          return price ? price->decimal() : std::string("none");
        };
        expected.push_back(c.vendor + "/" + c.model + " " + catalog::to_string(c.field) + " " +
                           figure(c.before) + " -> " + figure(c.after));
      }
      std::ranges::sort(expected);
      const auto runs = ledger.runs(world.source.id, {.before = 0, .limit = 1});
      ASSERT_TRUE(runs.ok());
      EXPECT_EQ(runs->front().run.changes + runs->front().run.quarantined,
                static_cast<std::int64_t>(expected.size()));
      EXPECT_EQ(changelog(ledger, runs->front().id), expected) << files[i];
      EXPECT_TRUE(known_of(ledger, world.source).ok());
      previous = std::move(now);
    }
    // The same document again, an hour, then a day later; then one that is broken.
    const auto count = ledger.counts().value();
    auto fetcher = world.fetch();
    world.now += 3'600;
    EXPECT_TRUE(record_crawl(ledger, world.source, *fetcher, world.clock).value().too_soon);
    world.now += kDay;
    const auto same = record_crawl(ledger, world.source, *fetcher, world.clock);
    ASSERT_TRUE(same.ok()) << same.error().text();
    EXPECT_EQ(same->run.status, store::RunStatus::not_modified);
    world.now += kDay;
    world.host.etag = "\"other\"";
    world.host.body = "{\"half\": ";
    EXPECT_EQ(record_crawl(ledger, world.source, *fetcher, world.clock).value().run.status,
              store::RunStatus::failed);
    const auto after = ledger.counts().value();
    EXPECT_EQ(after.runs, count.runs + 2);
    EXPECT_EQ(after.snapshots, count.snapshots + 1);
    EXPECT_EQ(after.changes, count.changes);
    std::printf("  %zu files: %lld runs, %lld changes in the ledger\n", files.size(),
                static_cast<long long>(after.runs), static_cast<long long>(after.changes));
  }
}

TEST(RecordDocument, TakesKeptDocumentsInTheirOrder) {
  const TemporaryLedger temporary;
  ASSERT_NE(temporary.ledger, nullptr);
  store::Ledger& ledger = *temporary.ledger;
  const Source source = standard_source("litellm").value();
  EXPECT_FALSE(standard_source("litelm").ok());
  const std::string older = content(kOwn / "litellm-2026-01-01.json");
  const std::string newer = content(kOwn / "litellm-2026-01-02.json");
  const Instant first{kStart};
  const Instant second{kStart + kDay};
  ASSERT_TRUE(record_document(ledger, source, older, first).ok());
  const auto found = record_document(ledger, source, newer, second);
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_EQ(found->changes.proposed.size() + found->changes.quarantined.size(),
            diff(io::read_litellm(older).value().observations,
                 io::read_litellm(newer).value().observations)
                    .size() -
                1)
      << "one place of two for the output of bolt-chat";
  const auto price = ledger.as_of("litellm", "acme", "rocket-1", {}, first, second);
  ASSERT_TRUE(price && price->price);
  EXPECT_EQ(price->price->decimal(), "3");
  EXPECT_FALSE(record_document(ledger, source, older, first).ok()) << "known times run backwards";
  const auto broken = record_document(ledger, source, "{", second);
  ASSERT_TRUE(broken.ok());
  EXPECT_EQ(broken->run.status, store::RunStatus::failed);
}

TEST(RecordCrawl, WhatWasHeldBackIsNotInForceAndNotFoundAgain) {
  World world;
  const TemporaryLedger temporary;
  ASSERT_NE(temporary.ledger, nullptr);
  store::Ledger& ledger = *temporary.ledger;
  const auto day = [&](const char* file) {
    world.host.body = content(kOwn / file);
    world.host.etag = std::string("\"") + file + std::to_string(world.now) + "\"";
    const auto fetcher = world.fetch();
    auto crawl = record_crawl(ledger, world.source, *fetcher, world.clock);
    EXPECT_TRUE(crawl.ok()) << crawl.error().text();
    world.now += kDay;
    return std::move(crawl).value();
  };
  const auto in_force = [&](const char* vendor, const char* model) {
    const auto price =
        ledger.as_of("litellm", vendor, model, {}, Instant{world.now}, Instant{world.now});
    return price && price->price ? price->price->decimal() : std::string("none");
  };
  day("litellm-2026-01-01.json");
  EXPECT_EQ(in_force("acme", "rocket-mini"), "0.25");
  EXPECT_EQ(day("litellm-2026-01-02.json").changes.quarantined.size(), 4U);
  EXPECT_EQ(in_force("acme", "rocket-1"), "2");
  EXPECT_EQ(in_force("acme", "rocket-mini"), "0.25") << "the slip of the unit waits";
  EXPECT_EQ(in_force("acme", "glider"), "1") << "the vanished model waits";
  const Crawl again = day("litellm-2026-01-02.json");
  EXPECT_TRUE(again.changes.proposed.empty() && again.changes.quarantined.empty());
  EXPECT_EQ(in_force("acme", "rocket-mini"), "0.25");
  const auto verified = ledger.last_verified("litellm", "acme", std::nullopt);
  ASSERT_TRUE(verified.ok() && verified->has_value());
  EXPECT_EQ((*verified)->basis, store::Verification::Basis::snapshot);
  EXPECT_EQ((*verified)->at.seconds, world.now - kDay);
}

}  // namespace
}  // namespace breakeven::registry
