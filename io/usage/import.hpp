// import.hpp — reads usage exports of any known format into records.
//
// Shape    The content decides: packing (gzip with any number of members, zstd, plain), encoding
//          (UTF-8, UTF-16), CSV or JSON or a metrics page or Parquet, and the format by its names.
//          Files are streamed; memory holds one record (CSV 4 MiB, JSON 32 MiB at most) and 16 bytes for each
//          record's identity. docs/formats/usage-import.md describes the formats.
// Threads  One importer at a time; files of one import are read in their order. Plain lines are read
//          on the threads of the pool; sinks and progress hear from one thread at a time, not always
//          the same one, and what they hear does not depend on the number of threads.
// Errors   In FileReport: what cannot be read is said there, and what was read before it stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/pool.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/mapper.hpp"
#include "io/byte_stream.hpp"

namespace breakeven::io {

/// How the plain lines of large files are read: never what comes of it.
struct LaneOptions {
  bool on = true;  ///< else line by line
  std::size_t block_bytes = std::size_t{512} << 10;
  std::size_t blocks = 8;  ///< read at one time
};

struct UsageReadOptions {
  usage::IntakeOptions intake;
  /// Columns of files that no known program wrote. Null: formats are detected.
  const usage::CustomMapping* mapping = nullptr;
  Pool* pool = nullptr;  ///< null: the calling thread alone
  LaneOptions lane;
  /// Hears, piece by piece, how many unpacked bytes of a file were read, and how it is packed.
  std::function<void(std::int64_t bytes, Packing packing)> progress;
};

/// Reads the files of one import: repeats are found across them.
class UsageImporter {
 public:
  UsageImporter(UsageReadOptions options, usage::RecordSink& sink)
      : options_(std::move(options)), sink_(sink) {}

  /// `path` is a file, or "-" for standard input.
  [[nodiscard]] usage::FileReport read(const std::string& path);
  /// The same from bytes in memory; `name` stands for the file in messages.
  [[nodiscard]] usage::FileReport read_bytes(std::string_view bytes, const std::string& name);
  /// The limit on remembered identities was reached: later repeats were not found.
  [[nodiscard]] bool identities_full() const { return seen_.full(); }

 private:
  /// `path`: of a file that may be read again, else empty.
  [[nodiscard]] usage::FileReport read_stream(Result<ByteStream> stream, const std::string& name,
                                              const std::string& path);

  UsageReadOptions options_;
  usage::RecordSink& sink_;
  usage::IdSet seen_;
  usage::CounterBook counters_;
};

/// Reads a mapping file (docs/formats/usage-import.md, "Mapping files").
[[nodiscard]] Result<usage::CustomMapping> parse_usage_mapping(std::string_view json,
                                                               const std::string& name);

}  // namespace breakeven::io
