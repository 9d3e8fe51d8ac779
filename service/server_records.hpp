// server_records.hpp — what a server that several people use keeps beside the prices: tokens, plans,
// and who wrote what. It stands in the same database as the price ledger, and has its own connection.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/base/result.hpp"
#include "store/audit_log.hpp"
#include "store/database.hpp"
#include "store/plan_store.hpp"
#include "store/token_store.hpp"

namespace breakeven::service {

struct ServerRecords {
  explicit ServerRecords(std::shared_ptr<store::Database> opened)
      : database(opened), tokens(opened), audit(opened), plans(std::move(opened)) {}

  std::shared_ptr<store::Database> database;
  store::TokenStore tokens;
  store::AuditLog audit;
  store::PlanStore plans;
};

/// `location`: a path or a postgres:// URL; empty = default_ledger_path().
[[nodiscard]] Result<std::shared_ptr<ServerRecords>> open_records(const std::string& location);

}  // namespace breakeven::service
