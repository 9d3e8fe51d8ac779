// data_folder.hpp — where the program keeps what belongs to its user.
#pragma once

#include <string>

#include "engine/base/result.hpp"

namespace breakeven::service {

/// $XDG_DATA_HOME/breakeven, or ~/.local/share/breakeven; it is made. not_found without either
/// variable, io_error when the folder cannot be made.
[[nodiscard]] Result<std::string> data_folder();

}  // namespace breakeven::service
