// What holds for whole plans, whatever the question is.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "codec/plan_json.hpp"
#include "service/catalog_store.hpp"
#include "service/plan_test_support.hpp"

namespace breakeven::service {
namespace {

using advisor::PlanAnswer;
using advisor::PlanOption;
using advisor::PlanQuestion;

std::map<std::string, Usd> costs(const PlanAnswer& a) {
  std::map<std::string, Usd> by_id;
  for (const PlanOption& option : a.options) {
    if (option.available) by_id[option.option.ledger.option_id] = option.fully_loaded;
  }
  return by_id;
}

void expect_not_cheaper(const PlanAnswer& dearer, const PlanAnswer& base, const std::string& what) {
  const auto before = costs(base);
  for (const auto& [id, usd] : costs(dearer)) {
    const auto known = before.find(id);
    if (known == before.end()) continue;
    EXPECT_GE(usd, known->second) << id << " when " << what << " rises";
  }
}

void expect_additive(const PlanAnswer& a) {
  for (const PlanOption& option : a.options) {
    if (!option.available) continue;
    Usd recurring;
    Usd once;
    for (const economics::Line& line : option.option.ledger.lines) {
      (line.once_in ? once : recurring) += line.usd;
    }
    EXPECT_EQ(recurring, option.recurring) << option.option.ledger.title;
    EXPECT_EQ(once, option.one_offs) << option.option.ledger.title;
  }
}

TEST(PlanProperties, NoOptionGetsCheaperWhenADefaultRises) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.api_cacheable_share = 0.3;
  q.api_batch_share = 0.2;
  const PlanAnswer base = answered(q);
  expect_additive(base);
  for (const char* name :
       {"people.sre_usd_month", "people.underestimate_factor", "tooling.observability_usd_month",
        "operations.logs_usd_gb", "operations.model_upgrades_per_year",
        "operations.spot_interruptions_per_day", "migration.dual_running_share",
        "migration.lever_cache_days", "owned.h100x8_server_usd", "owned.wacc"}) {
    PlanQuestion dearer = q;
    dearer.set[name] = 2 * test_facts().catalog.default_value(name).value()->value;
    const PlanAnswer more = answered(dearer);
    expect_not_cheaper(more, base, name);
    expect_additive(more);
    EXPECT_NE(costs(more), costs(base)) << name << " changes nothing";
  }
  PlanQuestion regions = q;
  regions.regions = 2;
  expect_not_cheaper(answered(regions), base, "regions");
}

TEST(PlanProperties, NoOptionGetsCheaperWhenMachinesOrTokensDo) {
  const traffic::Trace trace = small_trace();
  const PlanQuestion q = small_question(trace);
  auto files = read_catalog_files(BREAKEVEN_SOURCE_DIR "/catalog").value();
  for (catalog::NamedText& file : files) {
    // Every price of an H100 and of the API model gets a digit more, so at least as dear.
    std::string& text = file.content;
    if (file.name == "prices/openai.csv") {
      const std::string row = "\nopenai,gpt-5.4,input_mtok,standard,,,always,";
      const std::size_t at = text.find(row);
      ASSERT_NE(at, std::string::npos);
      text.insert(at + row.size(), "1");
    }
  }
  const auto dearer = catalog::Catalog::load(files);
  ASSERT_TRUE(dearer.ok()) << dearer.error().text();
  const PlanAnswer base = answered(q);
  const PlanAnswer more = answered(q, *dearer);
  expect_not_cheaper(more, base, "the API's input price");
  EXPECT_GT(more.api.value, base.api.value);
}

TEST(PlanProperties, TheOrderInWhichOptionsAreNamedChangesNothing) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.options = {"hosted", "owned", "rented", "hybrid", "dedicated"};
  q.constraints = {{"compliance.SOC2_Type2", {}, {}, {}}, {"operations.max_fte", 3.0, {}, {}}};
  const auto text = [](PlanQuestion asked, const PlanAnswer& a) {
    asked.options.clear();
    asked.constraints.clear();
    return codec::plan_answer_to_json(asked, a, "test");
  };
  PlanAnswer first = answered(q);
  PlanQuestion shuffled = q;
  std::ranges::reverse(shuffled.options);
  PlanAnswer second = answered(shuffled);
  EXPECT_EQ(text(q, first), text(shuffled, second));
  std::ranges::reverse(shuffled.constraints);
  PlanAnswer third = answered(shuffled);
  EXPECT_EQ(costs(first), costs(third));
  ASSERT_EQ(third.constraints.size(), 2U);
  EXPECT_EQ(first.constraints[0].price.usd, third.constraints[1].price.usd);
  EXPECT_EQ(first.verdict.sentence, third.verdict.sentence);
}

TEST(PlanProperties, TwiceTheTimeAtTheSameRateIsTheSameMonth) {
  const traffic::Trace once = small_trace();
  traffic::Trace twice = once;
  for (std::size_t i = 0; i < once.size(); ++i) {
    twice.arrival_ns.push_back(once.arrival_ns[i] + once.span_ns);
    twice.input_tokens.push_back(once.input_tokens[i]);
    twice.output_tokens.push_back(once.output_tokens[i]);
  }
  twice.cached_tokens.clear();
  twice.session.clear();
  twice.span_ns = 2 * once.span_ns;
  traffic::Trace plain = once;
  plain.cached_tokens.clear();
  plain.session.clear();
  const auto a = costs(answered(small_question(plain)));
  const auto b = costs(answered(small_question(twice)));
  for (const char* id : {"api", "hosted.groq/qwen/qwen3-32b"}) {
    EXPECT_NEAR(a.at(id).estimate(), b.at(id).estimate(), 1e-9) << id;
  }
}

TEST(PlanProperties, OptionsCanBeChosen) {
  const traffic::Trace trace = small_trace();
  PlanQuestion q = small_question(trace);
  q.options = {"owned"};
  const PlanAnswer owned = answered(q);
  EXPECT_EQ(owned.options.size(), 2U);
  EXPECT_NE(option_named(owned, "api"), nullptr);
  q.options = {"hosted"};
  const PlanAnswer hosted = answered(q);
  EXPECT_TRUE(hosted.fleets.fleets.empty());
  EXPECT_FALSE(hosted.best_self_host.has_value());
  EXPECT_EQ(hosted.verdict.kind, decision::VerdictKind::constraint_decides);
  EXPECT_EQ(hosted.verdict.amount, Usd());
  q.options = {"rented.spot"};
  const PlanAnswer spot = answered(q);
  ASSERT_NE(option_named(spot, "rented.spot"), nullptr);
  EXPECT_TRUE(option_named(spot, "rented.spot")->may_win);
  q.options.clear();
  q.exclude = {"dedicated", "hybrid", "rented.reserved_1y"};
  const PlanAnswer less = answered(q);
  EXPECT_EQ(option_named(less, "dedicated"), nullptr);
  EXPECT_EQ(option_named(less, "hybrid"), nullptr);
  EXPECT_FALSE(less.hybrid.has_value());
  q.exclude = {"spott"};
  InlinePool pool;
  const auto refused = advisor::plan(q, test_facts().catalog, test_facts().coefficients, pool);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().where, "exclude");
}

TEST(PlanProperties, ProvisionedUnitsAreWholeAndCarryTheBusiestMinute) {
  traffic::Trace trace;
  trace.name = "by hand";
  trace.span_ns = 3'600'000'000'000;
  for (int i = 0; i < 30; ++i) {
    trace.arrival_ns.push_back(i * 2'000'000'000LL);  // all within the first minute
    trace.input_tokens.push_back(1'000);
    trace.output_tokens.push_back(100);
  }
  PlanQuestion q = small_question(trace);
  q.options = {"provisioned"};
  advisor::ProvisionedUnit unit;
  unit.usd_per_hour = Usd::from_dollars(2);
  unit.tokens_per_minute = 10'000;
  unit.output_weight = 4;
  unit.min_units = 3;
  unit.step_units = 2;
  q.provisioned = unit;
  const PlanAnswer a = answered(q);
  // 30 x (1 000 + 4 x 100) = 42 000 a minute: five units; three and one step of two.
  const PlanOption* option = option_named(a, "provisioned");
  ASSERT_NE(option, nullptr);
  ASSERT_TRUE(option->available) << option->reason;
  EXPECT_EQ(option->recurring, Usd::from_dollars(5 * 2 * 730));
  q.provisioned.reset();
  const PlanAnswer without = answered(q);
  EXPECT_FALSE(option_named(without, "provisioned")->available);
}

}  // namespace
}  // namespace breakeven::service
