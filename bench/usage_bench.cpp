// Reads, classifies, tells apart and prices one file of requests in four ways in one run: plain lines
// in blocks on all cores, line by line on one, DuckDB's and ClickHouse's own load and price of the same
// file. Says rates, and whether all bills agree to the last digit.
//
//   bench_usage [ROWS] [csv|jsonl] [FOLDER]
#include <sys/resource.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "duckdb/database.hpp"
#include "engine/usage/totals.hpp"
#include "io/usage/import.hpp"
#include "service/thread_pool.hpp"

namespace {

using namespace breakeven;
namespace fs = std::filesystem;

constexpr std::array kModels{"claude-sonnet-4-5", "claude-haiku-4-5", "gpt-4.1",
                             "gemini-2.5-flash"};
constexpr std::int64_t kStartMs = 1'772'442'000'000;

std::optional<catalog::PriceBook> prices() {
  std::vector<catalog::NamedText> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(BREAKEVEN_SOURCE_DIR) / "catalog/prices")) {
    if (entry.path().extension() != ".csv") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    files.push_back({"prices/" + entry.path().filename().string(), text.str()});
  }
  auto book = catalog::PriceBook::load(files);
  if (!book) {
    std::fprintf(stderr, "%s\n", book.error().text().c_str());
    return std::nullopt;
  }
  return std::move(*book);
}

void append(std::string& text, std::int64_t number) {
  std::array<char, 24> digits{};
  text.append(digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr);
}

/// Requests with ids, a quarter of a second apart, over four models and eight teams.
void write_file(const std::string& path, std::int64_t rows, bool json) {
  std::ofstream out(path, std::ios::binary);
  std::string text;
  if (!json) text = "request_id,timestamp,model,input_tokens,cached_tokens,output_tokens,team\n";
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto x = static_cast<std::uint32_t>(i) * 2654435761U;
    const auto field = [&](const char* json_name, std::int64_t value) {
      text += json ? json_name : ",";
      append(text, value);
    };
    text += json ? "{\"request_id\":\"req-" : "req-";
    append(text, x);
    text += '-';
    append(text, i);
    field("\",\"time\":", kStartMs + 250 * i % 15'000'000'000);
    text += json ? ",\"status\":200,\"model\":\"" : ",";
    text += kModels[(x >> 8U) % 4];
    field("\",\"prompt_tokens\":", 1'000 + x % 4'000);
    field(",\"cached_tokens\":", x % 1'000);
    field(",\"completion_tokens\":", 20 + x % 700);
    text += json ? ",\"team\":\"team-" : ",team-";
    append(text, (x >> 16U) % 8);
    text += json ? "\"}\n" : "\n";
    if (text.size() > (1U << 20U) || i + 1 == rows) {
      out << text;
      text.clear();
    }
  }
}

using Bills = std::map<std::string, Usd>;

Bills bills_of(usage::Totals& totals) {
  Bills bills;
  for (const usage::TotalRow& row : totals.finish()) bills[row.model] += row.priced_high;
  return bills;
}

Bills ours(const catalog::PriceBook& book, const std::string& path, bool lane, Pool* pool) {
  usage::Totals totals(&book);
  io::UsageReadOptions options;
  options.lane.on = lane;
  options.pool = pool;
  if (pool != nullptr) options.lane.blocks = 4 * pool->size();
  io::UsageImporter importer(options, totals);
  const usage::FileReport report = importer.read(path);
  if (report.broken || report.rejected > 0) std::fprintf(stderr, "not all of it was read\n");
  return bills_of(totals);
}

/// What a million tokens of a bucket cost, by the engine that prices everything else.
Usd per_million(const catalog::PriceBook& book, const char* model, usage::Bucket bucket) {
  usage::Totals totals(&book);
  usage::UsageRecord record;
  record.clock = usage::Clock::utc;
  record.start_ns = record.end_ns = kStartMs * 1'000'000;
  record.single = false;
  record.model = model;
  record.tokens[bucket] = 1'000'000;
  totals.take(record);
  return bills_of(totals)[model];
}

/// The price table as rows of VALUES: model, fresh, cached, out.
std::string price_rows(const catalog::PriceBook& book, const std::string& cast) {
  std::string rows;
  for (const char* model : kModels) {
    rows += std::string(rows.empty() ? "" : ", ") + "('" + model + "'";
    for (const auto bucket :
         {usage::Bucket::uncached, usage::Bucket::cache_read, usage::Bucket::output}) {
      rows += ", " + per_million(book, model, bucket).decimal() + cast;
    }
    rows += ")";
  }
  return rows;
}

std::string text_of(const duckdb::Rows& rows, std::size_t column) {
  return std::string(rows.text(column));
}

Bills duckdb_bills(const catalog::PriceBook& book, const std::string& path, bool json) {
  duckdb::OpenOptions options;
  options.any_file = true;
  const auto database = duckdb::Database::open(":memory:", options);
  if (!database) {
    std::fprintf(stderr, "%s\n", database.error().text().c_str());
    return {};
  }
  const std::string names = json ? "prompt_tokens AS i, cached_tokens AS c, completion_tokens AS o"
                                 : "input_tokens AS i, cached_tokens AS c, output_tokens AS o";
  const std::string reader =
      json ? "read_json('" + path +
                 "', format = 'newline_delimited', columns = {request_id: 'VARCHAR', time: "
                 "'BIGINT', status: 'INTEGER', model: 'VARCHAR', prompt_tokens: 'BIGINT', "
                 "cached_tokens: 'BIGINT', completion_tokens: 'BIGINT', team: 'VARCHAR'})"
           : "read_csv('" + path +
                 "', header = true, columns = {request_id: 'VARCHAR', timestamp: 'BIGINT', model: "
                 "'VARCHAR', input_tokens: 'BIGINT', cached_tokens: 'BIGINT', output_tokens: "
                 "'BIGINT', team: 'VARCHAR'})";
  // The same work: every request is loaded, told from the others by its id, and priced exactly.
  const auto loaded =
      (*database)->run("CREATE TABLE r AS SELECT request_id, model, " + names + " FROM " + reader);
  if (!loaded) std::fprintf(stderr, "%s\n", loaded.error().text().c_str());
  auto rows = (*database)->query(
      "SELECT model, CAST(sum((i - c) * p.fresh + c * p.cached + o * p.out) * 0.000001 AS "
      "DECIMAL(38, 15)), (SELECT count(*) FROM (SELECT DISTINCT request_id FROM r)) FROM r JOIN "
      "(VALUES " +
      price_rows(book, "::DECIMAL(18, 6)") +
      ") p(model, fresh, cached, out) USING (model) GROUP BY model");
  Bills bills;
  if (!rows) {
    std::fprintf(stderr, "%s\n", rows.error().text().c_str());
    return bills;
  }
  for (auto more = rows->next(); more.ok() && *more; more = rows->next()) {
    bills[text_of(*rows, 0)] = Usd::from_femto(rows->decimal(1));
  }
  return bills;
}

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

/// Processor time of this process and of those that it waited for.
double processor_seconds() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    getrusage(who, &used);
    sum += seconds(used.ru_utime) + seconds(used.ru_stime);
  }
  return sum;
}

struct Run {
  std::string name;
  Bills bills;
  double wall = 0;
  double processor = 0;
};

template <class Work>
Run timed(const char* what, double megabytes, std::int64_t rows, Work work) {
  Run run{what, {}};
  const auto start = std::chrono::steady_clock::now();
  const double used = processor_seconds();
  run.bills = work();
  run.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  run.processor = processor_seconds() - used;
  std::printf("%-22s %8.2f s %8.1f MB/s %7.2f M rows/s   processor %8.2f s %8.1f MB/s per core\n",
              what, run.wall, megabytes / run.wall, static_cast<double>(rows) / run.wall / 1e6,
              run.processor, megabytes / run.processor);
  std::fflush(stdout);
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t rows = argc > 1 ? std::stoll(argv[1]) : 1'000'000;
  const bool json = argc > 2 && std::string(argv[2]) == "jsonl";
  const fs::path folder = argc > 3 ? fs::path(argv[3]) : fs::temp_directory_path();
  const auto loaded = prices();
  if (!loaded) return 1;
  const catalog::PriceBook& book = *loaded;
  const std::string path = (folder / (json ? "usage-bench.jsonl" : "usage-bench.csv")).string();
  write_file(path, rows, json);
  const double megabytes = static_cast<double>(fs::file_size(path)) / 1e6;
  std::printf("%lld rows, %.0f MB of %s\n", static_cast<long long>(rows), megabytes,
              json ? "JSON lines" : "CSV");
  service::ThreadPool pool;
  std::vector<Run> runs;
  runs.push_back(
      timed("blocks, one core", megabytes, rows, [&] { return ours(book, path, true, nullptr); }));
  runs.push_back(
      timed("blocks, all cores", megabytes, rows, [&] { return ours(book, path, true, &pool); }));
  runs.push_back(timed("line by line, one core", megabytes, rows,
                       [&] { return ours(book, path, false, nullptr); }));
  runs.push_back(
      timed("DuckDB, all cores", megabytes, rows, [&] { return duckdb_bills(book, path, json); }));
  std::printf("blocks against DuckDB: %.1f times by the clock, %.1f times by processor time\n",
              runs[3].wall / runs[1].wall, runs[3].processor / runs[1].processor);
  bool equal = !runs.front().bills.empty();
  for (const Run& run : runs) equal = equal && run.bills == runs.front().bills;
  for (const auto& [model, usd] : runs.front().bills) {
    std::printf("%-22s %s\n", model.c_str(), usd.decimal().c_str());
  }
  std::printf("%s\n", equal ? "all bills are equal" : "THE BILLS DIFFER");
  fs::remove(path);
  return equal ? 0 : 1;
}
