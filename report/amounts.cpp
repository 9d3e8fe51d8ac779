#include "report/amounts.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace breakeven::report {
namespace {

constexpr Int128 kCent = kFemtoPerUsd / 100;

Int128 floor_cents(Int128 femto) {
  const Int128 whole = femto / kCent;
  return femto % kCent < 0 ? whole - 1 : whole;
}

}  // namespace

std::string cents(Usd amount) {
  std::string text = amount.display(2);
  text.erase(text.find('$'), 1);
  return text == "-0.00" ? "0.00" : text;
}

std::string cents(double usd) {
  if (!(std::fabs(usd) < 1e13)) return "-";
  return cents(Usd::from_cents(static_cast<std::int64_t>(std::nearbyint(usd * 100))));
}

std::vector<Usd> in_cents(const std::vector<Usd>& lines) {
  Usd total;
  std::vector<Int128> whole;
  Int128 given = 0;
  for (const Usd line : lines) {
    total += line;
    whole.push_back(floor_cents(line.femto()));
    given += whole.back();
  }
  auto missing = static_cast<std::size_t>(divide_half_even(total.femto(), kCent) - given);
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return lines[a].femto() - whole[a] * kCent > lines[b].femto() - whole[b] * kCent;
  });
  for (const std::size_t i : order) {
    if (missing == 0) break;
    ++whole[i];
    --missing;
  }
  std::vector<Usd> out;
  for (const Int128 one : whole) out.push_back(Usd::from_femto(one * kCent));
  return out;
}

}  // namespace breakeven::report
