#include "engine/decision/verdict.hpp"

#include <gtest/gtest.h>

#include "engine/decision/gates.hpp"
#include "engine/decision/rungs.hpp"

namespace breakeven::decision {
namespace {

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

TEST(Verdict, WordsNeverContradictNumbers) {
  for (std::int64_t api = 0; api <= 100'000; api += 9'500) {
    for (std::int64_t self = 0; self <= 100'000; self += 9'500) {
      for (const std::int64_t once : {0, 50'000, 400'000}) {
        for (const double p : {0.0, 0.3, 0.5, 0.7, 1.0}) {
          Evidence e;
          e.api = Usd::from_dollars(api);
          e.self_host = Usd::from_dollars(self);
          e.one_off_low = Usd::from_dollars(once / 2);
          e.one_off_high = Usd::from_dollars(once);
          e.probability = p;
          const Verdict v = decide(e);
          if (v.kind == VerdictKind::self_host_cheaper) {
            ASSERT_LT(self, api);
            ASSERT_GE(p, kDoubtHigh);
            ASSERT_TRUE(has(v.sentence, "Self-hosting is $")) << v.sentence;
          }
          if (v.kind == VerdictKind::api_cheaper) {
            const bool recovered = v.payback.months_low && *v.payback.months_low <= 36;
            ASSERT_TRUE(api < self || !recovered) << v.sentence;
            ASSERT_FALSE(has(v.sentence, "Self-hosting is"));
          }
          if (api < self) {
            ASSERT_FALSE(has(v.sentence, "self-hosting is $")) << v.sentence;
          }
          if (self < api) {
            ASSERT_FALSE(has(v.sentence, "The API is $")) << v.sentence;
            ASSERT_FALSE(has(v.sentence, "the API is $")) << v.sentence;
          }
          ASSERT_GE(v.amount, Usd());
          ASSERT_TRUE(v.sentence.ends_with("."));
        }
      }
    }
  }
}

TEST(Verdict, EqualSavingsGetEqualWords) {
  Evidence mid;
  mid.api = Usd::from_dollars(40'000);
  mid.self_host = Usd::from_dollars(33'000);
  mid.one_off_low = Usd::from_dollars(150'000);
  mid.one_off_high = Usd::from_dollars(300'000);
  Evidence control = mid;
  control.api = Usd::from_dollars(60'000);
  control.self_host = Usd::from_dollars(53'000);
  EXPECT_EQ(decide(mid).kind, decide(control).kind);
  EXPECT_EQ(decide(mid).title, decide(control).title);
  EXPECT_TRUE(has(decide(mid).sentence, "21.4 to 42.9 months"));
}

TEST(Verdict, ConstraintComesWithItsPrice) {
  Evidence e;
  e.api = Usd::from_dollars(25'000);
  e.self_host = Usd::from_dollars(42'000);
  e.api_feasible = false;
  e.constraint = "data must stay on premises";
  const Verdict v = decide(e);
  EXPECT_EQ(v.kind, VerdictKind::constraint_decides);
  EXPECT_EQ(v.amount, Usd::from_dollars(17'000));
  EXPECT_TRUE(has(v.sentence, "$204,000 a year"));
  e.self_host_feasible = false;
  EXPECT_TRUE(has(decide(e).sentence, "No option meets"));
}

TEST(Verdict, ASideThatWasNotPricedHasNoPrice) {
  Evidence e;
  e.api = Usd::from_dollars(1'000);
  e.self_host_feasible = false;
  e.both_priced = false;
  e.constraint = "the question leaves machines out";
  const Verdict v = decide(e);
  EXPECT_EQ(v.kind, VerdictKind::constraint_decides);
  EXPECT_EQ(v.amount, Usd());
  EXPECT_EQ(v.saving, Usd());
  EXPECT_TRUE(has(v.sentence, "the API, at $1,000 a month")) << v.sentence;
  EXPECT_FALSE(has(v.sentence, "more"));
}

TEST(Verdict, HybridNeverAndOpenQuestions) {
  Evidence e;
  e.api = Usd::from_dollars(100);
  e.self_host = Usd::from_dollars(120);
  e.hybrid = Usd::from_dollars(80);
  EXPECT_EQ(decide(e).kind, VerdictKind::hybrid_cheaper);
  EXPECT_EQ(decide(e).amount, Usd::from_dollars(20));
  e.hybrid.reset();
  e.never = "56 < 7 300";
  EXPECT_EQ(decide(e).kind, VerdictKind::never_reachable);
  EXPECT_TRUE(has(decide(e).sentence, "56 < 7 300"));
  e.open_questions = {"is it?"};
  EXPECT_EQ(decide(e).kind, VerdictKind::unverified);
}

TEST(Gates, ExpiredEvidenceIsUnknownButAFailureStays) {
  Gate gate;
  gate.state = GateState::pass;
  gate.expires = "2026-01-01";
  EXPECT_EQ(state_on(gate, "2025-12-31"), GateState::pass);
  EXPECT_EQ(state_on(gate, "2026-01-02"), GateState::unknown);
  gate.state = GateState::fail;
  EXPECT_EQ(state_on(gate, "2026-01-02"), GateState::fail);
}

Option option(const char* id, std::int64_t dollars, GateState state) {
  Option o;
  o.ledger.option_id = id;
  economics::Line line;
  line.usd = Usd::from_dollars(dollars);
  o.ledger.add(line);
  Gate gate;
  gate.title = "HIPAA";
  gate.state = state;
  o.gates.push_back(gate);
  return o;
}

TEST(Gates, PriceIsBestFeasibleMinusBestOfAll) {
  const Ranking r = rank({option("a", 10, GateState::fail), option("b", 30, GateState::pass),
                          option("c", 20, GateState::unknown)},
                         36, "2026-11-21");
  EXPECT_EQ(r.feasible, (std::vector<std::size_t>{2, 1}));
  EXPECT_EQ(r.infeasible, (std::vector<std::size_t>{0}));
  EXPECT_EQ(r.price_of_gates, Usd::from_dollars(10));
  EXPECT_FALSE(rank({option("a", 1, GateState::fail)}, 36, "").price_of_gates.has_value());
}

TEST(Ladder, DeltasSkipWhatIsNotEvaluated) {
  Ladder ladder;
  ladder.step("a", "A", Usd::from_dollars(40), Usd::from_dollars(33))
      .missing("b", "B", "data")
      .step("c", "C", Usd::from_dollars(40), Usd::from_dollars(39));
  EXPECT_FALSE(ladder.rungs()[0].delta.has_value());
  EXPECT_EQ(ladder.rungs()[1].note, "not evaluated: needs data");
  EXPECT_EQ(ladder.rungs()[2].delta, -Usd::from_dollars(6));
}

}  // namespace
}  // namespace breakeven::decision
