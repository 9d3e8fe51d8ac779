// sql_ledger.hpp — the ledger over any SqlConnection.
//
// Shape    sql_ledger.cpp writes and keeps the index of applied prices in memory; sql_reads.cpp
//          answers from the tables.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/catalog/price_timeline.hpp"
#include "store/ledger.hpp"
#include "store/sql.hpp"

namespace breakeven::store {

class SqlLedger final : public Ledger {
 public:
  explicit SqlLedger(std::unique_ptr<SqlConnection> connection);

  Result<Receipt> record(const RunRecord& record) override;
  Status refresh() override;
  Result<RunId> version() override;

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> models(
      std::string_view book) const override;
  [[nodiscard]] std::optional<PriceAsOf> as_of(std::string_view book, std::string_view vendor,
                                               std::string_view model,
                                               const catalog::PriceField& field,
                                               Instant effective_at,
                                               Instant known_at) const override;
  [[nodiscard]] std::vector<PriceAsOf> prices(std::string_view book, std::string_view vendor,
                                              std::string_view model, Instant effective_at,
                                              Instant known_at) const override;
  [[nodiscard]] catalog::PriceBook book(std::string_view book, Instant known_at,
                                        const catalog::PriceBook& base) const override;

  [[nodiscard]] std::vector<catalog::NamedText> rules(Instant known_at) const override;

  Result<std::vector<RecordedChange>> history(std::string_view book, std::string_view vendor,
                                              std::string_view model) override;
  Result<std::vector<RecordedChange>> changes(const ChangeFilter& filter,
                                              const Page& page) override;
  Result<RecordedChange> change(ChangeId id) override;
  Result<std::vector<RecordedRun>> runs(std::string_view source, const Page& page) override;
  Result<std::vector<RecordedSnapshot>> snapshots(std::string_view source,
                                                  const Page& page) override;
  Result<std::optional<Verification>> last_verified(
      std::string_view book, std::string_view vendor,
      const std::optional<catalog::PriceField>& field) override;
  Result<LedgerCounts> counts() override;

 private:
  // Callers hold database_mutex_.
  Status catch_up();
  Status catch_up_rules();
  void index(const RecordedChange& recorded);  ///< index_mutex_ too
  Result<Receipt> write(const RunRecord& record);
  Status check_against_ledger(const RunRecord& record);
  Result<Receipt> next_numbers(const RunRecord& record);
  Status insert_run(const RunRecord& record, const Receipt& numbers);
  Status insert_snapshot(const RunRecord& record, const Receipt& numbers);
  Status insert_evidence(const RunRecord& record, const Receipt& numbers);
  Status insert_rules(const RunRecord& record, const Receipt& numbers);
  Status insert_changes(const RunRecord& record, const Receipt& numbers);
  Result<std::vector<RecordedChange>> select_changes(const std::string& where,
                                                     const std::vector<SqlValue>& values,
                                                     const std::string& order_and_limit);

  std::unique_ptr<SqlConnection> connection_;
  std::mutex database_mutex_;  ///< taken before index_mutex_

  mutable std::shared_mutex index_mutex_;
  catalog::PriceTimeline index_;
  struct Newest {
    Instant known;
    ChangeId id = 0;
  };
  std::map<std::string, Newest, std::less<>> newest_;  ///< by book
  struct RuleText {
    Instant known;
    std::string content;
  };
  std::map<std::string, std::vector<RuleText>> rules_;  ///< by name, as written
  std::int64_t rules_read_ = 0;                         ///< the last row that rules_ has
  ChangeId indexed_ = 0;                                ///< the last change that the index has seen
};

}  // namespace breakeven::store
