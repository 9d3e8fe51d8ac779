#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/finance_functions.hpp"
#include "engine/base/text.hpp"
#include "engine/finance/variance.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kRecordFields{FinanceField{"period", "month date", "text", "", ""},
                                   FinanceField{"item", "model name", "text", "", ""},
                                   FinanceField{"kind", "", "", "usage", "usage or capacity"},
                                   FinanceField{"volume", "quantity tokens", "units", "", ""},
                                   FinanceField{"price", "", "USD per `per` units", "", ""},
                                   FinanceField{"per", "", "units", "1", ""},
                                   FinanceField{"cost", "amount usd", "USD", "", ""}};

constexpr std::array kBandFields{
    FinanceField{"period", "month date", "text", "", ""}, FinanceField{"low", "p10", "USD", "", ""},
    FinanceField{"high", "p90", "USD", "", ""}, FinanceField{"middle", "p50", "USD", "", ""}};

constexpr std::array kVarianceFields{
    FinanceField{"budget", "plan planned", "a list of records", "",
                 "period, item, kind (usage or capacity), volume, and cost or price (per `per`)"},
    FinanceField{"actual", "actuals bills", "a list of records", "", "what was billed, likewise"},
    FinanceField{"forecast", "bands", "a list of bands", "",
                 "period, low (p10), high (p90), middle (p50): scored against actual"},
    FinanceField{"level", "", "share", "0.8", "how often the bands claim to hold"}};

Error within(Error error, const std::string& place) {
  error.where = place + (error.where.starts_with('/') ? error.where : "/" + error.where);
  return error;
}

Result<std::int64_t> thousandths(const FinanceFields& f) {
  // As an amount, because volumes are decimals too: GPU-hours.
  BREAKEVEN_TRY(const Usd volume, f.money("volume"));
  constexpr Int128 kMilli = kFemtoPerUsd / 1'000;
  if (volume < Usd() || volume.femto() % kMilli != 0) {
    return Error{ErrorCode::out_of_range,
                 "expected 0 to 1e15 with at most 3 decimals, found " + volume.decimal(),
                 f.place("volume")};
  }
  return static_cast<std::int64_t>(volume.femto() / kMilli);
}

Result<finance::CostRecord> record_of(const Json& json) {
  BREAKEVEN_TRY(const FinanceFields f, FinanceFields::read(json, kRecordFields));
  finance::CostRecord record;
  BREAKEVEN_TRY(record.period, f.text("period"));
  if (f.has("item")) {
    BREAKEVEN_TRY(record.item, f.text("item"));
  }
  if (f.has("kind")) {
    BREAKEVEN_TRY(const std::string kind, f.text("kind"));
    if (kind != "usage" && kind != "capacity") {
      return Error{ErrorCode::invalid_argument, "expected usage or capacity, found " + kind,
                   f.place("kind")};
    }
    if (kind == "capacity") record.kind = finance::CostKind::capacity;
  }
  BREAKEVEN_TRY(record.volume_milli, thousandths(f));
  if (f.has("cost") == f.has("price")) {
    return Error{
        ErrorCode::invalid_argument,
        std::string("expected one of cost and price, found ") + (f.has("cost") ? "both" : "none"),
        f.place("cost")};
  }
  if (f.has("cost")) {
    BREAKEVEN_TRY(record.cost, f.money("cost"));
    return record;
  }
  BREAKEVEN_TRY(const Usd price, f.money("price"));
  BREAKEVEN_TRY(const std::int64_t per, f.whole("per", 1));
  constexpr std::int64_t kMostPer = 1'000'000'000'000;
  if (per < 1 || per > kMostPer) {
    return Error{ErrorCode::out_of_range, "expected 1 to 1e12, found " + std::to_string(per),
                 f.place("per")};
  }
  BREAKEVEN_TRY(record.cost, mul_div(price, record.volume_milli, per * 1'000));
  return record;
}

Result<finance::ForecastBand> band_of(const Json& json) {
  BREAKEVEN_TRY(const FinanceFields f, FinanceFields::read(json, kBandFields));
  finance::ForecastBand band;
  BREAKEVEN_TRY(band.period, f.text("period"));
  BREAKEVEN_TRY(band.low, f.number("low"));
  BREAKEVEN_TRY(band.high, f.number("high"));
  BREAKEVEN_TRY(band.middle, f.maybe_number("middle"));
  return band;
}

template <class T, class Read>
Result<std::vector<T>> list_of(const FinanceFields& f, std::string_view name, Read read) {
  std::vector<T> out;
  BREAKEVEN_TRY(const Json* list, f.list(name));
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto one = read((*list)[i]);
    if (!one) return within(one.error(), f.place(name) + "/" + std::to_string(i));
    out.push_back(std::move(*one));
  }
  return out;
}

Json row_json(const finance::VarianceRow& row) {
  return Json{{"budget", row.budget.fixed(2)},    {"actual", row.actual.fixed(2)},
              {"variance", row.total().fixed(2)}, {"price", row.price.fixed(2)},
              {"volume", row.volume.fixed(2)},    {"mix", row.mix.fixed(2)},
              {"capacity", row.capacity.fixed(2)}};
}

Result<Json> variance(const FinanceFields& f) {
  std::vector<finance::CostRecord> budget;
  if (f.has("budget")) {
    BREAKEVEN_TRY(budget, list_of<finance::CostRecord>(f, "budget", record_of));
  }
  BREAKEVEN_TRY(const auto actual, list_of<finance::CostRecord>(f, "actual", record_of));
  BREAKEVEN_TRY(const finance::VarianceReport report, finance::explain_variance(budget, actual));
  Json out = row_json(report.all);
  out["periods"] = Json::array();
  for (const finance::VarianceRow& row : report.periods) {
    Json one{{"period", row.period}};
    one.update(row_json(row));
    out["periods"].push_back(std::move(one));
  }
  if (f.has("forecast")) {
    BREAKEVEN_TRY(const auto bands, list_of<finance::ForecastBand>(f, "forecast", band_of));
    BREAKEVEN_TRY(const double level, f.number("level", 0.8));
    BREAKEVEN_TRY(const finance::Coverage c, finance::score_bands(bands, report, level));
    out["coverage"] = {{"periods", c.periods},
                       {"inside", c.inside},
                       {"below", c.below},
                       {"above", c.above},
                       {"share", c.share},
                       {"level", c.level},
                       {"chance_of_so_few", c.chance_of_so_few},
                       {"mean_width", c.mean_width},
                       {"interval_score", c.interval_score},
                       {"bias", maybe_json(c.bias)}};
  }
  return out;
}

constexpr std::array kFunctions{FinanceFunction{
    "variance", "Why bills differ from a budget: price, volume, mix, capacity; whether bands held",
    kVarianceFields, variance}};

}  // namespace

std::span<const FinanceFunction> variance_functions() { return kFunctions; }

}  // namespace breakeven::codec
