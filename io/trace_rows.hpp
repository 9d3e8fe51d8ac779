// trace_rows.hpp — the rows of a trace file before anything in them is a number: layouts, CSV, JSON
// Lines.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "io/line_reader.hpp"
#include "io/trace_reader.hpp"

namespace breakeven::io {

/// What a column is for.
enum class Role : std::uint8_t { arrival, input, output, cached, session, hashes };
inline constexpr std::size_t kRoles = 6;

enum class Clock : std::uint8_t { seconds, milliseconds, calendar };

/// A known set of columns, as its source spells them; case does not matter when they are found.
struct Layout {
  struct Column {
    Role role = Role::arrival;
    std::string_view name;  ///< empty: unused
  };
  TraceLayout layout;
  Clock clock;
  std::array<Column, 6> columns;  ///< the first three are required; a role may have two names
};

/// The name of a role's column, as the layout writes it.
[[nodiscard]] std::string_view layout_column(const Layout& layout, Role role);

/// The layout whose required columns are all among the names, or nullptr.
[[nodiscard]] const Layout* find_layout(const std::vector<std::string>& names);
/// Equal but for the case of ASCII letters.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);
[[nodiscard]] bool is_blank(std::string_view line);
/// The error for names that no layout has: what is missing, what may be meant, what was found.
[[nodiscard]] Error no_layout(const std::vector<std::string>& names, const std::string& where);

struct RawField {
  std::string_view text;
  std::int64_t column = 0;  ///< 1-based byte in its line
};

/// One row; views are valid until the next call of next().
struct RawRow {
  std::int64_t line = 0;
  std::array<RawField, kRoles> fields;  ///< by role; empty when absent
  bool has_session = false;             ///< the file has a place for sessions
  bool has_hashes = false;
  std::vector<std::int64_t> hashes;
  RowProblem problem = RowProblem::none;  ///< of the row as a whole
  RawField culprit;
};

class RowReader {
 public:
  RowReader() = default;
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;
  virtual ~RowReader() = default;
  /// False at the end and at an error of the line reader.
  [[nodiscard]] virtual bool next(RawRow& row) = 0;
  [[nodiscard]] virtual const Layout& layout() const = 0;
  [[nodiscard]] virtual bool json() const = 0;
};

/// Fails with a parse_error that names what the file is when its first bytes are no trace.
[[nodiscard]] Status refuse_foreign(std::string_view head, const std::string& file);

/// Reads the header (CSV) or the first object's keys (JSON Lines) and finds the layout.
[[nodiscard]] Result<std::unique_ptr<RowReader>> open_rows(LineReader& lines, std::string_view head,
                                                           const std::string& file);

}  // namespace breakeven::io
