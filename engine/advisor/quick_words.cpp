#include "engine/advisor/quick_words.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "engine/advisor/quick.hpp"
#include "engine/advisor/worked_cases.hpp"
#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/decision/verdict.hpp"
#include "engine/economics/owned.hpp"

namespace breakeven::advisor {
namespace {

Usd magnitude(Usd amount) { return amount < Usd() ? -amount : amount; }

std::string winner(Usd difference) {
  if (difference == Usd()) return "both cost the same";
  return std::string(difference > Usd() ? "self-hosting" : "the API") + " is " +
         dollars(magnitude(difference)) + " a month cheaper";
}

std::string percent(double share) { return one_decimal(100 * share) + " %"; }

/// A bound of a rule, for its sentence.
constexpr std::int64_t kApiBelow = 30'000;
constexpr std::int64_t kSelfHostAbove = 80'000;
constexpr double kUtilisationBeforeCommitting = 0.60;

const char* agree(bool yes) { return yes ? "agrees" : "disagrees"; }

ThumbRule spend_rule(const QuickAnswer& a) {
  const Usd spend = a.inputs.api_spend_usd_month;
  const bool self = a.verdict.saving > Usd();
  ThumbRule rule{"spend_band",
                 "Below $30K a month the API nearly always wins; above $80K self-hosting usually "
                 "wins if utilisation is good; between, it depends.",
                 dollars(spend) + " a month: " + winner(a.verdict.saving), "silent"};
  if (spend < Usd::from_dollars(kApiBelow)) rule.verdict = agree(!self);
  if (spend > Usd::from_dollars(kSelfHostAbove)) rule.verdict = agree(self);
  return rule;
}

ThumbRule utilisation_rule(const QuickAnswer& a) {
  const double u = a.inputs.gpu_utilisation.estimate();
  ThumbRule rule{"utilisation_60", "Aim for 60 % utilisation before committing.",
                 percent(u) + " now", "silent"};
  if (a.utilisation_break_even) {
    const double needed = *a.utilisation_break_even;
    rule.yours += needed > 1 ? "; one fleet cannot break even at any utilisation"
                             : "; yours breaks even from " + percent(needed);
    rule.verdict = agree((u >= kUtilisationBeforeCommitting) == (u >= needed));
  }
  return rule;
}

ThumbRule idle_rule(const QuickAnswer& a) {
  const double u = a.inputs.gpu_utilisation.estimate();
  const double gpu = a.inputs.gpu_usd_month.estimate();
  const auto idle = economics::to_cents({gpu * (1 - u)});
  return {"idle_cost",
          "A rented GPU costs the same at 30 % and at 90 % and does a third of the work.",
          (idle ? dollars(*idle) : std::string("part")) + " of " + dollars(a.inputs.gpu_usd_month) +
              " a month pays for idle capacity",
          "agrees"};
}

ThumbRule part_time_rule(const QuickAnswer& a) {
  ThumbRule rule{"part_time",
                 "\"Part-time\" means 0.3 engineers, $8K to $12K a month (that is $27K to $40K per "
                 "engineer).",
                 "an engineer is not priced", "silent"};
  const double engineer = a.inputs.engineer_usd_month.estimate();
  if (engineer > 0) {
    const double fte = a.inputs.ops_usd_month.estimate() / engineer;
    rule.yours = dollars(a.inputs.ops_usd_month) + " buys " + one_decimal(fte) + " engineers at " +
                 dollars(a.inputs.engineer_usd_month);
    rule.verdict = agree(engineer * 0.3 >= 8'000 && engineer * 0.3 <= 12'000);
  }
  return rule;
}

ThumbRule people_rule(const QuickAnswer& a) {
  const Usd doubled = a.verdict.saving - a.inputs.ops_usd_month;
  const Usd tripled = doubled - a.inputs.ops_usd_month;
  return {"people_underestimated",
          "Teams underestimate people 3 to 5 times and operations 2 to 3 times.",
          "operations doubled: " + winner(doubled) + "; tripled: " + winner(tripled),
          (doubled > Usd()) == (a.verdict.saving > Usd()) &&
                  (tripled > Usd()) == (a.verdict.saving > Usd())
              ? "silent"
              : "agrees"};
}

ThumbRule migration_rule(const QuickAnswer& a) {
  const auto& p = a.verdict.payback;
  ThumbRule rule{"migration", "Migration takes 6 to 12 months.",
                 "one-off of " + dollars(a.one_off_low) + " to " + dollars(a.one_off_high),
                 "silent"};
  if (p.months_low && p.months_high) {
    rule.yours += " pays back in " + one_decimal(*p.months_low) + " to " +
                  one_decimal(*p.months_high) + " months";
  } else {
    rule.yours += " never pays back";
  }
  return rule;
}

ThumbRule stale_budget_rule(const QuickAnswer& a) {
  const auto lower = mul_div(a.inputs.api_spend_usd_month, 7, 10);
  const Usd then = (lower ? *lower : a.inputs.api_spend_usd_month) - a.self_host.run_rate();
  return {
      "stale_budget",
      "Prices of the big vendors fell 40 to 90 % in 24 months: a year-old budget is off by 30 % "
      "or more.",
      "with the API 30 % cheaper " + winner(then),
      (then > Usd()) == (a.verdict.saving > Usd()) ? "silent" : "agrees"};
}

ThumbRule quality_rule() {
  return {"quality_gap",
          "Open-weight models trail the frontier by 5 to 15 points on factual benchmarks.",
          "not evaluated: needs the two models", "silent"};
}

}  // namespace

std::string one_decimal(double value) {
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f", value);
  return buffer.data();
}

std::string dollars(Usd amount) {
  return amount.display(amount.femto() % kFemtoPerUsd == 0 ? 0 : 2);
}

std::string sizing_question(const QuickAnswer& a) {
  const SizingReading& s = a.sizing;
  std::string text = "is the GPU figure of " + dollars(a.inputs.gpu_usd_month) +
                     " sized for the peak or for the mean load? Sized for the peak, " +
                     winner(s.difference_if_peak) + "; sized for the mean, the peak takes " +
                     one_decimal(s.peak_factor) + " times as many GPUs and " +
                     winner(s.difference_if_mean);
  if (s.gpu_flip_if_mean) {
    text += " (of the same total, the API wins when more than " + s.gpu_flip_if_mean->display() +
            " is GPU)";
  }
  return text + ".";
}

std::string flip_words(const QuickFlip& flip) {
  const auto say = [&](double value) {
    if (flip.unit == "USD/month") {
      const auto amount = economics::to_cents({value});
      return amount ? dollars(*amount) : shortest(value);
    }
    if (flip.unit == "months") return one_decimal(value) + " months";
    return percent(value);
  };
  return flip.title + " at " + say(flip.value) + " (now " + say(flip.now) + ")";
}

std::vector<ThumbRule> thumb_rules(const QuickAnswer& a) {
  return {spend_rule(a),  utilisation_rule(a), idle_rule(a),         part_time_rule(a),
          people_rule(a), migration_rule(a),   stale_budget_rule(a), quality_rule()};
}

std::vector<std::string> quick_warnings(const QuickAnswer& a) {
  std::vector<std::string> out;
  const QuickInputs& in = a.inputs;
  if (in.gpu_utilisation.estimate() > 0.7) {
    out.push_back(
        "a utilisation above 70 % is rare: measured fleets run at 5 to 25 %, "
        "well-scheduled large sites at 60 to 70 %");
  }
  if (in.ops_usd_month == Usd() && in.fte.numerator() == 0) {
    out.push_back("nobody is paid to run the fleet");
  }
  if (in.must_self_host && in.compliant_managed_usd_month == Usd()) {
    out.push_back(
        "ask what a compliant managed offering would cost: several vendors cover HIPAA, "
        "FedRAMP and on-premises");
  }
  if (in.must_self_host && in.compliant_managed_usd_month > Usd()) {
    const Usd against = in.compliant_managed_usd_month - a.self_host.run_rate();
    out.push_back("a compliant managed offering at " + dollars(in.compliant_managed_usd_month) +
                  " a month would be " + dollars(magnitude(against)) +
                  (against < Usd() ? " cheaper than self-hosting" : " dearer than self-hosting"));
  }
  return out;
}

std::string case_truth(const WorkedCase& worked, const QuickAnswer& a) {
  const Usd saving = a.verdict.saving;
  if (worked.claimed_winner == Claim::constraint) {
    const std::string text = "The constraint does decide, and it has a price: ";
    if (saving >= Usd()) return text + "none, because " + winner(saving) + " anyway.";
    return text + dollars(magnitude(saving)) + " a month, " + dollars(magnitude(saving * 12)) +
           " a year more than the API.";
  }
  if (a.sizing.asked) {
    return "The figures do not settle it: one answer is missing, and it decides who wins.";
  }
  const bool same_side = (worked.claimed_winner == Claim::self_host) == (saving > Usd());
  const bool same_amount =
      !worked.claimed_usd_month || *worked.claimed_usd_month == magnitude(saving);
  std::string text = "The claim has the sign wrong: on the same figures ";
  if (same_side) {
    text = same_amount ? "The arithmetic holds: " : "The side is right, the amount is not: ";
  }
  text += winner(saving);
  if (saving > Usd() && a.verdict.saving_share) {
    text += " (" + percent(*a.verdict.saving_share) + " of the bill)";
  } else if (saving < Usd() && a.inputs.api_spend_usd_month > Usd()) {
    text +=
        ", self-hosting costs " +
        one_decimal(a.self_host.run_rate().estimate() / a.inputs.api_spend_usd_month.estimate()) +
        " times as much";
  }
  text += ".";
  if (worked.claimed_winner == Claim::self_host) {
    const Usd doubled = saving - a.inputs.ops_usd_month;
    text += " If operations double, " + winner(doubled) + "; if they triple, " +
            winner(doubled - a.inputs.ops_usd_month) + ".";
    if (worked.popular_claim.find("mandatory") != std::string::npos) {
      text += " Cheaper, then, not mandatory.";
    }
  } else if (a.verdict.kind == decision::VerdictKind::too_close_to_call) {
    text += " After the one-off cost of moving, it is too close to call.";
  }
  return text;
}

}  // namespace breakeven::advisor
