#include "engine/advisor/quick_inputs.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::advisor {
namespace {

Error refused(ErrorCode code, const QuickField& field, std::string_view found) {
  return Error{code,
               "expected " + std::string(field.low) + " to " + std::string(field.high) + " " +
                   std::string(field.unit) + ", found \"" + std::string(found.substr(0, 60)) + "\"",
               std::string(field.name)};
}

const QuickField* find(std::string_view name) {
  const auto& fields = quick_fields();
  const auto found = std::ranges::find(fields, name, &QuickField::name);
  return found == fields.end() ? nullptr : &*found;
}

/// Decimal text of a ratio: 12 places are what Rational::parse reads.
std::string decimal(const Rational& ratio) {
  const Int128 scaled = divide_half_even(static_cast<Int128>(ratio.numerator()) * 1'000'000'000'000,
                                         ratio.denominator());
  return Usd::from_femto(scaled * 1'000).decimal();
}

}  // namespace

std::string_view to_string(SizedFor sized_for) {
  switch (sized_for) {
    case SizedFor::mean:
      return "mean";
    case SizedFor::peak:
      return "peak";
    case SizedFor::unknown:
      break;
  }
  return "unknown";
}

const std::vector<QuickField>& quick_fields() {
  using I = QuickInputs;
  static const std::vector<QuickField> kFields{
      {"api_spend_usd_month", "--api-spend", "Current API spend", "USD/month", "1000", "500000",
       "40000", false, &I::api_spend_usd_month},
      {"gpu_usd_month", "--gpu", "GPU rental, network and storage included", "USD/month", "500",
       "200000", "8000", false, &I::gpu_usd_month},
      {"ops_usd_month", "--ops", "Operations: people, loaded", "USD/month", "0", "300000", "25000",
       false, &I::ops_usd_month},
      {"tooling_usd_month", "--tooling", "Tooling: licences, observability, evaluation, security",
       "USD/month", "0", "50000", "3000", false, &I::tooling_usd_month},
      {"gpu_utilisation", "--utilisation", "GPU utilisation", "ratio", "0.05", "1", "0.6", false,
       &I::gpu_utilisation},
      {"must_self_host", "--must-self-host", "Must self-host (privacy or compliance)", "yes/no",
       "false", "true", "false", false, &I::must_self_host},
      {"sized_for", "--sized-for", "Load that the GPU figure was sized for", "load", "mean",
       "peak (or unknown)", "unknown", true, &I::sized_for},
      {"growth_per_month", "--growth", "Growth of the volume", "ratio/month", "-0.5", "1", "0",
       true, &I::growth_per_month},
      {"api_trend_per_year", "--api-trend", "Trend of the API price", "ratio/year", "-0.95", "5",
       "0", true, &I::api_trend_per_year},
      {"gpu_trend_per_year", "--gpu-trend", "Trend of the GPU price", "ratio/year", "-0.95", "5",
       "0", true, &I::gpu_trend_per_year},
      {"migration_months_low", "--migration-months-low", "Migration, quick", "months", "0", "60",
       "6", true, &I::migration_months_low},
      {"migration_months_high", "--migration-months-high", "Migration, slow", "months", "0", "60",
       "12", true, &I::migration_months_high},
      {"migration_people", "--migration-people", "Engineers who migrate", "FTE", "0", "100", "1",
       true, &I::migration_people},
      {"parallel_run_months", "--parallel-run-months", "Months in which both are paid", "months",
       "0", "24", "0", true, &I::parallel_run_months},
      {"horizon_months", "--horizon", "Horizon", "months", "1", "120", "36", true,
       &I::horizon_months},
      {"discount_rate_per_year", "--discount-rate", "Discount rate", "ratio/year", "0", "1", "0.12",
       true, &I::discount_rate_per_year},
      {"engineer_usd_month", "--engineer-cost", "Engineer, loaded", "USD/month", "0", "1000000",
       "25000", true, &I::engineer_usd_month},
      {"fte", "--fte", "Engineers beside the operations figure", "FTE", "0", "1000", "0", true,
       &I::fte},
      {"underestimate_factor", "--underestimate", "Real people cost over the estimate", "ratio",
       "0.5", "10", "1", true, &I::underestimate_factor},
      {"redundancy", "--redundancy", "Copies of the fleet in a region", "copies", "1", "10", "1",
       true, &I::redundancy},
      {"regions", "--regions", "Regions", "regions", "1", "20", "1", true, &I::regions},
      {"compliant_managed_usd_month", "--compliant-managed",
       "A compliant managed offering (0: not asked yet)", "USD/month", "0", "100000000", "0", true,
       &I::compliant_managed_usd_month},
  };
  return kFields;
}

Status set_quick_field(QuickInputs& inputs, std::string_view name, std::string_view value) {
  const QuickField* const field = find(name);
  if (field == nullptr) {
    std::vector<std::string> names;
    for (const QuickField& known : quick_fields()) names.emplace_back(known.name);
    return not_found("input", name, names, std::string(name));
  }
  const std::string_view text = trim(value);
  if (const auto* usd = std::get_if<Usd QuickInputs::*>(&field->member)) {
    const auto amount = Usd::parse(text);
    if (!amount) return refused(ErrorCode::parse_error, *field, value);
    if (*amount < Usd::parse(field->low).value() || *amount > Usd::parse(field->high).value()) {
      return refused(ErrorCode::out_of_range, *field, value);
    }
    inputs.** usd = *amount;
  } else if (const auto* ratio = std::get_if<Rational QuickInputs::*>(&field->member)) {
    const auto parsed = Rational::parse(text);
    if (!parsed) return refused(ErrorCode::parse_error, *field, value);
    const double x = parsed->estimate();
    if (x < parse_double(field->low).value() || x > parse_double(field->high).value()) {
      return refused(ErrorCode::out_of_range, *field, value);
    }
    inputs.** ratio = *parsed;
  } else if (const auto* count = std::get_if<std::int64_t QuickInputs::*>(&field->member)) {
    const auto parsed = parse_int(text);
    if (!parsed) return refused(ErrorCode::parse_error, *field, value);
    if (*parsed < parse_int(field->low).value() || *parsed > parse_int(field->high).value()) {
      return refused(ErrorCode::out_of_range, *field, value);
    }
    inputs.** count = *parsed;
  } else if (const auto* flag = std::get_if<bool QuickInputs::*>(&field->member)) {
    if (text != "true" && text != "false") return refused(ErrorCode::parse_error, *field, value);
    inputs.** flag = text == "true";
  } else if (const auto* sized = std::get_if<SizedFor QuickInputs::*>(&field->member)) {
    for (const SizedFor known : {SizedFor::unknown, SizedFor::mean, SizedFor::peak}) {
      if (text == to_string(known)) {
        inputs.** sized = known;
        return {};
      }
    }
    return Error{
        ErrorCode::parse_error,
        "expected unknown, mean or peak, found \"" + std::string(value.substr(0, 60)) + "\"",
        std::string(field->name)};
  }
  return {};
}

QuickInputs default_quick_inputs() {
  QuickInputs inputs;
  for (const QuickField& field : quick_fields()) {
    // The table's own texts parse: a test sets every one of them.
    static_cast<void>(set_quick_field(inputs, field.name, field.initial));
  }
  return inputs;
}

std::string quick_field_text(const QuickInputs& inputs, const QuickField& field) {
  if (const auto* usd = std::get_if<Usd QuickInputs::*>(&field.member)) {
    return (inputs.**usd).decimal();
  }
  if (const auto* ratio = std::get_if<Rational QuickInputs::*>(&field.member)) {
    return decimal(inputs.**ratio);
  }
  if (const auto* count = std::get_if<std::int64_t QuickInputs::*>(&field.member)) {
    return std::to_string(inputs.**count);
  }
  if (const auto* flag = std::get_if<bool QuickInputs::*>(&field.member)) {
    return inputs.**flag ? "true" : "false";
  }
  return std::string(to_string(inputs.*std::get<SizedFor QuickInputs::*>(field.member)));
}

Status check_quick_inputs(const QuickInputs& inputs) {
  if (inputs.migration_months_low.estimate() > inputs.migration_months_high.estimate()) {
    return Error{ErrorCode::invalid_argument,
                 "expected at most migration_months_high (" +
                     decimal(inputs.migration_months_high) + "), found " +
                     decimal(inputs.migration_months_low),
                 "migration_months_low"};
  }
  return {};
}

}  // namespace breakeven::advisor
