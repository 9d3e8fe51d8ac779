#include "engine/siblings/api_prices.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/explain/figure.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {

Status look_up_prices(const catalog::Catalog& catalog, std::string_view model,
                      const std::string& place, const std::string& prefix, Sheet& sheet) {
  using catalog::BillingUnit;
  const auto found = catalog.prices().find(model);
  if (!found.ok()) return Error{found.error().code, found.error().message, place};
  const auto card = catalog.prices().resolve(**found, {});
  if (!card.ok()) return Error{card.error().code, card.error().message, place};
  constexpr std::array<std::pair<BillingUnit, std::string_view>, 3> kPrices{
      {{BillingUnit::input, "input_usd_per_mtok"},
       {BillingUnit::output, "output_usd_per_mtok"},
       {BillingUnit::cache_read, "cached_input_usd_per_mtok"}}};
  for (const auto& [unit, suffix] : kPrices) {
    const auto& rate = card->rates[catalog::index(unit)];
    const std::string name = prefix + std::string(suffix);
    if (!rate || rate->base.kind == catalog::PriceKind::unknown || sheet.has(name)) continue;
    const auto price = Usd::parse(rate->base.high.decimal());
    if (!price.ok()) continue;
    const catalog::PriceRow* const row = rate->base.row;
    sheet.look_up(name, (*found)->id() + ", " + std::string(catalog::info(unit).label), *price,
                  "USD per million tokens",
                  row == nullptr ? explain::Source{"catalogue", "", ""}
                                 : explain::Source{row->source, row->source_date, row->place});
  }
  return {};
}

}  // namespace breakeven::siblings
