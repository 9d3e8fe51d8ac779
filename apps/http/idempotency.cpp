#include "apps/http/idempotency.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/sha256.hpp"

namespace breakeven::http {

Result<IdempotencyKeys::Started> IdempotencyKeys::once(
    std::string_view key, std::string_view body,
    const std::function<Result<std::string>()>& start) {
  constexpr const char* kHeader = "Idempotency-Key";
  if (key.empty()) {
    BREAKEVEN_TRY(std::string run, start());
    return Started{std::move(run), false};
  }
  const bool visible = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
  if (key.size() > 255 || !visible) {
    return Error{ErrorCode::invalid_argument, "expected 1 to 255 visible ASCII characters",
                 kHeader};
  }
  const std::string hash = sha256_hex(body);
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  if (found != entries_.end()) {
    if (found->body_hash == hash) return Started{found->run, true};
    return Error{ErrorCode::invalid_argument,
                 "expected the body that this key came with before, found another", kHeader};
  }
  BREAKEVEN_TRY(std::string run, start());
  entries_.push_back({std::string(key), hash, run});
  if (entries_.size() > kKept) entries_.pop_front();
  return Started{std::move(run), false};
}

}  // namespace breakeven::http
