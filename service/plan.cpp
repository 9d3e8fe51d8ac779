#include "service/plan.hpp"

#include <utility>

#include "service/catalog_store.hpp"
#include "service/registry.hpp"
#include "service/simulate.hpp"

namespace breakeven::service {

Result<std::shared_ptr<const Facts>> load_facts(const std::string& catalog_dir) {
  BREAKEVEN_TRY(catalog::Catalog catalog, load_catalog(catalog_dir));
  BREAKEVEN_TRY(serving::Coefficients coefficients, load_coefficients(catalog_dir));
  return std::shared_ptr<const Facts>(
      std::make_shared<Facts>(Facts{std::move(catalog), std::move(coefficients)}));
}

Result<std::shared_ptr<const Facts>> load_facts_known(const std::string& catalog_dir,
                                                      const std::string& store, Instant known) {
  BREAKEVEN_TRY(const Registry registry, Registry::open({store, catalog_dir, {}, {}}));
  BREAKEVEN_TRY(catalog::Catalog catalog, load_catalog(catalog_dir));
  BREAKEVEN_TRY(serving::Coefficients coefficients, load_coefficients(catalog_dir));
  return std::shared_ptr<const Facts>(std::make_shared<Facts>(
      Facts{std::move(catalog).with_prices(registry.book(known)), std::move(coefficients)}));
}

Result<std::shared_ptr<const PlanResult>> plan(const Facts& facts, advisor::PlanQuestion question,
                                               const std::string& path,
                                               const TraceReadOptions& read, Pool& pool,
                                               const std::function<void(const char*)>& stage) {
  if (stage) stage("reading the trace");
  BREAKEVEN_TRY(io::TraceImport import, io::read_trace(path, read));
  return plan(facts, std::move(question), std::move(import), pool, stage);
}

Result<std::shared_ptr<const PlanResult>> plan(const Facts& facts, advisor::PlanQuestion question,
                                               io::TraceImport traffic, Pool& pool,
                                               const std::function<void(const char*)>& stage) {
  auto result = std::make_shared<PlanResult>();
  result->import = std::move(traffic);
  if (stage) stage("simulating fleets");
  result->question = std::move(question);
  result->question.trace = &result->import.trace;
  if (result->question.as_of.seconds == 0) {
    result->question.as_of = Instant::from_date(facts.catalog.prices().newest());
  }
  BREAKEVEN_TRY(result->answer,
                advisor::plan(result->question, facts.catalog, facts.coefficients, pool));
  return std::shared_ptr<const PlanResult>(std::move(result));
}

}  // namespace breakeven::service
