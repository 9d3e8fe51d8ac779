#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "engine/serving/simulation.hpp"
#include "engine/serving/test_support_facts.hpp"
#include "tools/calibrate/fit.hpp"
#include "tools/calibrate/measured.hpp"
#include "tools/calibrate/replay.hpp"
#include "tools/calibrate/report.hpp"
#include "tools/calibrate/steady_state.hpp"

namespace breakeven::calibrate {
namespace {

using serving::StepCoefficients;
using serving::StepTerms;

const catalog::Catalog& shipped_catalog() {
  static const catalog::Catalog loaded = [] {
    const std::filesystem::path root = std::filesystem::path(BREAKEVEN_SOURCE_DIR) / "catalog";
    std::vector<catalog::NamedText> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      files.push_back({std::filesystem::relative(entry.path(), root).generic_string(),
                       std::string(std::istreambuf_iterator<char>(in), {})});
    }
    return catalog::Catalog::load(files).value();
  }();
  return loaded;
}

constexpr const char* kHeader =
    "source,model,precision,gpu,tp,pp,dp,engine,engine_version,isl,osl,concurrency_or_rate,metric,"
    "value,unit,"
    "load_kind,mode,spec_decode,config_id,notes\n";

std::string row(const std::string& id, const std::string& users, const std::string& tpot,
                const std::string& model = "Qwen/Qwen3-32B-FP8", const std::string& spec = "none") {
  return "lab," + model + ",fp8,H100-SXM,2,1,1,vllm,0.12,1000,500," + users + ",tpot," + tpot +
         ",ms,closed_loop_concurrency,aggregated," + spec + "," + id + ",\n";
}

TEST(ReadMeasured, GathersMetricsAndDropsWithAReason) {
  const std::string csv = kHeader + row("a", "4", "10") + row("b", "8", "12") +
                          row("c", "8", "12", "nobody/unknown-model") +
                          row("d", "8", "12", "Qwen/Qwen3-32B", "mtp") + row("e", "64", "9");
  const auto read = read_measured(csv, "runs.csv", shipped_catalog());
  ASSERT_TRUE(read.ok()) << read.error().text();
  ASSERT_EQ(read->runs.size(), 2U);
  EXPECT_EQ(read->runs[0].config.model->id, "Qwen/Qwen3-32B");
  EXPECT_EQ(read->runs[0].config.weights, catalog::Precision::fp8);
  EXPECT_DOUBLE_EQ(read->runs[1].tpot_s, 0.012);
  EXPECT_EQ(read->dropped.at("model not in the catalogue: nobody/unknown-model"), 1);
  EXPECT_EQ(read->dropped.at("speculative decoding"), 1);
  EXPECT_EQ(read->dropped.at("faster than the same configuration at a quarter of its load"), 1);
}

TEST(ReadMeasured, NamesThePlaceOfAMistake) {
  const auto bad = read_measured(kHeader + row("a", "4", "fast"), "runs.csv", shipped_catalog());
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::parse_error);
  EXPECT_TRUE(bad.error().where.starts_with("runs.csv:2:")) << bad.error().where;
  const auto headless = read_measured("a,b\n1,2\n", "runs.csv", shipped_catalog());
  ASSERT_FALSE(headless.ok());
  EXPECT_NE(headless.error().text().find("source"), std::string::npos);
}

std::vector<MeasuredRun> grid(const catalog::OpenModel& model,
                              const catalog::Accelerator& accelerator, catalog::Precision weights) {
  std::vector<MeasuredRun> runs;
  for (const int tp : {2, 4, 8})
    for (const double users : {1.0, 4.0, 16.0, 64.0, 256.0})
      for (const double input : {128.0, 1024.0, 8192.0}) {
        MeasuredRun run;
        run.id = std::to_string(runs.size());
        run.source = "synthetic";
        run.config = {&model, &accelerator, weights, catalog::Precision::bf16, tp, "vllm"};
        run.level = users;
        run.input_tokens = input;
        run.output_tokens = 512;
        run.tpot_s = 1;
        runs.push_back(run);
      }
  return runs;
}

TEST(SteadyState, MoreUsersAreNeverFasterAndAlwaysProduceMore) {
  const catalog::OpenModel model = serving::test::qwen3_32b();
  const catalog::Accelerator accelerator = serving::test::h100();
  const StepCoefficients c =
      serving::test::shipped_coefficients().set_for(accelerator, "vllm")->values;
  std::vector<MeasuredRun> runs = grid(model, accelerator, catalog::Precision::bf16);
  MeasuredRun run = runs.front();
  double tpot = 0;
  double rate = 0;
  for (const double users : {1.0, 2.0, 8.0, 32.0, 100.0}) {
    run.level = users;
    const PreparedRun p = prepare(run);
    const Steady s = steady_state(p, StepTerms(p.physics, c));
    EXPECT_GE(s.tpot_s, tpot);
    EXPECT_GT(s.output_tokens_per_s, rate);
    EXPECT_LE(s.batch, users);
    tpot = s.tpot_s;
    rate = s.output_tokens_per_s;
  }
}

TEST(SteadyState, OneUserIsTheEmptyMachine) {
  const catalog::OpenModel model = serving::test::qwen3_32b();
  const catalog::Accelerator accelerator = serving::test::h100();
  const StepCoefficients c =
      serving::test::shipped_coefficients().set_for(accelerator, "vllm")->values;
  MeasuredRun run = grid(model, accelerator, catalog::Precision::bf16).front();
  run.level = 1;
  run.output_tokens = 2000;
  const PreparedRun p = prepare(run);
  const StepTerms t(p.physics, c);
  const double alone = t.base_s(1, 0) + (run.input_tokens + 1000) * t.context_token_s;
  EXPECT_NEAR(steady_state(p, t).tpot_s, alone, 0.02 * alone);
}

TEST(SteadyState, ArrivalsBeyondCapacitySaturate) {
  const catalog::OpenModel model = serving::test::qwen3_32b();
  const catalog::Accelerator accelerator = serving::test::h100();
  const StepCoefficients c =
      serving::test::shipped_coefficients().set_for(accelerator, "vllm")->values;
  MeasuredRun run = grid(model, accelerator, catalog::Precision::bf16).front();
  run.load = Load::open_loop;
  for (const auto& [rate, saturated] : {std::pair{0.5, false}, std::pair{500.0, true}}) {
    run.level = rate;
    const PreparedRun p = prepare(run);
    EXPECT_EQ(steady_state(p, StepTerms(p.physics, c)).saturated, saturated) << rate;
  }
}

TEST(Fit, RecoversTheTimesOfAKnownMachine) {
  const catalog::OpenModel dense = serving::test::qwen3_32b();
  const catalog::OpenModel sparse = serving::test::gpt_oss_120b();
  const catalog::Accelerator accelerator = serving::test::h100();
  const StepCoefficients prior =
      serving::test::shipped_coefficients().set_for(accelerator, "vllm")->values;
  StepCoefficients truth = prior;
  truth.layer_s *= 1.4;
  truth.expert_stream *= 0.8;
  truth.bits16.compute *= 0.8;
  truth.bits8.compute *= 0.8;
  truth.bits4.compute *= 0.8;
  truth.kv_read *= 0.85;
  std::vector<MeasuredRun> runs = grid(dense, accelerator, catalog::Precision::bf16);
  for (const MeasuredRun& run : grid(sparse, accelerator, catalog::Precision::mxfp4))
    runs.push_back(run);
  for (MeasuredRun& run : runs) {
    const PreparedRun p = prepare(run);
    run.tpot_s = steady_state(p, StepTerms(p.physics, truth)).tpot_s;
  }
  // A wild row that a robust fit must not follow.
  runs.front().tpot_s *= 20;
  std::vector<PreparedRun> prepared;
  for (const MeasuredRun& run : runs) prepared.push_back(prepare(run));
  Points points;
  for (const PreparedRun& p : prepared) points.push_back(&p);
  const StepCoefficients fitted = fit(points, prior);
  std::vector<double> before;
  std::vector<double> after;
  for (const PreparedRun* p : points) {
    before.push_back(tpot_residual(*p, prior));
    after.push_back(tpot_residual(*p, fitted));
  }
  EXPECT_GT(summarise(before).median, 0.08);
  EXPECT_LT(summarise(after).median, 0.015);
  EXPECT_NEAR(fitted.layer_s / truth.layer_s, 1, 0.15);
}

TEST(Replay, ALogOfTheSimulatorItselfComesOutEqual) {
  const catalog::OpenModel model = serving::test::llama_8b();
  const catalog::Accelerator accelerator = serving::test::h100();
  MeasuredRun run = grid(model, accelerator, catalog::Precision::bf16).front();
  run.id = "own";
  run.load = Load::open_loop;
  const serving::Coefficients coefficients = serving::test::shipped_coefficients();
  const auto replica = serving::make_replica(run.config, 0, coefficients);
  ASSERT_TRUE(replica.ok());
  traffic::Trace trace;
  for (int i = 0; i < 40; ++i) {
    trace.arrival_ns.push_back(std::int64_t{50'000'000} * i);
    trace.input_tokens.push_back(200 + 10 * i);
    trace.output_tokens.push_back(50 + i);
  }
  trace.span_ns = trace.arrival_ns.back();
  serving::SimulationOptions options;
  options.keep_requests = true;
  const auto simulated = serving::simulate(trace, *replica->step, replica->limits, options);
  ASSERT_TRUE(simulated.ok()) << simulated.error().text();
  std::string log = "arrival_s,input_tokens,output_tokens,ttft_ms,tpot_ms,e2e_ms,queue_ms\n";
  for (std::size_t i = 0; i < trace.size(); ++i) {
    const serving::RequestOutcome& o = simulated->outcomes[i];
    log += std::to_string(static_cast<double>(trace.arrival_ns[i]) * 1e-9) + "," +
           std::to_string(trace.input_tokens[i]) + "," + std::to_string(trace.output_tokens[i]) +
           "," + std::to_string(o.ttft_s * 1e3) + "," + std::to_string(o.tpot_s * 1e3) + "," +
           std::to_string(o.end_to_end_s * 1e3) + ",0\n";
  }
  const auto checks = replay({run}, {{"own", log}}, coefficients);
  ASSERT_TRUE(checks.ok()) << checks.error().text();
  ASSERT_EQ(checks->size(), 1U);
  EXPECT_NEAR(checks->front().ttft, 1, 1e-3);
  EXPECT_NEAR(checks->front().tpot, 1, 1e-3);
  EXPECT_NEAR(checks->front().end_to_end, 1, 1e-3);
  EXPECT_NE(replay_tables(*checks).find("request log"), std::string::npos);

  const auto bad = replay({run}, {{"own", "arrival_s,input_tokens\n0,1\n"}}, coefficients);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::parse_error);
}

TEST(Summary, IsWorkedByHand) {
  // predicted / measured = 0.5, 1, 2: errors 0.5, 0, 1; real / predicted 0.5 .. 2.
  const ErrorSummary s = summarise({std::log(0.5), 0.0, std::log(2.0)});
  EXPECT_EQ(s.count, 3U);
  EXPECT_NEAR(s.mape, 0.5, 1e-12);
  EXPECT_NEAR(s.median, 0.5, 1e-12);
  EXPECT_NEAR(s.bias, 0, 1e-12);
  EXPECT_NEAR(s.real_over_predicted_p10, 0.6, 1e-12);
  EXPECT_NEAR(s.real_over_predicted_p90, 1.8, 1e-12);
}

TEST(Calibration, WritesAFileTheEngineReads) {
  std::ifstream in(std::string(BREAKEVEN_SOURCE_DIR) + "/tools/calibrate/prior_coefficients.csv");
  const std::string prior_csv(std::istreambuf_iterator<char>(in), {});
  const auto prior = serving::Coefficients::parse(prior_csv, "prior.csv");
  ASSERT_TRUE(prior.ok()) << prior.error().text();
  const catalog::OpenModel model = serving::test::qwen3_32b();
  const catalog::OpenModel other = serving::test::llama_70b();
  const catalog::Accelerator accelerator = serving::test::h100();
  std::vector<MeasuredRun> runs = grid(model, accelerator, catalog::Precision::bf16);
  for (const MeasuredRun& run : grid(other, accelerator, catalog::Precision::fp8))
    runs.push_back(run);
  for (MeasuredRun& run : runs) {
    const PreparedRun p = prepare(run);
    run.tpot_s =
        1.3 *
        steady_state(p, StepTerms(p.physics, prior->set_for(accelerator, "vllm")->values)).tpot_s;
  }
  std::vector<PreparedRun> prepared;
  for (const MeasuredRun& run : runs) prepared.push_back(prepare(run));
  const auto result = calibrate(prepared, prior_csv, "prior.csv", "2026-11-21");
  ASSERT_TRUE(result.ok()) << result.error().text();
  const auto fitted = serving::Coefficients::parse(result->coefficients_csv, "out.csv");
  ASSERT_TRUE(fitted.ok()) << fitted.error().text();
  EXPECT_EQ(fitted->set_for(accelerator, "vllm")->values.runs, 90);
  EXPECT_TRUE(fitted->set_for(accelerator, "vllm")->measured);
  EXPECT_FALSE(fitted->set_for(serving::test::a100(), "vllm")->measured);
  EXPECT_NE(result->tables.find("| hopper, vllm | 90 |"), std::string::npos) << result->tables;
  // An engine without runs keeps its starting values.
  EXPECT_EQ(fitted->set_for(accelerator, "sglang")->values.layer_s,
            prior->set_for(accelerator, "sglang")->values.layer_s);
}

}  // namespace
}  // namespace breakeven::calibrate
