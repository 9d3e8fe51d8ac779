// identity.hpp — the fingerprints that tell records apart, for all ways of reading them.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/usage/id_set.hpp"

namespace breakeven::usage {

/// What a record says, but for who it is. `counts` are its tokens by bucket; null: no cost.
template <class Counts>
[[nodiscard]] std::uint64_t content_print(const Counts& counts, std::int64_t reasoning,
                                          std::int64_t requests, std::int64_t web_searches,
                                          const Usd* cost, std::int64_t start_ns,
                                          std::string_view model) {
  // Asked of every record: the counts are folded by one multiplication each before they are mixed.
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
  std::uint64_t folded = 0;
  const auto fold = [&](std::int64_t n) { folded = folded * kOdd + static_cast<std::uint64_t>(n); };
  for (const auto count : counts) fold(count);
  fold(reasoning);
  fold(requests);
  fold(web_searches);
  Fingerprint print;
  print.add(static_cast<std::int64_t>(folded));
  if (cost != nullptr) {
    print.add(static_cast<std::int64_t>(cost->femto() >> 64));
    print.add(static_cast<std::int64_t>(static_cast<std::uint64_t>(cost->femto())));
  }
  print.add(start_ns);
  print.add(model);
  return print.low();
}

}  // namespace breakeven::usage
