// row.hpp — the fields of one record by what they mean, whatever the file calls them.
//
// Shape    A format names the columns of each role; a Binder finds them in a CSV header once, and
//          in JSON objects by the position they had in the object before. When two names of a role
//          are there, the one that is listed first wins.
// Threads  One binder per file.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/pricing/usage_fields.hpp"

namespace breakeven::usage {

enum class Role : std::uint8_t {
  id,
  time,
  end_time,
  completed,  ///< when the answer was complete: end_time of a request
  first_token_time,
  latency,
  ttft,
  vendor,
  model,
  key,
  team,
  project,
  session,
  user,
  call,    ///< what was called: a call type, an operation, a class of observations
  status,  ///< an HTTP status or a word
  success,
  error,
  gateway_hit,
  tier,
  batch,
  speed,
  place,
  context,  ///< class of context lengths
  input,
  uncached,
  cache_read,
  cache_write,
  cache_write_5m,
  cache_write_1h,
  output,
  reasoning,
  total,
  audio_input,
  audio_output,
  image_input,
  image_output,
  requests,
  searches,
  cost,
  cost_2,
  currency,
  credits,
  quantity,
  unit,
  price_unit,
  meter,
  meter_2,
  resource,
  usage,  ///< an object of counts
  details,
  body,
  object
};
inline constexpr std::size_t kRoles = static_cast<std::size_t>(Role::object) + 1;

/// A field's value: its text as written (of JSON numbers too), or a JSON object or array.
struct Cell {
  std::string_view text;
  pricing::Fields::Ref json;  ///< nothing for CSV
  /// Something stands there: not null, not an empty text.
  [[nodiscard]] bool set() const { return !text.empty() || json.set(); }
  [[nodiscard]] bool composite() const {
    return json.is(pricing::Field::Type::object) || json.is(pricing::Field::Type::array);
  }
};

/// The scalar's text: numbers as written, true and false as words; empty for null.
[[nodiscard]] std::string_view scalar_text(pricing::Fields::Ref value);
[[nodiscard]] Cell cell_of(pricing::Fields::Ref value);

/// One record's cells by role.
class Row {
 public:
  [[nodiscard]] const Cell& operator[](Role role) const {
    return cells_[static_cast<std::size_t>(role)];
  }
  void set(Role role, Cell cell) { cells_[static_cast<std::size_t>(role)] = cell; }
  void clear() { cells_.fill({}); }

 private:
  std::array<Cell, kRoles> cells_{};
};

/// The names of a role, separated by '|', best first.
struct Column {
  Role role;
  std::string_view names;
};

class Binder {
 public:
  Binder() = default;
  explicit Binder(std::span<const Column> columns);

  /// For every column of a header its role, or -1. A name that stands twice is a parse_error.
  [[nodiscard]] Result<std::vector<int>> header(std::span<const std::string_view> names) const;
  /// The role of a name, or -1.
  [[nodiscard]] int role_of(std::string_view name) const {
    const Name* const known = find(name);
    return known == nullptr ? -1 : known->role;
  }
  /// The cells of a JSON object.
  void bind(pricing::Fields::Ref object, Row& row);
  /// The name that the file uses for a role; the first one of the format before any was seen.
  [[nodiscard]] std::string_view name_of(Role role) const;

 private:
  struct Name {
    std::string text;
    int role;
    int rank;  ///< among the names of the role
  };
  struct Seen {
    std::string key;
    int role;
    int rank;
  };
  [[nodiscard]] const Name* find(std::string_view key) const;

  std::vector<Name> names_;
  std::vector<Seen> seen_;  ///< by position in the object
  std::array<std::string_view, kRoles> first_name_{};
};

}  // namespace breakeven::usage
