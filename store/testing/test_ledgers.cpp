#include "store/testing/test_ledgers.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

namespace breakeven::store {
namespace {

namespace fs = std::filesystem;

/// Servers refuse to run as root, in a container we may have to be.
const passwd* server_user() {
  if (geteuid() != 0) return nullptr;
  const passwd* const found = getpwnam("postgres");
  return found != nullptr ? found : getpwnam("nobody");
}

}  // namespace

TestFolder::TestFolder() {
  std::string pattern = (fs::temp_directory_path() / "breakeven-ledger-XXXXXX").string();
  path_ = mkdtemp(pattern.data()) != nullptr ? pattern : std::string();
  EXPECT_FALSE(path_.empty());
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

std::string TestPostgres::binaries() {
  std::error_code ignored;
  for (int version = 19; version >= 13; --version) {
    const fs::path folder = "/usr/lib/postgresql/" + std::to_string(version) + "/bin";
    if (fs::exists(folder / "initdb", ignored)) return folder.string();
  }
  return {};
}

TestPostgres::TestPostgres() {
  if (const passwd* const user = server_user(); user != nullptr) {
    EXPECT_EQ(chown(folder_.path().c_str(), user->pw_uid, user->pw_gid), 0);
  }
  EXPECT_EQ(control("initdb -D '" + folder_.path() + "/data' -U breakeven -A trust -N -E UTF8"), 0);
  // Nothing here has to survive a power cut; the server's own syncs would only cost time.
  EXPECT_EQ(control("pg_ctl -D '" + folder_.path() + "/data' -w -l '" + folder_.path() +
                    "/log' -o \"-c listen_addresses='' -k '" + folder_.path() + "' -F\" start"),
            0);
}

TestPostgres::~TestPostgres() {
  EXPECT_EQ(control("pg_ctl -D '" + folder_.path() + "/data' -w -m immediate stop"), 0);
}

int TestPostgres::control(const std::string& command) const {
  std::string as_user;
  if (const passwd* const user = server_user(); user != nullptr) {
    as_user = "setpriv --reuid=" + std::to_string(user->pw_uid) +
              " --regid=" + std::to_string(user->pw_gid) + " --clear-groups ";
  }
  const std::string line =
      "cd / && " + as_user + binaries() + "/" + command + " >/dev/null 2>&1 </dev/null";
  return std::system(line.c_str());  // NOLINT(concurrency-mt-unsafe): the test has one thread
}

std::string TestPostgres::fresh_database() {
  // Emptied, not made anew: a database takes a second, a schema none.
  std::string url = "postgres://breakeven@/postgres?host=" + folder_.path();
  EXPECT_EQ(run(url, "SET client_min_messages = error; DROP SCHEMA IF EXISTS breakeven CASCADE"),
            "");
  return url;
}

std::string TestPostgres::run(const std::string& url, const std::string& sql) {
  PGconn* const connection = PQconnectdb(url.c_str());
  PQclear(PQexec(connection, "SET search_path = breakeven, public"));
  PGresult* const answer = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(answer);
  const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  std::string error = good ? "" : PQerrorMessage(connection);
  PQclear(answer);
  PQfinish(connection);
  return error;
}

std::string run_sqlite(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  std::string error;
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK ||
      sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    error = sqlite3_errmsg(database);
  }
  sqlite3_close(database);
  return error;
}

std::string query_sqlite(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  std::string rows;
  const auto add = [](void* out, int columns, char** values, char** /*names*/) {
    auto& text = *static_cast<std::string*>(out);
    if (!text.empty()) text += '\n';
    for (int i = 0; i < columns; ++i) {
      text += (i == 0 ? "" : " ");
      text += values[i] == nullptr ? "NULL" : values[i];
    }
    return 0;
  };
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK ||
      sqlite3_exec(database, sql.c_str(), add, &rows, nullptr) != SQLITE_OK) {
    rows = sqlite3_errmsg(database);
  }
  sqlite3_close(database);
  return rows;
}

std::unique_ptr<Ledger> open_or_fail(const std::string& location) {
  auto opened = open_ledger(location);
  // An exception ends the test and still stops the server.
  if (!opened.ok()) throw std::runtime_error(opened.error().text());
  return std::move(*opened);
}

Instant at(const char* text) { return Instant::parse(text).value(); }
catalog::PriceField field(const char* text) { return catalog::parse_price_field(text).value(); }
Price usd(const char* amount) {
  return Price::parse(amount, 1'000'000, Price::kFinestDecimals).value();
}

Change change(const char* of_field, const char* amount, const char* effective_from,
              const char* known_from) {
  Change c;
  c.book = kOurBook;
  c.vendor = "acme";
  c.model = "one";
  c.field = field(of_field);
  if (amount != nullptr) c.new_price = usd(amount);
  c.effective_from = at(effective_from);
  c.known_from = at(known_from);
  return c;
}

RunRecord record_of(std::vector<Change> changes, const char* book) {
  RunRecord record;
  record.run.book = book;
  record.run.source = "test";
  record.run.started = at("2026-01-01");
  record.run.finished = at("2026-01-01T00:00:05Z");
  record.evidence.push_back(
      {"price list", "https://acme.example/pricing", "the table", Date{20'454}, "sha256:00"});
  for (Change& c : changes) {
    c.book = book;
    record.changes.push_back({std::move(c), 0, {}});
  }
  return record;
}

RunRecord one_price(const char* of_field, const char* amount, const char* effective_from,
                    const char* known_from) {
  return record_of({change(of_field, amount, effective_from, known_from)});
}

std::string price_text(const std::optional<PriceAsOf>& price) {
  if (!price) return "none";
  return price->price ? price->price->decimal() : "unknown";
}

}  // namespace breakeven::store
