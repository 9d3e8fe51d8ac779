#include "store/postgres/postgres_connection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/text.hpp"
#include "store/ledger_schema.hpp"

namespace breakeven::store {
namespace {

/// "BRKV": any number does as long as all writers use the same.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(1112689494)";
/// A statement may carry 65 535 values at most.
constexpr std::size_t kValuesPerInsert = 8'192;

/// Tables with what keeps them from being rewritten. INSERT ... ON CONFLICT DO UPDATE is an UPDATE
/// and is refused like one.
std::string script_of(const Migration& migration) {
  std::string script = in_postgres(migration.tables);
  for (const AppendOnly& one : migration.append_only) {
    const std::string table(one.table);
    script += "CREATE TRIGGER " + table + "_no_rewrite BEFORE UPDATE OR DELETE OR TRUNCATE ON " +
              table + " FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite();\n";
  }
  return script;
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Answer = std::unique_ptr<PGresult, Clear>;

class Row final : public SqlRow {
 public:
  Row(const PGresult* answer, int row) : answer_(answer), row_(row) {}
  [[nodiscard]] bool null(int column) const override {
    return PQgetisnull(answer_, row_, column) != 0;
  }
  [[nodiscard]] std::int64_t integer(int column) const override {
    const auto parsed = parse_int(text(column));
    return parsed.ok() ? *parsed : 0;
  }
  [[nodiscard]] std::string_view text(int column) const override {
    return {PQgetvalue(answer_, row_, column),
            static_cast<std::size_t>(PQgetlength(answer_, row_, column))};
  }

 private:
  const PGresult* answer_;
  int row_;
};

/// The server's message on one line, without its trailing newline.
std::string one_line(std::string_view message) {
  std::string out(trim(message));
  std::ranges::replace(out, '\n', ' ');
  return out;
}

void ignore_notice(void* /*argument*/, const PGresult* /*notice*/) {}

class PostgresConnection final : public SqlConnection {
 public:
  PostgresConnection(Connection connection, std::string place)
      : connection_(std::move(connection)), place_(std::move(place)) {}

  Status query(const std::string& sql, std::span<const SqlValue> values,
               const OnRow& on_row) override {
    BREAKEVEN_CHECK_OK(alive());
    auto asked = ask(sql, values);
    // A server that was started anew is noticed by the first question only. Outside of a transaction
    // there are only questions, and asking again changes nothing.
    if (!asked && !in_transaction_ && lost()) {
      BREAKEVEN_CHECK_OK(alive());
      asked = ask(sql, values);
    }
    if (!asked) return asked.error();
    const Answer answer = std::move(asked).value();
    const int rows = PQntuples(answer.get());
    for (int row = 0; row < rows && on_row; ++row) {
      BREAKEVEN_CHECK_OK(on_row(Row(answer.get(), row)));
    }
    return {};
  }

  Status insert(std::string_view table, std::span<const std::string_view> columns,
                std::span<const SqlValue> values) override {
    const std::size_t width = columns.size();
    const std::size_t most = kValuesPerInsert / width * width;
    std::string head = "INSERT INTO " + std::string(table) + " (";
    for (std::size_t i = 0; i < width; ++i) {
      head += (i == 0 ? "" : ", ") + std::string(columns[i]);
    }
    head += ") VALUES ";
    for (std::size_t at = 0; at < values.size(); at += most) {
      const auto part = values.subspan(at, std::min(most, values.size() - at));
      std::string sql = head;
      for (std::size_t i = 0; i < part.size(); ++i) {
        const char* const before = i == 0 ? "(" : i % width == 0 ? "), (" : ", ";
        sql += before + ("$" + std::to_string(i + 1));
      }
      BREAKEVEN_TRY([[maybe_unused]] const Answer done, ask(sql + ")", part));
    }
    return {};
  }

  Status begin_write() override {
    BREAKEVEN_CHECK_OK(alive());
    Status begun = run("BEGIN");
    if (!begun && lost()) {
      BREAKEVEN_CHECK_OK(alive());
      begun = run("BEGIN");
    }
    BREAKEVEN_CHECK_OK(begun);
    in_transaction_ = true;
    if (const Status locked = run(kLock); !locked.ok()) {
      rollback();
      return locked;
    }
    return {};
  }
  Status commit() override {
    in_transaction_ = false;
    return run("COMMIT");
  }
  void rollback() override {
    in_transaction_ = false;
    if (PQtransactionStatus(connection_.get()) != PQTRANS_IDLE) (void)run("ROLLBACK");
  }
  Result<bool> refuses_rewrites(std::string_view table) override {
    bool enabled = false;
    const std::array<SqlValue, 1> name{std::string(table) + "_no_rewrite"};
    BREAKEVEN_CHECK_OK(
        query("SELECT count(*) FROM pg_trigger WHERE tgname = $1 AND tgenabled <> 'D'", name,
              [&](const SqlRow& row) -> Status {
                enabled = row.integer(0) > 0;
                return {};
              }));
    return enabled;
  }
  [[nodiscard]] const std::string& place() const override { return place_; }

  Status set_up() {
    BREAKEVEN_CHECK_OK(settings());
    BREAKEVEN_TRY(const std::int64_t version, version_found());
    if (version == ledger_version()) return {};
    BREAKEVEN_CHECK_OK(begin_write());
    const Status done = migrate_in_transaction();
    if (!done.ok()) {
      rollback();
      return done;
    }
    return commit();
  }

 private:
  Status settings() {
    // Names, not data, are looked up by this path; commits wait for the disk whatever the server's
    // default is.
    return run(
        "SET search_path = breakeven; SET synchronous_commit = on; SET client_encoding = UTF8;"
        "SET lock_timeout = '10s'");
  }

  /// 0 = no tables yet.
  Result<std::int64_t> version_found() {
    std::int64_t version = 0;
    bool there = false;
    BREAKEVEN_CHECK_OK(query("SELECT to_regclass('breakeven.ledger_version') IS NOT NULL", {},
                             [&](const SqlRow& row) -> Status {
                               there = row.text(0) == "t";
                               return {};
                             }));
    if (!there) return version;
    BREAKEVEN_CHECK_OK(
        query("SELECT max(version) FROM ledger_version", {}, [&](const SqlRow& row) -> Status {
          version = row.integer(0);
          return {};
        }));
    if (version > ledger_version()) {
      return Error{ErrorCode::unsupported,
                   "this ledger has version " + std::to_string(version) +
                       " and this program knows versions up to " +
                       std::to_string(ledger_version()) + "; use a newer breakeven",
                   place_};
    }
    return version;
  }

  Status migrate_in_transaction() {
    // Another process may have been first.
    BREAKEVEN_TRY(const std::int64_t version, version_found());
    if (version == 0) {
      BREAKEVEN_CHECK_OK(
          run("CREATE SCHEMA IF NOT EXISTS breakeven;"
              "CREATE TABLE ledger_version (version BIGINT PRIMARY KEY);"
              "CREATE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$ "
              "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"));
    }
    for (std::int64_t next = version; next < ledger_version(); ++next) {
      BREAKEVEN_CHECK_OK(run(script_of(migrations()[static_cast<std::size_t>(next)])));
      BREAKEVEN_CHECK_OK(
          run("INSERT INTO ledger_version (version) VALUES (" + std::to_string(next + 1) + ")"));
    }
    return {};
  }

  /// Several statements without values.
  Status run(const std::string& script) {
    const Answer answer(PQexec(connection_.get(), script.c_str()));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
    return failure();
  }

  [[nodiscard]] bool lost() const { return PQstatus(connection_.get()) != CONNECTION_OK; }

  Status alive() {
    if (!lost()) return {};
    // On a new connection the rest of a transaction would be committed without its beginning.
    if (in_transaction_) return failure();
    PQreset(connection_.get());
    if (lost()) return failure();
    return settings();
  }

  Result<Answer> ask(const std::string& sql, std::span<const SqlValue> values) {
    std::vector<std::string> numbers;
    numbers.reserve(values.size());  // their characters must not move
    std::vector<const char*> texts;
    texts.reserve(values.size());
    for (const SqlValue& value : values) {
      if (const auto* const number = std::get_if<std::int64_t>(&value)) {
        texts.push_back(numbers.emplace_back(std::to_string(*number)).c_str());
      } else if (const auto* const text = std::get_if<std::string>(&value)) {
        texts.push_back(text->c_str());
      } else {
        texts.push_back(nullptr);
      }
    }
    Answer answer(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                               nullptr, texts.data(), nullptr, nullptr, 0));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return answer;
    return failure();
  }

  [[nodiscard]] Error failure() const {
    return Error{ErrorCode::io_error, "PostgreSQL: " + one_line(PQerrorMessage(connection_.get())),
                 place_};
  }

  Connection connection_;
  std::string place_;
  bool in_transaction_ = false;
};

}  // namespace

Result<std::unique_ptr<SqlConnection>> open_postgres(const std::string& url) {
  char* refused = nullptr;
  PQconninfoOption* const options = PQconninfoParse(url.c_str(), &refused);
  if (options == nullptr) {
    // libpq's message may quote the URL, and with it a password.
    PQfreemem(refused);
    return Error{ErrorCode::invalid_argument,
                 "expected a URL such as postgres://user@host:5432/database", "--ledger"};
  }
  PQconninfoFree(options);
  Connection connection(PQconnectdb(url.c_str()));
  if (connection == nullptr) {
    return Error{ErrorCode::resource_limit, "no memory for a connection", "PostgreSQL"};
  }
  PQsetNoticeReceiver(connection.get(), ignore_notice, nullptr);
  const auto said = [](const char* text) { return std::string(text == nullptr ? "" : text); };
  std::string place = "postgres://" + said(PQhost(connection.get())) + ":" +
                      said(PQport(connection.get())) + "/" + said(PQdb(connection.get()));
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    return Error{ErrorCode::io_error,
                 "cannot connect: " + one_line(PQerrorMessage(connection.get())), place};
  }
  auto made = std::make_unique<PostgresConnection>(std::move(connection), std::move(place));
  BREAKEVEN_CHECK_OK(made->set_up());
  return std::unique_ptr<SqlConnection>(std::move(made));
}

}  // namespace breakeven::store
