// Replays the published price files in the order of their dates and compares every change with those
// that tests/registry/plain_diff.py finds by its own means. The files lie beside the repository; where
// they do not, three small ones of the repository take the same way.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/base/text.hpp"
#include "io/feeds/feed.hpp"
#include "registry/diff.hpp"
#include "registry/quarantine.hpp"
#include "registry/test_snapshots.hpp"

namespace breakeven::registry {
namespace {

namespace fs = std::filesystem;
using testing::content;
using testing::kPublished;
using testing::kSource;
using testing::series;

std::multiset<std::string> plain_changes(const std::vector<fs::path>& files) {
  std::string command = "python3 '" + (kSource / "tests/registry/plain_diff.py").string() + "'";
  for (const fs::path& file : files) command += " '" + file.string() + "'";
  std::multiset<std::string> lines;
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return lines;
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), got);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    lines.insert(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

std::string as_plain(std::size_t pair, const PriceChange& change) {
  const auto figure = [](const std::optional<Price>& price) {
    return price ? price->decimal() : std::string("none");
  };
  // The key ends where the price key begins; none of the published names has a blank.
  const std::size_t blank = change.native.find(' ');
  return std::to_string(pair) + "\t" + change.vendor + "\t" + change.native.substr(0, blank) +
         "\t" + change.native.substr(blank + 1) + "\t" +
         (change.kind == ChangeKind::added ? "absent" : figure(change.before)) + "\t" +
         (change.kind == ChangeKind::removed ? "absent" : figure(change.after));
}

TEST(Replay, GivesTheChangesOfAPlainDiffAllAndNoOther) {
  for (const std::vector<fs::path>& files : series()) {
    const std::multiset<std::string> expected = plain_changes(files);
    ASSERT_FALSE(expected.empty());
    std::multiset<std::string> found;
    std::vector<catalog::PriceObservation> previous;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto feed = io::read_litellm(content(files[i]));
      ASSERT_TRUE(feed.ok()) << files[i] << ": " << feed.error().text();
      if (i > 0) {
        const auto changes = diff(previous, feed->observations);
        for (const PriceChange& change : changes) found.insert(as_plain(i - 1, change));
        const auto after = apply_changes(previous, changes);
        ASSERT_TRUE(after.ok()) << after.error().text();
        EXPECT_TRUE(diff(*after, feed->observations).empty());
        const Sorted sorted = sort_changes(changes, feed->observations);
        EXPECT_EQ(sorted.proposed.size() + sorted.quarantined.size(), changes.size());
        std::map<std::string, int> held;
        for (const auto& change : sorted.quarantined) {
          ++held[std::string(to_string(change.suspicion))];
        }
        std::printf("  %s: %zu changes, %zu proposed", files[i].filename().c_str(), changes.size(),
                    sorted.proposed.size());
        for (const auto& [why, count] : held) std::printf(", %s %d", why.c_str(), count);
        std::printf("\n");
      }
      previous = feed->observations;
    }
    std::vector<std::string> missing;
    std::vector<std::string> extra;
    std::ranges::set_difference(expected, found, std::back_inserter(missing));
    std::ranges::set_difference(found, expected, std::back_inserter(extra));
    EXPECT_TRUE(missing.empty()) << missing.size() << " missing, the first: " << missing.front();
    EXPECT_TRUE(extra.empty()) << extra.size() << " too many, the first: " << extra.front();
  }
}

// The daily change log of August 2026 ends where the list of its last day stands: the last figure
// that it gives for a price is the one of the list, and what it removed last is not there.
TEST(Replay, TheDailyChangeLogLeadsToTheListOfItsLastDay) {
  const fs::path list_file = kPublished / "litellm-openrouter-2026-08-22.csv";
  const fs::path log_file = kPublished / "litellm-openrouter-changes-2026-08.csv";
  if (!fs::exists(list_file) || !fs::exists(log_file)) return;
  const auto feed = io::read_llm_pricing_history(content(list_file));
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  std::map<std::string, std::string> listed;
  for (const auto& seen : feed->observations) listed[seen.native] = seen.price->decimal();
  const auto log = CsvTable::parse(content(log_file), "changes");
  ASSERT_TRUE(log.ok()) << log.error().text();
  std::map<std::string, std::string> last;
  const auto& titles = log->header();
  const auto at = [&](const CsvTable::Row& row, std::string_view title) {
    return row.fields[static_cast<std::size_t>(std::ranges::find(titles, title) - titles.begin())];
  };
  for (const auto& row : log->rows()) {
    const std::string model =
        at(row, "source") + " " + at(row, "provider") + " " + at(row, "model");
    const std::string event = at(row, "event");
    if (event == "changed") {
      last[model + " " + at(row, "field")] = at(row, "new");
    } else if (event == "removed") {
      for (const char* field :
           {"input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok"}) {
        last[model + " " + field] = "";
      }
    } else {  // "2/6": input and output
      const std::string both = at(row, "new");
      const std::size_t slash = both.find('/');
      last[model + " input_usd_per_mtok"] = both.substr(0, slash);
      last[model + " output_usd_per_mtok"] = both.substr(slash + 1);
    }
  }
  EXPECT_GT(last.size(), 100U);
  std::size_t different = 0;
  for (const auto& [place, figure] : last) {
    const auto found = listed.find(place);
    const std::string there = found == listed.end() ? "" : found->second;
    if (there != figure) {
      ++different;
      ADD_FAILURE() << place << ": the log says \"" << figure << "\", the list \"" << there << "\"";
    }
  }
  std::printf("  %zu figures determined by the log, %zu differ\n", last.size(), different);
}

// Every published file is read with little rejected, and every zero, gap and unknown key counted.
TEST(Replay, ReadsThePublishedFilesOfEveryRegistry) {
  const std::map<std::string, std::string> files{
      {"litellm", "litellm.json"},
      {"models.dev", "models-dev.json"},
      {"genai-prices", "genai-prices.json"},
      {"openrouter", "openrouter-2026-08-01.json"},
      {"portkey", "portkey.json"},
      {"langfuse", "langfuse.json"},
      {"llmrates", "llmrates.csv"},
      {"llm-pricing-history", "litellm-openrouter-2026-08-22.csv"}};
  for (const auto& [id, name] : files) {
    if (!fs::exists(kPublished / name)) continue;
    const auto format = io::feed_format(id);
    ASSERT_TRUE(format.ok());
    const auto feed = (*format)->read(content(kPublished / name),
                                      {.book = nullptr, .on = *Date::parse("2026-08-22")});
    ASSERT_TRUE(feed.ok()) << id << ": " << feed.error().text();
    EXPECT_GT(feed->observations.size(), 500U) << id;
    std::printf(
        "  %-20s %5lld models %6zu prices %4zu rejected %3zu unknown keys %4lld zero %zu "
        "announced\n",
        id.c_str(), static_cast<long long>(feed->models), feed->observations.size(),
        feed->rejected.size(), feed->unknown_keys.size(), static_cast<long long>(feed->zero_prices),
        feed->announced.size());
    EXPECT_TRUE(diff(feed->observations, feed->observations).empty());
  }
}

}  // namespace
}  // namespace breakeven::registry
