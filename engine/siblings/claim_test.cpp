#include "engine/siblings/claim.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>

#include "engine/siblings/test_inputs.hpp"

namespace breakeven::siblings {
namespace {

ClaimAnswer check(Texts texts) {
  static const catalog::Catalog kNothing;
  auto answer = check_claim(inputs_of(claim_fields(), texts), kNothing);
  EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : answer.error().text());
  const Status verified = answer->sheet.figures().verify();
  EXPECT_TRUE(verified.ok()) << (verified.ok() ? "" : verified.error().text());
  return *std::move(answer);
}

std::string right(const ClaimAnswer& answer, std::size_t i = 0) {
  return to_words(answer.sheet[answer.checks.at(i).right_low]);
}

bool has_flaw(const ClaimAnswer& answer, std::string_view id) {
  for (const ClaimFlaw& flaw : answer.flaws) {
    if (flaw.id == id) return true;
  }
  return false;
}

TEST(Claim, EveryFieldIsSound) { check_fields(claim_fields()); }

TEST(Claim, GpuPerMillion) {
  const ClaimAnswer full = check({{"gpu.usd_per_gpu_hour", "2.50"},
                                  {"gpu.tokens_per_s", "700"},
                                  {"gpu.utilisation", "100%"},
                                  {"claims.gpu_usd_per_mtok", "0.992"}});
  EXPECT_EQ(full.checks[0].outcome, Outcome::rounded);
  EXPECT_EQ(full.verdict, ClaimVerdict::holds);
  const ClaimAnswer tenth = check({{"gpu.usd_per_gpu_hour", "2.50"},
                                   {"gpu.tokens_per_s", "700"},
                                   {"gpu.utilisation", "0.1"},
                                   {"claims.gpu_usd_per_mtok", "0.992"}});
  EXPECT_EQ(tenth.checks[0].outcome, Outcome::wrong);
  EXPECT_EQ(right(tenth), "$9.920635");
  EXPECT_TRUE(has_flaw(tenth, "idle-left-out"));
  const ClaimAnswer open = check({{"gpu.usd_per_gpu_hour", "2.50"},
                                  {"gpu.tokens_per_s", "700"},
                                  {"claims.gpu_usd_per_mtok", "1.5"}});
  EXPECT_EQ(open.checks[0].outcome, Outcome::cannot_check);
  EXPECT_EQ(open.checks[0].missing, std::vector<std::string>{"gpu.utilisation"});
  EXPECT_EQ(open.verdict, ClaimVerdict::cannot_tell);
}

TEST(Claim, ABillOfTokens) {
  const ClaimAnswer answer = check({{"usage.requests_per_month", "500000"},
                                    {"usage.input_tokens", "1200"},
                                    {"usage.output_tokens", "600"},
                                    {"api.input_usd_per_mtok", "3"},
                                    {"api.output_usd_per_mtok", "15"},
                                    {"claims.api_usd_per_month", "36000"}});
  EXPECT_EQ(answer.checks[0].outcome, Outcome::wrong);
  EXPECT_EQ(right(answer), "$6,300");
  EXPECT_TRUE(answer.flaws.empty());
}

TEST(Claim, SeventyBillionDoNotFit) {
  const auto fits = [](std::string_view precision, std::string_view count) {
    return check({{"model.parameters_b", "70"},
                  {"model.precision", precision},
                  {"gpu.memory_gb", "80"},
                  {"gpu.count", count},
                  {"claims.fits", "true"}});
  };
  EXPECT_EQ(fits("bf16", "1").checks[0].outcome, Outcome::wrong);
  EXPECT_TRUE(has_flaw(fits("bf16", "1"), "memory-does-not-fit"));
  EXPECT_EQ(fits("bf16", "4").checks[0].outcome, Outcome::possible);
  EXPECT_TRUE(has_flaw(fits("bf16", "2"), "no-room-for-the-cache"));
  EXPECT_TRUE(fits("fp8", "2").flaws.empty());
}

TEST(Claim, ADayTakenForAMonth) {
  const ClaimAnswer answer = check(
      {{"gpu.count", "4"}, {"gpu.usd_per_gpu_hour", "3.98"}, {"claims.gpu_usd_per_month", "380"}});
  EXPECT_EQ(right(answer), "$11,621.60");
  ASSERT_EQ(answer.flaws.size(), 1U);
  EXPECT_EQ(answer.flaws[0].id, "hours-mixed-up");
  EXPECT_EQ(answer.flaws[0].arithmetic, "right.gpu_usd_per_hour ($15.92) x 24 = $382.08");
}

TEST(Claim, AnIncreaseSoldAsASaving) {
  const ClaimAnswer answer = check({{"usage.requests_per_month", "100000"},
                                    {"usage.input_tokens", "5000"},
                                    {"usage.output_tokens", "2000"},
                                    {"api.input_usd_per_mtok", "2.5"},
                                    {"api.output_usd_per_mtok", "10"},
                                    {"other_api.input_usd_per_mtok", "3"},
                                    {"other_api.output_usd_per_mtok", "15"},
                                    {"other_api.cached_input_usd_per_mtok", "0.30"},
                                    {"other_api.cached_share", "0.6"},
                                    {"claims.api_usd_per_month", "3250"},
                                    {"claims.other_api_usd_per_month", "3690"},
                                    {"claims.saving_usd_per_month", "440"},
                                    {"claims.cheaper", "other_api"}});
  EXPECT_EQ(answer.checks[0].outcome, Outcome::exact);
  EXPECT_EQ(answer.checks[1].outcome, Outcome::exact);
  EXPECT_EQ(answer.checks[2].outcome, Outcome::wrong);
  EXPECT_EQ(answer.checks[3].outcome, Outcome::wrong);
  EXPECT_TRUE(has_flaw(answer, "sign-turned"));
}

TEST(Claim, TheCacheDiscountOnOutput) {
  // 500 M in, 200 M out: 1 500 + 3 000 = 4 500, wrongly all of it times 1 - 0.6 x 0.9 = 2 070.
  const ClaimAnswer answer = check({{"usage.input_tokens_per_month", "500000000"},
                                    {"usage.output_tokens_per_month", "200000000"},
                                    {"api.input_usd_per_mtok", "3"},
                                    {"api.output_usd_per_mtok", "15"},
                                    {"api.cached_input_usd_per_mtok", "0.3"},
                                    {"api.cached_share", "0.6"},
                                    {"claims.api_usd_per_month", "2070"}});
  EXPECT_EQ(right(answer), "$3,690");
  EXPECT_TRUE(has_flaw(answer, "cached-discount-on-output"));
}

TEST(Claim, AMissingCachedPriceLeavesAnInterval) {
  const auto bill = [](std::string_view claimed) {
    return check({{"usage.input_tokens_per_month", "100000000"},
                  {"usage.output_tokens_per_month", "10000000"},
                  {"api.input_usd_per_mtok", "3"},
                  {"api.output_usd_per_mtok", "15"},
                  {"api.cached_share", "0.5"},
                  {"claims.api_usd_per_month", claimed}})
        .checks[0];
  };
  EXPECT_EQ(bill("350").outcome, Outcome::possible);  // 300 to 450
  EXPECT_EQ(bill("299").outcome, Outcome::wrong);
  EXPECT_EQ(bill("451").outcome, Outcome::wrong);
  EXPECT_EQ(bill("350").missing, std::vector<std::string>{"api.cached_input_usd_per_mtok"});
}

TEST(Claim, ThePopularAccountOfTheMidTeam) {
  const ClaimAnswer answer = check({{"api.usd_per_month", "40000"},
                                    {"gpu.usd_per_month", "8000"},
                                    {"people.usd_per_month", "25000"},
                                    {"gpu.utilisation", "0.6"},
                                    {"claims.self_host_usd_per_month", "33000"},
                                    {"claims.saving_usd_per_month", "-7000"},
                                    {"claims.cheaper", "api"}});
  EXPECT_EQ(answer.checks[0].outcome, Outcome::exact);
  EXPECT_EQ(answer.checks[1].outcome, Outcome::wrong);
  EXPECT_EQ(answer.checks[2].outcome, Outcome::wrong);
  EXPECT_TRUE(has_flaw(answer, "sign-turned"));
  EXPECT_TRUE(has_flaw(answer, "migration-left-out"));
}

struct MistakeCase {
  std::string_view flaw;
  std::string_view claim;
  std::string_view claimed;
};

/// Claims about one fleet: 8 H100 at 4 USD/h, 20 000 tokens/s at 25 %, 30 000 of people, 6 000 of
/// tooling, an API at 60 000.
TEST(Claim, KnowsTheMistakeBehindAFigure) {
  for (const MistakeCase& c : {
           MistakeCase{"rent-scaled-by-utilisation", "gpu_usd_per_month", "5840"},
           MistakeCase{"hours-mixed-up", "gpu_usd_per_month", "23040"},
           MistakeCase{"per-gpu-per-node", "gpu_usd_per_month", "2920"},
           MistakeCase{"slip-of-1000", "gpu_usd_per_month", "23.36"},
           MistakeCase{"people-left-out", "self_host_usd_per_month", "29360"},
           MistakeCase{"tooling-left-out", "self_host_usd_per_month", "53360"},
           MistakeCase{"rent-scaled-by-utilisation", "self_host_usd_per_month", "41840"},
           MistakeCase{"people-left-out", "saving_usd_per_month", "30640"},
           MistakeCase{"hours-mixed-up", "saving_usd_per_month", "7680"},
           MistakeCase{"wrong-base", "saving_share", "0.0108"},
           MistakeCase{"idle-left-out", "gpu_usd_per_mtok", "0.444"},
           MistakeCase{"per-gpu-per-node", "gpu_usd_per_mtok", "0.2222"},
           MistakeCase{"gross-saving", "payback_months", "1.96"},
           MistakeCase{"gb-gib", "weights_gb", "130.4"},
           MistakeCase{"bits-and-bytes", "weights_gb", "70"},
       }) {
    const std::string name = "claims." + std::string(c.claim);
    const ClaimAnswer answer = check({{"gpu.count", "8"},
                                      {"gpu.usd_per_gpu_hour", "4"},
                                      {"gpu.tokens_per_s", "20000"},
                                      {"gpu.tokens_per_s_of", "fleet"},
                                      {"gpu.utilisation", "0.25"},
                                      {"people.usd_per_month", "30000"},
                                      {"tooling.usd_per_month", "6000"},
                                      {"api.usd_per_month", "60000"},
                                      {"migration.usd", "60000"},
                                      {"model.parameters_b", "70"},
                                      {"model.precision", "bf16"},
                                      {name, c.claimed}});
    EXPECT_EQ(answer.checks[0].outcome, Outcome::wrong) << name;
    EXPECT_TRUE(has_flaw(answer, c.flaw))
        << c.flaw << ": " << name << " " << c.claimed << " " << answer.checks[0].sentence;
  }
}

TEST(Claim, BreakEvenAboveCapacity) {
  const ClaimAnswer answer = check({{"gpu.count", "1"},
                                    {"gpu.usd_per_gpu_hour", "4"},
                                    {"gpu.tokens_per_s", "500"},
                                    {"people.usd_per_month", "20000"},
                                    {"api.blended_usd_per_mtok", "1"},
                                    {"claims.break_even_tokens_per_month", "22920000000"}});
  EXPECT_EQ(answer.checks[0].outcome, Outcome::exact);
  EXPECT_TRUE(has_flaw(answer, "break-even-above-capacity"));  // 1.314 bn tokens are all it can
  EXPECT_EQ(answer.verdict, ClaimVerdict::does_not_follow);
}

TEST(Claim, AVolumeThatTheFleetCannotServe) {
  const ClaimAnswer answer = check({{"gpu.count", "1"},
                                    {"gpu.usd_per_gpu_hour", "4"},
                                    {"gpu.tokens_per_s", "500"},
                                    {"gpu.tokens_per_s_is", "peak"},
                                    {"usage.requests_per_day", "1000000"},
                                    {"usage.input_tokens", "500"},
                                    {"usage.output_tokens", "200"},
                                    {"claims.gpu_usd_per_month", "2920"}});
  EXPECT_TRUE(has_flaw(answer, "demand-above-capacity"));
  EXPECT_TRUE(has_flaw(answer, "peak-taken-as-sustained"));
  EXPECT_EQ(answer.verdict, ClaimVerdict::does_not_follow);
}

TEST(Claim, AThroughputOfNobodyKnowsWhatHasTwoReadings) {
  const auto outcome = [](std::string_view claimed) {
    return check({{"gpu.count", "8"},
                  {"gpu.usd_per_gpu_hour", "2"},
                  {"gpu.tokens_per_s", "1000"},
                  {"gpu.utilisation", "0.5"},
                  {"claims.gpu_usd_per_mtok", claimed}})
        .checks[0];
  };
  EXPECT_EQ(outcome("0.28").outcome, Outcome::wrong);  // 1.11 if of each GPU, 8.89 if of all
  EXPECT_EQ(outcome("1.11").outcome, Outcome::possible);
  EXPECT_EQ(outcome("8.89").outcome, Outcome::possible);
  EXPECT_EQ(outcome("9").outcome, Outcome::wrong);
  EXPECT_EQ(outcome("2").missing, std::vector<std::string>{"gpu.tokens_per_s_of"});
}

TEST(Claim, NodesAreRentedWhole) {
  const auto rent = [](std::string_view claimed) {
    return check({{"gpu.count", "12"},
                  {"gpu.gpus_per_node", "8"},
                  {"gpu.usd_per_node_hour", "32"},
                  {"claims.gpu_usd_per_month", claimed}});
  };
  EXPECT_EQ(rent("46720").checks[0].outcome, Outcome::exact);
  EXPECT_TRUE(has_flaw(rent("35040"), "part-of-a-node"));
  EXPECT_TRUE(has_flaw(rent("23360"), "per-gpu-per-node"));
}

TEST(Claim, TokensOfUnknownKindBoundTheBill) {
  const auto outcome = [](std::string_view claimed) {
    return check({{"usage.tokens_per_month", "1000000000"},
                  {"api.input_usd_per_mtok", "3"},
                  {"api.output_usd_per_mtok", "15"},
                  {"claims.api_usd_per_month", claimed}})
        .checks[0]
        .outcome;
  };
  EXPECT_EQ(outcome("2900"), Outcome::wrong);
  EXPECT_EQ(outcome("9000"), Outcome::possible);
  EXPECT_EQ(outcome("15500"), Outcome::wrong);
  const ClaimAnswer free = check(
      {{"api.usd_per_month", "0"}, {"gpu.usd_per_month", "10"}, {"claims.saving_share", "0.5"}});
  EXPECT_EQ(free.checks[0].missing, std::vector<std::string>{"an API bill above zero"});
}

TEST(Claim, RefusesWhatItDoesNotKnow) {
  Inputs inputs(claim_fields());
  const Status unknown = inputs.set("gpu.cuont", "4", "/gpu/cuont");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().message.find("gpu.count"), std::string::npos);
  EXPECT_EQ(unknown.error().where, "/gpu/cuont");
  EXPECT_FALSE(inputs.set("gpu.count", "0", "").ok());
  EXPECT_FALSE(inputs.set("gpu.count", "1.5", "").ok());
  EXPECT_FALSE(inputs.set("gpu.utilisation", "1.01", "").ok());
  const catalog::Catalog nothing;
  EXPECT_EQ(check_claim(inputs, nothing).error().code, ErrorCode::invalid_argument);
  ASSERT_TRUE(inputs.set("claims.weights_gb", "1", "").ok());
  ASSERT_TRUE(inputs.set("model.id", "nonsense", "/model/id").ok());
  EXPECT_EQ(check_claim(inputs, nothing).error().where, "/model/id");
}

TEST(Claim, RoundingIsHalfALastDigitButNeverOverOnePercent) {
  EXPECT_DOUBLE_EQ(rounding_of("0.992"), 0.0005);
  EXPECT_DOUBLE_EQ(rounding_of("11600"), 50);
  EXPECT_DOUBLE_EQ(rounding_of("380"), 3.8);
  EXPECT_DOUBLE_EQ(rounding_of("-7000"), 70);
  EXPECT_DOUBLE_EQ(rounding_of("5.00"), 0.005);
  EXPECT_DOUBLE_EQ(rounding_of("0"), 0);
}

/// What the inputs give is never called wrong, and what is off by more than 2 % always is.
RC_GTEST_PROP(Claim, NeitherAccusesNorAcquitsFalsely, ()) {
  const auto whole = [](std::int64_t low, std::int64_t high) {
    return std::to_string(*rc::gen::inRange(low, high));
  };
  const std::string count = whole(1, 64);
  const std::string cents = whole(20, 1'500);
  const std::string requests = whole(1, 5'000'000);
  const std::string in = whole(1, 20'000);
  const std::string out = whole(1, 4'000);
  Inputs inputs(claim_fields());
  const auto set = [&](std::string_view name, const std::string& text) {
    RC_ASSERT(inputs.set(name, text, std::string(name)).ok());
  };
  set("gpu.count", count);
  set("gpu.usd_per_gpu_hour", Usd::from_cents(std::stoll(cents)).decimal());
  set("usage.requests_per_month", requests);
  set("usage.input_tokens", in);
  set("usage.output_tokens", out);
  set("api.input_usd_per_mtok", "1.25");
  set("api.output_usd_per_mtok", "7.5");
  set("claims.gpu_usd_per_month", "1");
  set("claims.api_usd_per_month", "1");
  static const catalog::Catalog kNothing;
  const auto first = check_claim(inputs, kNothing);
  RC_ASSERT(first.ok());
  for (const char* const name : {"gpu_usd_per_month", "api_usd_per_month"}) {
    const std::string claim = "claims." + std::string(name);
    const auto found = first->sheet.figures().find("right." + std::string(name));
    RC_ASSERT(found.ok());
    const Usd amount = std::get<Usd>((*found)->value);
    Inputs exact = inputs;
    RC_ASSERT(exact.set(claim, amount.decimal(), claim).ok());
    Inputs off = inputs;
    RC_ASSERT(off.set(claim, mul_div(amount, 103, 100)->decimal(), claim).ok());
    const auto of = [&](const Inputs& given) {
      const auto answer = check_claim(given, kNothing);
      for (const ClaimCheck& check : answer->checks) {
        if (check.name == claim) return check.outcome;
      }
      return Outcome::cannot_check;
    };
    RC_ASSERT(of(exact) == Outcome::exact);
    RC_ASSERT(of(off) == Outcome::wrong);
  }
}

}  // namespace
}  // namespace breakeven::siblings
