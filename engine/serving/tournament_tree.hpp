// tournament_tree.hpp — the least of R keys, with O(log R) updates.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace breakeven::serving {

/// The lowest number wins among equals.
template <class Key>
class TournamentTree {
 public:
  TournamentTree(std::size_t players, Key initial)
      : players_(players),
        leaves_(std::bit_ceil(std::max<std::size_t>(players, 1))),
        key_(players, initial),
        winner_(2 * leaves_) {
    for (std::size_t i = 0; i < leaves_; ++i) winner_[leaves_ + i] = static_cast<std::uint32_t>(i);
    for (std::size_t node = leaves_ - 1; node > 0; --node) play(node);
  }
  [[nodiscard]] std::size_t least() const { return winner_[1]; }
  [[nodiscard]] const Key& key(std::size_t player) const { return key_[player]; }
  void set(std::size_t player, Key key) {
    key_[player] = key;
    for (std::size_t node = (leaves_ + player) / 2; node > 0; node /= 2) play(node);
  }

 private:
  void play(std::size_t node) {
    const std::uint32_t a = winner_[2 * node];
    const std::uint32_t b = winner_[2 * node + 1];
    winner_[node] = b < players_ && key_[b] < key_[a] ? b : a;
  }

  std::size_t players_;
  std::size_t leaves_;
  std::vector<Key> key_;
  std::vector<std::uint32_t> winner_;
};

}  // namespace breakeven::serving
