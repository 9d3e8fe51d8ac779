// The lane for plain lines against reading line by line, on files that are plain in part only: reports,
// rejects, records, identities and sums have to be the same, whatever the size of blocks and the order in
// which they are read.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/usage/totals.hpp"
#include "io/trace_writer.hpp"
#include "io/usage/csv_records.hpp"
#include "io/usage/import.hpp"

namespace breakeven::io {
namespace {

/// Runs blocks backwards, or each on a thread of its own.
class OddPool final : public Pool {
 public:
  explicit OddPool(bool threads) : threads_(threads) {}
  [[nodiscard]] std::size_t size() const override { return 3; }
  void run(std::size_t count, const std::function<void(std::size_t)>& task) override {
    if (!threads_) {
      for (std::size_t i = count; i > 0; --i) task(i - 1);
      return;
    }
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&task, i] { task(i); });
  }

 private:
  bool threads_;
};

/// Writes down everything that a sink hears.
class Scribe final : public usage::RecordSink {
 public:
  explicit Scribe(bool identities) : identities_(identities) {}
  [[nodiscard]] bool wants_identity() const override { return identities_; }
  void identify(const usage::RecordIdentity& identity) override { identity_ = identity; }
  void take(const usage::UsageRecord& r) override {
    std::ostringstream line;
    if (identities_) {
      line << identity_.low << ' ' << identity_.high << ' ' << identity_.content << ' ';
    }
    line << r.id << '|' << static_cast<int>(r.clock) << '|' << r.start_ns << '|' << r.end_ns << '|'
         << r.single << '|' << usage::kind_name(r.kind) << '|' << r.vendor << '|' << r.model << '|'
         << r.key << '|' << r.team << '|' << r.project << '|' << r.session << '|'
         << (r.mode ? static_cast<int>(*r.mode) : -1) << '|' << r.residency << '|' << r.long_context
         << '|';
    for (const std::int64_t tokens : r.tokens.count) line << tokens << ',';
    line << r.tokens.reasoning << '|' << r.requests.value_or(-1) << '|' << r.web_searches << '|'
         << (r.cost ? r.cost->decimal() : "-") << '|' << r.latency_ns.value_or(-1) << '|'
         << r.ttft_ns.value_or(-1);
    records.push_back(line.str());
  }
  std::vector<std::string> records;

 private:
  bool identities_;
  usage::RecordIdentity identity_;
};

std::string told(const usage::FileReport& r) {
  std::ostringstream text;
  text << (r.format ? usage::info(*r.format).id : "none") << ' ' << r.json << ' ' << r.bytes << ' '
       << r.records << ' ' << r.kept << ' ' << r.rejected << ' ' << r.duplicates << ' '
       << r.conflicts << ' ' << r.ignored << ' ' << r.without_id << ' ' << r.first_ns.value_or(-1)
       << ' ' << r.last_ns.value_or(-1) << ' ' << r.relative_clock << ' ' << r.narrowest_bucket_ns
       << ' ' << r.widest_bucket_ns << '\n';
  for (const usage::Rejection& one : r.rejections) {
    text << one.record << " line " << one.line << ' ' << usage::reason_name(one.reason) << ' '
         << one.field << ' ' << one.found << '\n';
  }
  for (const std::int64_t n : r.rejected_by) text << n << ' ';
  for (const auto& [why, n] : r.ignored_by) text << '\n' << why << ' ' << n;
  for (const auto& [note, n] : r.notes) text << '\n' << note << ' ' << n;
  if (r.broken) text << '\n' << r.broken->text();
  return text.str();
}

std::string told(const std::vector<usage::TotalRow>& rows) {
  std::ostringstream text;
  for (const usage::TotalRow& r : rows) {
    text << usage::kind_name(r.kind) << ' ' << r.vendor << ' ' << r.model << ' ' << r.records << ' '
         << to_string(r.requests) << ' ' << r.reported.decimal() << ' ' << r.reported_records << ' '
         << r.priced_low.decimal() << ' ' << r.priced_high.decimal() << ' '
         << r.compared_low.decimal() << ' ' << r.compared_records << ' ' << r.unpriced_records
         << ' ' << r.priced_as << ' ' << r.problem;
    for (const Int128 n : r.tokens) text << ' ' << to_string(n);
    text << '\n';
  }
  return text.str();
}

/// Two models: one with a dearer price for long prompts and a price that fell, one of whose cached
/// tokens nobody publishes a price.
const catalog::PriceBook& book() {
  static const catalog::PriceBook kBook = [] {
    const std::string end = ",published,,";
    const auto row = [&](const std::string& model, const std::string& what,
                         const std::string& price, const std::string& dates) {
      return "test," + model + "," + what + ",always," + price + end + dates + ",test,2026-01-01\n";
    };
    const std::string rows =
        "vendor,model,meter,mode,above_input_tokens,threshold,when,usd,kind,rule,effective_from,"
        "effective_to,source,source_date\n" +
        row("small", "input_mtok,standard,,", "3", ",2026-01-01") +
        row("small", "input_mtok,standard,,", "2.5", "2026-01-01,") +
        row("small", "input_mtok,standard,200000,above", "6", ",") +
        row("small", "cache_read_mtok,standard,,", "0.3", ",") +
        row("small", "output_mtok,standard,,", "15", ",") +
        row("large", "input_mtok,standard,,", "1.25", "2025-06-01,") +
        row("large", "output_mtok,standard,,", "10", "2025-06-01,");
    const std::vector<catalog::NamedText> files{
        {"prices/models.csv",
         "vendor,model,context_window,max_output,min_cacheable_tokens,source,source_date\n"
         "test,small,,,,test,2026-01-01\ntest,large,,,,test,2026-01-01\n"},
        {"prices/test.csv", rows}};
    auto loaded = catalog::PriceBook::load(files);
    EXPECT_TRUE(loaded.ok()) << loaded.error().text();
    return std::move(*loaded);
  }();
  return kBook;
}

struct Told {
  std::string reports;
  std::string totals;
  std::vector<std::string> records;
};

Told read(const std::vector<std::string>& files, const UsageReadOptions& options, bool identities) {
  Told all;
  Scribe scribe(identities);
  UsageImporter importer(options, scribe);
  for (const std::string& file : files) all.reports += told(importer.read_bytes(file, "f")) + "\n";
  all.records = std::move(scribe.records);
  usage::Totals totals(&book());
  UsageImporter again(options, totals);
  for (const std::string& file : files) static_cast<void>(again.read_bytes(file, "f"));
  all.totals = told(totals.finish());
  return all;
}

/// A size of blocks, how many are read at one time, and in which order.
struct Cut {
  std::size_t bytes;
  std::size_t blocks;
  bool threads;
};
const std::vector<Cut> kCuts{{1, 1, false},     {1, 4, false},     {40, 4, false},
                             {150, 1, false},   {150, 4, true},    {1'000, 4, true},
                             {1'000, 1, false}, {100'000, 2, true}};

/// Reads line by line and in blocks, with and without a sink that asks for identities.
void expect_the_same(const std::vector<std::string>& files, UsageReadOptions options = {},
                     const std::vector<Cut>& cuts = kCuts) {
  options.intake.latest_ns = 1'800'000'000'000'000'000;
  options.intake.max_rejections = 1'000;
  for (const bool identities : {false, true}) {
    options.lane.on = false;
    const Told plain = read(files, options, identities);
    options.lane.on = true;
    for (const Cut& cut : cuts) {
      OddPool pool(cut.threads);
      options.pool = &pool;
      options.lane.block_bytes = cut.bytes;
      options.lane.blocks = cut.blocks;
      const Told fast = read(files, options, identities);
      ASSERT_EQ(plain.reports, fast.reports) << cut.bytes << " x " << cut.blocks;
      ASSERT_EQ(plain.records, fast.records) << cut.bytes << " x " << cut.blocks;
      ASSERT_EQ(plain.totals, fast.totals) << cut.bytes << " x " << cut.blocks;
    }
  }
}

using Texts = std::initializer_list<std::string>;

std::string one_of(Texts texts) { return *rc::gen::elementOf(std::vector<std::string>(texts)); }

/// Mostly an ordinary value.
std::string value(Texts usual, Texts awkward) {
  return *rc::gen::inRange(0, 12) == 0 ? one_of(awkward) : one_of(usual);
}

std::string a_time() {
  return value({"1772442006", "1772442006250", "2026-03-02T09:00:06Z", "2026-03-02T09:00:07.349Z",
                "2026-03-02 09:00:08", "2026-03-02T11:00:06+02:00"},
               {"2026-03-02", "", "yesterday", "1970-01-01T00:00:00Z", "2031-01-01T00:00:00Z",
                "2026-02-30T00:00:00Z", "1772442006.5", "3/2/26 9:00", " 1772442006 ",
                "99999999999999999999", "2026-03-02T09:00:06,5Z", "2026-03-02T24:00:06Z"});
}

std::string a_count() {
  return value({"0", "1", "12", "345", "6789", "250000"},
               {"", "3.0", "1e3", "-4", " 7 ", "20000000", "20000001", "123456789", "007", "12.5",
                "true", "null", "9223372036854775808", "1234567a", "+5", "/", ":1"});
}

std::string an_id() {
  const int n = *rc::gen::inRange(0, 200);
  return *rc::gen::inRange(0, 15) == 0
             ? one_of({"", "null", "r1", " spaced ", "an-id-that-is-longer-than-sixteen-bytes"})
             : "req-" + std::to_string(n);
}

std::string a_label() {
  return value({"small", "large", "gpt-4.1-embedding-like-name", "a", "b", "c"},
               {"", "NULL", " x", "text-embed", "\xC3\xA9t\xC3\xA9", "sk-1234567890123456"});
}

std::string csv_field(const std::string& column) {
  if (column == "request_id") return an_id();
  if (column == "timestamp") return a_time();
  if (column == "cost_usd") return value({"0.0123", "1", "0"}, {"", "x", "1e-3", "-0.5", "1e15"});
  if (column == "latency_ms") return value({"12.5", "300"}, {"", "soon", "-1"});
  if (column == "status") return value({"200"}, {"429", "", "failed"});
  if (column == "requests" || column == "bucket_end") return value({""}, {"2", "x"});
  if (column == "note") {
    return value({"", "plain"}, {"\"quoted\"", "\"two\nlines\"", "\"a,b\"", "5\" pipe", "\"open",
                                 "\"x\"y", "\"\"", "\xFF"});
  }
  if (column.find("tokens") != std::string::npos) return a_count();
  return a_label();
}

std::string csv_file() {
  std::vector<std::string> columns{"request_id",    "timestamp",  "model",     "input_tokens",
                                   "output_tokens", "cost_usd",   "team",      "cached_tokens",
                                   "latency_ms",    "status",     "note",      "session_id",
                                   "total_tokens",  "bucket_end", "user",      "requests",
                                   "other",         "currency",   "cache_hit", "project"};
  const auto used = static_cast<std::size_t>(*rc::gen::inRange(5, 20));
  const bool with_id = *rc::gen::inRange(0, 6) != 0;
  columns.resize(used);
  if (!with_id) columns.erase(columns.begin());
  std::rotate(columns.begin(),
              columns.begin() + *rc::gen::inRange(0, static_cast<int>(columns.size())),
              columns.end());
  const std::string separator = one_of({",", ",", ";", "\t", "|"});
  const std::string line_end = one_of({"\n", "\n", "\r\n"});
  std::string text = one_of({"", "", "\xEF\xBB\xBF"});
  const auto line = [&](auto field) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      text += (i == 0 ? "" : separator) + field(columns[i]);
    }
    text += line_end;
  };
  const auto name = [](const std::string& column) { return column; };
  line(name);
  const int rows = *rc::gen::inRange(0, 60);
  for (int i = 0; i < rows; ++i) {
    const int odd = *rc::gen::inRange(0, 60);
    if (odd == 0) text += one_of({"\n", "  \n", "\r\n", "a\n", "\"\n", "\"unclosed\n"});
    if (odd == 1) line(name);
    line(csv_field);
    if (odd == 2) text.insert(text.size() - line_end.size(), one_of({separator, separator + "9"}));
  }
  if (*rc::gen::inRange(0, 3) == 0 && text.size() > 3) text.resize(text.size() - 3);
  return text;
}

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

std::string json_value(const std::string& name) {
  if (*rc::gen::inRange(0, 40) == 0) {
    return one_of({"null", "\"\"", "{}", "[1]", "{\"a\":1}", "true", "1.5", "-1", "01",
                   "\"\\u0041\"", "\"a\\\\b\"", "1e2", "\"\xFF\"", "NaN", "\"a\tb\"",
                   "123456789012345678901234567890"});
  }
  if (name == "request_id" || name == "session_id") return in_quotes(an_id());
  if (name == "time") {
    const std::string time = a_time();
    const bool number = !time.empty() && std::all_of(time.begin(), time.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
    return number && *rc::gen::arbitrary<bool>() ? time : in_quotes(time);
  }
  if (name.find("tokens") != std::string::npos) {
    return value({"0", "1", "12", "345", "6789"},
                 {"3.0", "-4", "12.5", "20000001", "\"7\"", "007", "1.", ".5"});
  }
  if (name == "status") return value({"200"}, {"429", "\"failure\"", "null"});
  if (name == "cost_usd" || name == "request_time")
    return value({"0.0123", "1", "0.5"}, {"null", "\"2\"", "1e-3"});
  return in_quotes(a_label());
}

std::string json_file() {
  const std::vector<std::string> all{"time",       "status",   "prompt_tokens", "completion_tokens",
                                     "request_id", "model",    "cached_tokens", "team",
                                     "session_id", "cost_usd", "request_time",  "cost",
                                     "extra",      "user",     "type",          "object"};
  const std::string colon = one_of({":", ": ", " : "});
  const std::string comma = one_of({",", ", "});
  const auto usual = static_cast<std::size_t>(*rc::gen::inRange(4, 16));
  std::string text;
  const int rows = *rc::gen::inRange(1, 50);
  for (int i = 0; i < rows; ++i) {
    const int odd = *rc::gen::inRange(0, 40);
    std::vector<std::string> names(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(usual));
    if (odd == 0) std::reverse(names.begin(), names.end());
    if (odd == 1) names.resize(3);
    if (odd == 2) names.push_back("request_id");
    if (odd == 3) names.emplace_back("results");
    text += one_of({"{", "{", "{", "{ "});
    for (std::size_t n = 0; n < names.size(); ++n) {
      text += (n == 0 ? "" : comma) + in_quotes(names[n]) + colon + json_value(names[n]);
    }
    text += odd == 4 ? "}}" : odd == 5 ? "" : "}";
    text += one_of({"\n", "\n", "\n", "\n", " \n", "\r\n"});
    if (odd == 6) text += one_of({"\n", " \n", "[1,2]\n", "{}\n", "nonsense\n", "{\"a\":1}\n"});
  }
  if (*rc::gen::inRange(0, 3) == 0) text.resize(text.size() - 2);
  return text;
}

RC_GTEST_PROP(PlainLane, CsvIsReadAsLineByLine, ()) {
  expect_the_same({csv_file(), csv_file()}, {}, {*rc::gen::elementOf(kCuts)});
  RC_ASSERT(!::testing::Test::HasFailure());
}

RC_GTEST_PROP(PlainLane, JsonLinesAreReadAsLineByLine, ()) {
  expect_the_same({json_file(), json_file()}, {}, {*rc::gen::elementOf(kCuts)});
  RC_ASSERT(!::testing::Test::HasFailure());
}

const std::string kHeader = "request_id,timestamp,model,input_tokens,output_tokens,note\n";

std::string plain_row(int i) {
  return "r" + std::to_string(i) + "," + std::to_string(1'772'442'000'000 + 250 * i) +
         (i % 3 == 0 ? ",small," : ",large,") + std::to_string(i % 977) + "," +
         std::to_string(i % 89) + ",\n";
}

TEST(PlainLane, OddLinesAmongManyPlainOnesKeepTheirPlace) {
  std::string text = kHeader;
  for (int i = 0; i < 3'000; ++i) {
    if (i % 700 == 650) text += "q" + std::to_string(i) + ",x,small,1,1,\n";
    if (i % 900 == 850) text += "m" + std::to_string(i) + ",1772442006,small,1,1,\"two\nlines\"\n";
    if (i % 1'000 == 20) text += plain_row(i / 2);
    text += plain_row(i);
  }
  expect_the_same({text, text});
  expect_the_same({*gzip(text), text});
}

TEST(PlainLane, AModelsPriceIsThatOfItsTimeAndItsPrompt) {
  std::string text = kHeader;
  for (int i = 0; i < 400; ++i) {
    // Around the day on which the price falls, and around the threshold of long prompts.
    text += "r" + std::to_string(i) + "," +
            std::to_string(1'767'225'600'000 + 1'000 * (i % 7 - 3)) + ",small," +
            std::to_string(199'998 + i % 5) + ",3,\n";
  }
  expect_the_same({text});
}

TEST(PlainLane, AMappingAndAConventionHoldForIt) {
  const auto mapping = parse_usage_mapping(
      R"({"columns":{"time":"when","input":"asked","cache_read":"seen","output":"said",
          "reasoning":"thought","cost":"price","latency":"took"},"cached":"outside",
          "reasoning":"outside","cost_unit":"cents","latency_unit":"s","time_zone":"+02:00",
          "vendor":"test","model":"small"})",
      "map.json");
  ASSERT_TRUE(mapping.ok());
  UsageReadOptions options;
  options.mapping = &*mapping;
  std::string text = "when,asked,seen,said,thought,price,took\n";
  std::string lines;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i);
    text +=
        "2026-03-02 11:00:" + std::to_string(10 + i % 50) + "," + n + ",40,10,5,1.25,0." + n + "\n";
    lines += R"({"when":"2026-03-02 11:00:10","asked":)" + n +
             R"(,"seen":40,"said":10,"thought":5,"price":1.25,"took":0.5})" + "\n";
  }
  expect_the_same({text, lines}, options);
  UsageReadOptions outside;
  outside.intake.convention = usage::Convention::exclusive;
  expect_the_same({"timestamp,input_tokens,cached_tokens,output_tokens\n1772442006,10,4,1\n"},
                  outside);
}

TEST(PlainLane, TracesWithoutAClockArePlainToo) {
  std::string text = "arrival_s,input_tokens,output_tokens,session\n";
  for (int i = 0; i < 500; ++i) {
    text += std::to_string(i) + ".25," + std::to_string(i) + ",7,s" + std::to_string(i % 9) + "\n";
  }
  expect_the_same({text});
}

TEST(PlainLane, ALineThatIsTooLongIsLostAlone) {
  const std::string long_line(CsvRecords::kMaxRecord + 1, 'x');
  const std::string full_line =
      "f,1772442006,small,1,1," + std::string(CsvRecords::kMaxRecord - 24, 'x');
  std::string text = kHeader;
  for (int i = 0; i < 200; ++i) text += plain_row(i);
  const std::string file = text + long_line + "\n" + plain_row(500) + full_line + "\n" +
                           plain_row(501) + long_line + "y\n" + plain_row(502);
  UsageReadOptions options;
  options.lane.block_bytes = 100'000;
  for (const bool lane : {false, true}) {
    options.lane.on = lane;
    usage::Totals totals(nullptr);
    UsageImporter importer(options, totals);
    const usage::FileReport report = importer.read_bytes(file, "long");
    EXPECT_EQ(report.kept, 204);
    EXPECT_EQ(report.rejected, 2);
    EXPECT_EQ(report.rejected_by[static_cast<std::size_t>(usage::Reason::too_long)], 2);
    ASSERT_EQ(report.rejections.size(), 2U);
    EXPECT_EQ(report.rejections[0].line, 202);
    EXPECT_EQ(report.rejections[1].line, 206);
  }
}

}  // namespace
}  // namespace breakeven::io
