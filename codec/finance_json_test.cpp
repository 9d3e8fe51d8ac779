#include "codec/finance_json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "codec/finance_fields.hpp"
#include "engine/base/text.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string slurp(const std::string& path) {
  std::ifstream file(std::string(BREAKEVEN_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

double number(const Json& value) {
  return value.is_string() ? parse_double(value.get<std::string>()).value() : value.get<double>();
}

TEST(FinanceJson, AgreesWithLibreOffice) {
  const std::string text = slurp("tests/golden/finance/libreoffice.csv");
  const auto table = CsvTable::parse(text, "libreoffice.csv");
  ASSERT_TRUE(table.ok());
  ASSERT_GT(table->rows().size(), 60U);
  for (const CsvTable::Row& row : table->rows()) {
    const auto answer = finance_answer(row.fields[0], row.fields[1]);
    ASSERT_TRUE(answer.ok()) << row.fields[1] << answer.error().text();
    const Json json = Json::parse(*answer);
    const double found = number(json.at(Json::json_pointer("/" + row.fields[2])));
    const double expected = parse_double(row.fields[4]).value();
    // LibreOffice keeps 15 digits in its files; its IRR stops at about 1e-7 of the rate.
    const double tolerance = row.fields[3].find("IRR(") != std::string::npos ? 1e-7 : 1e-12;
    EXPECT_NEAR(found, expected, tolerance * std::max(1.0, std::fabs(expected))) << row.fields[3];
  }
}

TEST(FinanceJson, TheDocumentShowsWhatHappens) {
  std::istringstream page(slurp("docs/formats/finance.md"));
  std::string line;
  int examples = 0;
  const std::string echo = "$ echo '";
  while (std::getline(page, line)) {
    if (!line.starts_with(echo)) continue;
    const std::size_t end = line.find("' | breakeven finance ");
    ASSERT_NE(end, std::string::npos) << line;
    const std::string function = line.substr(line.find_last_of(' ') + 1);
    const std::string request = line.substr(echo.size(), end - echo.size());
    ASSERT_TRUE(std::getline(page, line));
    EXPECT_EQ(finance_line(function, request), line) << function;
    ++examples;
  }
  EXPECT_GE(examples, static_cast<int>(finance_functions().size()));
}

TEST(FinanceJson, TheDocumentHasEveryField) {
  const std::string page = slurp("docs/formats/finance.md");
  for (const FinanceHelp& function : finance_functions()) {
    const std::size_t section = page.find("## " + std::string(function.name) + "\n");
    ASSERT_NE(section, std::string::npos) << function.name;
    const std::string text = page.substr(section, page.find("\n## ", section) - section);
    for (const FinanceField& field : function.fields) {
      std::string aliases(field.aliases);
      for (std::size_t at = aliases.find(' '); at != std::string::npos;
           at = aliases.find(' ', at)) {
        aliases.replace(at, 1, ", ");
        at += 2;
      }
      const std::string row = "| `" + std::string(field.name) + "` | " + aliases + " | " +
                              std::string(field.unit) + " | " + std::string(field.fallback) +
                              " | " + std::string(field.help) + " |\n";
      EXPECT_NE(text.find(row), std::string::npos) << function.name << ": " << row;
    }
  }
}

struct Mistake {
  const char* function;
  const char* request;
  const char* where;
  const char* part;
};

TEST(FinanceJson, NamesThePlaceOfAMistake) {
  const Mistake mistakes[] = {
      {"npw", "{}", "finance", "npv"},
      {"npv", "[]", "/", "object"},
      {"npv", "{", "/", "not JSON"},
      {"npv", R"({"rate":0.1,"rate":0.2,"flows":[1]})", "/rate", "twice"},
      {"npv", R"({"rate":0.1,"flws":[1]})", "/flws", "flows"},
      {"npv", R"({"rate":0.1,"flows":[1],"cash_flows":[1]})", "/cash_flows", "two names"},
      {"npv", R"({"rate":0.1})", "/flows", "nothing"},
      {"npv", R"({"rate":0.1,"flows":[]})", "/flows", "at least one"},
      {"npv", R"({"rate":0.1,"flows":[1,"x"]})", "/flows/1", "number"},
      {"npv", R"({"flows":[1]})", "/rate", "annual_rate"},
      {"npv", R"({"rate":-1,"flows":[1]})", "/rate", "above -1"},
      {"npv", R"({"apr":0.1,"annual_rate":0.1,"flows":[1]})", "/apr", "annual_rate"},
      {"npv", R"({"rate":1e-300,"flows":[1e308,1e308]})", "npv", "1e308"},
      {"xnpv", R"({"rate":0.1,"flows":[1,2],"dates":["2026-01-01"]})", "/dates", "as many"},
      {"xnpv", R"({"rate":0.1,"flows":[1],"dates":["2026-02-30"]})", "/dates/0", ""},
      {"xnpv", R"({"rate":0.1,"flows":[{"date":"2026-01-01"}]})", "/flows/0", "amount"},
      {"irr", R"({"flows":[1],"dates":["2026-01-01"],"t0":1})", "/t0", ""},
      {"payback", R"({"flows":[-1],"saving":1})", "/flows", "both"},
      {"pmt", R"({"rate":0.1,"periods":0,"pv":1})", "/periods", "more than 0"},
      {"pmt", R"({"rate":0.1,"nper":3,"pv":1,"type":2})", "/type", "begin"},
      {"amortise", R"({"pv":1.001,"rate":0.1,"nper":3})", "/pv", "cents"},
      {"amortise", R"({"pv":1,"rate":0.1,"nper":2.5})", "/nper", "whole"},
      {"owned", R"({"server":0})", "/server", ""},
      {"owned", R"({"server":1e5,"pue":0.5})", "/pue", ""},
      {"reserved", R"({"on_demand":2})", "/reserved", ""},
      {"reserved", R"({"on_demand":2,"reserved":1,"usage":[1,-1]})", "/usage/1", ""},
      {"breakeven", R"({"api_price":1,"step_capacity":5})", "/step_cost", "none"},
      {"breakeven", R"({"api_price":1,"step_cost":1,"capacity":0})", "/capacity", "at least 1"},
      {"breakeven", R"({"input_price":1,"output_price":1,"ratio":"4:x","step_cost":1})", "/ratio",
       "4:1"},
      {"variance", R"({"actual":[{"period":"1","volume":1}]})", "/actual/0/cost", "none"},
      {"variance", R"({"actual":[{"period":"1","tokens":-1,"usd":1}]})", "/actual/0/tokens", ""},
      {"variance", R"({"actual":[],"bands":[{"month":"1","p10":1,"p90":2}]})", "/bands/0/period",
       "period"},
      {"availability", R"({"availability":1.2})", "/availability", "0 to 1"},
      {"availability", R"({"a":0.9,"k":3,"n":2})", "/n", "3 (needed)"},
  };
  for (const Mistake& m : mistakes) {
    const auto answer = finance_answer(m.function, m.request);
    ASSERT_FALSE(answer.ok()) << m.request << *answer;
    EXPECT_EQ(answer.error().where, m.where) << m.request << answer.error().text();
    EXPECT_NE(answer.error().message.find(m.part), std::string::npos) << answer.error().text();
  }
  const std::string deep(100'000, '[');
  EXPECT_FALSE(finance_answer("npv", deep).ok());
  EXPECT_FALSE(finance_answer("npv", R"({"id":)" + deep).ok());
}

TEST(FinanceJson, EchoesTheIdOfALine) {
  EXPECT_EQ(finance_line("sln", R"({"id":"a","cost":3,"life":3})"), R"({"id":"a","sln":1.0})");
  EXPECT_EQ(finance_line("sln", R"({"id":[1],"cost":3})"),
            R"({"id":[1],"error":{"code":"invalid-argument","message":"expected life, found )"
            R"(nothing","where":"/life"}})");
  EXPECT_TRUE(finance_line("sln", "\xff").starts_with(R"({"id":null,"error":)"));
}

TEST(FinanceJson, StaircaseOfTheBrief) {
  const auto answer = finance_answer(
      "breakeven",
      R"({"input_price":"1","output_price":"3","input_share":0.8,"hourly":1,"hours":100,
      "fixed":30,"capacity":81e6})");
  ASSERT_TRUE(answer.ok());
  const Json json = Json::parse(*answer);
  EXPECT_EQ(json["first"], 235'714'286);
  EXPECT_EQ(json["permanent"], 735'714'286);
  ASSERT_EQ(json["windows"].size(), 7U);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(json["windows"][i]["steps"], i + 3);
  EXPECT_TRUE(json["never"].is_null());
  const auto never =
      finance_answer("breakeven", R"({"api_price":0.1,"step_cost":100,"capacity":81000000})");
  EXPECT_NE(never->find("$8.10 <= $100.00"), std::string::npos) << *never;
}

}  // namespace
}  // namespace breakeven::codec
