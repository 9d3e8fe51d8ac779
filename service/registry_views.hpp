// registry_views.hpp — the price registry as its pages and routes show it.
//
// Units    As codec/registry_json.hpp. "Now" is the instant that `clock` gives.
// Shape    Reads a ledger (store/ledger.hpp) into which the catalogue was imported; names, limits,
//          rules and factors are the catalogue's, prices are those of the ledger's own book.
//          A budget of N months ago is taken to have used the price in effect on its day, as known
//          now; for a day before the model was first seen anywhere there was nothing to budget with.
//          Worked (test: AnOldBudgetIsOffByTheCut): 10 USD until 10 June 2025 and 2 USD since; on
//          1 January 2026 a budget set 12 months ago is off by -80 %.
//          What other programs record in the ledger is seen with the next question.
// Threads  May be used by several threads.
// Errors   not_found with near matches for a model; those of the ledger.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/registry_json.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "service/registry_view_rows.hpp"
#include "store/ledger.hpp"

namespace breakeven::service {

struct CrossCheckFilter {
  std::string_view vendor;   ///< empty = all
  std::string_view words;    ///< of "vendor/model"
  std::string_view verdict;  ///< as registry::to_string(Verdict) words it; empty = all
  std::int64_t before = 0;   ///< rows numbered below; 0 = from the first
  std::size_t limit = 50;
};

class RegistryViews {
 public:
  RegistryViews(std::shared_ptr<store::Ledger> ledger,
                std::shared_ptr<const catalog::Catalog> catalog, std::function<Instant()> clock);

  [[nodiscard]] Result<codec::RegistryVendors> vendors() const;
  /// Models whose "vendor/model" has every word of `query`; `vendor` empty = of all.
  [[nodiscard]] Result<codec::RegistryModels> models(std::string_view query,
                                                     std::string_view vendor,
                                                     std::size_t limit) const;
  /// Every price in effect: those of the ledger, and those that a rule or a missing figure makes.
  [[nodiscard]] Result<codec::RegistryModel> model(std::string_view vendor,
                                                   std::string_view name) const;
  [[nodiscard]] Result<codec::RegistryHistory> history(std::string_view vendor,
                                                       std::string_view name) const;
  /// Exactly what is inferred now; contested where vendors published otherwise than the rule says.
  [[nodiscard]] Result<std::vector<codec::RegistryInferred>> inferred() const;
  /// Known last first; those after the row numbered `before`, 0 = from the newest.
  [[nodiscard]] Result<codec::RegistryChanges> changes(std::int64_t before, std::size_t limit,
                                                       std::string_view vendor = {},
                                                       std::string_view words = {}) const;
  /// Our book beside every registry's that the ledger holds, as `breakeven registry verify` compares.
  [[nodiscard]] Result<codec::RegistryCrossCheck> crosscheck(const CrossCheckFilter& filter) const;
  /// The newest changes as an Atom feed (RFC 4287).
  [[nodiscard]] Result<std::string> changes_atom(std::size_t limit) const;

  /// The same catalogue and clock over another ledger.
  [[nodiscard]] std::shared_ptr<const RegistryViews> with_ledger(
      std::shared_ptr<store::Ledger> ledger) const {
    return std::make_shared<RegistryViews>(std::move(ledger), catalog_, clock_);
  }
  [[nodiscard]] Instant now() const { return clock_(); }
  [[nodiscard]] const std::shared_ptr<store::Ledger>& ledger() const { return ledger_; }

 private:
  [[nodiscard]] catalog::PriceBook book(Instant at) const;

  /// What was read from the ledger; it holds until somebody records something.
  struct Read {
    store::RunId version = 0;
    ChangesById changes;
    std::set<std::string, std::less<>> broken_rules;
  };
  [[nodiscard]] Result<std::shared_ptr<const Read>> read() const;

  /// Every registry beside our book: the same within a minute, as long as nothing is recorded.
  struct Compared {
    store::RunId version = 0;
    std::int64_t minute = 0;
    std::vector<codec::RegistryAgreement> registries;
    std::vector<codec::RegistryComparison> rows;
  };
  [[nodiscard]] Result<std::shared_ptr<const Compared>> compared(Instant at) const;

  std::shared_ptr<store::Ledger> ledger_;
  std::shared_ptr<const catalog::Catalog> catalog_;
  std::function<Instant()> clock_;
  mutable std::mutex mutex_;  ///< of the two below; held while they are made
  mutable std::shared_ptr<const Read> read_;
  mutable std::shared_ptr<const Compared> compared_;
};

}  // namespace breakeven::service
