#include "engine/advisor/default_line.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/economics/ledger.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::advisor {
namespace {

Usd to_cents(double usd) {
  constexpr double kMost = 1e15;  // far above what check_lines() lets pass
  return Usd::from_cents(
      static_cast<std::int64_t>(std::nearbyint(std::clamp(usd, -kMost, kMost) * 100.0)));
}

}  // namespace

Ranged ranged(const catalog::Default& d) { return {d.value, d.low, d.high}; }

Ranged certain(double value) { return {value, value, value}; }

Ranged product(Ranged a, Ranged b) { return {a.value * b.value, a.low * b.low, a.high * b.high}; }

economics::Line default_line(std::string id, std::string title, economics::Group group, Ranged usd,
                             const std::vector<const catalog::Default*>& from) {
  economics::Line l;
  l.id = std::move(id);
  l.title = std::move(title);
  l.group = group;
  l.usd = to_cents(usd.value);
  l.low = to_cents(std::min(usd.low, usd.value));
  l.high = to_cents(std::max(usd.high, usd.value));
  l.kind = explain::Kind::assumed;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const catalog::Source& s = from[i]->source;
    l.settings.push_back(from[i]->id);
    if (i == 0) {
      l.source = {s.text, s.date, s.place};
    } else {
      l.note += (l.note.empty() ? "also " : ", ") + s.place;
    }
  }
  return l;
}

}  // namespace breakeven::advisor
