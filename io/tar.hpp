// tar.hpp — a few named files in one, as any tar program reads and writes them.
//
// Shape    POSIX ustar: regular files with names that stay below the folder they are unpacked in,
//          fixed owner, mode and time. The same entries give the same bytes. read_tar() takes what
//          write_tar() makes, and the same entries as other programs pack them.
// Sources  POSIX.1-2017, pax, ustar interchange format.
// Errors   parse_error with the byte for anything else: a name that leaves the folder, a link or a
//          device, a wrong checksum, an entry twice, an end that is missing, bytes after the end.
//          resource_limit for more than is allowed; nothing is reserved because a header says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "io/byte_stream.hpp"

namespace breakeven::io {

struct TarEntry {
  std::string name;
  std::string bytes;
};

struct TarLimits {
  std::size_t entries = 1'000;
  std::uint64_t bytes = std::uint64_t{1} << 30;  ///< of all entries together
};

/// Letters, digits, ".", "_", "-" in parts divided by "/", none of them empty, "." or "..";
/// at most 100 bytes.
[[nodiscard]] bool is_tar_name(std::string_view name);

/// Fails: invalid_argument for a name that is_tar_name() refuses, resource_limit for an entry of 8 GiB.
[[nodiscard]] Result<std::string> write_tar(const std::vector<TarEntry>& entries);

/// In the order of the archive.
[[nodiscard]] Result<std::vector<TarEntry>> read_tar(ByteStream& stream,
                                                     const TarLimits& limits = {});

}  // namespace breakeven::io
