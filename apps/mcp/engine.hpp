// engine.hpp — what the tools answer with: the use cases of the service room, loaded once.
//
// Threads  Everything in it may be used from several threads.
#pragma once

#include <memory>
#include <string>

#include "engine/base/pool.hpp"
#include "service/plan.hpp"
#include "service/plan_shelf.hpp"
#include "service/quick.hpp"
#include "service/registry_views.hpp"
#include "service/siblings.hpp"
#include "service/trace_library.hpp"

namespace breakeven::mcp {

struct Engine {
  std::shared_ptr<const service::Facts> facts;
  std::shared_ptr<const codec::QuickCalculator> quick;
  std::shared_ptr<const service::RegistryViews> registry;
  std::shared_ptr<const service::SiblingFacts> siblings;
  std::shared_ptr<service::PlanShelf> plans;
  service::TraceSource traces;
  std::shared_ptr<Pool> pool;
};

/// Loads the catalogue (`catalog_dir` empty: finds it) and opens the price ledger (`ledger` empty:
/// the user's own).
[[nodiscard]] Result<Engine> load_engine(const std::string& catalog_dir, const std::string& ledger,
                                         std::shared_ptr<Pool> pool, service::TraceSource traces);

}  // namespace breakeven::mcp
