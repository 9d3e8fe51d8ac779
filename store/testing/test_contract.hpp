// test_contract.hpp — short hands of the contracts, and those that stand in a file of their own.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "store/testing/test_ledgers.hpp"

namespace breakeven::store {

inline const Instant kLater{at("2030-01-01")};

inline std::string price_at(const Ledger& ledger, const char* of_field, const char* effective,
                            const char* known) {
  return price_text(
      ledger.as_of(kOurBook, "acme", "one", field(of_field), at(effective), at(known)));
}

inline std::string input_at(const Ledger& ledger, const char* effective, const char* known) {
  return price_at(ledger, "input_mtok", effective, known);
}

inline void must_record(Ledger& ledger, const RunRecord& record) {
  const auto receipt = ledger.record(record);
  ASSERT_TRUE(receipt.ok()) << receipt.error().text();
}

inline std::string refusal(Ledger& ledger, const RunRecord& record) {
  const auto before = ledger.counts();
  const auto receipt = ledger.record(record);
  const auto after = ledger.counts();
  EXPECT_TRUE(before.ok() && after.ok());
  if (receipt.ok()) return "accepted";
  EXPECT_EQ(before->runs, after->runs);
  EXPECT_EQ(before->evidence, after->evidence);
  EXPECT_EQ(before->changes, after->changes);
  return receipt.error().text();
}

// test_contract_times.cpp: what was known when.
void same_tokens_under_two_known_times(const TestStore& store);
void a_cancelled_step_and_its_announcement_both_stay(const TestStore& store);
void what_waits_has_no_effect_until_decided(const TestStore& store);
void what_was_known_is_never_rewritten(const TestStore& store);
void a_run_is_not_a_verification(const TestStore& store);
void rules_are_those_of_their_time(const TestStore& store);

// test_contract_records.cpp: what a server keeps beside the prices.
void tokens_are_kept_and_taken_back(const TestStore& store);
void every_write_is_in_the_audit_log(const TestStore& store);
void a_quota_is_never_exceeded(const TestStore& store);
void plans_are_kept_with_every_version(const TestStore& store);
void a_repeated_save_finds_the_first(const TestStore& store);

}  // namespace breakeven::store
