// library.hpp — finds and opens the DuckDB library.
//
// Shape    Looked for at the first use: BREAKEVEN_DUCKDB when it is set, else libduckdb.so beside
//          the program, in ../lib/breakeven of it, and where the set-up scripts put it in the source
//          tree. It stays open for the life of the process.
// Threads  Any.
// Errors   unsupported, with the places that were looked at and what to do, when there is none or
//          one of another version.
#pragma once

#include "duckdb/api.hpp"
#include "engine/base/result.hpp"

namespace breakeven::duckdb {

inline constexpr const char* kVersion = "v1.4.4";

[[nodiscard]] Result<const api::Functions*> library();

}  // namespace breakeven::duckdb
