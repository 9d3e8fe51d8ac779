#include "apps/mcp/stdio.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <utility>

namespace breakeven::mcp {
namespace {

/// Whole lines from several threads.
class Lines final : public Outlet {
 public:
  explicit Lines(std::FILE* out) : out_(out) {}
  void send(std::string_view message) override {
    std::string line(message);
    // Within a string JSON escapes a line break: one that stands here is only white space.
    std::ranges::replace(line, '\n', ' ');
    line += '\n';
    const std::lock_guard lock(mutex_);
    if (std::fwrite(line.data(), 1, line.size(), out_) != line.size() || std::fflush(out_) != 0) {
      gone_ = true;
    }
  }
  [[nodiscard]] bool gone() const override { return gone_; }
  void close() override {}  // the next call writes there too

 private:
  std::FILE* out_;
  std::mutex mutex_;
  std::atomic<bool> gone_{false};
};

void answer(Server& server, const std::string& line, const std::shared_ptr<Lines>& lines) {
  if (line.find_first_not_of(" \t\r") == std::string::npos) return;
  Reply reply = server.handle(line);
  if (reply.kind == Reply::Kind::message) lines->send(reply.message);
  if (reply.kind == Reply::Kind::later) reply.start(lines);
}

}  // namespace

Status serve_stdio(Server& server, std::FILE* in, std::FILE* out) {
  const auto lines = std::make_shared<Lines>(out);
  const std::size_t most = server.limits().max_message;
  std::array<char, 1U << 16U> chunk{};
  std::string line;
  while (!lines->gone()) {
    // read() rather than fread(): a message is answered when it is there, not when a buffer is full.
    const ssize_t size = ::read(::fileno(in), chunk.data(), chunk.size());
    if (size <= 0) break;
    for (ssize_t i = 0; i < size; ++i) {
      const char c = chunk[static_cast<std::size_t>(i)];
      if (c == '\n') {
        answer(server, line, lines);
        line.clear();
      } else if (line.size() <= most) {
        line += c;  // one byte too many is kept: handle() refuses it by its size
      }
    }
  }
  if (!line.empty()) answer(server, line, lines);
  if (lines->gone()) server.cancel_all();
  server.drain();
  if (lines->gone())
    return Error{ErrorCode::io_error, "cannot write the answer", "standard output"};
  return {};
}

}  // namespace breakeven::mcp
