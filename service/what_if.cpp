#include "service/what_if.hpp"

#include "codec/assistant_json.hpp"
#include "codec/json_text.hpp"
#include "codec/plan_json.hpp"

namespace breakeven::service {
namespace {

Error in_changes(Error error) {
  if (error.where.starts_with('/')) error.where.insert(0, "/changes");
  return error;
}

struct Answered {
  codec::QuickReply reply;
  std::string json;
};

Result<Answered> answered(const codec::QuickCalculator& calculator, std::string_view question,
                          Pool& pool) {
  BREAKEVEN_TRY(auto request, codec::quick_request_from_json(question, calculator.cases()));
  request.detail = codec::QuickDetail::full;
  Answered out;
  BREAKEVEN_TRY(out.reply, calculator.answer(request, pool));
  out.json = codec::quick_answer_to_json(out.reply.answer, out.reply.figures, out.reply.worked, -1);
  return out;
}

}  // namespace

Result<std::string> quick_what_if(const codec::QuickCalculator& calculator, std::string_view base,
                                  std::string_view changes, Pool& pool, std::size_t limit) {
  BREAKEVEN_TRY(const Answered before, answered(calculator, base, pool));
  BREAKEVEN_TRY(const std::string question, codec::merge_members(base, changes));
  const auto after = answered(calculator, question, pool);
  if (!after) return in_changes(after.error());
  return codec::comparison_to_json(
      before.json, after->json,
      codec::figure_changes_to_json(before.reply.figures, after->reply.figures, limit));
}

Result<std::shared_ptr<const HeldPlan>> changed_plan(PlanShelf& shelf, const HeldPlan& before,
                                                     std::string_view changes, Pool& pool,
                                                     Ticker& ticker) {
  BREAKEVEN_TRY(const std::string question,
                codec::merge_members(codec::plan_question_to_json(before.question), changes));
  auto after = shelf.answer(question, before.trace_id, before.trace, pool, ticker);
  if (!after) return in_changes(after.error());
  return after;
}

std::string compare(const HeldPlan& before, const HeldPlan& after, std::size_t limit) {
  return codec::comparison_to_json(
      before.json, after.json,
      codec::figure_changes_to_json(*before.answer.figures, *after.answer.figures, limit));
}

}  // namespace breakeven::service
