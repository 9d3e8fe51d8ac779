#include "service/progress_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace breakeven::service {
namespace {

constexpr int kBar = 20;
constexpr std::size_t kLongestName = 40;

std::string duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::min(seconds, 1e9) + 0.5);
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 7'200) return fmt::format("{} min", (whole + 30) / 60);
  return fmt::format("{} h", (whole + 1'800) / 3'600);
}

}  // namespace

std::string progress_text(const UsageProgress& progress, double seconds) {
  const double bytes = static_cast<double>(progress.bytes);
  const double rate = seconds > 0 ? bytes / seconds : 0;
  std::string_view name = progress.file;
  if (name == "-") name = "standard input";
  // The end of a path says more than its start.
  if (name.size() > kLongestName) name.remove_prefix(name.size() - kLongestName);
  if (progress.size <= 0 || rate <= 0) {
    return fmt::format("{} {:.0f} MB, {:.0f} MB/s", name, bytes / 1e6, rate / 1e6);
  }
  const double share = std::clamp(bytes / static_cast<double>(progress.size), 0.0, 1.0);
  const int full = static_cast<int>(share * kBar);
  const double left = std::max(0.0, static_cast<double>(progress.size) - bytes) / rate;
  return fmt::format("{} [{:#>{}}{:.>{}}] {:.0f} %, {:.0f} MB/s, {} left", name, "", full, "",
                     kBar - full, share * 100, rate / 1e6, duration(left));
}

}  // namespace breakeven::service
