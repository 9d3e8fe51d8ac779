#include "apps/http/temp_file.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace breakeven::http {

Result<TempFile> TempFile::create() {
  std::error_code failed;
  std::string path =
      (std::filesystem::temp_directory_path(failed) / "breakeven-upload-XXXXXX").string();
  const int descriptor = failed ? -1 : mkstemp(path.data());
  if (descriptor < 0) {
    return Error{ErrorCode::io_error, "cannot make a temporary file for the upload", path};
  }
  std::FILE* file = fdopen(descriptor, "wb");
  if (file == nullptr) {
    ::close(descriptor);
    ::unlink(path.c_str());
    return Error{ErrorCode::io_error, "cannot open a temporary file for the upload", path};
  }
  return TempFile(std::move(path), file);
}

TempFile::TempFile(TempFile&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, nullptr)) {
  other.path_.clear();
}

TempFile::~TempFile() {
  if (file_ != nullptr) std::fclose(file_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

bool TempFile::write(std::string_view bytes) {
  return std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size();
}

bool TempFile::finish() { return std::fflush(file_) == 0; }

}  // namespace breakeven::http
