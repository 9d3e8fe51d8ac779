#include "service/token_admin.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"
#include "service/access_desk.hpp"
#include "service/secret_hash.hpp"
#include "service/token_text.hpp"

namespace breakeven::service {
namespace {

using codec::Value;

constexpr std::size_t kLongestName = 100;
constexpr std::int64_t kMostDays = 3'650;

/// Names stand in logs and tables: no line breaks, no escapes, nothing endless.
Status expect_name(std::string_view name, const char* where) {
  const bool printable =
      std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) > ' '; });
  if (!name.empty() && name.size() <= kLongestName && printable) return {};
  return Error{ErrorCode::invalid_argument,
               "expected 1 to " + std::to_string(kLongestName) + " characters without spaces",
               where};
}

Result<std::optional<Instant>> expiry(const std::string& text, Instant now) {
  constexpr const char* kWhere = "--expires";
  if (text == "never") return std::optional<Instant>();
  Instant at;
  if (text.ends_with('d')) {
    const auto days = parse_int(std::string_view(text).substr(0, text.size() - 1));
    if (!days || *days < 1 || *days > kMostDays) {
      return Error{ErrorCode::out_of_range,
                   "expected 1d to " + std::to_string(kMostDays) + "d, found " + text, kWhere};
    }
    at = Instant{now.seconds + *days * 86'400};
  } else {
    const auto instant = Instant::parse(text);
    if (!instant) {
      return Error{ErrorCode::invalid_argument,
                   "expected a number of days (90d), a day (2027-03-31) or never, found " + text,
                   kWhere};
    }
    at = *instant;
  }
  if (at <= now) {
    return Error{ErrorCode::out_of_range, "expected a time that is still to come, found " + text,
                 kWhere};
  }
  return std::optional<Instant>(at);
}

Status expect_quota(const std::optional<std::int64_t>& quota, const char* where) {
  constexpr std::int64_t kMost = 1'000'000'000;
  if (!quota || (*quota >= 1 && *quota <= kMost)) return {};
  return Error{ErrorCode::out_of_range,
               "expected 1 to " + std::to_string(kMost) + ", found " + std::to_string(*quota),
               where};
}

Value whole(const std::optional<std::int64_t>& value) {
  if (!value) return {};
  return *value;
}
Value instant(const std::optional<Instant>& at) {
  if (!at) return {};
  return at->iso();
}
std::string state(const store::StoredToken& token, Instant now) {
  if (token.revoked) return "revoked";
  return token.live(now) ? "live" : "expired";
}

}  // namespace

store::Author command_line_author() {
  std::array<char, 4'096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const bool known = ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
                     found != nullptr;
  const std::string user = known ? found->pw_name : std::to_string(::geteuid());
  return {"command line: " + user, {}, std::string(kDefaultWorkspace), {}};
}

Result<bool> has_live_token(ServerRecords& records) {
  BREAKEVEN_TRY(const auto tokens, records.tokens.all());
  const Instant now = AccessDesk::system_clocks().day();
  return std::ranges::any_of(tokens, [&](const store::StoredToken& one) { return one.live(now); });
}

Result<codec::Report> create_token(ServerRecords& records, const TokenOrder& order,
                                   const store::Author& author, Instant now) {
  BREAKEVEN_CHECK_OK(expect_name(order.name, "name"));
  BREAKEVEN_CHECK_OK(expect_name(order.workspace, "--workspace"));
  BREAKEVEN_CHECK_OK(expect_quota(order.requests_per_minute, "--requests-per-minute"));
  BREAKEVEN_CHECK_OK(expect_quota(order.plans_per_day, "--plans-per-day"));
  store::StoredToken token;
  token.name = order.name;
  token.workspace = order.workspace;
  BREAKEVEN_TRY(token.scope, store::parse_scope(order.scope));
  BREAKEVEN_TRY(token.expires, expiry(order.expires, now));
  token.created = now;
  token.requests_per_minute = order.requests_per_minute;
  token.plans_per_day = order.plans_per_day;
  BREAKEVEN_TRY(token.id, random_hex(kTokenIdBytes));
  BREAKEVEN_TRY(const std::string secret, random_hex(kTokenSecretBytes));
  BREAKEVEN_TRY(token.secret_hash, hash_secret(secret));
  BREAKEVEN_CHECK_OK(records.tokens.create(token, author));
  codec::Report report;
  report.head = {{"token", std::string(kTokenPrefix) + token.id + "_" + secret},
                 {"id", token.id},
                 {"name", token.name},
                 {"scope", std::string(store::to_string(token.scope))},
                 {"workspace", token.workspace},
                 {"expires", instant(token.expires)},
                 {"requests_per_minute", whole(token.requests_per_minute)},
                 {"plans_per_day", whole(token.plans_per_day)}};
  return report;
}

Result<codec::Report> revoke_token(ServerRecords& records, const std::string& name_or_id,
                                   const store::Author& author, Instant now) {
  BREAKEVEN_TRY(const auto gone, records.tokens.revoke(name_or_id, author, now));
  codec::Report report;
  report.head = {{"id", gone.id}, {"name", gone.name}, {"revoked", now.iso()}};
  return report;
}

Result<codec::Report> list_tokens(ServerRecords& records, bool all, Instant now) {
  BREAKEVEN_TRY(const auto tokens, records.tokens.all());
  codec::Table table;
  table.name = "tokens";
  table.title = all ? "Tokens" : "Live tokens";
  table.columns = {"id",           "name",    "scope",   "workspace",
                   "state",        "created", "expires", "requests_per_minute",
                   "plans_per_day"};
  for (const store::StoredToken& one : tokens) {
    if (!all && !one.live(now)) continue;
    table.rows.push_back({one.id, one.name, std::string(store::to_string(one.scope)), one.workspace,
                          state(one, now), one.created.iso(), instant(one.expires),
                          whole(one.requests_per_minute), whole(one.plans_per_day)});
  }
  codec::Report report;
  report.tables.push_back(std::move(table));
  return report;
}

Result<codec::Report> audit_log(ServerRecords& records, const store::AuditFilter& filter) {
  BREAKEVEN_TRY(const auto entries, records.audit.entries(filter));
  codec::Table table;
  table.name = "entries";
  table.title = "Audit log";
  table.columns = {"id",     "written", "who",    "token",  "workspace",
                   "action", "target",  "detail", "request"};
  for (const store::AuditEntry& one : entries) {
    table.rows.push_back({one.id, one.written.iso(), one.author.who, one.author.token,
                          one.author.workspace, one.action, one.target, one.detail,
                          one.author.request});
  }
  codec::Report report;
  const bool more = entries.size() == filter.limit && entries.back().id > 1;
  std::optional<std::int64_t> next;
  if (more) next = entries.back().id;
  report.head.emplace_back("next_before", whole(next));
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace breakeven::service
