// database.hpp — where everything lasting is kept, opened, and shared by the threads of one program.
//
// Shape    "postgres://..." or "postgresql://..." is a PostgreSQL database, anything else the path of
//          a SQLite file, which is made when its folder exists; ":memory:" goes away with the object.
//          Opening brings the tables to this program's version.
// Threads  read() and write() may be called from any thread; one body runs at a time.
// Errors   Those of the connection (store/sql.hpp) and of the body. When a connection to a server
//          breaks during a commit, only a later look shows whether the writes are there.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "engine/base/result.hpp"
#include "store/sql.hpp"

namespace breakeven::store {

[[nodiscard]] bool is_postgres(std::string_view location);
[[nodiscard]] Result<std::unique_ptr<SqlConnection>> open_connection(const std::string& location);

class Database {
 public:
  explicit Database(std::unique_ptr<SqlConnection> connection)
      : connection_(std::move(connection)) {}
  [[nodiscard]] static Result<std::shared_ptr<Database>> open(const std::string& location);

  /// What `body`, a function from a SqlConnection& to a Result, answers.
  template <class Body>
  [[nodiscard]] std::invoke_result_t<Body, SqlConnection&> read(const Body& body) {
    const std::scoped_lock lock(mutex_);
    return body(*connection_);
  }
  /// The same in one transaction: durable when it returns, undone when `body` fails.
  template <class Body>
  [[nodiscard]] std::invoke_result_t<Body, SqlConnection&> write(const Body& body) {
    const std::scoped_lock lock(mutex_);
    BREAKEVEN_CHECK_OK(connection_->begin_write());
    auto answer = body(*connection_);
    BREAKEVEN_CHECK_OK(end_write(answer.ok()));
    return answer;
  }
  /// What to call it in a message.
  [[nodiscard]] const std::string& place() const { return connection_->place(); }

 private:
  Status end_write(bool keep);

  std::mutex mutex_;
  std::unique_ptr<SqlConnection> connection_;
};

}  // namespace breakeven::store
