#include "engine/serving/latency_sketch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace breakeven::serving {

std::int64_t nearest_rank(double percentile, std::int64_t n) {
  // 95 % of 20 must be rank 19 although 0.95 * 20 may come out a bit above 19.
  const double exact = percentile * static_cast<double>(n) / 100.0;
  const auto rank = static_cast<std::int64_t>(std::ceil(exact - 1e-9));
  return std::clamp<std::int64_t>(rank, 1, std::max<std::int64_t>(n, 1));
}

double LatencySketch::percentile(double p) const {
  if (count_ == 0) return 0;
  const std::int64_t rank = nearest_rank(p, count_);
  if (rank == count_) return max_;
  std::int64_t seen = zeros_;
  if (seen >= rank) return 0;
  for (std::size_t page = 0; page < pages_.size(); ++page) {
    if (pages_[page] == nullptr) continue;
    const std::int64_t of_page =
        std::accumulate(pages_[page]->begin(), pages_[page]->end(), std::int64_t{0});
    if (seen + of_page < rank) {
      seen += of_page;
      continue;
    }
    for (std::size_t i = 0; i < kPageSize; ++i) {
      seen += (*pages_[page])[i];
      if (seen < rank) continue;
      const auto index = static_cast<std::uint32_t>((page << kPageBits) | i);
      const std::uint32_t bits = kLowestBits + (index << kShift) + (1U << (kShift - 1));
      return std::min(static_cast<double>(std::bit_cast<float>(bits)), max_);
    }
  }
  return max_;
}

}  // namespace breakeven::serving
