// Prices that somebody else computed: tests/golden/price (README there), the published price table
// and the recorded usage samples, where those are at hand.
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "codec/price_json.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "io/json_lines.hpp"
#include "service/catalog_store.hpp"
#include "service/price.hpp"

namespace breakeven::service {
namespace {

using catalog::BillingUnit;
using catalog::Mode;
using Ref = pricing::Fields::Ref;

const catalog::PriceBook& book() {
  static const catalog::Catalog catalog = [] {
    auto loaded = load_catalog(std::string(BREAKEVEN_SOURCE_DIR) + "/catalog");
    EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().text());
    return std::move(*loaded);
  }();
  return catalog.prices();
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::istringstream text(file_text(path));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// The answer to one call, and whether its parts add up.
struct Answer {
  std::string text;
  std::string usd;
  bool refused = false;
  bool adds_up = false;
  std::map<std::string, std::int64_t> quantity;  ///< by bucket
};

Answer read_answer(const std::string& text) {
  Answer answer;
  answer.text = text;
  io::JsonFields parser;
  const auto root = parser.parse(text);
  EXPECT_TRUE(root.ok()) << text;
  if (!root.ok()) return answer;
  answer.refused = (*root)["error"].set();
  answer.usd = (*root)["usd"].text();
  Usd sum;
  const Ref parts = (*root)["parts"];
  for (Ref part = parts.first(); part.there(); part = part.next()) {
    const auto usd = Usd::parse(part["usd"].text());
    EXPECT_TRUE(usd.ok()) << text;
    if (usd.ok()) sum += *usd;
    answer.quantity[std::string(part["bucket"].text())] += part["quantity"].node().integer;
  }
  answer.adds_up = sum.decimal() == answer.usd;
  return answer;
}

Answer price(Ref call, pricing::Pricer& pricer) {
  std::string out;
  codec::price_object(call, pricer, out);
  return read_answer(out);
}

std::size_t check_golden(const std::string& name) {
  const auto path =
      std::filesystem::path(BREAKEVEN_SOURCE_DIR) / "tests" / "golden" / "price" / name;
  io::JsonFields parser;
  pricing::Pricer pricer(book());
  std::size_t checked = 0;
  for (const std::string& line : lines_of(path)) {
    const auto row = parser.parse(line);
    EXPECT_TRUE(row.ok()) << line;
    if (!row.ok()) continue;
    const Answer answer = price((*row)["call"], pricer);
    const bool refuse = (*row)["error"].set();
    EXPECT_EQ(answer.refused, refuse) << line << "\n" << answer.text;
    if (!refuse) {
      EXPECT_EQ(answer.usd, (*row)["usd"].text()) << line << "\n" << answer.text;
      EXPECT_TRUE(answer.adds_up) << answer.text;
    }
    ++checked;
  }
  return checked;
}

TEST(PriceGolden, NormalisedUsage) { EXPECT_EQ(check_golden("normalised.jsonl"), 240U); }
TEST(PriceGolden, RawUsage) { EXPECT_EQ(check_golden("raw.jsonl"), 42U); }
TEST(PriceGolden, WaysOfWriting) { EXPECT_EQ(check_golden("written.jsonl"), 41U); }

/// A field of the published table as the book knows it.
struct Cell {
  BillingUnit unit = BillingUnit::input;
  Mode mode = Mode::standard;
  std::int64_t input_tokens = 1;
  const char* at = nullptr;  ///< hour that decides the price
};

std::optional<Cell> cell_of(std::string_view field) {
  Cell cell;
  const auto strip = [&](std::string_view prefix) {
    if (!field.starts_with(prefix)) return false;
    field.remove_prefix(prefix.size());
    return true;
  };
  // Sunday and Tuesday, 02:00 UTC.
  if (strip("off_peak_") || strip("offpeak_")) cell.at = "2026-10-25T02:00:00Z";
  if (strip("batch_")) cell.mode = Mode::batch;
  if (strip("fast_")) cell.mode = Mode::fast;
  if (strip("flex_")) cell.mode = Mode::flex;
  if (strip("priority_")) cell.mode = Mode::priority;
  if (const auto above = field.find("_above_"); above != std::string_view::npos) {
    const auto thousand = parse_int(field.substr(above + 7, field.size() - above - 8));
    if (!thousand.ok()) return std::nullopt;
    cell.input_tokens = *thousand * 1'000 + 1;
    field = field.substr(0, above);
  }
  static constexpr std::array<std::pair<std::string_view, BillingUnit>, 8> kUnits{{
      {"input", BillingUnit::input},
      {"cached_input", BillingUnit::cache_read},
      {"cache_write", BillingUnit::cache_write},
      {"cache_write_1h", BillingUnit::cache_write_1h},
      {"output", BillingUnit::output},
      {"audio_input", BillingUnit::input_audio},
      {"image_input", BillingUnit::input_image},
      {"reasoning_output", BillingUnit::output_reasoning},
  }};
  for (const auto& [name, unit] : kUnits) {
    if (name == field) {
      cell.unit = unit;
      return cell;
    }
  }
  return std::nullopt;
}

void check_table(const std::string& text, const std::string& name, std::size_t& checked) {
  const auto table = CsvTable::parse(text, name);
  ASSERT_TRUE(table.ok()) << table.error().text();
  for (const auto& row : table->rows()) {
    const std::string& vendor = row.fields[0];
    const std::string& model = row.fields[1];
    const std::string what = vendor + "/" + model + " " + row.fields[2];
    const auto cell = cell_of(row.fields[2]);
    ASSERT_TRUE(cell.has_value()) << what;
    const auto found = book().find(vendor, model);
    ASSERT_TRUE(found.ok()) << what << ": " << found.error().message;
    // The table's main DeepSeek columns are the peak prices: a Tuesday, 02:00 UTC.
    const std::string day = row.fields[5];
    const std::string time = cell->at != nullptr    ? cell->at
                             : vendor == "deepseek" ? "2026-10-20T02:00:00Z"
                                                    : day + "T12:00:00Z";
    const auto at = Instant::parse(time);
    ASSERT_TRUE(at.ok()) << what << " " << time;
    const auto card = book().resolve(**found, {cell->mode, {}, *at});
    ASSERT_TRUE(card.ok()) << what << ": " << card.error().message;
    const auto& rate = card->rates[catalog::index(cell->unit)];
    ASSERT_TRUE(rate.has_value()) << what;
    const catalog::Quote& quote = rate->at(cell->input_tokens);
    const auto expected = Price::parse(row.fields[3]);
    if (row.fields[3].empty()) {
      EXPECT_EQ(quote.kind, catalog::PriceKind::unknown) << what;
    } else {
      ASSERT_TRUE(expected.ok()) << what;
      if (quote.kind == catalog::PriceKind::unknown) {
        // A vendor's table shows no such price, whatever a rule makes of it: an interval around it.
        EXPECT_EQ(quote.low.nano_usd, 0) << what;
        EXPECT_GE(quote.high.nano_usd, expected->nano_usd) << what;
      } else {
        EXPECT_EQ(quote.high.decimal(), expected->decimal()) << what << " at " << time;
      }
      // Our own doubts (contested, an interval) may be greater than the table's, never smaller.
      if (row.fields[6] != "published") {
        EXPECT_NE(quote.kind, catalog::PriceKind::published) << what << " " << row.fields[6];
      }
    }
    ++checked;
  }
}

TEST(PriceGolden, PublishedTable) {
  std::size_t checked = 0;
  // A few rows of the same form, so that the check itself is checked everywhere.
  check_table(
      "vendor,model,field,usd_per_mtok,source,source_date,kind,rule\n"
      "anthropic,claude-sonnet-4-6,cache_write_1h,6,s,2026-08-22,published,\n"
      "google,gemini-2.5-pro,output_above_200k,15,s,2026-08-22,published,\n"
      "openai,gpt-5.5,fast_input,12.5,s,2026-08-22,published,\n"
      "deepseek,deepseek-v4-pro,off_peak_input,0.66,s,2026-10-19,published,\n",
      "fixture", checked);
  EXPECT_EQ(checked, 4U);
  const auto shared =
      std::filesystem::path(BREAKEVEN_SOURCE_DIR) / ".." / "shared" / "data" / "prices";
  if (std::filesystem::exists(shared / "current.csv")) {
    check_table(file_text(shared / "current.csv"), "current.csv", checked);
    EXPECT_GT(checked, 790U);
  }
}

/// The same 24 requests in five vendors' words: 107,689 tokens in, 5,310 out.
struct Sample {
  const char* file;
  const char* vendor;
  std::size_t refused;  ///< lines about calls that failed
  std::int64_t fresh;
  std::int64_t written;
};

TEST(PriceGolden, RecordedSamples) {
  const auto folder =
      std::filesystem::path(BREAKEVEN_SOURCE_DIR) / ".." / "shared" / "data" / "usage-samples";
  for (const Sample& sample :
       {Sample{"openai_responses_objects.jsonl", "openai", 0, 36'137, 0},
        Sample{"openai_batch_output.jsonl", "openai", 2, 36'137, 0},
        Sample{"anthropic_batch_results.jsonl", "anthropic", 2, 32'937, 3'200},
        Sample{"gemini_generate_content_responses.jsonl", "google", 0, 36'137, 0},
        Sample{"aws_bedrock_model_invocation_log.jsonl", "aws", 1, 32'937, 3'200}}) {
    if (!std::filesystem::exists(folder / sample.file)) continue;
    io::JsonFields parser;
    pricing::Pricer pricer(book());
    std::map<std::string, std::int64_t> total;
    std::size_t refused = 0;
    std::size_t priced = 0;
    for (const std::string& line : lines_of(folder / sample.file)) {
      const std::string call = R"({"id":1,"vendor":")" + std::string(sample.vendor) +
                               R"(","timestamp":"2026-03-02T09:00:00Z","usage":)" + line + "}";
      const auto fields = parser.parse(call);
      ASSERT_TRUE(fields.ok()) << call;
      const Answer answer = price(*fields, pricer);
      answer.refused ? ++refused : ++priced;
      for (const auto& [bucket, quantity] : answer.quantity) total[bucket] += quantity;
    }
    EXPECT_EQ(refused, sample.refused) << sample.file;
    EXPECT_EQ(priced, 24U) << sample.file;
    EXPECT_EQ(total["input_tokens"], sample.fresh) << sample.file;
    EXPECT_EQ(total["cache_read_tokens"], 71'552) << sample.file;
    EXPECT_EQ(total["cache_write_tokens"], sample.written) << sample.file;
    EXPECT_EQ(total["output_tokens"], 5'310) << sample.file;
  }
}

}  // namespace
}  // namespace breakeven::service
