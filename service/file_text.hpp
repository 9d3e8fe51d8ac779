// file_text.hpp — a whole file as text, with a limit on its size.
#pragma once

#include <string>

#include "engine/base/result.hpp"

namespace breakeven::service {

/// Fails: not_found, io_error, or resource_limit above 64 MiB, each with the path.
[[nodiscard]] Result<std::string> read_file_text(const std::string& path);

}  // namespace breakeven::service
