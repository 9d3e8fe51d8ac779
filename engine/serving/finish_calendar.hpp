// finish_calendar.hpp — decoding sequences by the iteration after which they are complete.
//
// Shape    A ring of lists for the next 1 024 iterations with a bit per list that is not empty, so
//          that the next completion is two bit scans away; what lies beyond waits in a heap and
//          moves into the ring as the clock comes near. Adding and taking cost O(1) for answers up
//          to 1 024 tokens, O(log n) above.
// Threads  One replica's own.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace breakeven::serving {

class FinishCalendar {
 public:
  FinishCalendar() { first_.fill(kNone); }

  /// `iteration` lies after the last one given to take(); `slot` >= 0 is not in the calendar.
  void add(std::int64_t iteration, std::int32_t slot) {
    if (static_cast<std::size_t>(slot) >= next_.size())
      next_.resize(static_cast<std::size_t>(slot) + 1, kNone);
    if (iteration - now_ > kWindow) [[unlikely]] {
      far_.push_back({iteration, slot});
      std::push_heap(far_.begin(), far_.end(), std::greater<>());
      return;
    }
    link(iteration, slot);
  }
  /// Takes out a sequence that was added for `iteration`.
  void remove(std::int64_t iteration, std::int32_t slot);
  [[nodiscard]] bool empty() const { return summary_ == 0 && far_.empty(); }
  /// The earliest iteration that has a sequence. Not when empty().
  [[nodiscard]] std::int64_t earliest() const {
    if (summary_ == 0) [[unlikely]]
      return far_.front().iteration;
    // Two scans of a ring that begins at the iteration after now.
    const auto start = static_cast<std::size_t>(now_ + 1) & kMask;
    const std::size_t word = start / kWordBits;
    const std::uint64_t here = words_[word] & (~std::uint64_t{0} << (start % kWordBits));
    if (here != 0) return after_now(word, here, start);
    const std::uint32_t later = summary_ & ~((std::uint32_t{2} << word) - 1);
    const auto found = static_cast<std::size_t>(std::countr_zero(later != 0 ? later : summary_));
    return after_now(found, words_[found], start);
  }
  /// Calls `due(slot)` for every sequence of iteration `now` and takes it out. Nothing may lie
  /// between the last `now` and this one.
  template <class Due>
  void take(std::int64_t now, const Due& due) {
    now_ = now;
    const auto at = static_cast<std::size_t>(now) & kMask;
    std::int32_t slot = first_[at];
    if (slot != kNone) {
      first_[at] = kNone;
      clear(at);
      while (slot != kNone) {
        const std::int32_t following = next_[static_cast<std::size_t>(slot)];
        due(slot);
        slot = following;
      }
    }
    while (!far_.empty() && far_.front().iteration - now_ <= kWindow) [[unlikely]] {
      const Far far = pop_far();
      if (far.iteration == now) {
        due(far.slot);
      } else {
        link(far.iteration, far.slot);
      }
    }
  }

 private:
  static constexpr std::int32_t kNone = -1;
  static constexpr std::int64_t kWindow = 1024;
  static constexpr std::size_t kMask = kWindow - 1;
  static constexpr std::size_t kWordBits = 64;

  struct Far {
    std::int64_t iteration;
    std::int32_t slot;
    auto operator<=>(const Far&) const = default;
  };

  void link(std::int64_t iteration, std::int32_t slot) {
    const auto at = static_cast<std::size_t>(iteration) & kMask;
    next_[static_cast<std::size_t>(slot)] = first_[at];
    first_[at] = slot;
    words_[at / kWordBits] |= std::uint64_t{1} << (at % kWordBits);
    summary_ |= std::uint32_t{1} << (at / kWordBits);
  }
  void clear(std::size_t at) {
    const std::size_t word = at / kWordBits;
    words_[word] &= ~(std::uint64_t{1} << (at % kWordBits));
    if (words_[word] == 0) summary_ &= ~(std::uint32_t{1} << word);
  }
  [[nodiscard]] std::int64_t after_now(std::size_t word, std::uint64_t bits,
                                       std::size_t start) const {
    const std::size_t at = word * kWordBits + static_cast<std::size_t>(std::countr_zero(bits));
    return now_ + 1 + static_cast<std::int64_t>((at - start) & kMask);
  }
  Far pop_far() {
    const Far far = far_.front();
    std::pop_heap(far_.begin(), far_.end(), std::greater<>());
    far_.pop_back();
    return far;
  }

  std::int64_t now_ = 0;
  std::uint32_t summary_ = 0;  ///< words that are not zero
  std::array<std::uint64_t, kWindow / kWordBits> words_{};
  std::array<std::int32_t, kWindow> first_{};
  std::vector<std::int32_t> next_;  ///< by slot
  std::vector<Far> far_;            ///< heap, earliest on top
};

}  // namespace breakeven::serving
