// The registry's use cases on the real catalogue, in a ledger of their own.
#include "service/registry.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <variant>

#include "engine/base/text.hpp"
#include "registry/rules.hpp"
#include "service/report_text.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;
using codec::Report;
using codec::Table;
using codec::Value;

const Table& table(const Report& report, std::string_view name) {
  const auto found = std::ranges::find(report.tables, name, &Table::name);
  EXPECT_NE(found, report.tables.end()) << name;
  static const Table none;
  return found == report.tables.end() ? none : *found;
}

Value cell(const Table& from, const std::vector<Value>& row, std::string_view column) {
  const auto at = std::ranges::find(from.columns, column) - from.columns.begin();
  return row[static_cast<std::size_t>(at)];
}

std::string words(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

Value head(const Report& report, std::string_view name) {
  for (const auto& [key, value] : report.head) {
    if (key == name) return value;
  }
  ADD_FAILURE() << "no " << name;
  return {};
}

class RegistryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("breakeven-registry-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Registry open(const char* now = "2026-11-21T12:00:00Z") const {
    auto registry = Registry::open({(folder_ / "registry.db").string(),
                                    BREAKEVEN_SOURCE_DIR "/catalog", Instant::parse(now).value()});
    EXPECT_TRUE(registry.ok()) << (registry.ok() ? "" : registry.error().text());
    return std::move(registry).value();
  }

  /// A change of another book or ours, as a crawler would record it.
  static store::ChangeId propose(Registry& registry, const char* model, const char* usd,
                                 store::ChangeState state, const char* book = "breakeven") {
    store::RunRecord record;
    record.run.book = book;
    record.run.source = "test-crawler";
    record.run.started = registry.now();
    record.run.finished = registry.now();
    record.evidence.push_back(
        {"test page", "https://example.org/prices", "a line", registry.now().date(), {}});
    store::NewChange change;
    change.change.book = book;
    change.change.vendor = "anthropic";
    change.change.model = model;
    change.change.old_price = Price::parse("3").value();
    change.change.new_price = Price::parse(usd).value();
    change.change.effective_from = registry.now();
    change.change.known_from = registry.now();
    change.change.state = state;
    change.change.reason = state == store::ChangeState::quarantined ? "a test" : "";
    record.changes.push_back(std::move(change));
    const auto receipt = registry.ledger().record(record);
    EXPECT_TRUE(receipt.ok()) << (receipt.ok() ? "" : receipt.error().text());
    return receipt.ok() ? receipt->first_change : 0;
  }

  fs::path folder_;
};

TEST_F(RegistryTest, StatusCountsWhatTheLedgerHolds) {
  Registry registry = open();
  const auto report = registry.status();
  ASSERT_TRUE(report.ok()) << report.error().text();
  const Table& vendors = table(*report, "vendors");
  EXPECT_GE(vendors.rows.size(), 10U);
  std::int64_t fresh = 0;
  for (const auto& row : vendors.rows) {
    EXPECT_GT(std::get<std::int64_t>(cell(vendors, row, "prices")), 0);
    if (std::get<bool>(cell(vendors, row, "verified"))) {
      ++fresh;
      EXPECT_EQ(words(cell(vendors, row, "basis")), "catalogue");
      EXPECT_LE(std::get<std::int64_t>(cell(vendors, row, "age_days")), 30);
    }
  }
  EXPECT_EQ(std::get<std::int64_t>(head(*report, "verified")), fresh);
  EXPECT_EQ(
      words(head(*report, "vendors_verified")),
      std::to_string(fresh) + " of " + std::to_string(vendors.rows.size()) + " within 30 days");
  EXPECT_TRUE(words(head(*report, "sources_read")).starts_with("never: these are the prices"));
  // A year on, nobody has looked: nothing is verified any more.
  Registry later = open("2027-11-21T12:00:00Z");
  EXPECT_EQ(std::get<std::int64_t>(head(later.status().value(), "verified")), 0);
}

TEST_F(RegistryTest, HistoryShowsEveryChangeAndTheBudget) {
  Registry registry = open();
  const auto report = registry.history("o3");
  ASSERT_TRUE(report.ok()) << report.error().text();
  EXPECT_EQ(words(head(*report, "model")), "openai/o3");
  const Table& prices = table(*report, "prices");
  ASSERT_FALSE(prices.rows.empty());
  for (const auto& row : prices.rows) {
    // Every price with its kind, source and date.
    EXPECT_FALSE(words(cell(prices, row, "kind")).empty());
    EXPECT_FALSE(words(cell(prices, row, "source")).empty());
    EXPECT_FALSE(words(cell(prices, row, "seen_on")).empty());
  }
  const Table& changes = table(*report, "changes");
  const auto cut = std::ranges::find_if(changes.rows, [&](const auto& row) {
    return words(cell(changes, row, "field")) == "input_mtok" &&
           words(cell(changes, row, "effective_from")) == "2025-06-10";
  });
  ASSERT_NE(cut, changes.rows.end());
  EXPECT_EQ(words(cell(changes, *cut, "new_usd")), "2");
}

TEST_F(RegistryTest, ABudgetIsOffByWhatThePriceMovedSince) {
  // o3 fell from 10 to 2 on 2025-06-10, and did not exist before April 2025.
  Registry registry = open("2026-05-15T12:00:00Z");
  const Report report = registry.history("o3").value();
  const Table& budget = table(report, "budget");
  const auto line = [&](std::int64_t months) {
    const auto found = std::ranges::find_if(budget.rows, [&](const auto& row) {
      return std::get<std::int64_t>(cell(budget, row, "months_ago")) == months &&
             words(cell(budget, row, "field")) == "input_mtok";
    });
    EXPECT_NE(found, budget.rows.end());
    return *found;
  };
  EXPECT_EQ(words(cell(budget, line(12), "set_on")), "2025-05-15");
  EXPECT_EQ(words(cell(budget, line(12), "then_usd")), "10");
  EXPECT_NEAR(std::get<double>(cell(budget, line(12), "off_percent")), -80, 1e-9);
  EXPECT_EQ(words(cell(budget, line(24), "note")), "not listed then");
}

TEST_F(RegistryTest, InferredIsExactlyTheListOfTheBook) {
  Registry registry = open();
  const auto report = registry.inferred().value();
  const Table& inferred = table(report, "inferred");
  const auto expected = registry::inferred_prices(registry.book(registry.now()), registry.now());
  ASSERT_EQ(inferred.rows.size(), expected.size());
  ASSERT_GT(expected.size(), 50U);
  for (const auto& row : inferred.rows) {
    for (const char* column : {"vendor", "model", "field", "rule", "reason", "usd"}) {
      EXPECT_FALSE(words(cell(inferred, row, column)).empty()) << column;
    }
  }
  EXPECT_EQ(table(report, "rules").rows.size(), registry.prices().rules().size());
}

TEST_F(RegistryTest, ReviewDecidesOnceAndKeepsTheReason) {
  Registry registry = open();
  const auto good = propose(registry, "claude-sonnet-4-6", "2.5", store::ChangeState::quarantined);
  const auto bad = propose(registry, "claude-sonnet-4-6", "0.003", store::ChangeState::quarantined);
  EXPECT_EQ(table(registry.review({}).value(), "changes").rows.size(), 2U);
  const auto failing = registry.audit().value();
  EXPECT_FALSE(failing.passed) << "a quarantined change waits";
  EXPECT_FALSE(registry.review(Decision{bad, false, ""}).ok()) << "a rejection needs a reason";
  ASSERT_TRUE(registry.review(Decision{bad, false, "a unit slip"}).ok());
  ASSERT_TRUE(registry.review(Decision{good, true, ""}).ok());
  EXPECT_FALSE(registry.review(Decision{good, true, ""}).ok()) << "decided twice";
  EXPECT_FALSE(registry.review(Decision{9'999'999, true, ""}).ok());
  EXPECT_TRUE(table(registry.review({}).value(), "changes").rows.empty());
  const auto price = registry.ledger().as_of("breakeven", "anthropic", "claude-sonnet-4-6", {},
                                             registry.now(), registry.now());
  ASSERT_TRUE(price);
  EXPECT_EQ(price->price->decimal(), "2.5");
}

TEST_F(RegistryTest, AuditNamesTheLayersAndPassesOnStructureAndGolden) {
  Registry registry = open();
  const auto answer = registry.audit();
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  const Table& layers = table(answer->report, "layers");
  ASSERT_EQ(layers.rows.size(), 6U);
  for (const auto& row : layers.rows) {
    const std::string layer = words(cell(layers, row, "layer"));
    if (layer == "structure" || layer == "golden values") {
      EXPECT_TRUE(std::get<bool>(cell(layers, row, "passed"))) << layer;
      EXPECT_GT(std::get<std::int64_t>(cell(layers, row, "checked")), 80) << layer;
    }
  }
  EXPECT_EQ(std::get<bool>(head(answer->report, "passed")), answer->passed);
}

std::set<std::string> rules_of(const AuditAnswer& answer, const char* severity) {
  std::set<std::string> rules;
  const Table& findings = table(answer.report, "findings");
  for (const auto& row : findings.rows) {
    if (words(cell(findings, row, "severity")) == severity) {
      rules.insert(words(cell(findings, row, "rule")));
    }
  }
  return rules;
}

TEST_F(RegistryTest, AuditOfALedgerThatNothingWasReadInto) {
  // As it comes: the age of the catalogue's evidence is noted, not failed.
  Registry fresh = open();
  const AuditAnswer as_it_comes = fresh.audit().value();
  EXPECT_TRUE(as_it_comes.passed);
  EXPECT_EQ(rules_of(as_it_comes, "note"), std::set<std::string>{"never-read"});
  // Half a year on it is no evidence any more.
  Registry later = open("2027-06-01T12:00:00Z");
  const AuditAnswer old = later.audit().value();
  EXPECT_FALSE(old.passed);
  EXPECT_TRUE(rules_of(old, "failure").contains("never-read"));
}

TEST_F(RegistryTest, AuditOnceSourcesAreReadExpectsFreshVendors) {
  std::ofstream(folder_ / "litellm.json")
      << R"({"claude-sonnet-4-6":{"litellm_provider":"anthropic","mode":"chat",)"
         R"("input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05}})";
  Registry registry = open();
  ImportQuery query;
  query.source = "litellm";
  query.file = (folder_ / "litellm.json").string();
  ASSERT_TRUE(registry.import(query).ok());
  EXPECT_EQ(head(registry.status().value(), "sources_read"), Value(true));
  const AuditAnswer answer = registry.audit().value();
  EXPECT_FALSE(answer.passed);
  const Table& findings = table(answer.report, "findings");
  const auto severity_of = [&](const char* vendor) {
    for (const auto& row : findings.rows) {
      if (words(cell(findings, row, "vendor")) == vendor) {
        return words(cell(findings, row, "rule")) + " " + words(cell(findings, row, "severity"));
      }
    }
    return std::string("none");
  };
  EXPECT_EQ(severity_of("google"), "stale failure") << "its page could be read";
  EXPECT_EQ(severity_of("mistral"), "by-hand note") << "no program reads its page";
  EXPECT_EQ(severity_of("anthropic"), "none") << "looked at 28 days ago";
}

TEST_F(RegistryTest, VerifyFindsWhatARegistryHasOtherwise) {
  std::ofstream(folder_ / "litellm-2026-08-22.json")
      << R"({"claude-sonnet-4-6":{"litellm_provider":"anthropic","mode":"chat",)"
         R"("input_cost_per_token":3e-06,"output_cost_per_token":1.6e-05},)"
         R"("claude-of-nowhere":{"litellm_provider":"anthropic","mode":"chat",)"
         R"("input_cost_per_token":3e-06,"output_cost_per_token":1.5e-05}})";
  Registry registry = open();
  VerifyQuery query;
  query.registry = "litellm";
  query.file = (folder_ / "litellm-2026-08-22.json").string();
  const auto report = registry.verify(query);
  ASSERT_TRUE(report.ok()) << report.error().text();
  const Table& cells = table(*report, "cells");
  const auto output = std::ranges::find_if(cells.rows, [&](const auto& row) {
    return words(cell(cells, row, "field")) == "output_mtok";
  });
  ASSERT_NE(output, cells.rows.end());
  EXPECT_EQ(words(cell(cells, *output, "verdict")), "differs");
  EXPECT_EQ(words(cell(cells, *output, "theirs_usd")), "16");
  const Table& registries = table(*report, "registries");
  EXPECT_EQ(std::get<std::int64_t>(cell(registries, registries.rows[0], "agrees")), 1);
  EXPECT_EQ(std::get<std::int64_t>(cell(registries, registries.rows[0], "unknown_models")), 1);
  query.file = "nowhere.json";
  query.date = Date::parse("2026-08-22").value();
  EXPECT_EQ(registry.verify(query).error().code, ErrorCode::not_found);
}

TEST_F(RegistryTest, ImportedDocumentsAreComparedHeldBackAndAudited) {
  const auto document =
      [&](const char* name, const char* input) {
        std::ofstream(folder_ / name)
            << R"({"claude-sonnet-4-6":{"litellm_provider":"anthropic","mode":"chat",)"
            << R"("input_cost_per_token":)" << input << R"(,"output_cost_per_token":1.5e-05}})";
        return (folder_ / name).string();
      };
  Registry registry = open();
  ImportQuery query;
  query.source = "litellm";
  query.file = document("first.json", "3e-06");
  query.date = Date::parse("2026-10-01").value();
  const auto first = registry.import(query);
  ASSERT_TRUE(first.ok()) << first.error().text();
  VerifyQuery in_ledger;
  in_ledger.registry = "litellm";
  const Report agreeing = registry.verify(in_ledger).value();
  EXPECT_EQ(std::get<std::int64_t>(cell(table(agreeing, "registries"),
                                        table(agreeing, "registries").rows[0], "agrees")),
            2);
  // A thousand times less: held back, and the audit fails until somebody decides.
  query.file = document("second.json", "3e-09");
  query.date = Date::parse("2026-10-02").value();
  ASSERT_TRUE(registry.import(query).ok());
  const Report waiting = registry.review({}).value();
  const Table& held = table(waiting, "changes");
  ASSERT_EQ(held.rows.size(), 1U);
  EXPECT_EQ(words(cell(held, held.rows[0], "state")), "quarantined");
  EXPECT_EQ(words(cell(held, held.rows[0], "new_usd")), "0.003");
  const auto answer = registry.audit().value();
  const Table& findings = table(answer.report, "findings");
  EXPECT_TRUE(std::ranges::any_of(findings.rows, [&](const auto& row) {
    return words(cell(findings, row, "rule")) == "quarantined";
  }));
  // An older document than what the book knows, and one that is no document.
  query.file = (folder_ / "first.json").string();
  query.date = Date::parse("2026-09-01").value();
  EXPECT_FALSE(registry.import(query).ok());
  std::ofstream(folder_ / "third.json") << "not JSON";
  query.file = (folder_ / "third.json").string();
  query.date = Date::parse("2026-10-03").value();
  EXPECT_FALSE(registry.import(query).ok());
}

TEST_F(RegistryTest, ExportsReadBackAndNothingUnknownBecomesFree) {
  Registry registry = open();
  const std::string csv = registry.export_csv(registry.now(), registry.now()).value();
  const auto read = CsvTable::parse(csv, "export.csv");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_GT(read->rows().size(), 1'000U);
  for (const auto& row : read->rows()) {
    for (const std::string& field : row.fields) {
      EXPECT_FALSE(!field.empty() && std::string("=+-@\t\r").find(field[0]) != std::string::npos)
          << field;
    }
  }
  const std::string json = registry.export_litellm(registry.now(), registry.now()).value();
  EXPECT_NE(json.find("\"anthropic/claude-sonnet-4-6\""), std::string::npos);
  EXPECT_NE(json.find("\"input_cost_per_token\": 0.000003,"), std::string::npos);
  // A pro tier's cached price is unknown: it leaves at the price of input, and says so.
  const auto pro = json.find("\"openai/gpt-5.5-pro\"");
  ASSERT_NE(pro, std::string::npos);
  EXPECT_NE(json.find("\"cache_read_input_token_cost\": 0.00003,", pro), std::string::npos);
  EXPECT_NE(json.find("\"breakeven_unknown\"", pro), std::string::npos);
}

TEST_F(RegistryTest, TheFeedIsAtomWithOneEntryPerChange) {
  Registry registry = open();
  propose(registry, "claude-sonnet-4-6", "2.5", store::ChangeState::applied);
  ChangesQuery query;
  query.limit = 5;
  const std::string atom = registry.changes_atom(query).value();
  EXPECT_TRUE(atom.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns="));
  std::size_t entries = 0;
  for (std::size_t at = atom.find("<entry>"); at != std::string::npos;
       at = atom.find("<entry>", at + 1)) {
    ++entries;
  }
  EXPECT_EQ(entries, 5U);
  EXPECT_NE(atom.find("claude-sonnet-4-6 input_mtok: 3 to 2.5"), std::string::npos);
}

TEST_F(RegistryTest, YesterdaysQuestionKeepsItsAnswer) {
  Registry registry = open("2026-11-21T12:00:00Z");
  const Instant yesterday = Instant::parse("2026-11-20T12:00:00Z").value();
  const std::string before = registry.export_csv(yesterday, yesterday).value();
  propose(registry, "claude-sonnet-4-6", "2", store::ChangeState::applied);
  EXPECT_EQ(registry.export_csv(yesterday, yesterday).value(), before);
  EXPECT_NE(registry.export_csv(registry.now(), registry.now()).value(),
            registry.export_csv(registry.now(), yesterday).value());
}

TEST(ReportText, AlignsColumnsAndReplacesControlCharacters) {
  const Report report{
      {{"a", std::int64_t{1}}, {"long_name", std::string("x\x1b[31m")}},
      {{"t", "Things", {"name", "count"}, {{std::string("one"), std::int64_t{7}}}}}};
  EXPECT_EQ(report_text(report),
            "a          1\nlong name  x [31m\n\nThings (1)\n  name  count\n  one       7\n");
}

TEST(LedgerPlace, IsTheUsersOwn) {
  ::setenv("XDG_DATA_HOME", "/dev/null/place", 1);
  EXPECT_FALSE(default_ledger_path().ok());
  const fs::path folder =
      fs::temp_directory_path() / ("breakeven-xdg-" + std::to_string(::getpid()));
  ::setenv("XDG_DATA_HOME", folder.c_str(), 1);
  EXPECT_EQ(default_ledger_path().value(), (folder / "breakeven" / "registry.db").string());
  fs::remove_all(folder);
  ::unsetenv("XDG_DATA_HOME");
}

}  // namespace
}  // namespace breakeven::service
