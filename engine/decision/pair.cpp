#include "engine/decision/pair.hpp"

#include <cmath>
#include <string>

#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/decision/verdict.hpp"

namespace breakeven::decision {
namespace {

std::string capital(std::string name) {
  if (!name.empty() && name.front() >= 'a' && name.front() <= 'z') {
    name.front() = static_cast<char>(name.front() - 'a' + 'A');
  }
  return name;
}

std::string one_place(double value) {
  const std::string text = shortest(std::round(value * 10) / 10);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

/// What the change to `to` costs once more than `from`, and how soon it comes back.
std::string once_clause(const Priced& to, const Priced& from, const PairVerdict& v,
                        int horizon_months) {
  const Usd more = to.once - from.once;
  if (more <= Usd() || !v.payback_months) return {};
  return "; its " + more.display() + " more at once are saved in " + one_place(*v.payback_months) +
         " of " + std::to_string(horizon_months) + " months";
}

std::string ruled_out(const Priced& a, const Priced& b) {
  if (a.allowed && b.allowed) return {};
  if (!a.allowed && !b.allowed) return " The requirements rule both out.";
  return " The requirements rule out " + (a.allowed ? b.name : a.name) + ".";
}

}  // namespace

PairVerdict compare_pair(const Priced& first, const Priced& second, int horizon_months) {
  PairVerdict v;
  const bool first_wins = first.month < second.month;
  const Priced& low = first_wins ? first : second;
  const Priced& high = first_wins ? second : first;
  v.difference = high.month - low.month;
  if (v.difference > Usd()) v.cheaper = first_wins ? Cheaper::first : Cheaper::second;
  if (high.month > Usd()) v.share = v.difference.estimate() / high.month.estimate();
  v.noise = v.share < kNoiseShare;
  const Usd saved = high.recurring - low.recurring;
  if (low.once > high.once && saved > Usd()) {
    v.payback_months = (low.once - high.once).estimate() / saved.estimate();
  }
  if (v.cheaper == Cheaper::neither) {
    v.sentence = capital(first.name) + " costs as much as " + second.name + ": " +
                 first.month.display() + " a month." + ruled_out(first, second);
    return v;
  }
  v.sentence = capital(low.name) + " is " + v.difference.display() + " a month cheaper than " +
               high.name + " (" + low.month.display() + " against " + high.month.display() + ", " +
               one_place(100 * v.share) + " %)";
  v.sentence += once_clause(low, high, v, horizon_months);
  if (v.noise) v.sentence += "; less than what is usually forgotten, so too close to call";
  // Cheaper only because the other's change costs more at once than its months save.
  if (high.recurring < low.recurring && high.once > low.once) {
    v.sentence += "; every month alone " + high.name + " would cost " +
                  (low.recurring - high.recurring).display() + " less, but not what it costs once";
  }
  v.sentence += "." + ruled_out(first, second);
  return v;
}

}  // namespace breakeven::decision
