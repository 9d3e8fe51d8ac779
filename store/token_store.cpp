#include "store/token_store.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "engine/base/text.hpp"

namespace breakeven::store {
namespace {

constexpr std::array<std::pair<Scope, std::string_view>, 3> kScopes{
    {{Scope::read, "read"}, {Scope::write, "write"}, {Scope::admin, "admin"}}};

SqlValue seconds(const std::optional<Instant>& at) {
  if (!at) return {};
  return at->seconds;
}
SqlValue number(const std::optional<std::int64_t>& value) {
  if (!value) return {};
  return *value;
}

Result<std::vector<StoredToken>> select(SqlConnection& connection, const std::string& where,
                                        std::span<const SqlValue> values) {
  std::vector<StoredToken> found;
  BREAKEVEN_CHECK_OK(connection.query(
      "SELECT t.id, t.name, t.workspace, t.scope, t.secret_hash, t.created, t.expires,"
      " t.requests_per_minute, t.plans_per_day, r.revoked FROM api_tokens t"
      " LEFT JOIN token_revocations r ON r.token = t.id " +
          where + " ORDER BY t.name, t.created DESC, t.id",
      values, [&](const SqlRow& row) -> Status {
        const auto whole = [&](int column) -> std::optional<std::int64_t> {
          if (row.null(column)) return std::nullopt;
          return row.integer(column);
        };
        const auto instant = [&](int column) -> std::optional<Instant> {
          if (row.null(column)) return std::nullopt;
          return Instant{row.integer(column)};
        };
        BREAKEVEN_TRY(const Scope scope, parse_scope(row.text(3)));
        found.push_back({std::string(row.text(0)), std::string(row.text(1)),
                         std::string(row.text(2)), scope, std::string(row.text(4)),
                         Instant{row.integer(5)}, instant(6), whole(7), whole(8), instant(9)});
        return {};
      }));
  return found;
}

}  // namespace

std::string_view to_string(Scope scope) { return kScopes[static_cast<std::size_t>(scope)].second; }

Result<Scope> parse_scope(std::string_view text) {
  for (const auto& [scope, name] : kScopes) {
    if (name == text) return scope;
  }
  return not_found("scope", text, {"read", "write", "admin"});
}

Status TokenStore::create(const StoredToken& token, const Author& author) {
  return database_->write([&](SqlConnection& connection) -> Status {
    const std::array<SqlValue, 1> name{token.name};
    BREAKEVEN_TRY(const auto same, select(connection, "WHERE t.name = $1", name));
    if (std::ranges::any_of(same,
                            [&](const StoredToken& one) { return one.live(token.created); })) {
      return Error{ErrorCode::invalid_argument,
                   "there is a live token of this name: revoke it first, or take another name",
                   token.name};
    }
    static constexpr std::array<std::string_view, 9> kColumns{
        "id",      "name",    "workspace",           "scope",        "secret_hash",
        "created", "expires", "requests_per_minute", "plans_per_day"};
    const std::array<SqlValue, kColumns.size()> values{token.id,
                                                       token.name,
                                                       token.workspace,
                                                       std::string(to_string(token.scope)),
                                                       token.secret_hash,
                                                       token.created.seconds,
                                                       seconds(token.expires),
                                                       number(token.requests_per_minute),
                                                       number(token.plans_per_day)};
    BREAKEVEN_CHECK_OK(connection.insert("api_tokens", kColumns, values));
    BREAKEVEN_TRY(
        [[maybe_unused]] const std::int64_t entry,
        append_audit(connection, {0, token.created, author, "token.create", token.id,
                                  token.name + ", " + std::string(to_string(token.scope)) +
                                      ", workspace " + token.workspace}));
    return {};
  });
}

Result<StoredToken> TokenStore::revoke(std::string_view name_or_id, const Author& author,
                                       Instant now) {
  return database_->write([&](SqlConnection& connection) -> Result<StoredToken> {
    BREAKEVEN_TRY(const auto tokens, select(connection, "", {}));
    const StoredToken* gone = nullptr;
    std::vector<std::string> names;
    for (const StoredToken& one : tokens) {
      if (!one.live(now)) continue;
      if (one.name == name_or_id || one.id == name_or_id) gone = &one;
      names.push_back(one.name);
    }
    if (gone == nullptr) return not_found("live token", name_or_id, names);
    static constexpr std::array<std::string_view, 2> kColumns{"token", "revoked"};
    const std::array<SqlValue, 2> values{gone->id, now.seconds};
    BREAKEVEN_CHECK_OK(connection.insert("token_revocations", kColumns, values));
    BREAKEVEN_TRY([[maybe_unused]] const std::int64_t entry,
                  append_audit(connection, {0, now, author, "token.revoke", gone->id, gone->name}));
    return *gone;
  });
}

Result<std::optional<StoredToken>> TokenStore::find(std::string_view id) {
  return database_->read([&](SqlConnection& connection) -> Result<std::optional<StoredToken>> {
    const std::array<SqlValue, 1> values{std::string(id)};
    BREAKEVEN_TRY(auto tokens, select(connection, "WHERE t.id = $1", values));
    if (tokens.empty()) return std::optional<StoredToken>();
    return std::optional<StoredToken>(std::move(tokens.front()));
  });
}

Result<std::vector<StoredToken>> TokenStore::all() {
  return database_->read([](SqlConnection& connection) { return select(connection, "", {}); });
}

}  // namespace breakeven::store
