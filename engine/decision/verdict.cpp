#include "engine/decision/verdict.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"

namespace breakeven::decision {
namespace {

std::string fixed1(double value) {
  std::array<char, 40> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f", value);
  return buffer.data();
}

Usd magnitude(Usd amount) { return amount < Usd() ? -amount : amount; }

/// Whole dollars where that loses nothing, cents otherwise.
std::string money(Usd amount) {
  const bool whole = amount.femto() % kFemtoPerUsd == 0;
  return amount.display(whole ? 0 : 2);
}

std::string percent(double share) { return fixed1(100 * share) + " %"; }

double ratio(Usd top, Usd bottom) { return top.estimate() / bottom.estimate(); }

std::string band(const Evidence& e) {
  if (e.one_off_low == e.one_off_high) return money(e.one_off_low);
  return money(e.one_off_low) + " to " + money(e.one_off_high);
}

std::string months(const Payback& p) {
  if (!p.months_low) return "never";
  if (!p.months_high || *p.months_low == *p.months_high) return fixed1(*p.months_low) + " months";
  return fixed1(*p.months_low) + " to " + fixed1(*p.months_high) + " months";
}

bool pays_back_within(const std::optional<double>& after, int horizon) {
  return after && *after <= horizon;
}

/// The API's name at the start of a sentence or title.
std::string capital(const Evidence& e) {
  std::string name = e.api_name;
  if (name.starts_with("the ")) name.front() = 'T';
  return name;
}

VerdictKind judge_money(const Evidence& e, const Verdict& v) {
  if (e.hybrid && *e.hybrid < e.api && *e.hybrid < e.self_host) return VerdictKind::hybrid_cheaper;
  if (v.saving <= Usd()) {
    if (!e.never.empty()) return VerdictKind::never_reachable;
    const bool noise = v.saving_share && std::fabs(*v.saving_share) < kNoiseShare;
    const bool doubt = v.probability && *v.probability > kDoubtLow;
    return noise || doubt || v.saving == Usd() ? VerdictKind::too_close_to_call
                                               : VerdictKind::api_cheaper;
  }
  const bool even_high = pays_back_within(v.payback.months_high, e.horizon_months);
  const bool at_least_low = pays_back_within(v.payback.months_low, e.horizon_months);
  if (!at_least_low) return VerdictKind::api_cheaper;
  const bool noise = v.saving_share && *v.saving_share < kNoiseShare;
  const bool doubt = v.probability && *v.probability < kDoubtHigh;
  return !even_high || noise || doubt ? VerdictKind::too_close_to_call
                                      : VerdictKind::self_host_cheaper;
}

void speak_self_host(const Evidence& e, Verdict& v) {
  v.title = "Self-hosting is " + money(v.amount) + " a month cheaper";
  v.sentence = "Self-hosting is " + money(v.amount) + " a month cheaper than " + e.api_name + " (" +
               money(e.self_host) + " against " + money(e.api);
  if (v.saving_share) v.sentence += ", " + percent(*v.saving_share);
  v.sentence += ")";
  if (e.one_off_high > Usd()) {
    v.sentence += "; the one-off cost of " + band(e) + " pays back in " + months(v.payback);
  }
  v.sentence += ".";
}

void speak_api(const Evidence& e, Verdict& v) {
  if (v.saving > Usd()) {
    v.title = "Stay on " + e.api_name + ": the saving does not pay back in time";
    v.sentence = "Self-hosting would be " + money(v.amount) +
                 " a month cheaper, but the one-off cost of " + band(e) + " pays back in " +
                 months(v.payback) + ", after the horizon of " + std::to_string(e.horizon_months) +
                 " months: " + e.api_name + " is cheaper over the horizon.";
    return;
  }
  v.title = capital(e) + " is " + money(v.amount) + " a month cheaper";
  v.sentence = capital(e) + " is " + money(v.amount) + " a month cheaper: self-hosting costs " +
               money(e.self_host) + " a month against " + money(e.api);
  if (e.api > Usd()) v.sentence += ", " + fixed1(ratio(e.self_host, e.api)) + " times as much";
  v.sentence += ".";
}

void speak_close(const Evidence& e, Verdict& v) {
  v.title = "Too close to call";
  if (v.saving == Usd()) {
    v.sentence = "Too close to call: both cost " + money(e.api) + " a month.";
    return;
  }
  const bool self = v.saving > Usd();
  v.sentence = "Too close to call: " + e.basis + " " +
               (self ? std::string("self-hosting") : e.api_name) + " is " + money(v.amount) +
               " a month cheaper";
  if (v.saving_share)
    v.sentence += " (" + percent(std::fabs(*v.saving_share)) + " of the API bill)";
  if (self && e.one_off_high > Usd()) {
    v.sentence += ", but the one-off cost of " + band(e) + " pays back in " + months(v.payback) +
                  " against a horizon of " + std::to_string(e.horizon_months);
  }
  v.sentence += self ? "; any forgotten cost of " + money(v.amount) + " a month flips it."
                     : "; it flips when self-hosting gets " + money(v.amount) + " a month cheaper.";
}

void speak_hybrid(const Evidence& e, Verdict& v) {
  const Usd pure = std::min(e.api, e.self_host);
  const Usd hybrid = e.hybrid.value_or(pure);
  v.amount = pure - hybrid;
  v.title = "Own the base load, send the peaks to the API";
  v.sentence = "A mix is cheapest at " + money(hybrid) + " a month: " + money(v.amount) +
               " less than " + (e.api <= e.self_host ? e.api_name : std::string("self-hosting")) +
               " alone (" + money(pure) + ").";
}

void speak_constraint(const Evidence& e, Verdict& v) {
  const bool neither = !e.api_feasible && !e.self_host_feasible;
  const std::string why = e.constraint.empty() ? "a hard requirement" : e.constraint;
  if (neither) {
    v.title = "No option meets the requirements";
    v.sentence = "No option meets " + why + ": neither the API nor self-hosting is allowed.";
    v.amount = Usd();
    return;
  }
  if (!e.both_priced) {
    v.title = e.api_feasible ? capital(e) + ", because " + why : "Self-host, because " + why;
    v.sentence = "Only one side is left (" + why +
                 "): " + (e.api_feasible ? e.api_name : std::string("self-hosting")) + ", at " +
                 money(e.api_feasible ? e.api : e.self_host) + " a month.";
    v.amount = Usd();
    return;
  }
  // What the excluded side would have cost less; nothing when the allowed side is cheaper anyway.
  const Usd price = e.api_feasible ? e.api - e.self_host : e.self_host - e.api;
  const std::string allowed = e.api_feasible ? e.api_name : std::string("self-hosting");
  v.title = e.api_feasible ? capital(e) + ", because " + why : "Self-host, because " + why;
  if (price > Usd()) {
    v.amount = price;
    v.sentence = "The constraint decides (" + why + "), not the money: only " + allowed +
                 " is allowed, and that costs " + money(price) + " a month more, " +
                 money(price * 12) + " a year.";
  } else {
    v.amount = magnitude(price);
    v.sentence = "The constraint decides (" + why + ") and costs nothing: " + allowed + " is " +
                 (price == Usd() ? "as cheap as the alternative."
                                 : money(v.amount) + " a month cheaper anyway.");
  }
}

void speak_unverified(const Evidence& e, Verdict& v) {
  v.title = "It depends on an answer that is missing";
  v.sentence = "Not decided";
  if (!e.api_feasible || !e.self_host_feasible) {
    const std::string why = e.constraint.empty() ? "a hard requirement" : e.constraint;
    v.sentence += " (only " + (e.api_feasible ? e.api_name : std::string("self-hosting")) +
                  " is left: " + why + ")";
  } else if (v.saving > Usd()) {
    v.sentence += " (self-hosting looks " + money(v.amount) + " a month cheaper as given)";
  } else if (v.saving < Usd()) {
    v.sentence += " (" + e.api_name + " looks " + money(v.amount) + " a month cheaper as given)";
  }
  v.sentence += ":";
  for (const std::string& question : e.open_questions) v.sentence += " " + question;
}

}  // namespace

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::self_host_cheaper:
      return "self_host_cheaper";
    case VerdictKind::api_cheaper:
      return "api_cheaper";
    case VerdictKind::hybrid_cheaper:
      return "hybrid_cheaper";
    case VerdictKind::too_close_to_call:
      return "too_close_to_call";
    case VerdictKind::never_reachable:
      return "never_reachable";
    case VerdictKind::constraint_decides:
      return "constraint_decides";
    case VerdictKind::unverified:
      break;
  }
  return "unverified";
}

Payback payback(const Evidence& e) {
  const Usd saving = e.api - e.self_host;
  if (!e.both_priced || saving <= Usd()) return {};
  return {ratio(e.one_off_low, saving), ratio(e.one_off_high, saving)};
}

Verdict decide(const Evidence& e) {
  Verdict v;
  if (e.both_priced) v.saving = e.api - e.self_host;
  v.amount = magnitude(v.saving);
  if (e.api > Usd()) v.saving_share = ratio(v.saving, e.api);
  v.probability = e.probability;
  v.payback = payback(e);
  for (std::size_t i = 0; i < std::min<std::size_t>(3, e.drivers.size()); ++i) {
    v.drivers.push_back(e.drivers[i]);
  }
  v.nearest_flip = e.nearest_flip;

  const bool any_side = e.api_feasible || e.self_host_feasible;
  if (any_side && !e.open_questions.empty()) {
    v.kind = VerdictKind::unverified;
  } else if (!e.api_feasible || !e.self_host_feasible) {
    v.kind = VerdictKind::constraint_decides;
  } else {
    v.kind = judge_money(e, v);
  }
  switch (v.kind) {
    case VerdictKind::self_host_cheaper:
      speak_self_host(e, v);
      break;
    case VerdictKind::api_cheaper:
      speak_api(e, v);
      break;
    case VerdictKind::hybrid_cheaper:
      speak_hybrid(e, v);
      break;
    case VerdictKind::too_close_to_call:
      speak_close(e, v);
      break;
    case VerdictKind::never_reachable:
      speak_api(e, v);
      v.title = "Self-hosting can never reach " + e.api_name + "'s price";
      v.sentence += " No volume changes that: " + e.never + ".";
      break;
    case VerdictKind::constraint_decides:
      speak_constraint(e, v);
      break;
    case VerdictKind::unverified:
      speak_unverified(e, v);
      break;
  }
  if (e.requirements_usd && *e.requirements_usd > Usd() &&
      v.kind != VerdictKind::constraint_decides) {
    v.sentence += " The requirements cost " + money(*e.requirements_usd) +
                  " a month: without them " + e.without_requirements + " would be cheapest.";
  }
  return v;
}

}  // namespace breakeven::decision
