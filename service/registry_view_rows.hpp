// registry_view_rows.hpp — small pieces that the registry's views share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codec/registry_json.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "store/ledger.hpp"

namespace breakeven::service {

/// "cache read, batch, prompts over 200,000 tokens, peak hours".
[[nodiscard]] std::string field_label(const catalog::PriceField& field);
/// "2026-08-16" for a midnight, else with the time; empty for "as long as anyone remembers".
[[nodiscard]] std::string instant_text(Instant instant);
[[nodiscard]] std::string decimal_text(const std::optional<Price>& price);
/// Field, label, mode and unit filled in.
[[nodiscard]] codec::RegistryPrice named_price(const catalog::PriceField& field);
[[nodiscard]] catalog::PriceField field_of(const catalog::PriceRow& row);

/// What the new price of a row of the changelog is, and why.
[[nodiscard]] codec::RegistryPrice price_of(const store::RecordedChange& row,
                                            const catalog::PriceBook& rules);
/// The rule's reason in words; empty when there is no such rule.
[[nodiscard]] std::string reason_of(const catalog::PriceBook& book, std::string_view rule);

/// Models of one seller, empty = of all, whose "vendor/model" has every word. Case does not matter,
/// and "4.6" is spelled as in "4-6".
class ModelFilter {
 public:
  ModelFilter(const catalog::PriceBook& book, std::string_view vendor, std::string_view words);
  [[nodiscard]] bool accepts(std::string_view vendor, std::string_view model) const;

 private:
  std::string seller_;
  std::vector<std::string> words_;
};

/// Every row of our book's changelog by its number.
using ChangesById = std::unordered_map<store::ChangeId, store::RecordedChange>;
[[nodiscard]] Result<ChangesById> our_changes(store::Ledger& ledger);

}  // namespace breakeven::service
