#include "service/plan_request.hpp"

#include "codec/plan_json.hpp"

namespace breakeven::service {

Result<std::string> plan_json(const Facts& facts, std::string_view question,
                              const traffic::Trace& trace, const std::string& version, Pool& pool,
                              Ticker& ticker) {
  BREAKEVEN_TRY(advisor::PlanQuestion asked, codec::plan_question_from_json(question));
  asked.trace = &trace;
  asked.ticker = &ticker;
  if (asked.as_of.seconds == 0) asked.as_of = Instant::from_date(facts.catalog.prices().newest());
  BREAKEVEN_TRY(const advisor::PlanAnswer answer,
                advisor::plan(asked, facts.catalog, facts.coefficients, pool));
  return codec::plan_answer_to_json(asked, answer, version);
}

}  // namespace breakeven::service
