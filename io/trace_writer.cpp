#include "io/trace_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace breakeven::io {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

void append_number(std::string& to, std::int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  to.append(digits.data(), end);
}

void append_seconds(std::string& to, std::int64_t ns) {
  append_number(to, ns / kNsPerSecond);
  std::int64_t fraction = ns % kNsPerSecond;
  if (fraction == 0) return;
  std::array<char, 9> digits{};
  for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
    *at = static_cast<char>('0' + fraction % 10);
    fraction /= 10;
  }
  std::size_t used = digits.size();
  while (digits[used - 1] == '0') --used;
  to += '.';
  to.append(digits.data(), used);
}

Error system_error(const std::string& path, const char* action) {
  return Error{ErrorCode::io_error, std::string(action) + ": " + std::strerror(errno), path};
}

}  // namespace

std::string trace_csv(const traffic::Trace& trace) {
  std::string text = "arrival_s,input_tokens,output_tokens";
  if (!trace.cached_tokens.empty()) text += ",cached_tokens";
  if (!trace.session.empty()) text += ",session";
  text += '\n';
  text.reserve(text.size() + trace.size() * 32);
  for (std::size_t i = 0; i < trace.size(); ++i) {
    append_seconds(text, trace.arrival_ns[i]);
    text += ',';
    append_number(text, trace.input_tokens[i]);
    text += ',';
    append_number(text, trace.output_tokens[i]);
    if (!trace.cached_tokens.empty()) {
      text += ',';
      append_number(text, trace.cached_tokens[i]);
    }
    if (!trace.session.empty()) {
      text += ',';
      append_number(text, trace.session[i]);
    }
    text += '\n';
  }
  return text;
}

Result<std::string> gzip(std::string_view bytes) {
  z_stream z{};
  if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return Error{ErrorCode::resource_limit, "no memory to pack gzip", {}};
  }
  constexpr std::size_t kChunk = std::size_t{1} << 20U;
  std::string out;
  int code = Z_OK;
  while (code == Z_OK) {
    if (z.avail_in == 0 && !bytes.empty()) {
      const std::size_t n = std::min(bytes.size(), kChunk);
      // zlib's interface is older than const.
      z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      z.avail_in = static_cast<uInt>(n);
      bytes.remove_prefix(n);
    }
    const std::size_t made = out.size();
    out.resize(made + kChunk);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + made);
    z.avail_out = static_cast<uInt>(kChunk);
    code = deflate(&z, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
    out.resize(out.size() - z.avail_out);
  }
  deflateEnd(&z);
  if (code != Z_STREAM_END) return Error{ErrorCode::internal, "gzip packing failed", {}};
  return out;
}

Status write_file(const std::string& path, std::string_view bytes) {
  if (path.empty()) {
    return Error{
        ErrorCode::invalid_argument, "expected the name of a file, found an empty one", {}};
  }
  // The finished file is renamed into place: that would replace a device or a pipe by a file.
  struct stat there{};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    return Error{ErrorCode::io_error, "cannot write: expected a regular file, found another kind",
                 path};
  }
  const std::string temporary = path + ".part" + std::to_string(::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return system_error(path, "cannot write");
  Status status;
  while (status.ok() && !bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      status = system_error(path, "cannot write");
    } else {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  if (status.ok() && ::fsync(file) != 0 && errno != EINVAL) {
    status = system_error(path, "cannot write");
  }
  if (::close(file) != 0 && status.ok()) status = system_error(path, "cannot write");
  if (status.ok() && std::rename(temporary.c_str(), path.c_str()) != 0) {
    status = system_error(path, "cannot put the new file in place");
  }
  if (!status.ok()) ::unlink(temporary.c_str());
  return status;
}

Status write_trace(const traffic::Trace& trace, const std::string& path) {
  BREAKEVEN_CHECK_OK(trace.validate());
  const std::string text = trace_csv(trace);
  if (!path.ends_with(".gz")) return write_file(path, text);
  BREAKEVEN_TRY(const std::string packed, gzip(text));
  return write_file(path, packed);
}

}  // namespace breakeven::io
