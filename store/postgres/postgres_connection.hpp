// postgres_connection.hpp — a ledger in PostgreSQL: connected, recognised, brought to this version.
//
// Shape    The tables live in the schema "breakeven", which is made when it is missing. Writers wait
//          for each other on an advisory lock, so that rows become visible in the order of their
//          numbers. A connection that broke between two calls, or before the first statement of one, is
//          made anew once.
// Errors   io_error with the server's words; unsupported: a ledger of a newer version. The place in
//          messages is host, port and database, without user and password.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "store/sql.hpp"

namespace breakeven::store {

[[nodiscard]] Result<std::unique_ptr<SqlConnection>> open_postgres(const std::string& url);

}  // namespace breakeven::store
