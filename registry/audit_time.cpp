// Rules about when: moves from day to day, old figures, steps that were called off.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "engine/base/text.hpp"
#include "registry/audit_index.hpp"

namespace breakeven::registry {
namespace {

constexpr std::int64_t kDay = 86'400;

std::string day(std::int64_t seconds) { return Instant{seconds}.date().iso(); }

void moves(AuditState& state, const DatedPrice& row) {
  const DatedPrice* was = nullptr;
  for (const DatedPrice* earlier : state.before.of(row.id())) {
    if (earlier->price && same_tier(earlier->field, row.field)) was = earlier;
  }
  if (was == nullptr || atto(*was->price) == 0) return;
  const std::string step =
      "found " + was->price->decimal() + " the day before and " + row.price->decimal() + " now";
  if (atto(*row.price) == 0) {
    state.add("jump", row, "expected no move to zero; " + step);
    return;
  }
  const double up = ratio(*row.price, *was->price);
  const double factor = std::max(up, 1 / up);
  if (factor > state.input.jump) {
    state.add("jump", row,
              "expected at most a factor of " + shortest(state.input.jump) + " in a day; " + step);
  }
  static constexpr std::array<double, 4> kSlips{100, 1'000, 10'000, 1'000'000};
  if (std::ranges::any_of(kSlips,
                          [&](double slip) { return std::abs(factor / slip - 1) < 0.01; })) {
    state.add("unit-slip", row,
              "expected a price, found a change of unit: exactly a power of ten; " + step);
  }
}

/// The row still shows what the vendor replaced days ago.
void lag(AuditState& state, const DatedPrice& row) {
  const std::int64_t today = Instant::from_date(state.input.today).seconds;
  if (!row.in_effect(Instant{today})) return;
  const std::string id = state.reference_id(row);
  const DatedPrice* now = state.reference.at(id, row.field, state.input.today);
  if (now == nullptr || agree(*now->price, *row.price, kNoTolerance)) return;
  for (const DatedPrice* old : state.reference.of(id)) {
    if (!old->price || !same_tier(old->field, row.field) || old->to_s > today) continue;
    const std::int64_t late = (today - old->to_s) / kDay;
    if (agree(*old->price, *row.price, kNoTolerance) && late >= state.input.lag_days) {
      state.add("lag", row,
                "expected " + now->price->decimal() + " since " + day(old->to_s) + ", found " +
                    row.price->decimal() + " " + std::to_string(late) + " days later");
      return;
    }
  }
}

/// A dated row gives an earlier time the price of a later one.
void backfilled(AuditState& state, const DatedPrice& row) {
  const bool dated = row.from_s != std::numeric_limits<std::int64_t>::min() ||
                     row.to_s != std::numeric_limits<std::int64_t>::max();
  if (!dated) return;
  const std::string id = state.reference_id(row);
  for (const DatedPrice* then : state.reference.of(id)) {
    if (!then->price || !same_tier(then->field, row.field) ||
        agree(*then->price, *row.price, kNoTolerance) ||
        then->to_s == std::numeric_limits<std::int64_t>::max() ||
        !row.in_effect(Instant{then->to_s - 1})) {
      continue;
    }
    const DatedPrice* later = state.reference.at(id, row.field, Instant{then->to_s}.date());
    if (later != nullptr && agree(*later->price, *row.price, kNoTolerance)) {
      state.add("history-backfilled", row,
                "expected " + then->price->decimal() + " until " + day(then->to_s) +
                    ", found the price that came then, " + row.price->decimal());
    }
  }
}

/// A step that was announced for a later day, and that newer evidence no longer has.
void cancelled(AuditState& state, const DatedPrice& row) {
  if (row.from_s == std::numeric_limits<std::int64_t>::min() ||
      row.from_s <= Instant::from_date(row.date).seconds) {
    return;
  }
  const DatedPrice* ours =
      state.reference.at(state.reference_id(row), row.field, Instant{row.from_s}.date());
  if (ours == nullptr || ours->date <= row.date || agree(*ours->price, *row.price, kNoTolerance)) {
    return;
  }
  state.add("step-cancelled", row,
            "expected " + ours->price->decimal() + " from " + day(row.from_s) + " on (" +
                ours->source + " " + ours->date.iso() + "), found the step to " +
                row.price->decimal() + " as announced on " + row.date.iso());
}

}  // namespace

void audit_time(AuditState& state) {
  std::map<std::string, const DatedPrice*, std::less<>> newest;
  for (const DatedPrice& row : state.input.rows) {
    const auto [seen, fresh] = newest.try_emplace(row.vendor, &row);
    if (!fresh && row.date > seen->second->date) seen->second = &row;
    if (!row.price) continue;
    moves(state, row);
    lag(state, row);
    backfilled(state, row);
    cancelled(state, row);
  }
  for (const auto& [vendor, row] : newest) {
    const int age = state.input.today.days - row->date.days;
    if (age <= state.input.stale_days) continue;
    DatedPrice whole;
    whole.vendor = vendor;
    whole.model = row->model;
    whole.field = row->field;
    state.add("stale", whole,
              "expected a look at " + vendor + " within " + std::to_string(state.input.stale_days) +
                  " days, found the newest " + std::to_string(age) + " days ago (" +
                  row->date.iso() + ")");
  }
}

}  // namespace breakeven::registry
