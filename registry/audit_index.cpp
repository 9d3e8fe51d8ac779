#include "registry/audit_index.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "registry/crosscheck.hpp"

namespace breakeven::registry {

using catalog::PriceField;

bool same_tier(const PriceField& a, const PriceField& b) {
  PriceField left = a;
  PriceField right = b;
  for (PriceField* field : {&left, &right}) {
    field->inclusive = false;
    if (field->mode == catalog::Mode::priority) field->mode = catalog::Mode::fast;
  }
  return left == right;
}

PriceIndex::PriceIndex(std::span<const DatedPrice> prices) {
  for (const DatedPrice& price : prices) by_model_[price.id()].push_back(&price);
}

std::span<const DatedPrice* const> PriceIndex::of(std::string_view model_id) const {
  const auto found = by_model_.find(model_id);
  if (found == by_model_.end()) return {};
  return found->second;
}

const DatedPrice* PriceIndex::at(std::string_view model_id, const PriceField& field,
                                 Date day) const {
  const DatedPrice* dear_hours = nullptr;
  for (const DatedPrice* price : of(model_id)) {
    if (!price->price || !price->in_effect(Instant::from_date(day))) continue;
    if (same_tier(price->field, field)) return price;
    // A list without hours means the dear ones.
    PriceField peak = field;
    peak.when = catalog::PriceRow::When::peak;
    if (field.when == catalog::PriceRow::When::always && same_tier(price->field, peak)) {
      dear_hours = price;
    }
  }
  return dear_hours;
}

bool RatioRange::has_near(double value, double slack) const {
  return std::ranges::any_of(
      seen, [&](double one) { return std::abs(one - value) <= slack * std::max(one, value); });
}

RatioRange ratios_of(const PriceIndex& index, std::string_view vendor, catalog::BillingUnit unit,
                     catalog::BillingUnit base) {
  RatioRange range;
  for (const auto& [id, prices] : index.models()) {
    if (prices.front()->vendor != vendor) continue;
    for (const DatedPrice* part : prices) {
      if (part->field != PriceField{.unit = unit, .when = part->field.when} || !part->price ||
          part->kind != catalog::PriceKind::published) {
        continue;
      }
      const auto whole = std::ranges::find_if(prices, [&](const DatedPrice* p) {
        return p->field == PriceField{.unit = base, .when = part->field.when} && p->price &&
               atto(*p->price) > 0 && p->from_s < part->to_s && part->from_s < p->to_s;
      });
      if (whole != prices.end()) range.seen.push_back(ratio(*part->price, *(*whole)->price));
    }
  }
  std::ranges::sort(range.seen);
  return range;
}

AuditState::AuditState(const AuditInput& in)
    : input(in), own(in.rows), before(in.before), peers(in.peers), reference(in.reference) {}

void AuditState::add(std::string_view rule, const DatedPrice& row, std::string message) {
  const auto rules = audit_rules();
  const auto known = std::ranges::find(rules, rule, &AuditRule::id);
  findings.push_back({known->layer, std::string(rule), input.source, row.vendor, row.model,
                      row.field, std::move(message)});
}

std::string AuditState::reference_id(const DatedPrice& row) const {
  const auto named = input.known_as.find(row.id());
  return named == input.known_as.end() ? row.id() : named->second;
}

Date AuditState::day_of(const DatedPrice& row) const {
  const std::int64_t today = Instant::from_date(input.today).seconds;
  if (row.from_s > today) return Instant{row.from_s}.date();
  if (row.to_s <= today) return Instant{row.to_s - 1}.date();
  return input.today;
}

const DatedPrice* AuditState::expected(const DatedPrice& row) const {
  const std::string id = reference_id(row);
  if (const DatedPrice* ours = reference.at(id, row.field, day_of(row))) return ours;
  std::vector<Claim> claims;
  std::vector<const DatedPrice*> rows;
  for (const DatedPrice* peer : peers.of(id)) {
    if (!peer->price || !same_tier(peer->field, row.field)) continue;
    claims.push_back({peer->source, peer->source, evidence_kind(peer->source, peer->kind),
                      peer->date, *peer->price});
    rows.push_back(peer);
  }
  if (claims.empty()) return nullptr;
  return rows[rank(claims, kNoTolerance).believed];
}

const DatedPrice* AuditState::sibling(const DatedPrice& row, const PriceField& field) const {
  return own.at(row.id(), field, day_of(row));
}

}  // namespace breakeven::registry
