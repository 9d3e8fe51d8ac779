#include "apps/http/uploads.hpp"

namespace breakeven::http {

std::string Uploads::keep(UploadedTrace trace) {
  const std::lock_guard lock(mutex_);
  std::string id = "upload-" + std::to_string(++next_);
  traces_.emplace_back(id, std::move(trace));
  if (traces_.size() > kKept) traces_.pop_front();
  return id;
}

std::optional<UploadedTrace> Uploads::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, trace] : traces_) {
    if (key == id) return trace;
  }
  return std::nullopt;
}

std::vector<std::string> Uploads::ids() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> list;
  for (const auto& [key, trace] : traces_) list.push_back(key);
  return list;
}

}  // namespace breakeven::http
