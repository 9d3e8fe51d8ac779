#include "codec/cost_records.hpp"

#include <array>
#include <cstdint>

#include "codec/finance_functions.hpp"
#include "engine/base/money.hpp"

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

Result<Usd> cost_of(const FinanceFields& f, std::int64_t volume_milli) {
  if (f.has("cost")) return f.money("cost");
  BREAKEVEN_TRY(const Usd price, f.money("price"));
  BREAKEVEN_TRY(const std::int64_t per, f.whole("per", 1));
  constexpr std::int64_t kMostPer = 1'000'000'000'000;
  if (per < 1 || per > kMostPer) {
    return Error{ErrorCode::out_of_range, "expected 1 to 1e12, found " + std::to_string(per),
                 f.place("per")};
  }
  return mul_div(price, volume_milli, per * 1'000);
}

Result<finance::CostKind> kind_of(const FinanceFields& f) {
  if (!f.has("kind")) return finance::CostKind::usage;
  BREAKEVEN_TRY(const std::string kind, f.text("kind"));
  if (kind == "usage") return finance::CostKind::usage;
  if (kind == "capacity") return finance::CostKind::capacity;
  return Error{ErrorCode::invalid_argument, "expected usage or capacity, found " + kind,
               f.place("kind")};
}

}  // namespace

Error error_within(Error error, const std::string& place) {
  error.where = place + (error.where.starts_with('/') ? error.where : "/" + error.where);
  return error;
}

Result<finance::PastRecord> past_record_of(const Json& json) {
  BREAKEVEN_TRY(const FinanceFields f, FinanceFields::read(json, kRecordFields));
  finance::PastRecord record;
  BREAKEVEN_TRY(record.period, f.text("period"));
  if (f.has("item")) {
    BREAKEVEN_TRY(record.item, f.text("item"));
  }
  BREAKEVEN_TRY(record.kind, kind_of(f));
  if (f.has("cost") && f.has("price")) {
    return Error{ErrorCode::invalid_argument, "expected one of cost and price, found both",
                 f.place("cost")};
  }
  if (f.has("volume") || f.has("price")) {
    BREAKEVEN_TRY(record.volume_milli, thousandths(f));
  }
  if (f.has("cost") || f.has("price")) {
    BREAKEVEN_TRY(record.cost, cost_of(f, record.volume_milli.value_or(0)));
  }
  if (!record.volume_milli && !record.cost) {
    return Error{ErrorCode::invalid_argument, "expected a cost, a volume or both, found none",
                 f.place("cost")};
  }
  return record;
}

Result<finance::CostRecord> cost_record_of(const Json& json) {
  BREAKEVEN_TRY(finance::PastRecord record, past_record_of(json));
  if (!record.volume_milli) {
    return Error{ErrorCode::invalid_argument, "expected a volume", "/volume"};
  }
  if (!record.cost) {
    return Error{ErrorCode::invalid_argument, "expected one of cost and price, found none",
                 "/cost"};
  }
  return finance::CostRecord{std::move(record.period), std::move(record.item), record.kind,
                             *record.volume_milli, *record.cost};
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

Json variance_row_json(const finance::VarianceRow& row) {
  return Json{{"budget", row.budget.fixed(2)},    {"actual", row.actual.fixed(2)},
              {"variance", row.total().fixed(2)}, {"price", row.price.fixed(2)},
              {"volume", row.volume.fixed(2)},    {"mix", row.mix.fixed(2)},
              {"capacity", row.capacity.fixed(2)}};
}

Json coverage_json(const finance::Coverage& c) {
  return Json{{"periods", c.periods},
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

}  // namespace breakeven::codec
