#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
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

constexpr std::int64_t kMinute = 60;

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
  const registry::FieldCounts counts = check.by_field();
  const auto count = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  return {check.registry,
          check.date.iso(),
          count(counts.models),
          count(counts.names),
          count(counts.agree),
          count(counts.differs),
          count(counts.missing_there),
          count(counts.missing_here),
          count(check.unknown_models.size()),
          count(check.other_sellers)};
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

Result<std::shared_ptr<const RegistryViews::Compared>> RegistryViews::compared(Instant at) const {
  const std::scoped_lock lock(mutex_);
  BREAKEVEN_TRY(const store::RunId version, ledger_->version());
  const std::int64_t minute = at.seconds / kMinute;
  if (compared_ && compared_->version == version && compared_->minute == minute) return compared_;
  BREAKEVEN_CHECK_OK(ledger_->refresh());
  const catalog::PriceBook ours = book(at);
  const Rational tolerance = VerifyQuery{}.tolerance;
  auto fresh = std::make_shared<Compared>();
  fresh->version = version;
  fresh->minute = minute;
  BREAKEVEN_TRY(const auto books, registry_books(*ledger_));
  for (const std::string& name : books) {
    BREAKEVEN_TRY(const Listing listing, listing_of(*ledger_, name, at));
    if (listing.rows.empty()) continue;
    const registry::CrossCheck check = compare(ours, listing, tolerance);
    fresh->registries.push_back(counts_of(check));
    for (const registry::Comparison& cell : check.cells) {
      fresh->rows.push_back(row_of(check, cell, ours));
    }
  }
  // What several registries say of one price stands together.
  std::ranges::stable_sort(fresh->rows, [](const auto& a, const auto& b) {
    return std::tie(a.vendor, a.model, a.ours.field) < std::tie(b.vendor, b.model, b.ours.field);
  });
  compared_ = std::move(fresh);
  return compared_;
}

Result<codec::RegistryCrossCheck> RegistryViews::crosscheck(const CrossCheckFilter& filter) const {
  BREAKEVEN_CHECK_OK(check_verdict(filter.verdict));
  const Instant at = now();
  BREAKEVEN_TRY(const auto all, compared(at));
  const ModelFilter models(catalog_->prices(), filter.vendor, filter.words);
  codec::RegistryCrossCheck answer;
  answer.now = at.iso();
  answer.tolerance_percent = VerifyQuery{}.tolerance.estimate() * 100;
  answer.registries = all->registries;
  std::vector<const codec::RegistryComparison*> rows;
  for (const codec::RegistryComparison& row : all->rows) {
    if (!filter.verdict.empty() && filter.verdict != row.verdict) continue;
    if (models.accepts(row.vendor, row.model)) rows.push_back(&row);
  }
  answer.found = static_cast<std::int64_t>(rows.size());
  std::int64_t id = answer.found + 1;
  for (const codec::RegistryComparison* const row : rows) {
    --id;
    if (filter.before != 0 && id >= filter.before) continue;
    if (answer.rows.size() == filter.limit) {
      answer.next_before = answer.rows.back().id;
      break;
    }
    answer.rows.push_back(*row);
    answer.rows.back().id = id;
  }
  return answer;
}

}  // namespace breakeven::service
