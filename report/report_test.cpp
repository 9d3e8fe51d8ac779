#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "report/amounts.hpp"
#include "report/plan_document.hpp"
#include "report/plan_workbook.hpp"
#include "report/svg.hpp"
#include "report/xlsx.hpp"

namespace breakeven::report {
namespace {

Usd usd(const char* text) { return Usd::parse(text).value(); }

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) ++found;
  return found;
}

/// An API at 100 in three parts that do not round alone, and one option of one's own; texts that
/// every format has to keep from being read as syntax.
codec::PlanSummary plan() {
  codec::PlanSummary p;
  p.version = "1";
  p.api_model = "vendor/model";
  p.open_model = "open & <model>";
  p.as_of = "2026-12-05T00:00:00Z";
  p.horizon_months = 36;
  p.discount_rate = 0.12;
  p.trace = "trace \"x\"";
  p.verdict_title = "The API is $61.50 a month cheaper";
  p.cfo = {{"verdict", "It costs | less *today*.", {"verdict.saving"}}};
  p.cto = {{"verdict", "One sentence.", {}}};
  codec::SummaryOption api;
  api.id = "api";
  api.title = "API";
  api.available = true;
  for (const char* const name : {"input", "cache", "output"}) {
    api.lines.push_back({name,
                         name,
                         "usage",
                         false,
                         usd("33.333333333333333"),
                         {},
                         {},
                         "exact",
                         {"price list", "2026-01-01", "x.csv:1"}});
  }
  api.recurring = api.fully_loaded = usd("99.999999999999999");
  codec::SummaryOption own;
  own.id = "rented";
  own.title = "=HYPERLINK(1)";
  own.available = true;
  own.lines.push_back({"gpu.rental",
                       "GPU, \"always\" on",
                       "gpu",
                       false,
                       usd("125.5"),
                       usd("100"),
                       usd("150"),
                       "exact",
                       {"offer", "", ""}});
  own.lines.push_back({"migration",
                       "Migration",
                       "migration",
                       true,
                       usd("1296"),
                       {},
                       {},
                       "assumed",
                       {"default", "", ""}});
  own.recurring = usd("125.5");
  own.one_offs = usd("1296");
  own.fully_loaded = usd("161.5");
  own.npv_usd = -1234.5;
  own.cumulative_usd = {-1300, -1400, -1500};
  codec::SummaryOption none;
  none.id = "owned";
  none.title = "Owned";
  none.reason = "no server for this part";
  p.options = {api, own, none};
  p.best_self_host = 1;
  p.rungs = {{"Run rate", true, usd("100"), usd("125.5"), usd("-25.5"), "bare"},
             {"Per task", false, {}, {}, {}, "needs success rates"}};
  p.tornado = {{"People", "x", 1, 2, -10, -90}};
  p.flips = {{"Growth", "per month", 0, 0.18}};
  p.figures = {{"api.monthly", "API", "99.999999999999999", "USD/month", "exact", "a + b", {}}};
  p.warnings = {"nobody measured this"};
  return p;
}

TEST(Report, LinesAddUpToTheirTotalToTheCent) {
  const auto thirds =
      in_cents({usd("33.333333333333333"), usd("33.333333333333333"), usd("33.333333333333334")});
  EXPECT_EQ(thirds[0] + thirds[1] + thirds[2], usd("100"));
  EXPECT_EQ(thirds[2], usd("33.34"));
  EXPECT_TRUE(in_cents({}).empty());
  EXPECT_EQ(cents(usd("-0.004")), "0.00");
  EXPECT_EQ(cents(usd("-1234.5")), "-1,234.50");
  EXPECT_EQ(cents(1e300), "-");
}

RC_GTEST_PROP(Report, CentsNeverGetLost, (const std::vector<std::int64_t>& nano)) {
  std::vector<Usd> lines;
  Usd total;
  for (const std::int64_t one : nano) {
    lines.push_back(Usd::from_femto(static_cast<Int128>(one % 1'000'000'000'000) * 1'000'000));
    total += lines.back();
  }
  const auto shown = in_cents(lines);
  Usd sum;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    sum += shown[i];
    const Usd off = shown[i] - lines[i];
    RC_ASSERT(off < Usd::from_cents(1) && off > Usd::from_cents(-1));
  }
  RC_ASSERT(sum.fixed(2) == total.fixed(2));
}

TEST(Report, HtmlIsOneSafePage) {
  const std::string html = to_html(plan_document(plan()));
  EXPECT_TRUE(html.starts_with("<!doctype html>"));
  EXPECT_FALSE(has(html, "<model>"));
  EXPECT_TRUE(has(html, "open &amp; &lt;model&gt;"));
  EXPECT_FALSE(has(html, "http://"));
  EXPECT_FALSE(has(html, "https://"));
  EXPECT_FALSE(has(html, "<script"));
  for (const char* const tag : {"table", "section", "figure", "svg", "details", "tr"}) {
    EXPECT_EQ(count(html, "<" + std::string(tag) + ">") + count(html, "<" + std::string(tag) + " "),
              count(html, "</" + std::string(tag) + ">"))
        << tag;
  }
  for (const char* const part : {"prefers-color-scheme:dark", "@media print", "For the CFO",
                                 "For the CTO", "Appendix", "161.50", "no server for this part"}) {
    EXPECT_TRUE(has(html, part)) << part;
  }
}

TEST(Report, EveryFormatShowsTheSameAmounts) {
  const Document document = plan_document(plan());
  const std::string html = to_html(document);
  const std::string markdown = to_markdown(document);
  for (const char* const amount :
       {"125.50", "1,296.00", "161.50", "-1,234.50", "33.34", "100.00"}) {
    EXPECT_TRUE(has(html, amount)) << amount;
    EXPECT_TRUE(has(markdown, amount)) << amount;
  }
  EXPECT_TRUE(has(markdown, "It costs \\| less \\*today\\*."));
}

TEST(Report, CsvIsExactAndKeepsTextsTexts) {
  const std::string csv = plan_csv(plan());
  EXPECT_TRUE(has(csv, "33.333333333333333"));
  EXPECT_TRUE(has(csv, "\"GPU, \"\"always\"\" on\""));
  EXPECT_TRUE(has(csv, "rented,'=HYPERLINK(1),"));
  EXPECT_EQ(count(csv, "\r\n"), 1U + 3 + 3 + 2 + 3);
}

TEST(Report, FocusHasTheMonthAndTheColumns) {
  const std::string focus = plan_focus(plan());
  std::istringstream lines(focus);
  std::string header;
  std::getline(lines, header);
  EXPECT_TRUE(header.starts_with("BillingPeriodStart,BillingPeriodEnd,"));
  std::string line;
  std::getline(lines, line);
  EXPECT_TRUE(line.starts_with("2026-12-01T00:00:00Z,2027-01-01T00:00:00Z,"));
  EXPECT_TRUE(has(focus, "AI and Machine Learning,Generative AI"));
  EXPECT_FALSE(has(focus, "Migration"));  // charged once, not in a usual month
}

/// The formulas of the sheet Options, computed by hand.
TEST(Report, TheWorkbookHasLiveFormulasWithOurValues) {
  const std::string book = plan_workbook(plan());
  EXPECT_TRUE(book.starts_with("PK"));
  EXPECT_TRUE(has(book,
                  "<f>SUMIFS(Ledger!$E$2:$E$6,Ledger!$A$2:$A$6,B5,Ledger!$D$2:$D$6,"
                  "&quot;month&quot;)</f><v>125.5</v>"));
  EXPECT_TRUE(has(book, "<f>C5+D5/$B$2</f><v>161.5</v>"));
  EXPECT_TRUE(has(book, "<f>$E$4-E5</f><v>-61.5"));
  EXPECT_TRUE(has(book, "<f>B2-C2</f><v>-25.5</v>"));
  EXPECT_EQ(book, plan_workbook(plan()));
  EXPECT_EQ(column_name(0), "A");
  EXPECT_EQ(column_name(27), "AB");
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
}

TEST(Report, ChartsOfNothingAndOfExtremesAreDrawn) {
  for (const auto& values : std::vector<std::vector<double>>{
           {}, {0}, {0, 0, 0}, {-1e300, 1e300}, {1e-12, 2e-12}, {std::nan(""), 1}}) {
    const std::string svg = line_chart({{"a<b", values}}, "month");
    EXPECT_TRUE(svg.ends_with("</svg>"));
    EXPECT_FALSE(has(svg, "nan"));
    EXPECT_FALSE(has(svg, "inf"));
  }
  EXPECT_TRUE(has(bar_chart({{"x", 0, -5}, {"y", 3, 3}}), "minus"));
  EXPECT_TRUE(bar_chart({}).ends_with("</svg>"));
}

TEST(Report, APlanWithoutAnythingOfOnesOwn) {
  codec::PlanSummary p = plan();
  p.options.resize(1);
  p.best_self_host.reset();
  p.tornado.clear();
  p.flips.clear();
  EXPECT_TRUE(has(to_html(plan_document(p)), "For the CTO"));
  EXPECT_TRUE(plan_workbook(p).starts_with("PK"));
  EXPECT_EQ(count(plan_focus(p), "\r\n"), 4U);
}

}  // namespace
}  // namespace breakeven::report
