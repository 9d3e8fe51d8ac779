#include "io/feeds/feed_writer.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "io/feeds/exact_price.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/json_tree.hpp"
#include "io/feeds/priced_cell.hpp"

namespace breakeven::io {
namespace {

using catalog::Mode;
using catalog::PriceField;
using catalog::PriceObservation;

auto place_of(const PriceObservation& o) { return std::tie(o.vendor, o.model, o.field, o.native); }

}  // namespace

FeedWriter::FeedWriter(std::string source, const FeedOptions& options) : options_(options) {
  feed_.source = std::move(source);
  if (options.book == nullptr) return;
  std::set<std::string, std::less<>> priority_vendors;
  for (const catalog::PricedModel& model : options.book->models()) {
    for (const catalog::PriceRow& row : model.rows) {
      if (row.inclusive) inclusive_vendors_.insert(model.vendor);
      if (row.mode == Mode::fast) fast_vendors_.insert(model.vendor);
      if (row.mode == Mode::priority) priority_vendors.insert(model.vendor);
    }
  }
  for (const std::string& vendor : priority_vendors) fast_vendors_.erase(vendor);
}

std::string FeedWriter::vendor(std::string_view provider) const {
  return options_.book == nullptr ? to_lower(trim(provider)) : options_.book->vendor_id(provider);
}

// No registry writes whether a tier begins at its threshold or above it, and some still call a
// vendor's fast mode by its old name: here the vendor's own rows decide.
PriceField FeedWriter::as_vendor_does(const std::string& vendor, PriceField field) const {
  if (field.above_input_tokens > 0 && inclusive_vendors_.contains(vendor)) field.inclusive = true;
  if (field.mode == Mode::priority && fast_vendors_.contains(vendor)) field.mode = Mode::fast;
  return field;
}

void FeedWriter::price(const ModelName& name, PriceField field, std::string_view number, int shift,
                       std::string native) {
  const Result<Price> price = exact_price(number, shift, catalog::info(field.unit).per);
  if (!price.ok()) return reject(std::move(native), price.error().message);
  feed_.observations.push_back(
      {name.vendor, name.model, as_vendor_does(name.vendor, field), *price, std::move(native)});
}

std::optional<PriceObservation> FeedWriter::observe(const ModelName& name, const PriceField& field,
                                                    const JsonTree::Value& value, int shift,
                                                    std::string& native) {
  PriceObservation seen{name.vendor, name.model, as_vendor_does(name.vendor, field), {}, {}};
  if (!value.is(JsonTree::Type::null)) {
    if (!value.is(JsonTree::Type::number) && !value.is(JsonTree::Type::text)) {
      reject(std::move(native), "expected a number");
      return std::nullopt;
    }
    const Result<Price> price =
        exact_price(trim(value.text()), shift, catalog::info(field.unit).per);
    if (!price.ok()) {
      reject(std::move(native), price.error().message);
      return std::nullopt;
    }
    seen.price = *price;
  }
  seen.native = std::move(native);
  return seen;
}

void FeedWriter::value(const ModelName& name, const PriceField& field, const JsonTree::Value& value,
                       int shift, std::string native) {
  auto seen = observe(name, field, value, shift, native);
  if (seen) feed_.observations.push_back(std::move(*seen));
}

void FeedWriter::announce(Date from, const ModelName& name, PriceField field,
                          const JsonTree::Value& value, int shift, std::string native) {
  auto seen = observe(name, field, value, shift, native);
  if (seen) feed_.announced.push_back({from, std::move(*seen)});
}

void FeedWriter::dated_price(const ModelName& name, PriceField field, std::string_view number,
                             int shift, std::string native, const PricePeriod& period) {
  const std::optional<Date>& on = options_.on;
  if (period.through && (!on || *period.through < *on)) {
    return reject(std::move(native), "held through " + period.through->iso() + " only");
  }
  const std::size_t seen = feed_.observations.size();
  price(name, field, number, shift, std::move(native));
  if (period.from && on && *period.from > *on && feed_.observations.size() > seen) {
    feed_.announced.push_back({*period.from, std::move(feed_.observations.back())});
    feed_.observations.pop_back();
  }
}

void FeedWriter::reject(std::string place, std::string reason) {
  feed_.rejected.push_back({std::move(place), std::move(reason)});
}

Feed FeedWriter::finish() && {
  auto& all = feed_.observations;
  std::ranges::stable_sort(all, std::less<>{}, place_of);
  std::vector<PriceObservation> kept;
  kept.reserve(all.size());
  for (PriceObservation& seen : all) {
    if (!kept.empty() && place_of(kept.back()) == place_of(seen)) {
      reject(seen.native, "stands more than once; the last figure counts");
      kept.back() = std::move(seen);
    } else {
      kept.push_back(std::move(seen));
    }
  }
  all = std::move(kept);
  const std::string* vendor = nullptr;
  const std::string* model = nullptr;
  for (const PriceObservation& seen : all) {
    if (vendor == nullptr || *vendor != seen.vendor || *model != seen.model) ++feed_.models;
    vendor = &seen.vendor;
    model = &seen.model;
    if (!seen.price) {
      ++feed_.without_figure;
    } else if (seen.price->nano_usd == 0 && seen.price->atto_usd == 0) {
      ++feed_.zero_prices;
    }
  }
  return std::move(feed_);
}

}  // namespace breakeven::io
