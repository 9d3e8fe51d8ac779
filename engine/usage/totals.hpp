// totals.hpp — what an import adds up to, by kind and by model, beside what it should have cost.
//
// Units    Tokens and requests in 128 bits; money in Usd, exact.
// Shape    One row per kind and (vendor, model). Each record is priced at its own time, mode and
//          context tier: tokens are summed per price first and multiplied once, which is the sum of
//          the records' bills exactly (test: SumsEqualSingleBills). A bucket does not tell how long
//          its prompts were: it is priced at the tier that its label says, else at the lowest.
//          Lines without tokens (a vendor's cost report) are counted as charged and not priced.
// Sources  Prices: catalog::PriceBook, with their kinds; an unknown price makes an interval.
// Threads  One Totals per thread; the book must outlive it.
// Errors   A model that cannot be priced is kept, counted and told with the reason.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/catalog/price_book.hpp"
#include "engine/pricing/bill.hpp"
#include "engine/usage/record.hpp"

namespace breakeven::usage {

/// Sums of records of one kind and model.
struct TotalRow {
  Kind kind = Kind::chat;
  std::string vendor;
  std::string model;
  std::int64_t records = 0;
  Int128 requests = 0;
  bool requests_known = false;    ///< some record counts requests
  bool requests_partial = false;  ///< some record does not
  std::array<Int128, kBuckets> tokens{};
  Int128 reasoning = 0;
  Int128 web_searches = 0;
  Usd reported;                       ///< sum of what the source says
  std::int64_t reported_records = 0;  ///< records that say a cost
  Usd priced_low;                     ///< ours, of all records with a price
  Usd priced_high;
  Usd compared_low;  ///< ours, of the priced records that also say a cost
  Usd compared_high;
  Usd compared_reported;  ///< what those say
  std::int64_t compared_records = 0;
  std::int64_t unpriced_records = 0;  ///< with tokens, without a price
  std::int64_t charge_only_records = 0;
  pricing::BillKind price_kind = pricing::BillKind::exact;
  std::string priced_as;  ///< "anthropic/claude-sonnet-4-5"; empty when not priced
  std::string problem;    ///< why some records have no price

  /// Adds sums; the names stay.
  void add(const TotalRow& other);
};

/// Rows with the same kind, in the order of Kind; names are left empty.
[[nodiscard]] std::vector<TotalRow> by_kind(const std::vector<TotalRow>& rows);
/// Adds `more` to `rows` where kind, vendor and model are the same, else appends.
void merge_rows(std::vector<TotalRow>& rows, const std::vector<TotalRow>& more);

class Totals final : public RecordSink {
 public:
  /// Without a book nothing is priced.
  explicit Totals(const catalog::PriceBook* book) : book_(book) {}

  void take(const UsageRecord& record) override;
  void take_all(const RecordBatch& batch) override;
  /// The rows, ordered by vendor, model and kind. Nothing may be taken afterwards.
  [[nodiscard]] std::vector<TotalRow> finish();

 private:
  /// Token sums that one set of prices applies to.
  struct Sum {
    std::array<Int128, kBuckets> tokens{};
    Int128 reasoning = 0;
    Int128 requests = 0;
    Int128 web_searches = 0;
    std::int64_t records = 0;
    Usd reported;

    void add(const Sum& other);
  };
  class BatchSums;
  static constexpr std::size_t kSums = kKinds * 4;  ///< kind x (says a cost) x (negative)

  /// The prices of one tier, and what was used at them.
  struct Tier {
    catalog::RateCard card;
    std::vector<Sum> sums = std::vector<Sum>(kSums);
  };
  struct Period {
    catalog::RateCard card;
    bool timed = false;
    std::vector<std::int64_t> thresholds;  ///< 2 x tokens, odd when exclusive; rising
    std::vector<Tier> tiers;               ///< by thresholds passed; empty cards until used
    std::vector<bool> ready;
  };
  struct Model {
    std::string vendor;
    std::string name;
    catalog::Mode mode = catalog::Mode::standard;
    std::string residency;
    const catalog::PricedModel* priced = nullptr;
    std::string problem;
    std::vector<Period> periods;
    std::size_t last_period = 0;
    std::array<std::size_t, kKinds> row{};  ///< index + 1 into rows_
  };

  /// Takes records that are alike: each would be counted in the same row at the same price as
  /// `one` of them, and `sum` is their sum.
  void take_sum(const UsageRecord& one, const Sum& sum);
  [[nodiscard]] Model& model_of(const UsageRecord& record);
  [[nodiscard]] Period* period_of(Model& model, const UsageRecord& record);
  [[nodiscard]] Tier& tier_of(Period& period, const UsageRecord& record) const;
  [[nodiscard]] TotalRow& row_of(Model& model, Kind kind);
  void price(Model& model, const Tier& tier);

  const catalog::PriceBook* book_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::vector<Model> models_;
  std::size_t last_model_ = 0;
  std::string key_;
  std::vector<TotalRow> rows_;
};

}  // namespace breakeven::usage
