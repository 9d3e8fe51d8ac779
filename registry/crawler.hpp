// crawler.hpp — reads one source once: fetch, parse, validate, diff, and say what may be proposed.
//
// Units    Prices as in catalog::PriceObservation; instants in seconds UTC, taken from the Clock.
// Shape    crawl() never fails: whatever goes wrong is in the run that it returns, and a failed run
//          carries no changes. It writes nothing; to_record() turns what it found into the record of
//          one run for the ledger, and record_crawl() does the whole: what the ledger knows -> crawl
//          -> record.
//          The changes are told from what the source showed last, not from what was accepted: a move
//          that waits in quarantine, or that a human rejected, is not found again the next day.
//          A source may state one field in two places (io::Feed); for a book, which has one figure
//          per field, the first place in order counts, and `contradictions` tells how often another
//          place disagrees.
// Sources  docs/formats/feeds.md; the guard against documents that lost models is that of LiteLLM's
//          mirrors (docs/decisions/0014-price-feeds.md).
// Threads  None of its own; a Fetcher belongs to one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/feed.hpp"
#include "registry/diff.hpp"
#include "registry/fetcher.hpp"
#include "registry/quarantine.hpp"
#include "store/ledger.hpp"

namespace breakeven::registry {

/// A document that is published under a URL, and how it is read.
struct Source {
  std::string id;      ///< "litellm"; Run::source and Snapshot::source
  std::string title;   ///< Evidence::source
  std::string book;    ///< whose view it feeds; a registry's is its id, a vendor page's is our own
  std::string vendor;  ///< the one vendor it is about; empty = several
  std::string url;
  std::int64_t min_interval_s = 86'400;  ///< one request per page and day; 0 = whenever asked
  std::function<Result<io::Feed>(std::string_view, const io::FeedOptions&)> read;
};

/// Every feed that has a URL. Vendors' pages feed a book of their own ("openai-page"): what they say
/// becomes our price by a decision, not by a crawl.
[[nodiscard]] std::vector<Source> standard_sources();
/// Or a not_found error with the sources there are.
[[nodiscard]] Result<Source> standard_source(std::string_view id);

/// What is known of a source from before.
struct Known {
  std::string etag;
  std::string last_modified;
  std::string content_hash;
  std::optional<Instant> last_asked;
  std::vector<catalog::PriceObservation> prices;  ///< what the source had last, as one_per_field
};

struct CrawlLimits {
  std::int64_t largest_model_loss_percent = 30;  ///< a document that lost more is refused
  QuarantineLimits quarantine;
};

struct Crawl {
  bool too_soon = false;  ///< the source was asked less than its interval ago: nothing was done
  store::Run run;
  Fetched fetched;           ///< with the bytes, for whoever keeps them
  std::string content_hash;  ///< "sha256:..."
  io::Feed feed;
  std::vector<catalog::PriceObservation> prices;  ///< one figure per field
  std::int64_t contradictions = 0;
  Sorted changes;
};

[[nodiscard]] Crawl crawl(const Source& source, const Known& known, Fetcher& fetcher,
                          const Clock& clock, const catalog::PriceBook* book = nullptr,
                          const CrawlLimits& limits = {});

/// As crawl(), for bytes that were read elsewhere: a file, an import.
[[nodiscard]] Crawl examine(const Source& source, const Known& known, Fetched document,
                            Instant started, const Clock& clock,
                            const catalog::PriceBook* book = nullptr,
                            const CrawlLimits& limits = {});

/// One figure per vendor, model and field, in that order: the first place counts.
struct OnePerField {
  std::vector<catalog::PriceObservation> prices;
  std::int64_t contradictions = 0;  ///< places that give another figure than the first
};
[[nodiscard]] OnePerField one_per_field(std::span<const catalog::PriceObservation> observations);

/// The run, its snapshot, and its changes in the state `accepted` (applied for a registry's own book,
/// proposed for ours) or quarantined, each with its place as evidence.
[[nodiscard]] store::RunRecord to_record(const Source& source, const Crawl& crawl,
                                         store::ChangeState accepted);

/// What the ledger remembers of a source: its last ETag and bytes' hash, when it was asked, what it
/// showed last.
[[nodiscard]] Result<Known> known_of(store::Ledger& ledger, const Source& source);

/// Crawls and records. Nothing is recorded when it was too soon, or when it was cancelled.
[[nodiscard]] Result<Crawl> record_crawl(store::Ledger& ledger, const Source& source,
                                         Fetcher& fetcher, const Clock& clock,
                                         const catalog::PriceBook* book = nullptr,
                                         const CrawlLimits& limits = {});

/// As record_crawl(), for a document that was kept: what the source showed at `taken`. The ledger
/// refuses one that is older than what its book knows already.
[[nodiscard]] Result<Crawl> record_document(store::Ledger& ledger, const Source& source,
                                            std::string bytes, Instant taken,
                                            const catalog::PriceBook* book = nullptr,
                                            const CrawlLimits& limits = {});

}  // namespace breakeven::registry
