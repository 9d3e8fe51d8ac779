// registry_open.hpp — opens the price ledger, and brings the catalogue that came with the program into it.
//
// Errors   Those of store::open_ledger and of the catalogue.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/named_text.hpp"
#include "service/registry_views.hpp"
#include "store/ledger.hpp"

namespace breakeven::service {

/// $XDG_DATA_HOME/breakeven/registry.db, or ~/.local/share/breakeven/registry.db; its folder is
/// made.
[[nodiscard]] Result<std::string> default_ledger_path();

struct OpenedRegistry {
  std::string location;
  std::shared_ptr<store::Ledger> ledger;
  std::shared_ptr<const catalog::Catalog> catalog;
  std::vector<catalog::NamedText> files;  ///< of the catalogue
};

/// `location`: a path or a postgres:// URL; empty = default_ledger_path(). `catalog_dir` empty = find
/// it. `ledger`: the one at `location`, when it is open already.
[[nodiscard]] Result<OpenedRegistry> open_registry(const std::string& location,
                                                   const std::string& catalog_dir, Instant now,
                                                   std::shared_ptr<store::Ledger> ledger = nullptr);

/// The pages over that ledger. Where the user's own cannot be written: over one in memory, which shows
/// the catalogue and keeps nothing. `clock` empty = the system's.
[[nodiscard]] Result<std::shared_ptr<const RegistryViews>> open_registry_views(
    const std::string& location, const std::string& catalog_dir,
    std::function<Instant()> clock = {});

}  // namespace breakeven::service
