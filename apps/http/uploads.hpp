// uploads.hpp — the traces that were uploaded, the latest few of them, in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/http/use_cases.hpp"

namespace breakeven::http {

class Uploads {
 public:
  /// The id under which find() gives it back. The oldest goes when there are more than kKept.
  [[nodiscard]] std::string keep(UploadedTrace trace);
  /// Nothing when unknown or gone.
  [[nodiscard]] std::optional<UploadedTrace> find(std::string_view id) const;
  /// Oldest first.
  [[nodiscard]] std::vector<std::string> ids() const;

 private:
  static constexpr std::size_t kKept = 8;
  mutable std::mutex mutex_;
  std::uint64_t next_ = 0;
  std::deque<std::pair<std::string, UploadedTrace>> traces_;
};

}  // namespace breakeven::http
