#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "report/amounts.hpp"
#include "report/live_formula.hpp"
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
  const auto figure = [&](const char* name, const char* value, const char* formula,
                          std::vector<std::string> inputs) {
    codec::SummaryFigure one;
    one.name = name;
    one.title = name;
    one.value = value;
    one.unit = "USD/month";
    one.kind = "exact";
    one.formula = formula;
    one.inputs = std::move(inputs);
    p.figures.push_back(std::move(one));
  };
  figure("hours", "730", "", {});
  figure("price", "0.171917808219178", "", {});
  figure("option.rented.gpu.rental", "125.5", "price x hours of a month", {"price", "hours"});
  figure("api.monthly", "99.999999999999999", "a + b", {});
  p.cash_against = "hosted";
  p.cash_p10 = {-1400, -1600, -1800};
  p.cash_p50 = {-1300, -1400, -1500};
  p.cash_p90 = {-1200, -1200, -1200};
  p.options[1].leaving = {12, usd("1506"), usd("1296")};
  p.drivers = {{"people", "People", "x", 1, {"survey", "2026-01-02", "defaults.csv:1"}}};
  p.grids = {{"People, x", "Growth, per month", {1, 2}, {0, 0.1}, {{-10, -90}, {5.5, -60}}}};
  p.hybrid = {{0, Usd(), usd("100"), usd("100")}, {1, usd("63"), usd("40"), usd("103")}};
  p.hybrid_best = 0;
  p.shortlist = {{"a/b", "Apache-2.0", true, 32.8e9, 3.3e9, 131'072, 43.5, {"groq/x"}, {}}};
  p.api_score = 75.5;
  p.score_on = "LiveBench";
  p.switch_npv = {-500, -450, -400, -350, -300, -250, -200.25};
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
  EXPECT_TRUE(has(book, "<f>C3*C2</f><v>125.5</v>"));
  EXPECT_TRUE(has(book, "<f>Figures!C4</f><v>125.5</v>"));
  EXPECT_TRUE(has(book, "<f>C5+D5/$B$2</f><v>161.5</v>"));
  EXPECT_TRUE(has(book, "<f>$E$4-E5</f><v>-61.5"));
  EXPECT_TRUE(has(book, "<f>B2-C2</f><v>-25.5</v>"));
  EXPECT_EQ(book, plan_workbook(plan()));
  EXPECT_EQ(column_name(0), "A");
  EXPECT_EQ(column_name(27), "AB");
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
}

TEST(Report, AFormulaThatDoesNotGiveItsValueIsNotLive) {
  const std::map<std::string, LiveCell> cells{
      {"a.b", {"C2", 6}}, {"a.c", {"C3", 4}}, {"time.month", {"C4", 2.5}}};
  const auto live = [&](const char* formula, const char* value, std::vector<std::string> inputs) {
    codec::SummaryFigure figure;
    figure.formula = formula;
    figure.value = value;
    figure.inputs = std::move(inputs);
    return live_formula(figure, cells);
  };
  EXPECT_EQ(live("a.b + a.c", "10", {"a.b", "a.c"}), "C2+C3");
  EXPECT_EQ(live("a.c - a.b", "-2", {"a.b", "a.c"}), "C3-C2");
  EXPECT_EQ(live("count x a long word / 1000 x month", "0.06", {"a.b", "a.c", "time.month"}),
            "C2*C3/1000*C4");
  EXPECT_EQ(live("a.b + a.c x time.month", "16", {"a.b", "a.c", "time.month"}), "C2+C3*C4");
  EXPECT_EQ(live("a.b / a.c, to the nearest whole", "2", {"a.b", "a.c"}), "ROUND(C2/C3,0)");
  EXPECT_EQ(live("a.b", "6", {"a.b"}), "C2");
  EXPECT_EQ(live("a.b + a.c", "11", {"a.b", "a.c"}), "");
  EXPECT_EQ(live("replay of the trace", "6", {"nobody"}), "");
  EXPECT_EQ(live("a.b / a.c", "yes", {"a.b", "a.c"}), "");
  EXPECT_EQ(live("", "6", {}), "");
}

TEST(Report, EverySectionThatWasAskedForIsThere) {
  const std::string text =
      to_markdown(plan_document(plan(), {{}, {{"mid", "40", "33", "x", "y"}}}));
  for (const char* const part :
       {"P10 to P90", "between -1,800.00 and -1,200.00", "What waiting costs",
        "| in 6 months | -200.25 |", "| best: never, within this horizon | 0.00 |",
        "Commitments and exit costs", "| 12 | 1,506.00 | 1,296.00 |",
        "| People | 1 x | survey | 2026-01-02 |", "Model short-list",
        "| a/b | Apache-2.0 | groq | 32.8 B (3.3 B) | 131072 | 43.5 |", "Hybrid",
        "| 0, the cheapest | 0.00 | 100.00 | 100.00 |", "Migration plan, and when to stop",
        "Growth passes 0.18 per month", "Waterfall", "across: People, x", "| 0.1 | 5.50 | -60.00 |",
        "| mid | x | y | 40 | 33 |", "Every input with its range"}) {
    EXPECT_TRUE(has(text, part)) << part << "\n" << text;
  }
}

TEST(Report, TheChangeLogSaysWhatWentInAndWhatMoved) {
  const codec::PlanSummary before = plan();
  EXPECT_TRUE(plan_changes(before, before).none());
  codec::PlanSummary after = plan();
  after.version = "2";
  EXPECT_TRUE(plan_changes(before, after).none());
  after.question = {{"redundancy", "2"}};
  after.verdict_title = "Self-hosting is cheaper";
  after.figures[1].value = "0.2";
  after.figures[2].value = "146";
  after.figures[3].value = "100";
  after.figures.erase(after.figures.begin());
  const PlanChanges changes = plan_changes(before, after);
  ASSERT_EQ(changes.inputs.size(), 1U);
  EXPECT_EQ(changes.inputs[0].before, "-");
  ASSERT_EQ(changes.facts.size(), 2U);
  EXPECT_EQ(changes.facts[0].difference, "0.028082191780822");
  EXPECT_EQ(changes.facts[1].name, "hours");
  EXPECT_EQ(changes.facts[1].after, "-");
  ASSERT_EQ(changes.totals.size(), 1U);
  EXPECT_EQ(changes.totals[0].difference, "0.000000000000001");
  ASSERT_EQ(changes.figures.size(), 1U);
  EXPECT_EQ(changes.compared, 3U);
  const std::string text = to_markdown(plan_document(after, {changes, {}}));
  EXPECT_TRUE(has(text, "1 input and 2 facts changed; 1 total and 1 other figure moved."));
  EXPECT_TRUE(has(text, "It is now: Self-hosting is cheaper."));
  EXPECT_TRUE(has(text, "computed by breakeven 1, this one by 2"));
}

TEST(Report, ABandIsDrawnAndLongNamesAreNotCut) {
  const std::string svg = line_chart({{"own", {1, 2}}}, "month", {"P10 to P90", {0, 1}, {2, 4}});
  EXPECT_TRUE(has(svg, "<polygon class=\"band\" points=\""));
  EXPECT_TRUE(has(svg, ">P10 to P90<"));
  EXPECT_FALSE(has(line_chart({{"own", {1, 2}}}, "month"), "polygon"));
  const std::string bars = bar_chart(
      {{"A driver whose name takes more than one line beside its bar", 0, 1, BarKind::step},
       {"down", 1, 0.5, BarKind::step},
       {"all", 0, 0.5, BarKind::total}});
  EXPECT_TRUE(has(bars, "beside its bar<"));
  EXPECT_FALSE(has(bars, "..."));
  EXPECT_TRUE(has(bars, ">+1<"));
  EXPECT_TRUE(has(bars, ">-0.5<"));
  EXPECT_TRUE(has(bars, "bar minus"));
  EXPECT_TRUE(has(bars, "bar whole"));
}

TEST(Report, ChartsOfNothingAndOfExtremesAreDrawn) {
  for (const auto& values : std::vector<std::vector<double>>{
           {}, {0}, {0, 0, 0}, {-1e300, 1e300}, {1e-12, 2e-12}, {std::nan(""), 1}}) {
    const std::string svg = line_chart({{"a<b", values}}, "month", {"band", values, values});
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
  p.cash_p10.clear();
  p.hybrid.clear();
  p.grids.clear();
  p.shortlist.clear();
  p.switch_npv.clear();
  EXPECT_TRUE(has(to_html(plan_document(p)), "For the CTO"));
  EXPECT_TRUE(plan_workbook(p).starts_with("PK"));
  EXPECT_EQ(count(plan_focus(p), "\r\n"), 4U);
}

}  // namespace
}  // namespace breakeven::report
