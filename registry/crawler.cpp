#include "registry/crawler.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/base/sha256.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/feed.hpp"
#include "registry/diff.hpp"
#include "registry/fetcher.hpp"
#include "registry/quarantine.hpp"
#include "store/ledger.hpp"

namespace breakeven::registry {
namespace {

using catalog::PriceObservation;

template <class Stated>
auto field_of(const Stated& stated) {
  return std::tie(stated.vendor, stated.model, stated.field);
}

/// Messages go into the ledger, which takes no control characters.
std::string printable(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

std::size_t model_count(std::span<const PriceObservation> prices) {
  std::set<std::pair<std::string_view, std::string_view>> models;
  for (const PriceObservation& seen : prices) models.insert({seen.vendor, seen.model});
  return models.size();
}

/// A document that reads without error may still be the wrong one, or half of one.
Status validate(const Known& known, std::span<const PriceObservation> now,
                const CrawlLimits& limits) {
  if (now.empty()) {
    return Error{ErrorCode::parse_error, "expected prices, found none", "document"};
  }
  std::set<std::pair<std::string_view, std::string_view>> there;
  for (const PriceObservation& seen : now) there.insert({seen.vendor, seen.model});
  std::set<std::pair<std::string_view, std::string_view>> lost;
  for (const PriceObservation& seen : known.prices) {
    if (!there.contains({seen.vendor, seen.model})) lost.insert({seen.vendor, seen.model});
  }
  const std::size_t before = model_count(known.prices);
  if (static_cast<std::int64_t>(lost.size()) * 100 >
      static_cast<std::int64_t>(before) * limits.largest_model_loss_percent) {
    return Error{ErrorCode::parse_error,
                 "lost " + std::to_string(lost.size()) + " of " + std::to_string(before) +
                     " models, more than " + std::to_string(limits.largest_model_loss_percent) +
                     " %: not believed",
                 "document"};
  }
  return {};
}

/// Changes by field, with the place in the newer document (of what is gone, in the older).
std::vector<PriceChange> changes_by_field(std::span<const PriceObservation> previous,
                                          std::span<const PriceObservation> next) {
  const auto without_place = [](std::span<const PriceObservation> prices) {
    std::vector<PriceObservation> copy(prices.begin(), prices.end());
    for (PriceObservation& seen : copy) seen.native.clear();
    return copy;
  };
  auto changes = diff(without_place(previous), without_place(next));
  for (PriceChange& change : changes) {
    const auto side = change.kind == ChangeKind::removed ? previous : next;
    const auto found = std::lower_bound(
        side.begin(), side.end(), change,
        [](const PriceObservation& a, const PriceChange& b) { return field_of(a) < field_of(b); });
    if (found != side.end() && field_of(*found) == field_of(change)) change.native = found->native;
  }
  return changes;
}

}  // namespace

std::vector<Source> standard_sources() {
  std::vector<Source> sources;
  for (const io::FeedFormat& format : io::feed_formats()) {
    if (format.url.empty()) continue;
    Source source;
    source.id = format.id;
    source.title = format.title;
    source.book = format.id;
    source.vendor = format.vendor;
    source.url = format.url;
    source.read = format.read;
    sources.push_back(std::move(source));
  }
  return sources;
}

Result<Source> standard_source(std::string_view id) {
  std::vector<std::string> ids;
  for (Source& source : standard_sources()) {
    if (source.id == id) return std::move(source);
    ids.push_back(std::move(source.id));
  }
  return not_found("price source", id, ids);
}

OnePerField one_per_field(std::span<const PriceObservation> observations) {
  std::vector<const PriceObservation*> order;
  order.reserve(observations.size());
  for (const PriceObservation& seen : observations) order.push_back(&seen);
  std::ranges::stable_sort(order, [](const auto* a, const auto* b) {
    return std::tie(a->vendor, a->model, a->field, a->native) <
           std::tie(b->vendor, b->model, b->field, b->native);
  });
  OnePerField result;
  for (const PriceObservation* seen : order) {
    if (result.prices.empty() || field_of(result.prices.back()) != field_of(*seen)) {
      result.prices.push_back(*seen);
    } else if (result.prices.back().price != seen->price) {
      ++result.contradictions;
    }
  }
  return result;
}

Crawl examine(const Source& source, const Known& known, Fetched document, Instant started,
              const Clock& clock, const catalog::PriceBook* book, const CrawlLimits& limits) {
  Crawl crawl;
  crawl.fetched = std::move(document);
  crawl.run.book = source.book;
  crawl.run.source = source.id;
  crawl.run.vendor = source.vendor;
  crawl.run.started = started;
  crawl.run.http_status = crawl.fetched.http_status;
  const auto finish = [&](store::RunStatus status, const Error* error = nullptr) {
    crawl.run.status = status;
    if (error != nullptr) crawl.run.error = printable(error->text());
    crawl.run.finished = std::max(clock.now(), started);
    return std::move(crawl);
  };
  if (crawl.fetched.error) return finish(store::RunStatus::failed, &*crawl.fetched.error);
  if (crawl.fetched.not_modified) {
    if (known.prices.empty()) {
      const Error nothing{ErrorCode::io_error,
                          "expected a document, found \"not modified\" without an earlier one",
                          source.id};
      return finish(store::RunStatus::failed, &nothing);
    }
    crawl.prices = known.prices;
    crawl.content_hash = known.content_hash;
    if (crawl.fetched.etag.empty()) crawl.fetched.etag = known.etag;
    crawl.run.rows = static_cast<std::int64_t>(known.prices.size());
    return finish(store::RunStatus::not_modified);
  }
  crawl.content_hash = "sha256:" + sha256_hex(crawl.fetched.body);
  Result<io::Feed> feed = source.read(crawl.fetched.body, {.book = book, .on = started.date()});
  if (!feed.ok()) return finish(store::RunStatus::failed, &feed.error());
  OnePerField settled = one_per_field(feed->observations);
  const Status valid = validate(known, settled.prices, limits);
  if (!valid.ok()) return finish(store::RunStatus::failed, &valid.error());
  crawl.feed = std::move(feed).value();
  crawl.prices = std::move(settled.prices);
  crawl.contradictions = settled.contradictions;
  crawl.run.rows = static_cast<std::int64_t>(crawl.prices.size());
  const auto changes = changes_by_field(known.prices, crawl.prices);
  crawl.changes = sort_changes(changes, crawl.prices, limits.quarantine);
  crawl.run.changes = static_cast<std::int64_t>(crawl.changes.proposed.size());
  crawl.run.quarantined = static_cast<std::int64_t>(crawl.changes.quarantined.size());
  return finish(store::RunStatus::succeeded);
}

Crawl crawl(const Source& source, const Known& known, Fetcher& fetcher, const Clock& clock,
            const catalog::PriceBook* book, const CrawlLimits& limits) {
  const Instant started = clock.now();
  if (known.last_asked && started.seconds - known.last_asked->seconds < source.min_interval_s) {
    Crawl crawl;
    crawl.too_soon = true;
    return crawl;
  }
  // What an earlier answer was worth, only its prices tell: without them it is asked for again.
  FetchRequest request{.url = source.url, .etag = {}, .last_modified = {}};
  if (!known.prices.empty()) {
    request.etag = known.etag;
    request.last_modified = known.last_modified;
  }
  return examine(source, known, fetcher.fetch(request), started, clock, book, limits);
}

store::RunRecord to_record(const Source& source, const Crawl& crawl, store::ChangeState accepted) {
  store::RunRecord record;
  record.run = crawl.run;
  if (crawl.run.status == store::RunStatus::failed) return record;
  // Unchanged bytes were seen again: as good a proof of today's prices as new ones.
  if (!crawl.content_hash.empty()) {
    store::Snapshot& snapshot = record.snapshot.emplace();
    snapshot.source = source.id;
    snapshot.taken_at = crawl.run.started;
    snapshot.content_hash = crawl.content_hash;
    snapshot.etag = printable(crawl.fetched.etag);
    snapshot.rows = crawl.run.rows;
    std::map<std::pair<std::string_view, catalog::PriceField>, std::int64_t> rows;
    for (const PriceObservation& seen : crawl.prices) ++rows[{seen.vendor, seen.field}];
    for (const auto& [covered, count] : rows) {
      snapshot.covers.push_back(
          {std::string(covered.first), covered.second, count, crawl.run.started});
    }
  }
  const auto add = [&](const PriceChange& change, store::ChangeState state, std::string reason) {
    store::NewChange added;
    added.evidence = record.evidence.size();
    record.evidence.push_back({source.title, source.url, printable(change.native),
                               crawl.run.started.date(), crawl.content_hash});
    store::Change& c = added.change;
    c.book = source.book;
    c.vendor = printable(change.vendor);
    c.model = printable(change.model);
    c.field = change.field;
    c.old_price = change.before;
    c.new_price = change.after;
    const bool listed_without_figure = change.kind != ChangeKind::removed && !change.after;
    if (listed_without_figure) c.kind = catalog::PriceKind::unknown;
    // A document says what holds now; since when, only a vendor's words could tell.
    c.effective_from = crawl.run.started;
    c.known_from = crawl.run.started;
    c.state = state;
    c.reason = std::move(reason);
    record.changes.push_back(std::move(added));
  };
  for (const PriceChange& change : crawl.changes.proposed) add(change, accepted, {});
  for (const QuarantinedChange& held : crawl.changes.quarantined) {
    add(held.change, store::ChangeState::quarantined,
        std::string(to_string(held.suspicion)) + ": " + held.reason);
  }
  return record;
}

Result<Known> known_of(store::Ledger& ledger, const Source& source) {
  constexpr std::size_t kPage = 10'000;
  Known known;
  BREAKEVEN_TRY(const auto runs, ledger.runs(source.id, {.before = 0, .limit = 1}));
  if (!runs.empty()) known.last_asked = runs.front().run.started;
  BREAKEVEN_TRY(const auto snapshots, ledger.snapshots(source.id, {.before = 0, .limit = 1}));
  if (!snapshots.empty()) {
    known.etag = snapshots.front().snapshot.etag;
    known.content_hash = snapshots.front().snapshot.content_hash;
  }

  using Key = std::tuple<std::string, std::string, catalog::PriceField>;
  std::map<Key, PriceObservation> last;  // newest row first: the first of a field is what it showed
  std::set<Key> gone;
  store::ChangeFilter filter;
  filter.book = source.book;
  store::Page page{.before = 0, .limit = kPage};
  while (true) {
    BREAKEVEN_TRY(const auto rows, ledger.changes(filter, page));
    for (const store::RecordedChange& row : rows) {
      const store::Change& c = row.change;
      if (c.state == store::ChangeState::rejected || c.state == store::ChangeState::cancelled) {
        continue;  // about what was decided, not about what was seen
      }
      const Key key{c.vendor, c.model, c.field};
      if (last.contains(key) || gone.contains(key)) continue;
      if (c.listed()) {
        last.emplace(
            key, PriceObservation{c.vendor, c.model, c.field, c.new_price, row.evidence.statement});
      } else {
        gone.insert(key);
      }
    }
    if (rows.size() < kPage) break;
    page.before = rows.back().id;
  }
  for (auto& [key, seen] : last) known.prices.push_back(std::move(seen));
  return known;
}

namespace {

Status record(store::Ledger& ledger, const Source& source, const Crawl& found) {
  const auto accepted =
      source.book == store::kOurBook ? store::ChangeState::proposed : store::ChangeState::applied;
  const auto receipt = ledger.record(to_record(source, found, accepted));
  if (!receipt.ok()) return receipt.error();
  return {};
}

}  // namespace

Result<Crawl> record_crawl(store::Ledger& ledger, const Source& source, Fetcher& fetcher,
                           const Clock& clock, const catalog::PriceBook* book,
                           const CrawlLimits& limits) {
  BREAKEVEN_TRY(const Known known, known_of(ledger, source));
  Crawl found = crawl(source, known, fetcher, clock, book, limits);
  if (found.too_soon) return found;
  // What was broken off says nothing about the source, and must not put off the next look.
  if (found.run.status == store::RunStatus::failed && clock.cancelled && clock.cancelled()) {
    return found;
  }
  BREAKEVEN_CHECK_OK(record(ledger, source, found));
  return found;
}

Result<Crawl> record_document(store::Ledger& ledger, const Source& source, std::string bytes,
                              Instant taken, const catalog::PriceBook* book,
                              const CrawlLimits& limits) {
  BREAKEVEN_TRY(const Known known, known_of(ledger, source));
  Fetched document;
  document.body = std::move(bytes);
  Clock then;
  then.now = [taken] { return taken; };
  Crawl found = examine(source, known, std::move(document), taken, then, book, limits);
  BREAKEVEN_CHECK_OK(record(ledger, source, found));
  return found;
}

}  // namespace breakeven::registry
