// uploads.hpp — the traces that were uploaded, the latest few of them, in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "engine/traffic/trace.hpp"

namespace breakeven::http {

class Uploads {
 public:
  /// The id under which find() gives it back. The oldest goes when there are more than kKept.
  [[nodiscard]] std::string keep(std::shared_ptr<const traffic::Trace> trace);
  /// Null when unknown or gone.
  [[nodiscard]] std::shared_ptr<const traffic::Trace> find(std::string_view id) const;

 private:
  static constexpr std::size_t kKept = 8;
  mutable std::mutex mutex_;
  std::uint64_t next_ = 0;
  std::deque<std::pair<std::string, std::shared_ptr<const traffic::Trace>>> traces_;
};

}  // namespace breakeven::http
