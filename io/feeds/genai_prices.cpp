// pydantic/genai-prices data.json: a list of providers with models; price keys name their unit.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
#include "io/feeds/feed_writer.hpp"
#include "io/feeds/json_tree.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;
using catalog::PriceField;
using When = catalog::PriceRow::When;
using Type = JsonTree::Type;

/// Keys are those of our units, which follow the same lattice; a 5-minute write is the plain one.
std::optional<BillingUnit> unit_of(std::string_view key) {
  const auto unit = catalog::unit_of_price_key(key);
  return unit == BillingUnit::cache_write_5m ? BillingUnit::cache_write : unit;
}

/// One entry of a list of prices, of which the last that holds is in force.
struct Entry {
  std::optional<Date> from;
  bool window = false;  ///< holds for a part of each day
  JsonTree::Value prices;
};

class Reader {
 public:
  explicit Reader(const FeedOptions& options) : writer_("genai-prices", options) {}

  void provider(const JsonTree::Value& provider) {
    const std::string_view id = provider.text_of("id");
    if (id.empty()) return writer_.reject("provider", "expected a provider with an id");
    const std::string vendor = writer_.vendor(id);
    for (const JsonTree::Value& model : provider.find("models").children()) {
      const std::string_view own = model.text_of("id");
      if (own.empty()) {
        writer_.reject(std::string(id), "expected a model with an id");
        continue;
      }
      const std::string place = std::string(id) + "/" + std::string(own);
      const JsonTree::Value prices = model.find("prices");
      const ModelName name{vendor, std::string(own)};
      if (prices.is(Type::object)) {
        all(name, prices, place, "", {}, {});
      } else if (prices.is(Type::array)) {
        conditional(name, prices, place);
      } else {
        writer_.reject(place, "expected prices: an object, or a list with constraints");
      }
    }
  }

  [[nodiscard]] Feed finish() && { return std::move(writer_).finish(); }

 private:
  void conditional(const ModelName& name, const JsonTree::Value& list, const std::string& place) {
    std::optional<Entry> in_force;
    std::optional<Entry> window;
    std::vector<Entry> later;
    for (const JsonTree::Value& item : list.children()) {
      Entry entry{.from = {}, .window = false, .prices = item.find("prices")};
      if (!entry.prices.is(Type::object)) {
        writer_.reject(place, "expected prices beside the constraint");
        continue;
      }
      const JsonTree::Value constraint = item.find("constraint");
      bool understood = true;
      for (const JsonTree::Value& part : constraint.children()) {
        if (part.key() == "start_date") {
          const Result<Date> date = Date::parse(part.text());
          understood = understood && date.ok();
          if (date.ok()) entry.from = *date;
        } else if (part.key() == "start_time" || part.key() == "end_time") {
          entry.window = true;
        } else {
          understood = false;
        }
      }
      if (!understood || (entry.window && entry.from)) {
        writer_.reject(place,
                       "a constraint of a kind that is not known: expected start_date, or "
                       "start_time and end_time");
        continue;
      }
      if (entry.window) {
        if (window) {
          writer_.reject(place, "a second daily window: only one can be told as peak or off-peak");
        } else {
          window = entry;
        }
      } else if (entry.from && writer_.options().on && *entry.from > *writer_.options().on) {
        later.push_back(entry);
      } else {
        in_force = entry;
      }
    }
    for (const Entry& entry : later) all(name, entry.prices, place, "", entry.from, {});
    if (window && in_force) {
      const std::optional<bool> dearer = is_dearer(window->prices, in_force->prices);
      if (!dearer) {
        writer_.reject(place, "the daily window is dearer for one price and cheaper for another");
      } else {
        all(name, window->prices, place, " (window)", {}, *dearer ? When::peak : When::offpeak);
        all(name, in_force->prices, place, "", {}, *dearer ? When::offpeak : When::peak);
      }
    } else if (in_force) {
      all(name, in_force->prices, place, "", {}, {});
    } else if (window) {
      writer_.reject(place, "a daily window without a price for the rest of the day");
    }
  }

  static std::optional<bool> is_dearer(const JsonTree::Value& a, const JsonTree::Value& b) {
    bool more = false;
    bool less = false;
    for (const JsonTree::Value& value : a.children()) {
      const Result<Price> mine = exact_price(value.text(), 0);
      const Result<Price> other = exact_price(b.find(value.key()).text(), 0);
      if (!mine.ok() || !other.ok()) return std::nullopt;
      const auto rank = [](const Price& p) { return std::pair(p.nano_usd, p.atto_usd); };
      more = more || rank(*mine) > rank(*other);
      less = less || rank(*mine) < rank(*other);
    }
    if (more && less) return std::nullopt;
    return more;
  }

  void all(const ModelName& name, const JsonTree::Value& prices, const std::string& place,
           std::string_view note, std::optional<Date> from, When when) {
    for (const JsonTree::Value& value : prices.children()) {
      const std::string native = place + " " + std::string(value.key()) + std::string(note);
      const auto unit = unit_of(value.key());
      if (!unit) {
        writer_.unknown_key(value.key());
        continue;
      }
      PriceField field{.unit = *unit, .when = when};
      if (!value.is(Type::object)) {
        one(name, field, value, native, from);
        continue;
      }
      one(name, field, value.find("base"), native + ".base", from);
      for (const JsonTree::Value& tier : value.find("tiers").children()) {
        const Result<std::int64_t> start = parse_int(tier.find("start").text());
        if (!start.ok() || *start <= 0) {
          writer_.reject(native, "expected a tier {start: input tokens, price}");
          continue;
        }
        field.above_input_tokens = *start;
        one(name, field, tier.find("price"), native + ">" + std::to_string(*start), from);
      }
    }
  }

  void one(const ModelName& name, const PriceField& field, const JsonTree::Value& value,
           const std::string& native, std::optional<Date> from) {
    if (!value.exists()) return writer_.reject(native, "expected a price");
    if (from) {
      writer_.announce(*from, name, field, value, 0, native);
    } else {
      writer_.value(name, field, value, 0, native);
    }
  }

  FeedWriter writer_;
};

}  // namespace

Result<Feed> read_genai_prices(std::string_view bytes, const FeedOptions& options) {
  BREAKEVEN_TRY(const auto tree, JsonTree::parse(bytes));
  if (!tree->root().is(Type::array)) {
    return Error{ErrorCode::parse_error, "expected a list of providers", "genai-prices"};
  }
  Reader reader(options);
  for (const JsonTree::Value& provider : tree->root().children()) reader.provider(provider);
  return std::move(reader).finish();
}

}  // namespace breakeven::io
