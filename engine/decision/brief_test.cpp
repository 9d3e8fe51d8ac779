#include "engine/decision/brief.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace breakeven::decision {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const BriefSentence* find(const std::vector<BriefSentence>& brief, std::string_view id) {
  for (const BriefSentence& sentence : brief) {
    if (sentence.id == id) return &sentence;
  }
  return nullptr;
}

BriefFacts facts() {
  BriefFacts f;
  f.verdict = "The API is cheaper.";
  f.verdict_figures = {"verdict.saving"};
  f.api_bill = Usd::from_dollars(20'000);
  f.own = BriefOption{"rented.on_demand",
                      "2 x H100",
                      Usd::from_dollars(25'000),
                      Usd::from_dollars(22'000),
                      Usd::from_dollars(108'000),
                      -50'000.0,
                      {}};
  f.cheapest = f.own;
  f.fleet = BriefFleet{"fleet.1", "H100-SXM x1 fp8", "Lambda", 1, 2, 2, 0.1, 0.5, 0.02, true};
  f.objective_ttft_s = 2;
  f.objective_tpot_s = 0.1;
  return f;
}

/// Amounts around every threshold of sign, with what rounds to no cent at all.
const std::vector<Usd>& amounts() {
  static const std::vector<Usd> kAmounts{Usd::from_dollars(-1'000'000),
                                         Usd::from_cents(-123'456),
                                         Usd::from_cents(-1),
                                         Usd::from_femto(-1),
                                         Usd(),
                                         Usd::from_femto(1),
                                         Usd::from_cents(1),
                                         Usd::from_cents(123'456),
                                         Usd::from_dollars(1'000'000)};
  return kAmounts;
}

/// -1, 0, 1 of what is shown: cents.
int cents_sign(Usd amount) {
  const std::string text = amount.fixed(2);
  if (text == "0.00" || text == "-0.00") return 0;
  return text.front() == '-' ? -1 : 1;
}

TEST(Brief, NoSentenceContradictsItsNumber) {
  for (const Usd first : amounts()) {
    for (const Usd all : amounts()) {
      BriefFacts f = facts();
      f.run_rate = first;
      f.fully_loaded = all;
      const auto brief = cfo_brief(f);
      const std::string& text = find(brief, "run_rate")->text;
      const std::string head = text.substr(0, text.find(';'));
      const std::string tail = text.substr(text.find(';'));
      for (const auto& [part, amount] : {std::pair{head, first}, std::pair{tail, all}}) {
        EXPECT_EQ(has(part, "saves $"), cents_sign(amount) > 0) << text;
        EXPECT_EQ(has(part, "more than"), cents_sign(amount) < 0) << text;
        EXPECT_EQ(has(part, "the same"), cents_sign(amount) == 0) << text;
      }
      EXPECT_EQ(has(text, "wrong way"), cents_sign(first) * cents_sign(all) < 0) << text;
      EXPECT_FALSE(has(text, "-$")) << text;
    }
  }
}

TEST(Brief, LikelihoodFollowsTheProbability) {
  int rank_before = -1;
  for (int i = 0; i <= 200; ++i) {
    BriefFacts f = facts();
    f.probability = i / 200.0;
    const std::string text = find(cfo_brief(f), "probability")->text;
    const int rank = has(text, "very unlikely") ? 0
                     : has(text, "unlikely")    ? 1
                     : has(text, "toss-up")     ? 2
                     : has(text, "very likely") ? 4
                                                : 3;
    EXPECT_GE(rank, rank_before) << text;
    EXPECT_EQ(rank < 2, i < 80) << text;
    EXPECT_EQ(rank > 2, i > 120) << text;
    rank_before = rank;
  }
}

TEST(Brief, TheInvestmentSaysWhatItReturns) {
  for (const double npv : {-4e5, -0.004, 0.0, 0.004, 4e5}) {
    for (const std::optional<int> month : {std::optional<int>(), std::optional<int>(7)}) {
      for (const Usd once : amounts()) {
        BriefFacts f = facts();
        f.own->npv_usd = npv;
        f.own->payback_month = month;
        f.own->one_offs = once;
        const std::string text = find(cfo_brief(f), "investment")->text;
        EXPECT_EQ(has(text, "adds $"), npv > 0.005) << text;
        EXPECT_EQ(has(text, "loses $"), npv < -0.005) << text;
        EXPECT_EQ(has(text, "takes nothing once"), cents_sign(once) <= 0) << text;
        if (cents_sign(once) > 0) {
          EXPECT_EQ(has(text, "paid back in month 7"), month.has_value()) << text;
          EXPECT_EQ(has(text, "not paid back"), !month) << text;
        }
      }
    }
  }
}

TEST(Brief, WaitingCostsOnlyWhatAnotherOptionSaves) {
  for (const Usd saving : amounts()) {
    for (const bool today : {false, true}) {
      BriefFacts f = facts();
      f.cheapest->fully_loaded = f.api_bill - saving;
      f.cheapest_is_today = today;
      const std::string text = find(cfo_brief(f), "waiting")->text;
      const bool costs = !today && cents_sign(saving * 6) > 0;
      EXPECT_EQ(has(text, "costs $"), costs) << text;
      EXPECT_EQ(has(text, "costs nothing"), !costs) << text;
    }
  }
}

TEST(Brief, TheFleetIsCalledWhatItsNumbersAre) {
  for (int percent = 0; percent <= 100; percent += 5) {
    for (const double ttft : {0.1, 2.0, 2.1}) {
      for (const double tpot : {0.01, 0.1, 0.11}) {
        for (const int replicas : {1, 2, 3}) {
          BriefFacts f = facts();
          f.fleet->utilisation = percent / 100.0;
          f.fleet->ttft_s = ttft;
          f.fleet->tpot_s = tpot;
          f.fleet->replicas = replicas;
          const auto brief = cto_brief(f);
          const std::string& used = find(brief, "utilisation")->text;
          EXPECT_EQ(has(used, "mostly idle"), percent < 30) << used;
          EXPECT_EQ(has(used, "well used"), percent > 60) << used;
          EXPECT_TRUE(has(used, " " + std::to_string(percent) + " %")) << used;
          const std::string& latency = find(brief, "latency")->text;
          EXPECT_EQ(has(latency, "holds"), ttft <= 2 && tpot <= 0.1) << latency;
          EXPECT_TRUE(has(find(brief, "fleet")->text, std::to_string(replicas - 1) + " "));
        }
      }
    }
  }
}

TEST(Brief, QualityCountsAndGatesAreNamed) {
  BriefFacts f = facts();
  EXPECT_TRUE(has(find(cto_brief(f), "quality")->text, "No benchmark"));
  f.benchmarks = 3;
  EXPECT_TRUE(has(find(cto_brief(f), "quality")->text, "not behind on any of 3"));
  f.behind = 2;
  f.worst_benchmark = "LiveBench";
  f.worst_gap = -32.7;
  EXPECT_TRUE(has(find(cto_brief(f), "quality")->text,
                  "behind on 2 of 3 benchmarks that know both models, most on LiveBench by 32.7"));
  EXPECT_EQ(find(cto_brief(f), "gates_failed"), nullptr);
  f.failed_gates = {"Licence", "Residency"};
  f.open_gates = {"HIPAA"};
  EXPECT_TRUE(has(find(cto_brief(f), "gates_failed")->text, "Licence and Residency"));
  EXPECT_TRUE(has(find(cto_brief(f), "gates_open")->text, "HIPAA"));
  f.never = "3 > 2";
  EXPECT_TRUE(has(find(cfo_brief(f), "volume")->text, "No volume"));
  f.never.clear();
  f.tokens_today = 2'000'000'000;
  for (const std::int64_t permanent : {1'000'000'000LL, 2'000'000'000LL, 3'000'000'000LL}) {
    f.permanent_tokens = permanent;
    EXPECT_EQ(has(find(cfo_brief(f), "volume")->text, "has reached"), permanent <= 2'000'000'000);
  }
}

}  // namespace
}  // namespace breakeven::decision
