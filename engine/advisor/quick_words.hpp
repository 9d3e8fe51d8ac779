// quick_words.hpp — sentences of the calculator, all built from computed numbers.
#pragma once

#include <string>
#include <vector>

#include "engine/advisor/quick.hpp"

namespace breakeven::advisor {

[[nodiscard]] std::string one_decimal(double value);
/// "$7,000" or "$7,000.50": cents only where there are some.
[[nodiscard]] std::string dollars(Usd amount);
/// Asks for what the GPU figure was sized, with the outcome of either answer.
[[nodiscard]] std::string sizing_question(const QuickAnswer& answer);
/// "GPU rental at $15,000 (now $8,000)".
[[nodiscard]] std::string flip_words(const QuickFlip& flip);
/// The popular rules of thumb against the user's own numbers.
[[nodiscard]] std::vector<ThumbRule> thumb_rules(const QuickAnswer& answer);
[[nodiscard]] std::vector<std::string> quick_warnings(const QuickAnswer& answer);

}  // namespace breakeven::advisor
