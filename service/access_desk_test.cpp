#include "service/access_desk.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "service/token_admin.hpp"
#include "service/token_text.hpp"

namespace breakeven::service {
namespace {

using Verdict = Admission::Verdict;

class Desk : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_records(":memory:");
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    records_ = *opened;
    AccessDesk::Clocks clocks;
    clocks.day = [this] { return day_; };
    clocks.steady_ms = [this] { return ms_; };
    desk_ = std::make_unique<AccessDesk>(records_, std::move(clocks));
  }

  std::string made(const TokenOrder& order) {
    const auto report = create_token(*records_, order, command_line_author(), day_);
    EXPECT_TRUE(report.ok()) << report.error().text();
    return report.ok() ? std::get<std::string>(report->head.at(0).second) : std::string();
  }
  static TokenOrder order(const std::string& name) {
    TokenOrder order;
    order.name = name;
    return order;
  }

  std::shared_ptr<ServerRecords> records_;
  std::unique_ptr<AccessDesk> desk_;
  Instant day_{1'800'000'000};
  std::int64_t ms_ = 5'000;
};

TEST_F(Desk, AdmitsWhoHasATokenUntilItEnds) {
  TokenOrder wanted = order("ci");
  wanted.scope = "write";
  wanted.expires = "2d";
  wanted.workspace = "team";
  const std::string token = made(wanted);
  ASSERT_TRUE(split_token(token).has_value());
  EXPECT_FALSE(desk_->recall(token).has_value()) << "nobody has looked yet";
  const Admission first = desk_->check(token);
  ASSERT_EQ(first.verdict, Verdict::admitted);
  EXPECT_EQ(first.caller.author.who, "ci");
  EXPECT_EQ(first.caller.author.workspace, "team");
  EXPECT_EQ(first.caller.scope, Scope::write);
  EXPECT_EQ(desk_->recall(token)->verdict, Verdict::admitted);
  ms_ += AccessDesk::kFreshMs + 1;
  EXPECT_FALSE(desk_->recall(token).has_value()) << "it is looked up again";
  EXPECT_EQ(desk_->check(token).verdict, Verdict::admitted);
  day_.seconds += 2 * 86'400 - 1;
  EXPECT_EQ(desk_->recall(token)->verdict, Verdict::admitted);
  day_.seconds += 1;
  EXPECT_EQ(desk_->recall(token)->verdict, Verdict::refused) << "expired while it was held";
  EXPECT_EQ(desk_->check(token).verdict, Verdict::refused);
}

TEST_F(Desk, RefusesATokenThatWasTakenBackASecondLater) {
  const std::string token = made(order("ci"));
  ASSERT_EQ(desk_->check(token).verdict, Verdict::admitted);
  ASSERT_TRUE(revoke_token(*records_, "ci", command_line_author(), day_).ok());
  ms_ += AccessDesk::kFreshMs + 1;
  EXPECT_FALSE(desk_->recall(token).has_value());
  EXPECT_EQ(desk_->check(token).verdict, Verdict::refused);
  EXPECT_EQ(desk_->check(token).verdict, Verdict::refused);
}

TEST_F(Desk, RefusesEverythingElse) {
  const std::string token = made(order("ci"));
  const std::string other = made(order("other"));
  std::string mixed = token.substr(0, 17) + other.substr(17);
  for (const std::string& wrong :
       {std::string(), std::string("bkv_"), token.substr(0, token.size() - 1), token + "0",
        std::string("BKV_") + token.substr(4), std::string(81, 'a'), token.substr(4)}) {
    const auto answer = desk_->recall(wrong);
    ASSERT_TRUE(answer.has_value()) << wrong << " is refused without a look";
    EXPECT_EQ(answer->verdict, Verdict::refused) << wrong;
  }
  EXPECT_EQ(desk_->check(mixed).verdict, Verdict::refused) << "one's id with another's secret";
  EXPECT_EQ(desk_->check("bkv_000000000000_" + std::string(64, '0')).verdict, Verdict::refused);
}

TEST_F(Desk, GuessingStopsAfterAWhileAndHurtsNobodyElse) {
  const std::string token = made(order("ci"));
  const std::string other = made(order("other"));
  ASSERT_EQ(desk_->check(token).verdict, Verdict::admitted);
  std::string guess = token;
  Verdict last = Verdict::refused;
  for (int i = 0; i <= AccessDesk::kMostTries; ++i) {
    guess.back() = guess.back() == '0' ? '1' : '0';
    if (guess == token) guess.back() = '2';
    last = desk_->check(guess).verdict;
  }
  EXPECT_EQ(last, Verdict::try_later);
  ms_ += AccessDesk::kFreshMs + 1;
  EXPECT_EQ(desk_->check(token).verdict, Verdict::admitted) << "it was seen before";
  EXPECT_EQ(desk_->check(other).verdict, Verdict::admitted);
  ms_ += 60'001;
  EXPECT_EQ(desk_->check(guess).verdict, Verdict::refused) << "a minute later it is computed again";
}

TEST_F(Desk, CountsRequestsByTheMinute) {
  TokenOrder wanted = order("slow");
  wanted.requests_per_minute = 3;
  const std::string token = made(wanted);
  const Caller caller = desk_->check(token).caller;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(desk_->take_request(caller), 0);
  EXPECT_EQ(desk_->take_request(caller), 20);
  ms_ += 19'000;
  EXPECT_EQ(desk_->take_request(caller), 1);
  ms_ += 1'001;
  EXPECT_EQ(desk_->take_request(caller), 0);
  EXPECT_GT(desk_->take_request(caller), 0);
  ms_ += 3'600'000;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(desk_->take_request(caller), 0) << "no more than three";
  EXPECT_GT(desk_->take_request(caller), 0);
  EXPECT_EQ(desk_->take_request(local_caller()), 0);
}

TEST_F(Desk, CountsPlansByTheDay) {
  TokenOrder wanted = order("planner");
  wanted.plans_per_day = 2;
  const Caller caller = desk_->check(made(wanted)).caller;
  EXPECT_TRUE(*desk_->take_plan(caller, "example"));
  EXPECT_TRUE(*desk_->take_plan(caller, "example"));
  EXPECT_FALSE(*desk_->take_plan(caller, "example"));
  EXPECT_TRUE(*desk_->take_plan(local_caller(), "example"));
  day_.seconds += 86'400;
  EXPECT_TRUE(*desk_->take_plan(caller, "example"));
}

TEST_F(Desk, RefusesOrdersThatCannotBe) {
  for (const auto& [expires, part] : {std::pair{"0d", "1d to"},
                                      {"4000d", "1d to"},
                                      {"soon", "found soon"},
                                      {"2020-01-01", "still to come"},
                                      {"d", "1d to"}}) {
    TokenOrder wanted = order("x");
    wanted.expires = expires;
    const auto report = create_token(*records_, wanted, command_line_author(), day_);
    ASSERT_FALSE(report.ok()) << expires;
    EXPECT_NE(report.error().message.find(part), std::string::npos) << report.error().text();
    EXPECT_EQ(report.error().where, "--expires");
  }
  for (const char* name : {"", "two words", "line\nbreak"}) {
    EXPECT_FALSE(create_token(*records_, order(name), command_line_author(), day_).ok()) << name;
  }
  TokenOrder wanted = order("x");
  wanted.requests_per_minute = 0;
  EXPECT_FALSE(create_token(*records_, wanted, command_line_author(), day_).ok());
  EXPECT_TRUE(list_tokens(*records_, true, day_)->tables.at(0).rows.empty());
}

TEST_F(Desk, SecretsAreNowhereButInTheAnswer) {
  const std::string token = made(order("ci"));
  const std::string secret(split_token(token)->secret);
  const auto tokens = records_->tokens.all();
  ASSERT_TRUE(tokens.ok());
  EXPECT_TRUE(tokens->front().secret_hash.starts_with("scrypt$16384$8$1$"));
  EXPECT_EQ(tokens->front().secret_hash.find(secret.substr(0, 16)), std::string::npos);
  for (const auto& report : {list_tokens(*records_, true, day_), audit_log(*records_, {})}) {
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(codec::report_to_json(*report).find(secret.substr(0, 16)), std::string::npos);
    EXPECT_EQ(codec::report_to_json(*report).find("scrypt"), std::string::npos);
  }
}

}  // namespace
}  // namespace breakeven::service
