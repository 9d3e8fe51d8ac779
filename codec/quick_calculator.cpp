#include "codec/quick_calculator.hpp"

#include "codec/figure_json.hpp"
#include "engine/advisor/quick_inputs.hpp"

namespace breakeven::codec {

Result<QuickCalculator> QuickCalculator::make(std::span<const catalog::Default> defaults,
                                              const catalog::NamedText& cases) {
  QuickCalculator calculator;
  BREAKEVEN_TRY(calculator.priors_, advisor::quick_priors(defaults));
  BREAKEVEN_TRY(calculator.cases_, advisor::read_worked_cases(cases));
  return calculator;
}

Result<QuickReply> QuickCalculator::answer(const QuickRequest& request, Pool& pool) const {
  QuickReply reply;
  if (!request.case_id.empty()) {
    BREAKEVEN_TRY(reply.worked, advisor::find_case(cases_, request.case_id));
    // Once a slider has moved, the case's claim is about other numbers.
    if (reply.worked->inputs != request.inputs) reply.worked = nullptr;
  }
  // A few futures are done before another thread has woken up.
  InlinePool here;
  const bool live = request.detail == QuickDetail::live;
  BREAKEVEN_TRY(reply.answer, advisor::quick(request.inputs, priors_, request.options,
                                             live ? static_cast<Pool&>(here) : pool));
  if (!live) reply.figures = advisor::quick_figures(reply.answer, priors_);
  return reply;
}

Result<std::string> QuickCalculator::answer_json(std::string_view request, Pool& pool,
                                                 int indent) const {
  BREAKEVEN_TRY(const auto parsed, quick_request_from_json(request, cases_));
  BREAKEVEN_TRY(const QuickReply reply, answer(parsed, pool));
  return quick_answer_to_json(reply.answer, reply.figures, reply.worked, indent, parsed.detail);
}

Result<std::string> QuickCalculator::explain_json(std::string_view request, std::string_view figure,
                                                  Pool& pool) const {
  BREAKEVEN_TRY(auto parsed, quick_request_from_json(request, cases_));
  parsed.detail = QuickDetail::full;
  BREAKEVEN_TRY(const QuickReply reply, answer(parsed, pool));
  return derivation_to_json(reply.figures, figure);
}

std::string QuickCalculator::setup_json(int indent) const {
  return quick_setup_to_json(cases_, indent);
}

}  // namespace breakeven::codec
