// Fuzzes the text of robots.txt, and diff, apply and quarantine with pairs of documents: the changes
// between two lead from the one to the other, and each is proposed or held back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "io/feeds/feed.hpp"
#include "registry/diff.hpp"
#include "registry/quarantine.hpp"
#include "registry/robots.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t half = bytes.find('\0');
  const std::string_view first = bytes.substr(0, half);
  const std::string_view second =
      half == std::string_view::npos ? std::string_view() : bytes.substr(half + 1);
  const registry::Robots robots = registry::Robots::parse(first, "Breakeven");
  if (!robots.allows("/robots.txt")) std::abort();
  if (robots.crawl_delay_s() < 0 || robots.crawl_delay_s() > registry::kLongestCrawlDelayS) {
    std::abort();
  }
  static_cast<void>(robots.allows(second.substr(0, 2'000)));

  const auto previous = io::read_litellm(first);
  const auto next = io::read_litellm(second);
  if (!previous.ok() || !next.ok()) return 0;
  const auto changes = registry::diff(previous->observations, next->observations);
  const auto after = registry::apply_changes(previous->observations, changes);
  if (!after.ok() || !registry::diff(*after, next->observations).empty()) std::abort();
  const registry::Sorted sorted = registry::sort_changes(changes, next->observations);
  if (sorted.proposed.size() + sorted.quarantined.size() != changes.size()) std::abort();
  return 0;
}
