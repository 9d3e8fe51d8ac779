// Reads, classifies and prices one file of requests, then lets DuckDB load and price the same file:
// time and processor time of both, and whether the bills agree to the last digit.
//
//   usage_duckdb_bench [ROWS] [csv|jsonl]
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "duckdb/database.hpp"
#include "engine/usage/totals.hpp"
#include "io/usage/import.hpp"
#include "service/catalog_store.hpp"

namespace {

using namespace breakeven;

constexpr const char* kModels[] = {"claude-sonnet-4-5", "claude-haiku-4-5", "gpt-4.1",
                                   "gemini-2.5-flash"};

void write_file(const std::string& path, std::int64_t rows, bool json) {
  std::ofstream out(path, std::ios::binary);
  if (!json) out << "request_id,timestamp,model,input_tokens,cached_tokens,output_tokens,team\n";
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto x = static_cast<std::uint32_t>(i) * 2654435761U;
    const std::string id = "req-" + std::to_string(x) + "-" + std::to_string(i);
    const std::int64_t ms = 1'772'442'000'000 + 250 * i;
    if (json) {
      out << "{\"request_id\":\"" << id << "\",\"time\":" << ms << ",\"status\":200,\"model\":\""
          << kModels[x % 4] << "\",\"prompt_tokens\":" << 1'000 + x % 4'000
          << ",\"cached_tokens\":" << x % 1'000 << ",\"completion_tokens\":" << 20 + x % 700
          << ",\"team\":\"search\"}\n";
    } else {
      out << id << ',' << ms << ',' << kModels[x % 4] << ',' << 1'000 + x % 4'000 << ','
          << x % 1'000 << ',' << 20 + x % 700 << ",search\n";
    }
  }
}

using Bills = std::map<std::string, Usd>;

Bills bills_of(usage::Totals& totals) {
  Bills bills;
  for (const usage::TotalRow& row : totals.finish()) bills[row.model] += row.priced_high;
  return bills;
}

Bills ours(const catalog::PriceBook& book, const std::string& path) {
  usage::Totals totals(&book);
  io::UsageImporter importer({}, totals);
  if (importer.read(path).broken) return {};
  return bills_of(totals);
}

/// What a million tokens of a bucket cost, by the engine that prices everything else.
Usd per_million(const catalog::PriceBook& book, const char* model, usage::Bucket bucket) {
  usage::Totals totals(&book);
  usage::UsageRecord record;
  record.clock = usage::Clock::utc;
  record.start_ns = record.end_ns = 1'772'442'000'000'000'000;
  record.single = false;
  record.model = model;
  record.tokens[bucket] = 1'000'000;
  totals.take(record);
  return bills_of(totals)[model];
}

Bills duckdb_bills(const catalog::PriceBook& book, const std::string& path, bool json) {
  duckdb::OpenOptions options;
  options.any_file = true;
  const auto database = duckdb::Database::open(":memory:", options);
  if (!database) {
    std::fprintf(stderr, "%s\n", database.error().text().c_str());
    return {};
  }
  std::string prices;
  for (const char* model : kModels) {
    prices += std::string(prices.empty() ? "" : ", ") + "('" + model + "'";
    for (const auto bucket :
         {usage::Bucket::uncached, usage::Bucket::cache_read, usage::Bucket::output}) {
      prices += ", " + per_million(book, model, bucket).decimal() + "::DECIMAL(18, 6)";
    }
    prices += ")";
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
      prices + ") p(model, fresh, cached, out) USING (model) GROUP BY model");
  Bills bills;
  if (!rows) {
    std::fprintf(stderr, "%s\n", rows.error().text().c_str());
    return bills;
  }
  for (auto more = rows->next(); more.ok() && *more; more = rows->next()) {
    bills[std::string(rows->text(0))] = Usd::from_femto(rows->decimal(1));
  }
  return bills;
}

template <class Work>
Bills timed(const char* what, double megabytes, Work work) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  Bills bills = work();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  const double used = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  std::printf("%-8s %7.2f s  %7.1f MB/s   processor %7.2f s  %7.1f MB/s per core\n", what,
              passed.count(), megabytes / passed.count(), used, megabytes / used);
  return bills;
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t rows = argc > 1 ? std::stoll(argv[1]) : 1'000'000;
  const bool json = argc > 2 && std::string(argv[2]) == "jsonl";
  const auto loaded = service::load_catalog({});
  if (!loaded) return 1;
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("usage-bench." + std::string(json ? "jsonl" : "csv")))
                               .string();
  write_file(path, rows, json);
  const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  std::printf("%lld rows, %.0f MB\n", static_cast<long long>(rows), megabytes);
  const catalog::PriceBook& book = loaded->prices();
  const Bills here = timed("here", megabytes, [&] { return ours(book, path); });
  const Bills there = timed("duckdb", megabytes, [&] { return duckdb_bills(book, path, json); });
  std::filesystem::remove(path);
  for (const auto& [model, usd] : here) {
    const auto other = there.find(model);
    std::printf("%-20s %s %s\n", model.c_str(), usd.decimal().c_str(),
                other == there.end()   ? "not there"
                : other->second == usd ? "equal"
                                       : other->second.decimal().c_str());
  }
  return here == there && !here.empty() ? 0 : 1;
}
