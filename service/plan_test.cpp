// The plan on the real catalogue and small synthetic traffic: what must hold whatever the prices
// are.
#include "service/plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "codec/plan_json.hpp"
#include "engine/traffic/profile.hpp"
#include "service/catalog_store.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::service {
namespace {

using advisor::PlanAnswer;
using advisor::PlanOption;
using advisor::PlanQuestion;
using decision::VerdictKind;
using economics::OptionKind;

const Facts& facts() {
  static const std::shared_ptr<const Facts> loaded =
      load_facts(BREAKEVEN_SOURCE_DIR "/catalog").value();
  return *loaded;
}

traffic::Trace trace_of(double requests_per_day, double days = 0.25, std::uint64_t seed = 1,
                        double cached = 0) {
  traffic::Profile profile;
  profile.requests_per_day = requests_per_day;
  profile.days = days;
  profile.seed = seed;
  profile.cache_hit_share = cached;
  return traffic::generate(profile).value().trace;
}

PlanQuestion question_on(const traffic::Trace& trace) {
  PlanQuestion q;
  q.trace = &trace;
  q.api_model = "anthropic/claude-sonnet-4-6";
  q.open_model = "qwen3-32b";
  q.as_of = Instant::from_date(facts().catalog.prices().newest());
  q.accelerators = {"H100-SXM", "L40S"};
  q.paths = 1'000;
  return q;
}

Result<PlanAnswer> ask(const PlanQuestion& q) {
  InlinePool pool;
  return advisor::plan(q, facts().catalog, facts().coefficients, pool);
}

const PlanOption& option_of(const PlanAnswer& a, std::string_view id) {
  for (const PlanOption& option : a.options) {
    if (option.option.ledger.option_id == id) return option;
  }
  ADD_FAILURE() << "no option " << id;
  return a.options.front();
}

/// Everything that ties the parts of an answer to each other.
void expect_consistent(const PlanQuestion& q, const PlanAnswer& a) {
  const Status figures = a.figures->verify();
  ASSERT_TRUE(figures.ok()) << figures.error().text();
  const auto figure = [&](const std::string& name, const explain::Value& value) {
    const Status same = a.figures->verify(name, value);
    EXPECT_TRUE(same.ok()) << same.error().text();
  };
  Usd parts;
  for (const advisor::BillPart& part : a.api.parts) parts += part.usd;
  EXPECT_EQ(parts, a.api.value);
  figure("api.monthly", a.api.value);
  figure("traffic.requests_per_month", a.requests_per_month);

  Usd last;
  bool unavailable = false;
  for (const PlanOption& option : a.options) {
    if (!option.available) {
      unavailable = true;
      EXPECT_FALSE(option.reason.empty()) << option.option.ledger.title;
      continue;
    }
    EXPECT_FALSE(unavailable) << "an option that is available comes after one that is not";
    EXPECT_LE(last, option.fully_loaded);
    last = option.fully_loaded;
    EXPECT_EQ(option.recurring, option.option.ledger.recurring());
    const std::string prefix = "option." + option.option.ledger.option_id;
    figure(prefix + ".recurring", option.recurring);
    figure(prefix + ".fully_loaded", option.fully_loaded);
    if (option.against_api) figure(prefix + ".npv", option.against_api->npv_usd);
  }

  ASSERT_TRUE(a.best_self_host.has_value());
  const PlanOption& own = a.options[*a.best_self_host];
  const PlanOption& api = a.options[a.best_api];
  EXPECT_TRUE(economics::is_self_hosted(own.option.ledger.kind)) << own.option.ledger.title;
  EXPECT_TRUE(!economics::is_self_hosted(api.option.ledger.kind) &&
              api.option.ledger.kind != OptionKind::hybrid)
      << api.option.ledger.title;
  EXPECT_EQ(a.verdict.saving, api.fully_loaded - own.fully_loaded);
  figure("verdict.saving", a.verdict.saving);
  std::optional<Usd> before;
  for (const decision::Rung& rung : a.rungs) {
    if (!rung.evaluated) continue;
    EXPECT_EQ(rung.difference, rung.api - rung.self_host) << rung.id;
    EXPECT_EQ(rung.delta.has_value(), before.has_value()) << rung.id;
    if (before && rung.delta) {
      EXPECT_EQ(*rung.delta, rung.difference - *before) << rung.id;
    }
    before = rung.difference;
    figure("rung." + rung.id + ".api", rung.api);
    figure("rung." + rung.id + ".self_host", rung.self_host);
    figure("rung." + rung.id + ".difference", rung.difference);
  }
  for (const explain::Figure& f : a.figures->figures()) {
    if (!f.name.starts_with("rung.") || f.name.ends_with(".success_rate")) continue;
    EXPECT_FALSE(f.inputs.empty()) << f.name << " has no derivation";
  }
  switch (a.verdict.kind) {
    case VerdictKind::self_host_cheaper:
      EXPECT_GT(a.verdict.saving, Usd());
      break;
    case VerdictKind::api_cheaper:
    case VerdictKind::never_reachable:
      EXPECT_LE(a.verdict.saving, Usd());
      break;
    case VerdictKind::constraint_decides:
      EXPECT_TRUE(q.must_self_host);
      break;
    default:
      break;
  }

  ASSERT_TRUE(a.hybrid.has_value());
  const Usd mix = a.hybrid->cheapest().total();
  EXPECT_LE(mix, own.fully_loaded);
  EXPECT_LE(mix, api.fully_loaded);
  EXPECT_LE(mix, option_of(a, "hybrid").fully_loaded);

  if (a.volume) {
    const economics::BreakEven& b = a.volume->answer;
    EXPECT_EQ(!b.first, !b.never.empty());
    EXPECT_EQ(a.volume->tokens_today, a.input_tokens_per_month + a.output_tokens_per_month);
    const auto gain = [&](std::int64_t tokens) {
      return economics::api_cost_at(a.volume->problem, tokens).value() -
             economics::self_host_cost_at(a.volume->problem, tokens).value();
    };
    if (b.first) {
      EXPECT_GE(gain(*b.first), Usd());
      EXPECT_LT(gain(*b.first - 1), Usd());
      figure("volume.first", *b.first);
    }
    if (b.permanent) figure("volume.permanent", *b.permanent);
    for (const advisor::PlanVolume::Point& point : a.volume->points) {
      EXPECT_EQ(point.api - point.self_host, gain(point.tokens));
      if (b.permanent && point.tokens >= *b.permanent) {
        EXPECT_GE(gain(point.tokens), Usd());
      }
    }
    figure("volume.fixed", a.volume->problem.fixed_usd);
    figure("volume.step", a.volume->problem.step_usd);
  }

  // The cheap model of the uncertainty analysis reproduces the exact ledgers at its base.
  if (a.model && q.growth_per_month.value_or(0) == 0 && q.api_price_trend_per_year == 0 &&
      q.gpu_price_trend_per_year == 0) {
    const economics::Outcome base = a.model->outcome(a.model->base().data());
    EXPECT_NEAR(base.fully_loaded_usd_month, a.verdict.saving.estimate(), 0.01);
  }
}

TEST(Plan, HoldsTogetherOnSmallAndLargeTraffic) {
  for (const double per_day : {2'000.0, 100'000.0}) {
    const traffic::Trace trace = trace_of(per_day, 0.25, 3, 0.3);
    PlanQuestion q = question_on(trace);
    q.api_success_rate = 0.9;
    q.open_success_rate = 0.85;
    q.api_batch_share = 0.4;
    const auto a = ask(q);
    ASSERT_TRUE(a.ok()) << a.error().text();
    expect_consistent(q, *a);
    EXPECT_TRUE(a->rungs[3].evaluated);
  }
}

RC_GTEST_PROP(PlanProperty, HybridIsNeverDearerAndFiguresVerify, ()) {
  const auto per_day = *rc::gen::inRange(200, 40'000);
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1'000);
  const traffic::Trace trace = trace_of(per_day, 0.05, seed);
  RC_PRE(trace.size() > 0U);
  PlanQuestion q = question_on(trace);
  q.accelerators = {*rc::gen::element<std::string>("H100-SXM", "L40S", "A100-SXM-80GB")};
  q.open_model = *rc::gen::element<std::string>("qwen3-32b", "llama-3.1-8b-instruct");
  q.redundancy = *rc::gen::inRange(0, 3);
  q.objective.ttft_s = *rc::gen::element(1.5, 3.0, 10.0);
  q.horizon_months = *rc::gen::element(1, 12, 37);
  q.paths = *rc::gen::element(0, 200);
  const auto a = ask(q);
  if (!a.ok()) {
    RC_ASSERT(a.error().code == ErrorCode::infeasible);
    return;
  }
  expect_consistent(q, *a);
  RC_ASSERT(!::testing::Test::HasFailure());
}

TEST(Plan, SharedTracesHoldTogether) {
  for (const char* name : {"tenant_a_steady_7d", "azure2023_conv", "tenant_b_bursty_14d"}) {
    const std::string path =
        std::string(BREAKEVEN_SOURCE_DIR "/../shared/data/traces/") + name + ".csv.gz";
    if (!std::filesystem::exists(path)) continue;
    const auto import = io::read_trace(path, {});
    ASSERT_TRUE(import.ok()) << import.error().text();
    PlanQuestion q = question_on(import->trace);
    q.accelerators = {"H100-SXM"};
    q.precisions = {"fp8"};
    const auto a = ask(q);
    ASSERT_TRUE(a.ok()) << a.error().text();
    expect_consistent(q, *a);
  }
}

TEST(Plan, TheSameBytesForAnyNumberOfThreads) {
  const traffic::Trace trace = trace_of(20'000);
  const PlanQuestion q = question_on(trace);
  std::optional<std::string> first;
  for (const std::size_t threads : {1U, 2U, 7U}) {
    ThreadPool pool(threads);
    const auto a = advisor::plan(q, facts().catalog, facts().coefficients, pool);
    ASSERT_TRUE(a.ok()) << a.error().text();
    const std::string json = codec::plan_answer_to_json(q, *a, "test");
    if (!first) first = json;
    EXPECT_EQ(json, *first) << threads;
  }
}

/// The catalogue without hosted offers, and with the cached price of one pro tier as given: a figure
/// of a published kind, or nothing for unknown.
catalog::Catalog with_cached_price(const std::string& usd) {
  auto files = read_catalog_files(BREAKEVEN_SOURCE_DIR "/catalog").value();
  for (catalog::NamedText& file : files) {
    // A cheaper host of the open model would be the best API, and its bill is not in doubt.
    const std::string row = "\nQwen/Qwen3-32B,";
    for (auto at = file.content.find(row);
         file.name == "hosted_models.csv" && at != std::string::npos; at = file.content.find(row)) {
      file.content.erase(at, file.content.find('\n', at + 1) - at);
    }
    if (file.name != "prices/openai.csv" || usd.empty()) continue;
    for (const std::string head :
         {"openai,gpt-5.5-pro,cache_read_mtok,standard,,,always,",
          "openai,gpt-5.5-pro,cache_read_mtok,standard,272000,above,always,"}) {
      const std::size_t at = file.content.find(head);
      EXPECT_NE(at, std::string::npos);
      const std::string unknown = ",unknown,R-CACHE-PRO,";
      EXPECT_EQ(file.content.compare(at + head.size(), unknown.size(), unknown), 0);
      file.content.replace(at + head.size(), unknown.size(), usd + ",published,,");
    }
  }
  auto loaded = catalog::Catalog::load(files);
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().text());
  return std::move(loaded).value();
}

TEST(Plan, AnUnknownPriceWidensTheVerdict) {
  const traffic::Trace trace = trace_of(60'000, 0.1, 1, 0.9);
  PlanQuestion q = question_on(trace);
  q.api_model = "openai/gpt-5.5-pro";
  q.exclude = {"dedicated"};  // its price is known
  q.growth_per_month = 0;
  q.paths = 20'000;
  InlinePool pool;
  const catalog::Catalog unknown_book = with_cached_price("");
  // Known, and in the middle of the interval from nothing to the price of input, 30.
  const catalog::Catalog known_book = with_cached_price("15");
  const auto unknown = advisor::plan(q, unknown_book, facts().coefficients, pool);
  const auto known = advisor::plan(q, known_book, facts().coefficients, pool);
  ASSERT_TRUE(unknown.ok()) << unknown.error().text();
  ASSERT_TRUE(known.ok()) << known.error().text();
  // The bill: an interval around the figure.
  EXPECT_TRUE(known->api.exact());
  EXPECT_LT(unknown->api.low, known->api.value);
  EXPECT_GT(unknown->api.high, known->api.value);
  EXPECT_EQ(unknown->api.value, unknown->api.high);
  // The verdict: a wider band to both sides, and a driver that says why.
  ASSERT_TRUE(known->uncertainty && unknown->uncertainty);
  const economics::Quantiles& wide = unknown->uncertainty->fully_loaded;
  const economics::Quantiles& narrow = known->uncertainty->fully_loaded;
  EXPECT_LT(wide.p10, narrow.p10);
  EXPECT_GT(wide.p90, narrow.p90);
  EXPECT_GT(wide.p90 - wide.p10, 1.05 * (narrow.p90 - narrow.p10));
  const auto listed = [](const PlanAnswer& a) {
    return std::ranges::any_of(a.tornado, [&](const economics::TornadoBar& bar) {
      return a.drivers[bar.driver].id == "unknown_rate" && bar.swing() > 0;
    });
  };
  EXPECT_TRUE(listed(*unknown));
  EXPECT_FALSE(listed(*known));
  expect_consistent(q, *unknown);
}

TEST(Plan, RedundancyCosts) {
  const traffic::Trace trace = trace_of(20'000);
  PlanQuestion q = question_on(trace);
  Usd last;
  for (const int spare : {0, 1, 3}) {
    q.redundancy = spare;
    const auto a = ask(q);
    ASSERT_TRUE(a.ok()) << a.error().text();
    const Usd cost = option_of(*a, "rented.on_demand").recurring;
    EXPECT_GT(cost, last) << spare;
    last = cost;
    const PlanOption& own = a->options[*a->best_self_host];
    EXPECT_EQ(own.replicas, a->fleets.fleets[*own.fleet].plan.replicas_needed + spare);
  }
}

TEST(Plan, AConstraintDecidesAndHasAPrice) {
  const traffic::Trace trace = trace_of(2'000);
  PlanQuestion q = question_on(trace);
  const auto free = ask(q);
  q.must_self_host = true;
  const auto bound = ask(q);
  ASSERT_TRUE(free.ok() && bound.ok());
  EXPECT_EQ(bound->verdict.kind, VerdictKind::constraint_decides);
  EXPECT_EQ(bound->verdict.amount, -free->verdict.saving);
  EXPECT_NE(bound->verdict.sentence.find("only self-hosting is allowed"), std::string::npos);
  const auto failed = [](const PlanOption& option) {
    for (const decision::Gate& gate : option.option.gates) {
      if (gate.state == decision::GateState::fail) return true;
    }
    return false;
  };
  for (const PlanOption& option : bound->options) {
    if (!option.available) continue;
    const OptionKind kind = option.option.ledger.kind;
    EXPECT_EQ(failed(option), !economics::is_self_hosted(kind) || kind == OptionKind::hybrid)
        << option.option.ledger.title;
  }
}

TEST(Plan, AMixIsNotTheApiThatSelfHostingIsComparedWith) {
  // Long answers at a dear API, hosts left out: fleet < mix < API.
  const traffic::Trace trace = trace_of(1'500'000, 0.1);
  PlanQuestion q = question_on(trace);
  q.open_model = "zai-org/GLM-4.6";
  q.accelerators = {"H200-SXM"};
  q.exclude = {"dedicated", "hosted"};
  const auto a = ask(q);
  ASSERT_TRUE(a.ok()) << a.error().text();
  const PlanOption& mix = option_of(*a, "hybrid");
  ASSERT_TRUE(mix.available);
  ASSERT_LT(mix.fully_loaded, option_of(*a, "api").fully_loaded);
  EXPECT_EQ(a->options[a->best_api].option.ledger.kind, OptionKind::api_as_billed);
  expect_consistent(q, *a);
}

TEST(Plan, NamesTheHostedApiWhenThatIsTheCheapest) {
  const traffic::Trace trace = trace_of(100'000);
  const auto a = ask(question_on(trace));
  ASSERT_TRUE(a.ok()) << a.error().text();
  ASSERT_EQ(a->options[a->best_api].option.ledger.kind, OptionKind::hosted_open_weights);
  EXPECT_NE(a->verdict.sentence.find("hosted at deepinfra/"), std::string::npos)
      << a->verdict.sentence;
}

TEST(Plan, TheApiInUseIsNotItsOwnAlternative) {
  const traffic::Trace trace = trace_of(2'000);
  PlanQuestion q = question_on(trace);
  q.api_model = "groq/qwen/qwen3-32b";
  const auto a = ask(q);
  ASSERT_TRUE(a.ok()) << a.error().text();
  for (const advisor::MonthlyBill& bill : a->hosted) EXPECT_NE(bill.model, a->api.model);
  EXPECT_TRUE(a->verdict.sentence.starts_with("The API is ")) << a->verdict.sentence;
}

TEST(Plan, SaysWhenNobodyMeasuredTheAccelerator) {
  const traffic::Trace trace = trace_of(20'000);
  PlanQuestion q = question_on(trace);
  q.accelerators = {"MI300X"};
  const auto a = ask(q);
  ASSERT_TRUE(a.ok()) << a.error().text();
  bool said = false;
  for (const std::string& warning : a->warnings) {
    said = said || warning.find("no measured runs") != std::string::npos;
  }
  EXPECT_TRUE(said);
  q.accelerators = {"H100-SXM"};
  const auto measured = ask(q);
  ASSERT_TRUE(measured.ok());
  const auto width = [](const PlanAnswer& answer) {
    const auto& p = answer.drivers[advisor::PlanModel::kSlowdown].distribution.parameters;
    return p[1];
  };
  EXPECT_GT(width(*a), width(*measured));
}

TEST(Plan, AnOptionThatCannotServeTheTrafficIsNotPriced) {
  traffic::Trace trace = trace_of(2'000);
  trace.input_tokens[7] = 132'000;
  PlanQuestion q = question_on(trace);
  q.open_model = "llama-3.3-70b-instruct";
  q.objective.ttft_s = 60;
  const auto too_long = ask(q);
  ASSERT_FALSE(too_long.ok());
  EXPECT_EQ(too_long.error().code, ErrorCode::infeasible);
  EXPECT_NE(too_long.error().message.find("request 8 has 132"), std::string::npos)
      << too_long.error().text();

  const auto bill = advisor::monthly_bill(facts().catalog, "groq/llama-3.3-70b-versatile", trace,
                                          {.as_of = q.as_of, .cache_share = {}, .residency = {}});
  ASSERT_TRUE(bill.ok()) << bill.error().text();
  EXPECT_NE(bill->cannot_serve.find("request 8"), std::string::npos) << bill->cannot_serve;
}

std::string code_of(PlanQuestion q, const std::function<void(PlanQuestion&)>& change) {
  change(q);
  const auto a = ask(q);
  if (a.ok()) return "ok";
  EXPECT_FALSE(a.error().message.empty());
  return std::string(error_info(a.error().code).name) + " " + a.error().where;
}

TEST(Plan, RefusesWhatItCannotAnswer) {
  const traffic::Trace trace = trace_of(2'000);
  const PlanQuestion q = question_on(trace);
  const auto code = [&](const std::function<void(PlanQuestion&)>& change) {
    return code_of(q, change);
  };
  EXPECT_EQ(code([](auto& x) { x.api_model = "anthropic/claude-sonet-4-6"; }).substr(0, 9),
            "not-found");
  EXPECT_EQ(code([](auto& x) { x.open_model = "qwen3-33b"; }).substr(0, 9), "not-found");
  EXPECT_EQ(code([](auto& x) { x.accelerators = {"H100-SXN"}; }).substr(0, 9), "not-found");
  EXPECT_EQ(code([](auto& x) { x.providers = {"nobody"}; }), "not-found providers");
  EXPECT_EQ(code([](auto& x) { x.precisions = {"fp9"}; }), "not-found precisions");
  EXPECT_EQ(code([](auto& x) { x.objective.ttft_s = 0.0001; }).substr(0, 10), "infeasible");
  EXPECT_EQ(code([](auto& x) { x.objective.tpot_s = 1e-6; }).substr(0, 10), "infeasible");
  EXPECT_EQ(code([](auto& x) {
              x.open_model = "llama-3.1-405b-instruct";
              x.accelerators = {"T4"};
            }).substr(0, 10),
            "infeasible");
  EXPECT_EQ(code([](auto& x) { x.objective.ttft_s = 0; }), "out-of-range ttft");
  EXPECT_EQ(code([](auto& x) { x.objective.tpot_s = -1; }), "out-of-range tpot");
  EXPECT_EQ(code([](auto& x) { x.objective.percentile = 101; }), "out-of-range percentile");
  EXPECT_EQ(code([](auto& x) { x.redundancy = -1; }), "out-of-range redundancy");
  EXPECT_EQ(code([](auto& x) { x.horizon_months = 0; }), "out-of-range horizon");
  EXPECT_EQ(code([](auto& x) { x.discount_rate_per_year = 1.5; }), "out-of-range discount-rate");
  EXPECT_EQ(code([](auto& x) { x.growth_per_month = 0.6; }), "out-of-range growth");
  EXPECT_EQ(code([](auto& x) { x.api_price_trend_per_year = -1; }), "out-of-range api-trend");
  EXPECT_EQ(code([](auto& x) { x.gpu_price_trend_per_year = 3; }), "out-of-range gpu-trend");
  EXPECT_EQ(code([](auto& x) { x.api_cache_share = 1.1; }), "out-of-range cache-share");
  EXPECT_EQ(code([](auto& x) { x.api_batch_share = -0.1; }), "out-of-range batch-share");
  EXPECT_EQ(code([](auto& x) { x.api_success_rate = 0; }), "out-of-range api-success");
  EXPECT_EQ(code([](auto& x) { x.sre_fte = -1; }), "out-of-range sre-fte");
  EXPECT_EQ(code([](auto& x) { x.paths = -1; }), "out-of-range paths");
  EXPECT_EQ(code([](auto& x) { x.paths = 100'000'001; }), "out-of-range paths");
  traffic::Trace moment = trace;
  moment.arrival_ns.assign(moment.size(), 0);
  moment.span_ns = 0;
  EXPECT_EQ(code([&](auto& x) { x.trace = &moment; }).substr(0, 16), "invalid-argument");
  const traffic::Trace none;
  EXPECT_EQ(code([&](auto& x) { x.trace = &none; }), "invalid-argument trace");
  EXPECT_EQ(code([&](auto& x) { x.trace = nullptr; }), "invalid-argument trace");
}

TEST(Plan, AnswersAsJsonWithExactMoney) {
  const traffic::Trace trace = trace_of(2'000);
  const PlanQuestion q = question_on(trace);
  const auto a = ask(q);
  ASSERT_TRUE(a.ok());
  const auto json = nlohmann::json::parse(codec::plan_answer_to_json(q, *a, "1.2.3"));
  EXPECT_EQ(json["api"]["usd_month"], a->api.value.decimal());
  EXPECT_EQ(json["verdict"]["sentence"], a->verdict.sentence);
  EXPECT_EQ(json["figures"]["api.monthly"]["value"], a->api.value.decimal());
  EXPECT_EQ(json["figures"]["api.monthly"]["kind"], "exact");
  EXPECT_EQ(json["rungs"].size(), 6U);
  EXPECT_EQ(json["options"].size(), a->options.size());
  EXPECT_TRUE(json["fleets"][0]["measured"].is_boolean());
}

}  // namespace
}  // namespace breakeven::service
