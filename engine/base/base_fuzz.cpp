// Fuzzes the readers of single values: amounts, prices, ratios, dates and times. What is read must
// print and read back as the same value; nothing may crash, overflow or hang.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"

using breakeven::Date;
using breakeven::Instant;
using breakeven::Price;
using breakeven::Rational;
using breakeven::Usd;

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto usd = Usd::parse(text); usd.ok()) {
    const auto back = Usd::parse(usd->decimal());
    if (!back.ok() || !(*back == *usd)) std::abort();
    (void)usd->display();
    if (const auto factor = Rational::parse("1.1"); factor.ok()) (void)scale(*usd, *factor);
  }
  if (const auto price = Price::parse(text); price.ok()) {
    const auto back = Price::parse(price->decimal());
    if (!back.ok() || !(*back == *price)) std::abort();
    (void)cost(static_cast<std::int64_t>(size) << 40, *price);
  }
  if (const auto ratio = Rational::parse(text); ratio.ok() && ratio->denominator() <= 0)
    std::abort();
  if (const auto date = Date::parse(text); date.ok() && date->iso() != text) std::abort();
  if (const auto at = Instant::parse(text); at.ok()) {
    // Offsets may lead out of the years that can be written.
    const auto back = Instant::parse(at->iso());
    if (back.ok() && back->seconds != at->seconds) std::abort();
  }
  return 0;
}
