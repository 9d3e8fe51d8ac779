#include "engine/calibration/evaluate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/calibration/conditions.hpp"
#include "engine/calibration/cross_validate.hpp"
#include "engine/calibration/error_bands.hpp"
#include "engine/calibration/fit.hpp"
#include "engine/catalog/catalog.hpp"

namespace breakeven::calibration {
namespace {

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::filesystem::path kRoot = BREAKEVEN_SOURCE_DIR;

const catalog::Catalog& shipped_catalog() {
  static const catalog::Catalog catalog = [] {
    std::vector<catalog::NamedText> files;
    const std::filesystem::path folder = kRoot / "catalog";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".csv")
        files.push_back({std::filesystem::relative(entry.path(), folder).generic_string(),
                         read_text(entry.path())});
    return catalog::Catalog::load(files).value();
  }();
  return catalog;
}

const serving::Coefficients& shipped_coefficients() {
  static const serving::Coefficients coefficients =
      serving::Coefficients::parse(read_text(kRoot / "catalog/serving_coefficients.csv")).value();
  return coefficients;
}

std::vector<ConditionRule> shipped_rules() {
  return read_conditions(read_text(kRoot / "catalog/benchmark_conditions.csv"), "conditions")
      .value();
}

constexpr const char* kHeader =
    "source,model,precision,gpu,num_gpus,tp,pp,ep,dp,engine,engine_version,isl,osl,"
    "concurrency_or_rate,metric,value,unit,load_kind,mode,spec_decode,config_id,notes\n";

std::string table(const std::vector<std::string>& rows) {
  std::string text = kHeader;
  for (const std::string& row : rows) text += row + "\n";
  return text;
}

const std::string kRun =
    "Ours,meta-llama/Llama-3.1-8B-Instruct,bf16,H100-SXM,1,1,1,1,1,vllm,0.15,1000,200,";

Evaluation evaluated(const std::vector<MeasuredRun>& runs) {
  InlinePool pool;
  return evaluate(
      runs,
      [](const MeasuredRun&) -> const serving::Coefficients& { return shipped_coefficients(); },
      pool);
}

TEST(Measured, RowsBecomeRunsWithTheirReasons) {
  const std::string text = table({
      kRun + "8,ttft,100,ms,closed_loop_concurrency,aggregated,none,a,",
      kRun + "8,tpot,10,ms,closed_loop_concurrency,aggregated,none,a,",
      "Ours,nobody/Model-1,bf16,H100-SXM,1,1,1,1,1,vllm,,10,10,1,ttft,1,s,"
      "closed_loop_concurrency,aggregated,none,b,",
      kRun + "2.5,e2e_mean,3,s,open_loop_poisson_req_per_s,aggregated,none,c,"
             "max_num_seqs=32; max_num_batched_tokens=512",
      kRun + "8,ttft,1,s,closed_loop_concurrency,disaggregated,none,d,",
      kRun + "8,ttft,1,s,closed_loop_concurrency,aggregated,mtp,e,",
  });
  const auto runs = read_measured(text, "m.csv", shipped_catalog(), {});
  ASSERT_TRUE(runs.ok()) << runs.error().text();
  ASSERT_EQ(runs->size(), 5U);
  const auto& r = *runs;
  EXPECT_EQ(r[0].metrics.size(), 2U);
  EXPECT_TRUE(r[0].uncovered.empty()) << r[0].uncovered;
  EXPECT_DOUBLE_EQ(r[0].metrics[1].value, 0.010);
  EXPECT_FALSE(r[1].known);
  EXPECT_EQ(r[1].uncovered, "model not in the catalogue: nobody/Model-1");
  EXPECT_EQ(r[2].load, Load::open_loop);
  EXPECT_EQ(r[2].conditions.max_sequences, 32);
  EXPECT_EQ(r[2].conditions.token_budget, 512);
  EXPECT_EQ(r[3].uncovered, "disaggregated prefill and decode");
  EXPECT_EQ(r[4].uncovered, "speculative decoding (mtp)");
}

TEST(Measured, AFasterTokenUnderFourTimesTheLoadIsAContradiction) {
  const auto at = [](const char* users, const char* ms, const char* id) {
    return kRun + users + ",tpot," + ms + ",ms,closed_loop_concurrency,aggregated,none," + id + ",";
  };
  const auto runs =
      read_measured(
          table({at("8", "10", "a"), at("16", "9", "b"), at("32", "9", "c"), at("32", "11", "d")}),
          "m.csv", shipped_catalog(), {})
          .value();
  EXPECT_FALSE(runs[1].contradicted);  // twice the load only
  EXPECT_TRUE(runs[2].contradicted);
  EXPECT_FALSE(runs[3].contradicted);
  EXPECT_NE(set_of(runs[2]), set_of(runs[3]));
}

TEST(Measured, MistakesNameTheirPlace) {
  const auto message = [](const std::string& text) {
    const auto runs = read_measured(text, "m.csv", shipped_catalog(), {});
    return runs.ok() ? std::string("ok") : runs.error().text();
  };
  EXPECT_NE(message(table({kRun + "8,ttft,fast,ms,closed_loop_concurrency,aggregated,none,a,"}))
                .find("m.csv:2:"),
            std::string::npos);
  EXPECT_NE(
      message(table({kRun + "8,ttft,1,fortnights,closed_loop_concurrency,aggregated,none,a,"}))
          .find("no unit named \"fortnights\""),
      std::string::npos);
  EXPECT_NE(message("model,gpu\n").find("source"), std::string::npos);
}

const std::string kConditionColumns =
    "source,engine,accelerator,model,when,kv_cache,token_budget,max_sequences,memory_share,"
    "shortest_share,requests_per_user,seconds,cached_tokens,first_of_user,wait_iterations,"
    "batch_wait,users,client_s,overhead_factor,stall_s,itl_is_end_to_end\n";

TEST(Measured, ConditionsOverrideInOrder) {
  const auto rules = read_conditions(
      kConditionColumns +
          "Ours,*,*,*,,,4096,,,0.8,,,,,,,,,,,\n"
          "Ours,vllm,b200,gpt,users>=16 date>=2026-04-08 precision=fp4,fp8,,512,,,,,,,,,,,,,\n",
      "c.csv");
  ASSERT_TRUE(rules.ok()) << rules.error().text();
  RunFacts run{.source = "Ours",
               .engine = "vllm",
               .accelerator = "B200",
               .model = "openai/gpt-oss-120b",
               .precision = "fp4",
               .date = "2026-04-22",
               .users = 16};
  const Conditions c = conditions_for(*rules, run);
  EXPECT_EQ(c.token_budget, 4096);
  EXPECT_EQ(c.max_sequences, 512);
  EXPECT_EQ(c.shortest_share, 0.8);
  ASSERT_TRUE(c.kv_cache.has_value());
  EXPECT_EQ(*c.kv_cache, catalog::Precision::fp8);
  RunFacts changed = run;
  changed.source = "Theirs";
  EXPECT_EQ(conditions_for(*rules, changed).token_budget, 0);
  changed = run;
  changed.users = 15;
  EXPECT_EQ(conditions_for(*rules, changed).max_sequences, 0);
  changed = run;
  changed.date = "2026-04";
  EXPECT_EQ(conditions_for(*rules, changed).max_sequences, 0);
  changed.date = "";
  EXPECT_EQ(conditions_for(*rules, changed).max_sequences, 0);
  changed = run;
  changed.precision = "fp8";
  EXPECT_EQ(conditions_for(*rules, changed).max_sequences, 0);
}

TEST(Measured, ConditionClausesThatAreNone) {
  for (const std::string clause :
       {"users", "users>", "users>=many", "colour=red", ">=3", "users!3"}) {
    const auto rules =
        read_conditions(kConditionColumns + "Ours,*,*,*," + clause + ",,,,,,,,,,,,,,,,\n", "c.csv");
    ASSERT_FALSE(rules.ok()) << clause;
    EXPECT_NE(rules.error().text().find("c.csv:2:"), std::string::npos) << rules.error().text();
    EXPECT_NE(rules.error().text().find("\"" + clause + "\""), std::string::npos);
  }
}

// By hand: 64 users of 1024 tokens start 1.25 requests in 20 iterations, so the first of a batch waits
// 20 iterations, 1.25 others 10: 32.5 / 2.25 = 14.44. A burst of 64 x 1000 tokens fills a batch of
// 32768, so the stall of 68 s is in the mean of ten requests per user.
TEST(Measured, TimeOutsideTheEngineByHand) {
  MeasuredRun run;
  run.level = 64;
  run.input_tokens = 1000;
  run.output_tokens = 1024;
  run.conditions.client_s = 0.012;
  EXPECT_NEAR(outside_engine_s(run, 0.010), 0.012, 1e-12);
  run.conditions.batch_wait = 20;
  EXPECT_NEAR(outside_engine_s(run, 0.010), 0.012 + 0.010 * 32.5 / 2.25, 1e-12);
  run.conditions.token_budget = 32768;
  run.conditions.stall_s = 68;
  EXPECT_NEAR(outside_engine_s(run, 0), 0.012 + 6.8, 1e-12);
  run.level = 32;
  EXPECT_NEAR(outside_engine_s(run, 0), 0.012, 1e-12);
}

// The same engine version is not a third faster on another day, and more users do not help.
TEST(Measured, ContradictionsOfOneVersion) {
  const std::string head = "Ours,meta-llama/Llama-3.1-8B-Instruct,bf16,H100-SXM,1,1,1,1,1,vllm,";
  const auto row = [&](const char* version, const char* users, const char* tpot, const char* id) {
    return head + version + ",1000,200," + users + ",tpot," + tpot +
           ",ms,closed_loop_concurrency,aggregated,none," + id + ",";
  };
  const auto runs = read_measured(table({row("1.0", "8", "10", "a"), row("1.0", "8", "7.4", "b"),
                                         row("1.0", "8", "7.6", "c"), row("1.1", "8", "7.4", "d"),
                                         row("1.0", "4", "10.5", "e")}),
                                  "m.csv", shipped_catalog(), {})
                        .value();
  const std::vector<bool> expected = {false, true, true, false, false};
  for (std::size_t i = 0; i < runs.size(); ++i)
    EXPECT_EQ(runs[i].contradicted, expected[i]) << runs[i].id;
}

TEST(Measured, ShippedConditionsAreValid) { EXPECT_FALSE(shipped_rules().empty()); }

// A run that measured exactly what we predict has no error, in every metric and in the summary.
TEST(Evaluate, OwnPredictionHasNoError) {
  const std::string row = kRun + "16,tpot,10,ms,closed_loop_concurrency,aggregated,none,a,";
  auto runs = read_measured(table({row}), "m.csv", shipped_catalog(), {}).value();
  const auto prediction = predict(runs[0], shipped_coefficients());
  ASSERT_TRUE(prediction.ok()) << prediction.error().text();
  EXPECT_EQ(prediction->result.requests, 160);
  runs[0].metrics.clear();
  for (const char* metric : {"ttft_mean", "tpot_p99", "e2e_p50", "output_throughput"})
    runs[0].metrics.push_back(
        {metric, predicted_metric(runs[0], *prediction, metric).value(), "m.csv"});
  runs[0].metrics.push_back({"itl_p99", 1, "m.csv"});
  const Evaluation evaluation = evaluated(runs);
  ASSERT_EQ(evaluation.rows.size(), 5U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(evaluation.rows[i].error(), 0, 1e-12);
  EXPECT_EQ(evaluation.rows[4].reason, "metric itl_p99");
  for (const SummaryLine& line : evaluation.summary) {
    EXPECT_NEAR(line.mean, 0, 1e-12);
    EXPECT_EQ(line.covered, line.metric == "itl_p99" ? 0 : 1);
  }
}

// By hand: two rows off by +10 % and -20 %.
TEST(Evaluate, SummaryByHand) {
  const std::string row = kRun + "4,tpot,10,ms,closed_loop_concurrency,aggregated,none,a,";
  auto runs = read_measured(table({row}), "m.csv", shipped_catalog(), {}).value();
  runs.push_back(runs[0]);
  const auto prediction = predict(runs[0], shipped_coefficients()).value();
  const double tpot = prediction.result.tpot.mean;
  runs[0].metrics[0].value = tpot / 1.1;
  runs[1].metrics[0].value = tpot / 0.8;
  const Evaluation evaluation = evaluated(runs);
  for (const SummaryLine& line : evaluation.summary) {
    EXPECT_EQ(line.covered, 2);
    EXPECT_NEAR(line.mean, 0.15, 1e-12);
    EXPECT_NEAR(line.median, 0.15, 1e-12);
    EXPECT_NEAR(line.p90, 0.19, 1e-12);
    EXPECT_NEAR(line.bias, std::sqrt(1.1 * 0.8) - 1, 1e-12);
  }
}

TEST(Evaluate, UnknownModelsDoNotCountAgainstCoverage) {
  const std::string rest = ",10,10,1,ttft,1,s,closed_loop_concurrency,aggregated,none,";
  const auto runs =
      read_measured(table({kRun + "1,ttft,30,ms,closed_loop_concurrency,aggregated,none,a,",
                           "Ours,nobody/Model-1,bf16,H100-SXM,1,1,1,1,1,vllm," + rest + "b,"}),
                    "m.csv", shipped_catalog(), {})
          .value();
  const Evaluation evaluation = evaluated(runs);
  for (const SummaryLine& line : evaluation.summary) {
    if (line.by != "source") continue;
    EXPECT_EQ(line.rows, 1);
    EXPECT_EQ(line.unknown, 1);
    EXPECT_EQ(line.coverage(), 1.0);
  }
}

TEST(RequestLog, IsReplayedAsItCame) {
  const std::string text =
      "arrival_s,input_tokens,output_tokens,ttft_ms,tpot_ms,e2e_ms,queue_ms\n"
      "0.0,100,11,20,8,100,0\n"
      "0.5,200,21,30,9,210,0\n";
  ASSERT_TRUE(is_request_log(text));
  EXPECT_FALSE(is_request_log(kHeader));
  serving::ReplicaConfig config;
  config.model = shipped_catalog().model("meta-llama/Llama-3.1-8B-Instruct").value();
  config.accelerator = shipped_catalog().accelerator("H100-SXM").value();
  const auto run = read_request_log(text, "log.csv", config);
  ASSERT_TRUE(run.ok()) << run.error().text();
  EXPECT_EQ(run->conditions.max_sequences, 1);  // the first ends before the second starts
  EXPECT_NEAR(run->metrics[0].value, 0.025, 1e-12);
  const traffic::Trace trace = load_of(*run);
  EXPECT_EQ(trace.arrival_ns[1], 500'000'000);
  std::vector<MeasuredRun> runs{*run};
  EXPECT_EQ(evaluated(runs).rows.size(), 15U);
  const auto late = read_request_log(
      "arrival_s,input_tokens,output_tokens,ttft_ms,tpot_ms,e2e_ms,queue_ms\n"
      "1,1,1,1,1,1,0\n0,1,1,1,1,1,0\n",
      "log.csv", config);
  ASSERT_FALSE(late.ok());
  EXPECT_NE(late.error().text().find("log.csv:3:"), std::string::npos);
}

// Runs that a model with other coefficients would have measured: the fit finds its way to them.
TEST(Fit, FindsTheCoefficientsBehindTheRuns) {
  const serving::Coefficients start =
      serving::Coefficients::parse(read_text(kRoot / "catalog/serving_start_values.csv")).value();
  std::vector<serving::CoefficientSet> sets = start.sets();
  for (serving::CoefficientSet& set : sets) {
    set.values.layer_s *= 1.3;
    set.values.step_s *= 1.5;
  }
  const serving::Coefficients truth = serving::Coefficients::of(sets);
  std::vector<std::string> rows;
  for (const char* users : {"1", "2", "4", "8", "16", "32", "64", "96"})
    for (const char* input : {"100", "500", "1000", "2000", "4000"})
      for (const char* model : {"meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-32B"})
        rows.push_back("InferenceX (test)," + std::string(model) +
                       ",bf16,H100-SXM,1,1,1,1,1,vllm,0.15," + input + ",200," + users +
                       ",tpot,10,ms,closed_loop_concurrency,aggregated,none," + model + users +
                       "-" + input + ",");
  auto runs = read_measured(table(rows), "m.csv", shipped_catalog(), {}).value();
  for (MeasuredRun& run : runs) {
    const auto prediction = predict(run, truth).value();
    run.metrics = {{"tpot", prediction.result.tpot.mean, "m.csv"},
                   {"ttft", prediction.result.ttft.mean, "m.csv"}};
    run.contradicted = false;
  }
  InlinePool pool;
  const Calibrated calibrated = calibrate(runs, start, pool);
  EXPECT_EQ(calibrated.fit.runs().size(), runs.size());
  for (const MeasuredRun& run : runs) {
    const double before = predict(run, start).value().result.tpot.mean;
    const double after = predict(run, calibrated.coefficients).value().result.tpot.mean;
    const double real = measured_tpot_s(run);
    // Eighty runs against the pull towards the start values: nearly half of the gap closes.
    EXPECT_LT(std::abs(after - real), 0.6 * std::abs(before - real)) << run.id;
    EXPECT_GT(std::abs(before - real), 0.01 * real) << run.id;
  }
  const Evaluation left_out = cross_validate(runs, calibrated, LeaveOut::model, pool);
  EXPECT_EQ(left_out.rows.size(), 3 * runs.size());
  const std::string csv = coefficients_csv(calibrated, left_out, "2026-11-21");
  EXPECT_TRUE(serving::Coefficients::parse(csv).ok());
}

// 39 ratios 0.500, 0.525 ... 1.450: ranks 0.1 x 40 and 0.9 x 40 are the 4th and the 36th.
TEST(ErrorBands, ByHand) {
  const std::string row = kRun + "4,tpot,10,ms,closed_loop_concurrency,aggregated,none,a,";
  const auto runs = read_measured(table({row}), "m.csv", shipped_catalog(), {}).value();
  std::vector<EvaluatedRow> rows(39);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].run = &runs[0];
    rows[i].metric = "tpot";
    rows[i].regime = "knee";
    rows[i].predicted = 2.0;
    rows[i].measured = 2.0 * (0.5 + 0.025 * static_cast<double>(i));
  }
  const ErrorBands bands = ErrorBands::from_rows(rows);
  const ErrorBand* band = bands.find("vllm", "tpot", "knee");
  ASSERT_NE(band, nullptr);
  EXPECT_NEAR(band->p10, 0.575, 1e-12);
  EXPECT_NEAR(band->p90, 1.375, 1e-12);
  EXPECT_EQ(bands.find("vllm", "ttft", "knee"), nullptr);
  EXPECT_EQ(bands.find("sglang", "tpot", "knee")->engine, "*");
  const auto again = ErrorBands::parse(bands.to_csv("2026-11-21"), "e.csv");
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_NEAR(again->find("vllm", "tpot", "knee")->p90, 1.375, 1e-9);
  add_interval(rows[0], bands);
  EXPECT_NEAR(rows[0].low, 1.15, 1e-12);
  const auto broken =
      ErrorBands::parse("engine,kind,regime,p10,p90,rows\n*,tpot,*,2,1,5\n", "e.csv");
  ASSERT_FALSE(broken.ok());
  EXPECT_NE(broken.error().text().find("e.csv:2:"), std::string::npos);
}

// Three groups of 20 rows whose errors are alike within a group: real / predicted of e^-0.2, 1 and
// e^0.2, each with a jitter of 0.001. Pooled, the other two groups span the third only in part.
TEST(ErrorBands, WidthIsWhatAnotherGroupNeeds) {
  const std::string row = kRun + "4,tpot,10,ms,closed_loop_concurrency,aggregated,none,a,";
  const auto runs = read_measured(table({row}), "m.csv", shipped_catalog(), {}).value();
  std::vector<EvaluatedRow> rows(60);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double group = static_cast<double>(i / 20) - 1;
    const double jitter = 0.001 * (static_cast<double>(i % 20) - 9.5) / 9.5;
    rows[i].run = &runs[0];
    rows[i].metric = "tpot";
    rows[i].regime = "knee";
    rows[i].predicted = 1.0;
    rows[i].measured = std::exp(0.2 * group + jitter);
  }
  const auto group_of = [&](const EvaluatedRow& r) {
    return std::to_string(static_cast<std::size_t>(&r - rows.data()) / 20);
  };
  const GroupedBands grouped(rows, group_of);
  // Scores: an outer group lies three half widths (0.1) from the centre of the other two, the middle
  // one at the centre of the outer ones. Four fifths of all scores are below about 3.
  const ErrorBands pooled = ErrorBands::from_rows(rows);
  const ErrorBand* narrow = pooled.find("vllm", "tpot", "knee");
  const ErrorBands all = grouped.without({});
  const ErrorBand* wide = all.find("vllm", "tpot", "knee");
  EXPECT_NEAR(narrow->p90, std::exp(0.2), 0.001);
  EXPECT_NEAR(std::log(wide->p90), 0.6, 0.02);
  EXPECT_NEAR(std::log(wide->p10), -0.6, 0.02);
  // Nothing of a group is in its own bands: with the lowest left out, the centre is 0.1.
  const ErrorBands without = grouped.without("0");
  const ErrorBand* upper = without.find("vllm", "tpot", "knee");
  EXPECT_NEAR(0.5 * (std::log(upper->p10) + std::log(upper->p90)), 0.1, 0.001);
  // Rows without a group are no evidence.
  const GroupedBands none(rows, [](const EvaluatedRow&) { return std::string(); });
  EXPECT_TRUE(none.without({}).bands().empty());
}

// The profile of a schedule gives the times of the simulation it was taken from.
TEST(ScheduleProfile, RepeatsTheSimulation) {
  const auto runs =
      read_measured(table({kRun + "24,tpot,10,ms,closed_loop_concurrency,aggregated,none,a,"}),
                    "m.csv", shipped_catalog(), {})
          .value();
  const auto replica = replica_of(runs[0], shipped_coefficients()).value();
  ScheduleProfile profile;
  serving::SimulationOptions options = options_of(runs[0]);
  options.observer = &profile;
  const auto result =
      serving::simulate(load_of(runs[0]), *replica.step, replica.limits, options).value();
  profile.finish(result.requests);
  const auto& step = dynamic_cast<const serving::RooflineStepTime&>(*replica.step);
  const ProfiledTimes times = profile.times(step.terms());
  EXPECT_NEAR(times.tpot_s, result.tpot.mean, 0.01 * result.tpot.mean);
  // The iteration under way at an arrival counts as a whole: up to the entry time too much.
  EXPECT_NEAR(times.ttft_s, result.ttft.mean, step.terms().entry_s);
}

}  // namespace
}  // namespace breakeven::calibration
