#include "service/plan.hpp"

#include <utility>

#include "service/catalog_store.hpp"
#include "service/registry.hpp"
#include "service/simulate.hpp"

namespace breakeven::service {

namespace {

Result<Facts> read_facts(std::vector<catalog::NamedText> files, const std::string& place) {
  auto catalog = catalog::Catalog::load(files);
  if (!catalog) {
    Error error = catalog.error();
    error.where = place + "/" + error.where;
    return error;
  }
  BREAKEVEN_TRY(serving::Coefficients coefficients, coefficients_of(files, place));
  return Facts{std::move(*catalog), std::move(coefficients), std::move(files), {}};
}

Result<Facts> find_facts(const std::string& catalog_dir) {
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(catalog_dir));
  BREAKEVEN_TRY(auto files, read_catalog_files(directory));
  return read_facts(std::move(files), directory);
}

std::shared_ptr<const Facts> shared(Facts facts) {
  return std::make_shared<const Facts>(std::move(facts));
}

}  // namespace

Result<std::shared_ptr<const Facts>> facts_of(std::vector<catalog::NamedText> files,
                                              const std::string& place) {
  BREAKEVEN_TRY(Facts facts, read_facts(std::move(files), place));
  return shared(std::move(facts));
}

Result<std::shared_ptr<const Facts>> load_facts(const std::string& catalog_dir) {
  BREAKEVEN_TRY(Facts facts, find_facts(catalog_dir));
  return shared(std::move(facts));
}

Result<std::shared_ptr<const Facts>> load_facts_known(const std::string& catalog_dir,
                                                      const std::string& store, Instant known) {
  BREAKEVEN_TRY(const Registry registry, Registry::open({store, catalog_dir, {}, {}}));
  BREAKEVEN_TRY(Facts facts, find_facts(catalog_dir));
  facts.catalog = std::move(facts.catalog).with_prices(registry.book(known));
  facts.known_at = known;
  return shared(std::move(facts));
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
