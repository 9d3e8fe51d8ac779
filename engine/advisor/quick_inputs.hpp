// quick_inputs.hpp — the questions of the slider calculator, their ranges and defaults.
//
// Units    Usd per month, exact decimals for ratios, whole numbers for counts.
// Shape    One table, quick_fields(), names every input for JSON, the command line and the web
//          page.
// Errors   set_quick_field() fails with not_found (near matches), parse_error or out_of_range;
//          `where` is the field's name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::advisor {

/// What load the GPU figure was sized for.
enum class SizedFor : std::uint8_t { unknown, mean, peak };
[[nodiscard]] std::string_view to_string(SizedFor sized_for);

struct QuickInputs {
  Usd api_spend_usd_month;
  Usd gpu_usd_month;
  Usd ops_usd_month;
  Usd tooling_usd_month;
  Rational gpu_utilisation;
  bool must_self_host = false;
  SizedFor sized_for = SizedFor::unknown;
  Rational growth_per_month;
  Rational api_trend_per_year;
  Rational gpu_trend_per_year;
  Rational migration_months_low;
  Rational migration_months_high;
  Rational migration_people;
  Rational parallel_run_months;
  std::int64_t horizon_months = 0;
  Rational discount_rate_per_year;
  Usd engineer_usd_month;
  Rational fte;
  Rational underestimate_factor;
  std::int64_t redundancy = 1;
  std::int64_t regions = 1;
  Usd compliant_managed_usd_month;  ///< 0 = not known
  bool operator==(const QuickInputs&) const = default;
};

struct QuickField {
  std::string_view name;  ///< JSON name: "api_spend_usd_month"
  std::string_view flag;  ///< command line: "--api-spend"
  std::string_view title;
  std::string_view unit;
  std::string_view low;  ///< decimal text, both ends allowed
  std::string_view high;
  std::string_view initial;
  bool more = false;  ///< behind "more" on the page
  std::variant<Usd QuickInputs::*, Rational QuickInputs::*, std::int64_t QuickInputs::*,
               bool QuickInputs::*, SizedFor QuickInputs::*>
      member;
};

[[nodiscard]] const std::vector<QuickField>& quick_fields();
/// Every field at its `initial` value.
[[nodiscard]] QuickInputs default_quick_inputs();
[[nodiscard]] Status set_quick_field(QuickInputs& inputs, std::string_view name,
                                     std::string_view value);
/// The value as the text set_quick_field() reads.
[[nodiscard]] std::string quick_field_text(const QuickInputs& inputs, const QuickField& field);
/// Rules between fields: migration_months_low <= high.
[[nodiscard]] Status check_quick_inputs(const QuickInputs& inputs);

}  // namespace breakeven::advisor
