// test_runs.hpp — runs whose content follows from their number.
#pragma once

#include <cstdint>
#include <string>

#include "store/ledger.hpp"
#include "store/plan_store.hpp"

namespace breakeven::store {

inline std::int64_t evidence_of_run(std::int64_t number) { return 1 + number % 3; }
inline std::int64_t changes_of_run(std::int64_t number) { return number * 7 % 61; }
inline bool run_has_snapshot(std::int64_t number) { return number % 2 == 0; }

inline RunRecord numbered_run(std::int64_t number) {
  RunRecord record;
  record.run.book = "test";
  record.run.source = "writer";
  record.run.started = Instant{number};
  record.run.finished = Instant{number};
  record.run.rows = number;
  for (std::int64_t i = 0; i < evidence_of_run(number); ++i) {
    record.evidence.push_back({"page " + std::to_string(number), {}, {}, Date{0}, {}});
  }
  if (run_has_snapshot(number)) {
    record.snapshot = Snapshot{"writer",
                               Instant{number},
                               "test:" + std::to_string(number),
                               {},
                               1,
                               {{"acme", catalog::PriceField{}, 1, Instant{number}}}};
  }
  for (std::int64_t i = 0; i < changes_of_run(number); ++i) {
    NewChange added;
    added.change.book = "test";
    added.change.vendor = "acme";
    added.change.model = "model " + std::to_string(i);
    added.change.new_price = Price{number, 1'000'000, 0};
    added.change.effective_from = Instant{number};
    added.change.known_from = Instant{number};
    record.changes.push_back(added);
  }
  return record;
}

/// The write that gets this number in the audit log: every fourth one is a new plan, the others are
/// versions of it.
inline std::string numbered_plan_id(std::int64_t number) {
  return "plan-" + std::to_string((number - 1) / 4);
}
inline std::int64_t numbered_plan_version(std::int64_t number) { return 1 + (number - 1) % 4; }
inline std::string numbered_document(std::int64_t number) {
  return R"({"number":)" + std::to_string(number) + R"(,"text":")" +
         std::string(static_cast<std::size_t>(number * 131 % 9'000), 'x') + "\"}";
}
inline Result<Outcome> save_numbered_plan(PlanStore& plans, std::int64_t number) {
  const PlanDraft draft{numbered_plan_id(number), std::to_string(number),
                        numbered_document(number)};
  const Author author{"writer", {}, "default", {}};
  const std::int64_t version = numbered_plan_version(number);
  if (version == 1) {
    return plans.create(draft, {"key-" + std::to_string(number), "hash"}, author, Instant{number});
  }
  return plans.save(draft, version - 1, author, Instant{number});
}

}  // namespace breakeven::store
