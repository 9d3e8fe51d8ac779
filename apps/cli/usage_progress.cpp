#include "apps/cli/usage_progress.hpp"

#include <unistd.h>

#include <cstdio>

#include "service/progress_text.hpp"

namespace breakeven::cli {

UsageProgressLine::UsageProgressLine() : watched_(isatty(STDERR_FILENO) != 0) {}

UsageProgressLine::~UsageProgressLine() {
  if (shown_) std::fputs("\r\033[K", stderr);
}

void UsageProgressLine::show(const service::UsageProgress& progress) {
  if (!watched_) return;
  const auto now = Clock::now();
  if (file_ != progress.file || progress.bytes == 0) {
    file_ = progress.file;
    start_ = now;
    next_ = now + std::chrono::seconds(1);
  }
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(250);
  const std::chrono::duration<double> passed = now - start_;
  std::fprintf(stderr, "\r\033[K%s", service::progress_text(progress, passed.count()).c_str());
  shown_ = true;
}

}  // namespace breakeven::cli
