// audit_index.hpp — prices by model and field, for the audit's rules.
//
// Shape    Internal to the registry room. Pointers live as long as the vectors that were indexed.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/audit.hpp"
#include "registry/dated_price.hpp"

namespace breakeven::registry {

class PriceIndex {
 public:
  explicit PriceIndex(std::span<const DatedPrice> prices);

  /// Every row of a model, in their order; none for an unknown model.
  [[nodiscard]] std::span<const DatedPrice* const> of(std::string_view model_id) const;
  /// The row with a figure for a field that is in effect on a day, or null. Tiers match whatever
  /// their operator; without a price for every hour, that of the peak hours.
  [[nodiscard]] const DatedPrice* at(std::string_view model_id, const catalog::PriceField& field,
                                     Date day) const;
  [[nodiscard]] const std::map<std::string, std::vector<const DatedPrice*>, std::less<>>& models()
      const {
    return by_model_;
  }

 private:
  std::map<std::string, std::vector<const DatedPrice*>, std::less<>> by_model_;
};

/// Quotients of two fields of one model, over the models of a vendor.
struct RatioRange {
  std::vector<double> seen;  ///< rising
  [[nodiscard]] bool has_near(double value, double slack) const;
};
/// unit / base in standard mode, of what a vendor publishes.
[[nodiscard]] RatioRange ratios_of(const PriceIndex& index, std::string_view vendor,
                                   catalog::BillingUnit unit, catalog::BillingUnit base);

/// Same field, whatever the operator of its tier. Priority and fast are the same (OpenAI renamed it).
[[nodiscard]] bool same_tier(const catalog::PriceField& a, const catalog::PriceField& b);

/// What the groups of rules share.
class AuditState {
 public:
  explicit AuditState(const AuditInput& in);

  const AuditInput& input;
  PriceIndex own;
  PriceIndex before;
  PriceIndex peers;
  PriceIndex reference;
  std::vector<Finding> findings;

  void add(std::string_view rule, const DatedPrice& row, std::string message);
  /// What the model of a row is called in the reference.
  [[nodiscard]] std::string reference_id(const DatedPrice& row) const;
  /// The day a row is judged on: today, or when it starts or ended if it is not in effect today.
  [[nodiscard]] Date day_of(const DatedPrice& row) const;
  /// What others say the price is: the vendor's figure that we hold, else the best other source's.
  [[nodiscard]] const DatedPrice* expected(const DatedPrice& row) const;
  /// The row's own list: the same model's price with another unit or mode.
  [[nodiscard]] const DatedPrice* sibling(const DatedPrice& row,
                                          const catalog::PriceField& field) const;
};

void audit_structure(AuditState& state);
void audit_agreement(AuditState& state);
void audit_time(AuditState& state);

}  // namespace breakeven::registry
