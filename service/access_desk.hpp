// access_desk.hpp — decides who a token stands for and what he may still ask today.
//
// Shape    A token is "bkv_ID_SECRET": 12 and 64 hexadecimal digits. recall() answers at once for
//          tokens that were seen a moment ago; check() looks into the database and, for a token that
//          was not seen before, computes its slow hash. What was seen is held for kFreshMs, so a
//          token that is taken back opens nothing a second later, in every process of the store. When
//          the database cannot be asked, what was seen stays good for kStaleMs and no longer.
//          Wrong secrets for one id are computed kMostTries times a minute, then refused unseen.
//          Requests per minute are counted in this process, runs of plans per day (UTC) in the
//          database, by way of the audit log.
// Units    Milliseconds of a clock that never jumps; expiry by the clock of the day.
// Threads  All functions may be called from any thread; check() may take 50 ms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "service/server_records.hpp"

namespace breakeven::service {

using Scope = store::Scope;
using store::parse_scope;
using store::to_string;

/// Whose request it is.
struct Caller {
  store::Author author;
  Scope scope = Scope::read;
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> plans_per_day;
};

/// Somebody on this machine, asked for nothing.
[[nodiscard]] Caller local_caller();

struct Admission {
  enum class Verdict : std::uint8_t {
    admitted,
    refused,      ///< no such token, a wrong secret, expired, taken back
    try_later,    ///< too many wrong secrets for this id
    unavailable,  ///< the database does not answer
  };
  Verdict verdict = Verdict::refused;
  Caller caller;
};

class AccessDesk {
 public:
  static constexpr std::int64_t kFreshMs = 1'000;
  static constexpr std::int64_t kStaleMs = 300'000;
  static constexpr int kMostTries = 20;

  struct Clocks {
    std::function<Instant()> day;
    std::function<std::int64_t()> steady_ms;
  };
  [[nodiscard]] static Clocks system_clocks();

  explicit AccessDesk(std::shared_ptr<ServerRecords> records, Clocks clocks = system_clocks())
      : records_(std::move(records)), clocks_(std::move(clocks)) {}

  /// Nothing: ask check().
  [[nodiscard]] std::optional<Admission> recall(std::string_view token);
  [[nodiscard]] Admission check(std::string_view token);

  /// Seconds until the caller may ask again; 0: now, and it is counted.
  [[nodiscard]] int take_request(const Caller& caller);
  /// False when the caller's runs of this day are used up; else it is in the audit log.
  [[nodiscard]] Result<bool> take_plan(const Caller& caller, std::string_view what);
  /// Something was written that is in no table of the store.
  [[nodiscard]] Status note(const Caller& caller, std::string_view action, std::string_view target);

 private:
  struct Seen {
    store::StoredToken token;
    std::int64_t at_ms = 0;
  };
  struct Allowance {
    double left = 0;
    std::int64_t at_ms = 0;
  };
  struct Tries {
    int count = 0;
    std::int64_t since_ms = 0;
  };
  [[nodiscard]] Admission judge(const store::StoredToken& token) const;
  [[nodiscard]] bool may_try(const std::string& id);
  void remember(const std::string& fingerprint, const store::StoredToken& token);

  std::shared_ptr<ServerRecords> records_;
  Clocks clocks_;
  std::mutex mutex_;
  std::map<std::string, Seen, std::less<>> seen_;  ///< by the SHA-256 of the whole token
  std::map<std::string, Tries, std::less<>> tries_;
  std::map<std::string, Allowance, std::less<>> allowances_;
};

}  // namespace breakeven::service
