// Constraints and quality of plans on the real catalogue.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/advisor/task_cost.hpp"
#include "service/plan_test_support.hpp"

namespace breakeven::service {
namespace {

using advisor::Constraint;
using advisor::PlanAnswer;
using advisor::PlanOption;
using advisor::PlanQuestion;
using decision::GateState;
using decision::VerdictKind;

PlanAnswer required(PlanQuestion q, const std::vector<std::string>& names) {
  for (const std::string& name : names) q.constraints.push_back({name, {}, {}, {}});
  return answered(q);
}

GateState state(const PlanAnswer& a, const char* option, const char* constraint) {
  const PlanOption* found = option_named(a, option);
  if (found == nullptr) {
    ADD_FAILURE() << "no option " << option;
    return GateState::unknown;
  }
  for (const decision::Gate& gate : found->option.gates) {
    if (gate.constraint == constraint) return gate.state;
  }
  ADD_FAILURE() << option << " has no gate " << constraint;
  return GateState::unknown;
}

TEST(PlanConstraints, FedRampHighDoesNotMeanSelfHosting) {
  const traffic::Trace trace = small_trace();
  constexpr const char* kHigh = "compliance.FedRAMP_High";
  const PlanAnswer a = required(small_question(trace), {kHigh});
  // The vendor's own API is only Moderate, by official evidence; the same model at Azure is High.
  EXPECT_EQ(state(a, "api", kHigh), GateState::fail);
  EXPECT_EQ(state(a, "managed.azure-gov", kHigh), GateState::pass);
  EXPECT_EQ(state(a, "managed.azure-openai", kHigh), GateState::pass);
  const PlanOption& best = a.options[a.best_api];
  EXPECT_EQ(best.option.ledger.kind, economics::OptionKind::managed_compliant)
      << best.option.ledger.title;
  EXPECT_TRUE(best.feasibility.feasible);
  EXPECT_EQ(a.verdict.sentence.find("only self-hosting"), std::string::npos) << a.verdict.sentence;
  // Others are in the set, with what to ask.
  const PlanOption* vertex = option_named(a, "managed.vertex");
  ASSERT_NE(vertex, nullptr);
  EXPECT_FALSE(vertex->available);
  EXPECT_NE(vertex->reason.find("google"), std::string::npos) << vertex->reason;
  ASSERT_EQ(a.constraints.size(), 1U);
  EXPECT_NE(std::ranges::find(a.constraints[0].price.removed, "api"),
            a.constraints[0].price.removed.end());
  EXPECT_TRUE(a.constraints[0].price.usd.has_value());
}

TEST(PlanConstraints, AFactToObtainLeavesTheVerdictUnverified) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.api_model = "anthropic/claude-sonnet-4-6";
  q.options = {"rented", "owned"};
  constexpr const char* kHipaa = "compliance.HIPAA_BAA";
  const PlanAnswer a = required(q, {kHipaa});
  EXPECT_EQ(state(a, "api", kHipaa), GateState::conditional);
  EXPECT_EQ(a.verdict.kind, VerdictKind::unverified) << a.verdict.sentence;
  EXPECT_NE(a.verdict.sentence.find("obtain: HIPAA_BAA"), std::string::npos) << a.verdict.sentence;
  ASSERT_FALSE(a.constraints[0].obtain.empty());
  q.confirmed = {"compliance.HIPAA_BAA@api"};
  const PlanAnswer told = required(q, {kHipaa});
  EXPECT_EQ(state(told, "api", kHipaa), GateState::pass);
  EXPECT_EQ(told.verdict.kind, VerdictKind::api_cheaper) << told.verdict.sentence;
}

TEST(PlanConstraints, EvidenceExpires) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.options = {"managed"};
  constexpr const char* kIl5 = "compliance.DoD_IL5";  // announced in September 2024
  const auto unconfirmed = [&](const PlanAnswer& a) {
    return option_named(a, "managed.azure-gov")->feasibility.unconfirmed.size();
  };
  EXPECT_EQ(unconfirmed(required(q, {kIl5})), 1U);
  q.constraints = {{"compliance.FedRAMP_High", {}, {}, {}}};  // official, April 2026
  EXPECT_EQ(unconfirmed(answered(q)), 0U);
  q.set["operations.compliance_evidence_months"] = 2;
  const PlanAnswer old = answered(q);
  EXPECT_EQ(unconfirmed(old), 1U);
  EXPECT_EQ(old.verdict.kind, VerdictKind::unverified);
  EXPECT_NE(old.verdict.sentence.find("the evidence expired on 2026-06"), std::string::npos)
      << old.verdict.sentence;
}

TEST(PlanConstraints, MachinesAreSearchedAgainWhereTheCheapOnesAreRuledOut) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.options = {"rented.on_demand", "owned"};
  q.providers = {"Hyperstack"};  // the cheapest in Canada, the USA and Norway; others anywhere
  constexpr const char* kEu = "residency.eu";
  const PlanAnswer a = required(q, {kEu});
  EXPECT_EQ(state(a, "rented.on_demand", kEu), GateState::fail);
  const PlanOption* allowed = option_named(a, "rented.on_demand.allowed");
  ASSERT_NE(allowed, nullptr);
  EXPECT_TRUE(allowed->feasibility.feasible);
  EXPECT_GT(allowed->fully_loaded, option_named(a, "rented.on_demand")->fully_loaded);
  EXPECT_EQ(a.fleets.fleets[*allowed->fleet].offer->region, "global");
  const PlanAnswer own = required(q, {"privacy.on_premises"});
  EXPECT_EQ(state(own, "rented.on_demand", "privacy.on_premises"), GateState::fail);
  EXPECT_EQ(state(own, "owned", "privacy.on_premises"), GateState::conditional);
  EXPECT_TRUE(a.figures->verify().ok()) << a.figures->verify().error().text();
}

TEST(PlanConstraints, ARiskIsChargedAndAPreferenceOnlyTold) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  const PlanAnswer free = answered(q);
  q.constraints = {{"portability.open_weights", {}, decision::Strength::soft, {}}};
  const PlanAnswer told = answered(q);
  EXPECT_EQ(option_named(told, "api")->fully_loaded, option_named(free, "api")->fully_loaded);
  EXPECT_TRUE(option_named(told, "api")->feasibility.feasible);
  EXPECT_EQ(told.verdict.sentence, free.verdict.sentence);
  q.constraints = {
      {"portability.open_weights", {}, decision::Strength::priced, Usd::from_dollars(500)}};
  const PlanAnswer charged = answered(q);
  EXPECT_EQ(option_named(charged, "api")->fully_loaded,
            option_named(free, "api")->fully_loaded + Usd::from_dollars(500));
  EXPECT_EQ(option_named(charged, "dedicated")->fully_loaded,
            option_named(free, "dedicated")->fully_loaded);
}

TEST(PlanConstraints, AreReadOffTheOption) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.constraints = {{"operations.max_fte", 0.1, {}, {}},
                   {"portability.max_commitment_months", 0.0, {}, {}},
                   {"cost_structure.max_fixed_share", 0.5, {}, {}},
                   {"cost.max_once_usd", 1'000.0, {}, {}},
                   {"operations.no_machines", {}, {}, {}},
                   {"latency.objective", {}, {}, {}}};
  const PlanAnswer a = answered(q);
  EXPECT_EQ(state(a, "rented.on_demand", "operations.max_fte"), GateState::fail);
  EXPECT_EQ(state(a, "api", "operations.max_fte"), GateState::pass);
  EXPECT_EQ(state(a, "rented.on_demand", "portability.max_commitment_months"), GateState::pass);
  EXPECT_EQ(state(a, "rented.reserved_3y", "portability.max_commitment_months"), GateState::fail);
  EXPECT_EQ(state(a, "owned", "portability.max_commitment_months"), GateState::fail);
  EXPECT_EQ(state(a, "api", "cost_structure.max_fixed_share"), GateState::pass);
  EXPECT_EQ(state(a, "dedicated", "cost_structure.max_fixed_share"), GateState::fail);
  EXPECT_EQ(state(a, "dedicated", "cost.max_once_usd"), GateState::fail);
  EXPECT_EQ(state(a, "hybrid", "operations.no_machines"), GateState::fail);
  EXPECT_EQ(state(a, "api", "latency.objective"), GateState::unknown);
  EXPECT_EQ(state(a, "rented.on_demand", "latency.objective"), GateState::pass);
}

TEST(PlanConstraints, RefusesWhatMeansNothing) {
  const traffic::Trace trace = small_trace();
  const auto where = [&](const Constraint& c, const char* confirmed = nullptr) {
    PlanQuestion q = small_question(trace);
    q.constraints = {c};
    if (confirmed != nullptr) q.confirmed = {confirmed};
    InlinePool pool;
    const auto a = advisor::plan(q, test_facts().catalog, test_facts().coefficients, pool);
    return a.ok() ? std::string("ok") : a.error().where + " " + a.error().message;
  };
  EXPECT_NE(where({"compliance.HIPAA", {}, {}, {}}).find("HIPAA_BAA"), std::string::npos);
  EXPECT_NE(where({"operations.max_fte", {}, {}, {}}).find("expected a number"), std::string::npos);
  EXPECT_NE(where({"privacy.zdr", 1.0, {}, {}}).find("expected no number"), std::string::npos);
  EXPECT_NE(where({"privacy.zdr", {}, decision::Strength::priced, {}}).find("above 0"),
            std::string::npos);
  EXPECT_TRUE(where({"privacy.zdr", {}, {}, {}}, "privacy.air_gap").starts_with("confirmed"));
}

TEST(PlanQuality, ScoresNeedToBeToldApart) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.api_model = "anthropic/claude-sonnet-4-6";
  q.options = {"hosted", "rented.on_demand"};
  // 75.5 for the API's model and 43.6 for the open one, each with a noise of 2.
  const auto at = [&](double least, const char* option) {
    q.constraints = {{"quality.min_score", least, {}, {}}};
    return state(answered(q), option, "quality.min_score");
  };
  EXPECT_EQ(at(70, "api"), GateState::pass);
  EXPECT_EQ(at(75, "api"), GateState::conditional);
  EXPECT_EQ(at(70, "rented.on_demand"), GateState::fail);
  EXPECT_EQ(at(40, "rented.on_demand"), GateState::pass);
  q.benchmarks = {{"LiveBench-2026-01-08 Coding", 1}};
  EXPECT_EQ(at(60, "rented.on_demand"), GateState::pass);  // 66
  q.benchmarks = {{"LiveBench-2026-01-08 Codding", 1}};
  InlinePool pool;
  const auto refused = advisor::plan(q, test_facts().catalog, test_facts().coefficients, pool);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("Coding"), std::string::npos);
}

TEST(PlanQuality, ShowsOnlyBenchmarksThatScoredBothModels) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.api_model = "anthropic/claude-sonnet-4-6";
  q.options = {"hosted"};
  const PlanAnswer a = answered(q);
  ASSERT_FALSE(a.quality.empty());
  for (const advisor::QualityGap& gap : a.quality) {
    EXPECT_EQ(gap.api->benchmark, gap.benchmark);
    EXPECT_EQ(gap.open->benchmark, gap.benchmark);
    EXPECT_GT(gap.noise, 0);
  }
  const catalog::Catalog& catalog = test_facts().catalog;
  EXPECT_TRUE(
      advisor::quality_gaps(catalog, catalog, "nobody/nothing", "Qwen/Qwen3-32B").value().empty());
}

TEST(PlanQuality, FinishedTasks) {
  // 0.02 USD a request at 50 % against 0.03 USD at 100 %: 1 000 requests a month.
  PlanQuestion q;
  q.api_success_rate = 1.0;
  q.open_success_rate = 0.5;
  advisor::PlanContext context;
  context.question = &q;
  context.requests_per_month = 1'000;
  context.tokens_per_month = 1'000'000;
  const auto option = [&](std::int64_t dollars, bool open) {
    PlanOption o;
    o.open_weights = open;
    economics::Line line;
    line.id = "usage";
    line.group = economics::Group::usage;
    line.usd = Usd::from_dollars(dollars);
    line.follows_volume = true;
    o.option.ledger.add(line);
    EXPECT_TRUE(advisor::add_task_lines(context, false, o).ok());
    return o;
  };
  const auto per_task = [&](const PlanOption& o) {
    return advisor::per_finished_task(context, false, o).value().value();
  };
  EXPECT_EQ(per_task(option(20, true)), Usd::parse("0.04").value());
  EXPECT_EQ(per_task(option(30, false)), Usd::parse("0.03").value());
  // Two attempts: 1.5 of them a task, three quarters finished; a quarter costs 0.10 each.
  q.max_attempts = 2;
  q.error_usd = Usd::parse("0.10").value();
  q.review_usd = Usd::parse("0.01").value();
  const PlanOption retried = option(20, true);
  EXPECT_EQ(retried.fully_loaded, Usd::from_dollars(20 + 10 + 15 + 25));
  EXPECT_NEAR(per_task(retried).estimate(), 70.0 / 750, 1e-12);
}

TEST(PlanQuality, AnotherTokenizerMeansOtherBillsAndFleets) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.options = {"hosted", "rented.on_demand"};
  const PlanAnswer same = answered(q);
  q.open_tokens = 2;
  q.open_answers = 2;
  const PlanAnswer twice = answered(q);
  EXPECT_EQ(twice.api.value, same.api.value);
  ASSERT_FALSE(same.hosted.empty());
  EXPECT_NEAR(twice.hosted[0].value.estimate(), 2 * same.hosted[0].value.estimate(), 0.01);
  EXPECT_GE(option_named(twice, "rented.on_demand")->fully_loaded,
            option_named(same, "rented.on_demand")->fully_loaded);
  q.open_tokens = 0;
  InlinePool pool;
  EXPECT_EQ(advisor::plan(q, test_facts().catalog, test_facts().coefficients, pool).error().where,
            "open-tokens");
}

}  // namespace
}  // namespace breakeven::service
