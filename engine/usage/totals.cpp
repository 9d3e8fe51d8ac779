#include "engine/usage/totals.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/bill.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/record_batch.hpp"

namespace breakeven::usage {
namespace {

using catalog::BillingUnit;

constexpr std::int64_t kSecondNs = 1'000'000'000;

bool any_tokens(const UsageRecord& r) {
  return r.web_searches != 0 || std::any_of(r.tokens.count.begin(), r.tokens.count.end(),
                                            [](std::int64_t n) { return n != 0; });
}

bool negative(const UsageRecord& r) {
  return std::any_of(r.tokens.count.begin(), r.tokens.count.end(),
                     [](std::int64_t n) { return n < 0; });
}

std::int64_t floor_seconds(std::int64_t ns) {
  return ns / kSecondNs - (ns % kSecondNs < 0 ? 1 : 0);
}

/// The context thresholds of a card, as 2 x tokens (+ 1 when only more tokens pass), rising.
std::vector<std::int64_t> thresholds_of(const catalog::RateCard& card) {
  std::vector<std::int64_t> all;
  for (const auto& rate : card.rates) {
    if (!rate) continue;
    for (const auto& tier : rate->tiers) {
      all.push_back(2 * tier.above_input_tokens + (tier.inclusive ? 0 : 1));
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// The card with the one quote per unit that holds when `input_tokens` were asked.
catalog::RateCard flat(const catalog::RateCard& card, std::int64_t input_tokens) {
  catalog::RateCard made = card;
  for (auto& rate : made.rates) {
    if (!rate) continue;
    rate->base = catalog::Quote(rate->at(input_tokens));
    rate->tiers.clear();
  }
  return made;
}

/// A share of sums that fits into counts.
std::int64_t take_share(Int128& left) {
  constexpr Int128 kMost = 100'000'000'000'000'000;  // 1e17
  const Int128 share = std::clamp<Int128>(left, -kMost, kMost);
  left -= share;
  return static_cast<std::int64_t>(share);
}

}  // namespace

void TotalRow::add(const TotalRow& o) {
  records += o.records;
  requests += o.requests;
  requests_known = requests_known || o.requests_known;
  requests_partial = requests_partial || o.requests_partial;
  for (std::size_t i = 0; i < kBuckets; ++i) tokens[i] += o.tokens[i];
  reasoning += o.reasoning;
  web_searches += o.web_searches;
  reported += o.reported;
  reported_records += o.reported_records;
  priced_low += o.priced_low;
  priced_high += o.priced_high;
  compared_low += o.compared_low;
  compared_high += o.compared_high;
  compared_reported += o.compared_reported;
  compared_records += o.compared_records;
  unpriced_records += o.unpriced_records;
  charge_only_records += o.charge_only_records;
  price_kind = std::max(price_kind, o.price_kind);
  if (problem.empty()) problem = o.problem;
  if (priced_as.empty()) priced_as = o.priced_as;
}

std::vector<TotalRow> by_kind(const std::vector<TotalRow>& rows) {
  std::vector<TotalRow> made;
  for (std::size_t k = 0; k < kKinds; ++k) {
    TotalRow sum;
    sum.kind = static_cast<Kind>(k);
    bool any = false;
    for (const TotalRow& row : rows) {
      if (row.kind != sum.kind) continue;
      sum.add(row);
      any = true;
    }
    sum.priced_as.clear();
    if (any) made.push_back(std::move(sum));
  }
  return made;
}

void merge_rows(std::vector<TotalRow>& rows, const std::vector<TotalRow>& more) {
  for (const TotalRow& row : more) {
    const auto same = std::find_if(rows.begin(), rows.end(), [&](const TotalRow& r) {
      return r.kind == row.kind && r.vendor == row.vendor && r.model == row.model;
    });
    if (same != rows.end()) {
      same->add(row);
    } else {
      rows.push_back(row);
    }
  }
}

Totals::Model& Totals::model_of(const UsageRecord& r) {
  const catalog::Mode mode = r.mode.value_or(catalog::Mode::standard);
  if (last_model_ < models_.size()) {
    Model& last = models_[last_model_];
    if (last.name == r.model && last.vendor == r.vendor && last.mode == mode &&
        last.residency == r.residency) {
      return last;
    }
  }
  key_.assign(r.vendor);
  key_ += '\x1f';
  key_ += r.model;
  key_ += '\x1f';
  key_ += static_cast<char>('0' + static_cast<int>(mode));
  key_ += r.residency;
  const auto found = index_.find(key_);
  if (found != index_.end()) {
    last_model_ = found->second;
    return models_[last_model_];
  }
  Model model;
  model.vendor = r.vendor;
  model.name = r.model;
  model.mode = mode;
  model.residency = r.residency;
  if (book_ != nullptr) {
    if (r.model.empty()) {
      model.problem = "the records name no model";
    } else {
      auto priced = book_->find(r.vendor, r.model);
      // Gateways and clouds are no vendors of the book: the model's name must do.
      if (!priced) {
        if (const auto alone = book_->find({}, r.model); alone.ok()) priced = alone;
      }
      if (priced) {
        model.priced = *priced;
      } else {
        model.problem = priced.error().message;
      }
    }
  }
  last_model_ = models_.size();
  index_.emplace(key_, last_model_);
  models_.push_back(std::move(model));
  return models_.back();
}

Totals::Period* Totals::period_of(Model& model, const UsageRecord& r) {
  if (model.priced == nullptr) return nullptr;
  const bool timed = r.clock == Clock::utc;
  const std::int64_t at = timed ? floor_seconds(r.start_ns) : 0;
  const auto holds = [&](const Period& p) {
    return p.timed == timed && (!timed || (at >= p.card.valid_from_s && at < p.card.valid_to_s));
  };
  if (model.last_period < model.periods.size() && holds(model.periods[model.last_period])) {
    return &model.periods[model.last_period];
  }
  for (std::size_t i = 0; i < model.periods.size(); ++i) {
    if (!holds(model.periods[i])) continue;
    model.last_period = i;
    return &model.periods[i];
  }
  const std::string_view implied = catalog::place_in_name(model.name);
  catalog::RateQuery query;
  query.mode = model.mode;
  query.residency = implied.empty() ? std::string_view(model.residency) : implied;
  if (timed) query.at = Instant{at};
  auto card = book_->resolve(*model.priced, query);
  if (!card) {
    model.problem = card.error().message;
    return nullptr;
  }
  // A model whose prices change by the hour would make a period for each: fold the oldest.
  constexpr std::size_t kMostPeriods = 64;
  if (model.periods.size() >= kMostPeriods) {
    for (std::size_t i = 0; i < model.periods.front().tiers.size(); ++i) {
      if (model.periods.front().ready[i]) price(model, model.periods.front().tiers[i]);
    }
    model.periods.erase(model.periods.begin());
  }
  Period period;
  period.timed = timed;
  period.thresholds = thresholds_of(*card);
  period.tiers.resize(period.thresholds.size() + 1);
  period.ready.resize(period.thresholds.size() + 1);
  period.card = std::move(*card);
  model.last_period = model.periods.size();
  model.periods.push_back(std::move(period));
  return &model.periods.back();
}

Totals::Tier& Totals::tier_of(Period& period, const UsageRecord& r) const {
  std::size_t passed = 0;
  std::int64_t input = 0;
  if (!period.thresholds.empty()) {
    if (r.single) {
      input = r.tokens.input();
      while (passed < period.thresholds.size() && 2 * input >= period.thresholds[passed]) ++passed;
    } else if (r.long_context) {
      passed = period.thresholds.size();
      input = period.thresholds.back() / 2 + 1;
    }
  }
  Tier& tier = period.tiers[passed];
  if (!period.ready[passed]) {
    tier.card = flat(period.card, input);
    period.ready[passed] = true;
  }
  return tier;
}

TotalRow& Totals::row_of(Model& model, Kind kind) {
  std::size_t& at = model.row[static_cast<std::size_t>(kind)];
  if (at == 0) {
    // Modes of a model share its row.
    const auto same = std::find_if(rows_.begin(), rows_.end(), [&](const TotalRow& row) {
      return row.kind == kind && row.vendor == model.vendor && row.model == model.name;
    });
    at = static_cast<std::size_t>(same - rows_.begin()) + 1;
    if (same == rows_.end()) {
      TotalRow row;
      row.kind = kind;
      row.vendor = model.vendor;
      row.model = model.name;
      rows_.push_back(std::move(row));
    }
  }
  return rows_[at - 1];
}

void Totals::Sum::add(const Sum& o) {
  for (std::size_t i = 0; i < kBuckets; ++i) tokens[i] += o.tokens[i];
  reasoning += o.reasoning;
  requests += o.requests;
  web_searches += o.web_searches;
  records += o.records;
  reported += o.reported;
}

void Totals::take_sum(const UsageRecord& r, const Sum& sum) {
  Model& model = model_of(r);
  const bool tokens = any_tokens(r);
  const bool free = r.kind == Kind::gateway_cache_hit;  // nobody was called
  const bool priceable = tokens && !free && book_ != nullptr;
  Period* const period = priceable ? period_of(model, r) : nullptr;

  TotalRow& row = row_of(model, r.kind);
  row.records += sum.records;
  if (r.requests) {
    row.requests += sum.requests;
    row.requests_known = true;
  } else {
    row.requests_partial = true;
  }
  for (std::size_t i = 0; i < kBuckets; ++i) row.tokens[i] += sum.tokens[i];
  row.reasoning += sum.reasoning;
  row.web_searches += sum.web_searches;
  if (r.cost) {
    row.reported += sum.reported;
    row.reported_records += sum.records;
  }
  if (!tokens) {
    if (r.cost && *r.cost != Usd() && !r.single) row.charge_only_records += sum.records;
    return;
  }
  if (free || book_ == nullptr) return;
  if (period == nullptr) {
    row.unpriced_records += sum.records;
    if (row.problem.empty()) row.problem = model.problem;
    return;
  }
  row.priced_as = model.priced->id();
  const std::size_t at =
      (static_cast<std::size_t>(r.kind) * 2 + (r.cost ? 1 : 0)) * 2 + (negative(r) ? 1 : 0);
  tier_of(*period, r).sums[at].add(sum);
}

void Totals::take(const UsageRecord& r) {
  Sum sum;
  for (std::size_t i = 0; i < kBuckets; ++i) sum.tokens[i] = r.tokens.count[i];
  sum.reasoning = r.tokens.reasoning;
  sum.requests = r.requests.value_or(0);
  sum.web_searches = r.web_searches;
  sum.records = 1;
  if (r.cost) sum.reported = *r.cost;
  take_sum(r, sum);
}

/// Sums of a batch in machine words, one for each price that applies.
class Totals::BatchSums {
 public:
  BatchSums(Totals& totals, const RecordBatch& batch)
      : totals_(totals), batch_(batch), cell_(batch.likes.size(), kNone) {}

  void take(const BatchItem& item) {
    std::size_t at = cell_[item.like];
    while (at != kNone && !cells_[at].holds(item)) at = cells_[at].next;
    if (at == kNone) {
      at = open(item);
      if (at == kNone) return;
    }
    Cell& cell = cells_[at];
    for (std::size_t i = 0; i < kBuckets; ++i) cell.tokens[i] += item.tokens[i];
    cell.reasoning += item.reasoning;
    cell.reported += item.cost_femto;
    ++cell.records;
  }

  void finish() {
    for (const Cell& cell : cells_) {
      Sum sum;
      for (std::size_t i = 0; i < kBuckets; ++i) sum.tokens[i] = cell.tokens[i];
      sum.reasoning = cell.reasoning;
      sum.requests = cell.records;
      sum.records = cell.records;
      sum.reported = Usd::from_femto(cell.reported);
      totals_.take_sum(batch_.record(*cell.first), sum);
    }
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Cell {
    const BatchItem* first = nullptr;
    std::size_t next = kNone;  ///< of the same labels
    /// [from, to) of the times, and of the prompts, at which the first item's price holds.
    std::int64_t from_ns = 0;
    std::int64_t to_ns = 0;
    std::int64_t from_input = 0;
    std::int64_t to_input = 0;
    bool tokens_there = false;
    std::array<std::int64_t, kBuckets> tokens{};
    std::int64_t reasoning = 0;
    std::int64_t records = 0;
    Int128 reported = 0;

    [[nodiscard]] bool holds(const BatchItem& item) const {
      return item.start_ns >= from_ns && item.start_ns < to_ns && item.clock == first->clock &&
             item.has_cost == first->has_cost && holds_input(item);
    }
    [[nodiscard]] bool holds_input(const BatchItem& item) const {
      const std::int64_t input = item.input();
      return input >= from_input && input < to_input &&
             (input != 0 || answers(item)) == tokens_there;
    }
  };

  [[nodiscard]] static bool answers(const BatchItem& item) {
    return std::any_of(item.tokens.begin(), item.tokens.end(),
                       [](std::int32_t n) { return n != 0; });
  }

  /// A new sum for items like this one. Nothing when its price is not to be found: it is taken as
  /// it is, since only the first such record of a model tells why.
  std::size_t open(const BatchItem& item) {
    const UsageRecord record = batch_.record(item);
    Cell cell;
    cell.first = &item;
    cell.tokens_there = answers(item);
    cell.from_ns = cell.from_input = std::numeric_limits<std::int64_t>::min();
    cell.to_ns = cell.to_input = std::numeric_limits<std::int64_t>::max();
    Model& model = totals_.model_of(record);
    const bool priced =
        cell.tokens_there && record.kind != Kind::gateway_cache_hit && model.priced != nullptr;
    if (priced) {
      const Period* const period = totals_.period_of(model, record);
      if (period == nullptr) {
        totals_.take(record);
        return kNone;
      }
      if (period->timed) {
        cell.from_ns = ns_of(period->card.valid_from_s);
        cell.to_ns = ns_of(period->card.valid_to_s);
      }
      for (const std::int64_t threshold : period->thresholds) {
        // Passed from 2 x input >= threshold on.
        const std::int64_t first = (threshold + 1) / 2;
        if (item.input() >= first) {
          cell.from_input = first;
        } else {
          cell.to_input = std::min(cell.to_input, first);
        }
      }
    }
    cell.next = cell_[item.like];
    cell_[item.like] = cells_.size();
    cells_.push_back(cell);
    return cells_.size() - 1;
  }

  [[nodiscard]] static std::int64_t ns_of(std::int64_t seconds) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (seconds > kMost / kSecondNs) return kMost;
    if (seconds < -(kMost / kSecondNs)) return std::numeric_limits<std::int64_t>::min();
    return seconds * kSecondNs;
  }

  Totals& totals_;
  const RecordBatch& batch_;
  std::vector<Cell> cells_;
  std::vector<std::size_t> cell_;  ///< by labels, the newest one
};

void Totals::take_all(const RecordBatch& batch) {
  BatchSums sums(*this, batch);
  for (const BatchItem& item : batch.items) sums.take(item);
  sums.finish();
}

/// Prices what was used at one tier's prices into the rows.
void Totals::price(Model& model, const Tier& tier) {
  for (std::size_t i = 0; i < kSums; ++i) {
    if (tier.sums[i].records == 0) continue;
    Sum left = tier.sums[i];
    const bool credit = i % 2 == 1;
    const bool compared = i / 2 % 2 == 1;
    TotalRow& row = row_of(model, static_cast<Kind>(i / 4));
    const auto count = [&](Bucket bucket) {
      const std::int64_t share = take_share(left.tokens[static_cast<std::size_t>(bucket)]);
      return credit ? -share : share;
    };
    Usd sum_low;
    Usd sum_high;
    bool more = true;
    bool failed = false;
    while (more && !failed) {
      using enum BillingUnit;
      pricing::Counts counts;
      const std::int64_t read = count(Bucket::cache_read);
      const std::int64_t write_5m = count(Bucket::cache_write_5m);
      const std::int64_t write_1h = count(Bucket::cache_write_1h);
      const std::int64_t audio = count(Bucket::audio_input);
      const std::int64_t image = count(Bucket::image_input);
      const std::int64_t audio_out = count(Bucket::audio_output);
      const std::int64_t image_out = count(Bucket::image_output);
      counts.set(input, count(Bucket::uncached) + read + write_5m + write_1h + audio + image);
      counts.set(output, count(Bucket::output) + audio_out + image_out);
      const auto set = [&](BillingUnit unit, std::int64_t value) {
        if (value != 0) counts.set(unit, value);
      };
      set(cache_read, read);
      set(cache_write, write_5m + write_1h);
      set(cache_write_5m, write_5m);
      set(cache_write_1h, write_1h);
      set(input_audio, audio);
      set(input_image, image);
      set(output_audio, audio_out);
      set(output_image, image_out);
      const std::int64_t reasoning = take_share(left.reasoning);
      set(output_reasoning, credit ? -reasoning : reasoning);
      counts.set(requests, std::max<std::int64_t>(0, take_share(left.requests)));
      set(web_searches, std::max<std::int64_t>(0, take_share(left.web_searches)));
      pricing::Bill bill;
      if (const Status status = pricing::add_to_bill(tier.card, counts, model.priced->id(), bill);
          !status) {
        row.problem = status.error().message;
        failed = true;
      }
      sum_low += credit ? -bill.high : bill.low;
      sum_high += credit ? -bill.low : bill.high;
      row.price_kind = std::max(row.price_kind, bill.kind);
      more = std::any_of(left.tokens.begin(), left.tokens.end(), [](Int128 n) { return n != 0; });
    }
    if (failed) {
      row.unpriced_records += tier.sums[i].records;
      continue;
    }
    row.priced_low += sum_low;
    row.priced_high += sum_high;
    if (!compared) continue;
    row.compared_low += sum_low;
    row.compared_high += sum_high;
    row.compared_reported += tier.sums[i].reported;
    row.compared_records += tier.sums[i].records;
  }
}

std::vector<TotalRow> Totals::finish() {
  for (Model& model : models_) {
    for (const Period& period : model.periods) {
      for (std::size_t i = 0; i < period.tiers.size(); ++i) {
        if (period.ready[i]) price(model, period.tiers[i]);
      }
    }
  }
  std::sort(rows_.begin(), rows_.end(), [](const TotalRow& a, const TotalRow& b) {
    return std::tie(a.vendor, a.model, a.kind) < std::tie(b.vendor, b.model, b.kind);
  });
  return std::move(rows_);
}

}  // namespace breakeven::usage
