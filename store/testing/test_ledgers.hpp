// test_ledgers.hpp — fresh ledgers for tests, in files and on a private PostgreSQL server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "store/ledger.hpp"

namespace breakeven::store {

/// A folder that goes away with the object.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  TestFolder(TestFolder&&) = delete;
  TestFolder& operator=(TestFolder&&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A PostgreSQL server of our own: reached by a socket in a folder, as a user that is not root,
/// stopped and removed with the object.
class TestPostgres {
 public:
  /// Folder of initdb and pg_ctl; empty when PostgreSQL is not installed.
  static std::string binaries();
  TestPostgres();
  ~TestPostgres();
  TestPostgres(const TestPostgres&) = delete;
  TestPostgres& operator=(const TestPostgres&) = delete;
  TestPostgres(TestPostgres&&) = delete;
  TestPostgres& operator=(TestPostgres&&) = delete;
  /// URL of the server's database, emptied: one ledger at a time.
  std::string fresh_database();
  /// Runs SQL as another program would; the server's error, or empty.
  static std::string run(const std::string& url, const std::string& sql);

 private:
  [[nodiscard]] int control(const std::string& command) const;
  TestFolder folder_;
};

/// Where a contract is tested: fresh() names a ledger that does not exist yet, raw() runs SQL on it
/// past our code and gives the database's error, or empty.
struct TestStore {
  std::function<std::string()> fresh;
  std::function<std::string(const std::string& location, const std::string& sql)> raw;
};

using Contract = void (*)(const TestStore&);

/// What every ledger must do, whatever its database.
struct NamedContract {
  const char* name;
  Contract check;
};
/// So that a failing test is listed by the name of its contract.
inline void PrintTo(const NamedContract& contract, std::ostream* out) { *out << contract.name; }
const std::vector<NamedContract>& contracts();

std::unique_ptr<Ledger> open_or_fail(const std::string& location);
/// Makes a ledger file what version 1 left.
inline constexpr const char* kBackToVersion1 =
    "DROP TABLE plan_versions; DROP TABLE saved_plans; DROP TABLE request_keys;"
    "DROP TABLE token_revocations; DROP TABLE api_tokens; DROP TABLE audit_log;"
    "DROP TABLE pricing_rules; PRAGMA user_version = 1";
/// SQL on a ledger file by another connection without our settings.
std::string run_sqlite(const std::string& path, const std::string& sql);
/// The rows that a query finds in a ledger file, a line each.
std::string query_sqlite(const std::string& path, const std::string& sql);

// Short hands for records.
Instant at(const char* text);
catalog::PriceField field(const char* text);
Price usd(const char* amount);
/// A record of one applied row of acme/one in our book.
RunRecord one_price(const char* field, const char* amount, const char* effective_from,
                    const char* known_from);
RunRecord record_of(std::vector<Change> changes, const char* book = "breakeven");
Change change(const char* field, const char* amount, const char* effective_from,
              const char* known_from);
/// "3", "unknown" or "none".
std::string price_text(const std::optional<PriceAsOf>& price);

}  // namespace breakeven::store
