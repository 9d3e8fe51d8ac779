#include "engine/base/result.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "engine/base/pool.hpp"
#include "engine/base/quantities.hpp"

namespace breakeven {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error{ErrorCode::invalid_argument, "expected an even number", "n"};
  return n / 2;
}

Result<int> quarter(int n) {
  BREAKEVEN_TRY(const int first, half(n));
  BREAKEVEN_TRY(const int second, half(first));
  return second;
}

Status both_even(int a, int b) {
  BREAKEVEN_CHECK_OK(half(a));
  BREAKEVEN_CHECK_OK(half(b));
  return {};
}

TEST(Result, CarriesAValueOrAnError) {
  EXPECT_EQ(*quarter(12), 3);
  ASSERT_FALSE(quarter(6).ok());
  EXPECT_EQ(quarter(6).error().text(), "n: expected an even number");
  EXPECT_TRUE(both_even(2, 4).ok());
  EXPECT_FALSE(both_even(2, 3).ok());
  EXPECT_EQ((Error{ErrorCode::internal, "alone", {}}.text()), "alone");
}

TEST(Result, MovesValuesThatCannotBeCopied) {
  Result<std::unique_ptr<int>> made(std::make_unique<int>(7));
  ASSERT_TRUE(made.ok());
  const std::unique_ptr<int> taken = std::move(made).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Result, ErrorTableIsCompleteAndStable) {
  // Exit statuses are documented: 0 success, 1 is left to the shell, 64 and up to sysexits.
  std::set<std::string> names;
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
    const ErrorInfo info = error_info(static_cast<ErrorCode>(i));
    EXPECT_TRUE(names.insert(std::string(info.name)).second) << info.name;
    EXPECT_GE(info.exit_status, 2) << info.name;
    EXPECT_LT(info.exit_status, 126) << info.name;
    EXPECT_GE(info.http_status, 400) << info.name;
    EXPECT_LT(info.http_status, 600) << info.name;
    EXPECT_FALSE(info.title.empty()) << info.name;
  }
  EXPECT_EQ(error_info(ErrorCode::not_found).http_status, 404);
  EXPECT_EQ(error_info(ErrorCode::internal).exit_status, 70);
}

TEST(Quantities, MeanWhatTheySay) {
  EXPECT_EQ(kHoursPerMonth * 12, kHoursPerYear);
  EXPECT_EQ((Tokens{3} + Tokens{4}).value, 7);
  EXPECT_EQ((Tokens{100} / TokensPerSecond{50.0}).value, 2.0);
  EXPECT_EQ(to_hours(to_seconds(Hours{1.5})).value, 1.5);
}

TEST(Pool, InlinePoolRunsEveryBlockOnceInOrder) {
  InlinePool pool;
  std::string order;
  pool.run(4, [&](std::size_t i) { order += std::to_string(i); });
  EXPECT_EQ(order, "0123");
}

}  // namespace
}  // namespace breakeven
