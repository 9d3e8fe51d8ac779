#include "service/saved_plans.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "codec/saved_plan_json.hpp"
#include "engine/base/sha256.hpp"
#include "service/access_desk.hpp"
#include "service/secret_hash.hpp"

namespace breakeven::service {
namespace {

/// An id that nobody guesses: whoever knows it was told it.
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kLongestKey = 255;

Instant now() { return AccessDesk::system_clocks().day(); }

codec::SavedPlanView view(const store::SavedPlan& plan) {
  return {plan.id,          plan.name,     plan.version, plan.created.iso(),
          plan.saved.iso(), plan.saved_by, plan.document};
}

SavedAnswer answer(store::Outcome outcome) {
  return {outcome.kind, outcome.plan.id, outcome.plan.version,
          codec::saved_plan_to_json(view(outcome.plan))};
}

Status expect_key(std::string_view key) {
  const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
  if (key.size() <= kLongestKey && visible) return {};
  return Error{ErrorCode::invalid_argument, "expected 1 to 255 visible ASCII characters",
               "Idempotency-Key"};
}

}  // namespace

Result<SavedAnswer> create_plan(ServerRecords& records, std::string_view body, std::string_view key,
                                const store::Author& author) {
  BREAKEVEN_CHECK_OK(expect_key(key));
  BREAKEVEN_TRY(auto document, codec::plan_document_from_json(body));
  BREAKEVEN_TRY(std::string id, random_hex(kIdBytes));
  const store::PlanDraft draft{std::move(id), std::move(document.name),
                               std::move(document.document)};
  BREAKEVEN_TRY(auto outcome,
                records.plans.create(draft, {std::string(key), sha256_hex(body)}, author, now()));
  return answer(std::move(outcome));
}

Result<SavedAnswer> save_plan(ServerRecords& records, std::string_view id, std::string_view body,
                              std::int64_t seen, const store::Author& author) {
  BREAKEVEN_TRY(auto document, codec::plan_document_from_json(body));
  const store::PlanDraft draft{std::string(id), std::move(document.name),
                               std::move(document.document)};
  BREAKEVEN_TRY(auto outcome, records.plans.save(draft, seen, author, now()));
  return answer(std::move(outcome));
}

Result<SavedAnswer> delete_plan(ServerRecords& records, std::string_view id, std::int64_t seen,
                                const store::Author& author) {
  BREAKEVEN_TRY(auto outcome, records.plans.remove(std::string(id), seen, author, now()));
  return answer(std::move(outcome));
}

Result<SavedAnswer> saved_plan(ServerRecords& records, std::string_view id, std::int64_t version,
                               const store::Author& author) {
  BREAKEVEN_TRY(auto plan, records.plans.find(author.workspace, std::string(id), version));
  return answer({store::Outcome::Kind::saved, std::move(plan)});
}

Result<std::string> saved_plans(ServerRecords& records, std::int64_t before, std::size_t limit,
                                const store::Author& author) {
  BREAKEVEN_TRY(const auto plans, records.plans.list(author.workspace, before, limit));
  std::vector<codec::SavedPlanView> views;
  for (const store::SavedPlan& plan : plans) views.push_back(view(plan));
  return codec::saved_plans_to_json(views, plans.size() == limit ? plans.back().page : 0);
}

Result<std::string> plan_versions(ServerRecords& records, std::string_view id,
                                  const store::Author& author) {
  BREAKEVEN_TRY(const auto versions, records.plans.versions(author.workspace, std::string(id)));
  std::vector<codec::SavedPlanView> views;
  for (const store::SavedVersion& one : versions) {
    views.push_back({{}, one.name, one.version, {}, one.saved.iso(), one.saved_by, {}});
  }
  return codec::plan_versions_to_json(id, views);
}

}  // namespace breakeven::service
