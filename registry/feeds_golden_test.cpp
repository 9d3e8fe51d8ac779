// The cross-check table was compiled by hand from the same files: each of its cells must be found in
// the feed that it was taken from, at its figure.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "engine/base/text.hpp"
#include "io/feeds/feed.hpp"
#include "registry/matching.hpp"
#include "registry/test_catalog.hpp"

namespace breakeven::registry {
namespace {

namespace fs = std::filesystem;
using catalog::BillingUnit;
using catalog::Mode;
using catalog::PriceField;
using When = catalog::PriceRow::When;

const fs::path kData = fs::path(BREAKEVEN_SOURCE_DIR) / ".." / "shared" / "data";

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// "batch_cached_input_above_272k" of the table as a field; whether a tier begins at or above its
/// threshold, and whether a mode is called fast or priority, is not compared.
std::optional<PriceField> field_of(std::string_view text) {
  PriceField field;
  for (const auto& [prefix, mode] : {std::pair(std::string_view("batch_"), Mode::batch),
                                     {"flex_", Mode::flex},
                                     {"priority_", Mode::fast},
                                     {"fast_", Mode::fast}}) {
    if (text.starts_with(prefix)) {
      field.mode = mode;
      text.remove_prefix(prefix.size());
      break;
    }
  }
  if (text.starts_with("off_peak_")) {
    field.when = When::offpeak;
    text.remove_prefix(9);
  }
  if (const std::size_t above = text.find("_above_"); above != std::string_view::npos) {
    const std::string_view count = text.substr(above + 7);
    field.above_input_tokens = parse_int(count.substr(0, count.size() - 1)).value() * 1'000;
    text = text.substr(0, above);
  }
  for (const auto& [name, unit] : {std::pair(std::string_view("input"), BillingUnit::input),
                                   {"output", BillingUnit::output},
                                   {"cached_input", BillingUnit::cache_read},
                                   {"cache_write", BillingUnit::cache_write},
                                   {"cache_write_1h", BillingUnit::cache_write_1h},
                                   {"reasoning_output", BillingUnit::output_reasoning},
                                   {"audio_input", BillingUnit::input_audio},
                                   {"image_input", BillingUnit::input_image}}) {
    if (text == name) {
      field.unit = unit;
      return field;
    }
  }
  return std::nullopt;
}

PriceField comparable(PriceField field) {
  field.inclusive = false;
  if (field.mode == Mode::priority) field.mode = Mode::fast;
  if (field.when == When::peak) field.when = When::always;  // the table's main columns are peak
  return field;
}

using Key = std::tuple<std::string, std::string, PriceField>;

TEST(FeedsGolden, EveryCellOfTheCrossCheckIsInItsFeed) {
  const fs::path table_file = kData / "prices" / "crosscheck.csv";
  if (!fs::exists(table_file)) return;
  const auto table = CsvTable::parse(content(table_file), "crosscheck.csv");
  ASSERT_TRUE(table.ok());
  int total = 0;
  struct Column {
    const char* title;
    const char* feed;
    const char* file;
  };
  for (const Column& column :
       {Column{"genai-prices_2026-08-21", "genai-prices", "genai-prices.json"},
        {"models.dev_2026-07-02", "models.dev", "models-dev.json"},
        {"portkey_2026-08-21", "portkey", "portkey.json"},
        {"langfuse_2026-08-22", "langfuse", "langfuse.json"},
        {"llmrates_2026-08-22", "llmrates", "llmrates.csv"}}) {
    const auto feed = io::feed_format(column.feed)
                          .value()
                          ->read(content(kData / "registries" / column.file),
                                 {.book = &our_book(), .on = Date::parse("2026-08-21").value()});
    ASSERT_TRUE(feed.ok()) << feed.error().text();
    std::map<Key, std::set<std::string>> figures;
    // A model has ten prices and one name of ours: asked once.
    std::map<std::pair<std::string, std::string>, const catalog::PricedModel*> names;
    for (const auto& seen : feed->observations) {
      const auto [name, fresh] = names.try_emplace({seen.vendor, seen.model}, nullptr);
      if (fresh) name->second = listed_as(our_book(), seen.vendor, seen.model);
      const catalog::PricedModel* const ours = name->second;
      const std::string figure = seen.price ? seen.price->decimal() : "none";
      for (const std::string& model : {seen.model, ours == nullptr ? seen.model : ours->name}) {
        figures[{seen.vendor, model, comparable(seen.field)}].insert(figure);
      }
    }
    const std::size_t at = table->column(column.title).value();
    int equal = 0;
    int missing = 0;
    for (const auto& row : table->rows()) {
      const std::string& cell = row.fields[at];
      const auto field = field_of(row.fields[2]);
      ASSERT_TRUE(field.has_value()) << row.fields[2];
      if (cell.empty() || cell == "n/a") continue;
      const auto found = figures.find({row.fields[0], row.fields[1], *field});
      if (found == figures.end()) {
        ++missing;  // under a name of the feed's own, or rejected by its reader with a reason
      } else if (found->second.contains(cell)) {
        ++equal;
      } else {
        ADD_FAILURE() << column.feed << " " << row.fields[0] << "/" << row.fields[1] << " "
                      << row.fields[2] << ": the table says " << cell << ", the feed "
                      << *found->second.begin();
      }
    }
    std::printf("  %-13s %d cells equal, %d under other names\n", column.feed, equal, missing);
    total += equal;
  }
  EXPECT_GE(total, 1'590);
}

}  // namespace
}  // namespace breakeven::registry
