// plan_shelf.hpp — plans that were answered, kept for a while so that they can be asked about.
//
// Shape    A plan's id is a fingerprint of program, trace and question: asking the same again finds
//          the plan that is held. The latest kKept are held.
// Threads  All functions may be called from several threads.
// Errors   not_found for a plan that is not held (any more); those of advisor::plan().
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"
#include "service/plan.hpp"

namespace breakeven::service {

struct HeldPlan {
  std::string id;        ///< "plan-0123456789abcdef"
  std::string trace_id;  ///< as it was asked for
  std::shared_ptr<const traffic::Trace> trace;
  advisor::PlanQuestion question;  ///< as answered
  advisor::PlanAnswer answer;
  std::string json;  ///< codec::plan_answer_to_json
};

class PlanShelf {
 public:
  static constexpr std::size_t kKept = 16;

  PlanShelf(std::shared_ptr<const Facts> facts, std::string version)
      : facts_(std::move(facts)), version_(std::move(version)) {}

  /// Answers `question` (what codec::plan_question_from_json() reads) and keeps the plan. `ticker`
  /// hears progress and can cancel.
  [[nodiscard]] Result<std::shared_ptr<const HeldPlan>> answer(
      std::string_view question, const std::string& trace_id,
      std::shared_ptr<const traffic::Trace> trace, Pool& pool, Ticker& ticker);
  [[nodiscard]] Result<std::shared_ptr<const HeldPlan>> find(std::string_view id) const;
  /// Newest first.
  [[nodiscard]] std::vector<std::shared_ptr<const HeldPlan>> all() const;

 private:
  std::shared_ptr<const Facts> facts_;  // answers point into it
  std::string version_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const HeldPlan>> plans_;  // newest first
};

}  // namespace breakeven::service
