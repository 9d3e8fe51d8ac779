#include <array>
#include <utility>
#include <vector>

#include "codec/cost_records.hpp"
#include "codec/finance_functions.hpp"
#include "engine/finance/variance.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kVarianceFields{
    FinanceField{"budget", "plan planned", "a list of records", "",
                 "period, item, kind (usage or capacity), volume, and cost or price (per `per`)"},
    FinanceField{"actual", "actuals bills", "a list of records", "", "what was billed, likewise"},
    FinanceField{"forecast", "bands", "a list of bands", "",
                 "period, low (p10), high (p90), middle (p50): scored against actual"},
    FinanceField{"level", "", "share", "0.8", "how often the bands claim to hold"}};

Result<Json> variance(const FinanceFields& f) {
  std::vector<finance::CostRecord> budget;
  if (f.has("budget")) {
    BREAKEVEN_TRY(budget, list_of<finance::CostRecord>(f, "budget", cost_record_of));
  }
  BREAKEVEN_TRY(const auto actual, list_of<finance::CostRecord>(f, "actual", cost_record_of));
  BREAKEVEN_TRY(const finance::VarianceReport report, finance::explain_variance(budget, actual));
  Json out = variance_row_json(report.all);
  out["periods"] = Json::array();
  for (const finance::VarianceRow& row : report.periods) {
    Json one{{"period", row.period}};
    one.update(variance_row_json(row));
    out["periods"].push_back(std::move(one));
  }
  if (f.has("forecast")) {
    BREAKEVEN_TRY(const auto bands, list_of<finance::ForecastBand>(f, "forecast", band_of));
    BREAKEVEN_TRY(const double level, f.number("level", 0.8));
    BREAKEVEN_TRY(const finance::Coverage c, finance::score_bands(bands, report, level));
    out["coverage"] = coverage_json(c);
  }
  return out;
}

constexpr std::array kFunctions{FinanceFunction{
    "variance", "Why bills differ from a budget: price, volume, mix, capacity; whether bands held",
    kVarianceFields, variance}};

}  // namespace

std::span<const FinanceFunction> variance_functions() { return kFunctions; }

}  // namespace breakeven::codec
