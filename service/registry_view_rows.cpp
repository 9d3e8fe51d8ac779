#include "service/registry_view_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "service/registry_rows.hpp"

namespace breakeven::service {
namespace {

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string search_form(std::string_view text) {
  std::string out = to_lower(text);
  std::ranges::replace(out, '.', '-');
  return out;
}

}  // namespace

ModelFilter::ModelFilter(const catalog::PriceBook& book, std::string_view vendor,
                         std::string_view words)
    : seller_(vendor.empty() ? std::string() : book.vendor_id(vendor)) {
  std::string word;
  for (const char c : search_form(words) + " ") {
    if (c != ' ') {
      word.push_back(c);
    } else if (!word.empty()) {
      words_.push_back(std::exchange(word, {}));
    }
  }
}

bool ModelFilter::accepts(std::string_view vendor, std::string_view model) const {
  if (!seller_.empty() && vendor != seller_) return false;
  const std::string id = search_form(std::string(vendor) + "/" + std::string(model));
  return std::ranges::all_of(
      words_, [&](const std::string& word) { return id.find(word) != std::string::npos; });
}

std::string field_label(const catalog::PriceField& field) {
  std::string text(catalog::info(field.unit).label);
  if (field.mode != catalog::Mode::standard) text += ", " + std::string(to_string(field.mode));
  if (field.above_input_tokens > 0) {
    text += (field.inclusive ? ", prompts from " : ", prompts over ") +
            grouped(field.above_input_tokens) + " tokens";
  }
  if (field.when == catalog::PriceRow::When::peak) text += ", peak hours";
  if (field.when == catalog::PriceRow::When::offpeak) text += ", off-peak hours";
  return text;
}

std::string instant_text(Instant instant) {
  if (instant == store::kAlways) return {};
  if (instant.seconds == std::numeric_limits<std::int64_t>::max()) return {};
  return instant.second_of_day() == 0 ? instant.date().iso() : instant.iso();
}

std::string decimal_text(const std::optional<Price>& price) {
  return price ? price->decimal() : std::string();
}

codec::RegistryPrice named_price(const catalog::PriceField& field) {
  codec::RegistryPrice price;
  price.field = to_string(field);
  price.label = field_label(field);
  price.mode = to_string(field.mode);
  price.per = catalog::info(field.unit).per;
  return price;
}

catalog::PriceField field_of(const catalog::PriceRow& row) {
  return {row.unit, row.mode, row.above_input_tokens, row.inclusive, row.when};
}

std::string reason_of(const catalog::PriceBook& book, std::string_view rule) {
  const auto found = std::ranges::find(book.rules(), rule, &catalog::PriceRule::id);
  return found == book.rules().end() ? std::string() : found->reason;
}

codec::RegistryPrice price_of(const store::RecordedChange& row, const catalog::PriceBook& rules) {
  const store::Change& change = row.change;
  codec::RegistryPrice price = named_price(change.field);
  price.usd = decimal_text(change.new_price);
  price.kind = to_string(change.kind);
  price.rule = change.rule;
  price.reason = reason_of(rules, change.rule);
  if (change.base_field) price.base_field = to_string(*change.base_field);
  price.source = row.evidence.source;
  price.url = row.evidence.url;
  price.seen_on = row.evidence.seen_on.iso();
  price.effective_from = instant_text(change.effective_from);
  if (change.effective_to) price.effective_to = instant_text(*change.effective_to);
  price.known_from = instant_text(change.known_from);
  price.change = row.id;
  return price;
}

Result<ChangesById> our_changes(store::Ledger& ledger) {
  store::ChangeFilter ours;
  ours.book = store::kOurBook;
  BREAKEVEN_TRY(auto rows, all_changes(ledger, ours));
  ChangesById by_id;
  for (store::RecordedChange& row : rows) {
    const store::ChangeId id = row.id;
    by_id.emplace(id, std::move(row));
  }
  return by_id;
}

}  // namespace breakeven::service
