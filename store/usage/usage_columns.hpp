// usage_columns.hpp — the columns of the table of records, in their order.
//
// Shape    Internal to the usage store: what the writer appends is what replay() selects.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "duckdb/database.hpp"

namespace breakeven::store {

struct UsageColumn {
  const char* name;
  duckdb::Column type;
  bool nullable = false;
};

inline constexpr std::array kUsageColumns{
    UsageColumn{"set_name", duckdb::Column::text},
    UsageColumn{"file", duckdb::Column::integer},
    UsageColumn{"identity_low", duckdb::Column::integer},
    UsageColumn{"identity_high", duckdb::Column::integer},
    UsageColumn{"content", duckdb::Column::integer},
    UsageColumn{"grain", duckdb::Column::text},
    UsageColumn{"class", duckdb::Column::text},
    UsageColumn{"request_id", duckdb::Column::text, true},
    UsageColumn{"clock", duckdb::Column::text},
    UsageColumn{"start_ns", duckdb::Column::integer},
    UsageColumn{"end_ns", duckdb::Column::integer},
    UsageColumn{"single", duckdb::Column::truth},
    UsageColumn{"vendor", duckdb::Column::text},
    UsageColumn{"model", duckdb::Column::text},
    UsageColumn{"key", duckdb::Column::text},
    UsageColumn{"team", duckdb::Column::text},
    UsageColumn{"project", duckdb::Column::text},
    UsageColumn{"session", duckdb::Column::text},
    UsageColumn{"mode", duckdb::Column::text, true},
    UsageColumn{"residency", duckdb::Column::text},
    UsageColumn{"long_context", duckdb::Column::truth},
    UsageColumn{"uncached", duckdb::Column::integer},
    UsageColumn{"cache_read", duckdb::Column::integer},
    UsageColumn{"cache_write_5m", duckdb::Column::integer},
    UsageColumn{"cache_write_1h", duckdb::Column::integer},
    UsageColumn{"output", duckdb::Column::integer},
    UsageColumn{"audio_input", duckdb::Column::integer},
    UsageColumn{"audio_output", duckdb::Column::integer},
    UsageColumn{"image_input", duckdb::Column::integer},
    UsageColumn{"image_output", duckdb::Column::integer},
    UsageColumn{"reasoning", duckdb::Column::integer},
    UsageColumn{"requests", duckdb::Column::integer, true},
    UsageColumn{"web_searches", duckdb::Column::integer},
    UsageColumn{"cost_usd", duckdb::Column::decimal, true},
    UsageColumn{"latency_ns", duckdb::Column::integer, true},
    UsageColumn{"ttft_ns", duckdb::Column::integer, true},
};

/// The place of a column; a name that is not there does not compile.
consteval std::size_t usage_column(std::string_view name) {
  std::size_t at = 0;
  while (std::string_view(kUsageColumns[at].name) != name) ++at;
  return at;
}

inline constexpr int kCostPlaces = 15;  ///< of cost_usd: Usd counts 1e-15 dollars

}  // namespace breakeven::store
