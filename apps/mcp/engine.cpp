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
  engine.plans = std::make_shared<service::PlanShelf>(engine.facts, BREAKEVEN_VERSION);
  engine.traces = std::move(traces);
  engine.pool = std::move(pool);
  return engine;
}

}  // namespace breakeven::mcp
