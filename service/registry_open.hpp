// registry_open.hpp — opens the ledger behind the registry's pages and brings the catalogue into it.
//
// Errors   Those of store::open_ledger and of the catalogue.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "service/registry_views.hpp"

namespace breakeven::service {

/// `location`: a path or a postgres:// URL. Empty: the user's own ledger,
/// $XDG_DATA_HOME/breakeven/registry.db or ~/.local/share/breakeven/registry.db; where that cannot
/// be written, one in memory, which shows the catalogue and keeps nothing.
/// `catalog_dir` empty = find it. `clock` empty = the system's.
[[nodiscard]] Result<std::shared_ptr<const RegistryViews>> open_registry_views(
    const std::string& location, const std::string& catalog_dir,
    std::function<Instant()> clock = {});

}  // namespace breakeven::service
