#include "service/data_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace breakeven::service {

namespace fs = std::filesystem;

Result<std::string> data_folder() {
  fs::path base;
  // Read once at start, before any thread exists.
  const char* data = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  if (data != nullptr && *data == '/') {
    base = data;
  } else if (home != nullptr && *home != '\0') {
    base = fs::path(home) / ".local" / "share";
  } else {
    return Error{ErrorCode::not_found,
                 "expected XDG_DATA_HOME or HOME to be set; name a file with --store PATH",
                 {}};
  }
  const fs::path folder = base / "breakeven";
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return Error{ErrorCode::io_error, "cannot make this folder: " + failure.message(),
                 folder.string()};
  }
  return folder.string();
}

}  // namespace breakeven::service
