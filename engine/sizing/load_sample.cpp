#include "engine/sizing/load_sample.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "engine/traffic/trace.hpp"

namespace breakeven::sizing {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kBlockNs = 900 * kSecondNs;
constexpr std::int64_t kFewestBlocks = 32;
constexpr std::int64_t kMostBlocks = 2'000;
constexpr std::int64_t kFewestKept = 8;
constexpr std::int64_t kGapNs = 120 * kSecondNs;
constexpr std::int64_t kAnswerWeight = 8;  // a decoded token costs several prefilled ones

void append(traffic::Trace& to, const traffic::Trace& from, std::size_t i, std::int64_t shift_ns) {
  to.arrival_ns.push_back(from.arrival_ns[i] + shift_ns);
  to.input_tokens.push_back(from.input_tokens[i]);
  to.output_tokens.push_back(from.output_tokens[i]);
  if (!from.cached_tokens.empty()) to.cached_tokens.push_back(from.cached_tokens[i]);
  if (!from.session.empty()) to.session.push_back(from.session[i]);
}

}  // namespace

traffic::Trace sample_by_load(const traffic::Trace& trace, std::int64_t requests) {
  const auto n = static_cast<std::int64_t>(trace.size());
  if (n == 0 || 2 * n <= 3 * requests) return trace;
  const std::int64_t first = trace.arrival_ns.front();
  const std::int64_t span = trace.arrival_ns.back() - first + 1;
  const std::int64_t blocks = std::clamp(span / kBlockNs, kFewestBlocks, kMostBlocks);
  const std::int64_t length = span / blocks + 1;
  const auto block_of = [&](std::size_t i) {
    return static_cast<std::size_t>((trace.arrival_ns[i] - first) / length);
  };

  std::vector<std::int64_t> load(static_cast<std::size_t>(blocks), 0);
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::int64_t cached = trace.cached_tokens.empty() ? 0 : trace.cached_tokens[i];
    load[block_of(i)] += std::max<std::int64_t>(trace.input_tokens[i] - cached, 1) +
                         kAnswerWeight * trace.output_tokens[i];
  }
  std::vector<std::size_t> rank(load.size());
  std::iota(rank.begin(), rank.end(), std::size_t{0});
  std::stable_sort(rank.begin(), rank.end(),
                   [&](std::size_t a, std::size_t b) { return load[a] > load[b]; });

  const auto share = static_cast<double>(requests) / static_cast<double>(n);
  const auto wanted =
      static_cast<std::int64_t>(std::floor(share * static_cast<double>(blocks) + 0.5));
  const std::int64_t kept = std::clamp(wanted, kFewestKept, blocks);
  std::vector<bool> keep(load.size(), false);
  keep[rank.front()] = true;
  for (std::int64_t j = 1; j < kept; ++j) {
    keep[rank[static_cast<std::size_t>((2 * j + 1) * blocks / (2 * kept))]] = true;
  }

  traffic::Trace sample;
  sample.name = trace.name;
  std::int64_t start = 0;  // of the current block, in the sample
  std::size_t open = load.size();
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const std::size_t block = block_of(i);
    if (!keep[block]) continue;
    if (block != open) {
      if (open != load.size()) start += length + (block == open + 1 ? 0 : kGapNs);
      open = block;
    }
    append(sample, trace, i, start - first - static_cast<std::int64_t>(block) * length);
  }
  sample.span_ns = start + length;
  return sample;
}

}  // namespace breakeven::sizing
