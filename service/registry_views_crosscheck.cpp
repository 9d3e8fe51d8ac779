#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "registry/crosscheck.hpp"
#include "service/registry.hpp"
#include "service/registry_crosscheck.hpp"
#include "service/registry_rows.hpp"
#include "service/registry_view_rows.hpp"
#include "service/registry_views.hpp"

namespace breakeven::service {
namespace {

using registry::Verdict;

Status check_verdict(std::string_view asked) {
  std::string known;
  for (const Verdict verdict :
       {Verdict::agree, Verdict::differs, Verdict::missing_there, Verdict::missing_here}) {
    if (asked.empty() || asked == to_string(verdict)) return {};
    known += (known.empty() ? "" : ", ") + std::string(to_string(verdict));
  }
  return Error{ErrorCode::invalid_argument,
               "expected one of " + known + ", found \"" + std::string(asked) + "\"", "verdict"};
}

codec::RegistryAgreement counts_of(const registry::CrossCheck& check) {
  const auto count = [&](Verdict verdict) {
    return static_cast<std::int64_t>(check.count(verdict));
  };
  return {check.registry,
          check.date.iso(),
          count(Verdict::agree),
          count(Verdict::differs),
          count(Verdict::missing_there),
          count(Verdict::missing_here),
          static_cast<std::int64_t>(check.unknown_models.size()),
          static_cast<std::int64_t>(check.other_sellers)};
}

codec::RegistryComparison row_of(const registry::CrossCheck& check,
                                 const registry::Comparison& cell, const catalog::PriceBook& ours) {
  codec::RegistryComparison row;
  row.vendor = cell.vendor;
  row.model = cell.model;
  row.ours = named_price(cell.field);
  if (cell.our_kind) {
    row.ours.usd = decimal_text(cell.ours);
    row.ours.kind = to_string(*cell.our_kind);
    row.ours.rule = cell.our_rule;
    row.ours.reason = reason_of(ours, cell.our_rule);
    row.ours.source = cell.our_source;
    if (!cell.our_source.empty()) row.ours.seen_on = cell.our_date.iso();
  }
  row.registry = check.registry;
  row.date = check.date.iso();
  row.theirs_usd = decimal_text(cell.theirs);
  row.native = cell.native;
  row.verdict = to_string(cell.verdict);
  // From nothing to something is no percentage.
  if (cell.ours && cell.theirs && std::isfinite(cell.percent)) row.percent = cell.percent;
  if (cell.verdict == Verdict::differs) row.believed = cell.ours_believed ? "ours" : "theirs";
  row.reason = cell.reason;
  return row;
}

}  // namespace

Result<codec::RegistryCrossCheck> RegistryViews::crosscheck(const CrossCheckFilter& filter) const {
  BREAKEVEN_CHECK_OK(check_verdict(filter.verdict));
  const Instant at = now();
  const catalog::PriceBook ours = book(at);
  const ModelFilter models(ours, filter.vendor, filter.words);
  const Rational tolerance = VerifyQuery{}.tolerance;
  codec::RegistryCrossCheck answer;
  answer.now = at.iso();
  answer.tolerance_percent = tolerance.estimate() * 100;
  std::vector<codec::RegistryComparison> rows;
  BREAKEVEN_TRY(const auto books, registry_books(*ledger_));
  for (const std::string& name : books) {
    BREAKEVEN_TRY(const Listing listing, listing_of(*ledger_, name, at));
    if (listing.rows.empty()) continue;
    const registry::CrossCheck check = compare(ours, listing, tolerance);
    answer.registries.push_back(counts_of(check));
    for (const registry::Comparison& cell : check.cells) {
      if (!filter.verdict.empty() && filter.verdict != to_string(cell.verdict)) continue;
      if (models.accepts(cell.vendor, cell.model)) rows.push_back(row_of(check, cell, ours));
    }
  }
  // What several registries say of one price stands together.
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) {
    return std::tie(a.vendor, a.model, a.ours.field) < std::tie(b.vendor, b.model, b.ours.field);
  });
  answer.found = static_cast<std::int64_t>(rows.size());
  std::int64_t id = answer.found;
  for (codec::RegistryComparison& row : rows) {
    row.id = id--;
    if (filter.before != 0 && row.id >= filter.before) continue;
    if (answer.rows.size() == filter.limit) {
      answer.next_before = answer.rows.back().id;
      break;
    }
    answer.rows.push_back(std::move(row));
  }
  return answer;
}

}  // namespace breakeven::service
