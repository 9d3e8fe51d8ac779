#include "service/file_text.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <system_error>

namespace breakeven::service {
namespace {

constexpr std::uintmax_t kMaxBytes = 64ULL << 20;

}  // namespace

Result<std::string> read_file_text(const std::string& path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status)) {
    return Error{ErrorCode::not_found, "expected a file, found nothing", path};
  }
  if (!std::filesystem::is_regular_file(status)) {
    return Error{ErrorCode::invalid_argument, "expected a file, found something else", path};
  }
  const auto size = std::filesystem::file_size(path, failure);
  if (!failure && size > kMaxBytes) {
    return Error{ErrorCode::resource_limit,
                 "expected at most 64 MiB, found " + std::to_string(size) + " bytes", path};
  }
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (failure || !in || in.bad()) return Error{ErrorCode::io_error, "cannot read this file", path};
  return text;
}

}  // namespace breakeven::service
