// registry.hpp — the price registry's use cases: what is known about prices, since when, and why.
//
// Units    USD per million tokens, or per thousand calls. Instants are UTC.
// Shape    A Registry is a ledger (store/ledger.hpp) and the catalogue that came with the program,
//          which is loaded into the ledger when it is opened. Answers are reports: text for people,
//          JSON for machines (docs/guides/registry.md).
// Threads  A Registry may be used by several threads.
// Errors   Those of the ledger and the catalogue; not_found with near matches for a model.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/report_json.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/named_text.hpp"
#include "service/registry_open.hpp"
#include "service/registry_views.hpp"
#include "store/ledger.hpp"

namespace breakeven::registry {
class Fetcher;
}

namespace breakeven::service {

struct RegistryPlace {
  std::string store;           ///< path or postgres:// URL; empty = default_ledger_path()
  std::string catalog_dir;     ///< empty = find it
  std::optional<Instant> now;  ///< none: the clock
  std::shared_ptr<store::Ledger> ledger = nullptr;  ///< `store`, when it is open already
};

struct ChangesQuery {
  std::string book;  ///< empty = ours
  std::string vendor;
  std::string model;
  std::string state;  ///< applied, proposed, quarantined, rejected, cancelled; empty = all
  std::optional<Instant> since;
  std::int64_t before = 0;  ///< only rows with a smaller number
  std::size_t limit = 50;
};

struct VerifyQuery {
  std::string registry;      ///< a book of the ledger: "litellm"; empty = every registry there
  std::string file;          ///< a document instead, read as `registry`
  std::optional<Date> date;  ///< of the document
  Rational tolerance = *Rational::make(5, 1'000);
  bool all = false;  ///< agreeing cells too
};

struct CrawlQuery {
  std::vector<std::string> sources;  ///< ids; empty = all
  std::string url;                   ///< in place of the one source's own
  bool allow_private_addresses = false;
  std::optional<std::int64_t> min_interval_s;  ///< between two looks; none: each source's own
  std::shared_ptr<registry::Fetcher> fetcher;  ///< null: over the network
  std::function<bool()> cancelled;             ///< asked while waiting; empty: never
};

struct ImportQuery {
  std::string source;  ///< id of the source that the file is a document of
  std::string file;
  std::optional<Date> date;  ///< as if it had been read on this day; none: now
};

struct Decision {
  store::ChangeId change = 0;
  bool accept = false;
  std::string reason;  ///< needed to reject
};

struct AuditAnswer {
  codec::Report report;
  bool passed = false;
};

class Registry {
 public:
  [[nodiscard]] static Result<Registry> open(const RegistryPlace& place);

  /// Vendors with what was last seen of them, sources with their last run, counts.
  [[nodiscard]] Result<codec::Report> status();
  /// A model's prices now, every change, and what a budget set 12 or 24 months ago is off by.
  [[nodiscard]] Result<codec::Report> history(std::string_view model);
  [[nodiscard]] Result<codec::Report> changes(const ChangesQuery& query);
  /// The same as an Atom feed (RFC 4287).
  [[nodiscard]] Result<std::string> changes_atom(const ChangesQuery& query);
  /// What is inferred, by which rules, and how well each has predicted.
  [[nodiscard]] Result<codec::Report> inferred();
  /// Our book beside registries.
  [[nodiscard]] Result<codec::Report> verify(const VerifyQuery& query);
  /// What waits for a decision; with one: it is recorded first.
  [[nodiscard]] Result<codec::Report> review(const std::optional<Decision>& decision);
  [[nodiscard]] Result<AuditAnswer> audit();
  /// Reads sources over the network and records what they show; suspicious moves wait for review.
  /// A source that cannot be read is a failed run, not an error; cancelled is resource_limit.
  [[nodiscard]] Result<codec::Report> crawl(const CrawlQuery& query);
  /// The same for a document in a file.
  [[nodiscard]] Result<codec::Report> import(const ImportQuery& query);

  /// Our book as it was known at a time.
  [[nodiscard]] catalog::PriceBook book(Instant known_at) const;
  [[nodiscard]] Result<std::string> export_csv(Instant effective_at, Instant known_at) const;
  /// In the format of LiteLLM's model_prices_and_context_window.json.
  [[nodiscard]] Result<std::string> export_litellm(Instant effective_at, Instant known_at) const;

  [[nodiscard]] store::Ledger& ledger() { return *ledger_; }
  [[nodiscard]] const catalog::PriceBook& prices() const { return catalog_->prices(); }
  [[nodiscard]] Instant now() const;

 private:
  [[nodiscard]] Result<store::ChangeFilter> filter_of(const ChangesQuery& query) const;

  std::string location_;
  std::optional<Instant> fixed_now_;
  std::shared_ptr<store::Ledger> ledger_;
  std::shared_ptr<const catalog::Catalog> catalog_;
  std::vector<catalog::NamedText> files_;       ///< of the catalogue, for the audit
  std::shared_ptr<const RegistryViews> views_;  ///< over the same ledger
};

}  // namespace breakeven::service
