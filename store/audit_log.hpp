// audit_log.hpp — who wrote what, when, by which request: appended with the write itself, never altered.
//
// Shape    An entry is appended inside the transaction of what it tells of (append_audit), so that
//          neither is there without the other. Entries are numbered from 1 without gaps.
// Threads  AuditLog may be used by several threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "store/database.hpp"

namespace breakeven::store {

/// Who writes: the caller of a server, or the user of the command line.
struct Author {
  std::string who;        ///< name of the token, of the proxy's user, or of the system's user
  std::string token;      ///< id of the token; empty: none
  std::string workspace;  ///< whose plans he sees
  std::string request;    ///< id of the request; empty on the command line
};

struct AuditEntry {
  std::int64_t id = 0;
  Instant written;
  Author author;
  std::string action;  ///< "token.create", "plan.save", ...
  std::string target;  ///< id of what was written
  std::string detail;  ///< a few words; no secrets
};

/// Appends an entry and gives its number. Inside Database::write() only.
[[nodiscard]] Result<std::int64_t> append_audit(SqlConnection& connection, const AuditEntry& entry);

/// Which entries; empty members do not restrict.
struct AuditFilter {
  std::string who;
  std::string action;
  std::string workspace;
  std::int64_t before = 0;  ///< only smaller ids; 0 = from the newest
  std::size_t limit = 100;
};

class AuditLog {
 public:
  explicit AuditLog(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  /// Something that left no other trace in the database.
  [[nodiscard]] Status append(const AuditEntry& entry);
  /// The same, unless the author's token has done it `limit` times since `since`: then false.
  [[nodiscard]] Result<bool> append_below(const AuditEntry& entry, std::int64_t limit,
                                          Instant since);
  /// Newest first.
  [[nodiscard]] Result<std::vector<AuditEntry>> entries(const AuditFilter& filter);

 private:
  std::shared_ptr<Database> database_;
};

}  // namespace breakeven::store
