// finance_functions.hpp — each finance function with its fields: what finance_json.cpp dispatches to.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "codec/finance_fields.hpp"
#include "engine/base/result.hpp"

namespace breakeven::codec {

struct FinanceFunction {
  std::string_view name;
  std::string_view title;
  std::span<const FinanceField> fields;
  Result<nlohmann::ordered_json> (*answer)(const FinanceFields& fields);
};

/// npv, xnpv, irr, xirr, mirr, payback.
[[nodiscard]] std::span<const FinanceFunction> cash_flow_functions();
/// pmt, amortise, sln.
[[nodiscard]] std::span<const FinanceFunction> loan_functions();
/// owned, reserved, availability.
[[nodiscard]] std::span<const FinanceFunction> fleet_functions();
/// variance.
[[nodiscard]] std::span<const FinanceFunction> variance_functions();
/// breakeven.
[[nodiscard]] std::span<const FinanceFunction> break_even_functions();

/// A value, or null.
template <class T>
nlohmann::ordered_json maybe_json(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

/// rate, annual_rate, nominal_rate and periods_per_year, for the lists of fields.
inline constexpr FinanceField kRate{"rate", "", "share per period", "", "rate per period"};
inline constexpr FinanceField kAnnualRate{
    "annual_rate", "rate_per_year effective_rate discount_rate_per_year", "share per year", "",
    "effective: (1 + r)^(1 / periods_per_year) - 1 per period"};
inline constexpr FinanceField kNominalRate{"nominal_rate", "apr", "share per year", "",
                                           "nominal: r / periods_per_year per period"};
inline constexpr FinanceField kPeriodsPerYear{"periods_per_year", "", "", "12",
                                              "periods in a year"};
inline constexpr FinanceField kType{"type", "due", "", "0",
                                    "payments at the end (0) or the begin (1) of a period"};
inline constexpr FinanceField kFlows{"flows", "cash_flows cashflows values", "USD, a list", "",
                                     "one amount per period: received positive, paid negative"};

}  // namespace breakeven::codec
