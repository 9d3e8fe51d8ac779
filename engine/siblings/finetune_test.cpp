#include "engine/siblings/finetune.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/siblings/test_inputs.hpp"

namespace breakeven::siblings {
namespace {

const catalog::Catalog kNothing;

std::vector<TrainingPrice> prices() {
  const auto read =
      read_training_prices({"training_prices.csv",
                            "vendor,model,usd_per_mtok,usd_per_hour,note,source,source_date\n"
                            "acme,small-2026-01-31,3,,supervised,price page,2026-02-01\n"
                            "acme,thinker,,100,reinforcement,price page,2026-02-01\n"});
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().text());
  return *read;
}

Answer answer(Texts texts) {
  return sound(finetune(inputs_of(finetune_fields(), texts), kNothing, prices()));
}

TEST(Finetune, EveryFieldIsSound) { check_fields(finetune_fields()); }

TEST(Finetune, DocumentsAtAPrice) {
  const Answer a = answer({{"data.documents", "50000"},
                           {"data.tokens_per_document", "5000"},
                           {"training.usd_per_mtok", "8"}});
  EXPECT_EQ(words(a, "training.api_usd"), "$2,000");
  EXPECT_EQ(a.verdict, "cost_only");
}

TEST(Finetune, TokensAtAPrice) {
  EXPECT_EQ(words(answer({{"data.tokens", "15360000"}, {"training.usd_per_mtok", "8"}}),
                  "training.api_usd"),
            "$122.88");
  EXPECT_EQ(words(answer({{"data.tokens", "5120000"},
                          {"training.epochs", "3"},
                          {"training.usd_per_mtok", "8"}}),
                  "training.api_usd"),
            "$122.88");
}

TEST(Finetune, PricesAreLookedUpWithOrWithoutTheDate) {
  for (const char* const name : {"small", "acme/small", "small-2026-01-31"}) {
    EXPECT_EQ(words(answer({{"data.tokens", "2000000"}, {"training.api_model", name}}),
                    "training.api_usd"),
              "$6");
  }
  EXPECT_EQ(words(answer({{"data.tokens", "2000000"},
                          {"training.api_model", "thinker"},
                          {"training.hours", "2.5"}}),
                  "training.api_usd"),
            "$250");
  const auto unknown =
      finetune(inputs_of(finetune_fields(), {{"data.tokens", "1"}, {"training.api_model", "smal"}}),
               kNothing, prices());
  EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  EXPECT_NE(unknown.error().message.find("acme/small"), std::string::npos);
}

/// 1 000 000 requests a month, 2 000 + 100 tokens at 3/15 today, 300 + 100 at 3/12 once tuned: 0.0075
/// against 0.0021.
Texts payback_case() {
  return {{"data.tokens", "10000000"},
          {"training.usd_per_mtok", "25"},
          {"data.preparation_usd", "8000"},
          {"evaluation.usd", "2550"},
          {"usage.requests_per_month", "1000000"},
          {"today.input_tokens", "2000"},
          {"today.output_tokens", "100"},
          {"today.input_usd_per_mtok", "3"},
          {"today.output_usd_per_mtok", "15"},
          {"tuned.input_tokens", "300"},
          {"tuned.input_usd_per_mtok", "3"},
          {"tuned.output_usd_per_mtok", "12"}};
}

TEST(Finetune, PaysBackInQueriesAndMonths) {
  const Answer a = answer(payback_case());
  EXPECT_EQ(words(a, "today.usd_per_request"), "$0.0075");
  EXPECT_EQ(words(a, "tuned.usd_per_request"), "$0.0021");
  EXPECT_EQ(words(a, "one_off.api_usd"), "$10,800");
  EXPECT_EQ(words(a, "saving.api_usd_per_month"), "$5,400");
  EXPECT_EQ(words(a, "payback.api_months"), "2");
  EXPECT_EQ(words(a, "payback.api_queries"), "2,000,000");
  EXPECT_EQ(words(a, "cash.api.1"), "-$5,400");
  EXPECT_EQ(words(a, "cash.api.2"), "$0");
  EXPECT_EQ(a.verdict, "pays_back");
  EXPECT_NE(a.sentence.find("in month 2, after 2,000,000 queries"), std::string::npos)
      << a.sentence;
}

Inputs with(Texts more) {
  Inputs inputs = inputs_of(finetune_fields(), payback_case());
  for (const auto& [name, text] : more) EXPECT_TRUE(inputs.set(name, text, "").ok());
  return inputs;
}

TEST(Finetune, RetrainingDriftAndHostingTakeFromTheSaving) {
  // A retraining is 250 + 2 550 + 200 = 3 000 every third month; drift leaves 1, 0.9, 0.8 of 5 400.
  const auto a = finetune(with({{"retraining.every_months", "3"},
                                {"retraining.data_usd", "200"},
                                {"drift.per_month", "0.1"},
                                {"tuned.hosting_usd_per_month", "860"}}),
                          kNothing, {});
  ASSERT_TRUE(a.ok());
  EXPECT_TRUE(a->sheet.figures().verify().ok());
  EXPECT_EQ(words(*a, "drift.mean_share"), "0.9");
  EXPECT_EQ(words(*a, "saving.api_usd_per_month"), "$3,000");  // 4 860 - 860 - 1 000
  EXPECT_EQ(words(*a, "cash.api.1"), "-$6,260");
  EXPECT_EQ(words(*a, "cash.api.3"), "$1,200");  // -10 800 + 2.7 x 5 400 - 3 x 860
  EXPECT_EQ(words(*a, "cash.api.4"), "$2,740");
  const auto dear = finetune(with({{"tuned.hosting_usd_per_month", "6000"}}), kNothing, {});
  EXPECT_EQ(dear->verdict, "never_pays_back");
  EXPECT_NE(dear->sentence.find("costs $600 more"), std::string::npos) << dear->sentence;
}

TEST(Finetune, QualityIsAMotiveOfItsOwn) {
  const Answer a = answer({{"data.tokens", "1000000"},
                           {"training.usd_per_mtok", "5"},
                           {"usage.requests_per_month", "10000"},
                           {"quality.today_success", "0.9"},
                           {"quality.tuned_success", "95%"},
                           {"quality.usd_per_failure", "2"},
                           {"latency.today_s", "2.5"},
                           {"latency.tuned_s", "0.8"}});
  EXPECT_EQ(words(a, "saving.quality_usd_per_month"), "$1,000");
  EXPECT_EQ(words(a, "latency.saved_s"), "1.7");
}

/// 70 billion parameters, 80 layers, width 8 192, on GPUs of 80 GB.
Inputs own(std::string_view method, std::string_view count) {
  return inputs_of(finetune_fields(), {{"data.tokens", "36000000"},
                                       {"training.method", method},
                                       {"training.sequence_tokens", "4096"},
                                       {"model.parameters_b", "70"},
                                       {"model.layers", "80"},
                                       {"model.hidden", "8192"},
                                       {"gpu.count", count},
                                       {"gpu.memory_gb", "80"},
                                       {"gpu.usd_per_gpu_hour", "2"},
                                       {"gpu.training_tokens_per_s", "1000"}});
}

TEST(Finetune, MemoryOfFullLoraAndQlora) {
  struct Case {
    std::string_view method;
    std::string_view states;
    std::int64_t gpus;
  };
  // 6.51 GB of activations leave 70.8 of 77.3 GB: 1 120 / 70.8, (140 + 11.2) / 70.8, (36.1 + 11.2) / 70.8.
  for (const Case& c :
       {Case{"full", "1,120", 16}, Case{"lora", "151.2", 3}, Case{"qlora", "47.31", 1}}) {
    const auto one = finetune(own(c.method, "1"), kNothing, {});
    ASSERT_TRUE(one.ok());
    EXPECT_TRUE(one->sheet.figures().verify().ok());
    EXPECT_EQ(words(*one, "own.states_gb"), c.states);
    EXPECT_EQ(compare(one->sheet["own.gpus_needed"], c.gpus), 0) << c.method;
    EXPECT_EQ(one->verdict, c.gpus == 1 ? "cost_only" : "does_not_fit") << one->sentence;
    const auto enough = finetune(own(c.method, std::to_string(c.gpus)), kNothing, {});
    EXPECT_EQ(enough->verdict, "cost_only");
    EXPECT_EQ(words(*enough, "own.gpu_hours"), "10");  // 36 M / 1 000 / 3 600
    EXPECT_EQ(words(*enough, "training.own_usd"), "$20");
  }
}

TEST(Finetune, AnAssumedThroughputHasTwoEnds) {
  // 6 x 7 billion FLOP a token; 1 000 TFLOP/s at 35 % make 8 333.3 tokens/s.
  const Answer a = answer({{"data.tokens", "30000000"},
                           {"training.method", "full"},
                           {"model.parameters_b", "7"},
                           {"gpu.count", "8"},
                           {"gpu.bf16_tflops", "1000"},
                           {"gpu.usd_per_gpu_hour", "3.6"}});
  EXPECT_EQ(words(a, "own.gpu_hours"), "1");
  EXPECT_EQ(words(a, "training.own_usd"), "$3.60");
  EXPECT_EQ(words(a, "training.own_usd.low"), "$2.52");
  EXPECT_EQ(words(a, "training.own_usd.high"), "$6.30");
  EXPECT_FALSE(a.warnings.empty());
}

TEST(Finetune, SaysWhatIsMissing) {
  const auto nothing = finetune(Inputs(finetune_fields()), kNothing, {});
  EXPECT_EQ(nothing.error().where, "data");
  const auto no_price = finetune(
      inputs_of(finetune_fields(), {{"data.tokens", "5"}, {"gpu.count", "1"}}), kNothing, {});
  EXPECT_EQ(no_price.error().where, "training");
  EXPECT_NE(no_price.error().message.find("training.method"), std::string::npos);
  EXPECT_FALSE(
      read_training_prices({"x.csv",
                            "vendor,model,usd_per_mtok,usd_per_hour,note,source,source_date\n"
                            "a,b,,,n,s,2026\n"})
          .ok());
}

/// The month of the payback is the payback in months, rounded up, where every month is the same.
RC_GTEST_PROP(Finetune, TheCashFlowAgreesWithTheQuotient, ()) {
  Inputs inputs = inputs_of(finetune_fields(), payback_case());
  RC_ASSERT(
      inputs.set("data.preparation_usd", std::to_string(*rc::gen::inRange(0, 200'000)), "").ok());
  const auto a = finetune(inputs, kNothing, {});
  RC_ASSERT(a.ok());
  const Exact months = round_up(a->sheet["payback.api_months"]);
  const bool late = compare(months, 36) > 0;
  RC_ASSERT((a->verdict == "never_pays_back") == late);
  if (!late) {
    RC_ASSERT(a->sentence.find("in month " + to_words(months) + ",") != std::string::npos);
  }
}

}  // namespace
}  // namespace breakeven::siblings
