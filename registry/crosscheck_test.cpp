#include "registry/crosscheck.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/base/text.hpp"
#include "io/feeds/feed.hpp"
#include "registry/matching.hpp"
#include "registry/test_catalog.hpp"

namespace breakeven::registry {
namespace {

using catalog::PriceField;
using catalog::PriceKind;
using catalog::PriceObservation;

Price usd(const std::string& text) {
  return Price::parse(text, 1'000'000, Price::kFinestDecimals).value();
}

Claim claim(const char* source, EvidenceKind kind, const char* date, const char* price,
            const char* origin = "") {
  return {source, origin, kind, Date::parse(date).value(), usd(price)};
}

PriceObservation seen(const char* vendor, const char* model, const char* field, const char* price) {
  return {vendor, model, catalog::parse_price_field(field).value(), usd(price), model};
}

TEST(Rank, AMajorityOfStaleRegistriesDoesNotWin) {
  // DeepSeek V4 Pro on 2026-08-22: three registries kept the price of before the 16th.
  const std::array deepseek{claim("genai-prices", EvidenceKind::registry, "2026-08-15", "0.435"),
                            claim("models.dev", EvidenceKind::registry, "2026-07-02", "0.435"),
                            claim("Portkey", EvidenceKind::registry, "2026-08-14", "0.435"),
                            claim("LiteLLM", EvidenceKind::registry, "2026-08-21", "1.32"),
                            claim("LLMRates", EvidenceKind::registry, "2026-08-22", "1.32")};
  const Ruling ruling = rank(deepseek, kNoTolerance);
  EXPECT_EQ(deepseek[ruling.believed].price, usd("1.32"));
  EXPECT_EQ(ruling.independent, 2U);
  EXPECT_EQ(ruling.against, 3U);
  EXPECT_FALSE(ruling.contested);
}

TEST(Rank, AVendorPageBeatsNewerRegistries) {
  const std::array sol{
      claim("LiteLLM", EvidenceKind::registry, "2026-08-22", "5"),
      claim("genai-prices", EvidenceKind::registry, "2026-08-22", "5"),
      claim("developers.openai.com", EvidenceKind::vendor_page, "2026-08-21", "4")};
  EXPECT_EQ(rank(sol, kNoTolerance).believed, 2U);
}

TEST(Rank, CopiesAreOnePieceOfEvidence) {
  const std::array guess{claim("LiteLLM", EvidenceKind::registry, "2026-08-22", "3"),
                         claim("tokencost", EvidenceKind::registry, "2026-08-22", "3", "LiteLLM")};
  EXPECT_EQ(rank(guess, kNoTolerance).independent, 1U);
}

TEST(Rank, TheSameDayAndKindIsContested) {
  const std::array both{claim("A", EvidenceKind::registry, "2026-08-22", "3"),
                        claim("B", EvidenceKind::registry, "2026-08-22", "4")};
  EXPECT_TRUE(rank(both, kNoTolerance).contested);
}

RC_GTEST_PROP(Rank, DoesNotDependOnTheNumberOfVoices, ()) {
  const auto copies = *rc::gen::inRange(1, 20);
  std::vector<Claim> claims{claim("page", EvidenceKind::vendor_page, "2026-01-01", "4")};
  for (int i = 0; i < copies; ++i) {
    claims.push_back(
        claim(("r" + std::to_string(i)).c_str(), EvidenceKind::registry, "2026-08-22", "5"));
  }
  RC_ASSERT(rank(claims, kNoTolerance).believed == 0U);
}

TEST(EvidenceKind, IsReadFromTheWordsOfTheSource) {
  const auto of = [](const char* text) { return evidence_kind(text, PriceKind::published); };
  EXPECT_EQ(of("LiteLLM 2026-08-22 (vendor page docs.x.ai/developers/models); single source"),
            EvidenceKind::registry);
  EXPECT_EQ(of("platform.claude.com/docs/en/about-claude/pricing (stored page)"),
            EvidenceKind::vendor_page);
  EXPECT_EQ(of("Langfuse audit of the vendor page"), EvidenceKind::reading);
  EXPECT_EQ(evidence_kind("platform.claude.com", PriceKind::inferred), EvidenceKind::convention);
}

TEST(CrossCheck, SaysAgreesDiffersMissing) {
  const Instant at = Instant::parse("2026-08-22").value();
  const std::vector<PriceObservation> theirs{
      seen("anthropic", "claude-sonnet-4-6", "input_mtok", "3"),
      seen("anthropic", "claude-sonnet-4-6", "output_mtok", "16.5"),
      seen("anthropic", "claude-sonnet-4-6", "input_image_mtok", "3"),
      seen("anthropic", "claude-unheard-of", "input_mtok", "3"),
      seen("openai", "gpt-5.5-pro", "cache_read_mtok", "3"),
      seen("azure", "gpt-5.5", "input_mtok", "5.5")};
  const auto check =
      crosscheck(our_book(), "test", Date::parse("2026-08-22").value(), theirs, at, kNoTolerance);
  const auto cell = [&](const char* model, const char* field) {
    const auto found = std::ranges::find_if(check.cells, [&](const Comparison& c) {
      return c.model == model && to_string(c.field) == field;
    });
    EXPECT_NE(found, check.cells.end()) << model << field;
    return found == check.cells.end() ? Comparison{} : *found;
  };
  EXPECT_EQ(cell("claude-sonnet-4-6", "input_mtok").verdict, Verdict::agree);
  const auto output = cell("claude-sonnet-4-6", "output_mtok");
  EXPECT_EQ(output.verdict, Verdict::differs);
  EXPECT_NEAR(output.percent, 10, 1e-9);
  EXPECT_EQ(cell("claude-sonnet-4-6", "cache_read_mtok").verdict, Verdict::missing_there);
  EXPECT_EQ(cell("claude-sonnet-4-6", "input_image_mtok").verdict, Verdict::missing_here);
  // No vendor page has a cached price for a pro tier: a registry's figure is not evidence.
  const auto guess = cell("gpt-5.5-pro", "cache_read_mtok");
  EXPECT_EQ(guess.verdict, Verdict::missing_here);
  EXPECT_TRUE(guess.ours_believed);
  EXPECT_EQ(check.unknown_models, std::vector<std::string>{"anthropic/claude-unheard-of"});
  EXPECT_EQ(check.other_sellers, 1U);
}

TEST(CrossCheck, TheToleranceIsAShareOfTheLarger) {
  const Rational half = Rational::make(5, 1'000).value();
  EXPECT_TRUE(agree(usd("0.138"), usd("0.1375"), half));
  EXPECT_FALSE(agree(usd("0.03"), usd("0.025"), half));
  EXPECT_FALSE(agree(usd("0.138"), usd("0.1375"), kNoTolerance));
  EXPECT_TRUE(agree(usd("0"), usd("0"), kNoTolerance));
}

RC_GTEST_PROP(CrossCheck, OurOwnPricesAgreeWithThemselves, ()) {
  const auto& models = our_book().models();
  const auto& model = models[*rc::gen::inRange<std::size_t>(0, models.size())];
  const Instant at = Instant::from_date(our_book().newest());
  std::vector<PriceObservation> theirs;
  for (const DatedPrice& row : rows_of(our_book())) {
    if (row.id() == model.id() && row.in_effect(at) && row.price) {
      theirs.push_back({row.vendor, row.model, row.field, row.price, row.model});
    }
  }
  const auto check =
      crosscheck(our_book(), "mirror", our_book().newest(), theirs, at, kNoTolerance);
  RC_ASSERT(check.count(Verdict::differs) == 0U);
  RC_ASSERT(check.count(Verdict::missing_here) == 0U);
  RC_ASSERT(check.count(Verdict::missing_there) == 0U);
}

/// "batch_input_above_272k" of the table of six registries -> a field of ours.
std::optional<PriceField> field_of(std::string name) {
  std::string mode;
  std::string tier;
  std::string hours;
  const auto take = [&](const std::string& prefix) {
    if (!name.starts_with(prefix)) return false;
    name.erase(0, prefix.size());
    return true;
  };
  if (take("batch_"))
    mode = "/batch";
  else if (take("flex_"))
    mode = "/flex";
  else if (take("priority_"))
    mode = "/priority";
  else if (take("fast_"))
    mode = "/fast";
  else if (take("off_peak_"))
    hours = "@offpeak";
  if (const auto above = name.find("_above_"); above != std::string::npos) {
    tier = ">" + name.substr(above + 7);
    tier.back() = '0';
    tier += "00";
    name.erase(above);
  }
  static const std::map<std::string, std::string> kUnits{
      {"input", "input_mtok"},
      {"output", "output_mtok"},
      {"cached_input", "cache_read_mtok"},
      {"cache_write", "cache_write_mtok"},
      {"cache_write_1h", "cache_write_1h_mtok"},
      {"reasoning_output", "output_reasoning_mtok"},
      {"audio_input", "input_audio_mtok"},
      {"image_input", "input_image_mtok"}};
  const auto unit = kUnits.find(name);
  if (unit == kUnits.end()) return std::nullopt;
  const auto field = catalog::parse_price_field(unit->second + mode + tier + hours);
  return field.ok() ? std::optional(*field) : std::nullopt;
}

/// The table that somebody else made of six registries, where it lies beside the repository: our
/// comparison of the same figures must come to the same verdicts.
TEST(CrossCheck, ComesToTheVerdictsOfTheReferenceTable) {
  const std::filesystem::path path = BREAKEVEN_SOURCE_DIR "/../shared/data/prices/crosscheck.csv";
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  if (text.empty()) return;
  const auto table = CsvTable::parse(text, "crosscheck.csv").value();
  std::size_t same = 0;
  std::size_t right = 0;
  std::size_t disputed = 0;
  const std::array<const char*, 6> dates{"2026-08-22", "2026-08-21", "2026-07-02",
                                         "2026-08-21", "2026-08-22", "2026-08-22"};
  for (const auto& row : table.rows()) {
    std::vector<Claim> claims;
    for (std::size_t i = 0; i < 6; ++i) {
      const std::string& cell = row.fields[3 + i];
      if (cell.empty() || cell == "n/a") continue;
      claims.push_back(
          claim(table.header()[3 + i].c_str(), EvidenceKind::registry, dates[i], cell.c_str()));
    }
    ASSERT_FALSE(claims.empty());
    std::set<std::string> values;
    for (const Claim& one : claims) values.insert(one.price.decimal());
    const Ruling ruling = rank(claims, kNoTolerance);
    const std::string verdict = claims.size() == 1    ? "single_source"
                                : ruling.against == 0 ? "agree"
                                                      : "disagree";
    EXPECT_EQ(verdict, row.fields.back()) << row.fields[1] << " " << row.fields[2];
    same += verdict == row.fields.back() ? 1U : 0U;
    ASSERT_TRUE(field_of(row.fields[2])) << row.fields[2];
    if (verdict != "disagree") continue;
    ++disputed;
    // Where they disagree, does our book have one of the figures, and which?
    right += ruling.contested ? 0U : 1U;
  }
  std::cout << same << " of " << table.rows().size() << " verdicts as in the table; of " << disputed
            << " disputed cells " << right << " are decided by evidence and date alone\n";
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The same table from the registries' own documents, where both lie beside the repository: reading,
/// naming and matching together must find the figures that somebody else found in them.
TEST(CrossCheck, FindsTheFiguresOfTheReferenceTableInTheRegistries) {
  const std::string shared = BREAKEVEN_SOURCE_DIR "/../shared/data/";
  const std::string text = slurp(shared + "prices/crosscheck.csv");
  if (text.empty()) return;
  const auto table = CsvTable::parse(text, "crosscheck.csv").value();
  struct Column {
    std::size_t at;
    const char* format;
    const char* file;
    const char* date;
  };
  for (const Column& column : {Column{4, "genai-prices", "genai-prices.json", "2026-08-21"},
                               Column{5, "models.dev", "models-dev.json", "2026-07-02"},
                               Column{6, "portkey", "portkey.json", "2026-08-21"},
                               Column{7, "langfuse", "langfuse.json", "2026-08-22"},
                               Column{8, "llmrates", "llmrates.csv", "2026-08-22"}}) {
    const std::string bytes = slurp(shared + "registries/" + column.file);
    if (bytes.empty()) continue;
    io::FeedOptions options;
    options.book = &our_book();
    options.on = Date::parse(column.date).value();
    const auto format = io::feed_format(column.format);
    ASSERT_TRUE(format.ok()) << format.error().text();
    const auto feed = (*format)->read(bytes, options);
    ASSERT_TRUE(feed.ok()) << feed.error().text();
    std::map<const catalog::PricedModel*, std::vector<const PriceObservation*>> seen;
    std::map<std::pair<std::string, std::string>, const catalog::PricedModel*> names;
    for (const PriceObservation& row : feed->observations) {
      const auto [name, fresh] = names.try_emplace({row.vendor, row.model}, nullptr);
      if (fresh) name->second = listed_as(our_book(), row.vendor, row.model);
      if (name->second != nullptr && row.price) seen[name->second].push_back(&row);
    }
    int wanted = 0;
    int listed = 0;
    int equal = 0;
    for (const auto& row : table.rows()) {
      const std::string& cell = row.fields[column.at];
      if (cell.empty() || cell == "n/a") continue;
      ++wanted;
      const catalog::PricedModel* model = listed_as(our_book(), row.fields[0], row.fields[1]);
      const auto field = field_of(row.fields[2]);
      bool there = false;
      bool same = false;
      for (const PriceObservation* one : seen[model]) {
        PriceField loose = one->field;
        loose.inclusive = field->inclusive;
        if (loose.mode == catalog::Mode::priority && field->mode == catalog::Mode::fast) {
          loose.mode = catalog::Mode::fast;
        }
        if (loose != *field) continue;
        there = true;
        same = same || agree(*one->price, usd(cell), Rational::make(5, 1'000).value());
      }
      listed += there ? 1 : 0;
      equal += same ? 1 : 0;
    }
    std::cout << column.format << ": " << wanted << " cells of the table, " << listed << " listed, "
              << equal << " equal\n";
    // What both have is the same, to the last cell; the table has rows that the document lacks.
    EXPECT_EQ(equal, listed) << column.format;
    EXPECT_GT(listed, wanted * 6 / 10) << column.format;
  }
}

TEST(CrossCheck, CountsAPriceOnceWhateverNamesAModelHas) {
  const auto cell = [](const char* field, Verdict verdict, const char* native) {
    Comparison one;
    one.vendor = "acme";
    one.model = "rocket";
    one.field = catalog::parse_price_field(field).value();
    one.verdict = verdict;
    one.native = native;
    return one;
  };
  CrossCheck check;
  check.cells = {cell("input_mtok", Verdict::agree, "rocket"),
                 cell("input_mtok", Verdict::differs, "cloud/rocket"),
                 cell("output_mtok", Verdict::agree, "rocket"),
                 cell("output_mtok", Verdict::agree, "cloud/rocket"),
                 cell("cache_read_mtok", Verdict::missing_there, ""),
                 cell("cache_write_mtok", Verdict::missing_here, "rocket"),
                 cell("cache_write_mtok", Verdict::missing_here, "cloud/rocket")};
  const FieldCounts counts = check.by_field();
  EXPECT_EQ(counts.models, 1U);
  EXPECT_EQ(counts.names, 2U);
  EXPECT_EQ(counts.differs, 1U);
  EXPECT_EQ(counts.agree, 1U);
  EXPECT_EQ(counts.missing_there, 1U);
  EXPECT_EQ(counts.missing_here, 1U);
  EXPECT_EQ(check.count(Verdict::agree), 3U) << "lines";
}

}  // namespace
}  // namespace breakeven::registry
