#include "engine/advisor/task_cost.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/advisor/plan_options.hpp"
#include "engine/advisor/plan_question.hpp"
#include "engine/base/det_math.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/economics/owned.hpp"
#include "engine/explain/figure.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::advisor {
namespace {

struct Attempts {
  double expected = 1;    ///< per task
  double unfinished = 0;  ///< share of tasks
};

std::optional<Attempts> attempts_of(const PlanQuestion& q, bool open_model) {
  const std::optional<double> rate = open_model ? q.open_success_rate : q.api_success_rate;
  if (!rate) return {};
  Attempts a;
  a.unfinished = *rate < 1 ? det_pow(1 - *rate, q.max_attempts) : 0;
  a.expected = (1 - a.unfinished) / *rate;
  return a;
}

/// The weaker of the models that an option answers with.
std::optional<Attempts> attempts_of(const PlanQuestion& q, bool mixed, const PlanOption& option) {
  const auto one = attempts_of(q, option.open_weights);
  if (!mixed) return one;
  const auto other = attempts_of(q, !option.open_weights);
  if (!one || !other) return {};
  return one->unfinished + one->expected >= other->unfinished + other->expected ? one : other;
}

Result<economics::Line> task_line(std::string id, std::string title, double usd) {
  economics::Line line;
  line.id = std::move(id);
  line.title = std::move(title);
  line.group = economics::Group::quality;
  BREAKEVEN_TRY(line.usd, economics::to_cents({usd}));
  line.follows_volume = true;
  line.in_run_rate = false;
  line.kind = explain::Kind::estimated;
  line.source = {"given", "", "--api-success, --open-success, --max-attempts"};
  line.note = "estimate, rounded half to even to the cent";
  return line;
}

Result<std::vector<std::int32_t>> times(const std::vector<std::int32_t>& tokens, double factor,
                                        const char* what) {
  std::vector<std::int32_t> out;
  out.reserve(tokens.size());
  for (const std::int32_t n : tokens) {
    const double scaled = std::nearbyint(n * factor);
    if (!(scaled <= traffic::kMaxTokensPerRequest)) {
      return Error{ErrorCode::out_of_range,
                   "a request of " + std::to_string(n) + " tokens would become " +
                       shortest(scaled) + ", more than a trace holds",
                   what};
    }
    // What has tokens keeps at least one.
    out.push_back(n > 0 ? std::max(1, static_cast<std::int32_t>(scaled)) : 0);
  }
  return out;
}

}  // namespace

Result<traffic::Trace> in_open_tokens(const traffic::Trace& trace, double prompt_factor,
                                      double answer_factor) {
  traffic::Trace out = trace;
  BREAKEVEN_TRY(out.input_tokens, times(trace.input_tokens, prompt_factor, "open-tokens"));
  BREAKEVEN_TRY(out.output_tokens, times(trace.output_tokens, answer_factor, "open-answers"));
  BREAKEVEN_TRY(out.cached_tokens, times(trace.cached_tokens, prompt_factor, "open-tokens"));
  for (std::size_t i = 0; i < out.cached_tokens.size(); ++i) {
    out.cached_tokens[i] = std::min(out.cached_tokens[i], out.input_tokens[i]);
  }
  return out;
}

std::optional<double> finished_share(const PlanQuestion& q, bool open_model) {
  const auto a = attempts_of(q, open_model);
  if (!a) return {};
  return 1 - a->unfinished;
}

Status add_task_lines(const PlanContext& context, bool mixed, PlanOption& option) {
  const PlanQuestion& q = *context.question;
  const auto a = attempts_of(q, mixed, option);
  if (!a || !option.available) return {};
  economics::Ledger& ledger = option.option.ledger;
  Usd metered;
  for (const economics::Line& line : ledger.lines) {
    if (line.group == economics::Group::usage && line.follows_volume) metered += line.usd;
  }
  const double tasks = context.requests_per_month;
  const double retries = (a->expected - 1) * metered.estimate();
  if (retries > 0) {
    BREAKEVEN_TRY(
        economics::Line line,
        task_line("quality.retries",
                  "Retries, " + shortest(std::round(a->expected * 1e3) / 1e3) + " attempts a task",
                  retries));
    line.trend = economics::Trend::api_price;
    ledger.add(std::move(line));
  }
  if (q.review_usd > Usd()) {
    BREAKEVEN_TRY(economics::Line line, task_line("quality.review", "Review of every attempt",
                                                  a->expected * tasks * q.review_usd.estimate()));
    ledger.add(std::move(line));
  }
  if (q.error_usd > Usd() && a->unfinished > 0) {
    BREAKEVEN_TRY(economics::Line line,
                  task_line("quality.errors",
                            "Errors: " + chance(a->unfinished) + " of tasks stay unfinished",
                            a->unfinished * tasks * q.error_usd.estimate()));
    ledger.add(std::move(line));
  }
  return total_up(context, option);
}

Result<std::optional<Usd>> per_finished_task(const PlanContext& context, bool mixed,
                                             const PlanOption& option) {
  const auto a = attempts_of(*context.question, mixed, option);
  if (!a || !option.available) return std::optional<Usd>();
  const double finished = (1 - a->unfinished) * context.requests_per_month;
  constexpr double kThousandth = 1e3;  // a month may finish less than one task
  const double thousandths = std::max(1.0, std::nearbyint(finished * kThousandth));
  BREAKEVEN_TRY(const Usd usd, mul_div(option.fully_loaded, 1'000,
                                       static_cast<std::int64_t>(std::min(thousandths, 9e18))));
  return std::optional<Usd>(usd);
}

}  // namespace breakeven::advisor
