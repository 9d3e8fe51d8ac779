#include "store/plan_store.hpp"

#include <array>
#include <optional>
#include <span>
#include <utility>

namespace breakeven::store {
namespace {

constexpr std::int64_t kKeyLife_s = 86'400;

Error no_plan(const std::string& id) {
  return {ErrorCode::not_found, "there is no such plan in this workspace", id};
}

/// Plans with their versions.
Result<std::vector<SavedPlan>> select(SqlConnection& connection, bool with_document,
                                      const std::string& rest, std::span<const SqlValue> values) {
  std::vector<SavedPlan> found;
  BREAKEVEN_CHECK_OK(connection.query(
      std::string("SELECT p.id, v.name, v.version, p.created, v.saved, v.saved_by, p.changed, ") +
          (with_document ? "v.document" : "''") +
          " FROM saved_plans p JOIN plan_versions v ON v.plan = p.id " + rest,
      values, [&](const SqlRow& row) -> Status {
        found.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2),
                         Instant{row.integer(3)}, Instant{row.integer(4)}, std::string(row.text(5)),
                         std::string(row.text(7)), row.integer(6)});
        return {};
      }));
  return found;
}

Result<SavedPlan> newest(SqlConnection& connection, const std::string& workspace,
                         const std::string& id, bool with_document) {
  const std::array<SqlValue, 2> values{id, workspace};
  BREAKEVEN_TRY(auto found,
                select(connection, with_document,
                       "WHERE p.id = $1 AND p.workspace = $2 AND v.version = p.version", values));
  if (found.empty()) return no_plan(id);
  return std::move(found.front());
}

Status insert_version(SqlConnection& connection, const PlanDraft& draft, std::int64_t version,
                      const Author& author, Instant now) {
  static constexpr std::array<std::string_view, 6> kColumns{"plan",  "version",  "name",
                                                            "saved", "saved_by", "document"};
  const std::array<SqlValue, kColumns.size()> values{draft.id,    version,    draft.name,
                                                     now.seconds, author.who, draft.document};
  return connection.insert("plan_versions", kColumns, values);
}

/// What an earlier request with this key made, if there was one.
Result<std::optional<SavedPlan>> earlier(SqlConnection& connection, const std::string& owner,
                                         const RequestKey& key, const Author& author, Instant now) {
  const std::array<SqlValue, 1> old{now.seconds - kKeyLife_s};
  BREAKEVEN_CHECK_OK(connection.query("DELETE FROM request_keys WHERE used < $1", old, nullptr));
  std::string hash;
  SavedPlan made;
  const std::array<SqlValue, 2> values{owner, key.name};
  BREAKEVEN_CHECK_OK(connection.query(
      "SELECT body_hash, plan, version FROM request_keys WHERE owner = $1 AND name = $2", values,
      [&](const SqlRow& row) -> Status {
        hash = row.text(0);
        made.id = row.text(1);
        made.version = row.integer(2);
        return {};
      }));
  if (made.id.empty()) return std::optional<SavedPlan>();
  if (hash != key.body_hash) {
    return Error{ErrorCode::invalid_argument,
                 "expected the body that this key came with before, found another",
                 "Idempotency-Key"};
  }
  const std::array<SqlValue, 3> which{made.id, author.workspace, made.version};
  BREAKEVEN_TRY(
      auto found,
      select(connection, false, "WHERE p.id = $1 AND p.workspace = $2 AND v.version = $3", which));
  if (found.empty()) {
    return Error{ErrorCode::not_found, "the plan that this key saved has been deleted", made.id};
  }
  return std::optional<SavedPlan>(std::move(found.front()));
}

Status remember(SqlConnection& connection, const std::string& owner, const RequestKey& key,
                const SavedPlan& plan, Instant now) {
  static constexpr std::array<std::string_view, 6> kColumns{"owner", "name",    "body_hash",
                                                            "plan",  "version", "used"};
  const std::array<SqlValue, kColumns.size()> values{owner,   key.name,     key.body_hash,
                                                     plan.id, plan.version, now.seconds};
  return connection.insert("request_keys", kColumns, values);
}

Status expect_room(SqlConnection& connection, const std::string& workspace) {
  std::int64_t count = 0;
  const std::array<SqlValue, 1> values{workspace};
  BREAKEVEN_CHECK_OK(connection.query("SELECT count(*) FROM saved_plans WHERE workspace = $1",
                                      values, [&](const SqlRow& row) -> Status {
                                        count = row.integer(0);
                                        return {};
                                      }));
  if (count < PlanStore::kMostPlans) return {};
  return Error{ErrorCode::resource_limit,
               "this workspace has " + std::to_string(count) +
                   " plans, which is the most there may be: delete some",
               workspace};
}

AuditEntry entry(const char* action, const SavedPlan& plan, const Author& author, Instant now) {
  return {0,      now,     author,
          action, plan.id, "version " + std::to_string(plan.version) + ", " + plan.name};
}

SavedPlan as_saved(const PlanDraft& draft, std::int64_t version, Instant created,
                   const Author& author, Instant now) {
  return {draft.id, draft.name, version, created, now, author.who, {}, 0};
}

}  // namespace

Result<Outcome> PlanStore::create(const PlanDraft& draft, const RequestKey& key,
                                  const Author& author, Instant now) {
  // Keys of one caller are no business of another's.
  const std::string owner =
      author.workspace + "/" + (author.token.empty() ? author.who : author.token);
  return database_->write([&](SqlConnection& connection) -> Result<Outcome> {
    if (!key.name.empty()) {
      BREAKEVEN_TRY(auto made, earlier(connection, owner, key, author, now));
      if (made) return Outcome{Outcome::Kind::repeated, std::move(*made)};
    }
    BREAKEVEN_CHECK_OK(expect_room(connection, author.workspace));
    SavedPlan plan = as_saved(draft, 1, now, author, now);
    BREAKEVEN_TRY(plan.page, append_audit(connection, entry("plan.create", plan, author, now)));
    static constexpr std::array<std::string_view, 5> kColumns{"id", "workspace", "version",
                                                              "created", "changed"};
    const std::array<SqlValue, kColumns.size()> values{draft.id, author.workspace, std::int64_t{1},
                                                       now.seconds, plan.page};
    BREAKEVEN_CHECK_OK(connection.insert("saved_plans", kColumns, values));
    BREAKEVEN_CHECK_OK(insert_version(connection, draft, 1, author, now));
    if (!key.name.empty()) {
      BREAKEVEN_CHECK_OK(remember(connection, owner, key, plan, now));
    }
    return Outcome{Outcome::Kind::saved, std::move(plan)};
  });
}

Result<Outcome> PlanStore::save(const PlanDraft& draft, std::int64_t seen, const Author& author,
                                Instant now) {
  return database_->write([&](SqlConnection& connection) -> Result<Outcome> {
    BREAKEVEN_TRY(auto there, newest(connection, author.workspace, draft.id, false));
    if (seen != 0 && there.version != seen) return Outcome{Outcome::Kind::stale, std::move(there)};
    SavedPlan plan = as_saved(draft, there.version + 1, there.created, author, now);
    BREAKEVEN_TRY(plan.page, append_audit(connection, entry("plan.save", plan, author, now)));
    BREAKEVEN_CHECK_OK(insert_version(connection, draft, plan.version, author, now));
    const std::array<SqlValue, 3> values{plan.version, plan.page, draft.id};
    BREAKEVEN_CHECK_OK(connection.query(
        "UPDATE saved_plans SET version = $1, changed = $2 WHERE id = $3", values, nullptr));
    return Outcome{Outcome::Kind::saved, std::move(plan)};
  });
}

Result<Outcome> PlanStore::remove(const std::string& id, std::int64_t seen, const Author& author,
                                  Instant now) {
  return database_->write([&](SqlConnection& connection) -> Result<Outcome> {
    BREAKEVEN_TRY(auto plan, newest(connection, author.workspace, id, false));
    if (seen != 0 && plan.version != seen) return Outcome{Outcome::Kind::stale, std::move(plan)};
    BREAKEVEN_TRY([[maybe_unused]] const std::int64_t number,
                  append_audit(connection, entry("plan.delete", plan, author, now)));
    const std::array<SqlValue, 1> values{id};
    BREAKEVEN_CHECK_OK(
        connection.query("DELETE FROM plan_versions WHERE plan = $1", values, nullptr));
    BREAKEVEN_CHECK_OK(connection.query("DELETE FROM saved_plans WHERE id = $1", values, nullptr));
    return Outcome{Outcome::Kind::saved, std::move(plan)};
  });
}

Result<SavedPlan> PlanStore::find(const std::string& workspace, const std::string& id,
                                  std::int64_t version) {
  return database_->read([&](SqlConnection& connection) -> Result<SavedPlan> {
    if (version == 0) return newest(connection, workspace, id, true);
    const std::array<SqlValue, 3> values{id, workspace, version};
    BREAKEVEN_TRY(auto found,
                  select(connection, true,
                         "WHERE p.id = $1 AND p.workspace = $2 AND v.version = $3", values));
    if (found.empty()) {
      BREAKEVEN_TRY(const auto there, newest(connection, workspace, id, false));
      return Error{ErrorCode::not_found,
                   "there is no version " + std::to_string(version) + ", the newest is " +
                       std::to_string(there.version),
                   id};
    }
    return std::move(found.front());
  });
}

Result<std::vector<SavedVersion>> PlanStore::versions(const std::string& workspace,
                                                      const std::string& id) {
  return database_->read([&](SqlConnection& connection) -> Result<std::vector<SavedVersion>> {
    std::vector<SavedVersion> found;
    const std::array<SqlValue, 2> values{id, workspace};
    BREAKEVEN_TRY(const auto plans,
                  select(connection, false,
                         "WHERE p.id = $1 AND p.workspace = $2 ORDER BY v.version DESC", values));
    for (const SavedPlan& one : plans) {
      found.push_back({one.version, one.name, one.saved, one.saved_by});
    }
    if (found.empty()) return no_plan(id);
    return found;
  });
}

Result<std::vector<SavedPlan>> PlanStore::list(const std::string& workspace, std::int64_t before,
                                               std::size_t limit) {
  return database_->read([&](SqlConnection& connection) {
    std::vector<SqlValue> values{workspace, static_cast<std::int64_t>(limit)};
    std::string rest = "WHERE p.workspace = $1 AND v.version = p.version ";
    if (before > 0) {
      values = {workspace, before, static_cast<std::int64_t>(limit)};
      rest += "AND p.changed < $2 ORDER BY p.changed DESC LIMIT $3";
    } else {
      rest += "ORDER BY p.changed DESC LIMIT $2";
    }
    return select(connection, false, rest, values);
  });
}

}  // namespace breakeven::store
