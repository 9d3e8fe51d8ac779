#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "codec/finance_functions.hpp"
#include "engine/base/quantities.hpp"
#include "engine/base/text.hpp"
#include "engine/economics/break_even.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kBreakevenFields{
    FinanceField{"api_price", "price price_per_million blended_price", "USD per `per` units", "",
                 "one price for every unit; or input_price and output_price"},
    FinanceField{"input_price", "input_price_per_million", "USD per `per` input tokens", "", ""},
    FinanceField{"output_price", "output_price_per_million", "USD per `per` output tokens", "", ""},
    FinanceField{"input_output_ratio", "in_out_ratio ratio input_to_output", "", "",
                 "input tokens per output token: 4 or \"4:1\""},
    FinanceField{"input_share", "", "share of tokens", "", "instead of the ratio: 0.8"},
    FinanceField{"per", "api_units", "units", "1000000", "how many units a price is for"},
    FinanceField{"fixed", "fixed_usd fixed_cost fixed_usd_month", "USD per month", "0",
                 "does not depend on the volume"},
    FinanceField{"step_cost", "replica_cost step_usd replica_usd", "USD per month", "",
                 "one more replica; or usd_per_hour"},
    FinanceField{"usd_per_hour", "hourly hourly_price replica_usd_per_hour", "USD per hour", "",
                 "one more replica, for `hours`"},
    FinanceField{"hours", "hours_per_month", "hours per month", "730",
                 "hours that usd_per_hour is paid"},
    FinanceField{"step_capacity", "capacity replica_capacity tokens_per_replica replica_tokens",
                 "units per month", "", "what one replica serves"},
    FinanceField{"min_steps", "min_replicas", "", "1", "fewest replicas"},
    FinanceField{"max_steps", "max_replicas", "", "", "most replicas; absent = no limit"},
    FinanceField{"marginal", "marginal_usd marginal_cost", "USD per `per` units", "0",
                 "cost of one's own that grows with the volume"},
    FinanceField{"volume", "tokens", "units per month", "", "adds both costs at this volume"}};

/// Input and output parts of a mix, as whole numbers.
struct Mix {
  std::int64_t input = 0;
  std::int64_t output = 0;
};

Result<Mix> mix_of(const FinanceFields& f) {
  const auto wrong = [&](std::string_view field, std::string_view what, const std::string& found) {
    return Error{ErrorCode::invalid_argument, "expected " + std::string(what) + ", found " + found,
                 f.place(field)};
  };
  if (f.has("input_share") == f.has("input_output_ratio")) {
    return wrong("input_output_ratio", "input_output_ratio or input_share",
                 f.has("input_share") ? "both" : "nothing");
  }
  if (f.has("input_share")) {
    BREAKEVEN_TRY(const double share, f.number("input_share"));
    const auto exact = Rational::parse(shortest(share));
    if (!exact || share < 0 || share > 1) {
      return wrong("input_share", "a share from 0 to 1 of at most 12 decimals", shortest(share));
    }
    return Mix{exact->numerator(), exact->denominator() - exact->numerator()};
  }
  std::string left;
  std::string right = "1";
  if (const auto text = f.text("input_output_ratio")) {
    const std::size_t colon = text->find_first_of(":/");
    left = trim(std::string_view(*text).substr(0, colon));
    if (colon != std::string::npos) right = trim(std::string_view(*text).substr(colon + 1));
  } else {
    BREAKEVEN_TRY(const double ratio, f.number("input_output_ratio"));
    left = shortest(ratio);
  }
  const auto input = Rational::parse(left);
  const auto output = Rational::parse(right);
  constexpr std::int64_t kMost = 1'000'000;
  if (!input || !output || input->numerator() < 0 || output->numerator() < 0 ||
      input->numerator() + output->numerator() == 0 || input->numerator() > kMost ||
      input->denominator() > kMost || output->numerator() > kMost ||
      output->denominator() > kMost) {
    return wrong("input_output_ratio", "a ratio such as 4 or \"4:1\", of at most 6 digits",
                 left + ":" + right);
  }
  // a/b : c/d is a d : c b.
  return Mix{input->numerator() * output->denominator(),
             output->numerator() * input->denominator()};
}

Status api_price(const FinanceFields& f, economics::VolumeProblem& p, std::int64_t per) {
  p.api_units = per;
  if (f.has("api_price")) {
    for (const char* other : {"input_price", "output_price", "input_output_ratio", "input_share"}) {
      if (!f.has(other)) continue;
      return Error{ErrorCode::invalid_argument,
                   "expected api_price or prices of input and output, found both", f.place(other)};
    }
    BREAKEVEN_TRY(p.api_usd, f.money("api_price"));
    return {};
  }
  if (!f.has("input_price") && !f.has("output_price")) {
    return Error{ErrorCode::invalid_argument,
                 "expected api_price, or input_price and output_price, found nothing",
                 "/api_price"};
  }
  BREAKEVEN_TRY(const Usd input, f.money("input_price"));
  BREAKEVEN_TRY(const Usd output, f.money("output_price"));
  BREAKEVEN_TRY(const Mix mix, mix_of(f));
  // Exact: the price of input + output units of the mix, not a rounded price of one.
  std::int64_t units = 0;
  if (__builtin_mul_overflow(per, mix.input + mix.output, &units)) {
    return Error{ErrorCode::out_of_range, "expected a ratio of fewer digits",
                 f.place("input_output_ratio")};
  }
  const Usd most = Usd::from_dollars(1'000'000);
  if (input < Usd() || output < Usd() || input > most || output > most) {
    return Error{ErrorCode::out_of_range, "expected prices from 0 to 1e6 USD",
                 f.place(input < Usd() || input > most ? "input_price" : "output_price")};
  }
  p.api_usd = input * mix.input + output * mix.output;
  p.api_units = units;
  BREAKEVEN_TRY(p.marginal_usd, mul_div(p.marginal_usd, mix.input + mix.output, 1));
  return {};
}

Status volume_problem(const FinanceFields& f, economics::VolumeProblem& p) {
  BREAKEVEN_TRY(const std::int64_t per, f.whole("per", 1'000'000));
  if (per < 1) {
    return Error{ErrorCode::out_of_range, "expected 1 or more, found " + std::to_string(per),
                 f.place("per")};
  }
  BREAKEVEN_TRY(p.marginal_usd, f.money("marginal", Usd()));
  if (const Status status = api_price(f, p, per); !status) return status.error();
  BREAKEVEN_TRY(p.fixed_usd, f.money("fixed", Usd()));
  if (f.has("step_cost") == f.has("usd_per_hour")) {
    return Error{ErrorCode::invalid_argument,
                 std::string("expected one of step_cost and usd_per_hour, found ") +
                     (f.has("step_cost") ? "both" : "none"),
                 f.place("step_cost")};
  }
  if (f.has("usd_per_hour")) {
    BREAKEVEN_TRY(const Usd hour, f.money("usd_per_hour"));
    BREAKEVEN_TRY(const double hours, f.number("hours", static_cast<double>(kHoursPerMonth)));
    const auto exact = Rational::parse(shortest(hours));
    if (!exact || hours < 0 || hours > 744) {
      return Error{ErrorCode::out_of_range, "expected 0 to 744 hours, found " + shortest(hours),
                   f.place("hours")};
    }
    BREAKEVEN_TRY(p.step_usd, scale(hour, *exact));
  } else {
    if (f.has("hours")) {
      return Error{ErrorCode::invalid_argument, "expected hours with usd_per_hour, found step_cost",
                   f.place("hours")};
    }
    BREAKEVEN_TRY(p.step_usd, f.money("step_cost"));
  }
  BREAKEVEN_TRY(p.step_capacity, f.whole("step_capacity"));
  BREAKEVEN_TRY(p.min_steps, f.whole("min_steps", 1));
  if (f.has("max_steps")) {
    BREAKEVEN_TRY(p.max_steps, f.whole("max_steps"));
  }
  return {};
}

Result<Json> breakeven(const FinanceFields& f) {
  economics::VolumeProblem problem;
  if (const Status status = volume_problem(f, problem); !status) return status.error();
  BREAKEVEN_TRY(const economics::BreakEven found, economics::break_even_volume(problem));
  Json windows = Json::array();
  for (const economics::Window& window : found.windows) {
    windows.push_back({{"from", window.from}, {"to", window.to}, {"steps", window.steps}});
  }
  Json out{{"first", maybe_json(found.first)},
           {"permanent", maybe_json(found.permanent)},
           {"windows", std::move(windows)},
           {"crossings", found.crossings},
           {"never", found.never.empty() ? Json(nullptr) : Json(found.never)}};
  if (found.windows_truncated) out["windows_truncated"] = true;
  if (found.capacity) out["capacity"] = *found.capacity;
  if (f.has("volume")) {
    BREAKEVEN_TRY(const std::int64_t volume, f.whole("volume"));
    if (volume < 0) {
      return Error{ErrorCode::out_of_range, "expected 0 or more, found " + std::to_string(volume),
                   f.place("volume")};
    }
    BREAKEVEN_TRY(const Usd api, economics::api_cost_at(problem, volume));
    BREAKEVEN_TRY(const Usd own, economics::self_host_cost_at(problem, volume));
    out["at_volume"] = {{"volume", volume},
                        {"api_usd_month", api.decimal()},
                        {"self_host_usd_month", own.decimal()},
                        {"difference_usd_month", (api - own).decimal()},
                        {"self_host_wins", own <= api}};
  }
  return out;
}

constexpr std::array kFunctions{
    FinanceFunction{"breakeven", "All volumes at which a stepwise fleet meets an API's bill",
                    kBreakevenFields, breakeven}};

}  // namespace

std::span<const FinanceFunction> break_even_functions() { return kFunctions; }

}  // namespace breakeven::codec
