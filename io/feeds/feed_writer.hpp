// feed_writer.hpp — collects what a feed's reader finds, in our names and in order.
//
// Shape    Internal to the feeds. A reader tells whose price it is, what for, and where it stands;
//          the writer knows the conventions of our vendors.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/catalog/price_observation.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/json_tree.hpp"
#include "io/feeds/priced_cell.hpp"

namespace breakeven::io {

/// What a source's key is a price for, and the power of ten that brings its unit to ours.
struct KeyMeaning {
  std::string_view key;
  catalog::BillingUnit unit;
  int shift;
};

/// Whose price it is.
struct ModelName {
  std::string vendor;
  std::string model;
};

class FeedWriter {
 public:
  FeedWriter(std::string source, const FeedOptions& options);

  /// Our name of a provider, or its own.
  [[nodiscard]] std::string vendor(std::string_view provider) const;

  /// Notes a price; `number` is its decimal text. A number that is none is rejected.
  void price(const ModelName& name, catalog::PriceField field, std::string_view number, int shift,
             std::string native);
  /// As price(), for a JSON value: null is a field without a figure; text must hold a number.
  void value(const ModelName& name, const catalog::PriceField& field, const JsonTree::Value& value,
             int shift, std::string native);
  void announce(Date from, const ModelName& name, catalog::PriceField field,
                const JsonTree::Value& value, int shift, std::string native);
  /// As price(), for a figure that holds for a time: what ended before the day that is asked for is
  /// rejected, what begins after it is announced.
  void dated_price(const ModelName& name, catalog::PriceField field, std::string_view number,
                   int shift, std::string native, const PricePeriod& period);
  void reject(std::string place, std::string reason);
  void unknown_key(std::string_view key) { ++feed_.unknown_keys[std::string(key)]; }

  [[nodiscard]] const FeedOptions& options() const { return options_; }
  /// Sorts, finds places that stand twice, counts.
  [[nodiscard]] Feed finish() &&;

 private:
  [[nodiscard]] catalog::PriceField as_vendor_does(const std::string& vendor,
                                                   catalog::PriceField field) const;
  [[nodiscard]] std::optional<catalog::PriceObservation> observe(const ModelName& name,
                                                                 const catalog::PriceField& field,
                                                                 const JsonTree::Value& value,
                                                                 int shift, std::string& native);

  Feed feed_;
  FeedOptions options_;
  std::set<std::string, std::less<>> inclusive_vendors_;
  std::set<std::string, std::less<>> fast_vendors_;
};

}  // namespace breakeven::io
