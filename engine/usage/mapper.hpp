// mapper.hpp — how the records of each format become UsageRecords.
//
// Shape    A Mapper sees one raw record after another: its cells by role (row.hpp) and, for JSON,
//          its tree. It hands everything it makes of it to the Intake: one raw record may hold many
//          records (a page's bucket, an OpenTelemetry export), and each of them is kept, rejected or
//          left aside there. docs/formats/usage-import.md says what is read from which field.
// Threads  One mapper per file.
// Errors   By record, as rejections.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/row.hpp"

namespace breakeven::usage {

/// Reads a field that holds JSON as text (a column of a CSV file).
class NestedJson {
 public:
  NestedJson() = default;
  NestedJson(const NestedJson&) = delete;
  NestedJson& operator=(const NestedJson&) = delete;
  virtual ~NestedJson() = default;
  /// Nothing when the text is no JSON. Valid until the next call.
  [[nodiscard]] virtual pricing::Fields::Ref parse(std::string_view text) = 0;
};

/// Running totals of servers, by series: what a scrape adds to the scrape before.
class CounterBook {
 public:
  /// The increase of a counter; a smaller value than before means that the server was restarted.
  [[nodiscard]] std::int64_t increase(const std::string& series, std::int64_t value);
  [[nodiscard]] std::int64_t restarts() const { return restarts_; }

 private:
  std::map<std::string, std::int64_t> last_;
  std::int64_t restarts_ = 0;
};

/// How the columns of a file that no known program wrote are to be read.
struct CustomMapping {
  std::vector<std::pair<Role, std::string>> columns;  ///< role and the column's name
  Convention convention = Convention::as_source;
  bool reasoning_outside_output = false;
  int cost_shift = 0;     ///< 0 USD, 2 cents, 9 nano-dollars
  int latency_shift = 3;  ///< 0 seconds, 3 milliseconds
  int zone_minutes = 0;   ///< east of UTC, for times without a zone
  std::string vendor;     ///< of every record
  std::string model;
};
/// The role that a mapping file calls `name` ("input", "cache_read", "time").
[[nodiscard]] std::optional<Role> role_named(std::string_view name);
[[nodiscard]] std::vector<std::string> role_names();

struct MapperContext {
  NestedJson* nested = nullptr;
  CounterBook* counters = nullptr;
  const CustomMapping* mapping = nullptr;  ///< of Format::generic; may be null
};

struct PlainTable;

class Mapper {
 public:
  explicit Mapper(std::span<const Column> columns) : binder_(columns) {}
  Mapper(const Mapper&) = delete;
  Mapper& operator=(const Mapper&) = delete;
  virtual ~Mapper() = default;

  [[nodiscard]] Binder& binder() { return binder_; }
  /// `record` is the JSON value, or nothing for CSV.
  virtual void map(const Row& row, pricing::Fields::Ref record, Intake& intake) = 0;
  /// How plain rows are read without map() (plain_rows.hpp). Nothing: map() does more.
  [[nodiscard]] virtual std::optional<PlainTable> plain(const IntakeOptions& options) const;
  /// A scalar of the object around the records, when it stands before them.
  virtual void heading(std::string_view /*key*/, std::string_view /*value*/) {}
  /// After the last record of the file.
  virtual void finish(Intake& /*intake*/) {}

 private:
  Binder binder_;
};

[[nodiscard]] std::unique_ptr<Mapper> make_mapper(Format format, const MapperContext& context);

/// True when the names of a record give at least a time or an arrival, an input and an output under
/// usual names: what Format::generic needs.
[[nodiscard]] bool generic_fits(std::span<const std::string_view> names);

}  // namespace breakeven::usage
