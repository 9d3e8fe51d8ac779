// byte_stream.hpp — the bytes of a file, of standard input or of memory, unpacked while read.
//
// Shape    The first bytes decide: gzip (RFC 1952, any number of members), zstd (any number of
//          frames), or plain. The name of the file decides nothing. Memory is two fixed buffers.
// Threads  One reader per stream.
// Errors   not_found with near matches (no such file), io_error (directory, no permission, the
//          system failed), parse_error (packed data that is cut off or damaged, bytes after its
//          end).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::io {

enum class Packing : std::uint8_t { none, gzip, zstd };

[[nodiscard]] std::string_view packing_name(Packing packing);

class ByteStream {
 public:
  /// `path` is a file, or "-" for standard input.
  [[nodiscard]] static Result<ByteStream> open(const std::string& path);
  /// Bytes that the caller keeps alive; `name` stands for them in errors.
  [[nodiscard]] static Result<ByteStream> from_memory(std::string_view bytes, std::string name);

  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) noexcept;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  ~ByteStream();

  /// From here on no more than `bytes` are read, unpacked: a small file that unpacks to a huge one
  /// becomes a resource_limit.
  void limit(std::uint64_t bytes);

  /// Fills up to `capacity` bytes; 0 only at the end. After an error the stream is not to be read.
  [[nodiscard]] Result<std::size_t> read(char* to, std::size_t capacity);

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] Packing packing() const;

 private:
  struct State;
  explicit ByteStream(std::unique_ptr<State> state);
  [[nodiscard]] Result<std::size_t> unpack(char* to, std::size_t capacity);
  std::unique_ptr<State> state_;
};

}  // namespace breakeven::io
