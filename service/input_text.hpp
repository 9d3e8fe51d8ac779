// input_text.hpp — a whole input of limited size, from a file or from standard input.
#pragma once

#include <cstddef>
#include <string>

#include "engine/base/result.hpp"

namespace breakeven::service {

/// `path` is a file, packed or not, or "-". Fails as io::ByteStream does, and with resource_limit
/// above `most_bytes`.
[[nodiscard]] Result<std::string> read_input_text(const std::string& path, std::size_t most_bytes);

}  // namespace breakeven::service
