#include "registry/audit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <string>

#include "registry/golden.hpp"
#include "registry/test_catalog.hpp"

namespace breakeven::registry {
namespace {

const GoldenSet& golden() {
  static const GoldenSet set = [] {
    auto read = read_golden_set(catalog_files());
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().text());
    return read.ok() ? std::move(*read) : GoldenSet{};
  }();
  return set;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

TEST(AuditRules, CatchEveryKnownMistakeAndLeaveTheCorrectionAlone) {
  ASSERT_EQ(golden().errors.size(), 41U);
  const auto results = replay(golden().errors, our_book());
  ASSERT_EQ(results.size(), 41U);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ErrorCase& one = golden().errors[i];
    EXPECT_TRUE(results[i].caught)
        << one.number << " " << one.registry << " " << one.model << " " << one.field
        << ": expected " << joined(one.rules) << ", fired " << joined(results[i].fired);
    EXPECT_TRUE(results[i].silent)
        << one.number << " " << one.registry << " " << one.model << " " << one.field
        << " put right still fires " << joined(results[i].fired_put_right);
  }
  const auto quiet =
      std::ranges::count_if(results, [](const Replay& one) { return one.fired_put_right.empty(); });
  std::cout << "put right, " << quiet << " of 41 fire nothing at all\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].fired_put_right.empty()) {
      std::cout << "  " << results[i].number << " " << golden().errors[i].model << ": "
                << joined(results[i].fired_put_right) << "\n";
    }
  }
}

TEST(AuditRules, EveryRuleIsNamedOnceAndTheGoldenSetUsesMostOfThem) {
  std::map<std::string_view, int> names;
  for (const AuditRule& rule : audit_rules()) ++names[rule.id];
  for (const auto& [name, count] : names) EXPECT_EQ(count, 1) << name;
}

TEST(AuditRules, OurOwnCatalogueTripsNone) {
  AuditInput input;
  input.today = our_book().newest();
  input.source = "breakeven";
  add_reference(our_book(), input);
  for (const DatedPrice& row : rows_of(our_book())) {
    if (row.in_effect(Instant::from_date(input.today))) input.rows.push_back(row);
  }
  const auto findings = audit_prices(input);
  std::map<std::string, int> count;
  for (const Finding& finding : findings) {
    ++count[finding.rule];
    ADD_FAILURE() << finding.rule << ": " << finding.vendor << "/" << finding.model << " "
                  << (finding.field ? to_string(*finding.field) : "") << ": " << finding.message;
  }
  std::cout << input.rows.size() << " rows of our catalogue, " << findings.size() << " findings\n";
  for (const auto& [rule, n] : count) std::cout << "  " << rule << " " << n << "\n";
}

TEST(GoldenPrices, OurCatalogueSaysOfEachPopularInferenceWhatIsTrue) {
  ASSERT_EQ(golden().prices.size(), 47U);
  for (const std::string& difference : golden_differences(golden().prices, our_book())) {
    ADD_FAILURE() << difference;
  }
}

TEST(GoldenSet, NamesTheMistakeInItsFiles) {
  auto files = catalog_files();
  for (auto& file : files) {
    if (file.name == "audit/registry_errors.csv") {
      const auto at = file.content.find("cross-registry");
      file.content.replace(at, 5, "CROSS");
    }
  }
  const auto read = read_golden_set(files);
  ASSERT_FALSE(read.ok());
  EXPECT_TRUE(read.error().where.starts_with("audit/registry_errors.csv:2:"))
      << read.error().text();
}

}  // namespace
}  // namespace breakeven::registry
