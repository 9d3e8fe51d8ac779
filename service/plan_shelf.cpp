#include "service/plan_shelf.hpp"

#include <algorithm>
#include <utility>

#include "codec/plan_json.hpp"
#include "engine/base/sha256.hpp"
#include "engine/base/text.hpp"

namespace breakeven::service {

Result<std::shared_ptr<const HeldPlan>> PlanShelf::answer(
    std::string_view question, const std::string& trace_id,
    std::shared_ptr<const traffic::Trace> trace, Pool& pool, Ticker& ticker) {
  auto plan = std::make_shared<HeldPlan>();
  BREAKEVEN_TRY(plan->question, codec::plan_question_from_json(question));
  advisor::PlanQuestion& asked = plan->question;
  if (asked.as_of.seconds == 0) asked.as_of = Instant::from_date(facts_->catalog.prices().newest());
  plan->trace_id = trace_id;
  plan->trace = std::move(trace);
  const std::string what = version_ + "\n" + trace_id + "\n" + std::to_string(plan->trace->size()) +
                           "\n" + codec::plan_question_to_json(asked);
  plan->id = "plan-" + sha256_hex(what).substr(0, 16);
  if (auto held = find(plan->id)) {
    ticker.fraction_done = 1;
    return held;
  }
  asked.trace = plan->trace.get();
  asked.ticker = &ticker;
  BREAKEVEN_TRY(plan->answer, advisor::plan(asked, facts_->catalog, facts_->coefficients, pool));
  asked.ticker = nullptr;
  plan->json = codec::plan_answer_to_json(asked, plan->answer, version_);
  const std::lock_guard lock(mutex_);
  plans_.push_front(plan);
  if (plans_.size() > kKept) plans_.pop_back();
  return std::shared_ptr<const HeldPlan>(std::move(plan));
}

Result<std::shared_ptr<const HeldPlan>> PlanShelf::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& plan : plans_) {
    if (plan->id == id) return plan;
  }
  std::vector<std::string> held;
  for (const auto& plan : plans_) held.push_back(plan->id);
  Error error = not_found("plan", id, held, "/plan");
  error.message += "; the latest " + std::to_string(kKept) + " are held: ask for the plan again";
  return error;
}

std::vector<std::shared_ptr<const HeldPlan>> PlanShelf::all() const {
  const std::lock_guard lock(mutex_);
  return {plans_.begin(), plans_.end()};
}

}  // namespace breakeven::service
