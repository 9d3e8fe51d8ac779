#include "service/access_desk.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "engine/base/sha256.hpp"
#include "service/secret_hash.hpp"
#include "service/token_text.hpp"

namespace breakeven::service {
namespace {

constexpr std::size_t kMostSeen = 10'000;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDay_s = 86'400;

/// What clients call things, as a database and a terminal can bear it.
std::string harmless(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string out(text.substr(0, kLongest));
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

/// Forgets what is oldest by `at` when there is too much.
template <class Map, class At>
void trim_oldest(Map& map, At at) {
  if (map.size() <= kMostSeen) return;
  map.erase(std::ranges::min_element(map, {}, [&](const auto& entry) { return at(entry.second); }));
}

}  // namespace

Caller local_caller() {
  Caller caller;
  caller.author.who = "local";
  caller.author.workspace = kDefaultWorkspace;
  caller.scope = Scope::write;
  return caller;
}

AccessDesk::Clocks AccessDesk::system_clocks() {
  return {
      [] {
        return Instant{std::chrono::duration_cast<std::chrono::seconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count()};
      },
      [] {
        return static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                             std::chrono::steady_clock::now().time_since_epoch())
                                             .count());
      }};
}

Admission AccessDesk::judge(const store::StoredToken& token) const {
  if (!token.live(clocks_.day())) return {};
  Admission admission;
  admission.verdict = Admission::Verdict::admitted;
  admission.caller.author = {token.name, token.id, token.workspace, {}};
  admission.caller.scope = token.scope;
  admission.caller.requests_per_minute = token.requests_per_minute;
  admission.caller.plans_per_day = token.plans_per_day;
  return admission;
}

std::optional<Admission> AccessDesk::recall(std::string_view token) {
  if (!split_token(token)) return Admission{};
  const std::string fingerprint = sha256_hex(token);
  const std::scoped_lock lock(mutex_);
  const auto seen = seen_.find(fingerprint);
  if (seen == seen_.end() || clocks_.steady_ms() - seen->second.at_ms > kFreshMs) {
    return std::nullopt;
  }
  return judge(seen->second.token);
}

Admission AccessDesk::check(std::string_view token) {
  const auto parts = split_token(token);
  if (!parts) return {};
  const std::string fingerprint = sha256_hex(token);
  std::optional<Seen> before;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto seen = seen_.find(fingerprint); seen != seen_.end()) before = seen->second;
  }
  const auto found = records_->tokens.find(parts->id);
  if (!found) {
    if (before && clocks_.steady_ms() - before->at_ms <= kStaleMs) return judge(before->token);
    return {Admission::Verdict::unavailable, {}};
  }
  if (!*found || !(*found)->live(clocks_.day())) {
    const std::scoped_lock lock(mutex_);
    seen_.erase(fingerprint);
    return {};
  }
  // The secret of a token never changes: who knew it before knows it now.
  if (!before) {
    if (!may_try((*found)->id)) return {Admission::Verdict::try_later, {}};
    if (!secret_matches(parts->secret, (*found)->secret_hash)) return {};
    const std::scoped_lock lock(mutex_);
    tries_.erase((*found)->id);
  }
  remember(fingerprint, **found);
  return judge(**found);
}

bool AccessDesk::may_try(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const std::int64_t now = clocks_.steady_ms();
  Tries& tries = tries_[id];
  if (now - tries.since_ms > kMinuteMs) tries = {0, now};
  if (tries.count >= kMostTries) return false;
  ++tries.count;
  trim_oldest(tries_, [](const Tries& one) { return one.since_ms; });
  return true;
}

void AccessDesk::remember(const std::string& fingerprint, const store::StoredToken& token) {
  const std::scoped_lock lock(mutex_);
  seen_[fingerprint] = {token, clocks_.steady_ms()};
  trim_oldest(seen_, [](const Seen& one) { return one.at_ms; });
}

int AccessDesk::take_request(const Caller& caller) {
  if (!caller.requests_per_minute) return 0;
  const auto most = static_cast<double>(*caller.requests_per_minute);
  const double per_ms = most / static_cast<double>(kMinuteMs);
  const std::scoped_lock lock(mutex_);
  const std::int64_t now = clocks_.steady_ms();
  const auto [place, fresh] = allowances_.try_emplace(caller.author.token, Allowance{most, now});
  Allowance& allowance = place->second;
  if (!fresh) {
    allowance.left =
        std::min(most, allowance.left + static_cast<double>(now - allowance.at_ms) * per_ms);
    allowance.at_ms = now;
  }
  if (allowance.left >= 1) {
    allowance.left -= 1;
    return 0;
  }
  const double wait_s = (1 - allowance.left) / per_ms / 1'000;
  return std::max(1, static_cast<int>(std::ceil(std::min(wait_s, 60.0))));
}

Result<bool> AccessDesk::take_plan(const Caller& caller, std::string_view what) {
  const Instant now = clocks_.day();
  const store::AuditEntry entry{0, now, caller.author, "plan.run", {}, harmless(what)};
  if (!caller.plans_per_day) {
    BREAKEVEN_CHECK_OK(records_->audit.append(entry));
    return true;
  }
  const Instant midnight{now.seconds - now.seconds % kDay_s};
  return records_->audit.append_below(entry, *caller.plans_per_day, midnight);
}

Status AccessDesk::note(const Caller& caller, std::string_view action, std::string_view target) {
  return records_->audit.append(
      {0, clocks_.day(), caller.author, std::string(action), harmless(target), {}});
}

}  // namespace breakeven::service
