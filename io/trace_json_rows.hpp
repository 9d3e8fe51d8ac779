// trace_json_rows.hpp — trace rows from JSON Lines.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.hpp"
#include "io/line_reader.hpp"
#include "io/trace_rows.hpp"

namespace breakeven::io {

/// Finds the layout in the keys of the first line. A first line that is no object fails here; later
/// ones are bad rows.
[[nodiscard]] Result<std::unique_ptr<RowReader>> open_json_rows(LineReader& lines,
                                                                const std::string& file);

}  // namespace breakeven::io
