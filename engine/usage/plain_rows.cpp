#include "engine/usage/plain_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/id_set.hpp"
#include "engine/usage/identity.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/reading.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/record_batch.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/tables.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {

PlainUse plain_use(Role role) {
  if (GivenTokens::holds(role)) return PlainUse::count;
  switch (role) {
    case Role::id:
      return PlainUse::id;
    case Role::session:
      return PlainUse::session;
    case Role::user:
      return PlainUse::user;
    case Role::time:
      return PlainUse::time;
    case Role::cost:
      return PlainUse::cost;
    case Role::latency:
      return PlainUse::latency;
    case Role::ttft:
      return PlainUse::ttft;
    case Role::vendor:
    case Role::model:
    case Role::key:
    case Role::team:
    case Role::project:
    case Role::call:
    case Role::status:
    case Role::success:
    case Role::error:
    case Role::gateway_hit:
    case Role::tier:
    case Role::batch:
    case Role::speed:
    case Role::place:
    case Role::context:
    case Role::currency:
      return PlainUse::label;
    default:
      return PlainUse::empty;
  }
}

PlainLabels PlainRows::describe(const Row& row) const {
  PlainLabels labels;
  labels.like.vendor = info(format_).vendor;
  Reading reading(row, kMaxRequestTokens);
  read_labels(reading, plain_.table, labels.like);
  if (labels.like.vendor.empty()) labels.like.vendor = plain_.vendor;
  if (labels.like.model.empty()) labels.like.model = plain_.model;
  labels.says_error = reading.truth(Role::error);
  const std::string_view currency = row[Role::currency].text;
  labels.costs_in_usd = currency.empty() || currency == "USD" || currency == "usd";
  return labels;
}

bool PlainRows::read_count(std::string_view text, Role role, GivenTokens& tokens) {
  std::int64_t value = 0;
  if (parse_count(text, kMaxRequestTokens, value) != Reason::none || value < 0) return false;
  tokens.set(role, value);
  return true;
}

bool PlainRows::place(const PlainLabels& labels, const GivenTokens& given, BatchItem& item) const {
  const Kind kind = labels.like.kind;
  const bool counted = kind != Kind::failed && kind != Kind::other;
  Tokens tokens;
  if (counted || given.has(Role::input) || given.has(Role::uncached)) {
    const Placement placed =
        place_counts(given, plain_.table.tokens, plain_.table.inside_by_default, tokens);
    if (placed.reason != Reason::none) return false;
    item.assumed = placed.assumed;
  }
  if ((plain_.table.empty_is_failed || labels.says_error) && tokens.all_output() == 0) return false;
  // No count is above three times what a request may have.
  static_assert(3 * kMaxRequestTokens < std::numeric_limits<std::int32_t>::max());
  for (std::size_t i = 0; i < kBuckets; ++i) {
    item.tokens[i] = static_cast<std::int32_t>(tokens.count[i]);
  }
  item.reasoning = static_cast<std::int32_t>(tokens.reasoning);
  return true;
}

bool PlainRows::read_cost(const PlainLabels& labels, std::string_view text, BatchItem& item) const {
  Usd cost;
  const Reason reason = parse_money(text, cost_shift_of(plain_.table, text), cost);
  if (reason == Reason::missing_field) return true;
  constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
  if (reason != Reason::none || !labels.costs_in_usd || cost.femto() > kMost ||
      cost.femto() < -kMost) {
    return false;
  }
  item.cost_femto = static_cast<std::int64_t>(cost.femto());
  item.has_cost = true;
  return true;
}

bool PlainRows::complete(const PlainLabels& labels, const PlainCells& cells,
                         BatchItem& item) const {
  StartTime start;
  if (read_start(cells.time, plain_.table, start) != Reason::none) return false;
  if (start.clock == Clock::utc && !plausible_start(start.ns, options_)) return false;
  item.start_ns = start.ns;
  item.clock = start.clock;
  item.naive = start.naive && !start.date_only;
  // Without an id, the user is a part of who the record is.
  if (cells.id.empty() && !cells.user.empty()) return false;
  if (!place(labels, cells.tokens, item)) return false;
  if (!cells.cost.empty() && !read_cost(labels, cells.cost, item)) return false;
  const int shift = plain_.table.latency_shift;
  if (!cells.latency.empty() &&
      parse_duration(cells.latency, shift, item.latency_ns) != Reason::none) {
    item.latency_ns = -1;
  }
  if (!cells.ttft.empty() && parse_duration(cells.ttft, shift, item.ttft_ns) != Reason::none) {
    item.ttft_ns = -1;
  }
  item.id = cells.id.data();
  item.id_size = static_cast<std::uint32_t>(cells.id.size());
  item.session = cells.session.data();
  item.session_size = static_cast<std::uint32_t>(cells.session.size());
  return true;
}

void PlainRows::identify(const UsageRecord& like, BatchItem& item) const {
  Fingerprint identity = family_;
  identity.add(item.id_text());
  const Usd cost = item.cost();
  item.identity.low = identity.low();
  item.identity.high = identity.high();
  item.identity.content = content_print(item.tokens, item.reasoning, 1, 0,
                                        item.has_cost ? &cost : nullptr, item.start_ns, like.model);
}

}  // namespace breakeven::usage
