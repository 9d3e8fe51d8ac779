#include "store/audit_log.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace breakeven::store {

Result<std::int64_t> append_audit(SqlConnection& connection, const AuditEntry& entry) {
  std::int64_t id = 0;
  BREAKEVEN_CHECK_OK(connection.query("SELECT coalesce(max(id), 0) + 1 FROM audit_log", {},
                                      [&](const SqlRow& row) -> Status {
                                        id = row.integer(0);
                                        return {};
                                      }));
  static constexpr std::array<std::string_view, 9> kColumns{
      "id", "written", "who", "token", "workspace", "action", "target", "detail", "request"};
  const std::array<SqlValue, kColumns.size()> values{id,
                                                     entry.written.seconds,
                                                     entry.author.who,
                                                     entry.author.token,
                                                     entry.author.workspace,
                                                     entry.action,
                                                     entry.target,
                                                     entry.detail,
                                                     entry.author.request};
  BREAKEVEN_CHECK_OK(connection.insert("audit_log", kColumns, values));
  return id;
}

Status AuditLog::append(const AuditEntry& entry) {
  return database_->write([&](SqlConnection& connection) -> Status {
    BREAKEVEN_TRY([[maybe_unused]] const std::int64_t id, append_audit(connection, entry));
    return {};
  });
}

Result<bool> AuditLog::append_below(const AuditEntry& entry, std::int64_t limit, Instant since) {
  return database_->write([&](SqlConnection& connection) -> Result<bool> {
    bool fits = false;
    const std::array<SqlValue, 3> values{entry.author.token, entry.action, since.seconds};
    BREAKEVEN_CHECK_OK(connection.query(
        "SELECT count(*) FROM audit_log WHERE token = $1 AND action = $2 AND written >= $3", values,
        [&](const SqlRow& row) -> Status {
          fits = row.integer(0) < limit;
          return {};
        }));
    if (!fits) return false;
    BREAKEVEN_TRY([[maybe_unused]] const std::int64_t id, append_audit(connection, entry));
    return true;
  });
}

Result<std::vector<AuditEntry>> AuditLog::entries(const AuditFilter& filter) {
  std::string where;
  std::vector<SqlValue> values;
  const auto restrict_to = [&](const char* condition, SqlValue value) {
    values.push_back(std::move(value));
    where += (where.empty() ? " WHERE " : " AND ") + std::string(condition) + "$" +
             std::to_string(values.size());
  };
  if (filter.before > 0) restrict_to("id < ", filter.before);
  if (!filter.who.empty()) restrict_to("who = ", filter.who);
  if (!filter.action.empty()) restrict_to("action = ", filter.action);
  if (!filter.workspace.empty()) restrict_to("workspace = ", filter.workspace);
  values.emplace_back(static_cast<std::int64_t>(filter.limit));
  const std::string sql =
      "SELECT id, written, who, token, workspace, action, target, detail, request FROM audit_log" +
      where + " ORDER BY id DESC LIMIT $" + std::to_string(values.size());
  return database_->read([&](SqlConnection& connection) -> Result<std::vector<AuditEntry>> {
    std::vector<AuditEntry> found;
    BREAKEVEN_CHECK_OK(connection.query(sql, values, [&](const SqlRow& row) -> Status {
      const auto text = [&](int column) { return std::string(row.text(column)); };
      found.push_back({row.integer(0), Instant{row.integer(1)},
                       Author{text(2), text(3), text(4), text(8)}, text(5), text(6), text(7)});
      return {};
    }));
    return found;
  });
}

}  // namespace breakeven::store
