// latency_sketch.hpp — percentiles of many durations in flat memory.
//
// Units    Seconds.
// Shape    A histogram with 2 048 buckets per power of two: the bucket is read off the bits of the
//          value as a float. A percentile is the middle of the bucket that holds the value of that
//          rank (nearest rank: the ceil(p/100 n)-th smallest), so its relative error is below
//          1/4096 = 0.025 %. Values below 2^-24 s count as 0, above 2^24 s as 2^24 s; count, sum
//          and maximum are exact. Adding in another order gives the same percentiles.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>

namespace breakeven::serving {

class LatencySketch {
 public:
  /// `seconds` >= 0.
  void add(double seconds) {
    ++count_;
    sum_ += seconds;
    if (seconds > max_) max_ = seconds;
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(seconds));
    if (bits < kLowestBits) {
      ++zeros_;
      return;
    }
    const std::uint32_t index =
        ((bits < kHighestBits ? bits : kHighestBits - 1) - kLowestBits) >> kShift;
    auto& page = pages_[index >> kPageBits];
    if (page == nullptr) [[unlikely]]
      page = std::make_unique<Page>();
    ++(*page)[index & (kPageSize - 1)];
  }

  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] double mean() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : 0; }
  [[nodiscard]] double max() const { return max_; }
  /// Value of nearest rank; 0 when empty. 0 < p <= 100.
  [[nodiscard]] double percentile(double p) const;

 private:
  static constexpr int kBucketBits = 11;
  static constexpr int kShift = 23 - kBucketBits;
  static constexpr std::uint32_t kLowestBits = (127U - 24U) << 23;
  static constexpr std::uint32_t kHighestBits = (127U + 24U) << 23;
  static constexpr int kPageBits = kBucketBits;  // one page per power of two, made when first used
  static constexpr std::size_t kPageSize = std::size_t{1} << kPageBits;
  using Page = std::array<std::uint32_t, kPageSize>;

  std::array<std::unique_ptr<Page>, 48> pages_;
  std::int64_t count_ = 0;
  std::int64_t zeros_ = 0;
  double sum_ = 0;
  double max_ = 0;
};

/// Rank (1-based) of the p-th percentile of n values: ceil(p/100 n), at least 1.
[[nodiscard]] std::int64_t nearest_rank(double percentile, std::int64_t n);

}  // namespace breakeven::serving
