#include "io/byte_stream.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"

namespace breakeven::io {
namespace {

constexpr std::size_t kRawBuffer = 256 * 1024;

Error system_error(const std::string& name, const std::string& action, int number) {
  return Error{ErrorCode::io_error, action + ": " + std::strerror(number), name};
}

Error missing(const std::string& path) {
  namespace fs = std::filesystem;
  std::vector<std::string> neighbours;
  std::error_code ignored;
  const fs::path folder = fs::path(path).parent_path();
  for (fs::directory_iterator it(folder.empty() ? fs::path(".") : folder, ignored), end;
       !ignored && it != end && neighbours.size() < 10'000; it.increment(ignored)) {
    neighbours.push_back(it->path().filename().string());
  }
  const auto near = near_matches(fs::path(path).filename().string(), neighbours);
  std::string message = "no such file";
  for (std::size_t i = 0; i < near.size(); ++i) {
    message += (i == 0                 ? "; did you mean "
                : i + 1 == near.size() ? " or "
                                       : ", ") +
               (folder.empty() ? fs::path(near[i]) : folder / near[i]).string();
  }
  if (!near.empty()) message += "?";
  return Error{ErrorCode::not_found, message, path};
}

}  // namespace

std::string_view packing_name(Packing packing) {
  switch (packing) {
    case Packing::gzip:
      return "gzip";
    case Packing::zstd:
      return "zstd";
    case Packing::none:
      break;
  }
  return "plain";
}

struct ByteStream::State {
  std::string name;
  int descriptor = -1;
  std::string_view memory;
  Packing packing = Packing::none;

  std::vector<char> raw;
  std::size_t raw_at = 0;
  std::size_t raw_end = 0;
  bool raw_eof = false;
  bool ended = false;  ///< the packed data reached its proper end

  std::uint64_t left = UINT64_MAX;  ///< bytes that may still be read, unpacked
  z_stream inflater{};
  bool inflater_ready = false;
  bool in_member = true;
  ZSTD_DStream* unzstd = nullptr;
  std::optional<Error> failure;  ///< found after bytes that were handed out
  std::size_t zstd_pending = 1;  ///< 0 exactly at the end of a frame

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (inflater_ready) inflateEnd(&inflater);
    if (unzstd != nullptr) ZSTD_freeDStream(unzstd);
    if (descriptor > STDIN_FILENO) ::close(descriptor);
  }

  [[nodiscard]] std::size_t available() const { return raw_end - raw_at; }

  /// Reads from the source behind what is there; keeps unread bytes.
  Status refill() {
    if (raw_at > 0) {
      std::memmove(raw.data(), raw.data() + raw_at, available());
      raw_end -= raw_at;
      raw_at = 0;
    }
    if (raw_eof || raw_end == raw.size()) return {};
    BREAKEVEN_TRY(const std::size_t n, read_source(raw.data() + raw_end, raw.size() - raw_end));
    raw_end += n;
    return {};
  }

  /// Bytes of the source, not unpacked; 0 at its end only.
  Result<std::size_t> read_source(char* to, std::size_t capacity) {
    if (raw_eof) return std::size_t{0};
    if (descriptor < 0) {
      const std::size_t n = std::min(memory.size(), capacity);
      std::copy_n(memory.data(), n, to);
      memory.remove_prefix(n);
      raw_eof = memory.empty();
      return n;
    }
    while (true) {
      const ssize_t n = ::read(descriptor, to, capacity);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error(name, "cannot read", errno);
      raw_eof = n == 0;
      return static_cast<std::size_t>(n);
    }
  }

  Status start() {
    raw.resize(descriptor < 0 ? std::clamp<std::size_t>(memory.size(), 4, kRawBuffer) : kRawBuffer);
    while (raw_end < 4 && !raw_eof) BREAKEVEN_CHECK_OK(refill());
    const std::string_view head(raw.data(), raw_end);
    if (head.substr(0, 2) == "\x1f\x8b") {
      packing = Packing::gzip;
      if (inflateInit2(&inflater, 15 + 16) != Z_OK) {
        return Error{ErrorCode::resource_limit, "no memory to unpack gzip", name};
      }
      inflater_ready = true;
    } else if (head.substr(0, 4) == "\x28\xb5\x2f\xfd") {
      packing = Packing::zstd;
      unzstd = ZSTD_createDStream();
      if (unzstd == nullptr) {
        return Error{ErrorCode::resource_limit, "no memory to unpack zstd", name};
      }
    }
    return {};
  }

  Error cut_off() const {
    return Error{ErrorCode::parse_error,
                 "expected the end of the " + std::string(packing_name(packing)) +
                     " data, found the end of the file: it is truncated; copy or export it again",
                 name};
  }

  Error garbage() const {
    return Error{ErrorCode::parse_error,
                 "expected the end of the file after the " + std::string(packing_name(packing)) +
                     " data, found other bytes",
                 name};
  }

  /// Complete bytes first, the error on the next call.
  Result<std::size_t> after(std::size_t made, Error error) {
    if (made == 0) return error;
    failure = std::move(error);
    return made;
  }

  Result<std::size_t> read_plain(char* to, std::size_t capacity) {
    // A large piece goes to where it is wanted.
    if (available() == 0 && capacity >= raw.size()) return read_source(to, capacity);
    if (available() == 0) BREAKEVEN_CHECK_OK(refill());
    const std::size_t n = std::min(available(), capacity);
    std::memcpy(to, raw.data() + raw_at, n);
    raw_at += n;
    return n;
  }

  /// Between gzip members: another member, zero padding as tape blocks leave it, or the end.
  Status next_member() {
    bool padded = false;
    while (true) {
      while (available() < 2 && !raw_eof) BREAKEVEN_CHECK_OK(refill());
      const std::string_view rest(raw.data() + raw_at, available());
      if (rest.empty()) {
        ended = true;
        return {};
      }
      if (rest.front() == '\0') {
        padded = true;
        raw_at += std::min(rest.find_first_not_of('\0'), rest.size());
        continue;
      }
      if (padded || rest.substr(0, 2) != "\x1f\x8b") return garbage();
      inflateReset(&inflater);
      in_member = true;
      return {};
    }
  }

  Result<std::size_t> read_gzip(char* to, std::size_t capacity) {
    std::size_t made = 0;
    while (made < capacity && !ended) {
      if (!in_member) {
        if (const Status status = next_member(); !status) return after(made, status.error());
        continue;
      }
      if (available() == 0) {
        BREAKEVEN_CHECK_OK(refill());
        if (available() == 0) {
          if (made > 0) return made;  // complete bytes first, the error on the next call
          return cut_off();
        }
      }
      inflater.next_in = reinterpret_cast<Bytef*>(raw.data() + raw_at);
      inflater.avail_in = static_cast<uInt>(available());
      inflater.next_out = reinterpret_cast<Bytef*>(to + made);
      inflater.avail_out = static_cast<uInt>(std::min<std::size_t>(capacity - made, 1U << 30U));
      const uInt out_before = inflater.avail_out;
      const int code = inflate(&inflater, Z_NO_FLUSH);
      raw_at = raw_end - inflater.avail_in;
      made += out_before - inflater.avail_out;
      if (code == Z_STREAM_END) {
        in_member = false;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return after(made, Error{ErrorCode::parse_error,
                                 std::string("expected valid gzip data, found damage: ") +
                                     (inflater.msg != nullptr ? inflater.msg : zError(code)),
                                 name});
      }
    }
    return made;
  }

  Result<std::size_t> read_zstd(char* to, std::size_t capacity) {
    ZSTD_outBuffer out{to, capacity, 0};
    while (out.pos < capacity) {
      if (available() == 0) {
        BREAKEVEN_CHECK_OK(refill());
        if (available() == 0 && zstd_pending == 0) break;
        if (available() == 0) {
          // The decoder may still hold output of the bytes that it has.
          ZSTD_inBuffer none{nullptr, 0, 0};
          const std::size_t before = out.pos;
          const std::size_t code = ZSTD_decompressStream(unzstd, &out, &none);
          if (ZSTD_isError(code) == 0) zstd_pending = code;
          if (out.pos > before || zstd_pending == 0) continue;
          if (out.pos > 0) break;
          return cut_off();
        }
      }
      ZSTD_inBuffer in{raw.data() + raw_at, available(), 0};
      const bool between_frames = zstd_pending == 0;
      const std::size_t code = ZSTD_decompressStream(unzstd, &out, &in);
      if (ZSTD_isError(code) != 0) {
        if (between_frames) return after(out.pos, garbage());
        return after(out.pos, Error{ErrorCode::parse_error,
                                    std::string("expected valid zstd data, found damage: ") +
                                        ZSTD_getErrorName(code),
                                    name});
      }
      raw_at += in.pos;
      zstd_pending = code;
    }
    return out.pos;
  }
};

ByteStream::ByteStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteStream::ByteStream(ByteStream&&) noexcept = default;
ByteStream& ByteStream::operator=(ByteStream&&) noexcept = default;
ByteStream::~ByteStream() = default;

const std::string& ByteStream::name() const { return state_->name; }
Packing ByteStream::packing() const { return state_->packing; }

Result<ByteStream> ByteStream::open(const std::string& path) {
  auto state = std::make_unique<State>();
  if (path == "-") {
    state->name = "standard input";
    state->descriptor = STDIN_FILENO;
  } else {
    if (path.empty() || path.find('\0') != std::string::npos) {
      return Error{
          ErrorCode::invalid_argument, "expected the name of a file, found an empty one", {}};
    }
    state->name = path;
    state->descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (state->descriptor < 0) {
      return errno == ENOENT || errno == ENOTDIR ? missing(path)
                                                 : system_error(path, "cannot open", errno);
    }
    struct stat info{};
    if (::fstat(state->descriptor, &info) != 0) return system_error(path, "cannot open", errno);
    if (S_ISDIR(info.st_mode)) {
      return Error{ErrorCode::io_error, "expected a file, found a directory", path};
    }
  }
  BREAKEVEN_CHECK_OK(state->start());
  return ByteStream(std::move(state));
}

Result<ByteStream> ByteStream::from_memory(std::string_view bytes, std::string name) {
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  state->memory = bytes;
  BREAKEVEN_CHECK_OK(state->start());
  return ByteStream(std::move(state));
}

void ByteStream::limit(std::uint64_t bytes) { state_->left = bytes; }

Result<std::size_t> ByteStream::read(char* to, std::size_t capacity) {
  BREAKEVEN_TRY(const std::size_t size, unpack(to, capacity));
  if (size > state_->left) {
    return Error{ErrorCode::resource_limit, "unpacks to more than is allowed", state_->name};
  }
  state_->left -= size;
  return size;
}

Result<std::size_t> ByteStream::unpack(char* to, std::size_t capacity) {
  if (state_->failure) return *state_->failure;
  switch (state_->packing) {
    case Packing::gzip:
      return state_->read_gzip(to, capacity);
    case Packing::zstd:
      return state_->read_zstd(to, capacity);
    case Packing::none:
      break;
  }
  return state_->read_plain(to, capacity);
}

}  // namespace breakeven::io
