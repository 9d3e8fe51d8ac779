#include "engine/usage/id_set.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace breakeven::usage {

void IdSet::grow() {
  const std::vector<Entry> old = std::move(table_);
  table_.assign(std::max<std::size_t>(1024, old.size() * 2), {});
  const std::size_t mask = table_.size() - 1;
  for (const Entry& e : old) {
    if (e.low == 0) continue;
    std::size_t at = e.low & mask;
    while (table_[at].low != 0) at = (at + 1) & mask;
    table_[at] = e;
  }
}

IdSet::Found IdSet::insert(std::uint64_t low, std::uint64_t identity_high, std::uint64_t content) {
  if (table_.empty() || used_ * 3 > table_.size() * 2) grow();
  const std::size_t mask = table_.size() - 1;
  if (low == 0) low = 1;  // never the empty entry
  const auto high = static_cast<std::uint32_t>(identity_high);
  const auto told = static_cast<std::uint32_t>(content);
  std::size_t at = low & mask;
  while (table_[at].low != 0) {
    if (table_[at].low == low && table_[at].high == high) {
      return table_[at].content == told ? Found::repeat : Found::conflict;
    }
    at = (at + 1) & mask;
  }
  if (used_ >= limit_) {
    full_ = true;
    return Found::fresh;
  }
  table_[at] = {low, high, told};
  ++used_;
  return Found::fresh;
}

}  // namespace breakeven::usage
