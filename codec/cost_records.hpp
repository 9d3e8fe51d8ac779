// cost_records.hpp — what was paid, used and forecast, as JSON: for variance and backtest.
//
// Shape    A record: period, item, kind, volume, and cost or price (per `per`). Amounts may be decimals
//          in strings.
// Errors   Those of finance_fields.hpp; `where` is a JSON pointer from the record.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/finance_fields.hpp"
#include "engine/base/result.hpp"
#include "engine/finance/backtest.hpp"
#include "engine/finance/variance.hpp"

namespace breakeven::codec {

/// Volume, cost or both; `place` is left empty.
[[nodiscard]] Result<finance::PastRecord> past_record_of(const nlohmann::ordered_json& json);
/// Both.
[[nodiscard]] Result<finance::CostRecord> cost_record_of(const nlohmann::ordered_json& json);
[[nodiscard]] Result<finance::ForecastBand> band_of(const nlohmann::ordered_json& json);

[[nodiscard]] nlohmann::ordered_json variance_row_json(const finance::VarianceRow& row);
[[nodiscard]] nlohmann::ordered_json coverage_json(const finance::Coverage& coverage);

/// The error, with its place inside `place`.
[[nodiscard]] Error error_within(Error error, const std::string& place);

/// Every element of the list by `read`.
template <class T, class Read>
Result<std::vector<T>> list_of(const FinanceFields& f, std::string_view name, Read read) {
  std::vector<T> out;
  BREAKEVEN_TRY(const nlohmann::ordered_json* list, f.list(name));
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto one = read((*list)[i]);
    if (!one) return error_within(one.error(), f.place(name) + "/" + std::to_string(i));
    out.push_back(std::move(*one));
  }
  return out;
}

}  // namespace breakeven::codec
