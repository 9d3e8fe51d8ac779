#include "engine/catalog/price_timeline.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::catalog {

std::size_t PriceTimeline::Hash::operator()(const PriceOwner& owner) const {
  const std::hash<std::string_view> one;
  std::size_t hash = one(owner.model);
  for (const std::string_view part : {owner.vendor, owner.book}) {
    hash = hash * 1'099'511'628'211U + one(part);
  }
  return hash;
}

std::uint32_t PriceTimeline::intern(std::string_view text) {
  if (const auto found = text_number_.find(text); found != text_number_.end()) {
    return found->second;
  }
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(text);
  text_number_.emplace(text, number);
  return number;
}

bool PriceTimeline::before_field(const FieldEntries& entries, const PriceField& field) {
  return entries.field < field;
}

void PriceTimeline::add(const PriceOwner& owner, const PriceFact& fact) {
  auto at = owners_.find(owner);
  if (at == owners_.end()) {
    at = owners_
             .emplace(Owner{std::string(owner.book), std::string(owner.vendor),
                            std::string(owner.model)},
                      std::vector<FieldEntries>())
             .first;
  }
  std::vector<FieldEntries>& fields = at->second;
  auto field = std::lower_bound(fields.begin(), fields.end(), fact.field, before_field);
  if (field == fields.end() || field->field != fact.field) {
    field = fields.insert(field, FieldEntries{fact.field, {}});
  }
  const Price price = fact.price.value_or(Price{});
  const Entry entry{fact.from_s,
                    fact.known_s,
                    fact.id,
                    fact.to_s,
                    kForever,
                    price.nano_usd,
                    static_cast<std::int32_t>(price.atto_usd),
                    fact.kind,
                    fact.price.has_value(),
                    intern(fact.rule),
                    intern(fact.source),
                    intern(fact.source_date)};
  const auto before = [](const Entry& a, const Entry& b) {
    return std::tuple(a.from_s, a.known_s, a.id) < std::tuple(b.from_s, b.known_s, b.id);
  };
  std::vector<Entry>& entries = field->entries;
  entries.insert(std::upper_bound(entries.begin(), entries.end(), entry, before), entry);
  ++size_;
}

bool PriceTimeline::cancel(const PriceOwner& owner, const PriceField& field, std::int64_t id,
                           std::int64_t known_s) {
  const auto at = owners_.find(owner);
  if (at == owners_.end()) return false;
  const auto of_field = std::lower_bound(at->second.begin(), at->second.end(), field, before_field);
  if (of_field == at->second.end() || of_field->field != field) return false;
  const auto entry = std::ranges::find(of_field->entries, id, &Entry::id);
  if (entry == of_field->entries.end()) return false;
  entry->gone_s = std::min(entry->gone_s, known_s);
  return true;
}

PriceFact PriceTimeline::fact(const PriceField& field, const Entry& entry) const {
  PriceFact out;
  out.id = entry.id;
  out.field = field;
  out.from_s = entry.from_s;
  out.to_s = entry.to_s;
  out.known_s = entry.known_s;
  if (entry.has_price) out.price = Price{entry.nano_usd, info(field.unit).per, entry.atto_usd};
  out.kind = entry.kind;
  out.rule = texts_[entry.rule];
  out.source = texts_[entry.source];
  out.source_date = texts_[entry.source_date];
  return out;
}

const std::vector<PriceTimeline::FieldEntries>* PriceTimeline::fields_of(
    const PriceOwner& owner) const {
  const auto at = owners_.find(owner);
  return at == owners_.end() ? nullptr : &at->second;
}

const PriceTimeline::Entry* PriceTimeline::winner(const FieldEntries& field,
                                                  std::int64_t effective_s, std::int64_t known_s) {
  auto after =
      std::upper_bound(field.entries.begin(), field.entries.end(), effective_s,
                       [](std::int64_t t, const Entry& entry) { return t < entry.from_s; });
  while (after != field.entries.begin()) {
    const Entry& entry = *--after;
    if (entry.known_s <= known_s && known_s < entry.gone_s && effective_s < entry.to_s) {
      return &entry;
    }
  }
  return nullptr;
}

std::optional<PriceFact> PriceTimeline::find(const PriceOwner& owner, const PriceField& field,
                                             std::int64_t effective_s, std::int64_t known_s) const {
  const std::vector<FieldEntries>* const fields = fields_of(owner);
  if (fields == nullptr) return std::nullopt;
  const auto of_field = std::lower_bound(fields->begin(), fields->end(), field, before_field);
  if (of_field == fields->end() || of_field->field != field) return std::nullopt;
  const Entry* const entry = winner(*of_field, effective_s, known_s);
  if (entry == nullptr) return std::nullopt;
  PriceFact found = fact(field, *entry);
  if (!found.listed()) return std::nullopt;
  return found;
}

std::vector<PriceFact> PriceTimeline::find_all(const PriceOwner& owner, std::int64_t effective_s,
                                               std::int64_t known_s) const {
  std::vector<PriceFact> out;
  const std::vector<FieldEntries>* const fields = fields_of(owner);
  if (fields == nullptr) return out;
  for (const FieldEntries& field : *fields) {
    if (const Entry* const entry = winner(field, effective_s, known_s); entry != nullptr) {
      if (const PriceFact found = fact(field.field, *entry); found.listed()) out.push_back(found);
    }
  }
  return out;
}

std::vector<PriceRow> PriceTimeline::rows(const PriceOwner& owner, std::int64_t known_s,
                                          std::string_view place_prefix) const {
  std::vector<PriceRow> out;
  const std::vector<FieldEntries>* const fields = fields_of(owner);
  if (fields == nullptr) return out;
  for (const FieldEntries& field : *fields) {
    // The answer can change only where a fact begins or ends.
    std::vector<std::int64_t> edges;
    for (const Entry& entry : field.entries) {
      edges.push_back(entry.from_s);
      if (entry.to_s != kForever) edges.push_back(entry.to_s);
    }
    std::ranges::sort(edges);
    const auto repeated = std::ranges::unique(edges);
    edges.erase(repeated.begin(), repeated.end());
    const Entry* open = nullptr;
    for (const std::int64_t edge : edges) {
      const Entry* const entry = winner(field, edge, known_s);
      if (entry == open) continue;
      if (open != nullptr && !out.empty()) out.back().to_s = std::min(out.back().to_s, edge);
      open = nullptr;
      if (entry == nullptr) continue;
      const PriceFact found = fact(field.field, *entry);
      if (!found.listed()) continue;
      open = entry;
      PriceRow row;
      row.unit = field.field.unit;
      row.mode = field.field.mode;
      row.above_input_tokens = field.field.above_input_tokens;
      row.inclusive = field.field.inclusive;
      row.when = field.field.when;
      row.from_s = edge;
      row.to_s = entry->to_s;
      row.price = found.price.value_or(Price{0, info(field.field.unit).per, 0});
      row.kind = found.kind;
      row.rule = found.rule;
      row.source = found.source;
      row.source_date = found.source_date;
      row.place = std::string(place_prefix) + std::to_string(found.id);
      out.push_back(std::move(row));
    }
  }
  return out;
}

std::vector<PriceOwner> PriceTimeline::models(std::string_view book) const {
  std::vector<PriceOwner> out;
  for (const auto& [owner, fields] : owners_) {
    if (owner.book == book) out.push_back(owner.view());
  }
  std::ranges::sort(out, {}, [](const PriceOwner& o) { return std::pair(o.vendor, o.model); });
  return out;
}

}  // namespace breakeven::catalog
