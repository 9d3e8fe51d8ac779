#include "engine/decision/pair.hpp"

#include <gtest/gtest.h>

#include <string>

#include "engine/decision/gates.hpp"
#include "engine/decision/verdict.hpp"

namespace breakeven::decision {
namespace {

Priced priced(const char* name, std::int64_t recurring, std::int64_t once, int horizon = 36) {
  Priced p;
  p.name = name;
  p.recurring = Usd::from_dollars(recurring);
  p.once = Usd::from_dollars(once);
  p.month = p.recurring + Usd::from_femto(p.once.femto() / horizon);
  return p;
}

/// No sentence contradicts its numbers, whichever of the two comes first.
TEST(Pair, WordsNeverContradictNumbers) {
  for (std::int64_t a = 0; a <= 60'000; a += 7'500) {
    for (std::int64_t b = 0; b <= 60'000; b += 7'500) {
      for (const std::int64_t a_once : {0, 36'000, 400'000}) {
        for (const std::int64_t b_once : {0, 36'000, 400'000}) {
          const Priced x = priced("the left one", a, a_once);
          const Priced y = priced("the right one", b, b_once);
          const PairVerdict v = compare_pair(x, y, 36);
          const PairVerdict w = compare_pair(y, x, 36);
          ASSERT_EQ(v.difference, w.difference);
          ASSERT_EQ(v.noise, w.noise);
          ASSERT_EQ(v.payback_months, w.payback_months);
          ASSERT_GE(v.difference, Usd());
          const bool left = x.month < y.month;
          const bool right = y.month < x.month;
          ASSERT_EQ(v.cheaper, left ? Cheaper::first : right ? Cheaper::second : Cheaper::neither);
          ASSERT_EQ(v.sentence.starts_with("The left one is $"), left) << v.sentence;
          ASSERT_EQ(v.sentence.starts_with("The right one is $"), right) << v.sentence;
          if (left || right) {
            ASSERT_EQ(v.sentence, w.sentence);
            ASSERT_NE(v.sentence.find(v.difference.display()), std::string::npos);
          }
          ASSERT_EQ(v.sentence.find("too close to call") != std::string::npos,
                    v.noise && (left || right));
          ASSERT_TRUE(v.sentence.ends_with(".")) << v.sentence;
          const bool late = v.sentence.find("every month alone") != std::string::npos;
          ASSERT_EQ(late, (left && b < a && b_once > a_once) || (right && a < b && a_once > b_once))
              << v.sentence;
        }
      }
    }
  }
}

/// The worked cases of the popular account, on the run rate.
TEST(Pair, WorkedCasesGetTheWordsOfTheirSigns) {
  struct Case {
    std::int64_t api;
    std::int64_t self;
    const char* words;
  };
  for (const Case& c :
       {Case{10'000, 20'000, "The API is $10,000.00 a month cheaper than self-hosting"},
        Case{40'000, 33'000, "Self-hosting is $7,000.00 a month cheaper than the API"},
        Case{150'000, 75'000, "Self-hosting is $75,000.00 a month cheaper than the API"},
        Case{198'113, 93'113, "Self-hosting is $105,000.00 a month cheaper than the API"},
        Case{25'000, 42'000, "The API is $17,000.00 a month cheaper than self-hosting"},
        Case{50'000, 40'000, "Self-hosting is $10,000.00 a month cheaper than the API"},
        Case{60'000, 53'000, "Self-hosting is $7,000.00 a month cheaper than the API"}}) {
    const PairVerdict v =
        compare_pair(priced("the API", c.api, 0), priced("self-hosting", c.self, 0), 36);
    EXPECT_TRUE(v.sentence.starts_with(c.words)) << v.sentence;
  }
  // 0.02 at 50 % finished against 0.03 at 100 %, a million tasks a month.
  const PairVerdict task =
      compare_pair(priced("the cheap model", 40'000, 0), priced("the good model", 30'000, 0), 36);
  EXPECT_TRUE(task.sentence.starts_with("The good model is")) << task.sentence;
}

TEST(Pair, WhatIsRuledOutIsSaid) {
  Priced x = priced("the API", 10, 0);
  x.allowed = false;
  EXPECT_TRUE(compare_pair(x, priced("self-hosting", 20, 0), 36)
                  .sentence.ends_with("The requirements rule out the API."));
}

std::vector<Gate> gates(std::vector<std::pair<const char*, GateState>> states) {
  std::vector<Gate> out;
  for (const auto& [name, state] : states) {
    Gate gate;
    gate.constraint = name;
    gate.state = state;
    out.push_back(gate);
  }
  return out;
}

TEST(ConstraintPrice, IsTheCheapestWithLessTheCheapestWithout) {
  const auto api = gates({{"hipaa", GateState::fail}, {"eu", GateState::pass}});
  const auto managed = gates({{"hipaa", GateState::pass}, {"eu", GateState::fail}});
  const auto own = gates({{"hipaa", GateState::conditional}, {"eu", GateState::pass}});
  const std::vector<Candidate> all{{"api", Usd::from_dollars(10), &api},
                                   {"managed", Usd::from_dollars(12), &managed},
                                   {"own", Usd::from_dollars(40), &own}};
  const ConstraintPrice hipaa = price_of("hipaa", all, "2026-11-21");
  EXPECT_EQ(hipaa.usd, Usd::from_dollars(30));   // own against api, with eu in force
  EXPECT_EQ(hipaa.alone, Usd::from_dollars(2));  // managed against api
  EXPECT_EQ(hipaa.removed, std::vector<std::string>{"api"});
  EXPECT_EQ(hipaa.unconfirmed, std::vector<std::string>{"own"});
  EXPECT_EQ(hipaa.with, "own");
  const ConstraintPrice eu = price_of("eu", all, "2026-11-21");
  EXPECT_EQ(eu.usd, Usd::from_dollars(28));
  EXPECT_EQ(eu.alone, Usd());
  const auto nobody = gates({{"hipaa", GateState::fail}});
  const ConstraintPrice none = price_of("hipaa", {{"api", Usd(), &nobody}}, "2026-11-21");
  EXPECT_FALSE(none.usd.has_value());
  EXPECT_TRUE(none.with.empty());
}

TEST(Verdict, AConstraintThatNeedsAFactIsUnverified) {
  Evidence e;
  e.api = Usd::from_dollars(25'000);
  e.self_host = Usd::from_dollars(42'000);
  e.api_feasible = false;
  e.constraint = "FedRAMP_High";
  e.open_questions = {"Obtain: the authorisation."};
  const Verdict v = decide(e);
  EXPECT_EQ(v.kind, VerdictKind::unverified);
  EXPECT_NE(v.sentence.find("only self-hosting is left"), std::string::npos) << v.sentence;
  EXPECT_NE(v.sentence.find("the authorisation"), std::string::npos);
  e.api_feasible = true;
  e.open_questions.clear();
  e.requirements_usd = Usd::from_dollars(3'000);
  e.without_requirements = "the open model hosted at groq/x";
  EXPECT_NE(decide(e).sentence.find("The requirements cost $3,000 a month"), std::string::npos);
}

}  // namespace
}  // namespace breakeven::decision
