// idempotency.hpp — a POST that is repeated after a broken connection makes no second run.
//
// Shape    A key stands for the body that came with it and the run that it started; the latest kKept
//          keys are held. The lock is held while a run is started, so that two requests with one key
//          at the same moment make one run.
// Sources  draft-ietf-httpapi-idempotency-key-header.
// Threads  All functions may be called from any thread.
// Errors   invalid_argument for a malformed key, or one that came with another body.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::http {

class IdempotencyKeys {
 public:
  struct Started {
    std::string run;
    bool repeated = false;  ///< an earlier request started it
  };
  /// The run of `key`, or the one that `start` starts. An empty key always starts one.
  [[nodiscard]] Result<Started> once(std::string_view key, std::string_view body,
                                     const std::function<Result<std::string>()>& start);

 private:
  static constexpr std::size_t kKept = 256;
  struct Entry {
    std::string key;
    std::string body_hash;
    std::string run;
  };
  std::mutex mutex_;
  std::deque<Entry> entries_;
};

}  // namespace breakeven::http
