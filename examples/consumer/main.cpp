// Exact money: 12 304 tokens at 3.75 USD per million.
#include <cstdio>

#include "engine/base/money.hpp"

int main() {
  const auto price = breakeven::Price::parse("3.75");
  if (!price) return 1;
  const auto usd = breakeven::cost(12'304, *price);
  if (!usd) return 1;
  std::printf("%s\n", usd->decimal().c_str());
}
