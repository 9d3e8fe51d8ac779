#include "service/simulate.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "service/catalog_store.hpp"
#include "service/thread_pool.hpp"

namespace breakeven::service {
namespace {

class ServingUseCases : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::temp_directory_path() /
             ("breakeven-simulate-" + std::to_string(::getpid()) + ".csv"))
                .string();
    std::ofstream out(path_);
    out << "arrival_s,input_tokens,output_tokens\n";
    for (int i = 0; i < 600; ++i) {
      out << 0.5 * i << ',' << 300 + i * 37 % 2000 << ',' << 20 + i * 13 % 200 << '\n';
    }
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::string path_;
};

TEST_F(ServingUseCases, SimulatesAConfigurationOfTheCatalogue) {
  const auto catalog = load_catalog();
  ASSERT_TRUE(catalog.ok()) << catalog.error().text();
  const auto coefficients = load_coefficients();
  ASSERT_TRUE(coefficients.ok()) << coefficients.error().text();
  SimulateRequest request;
  request.trace = path_;
  request.model = "llama-3.1-8b-instruct";
  request.accelerator = "H100-SXM";
  const auto report = simulate(request, *catalog, *coefficients);
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(report->replica.config.tensor_parallel, 1);  // the fewest that fit
  EXPECT_EQ(report->result.requests, 600);
  EXPECT_NE(simulation_text(*report).find("600 requests"), std::string::npos);
  EXPECT_NE(codec::simulation_to_json(*report).find("\"objective_met\":true"), std::string::npos);

  request.accelerator = "H100-SXN";
  EXPECT_EQ(simulate(request, *catalog, *coefficients).error().code, ErrorCode::not_found);
  request.accelerator = "H100-SXM";
  request.precision = "fp9";
  EXPECT_EQ(simulate(request, *catalog, *coefficients).error().where, "--precision");
  request.precision.clear();
  request.model = "llama-3.3-70b-instruct";
  request.tensor_parallel = 1;
  EXPECT_EQ(simulate(request, *catalog, *coefficients).error().code, ErrorCode::infeasible);
}

TEST_F(ServingUseCases, SizesTheSameFleetsWithAnyNumberOfThreads) {
  const auto catalog = load_catalog();
  const auto coefficients = load_coefficients();
  ASSERT_TRUE(catalog.ok() && coefficients.ok());
  SizeRequest request;
  request.trace = path_;
  request.model = "llama-3.1-8b-instruct";
  request.accelerators = {"H100-SXM", "L40S"};
  ThreadPool one(1);
  ThreadPool three(3);
  const auto a = size(request, *catalog, *coefficients, one);
  const auto b = size(request, *catalog, *coefficients, three);
  ASSERT_TRUE(a.ok()) << a.error().text();
  ASSERT_TRUE(b.ok());
  EXPECT_EQ(codec::sizing_to_json(*a).value(), codec::sizing_to_json(*b).value());
  const auto text = sizing_text(*a, true);
  ASSERT_TRUE(text.ok());
  EXPECT_NE(text->find("replicas"), std::string::npos);

  request.options.objective.tpot_s = 1e-4;
  const auto impossible = size(request, *catalog, *coefficients, one);
  ASSERT_FALSE(impossible.ok());
  EXPECT_EQ(impossible.error().code, ErrorCode::infeasible);
  EXPECT_NE(impossible.error().message.find("TPOT 0.1 ms"), std::string::npos)
      << impossible.error().message;
}

TEST_F(ServingUseCases, FindsTheFrontOfAllModelsThatAreGoodEnough) {
  const auto catalog = load_catalog();
  const auto coefficients = load_coefficients();
  ASSERT_TRUE(catalog.ok() && coefficients.ok());
  const auto trace = read_named_trace(path_);
  ASSERT_TRUE(trace.ok()) << trace.error().text();
  FrontRequest request;
  request.size.trace = trace->name;
  request.size.accelerators = {"H100-SXM", "L40S"};
  request.min_quality = 20;
  ThreadPool one(1);
  ThreadPool three(3);
  const auto a = cost_latency_front(trace->trace, request, *catalog, *coefficients, one);
  const auto b = cost_latency_front(trace->trace, request, *catalog, *coefficients, three);
  ASSERT_TRUE(a.ok()) << a.error().text();
  ASSERT_TRUE(b.ok());
  EXPECT_EQ(codec::front_to_json(*a).value(), codec::front_to_json(*b).value());
  EXPECT_GT(a->models.size(), 1U);
  for (const auto& m : a->models) EXPECT_GE(m.score, 20);
  for (const sizing::FrontFleet& f : a->search.front) {
    EXPECT_GE(a->score_of(f.replica.config.model), 20);
    EXPECT_EQ(f.offer->term, catalog::Term::on_demand);
  }
  EXPECT_NE(front_text(*a)->find("No other fleet is both cheaper and faster"), std::string::npos);

  request.min_quality = 1000;
  const auto too_good = cost_latency_front(trace->trace, request, *catalog, *coefficients, one);
  ASSERT_FALSE(too_good.ok());
  EXPECT_EQ(too_good.error().where, "--min-quality");
  request.benchmark = "LiveBanch";
  const auto unknown = cost_latency_front(trace->trace, request, *catalog, *coefficients, one);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_EQ(unknown.error().where, "--benchmark");
}

TEST(Durations, AreParsedWithTheirUnit) {
  EXPECT_DOUBLE_EQ(parse_duration_s("2s").value(), 2);
  EXPECT_DOUBLE_EQ(parse_duration_s("150ms").value(), 0.15);
  EXPECT_DOUBLE_EQ(parse_duration_s("50us").value(), 5e-5);
  EXPECT_DOUBLE_EQ(parse_duration_s(" 1.5 ").value(), 1.5);
  for (const char* bad : {"", "s", "-1s", "0", "2m", "nan", "1e300"}) {
    EXPECT_FALSE(parse_duration_s(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace breakeven::service
