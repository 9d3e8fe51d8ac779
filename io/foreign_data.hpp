// foreign_data.hpp — files that people hand over and nothing here reads, known by their first bytes.
#pragma once

#include <optional>
#include <string_view>

namespace breakeven::io {

/// What the unpacked `head` is and what to do about it, for "expected ..., found <this>"; empty for
/// what may be text.
[[nodiscard]] std::optional<std::string_view> foreign_data(std::string_view head);

}  // namespace breakeven::io
