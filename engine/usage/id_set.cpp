#include "engine/usage/id_set.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace breakeven::usage {

void Fingerprint::add(std::string_view text) {
  std::uint64_t w = 0;
  std::size_t filled = 0;
  for (const char c : text) {
    w = (w << 8U) | static_cast<unsigned char>(c);
    if (++filled == 8) {
      word(w);
      w = 0;
      filled = 0;
    }
  }
  word(w);
  word(text.size());
}

void Fingerprint::add(std::int64_t number) { word(static_cast<std::uint64_t>(number)); }

void IdSet::grow() {
  const std::vector<Entry> old = std::move(table_);
  table_.assign(std::max<std::size_t>(1024, old.size() * 2), {});
  const std::size_t mask = table_.size() - 1;
  for (const Entry& e : old) {
    if ((e.low | e.high) == 0) continue;
    std::size_t at = e.low & mask;
    while ((table_[at].low | table_[at].high) != 0) at = (at + 1) & mask;
    table_[at] = e;
  }
}

IdSet::Found IdSet::insert(const Fingerprint& identity, std::uint64_t content) {
  if (table_.empty() || used_ * 3 > table_.size() * 2) grow();
  const std::size_t mask = table_.size() - 1;
  const std::uint64_t low = identity.low() | 1U;  // never the empty entry
  const std::uint64_t high = identity.high();
  std::size_t at = low & mask;
  while ((table_[at].low | table_[at].high) != 0) {
    if (table_[at].low == low && table_[at].high == high) {
      return table_[at].content == content ? Found::repeat : Found::conflict;
    }
    at = (at + 1) & mask;
  }
  if (used_ >= limit_) {
    full_ = true;
    return Found::fresh;
  }
  table_[at] = {low, high, content};
  ++used_;
  return Found::fresh;
}

}  // namespace breakeven::usage
