// tables.hpp — the formats in which one record is one object or row of named fields.
//
// Shape    Internal to the mappers. A table says which name stands for which role, and what the
//          source counts in what; map_table() does the rest.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/usage/mapper.hpp"
#include "engine/usage/reading.hpp"

namespace breakeven::usage {

enum class TimeKind : std::uint8_t {
  instant,           ///< a date and time, or an epoch
  relative_seconds,  ///< since the start of the trace
  relative_millis
};

struct Table {
  std::span<const Column> columns;
  TokenRules tokens;
  bool inside_by_default = true;
  TimeKind time = TimeKind::instant;
  int cost_shift = 0;
  int latency_shift = 3;
  int zone_minutes = 0;
  bool bucket = false;           ///< records are sums over [time, end_time)
  bool empty_is_failed = false;  ///< no output tokens: the call failed
};

/// Nothing for a format that is no table.
[[nodiscard]] const Table* table_of(Format format);

/// What remains of mapping when a row is plain: no more than read_table() and Intake::keep().
struct PlainTable {
  Table table;
  std::string vendor;  ///< of records without one
  std::string model;
};

/// The start of a request from its text. The zone holds for times without one.
struct StartTime {
  Clock clock = Clock::utc;
  std::int64_t ns = 0;
  bool naive = false;  ///< no zone was named
  bool date_only = false;
};
[[nodiscard]] Reason read_start(std::string_view text, const Table& table, StartTime& start);

/// The power of ten that `text` of a cost column counts in.
[[nodiscard]] int cost_shift_of(const Table& table, std::string_view text);

/// What a table's record says, but for times and tokens: names, kind, mode, status, cost.
void read_labels(Reading& reading, const Table& table, UsageRecord& record);

/// Reads a whole record. False when it was rejected or left aside. `labels` keeps the texts alive.
[[nodiscard]] bool read_table(const Row& row, const Table& table, const Binder& binder,
                              Intake& intake, UsageRecord& record);

// The mappers of one family each; make_mapper() chooses.
[[nodiscard]] std::unique_ptr<Mapper> make_table_mapper(const Table& table);
[[nodiscard]] std::unique_ptr<Mapper> make_generic_mapper(const CustomMapping* mapping);
[[nodiscard]] std::unique_ptr<Mapper> make_gateway_mapper(Format format,
                                                          const MapperContext& context);
[[nodiscard]] std::unique_ptr<Mapper> make_object_mapper(Format format);
[[nodiscard]] std::unique_ptr<Mapper> make_page_mapper(Format format);
[[nodiscard]] std::unique_ptr<Mapper> make_billing_mapper(Format format,
                                                          const MapperContext& context);
[[nodiscard]] std::unique_ptr<Mapper> make_telemetry_mapper(Format format,
                                                            const MapperContext& context);

}  // namespace breakeven::usage
