#include "apps/mcp/engine.hpp"

#include <utility>

#include "service/registry_open.hpp"

namespace breakeven::mcp {

Result<Engine> load_engine(const std::string& catalog_dir, const std::string& ledger,
                           std::shared_ptr<Pool> pool, service::TraceSource traces) {
  Engine engine;
  BREAKEVEN_TRY(engine.facts, service::load_facts(catalog_dir));
  BREAKEVEN_TRY(auto quick, service::load_quick_calculator(catalog_dir));
  engine.quick = std::make_shared<const codec::QuickCalculator>(std::move(quick));
  BREAKEVEN_TRY(engine.registry, service::open_registry_views(ledger, catalog_dir));
  // The catalogue lives in the facts, and as long as they do.
  BREAKEVEN_TRY(auto siblings,
                service::load_sibling_facts(catalog_dir, {engine.facts, &engine.facts->catalog}));
  engine.siblings = std::make_shared<const service::SiblingFacts>(std::move(siblings));
  engine.plans = std::make_shared<service::PlanShelf>(engine.facts, BREAKEVEN_VERSION);
  engine.traces = std::move(traces);
  engine.pool = std::move(pool);
  return engine;
}

}  // namespace breakeven::mcp
