// temp_file.hpp — a file that exists as long as its object: uploads never outlive their request.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::http {

class TempFile {
 public:
  /// A new file that only this user can read, in the system's folder for temporary files.
  [[nodiscard]] static Result<TempFile> create();
  ~TempFile();
  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&&) = delete;
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  [[nodiscard]] bool write(std::string_view bytes);
  /// Writes what is buffered; false when the disk is full.
  [[nodiscard]] bool finish();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  TempFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}
  std::string path_;
  std::FILE* file_;
};

}  // namespace breakeven::http
