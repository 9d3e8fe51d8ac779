// token_store.hpp — tokens that open a server: who they stand for, what they may do, until when.
//
// Shape    A token's secret is never here, only a slow hash of it (service/secret_hash.hpp). Rows are
//          never altered: taking a token back is a row of its own. A name belongs to one live token
//          at a time.
// Threads  All functions may be called from any thread; other processes see a change at once.
// Errors   invalid_argument: the name is taken. not_found: no live token of that name or id.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "store/audit_log.hpp"
#include "store/database.hpp"

namespace breakeven::store {

/// Each may do what those before it may.
enum class Scope : std::uint8_t {
  read,   ///< ask, and compute what is answered at once
  write,  ///< also upload, plan, and save plans
  admin   ///< also tokens and the audit log
};
[[nodiscard]] std::string_view to_string(Scope scope);
[[nodiscard]] Result<Scope> parse_scope(std::string_view text);

struct StoredToken {
  std::string id;
  std::string name;
  std::string workspace;
  Scope scope = Scope::read;
  std::string secret_hash;
  Instant created;
  std::optional<Instant> expires;  ///< from then on it opens nothing; none: never
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> plans_per_day;
  std::optional<Instant> revoked;

  [[nodiscard]] bool live(Instant now) const { return !revoked && (!expires || now < *expires); }
};

class TokenStore {
 public:
  explicit TokenStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  [[nodiscard]] Status create(const StoredToken& token, const Author& author);
  /// Takes back the live token of that name or id; gives it as it was.
  [[nodiscard]] Result<StoredToken> revoke(std::string_view name_or_id, const Author& author,
                                           Instant now);
  /// Nothing when there never was one.
  [[nodiscard]] Result<std::optional<StoredToken>> find(std::string_view id);
  /// In the order of their names, newest first of one name.
  [[nodiscard]] Result<std::vector<StoredToken>> all();

 private:
  std::shared_ptr<Database> database_;
};

}  // namespace breakeven::store
