// pair.hpp — two options against each other, in words that follow from their numbers.
//
// Units    Exact Usd per month, fully loaded over the horizon; once as given.
// Shape    compare_pair() sees only amounts: the sentence names the cheaper one because it is, says
//          so when the difference is noise (kNoiseShare of the dearer), and when a saving every
//          month is eaten by what the change costs once. Exchanging the two changes no fact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/money.hpp"

namespace breakeven::decision {

struct Priced {
  std::string name;  ///< as it stands inside a sentence: "renting on demand"
  Usd month;         ///< fully loaded
  Usd recurring;     ///< every month
  Usd once;
  bool allowed = true;  ///< no hard requirement rules it out
};

enum class Cheaper : std::uint8_t { first, second, neither };

struct PairVerdict {
  Cheaper cheaper = Cheaper::neither;
  Usd difference;      ///< never negative
  double share = 0;    ///< of the dearer one; 0 when that costs nothing
  bool noise = false;  ///< smaller than kNoiseShare
  /// Months until the cheaper one's higher one-off is saved; empty when it has none.
  std::optional<double> payback_months;
  std::string sentence;
};

[[nodiscard]] PairVerdict compare_pair(const Priced& first, const Priced& second,
                                       int horizon_months);

}  // namespace breakeven::decision
