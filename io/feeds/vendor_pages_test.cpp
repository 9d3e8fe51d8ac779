#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/text.hpp"
#include "io/feeds/feed.hpp"
#include "io/feeds/html_tables.hpp"
#include "io/feeds/markdown_tables.hpp"
#include "io/feeds/priced_cell.hpp"
#include "io/feeds/sample_pages.hpp"

namespace breakeven::io {
namespace {

std::string one(const Feed& feed, const std::string& what) {
  std::string found = "missing";
  for (const catalog::PriceObservation& seen : feed.observations) {
    if (seen.vendor + "/" + seen.model + " " + catalog::to_string(seen.field) != what) continue;
    found = found == "missing" && seen.price ? seen.price->decimal() : "several";
  }
  return found;
}

std::string reason(const Feed& feed, std::string_view place) {
  for (const RejectedEntry& entry : feed.rejected) {
    if (entry.place.starts_with(place)) return entry.reason;
  }
  return "not rejected";
}

Feed read(Result<Feed> feed) {
  EXPECT_TRUE(feed.ok()) << feed.error().text();
  return feed.ok() ? std::move(feed).value() : Feed{};
}

std::string without(std::string_view page, std::string_view text, std::string_view instead = "") {
  std::string changed(page);
  const std::size_t at = changed.find(text);
  EXPECT_NE(at, std::string::npos) << text;
  if (at != std::string::npos) changed.replace(at, text.size(), instead);
  return changed;
}

FeedOptions on(const char* day) { return {.book = nullptr, .on = *Date::parse(day)}; }

TEST(OpenAiPage, ReadsEveryMode) {
  const Feed feed = read(read_openai_page(samples::kOpenAiPage));
  EXPECT_EQ(one(feed, "openai/gpt-9-sun input_mtok"), "4");
  EXPECT_EQ(one(feed, "openai/gpt-9-sun cache_read_mtok"), "0.4");
  EXPECT_EQ(one(feed, "openai/gpt-9-sun cache_write_mtok"), "5");
  EXPECT_EQ(one(feed, "openai/gpt-9-sun output_mtok"), "20");
  EXPECT_EQ(one(feed, "openai/gpt-8 input_mtok>272000"), "10");
  EXPECT_EQ(one(feed, "openai/gpt-8 output_mtok>272000"), "45");
  EXPECT_EQ(one(feed, "openai/gpt-8-pro cache_read_mtok"), "missing");
  EXPECT_EQ(one(feed, "openai/gpt-8 input_mtok/batch"), "2.5");
  EXPECT_EQ(one(feed, "openai/gpt-9-sun output_mtok/fast"), "40");
  EXPECT_EQ(reason(feed, "gpt-9-sun Standard pricing data Long context input"),
            "a context tier without its threshold");
  EXPECT_EQ(feed.unknown_keys.at("table: Grouped Pricing Table data"), 1);
  EXPECT_EQ(feed.models, 4);
}

TEST(OpenAiPage, NamesWhatChanged) {
  const auto error = [](const std::string& page) {
    const Result<Feed> feed = read_openai_page(page);
    return feed.ok() ? std::string("read") : feed.error().text();
  };
  EXPECT_NE(error(without(samples::kOpenAiPage, "### Standard pricing data", "### Prices"))
                .find("expected a table under the heading \"Standard pricing data\"; the page has "
                      "tables under: Prices | Batch"),
            std::string::npos);
  const std::string columns =
      error(without(samples::kOpenAiPage, "Short context cached input", "Short context cache hit"));
  EXPECT_NE(columns.find("the columns under \"Standard pricing data\" changed"), std::string::npos)
      << columns;
  EXPECT_NE(error(without(samples::kOpenAiPage, "$4.00", "4.00 EUR")).find("4.00 EUR"),
            std::string::npos);
  EXPECT_NE(error(without(samples::kOpenAiPage, "| $0.40 |", "| $0.40 | $0.50 |")).find("cells"),
            std::string::npos);
}

TEST(AnthropicPage, ReadsBothTables) {
  const Feed feed = read(read_anthropic_page(samples::kAnthropicPage, on("2026-08-22")));
  EXPECT_EQ(one(feed, "anthropic/Claude Opus 9 input_mtok"), "5");
  EXPECT_EQ(one(feed, "anthropic/Claude Opus 9 cache_write_mtok"), "6.25");
  EXPECT_EQ(one(feed, "anthropic/Claude Opus 9 cache_write_1h_mtok"), "10");
  EXPECT_EQ(one(feed, "anthropic/Claude Opus 9 cache_read_mtok"), "0.5");
  EXPECT_EQ(one(feed, "anthropic/Claude Opus 9 output_mtok"), "25");
  EXPECT_EQ(one(feed, "anthropic/Claude Opus 9 input_mtok/batch"), "2.5");
  EXPECT_EQ(one(feed, "anthropic/Claude Opus 8 output_mtok"), "75") << "the remark is no name";
  EXPECT_EQ(one(feed, "anthropic/Claude Sonnet 9 input_mtok"), "2");
  ASSERT_EQ(feed.announced.size(), 5U);
  EXPECT_EQ(feed.announced[0].from.iso(), "2026-09-01");
  EXPECT_EQ(feed.announced[0].observation.model, "Claude Sonnet 9");
  EXPECT_EQ(feed.unknown_keys.at("table: Fast mode pricing"), 1);
}

TEST(AnthropicPage, DatedNamesFollowTheDay) {
  const Feed later = read(read_anthropic_page(samples::kAnthropicPage, on("2026-09-01")));
  EXPECT_EQ(one(later, "anthropic/Claude Sonnet 9 input_mtok"), "3");
  EXPECT_TRUE(later.announced.empty());
  EXPECT_EQ(reason(later, "Claude Sonnet 9 (through"), "held through 2026-08-31 only");
}

TEST(AnthropicPage, NamesWhatChanged) {
  for (const char* gone : {"Model pricing", "Batch processing", "Base Input Tokens", "Batch output",
                           "$12.50 / MTok"}) {
    const Result<Feed> feed =
        read_anthropic_page(without(samples::kAnthropicPage, gone, "Something else"), {});
    ASSERT_FALSE(feed.ok()) << gone;
    EXPECT_NE(feed.error().text().find("Something else"), std::string::npos) << feed.error().text();
  }
}

TEST(GooglePage, ReadsThePaidTier) {
  const Feed feed = read(read_google_page(samples::kGooglePage, on("2026-11-01")));
  EXPECT_EQ(one(feed, "google/gemini-9-flash input_mtok"), "0.75");
  EXPECT_EQ(one(feed, "google/gemini-9-flash output_mtok"), "3.75");
  EXPECT_EQ(one(feed, "google/gemini-9-flash cache_read_mtok"), "0.075");
  EXPECT_EQ(one(feed, "google/gemini-9-flash input_mtok/batch"), "0.375");
  EXPECT_EQ(one(feed, "google/gemini-9-pro input_mtok"), "2");
  EXPECT_EQ(one(feed, "google/gemini-9-pro input_mtok>200000"), "4");
  EXPECT_EQ(one(feed, "google/gemini-9-pro cache_read_mtok>200000"), "0.4");
  EXPECT_EQ(one(feed, "google/gemini-9-mini input_mtok"), "0.3");
  EXPECT_EQ(one(feed, "google/gemini-9-mini input_audio_mtok"), "1");
  EXPECT_EQ(one(feed, "google/gemini-9-mini cache_audio_read_mtok"), "0.1");
  EXPECT_EQ(feed.announced.size(), 3U);
  EXPECT_EQ(feed.unknown_keys.at("cache storage per hour"), 3);
  EXPECT_EQ(feed.unknown_keys.at("Grounding with Google Search"), 1);
  EXPECT_NE(reason(feed, "gemini-9-mini Standard Output").find("per image"), std::string::npos);
  const Feed later = read(read_google_page(samples::kGooglePage, on("2027-01-01")));
  EXPECT_EQ(one(later, "google/gemini-9-flash input_mtok"), "1.5");
}

TEST(GooglePage, RefusesAPageWithoutTheTables) {
  const std::string other =
      without(without(samples::kGooglePage, "Paid Tier, per 1M tokens in USD", "Paid"),
              "Paid Tier, per 1M tokens in USD", "Paid");
  const Result<Feed> feed = read_google_page(other, {});
  ASSERT_FALSE(feed.ok());
  EXPECT_NE(feed.error().text().find("found 2 of"), std::string::npos) << feed.error().text();
}

TEST(XaiPage, ReadsBothContexts) {
  const Feed feed = read(read_xai_page(samples::kXaiPage));
  EXPECT_EQ(one(feed, "xai/grok-9 input_mtok"), "2");
  EXPECT_EQ(one(feed, "xai/grok-9 cache_read_mtok"), "0.5");
  EXPECT_EQ(one(feed, "xai/grok-9 input_mtok>=200000"), "4") << "at 200k already";
  EXPECT_EQ(one(feed, "xai/grok-9 output_mtok>=200000"), "12");
  EXPECT_EQ(one(feed, "xai/grok-8-fast output_mtok"), "0.5");
  EXPECT_EQ(one(feed, "xai/grok-8-mini cache_read_mtok"), "missing");
  EXPECT_EQ(feed.unknown_keys.at("table: Imagine API Pricing"), 1);
  EXPECT_EQ(feed.models, 3);
}

TEST(PerplexityPage, ReadsTokensAndRequests) {
  const Feed feed = read(read_perplexity_page(samples::kPerplexityPage));
  EXPECT_EQ(one(feed, "perplexity/sonar-pro input_mtok"), "3");
  EXPECT_EQ(one(feed, "perplexity/sonar-pro output_mtok"), "15");
  EXPECT_EQ(one(feed, "perplexity/sonar-deep-research output_citation_mtok"), "2");
  EXPECT_EQ(one(feed, "perplexity/sonar-deep-research output_reasoning_mtok"), "3");
  EXPECT_EQ(one(feed, "perplexity/sonar-deep-research web_searches_kcount"), "5");
  EXPECT_EQ(one(feed, "perplexity/sonar requests_kcount"), "5");
  EXPECT_EQ(one(feed, "perplexity/sonar-pro requests_high_kcount"), "14")
      << "a second table of fees is of another search";
  EXPECT_EQ(feed.models, 3);
}

TEST(GroqPage, ReadsTheIdFromTheLink) {
  const Feed feed = read(read_groq_page(samples::kGroqPage));
  EXPECT_EQ(one(feed, "groq/rocket-8b-instant input_mtok"), "0.05");
  EXPECT_EQ(one(feed, "groq/lab/rocket-120b output_mtok"), "0.6");
  EXPECT_EQ(one(feed, "groq/lab/rocket-32b output_mtok"), "0.59");
  EXPECT_EQ(feed.unknown_keys.at("price: $0.111 per hour"), 1);
  EXPECT_EQ(feed.unknown_keys.at("price: ContactSales"), 1);
  EXPECT_EQ(reason(feed, "no link here"), "expected a link to /docs/model/...");
  EXPECT_EQ(feed.models, 3);
}

TEST(TogetherPage, ReadsTheChatModels) {
  const Feed feed = read(read_together_page(samples::kTogetherPage));
  EXPECT_EQ(one(feed, "together/lab/Rocket-3 cache_read_mtok"), "0.3");
  EXPECT_EQ(one(feed, "together/lab/Rocket-3-Flash cache_read_mtok"), "missing");
  EXPECT_EQ(one(feed, "together/forge/Anvil-70B-Turbo input_mtok"), "0.88");
  EXPECT_NE(reason(feed, "forge/Anvil-8B Input").find("ask us"), std::string::npos);
  EXPECT_EQ(feed.models, 4);
}

TEST(DeepSeekPage, ReadsWhatSpansRowsAndColumns) {
  const Feed feed = read(read_deepseek_page(samples::kDeepSeekPage));
  EXPECT_EQ(one(feed, "deepseek/deep-flash cache_read_mtok@offpeak"), "0.003");
  EXPECT_EQ(one(feed, "deepseek/deep-flash input_mtok@peak"), "0.3");
  EXPECT_EQ(one(feed, "deepseek/deep-pro output_mtok@peak"), "3.96");
  EXPECT_EQ(one(feed, "deepseek/deep-pro input_mtok"), "missing");
  EXPECT_EQ(feed.observations.size(), 12U);
  // One price all day, as the page had until August 2026.
  const Feed flat = read(read_deepseek_page(
      "<table><tr><th colspan='2'>MODEL</th><th>deep-a</th><th>deep-b</th></tr>"
      "<tr><td rowspan=3>PRICING</td><td>1M INPUT TOKENS (CACHE HIT)</td><td colspan=2>$0.028</td>"
      "</tr><tr><td>1M INPUT TOKENS (CACHE MISS)</td><td colspan=2>$0.28</td></tr>"
      "<tr><td>1M OUTPUT TOKENS</td><td>$0.42</td><td>&#36;0.5</td></tr></table>"));
  EXPECT_EQ(one(flat, "deepseek/deep-b cache_read_mtok"), "0.028");
  EXPECT_EQ(one(flat, "deepseek/deep-b output_mtok"), "0.5");
}

TEST(NewerPages, NameWhatChanged) {
  const auto error = [](Result<Feed> (*reader)(std::string_view, const FeedOptions&),
                        std::string_view page, std::string_view text, std::string_view instead) {
    const Result<Feed> feed = reader(without(page, text, instead), {});
    return feed.ok() ? std::string("read") : feed.error().text();
  };
  const auto says = [](const std::string& text, std::string_view words) {
    EXPECT_NE(text.find(words), std::string::npos) << text;
  };
  says(error(&read_xai_page, samples::kXaiPage, "Text API Pricing", "Prices"),
       "expected a table under the heading \"Text API Pricing\"");
  says(error(&read_xai_page, samples::kXaiPage, "Cached input", "Stored"), "Stored");
  says(error(&read_xai_page, samples::kXaiPage, "(< 200k prompt tokens)", "(small)"), "(small)");
  says(error(&read_xai_page, samples::kXaiPage, "$2.00", "2.00 EUR"), "2.00 EUR");
  says(error(&read_perplexity_page, samples::kPerplexityPage, "Input Tokens", "Words"),
       "expected a table with the column \"Input Tokens ($/1M)\"");
  says(error(&read_perplexity_page, samples::kPerplexityPage, "Output Tokens", "Words"), "Words");
  says(error(&read_groq_page, samples::kGroqPage, "$0.05 input", "$0.05 in"), "at least 3 models");
  says(error(&read_together_page, samples::kTogetherPage, "Output pricing", "Price out"),
       "Price out");
  says(error(&read_deepseek_page, samples::kDeepSeekPage, "1M OUTPUT TOKENS", "OUTPUT"),
       "\"1M OUTPUT TOKENS\", found none");
  says(error(&read_deepseek_page, samples::kDeepSeekPage, "$0.022", "CNY 0.022"), "CNY 0.022");
  says(error(&read_deepseek_page, samples::kDeepSeekPage, "MODEL", "NAME"), "\"MODEL\"");
}

TEST(HtmlTables, KnowsSpansEntitiesAndBrokenMarkup) {
  const auto tables = html_tables(
      "<p>x</p><TABLE><tr><th rowspan=\"2\">a</th><th>b<br/>c</th></tr><tr><td>1 &lt; 2</td>"
      "<td colspan=2>t<b>w</b>o <!-- > --> </td></tr></TABLE>"
      "<table><td>alone<sup>1</sup><tr><td rowspan=0>x<td colspan=999999>y");
  ASSERT_TRUE(tables.ok());
  ASSERT_EQ(tables->size(), 2U);
  EXPECT_EQ((*tables)[0], (HtmlTable{{"a", "b c"}, {"a", "1 < 2", "two", "two"}}));
  ASSERT_EQ((*tables)[1].size(), 2U);
  EXPECT_EQ((*tables)[1][0], std::vector<std::string>{"alone"});
  EXPECT_EQ((*tables)[1][1].size(), 101U);
  std::string many = "<table>";
  for (int i = 0; i < 20; ++i) many += "<td rowspan=100 colspan=100>";
  EXPECT_EQ(html_tables(many).error().code, ErrorCode::resource_limit);
}

TEST(MarkdownTables, KnowsHeadingsCodeFencesAndEscapes) {
  const auto tables = markdown_tables(
      "# A\n*[`model-a`](u)*\n## B `x`\n```\n| not | this |\n| - | - |\n```\n"
      "| H1 | **H2** |\r\n|:---|---:|\r\n| a \\| b | [text](http://x) <br> `c` |\r\n|d|e|\n\n"
      "## C\n| x |\n|---|\n| y |");
  ASSERT_TRUE(tables.ok()) << tables.error().text();
  ASSERT_EQ(tables->size(), 2U);
  const MarkdownTable& first = tables->front();
  EXPECT_EQ(first.headings, (std::vector<std::string>{"A", "B x"}));
  EXPECT_EQ(first.code, "model-a");
  EXPECT_EQ(first.line, 8U);
  EXPECT_EQ(first.header, (std::vector<std::string>{"H1", "H2"}));
  ASSERT_EQ(first.rows.size(), 2U);
  EXPECT_EQ(first.rows[0].cells, (std::vector<std::string>{"a | b", "text   c"}));
  EXPECT_EQ((*tables)[1].rows[0].cells.front(), "y");
  EXPECT_FALSE(markdown_tables("| a | b |\n|---|---|\n| only |\n").ok());
}

TEST(PricedCell, ReadsOnlyWhatItKnows) {
  EXPECT_EQ(plain_amount("$1,234.50 / MTok").value(), "1234.50");
  EXPECT_FALSE(plain_amount("-").value().has_value());
  EXPECT_FALSE(plain_amount("\xE2\x80\x94").value().has_value());
  for (const char* cell : {"5", "$", "$.5", "$5 / image", "$5 $6", "EUR 5", "$5 / MTok or so"}) {
    EXPECT_FALSE(plain_amount(cell).ok()) << cell;
  }
  for (const char* cell : {"5", "$5 per image", "$5 (mood)", "$5 through Smarch 1, 2026",
                           "$5 through May 41, 2026", "$5 (audio", "free"}) {
    EXPECT_FALSE(cell_prices(cell).ok()) << cell;
  }
  EXPECT_EQ(dated_name("Claude X 1 (deprecated)").value().name, "Claude X 1");
  EXPECT_EQ(dated_name("Claude X 1 starting May 2, 2026").value().period.from->iso(), "2026-05-02");
  EXPECT_FALSE(dated_name("Claude X 1 starting soon").ok());
}

}  // namespace
}  // namespace breakeven::io
