#include "engine/serving/timeline.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/serving/simulation.hpp"

namespace breakeven::serving {

namespace {

constexpr double kMostWindows = 20'000;

}  // namespace

Timeline::Timeline(double window_s, std::int64_t kv_blocks)
    : window_s_(window_s), kv_blocks_(static_cast<double>(kv_blocks)) {}

void Timeline::observe(const ObservedSteps& s) {
  while (s.end_s > kMostWindows * window_s_) merge_neighbours();
  std::vector<TimelineCell>& cells = replicas_[s.replica];
  const auto index = [this](double at_s) { return static_cast<std::size_t>(at_s / window_s_); };
  const std::size_t last = index(s.end_s);
  if (cells.size() <= last) cells.resize(last + 1);
  const double length_s = s.end_s - s.start_s;
  const auto batch = static_cast<double>(s.decoding);
  const auto queued = static_cast<double>(s.queued);
  const double used = static_cast<double>(s.blocks_at_start) / kv_blocks_;
  const double growth = static_cast<double>(s.blocks_at_end) / kv_blocks_ - used;
  for (std::size_t i = index(s.start_s); i <= last; ++i) {
    const double begin_s = std::max(s.start_s, static_cast<double>(i) * window_s_);
    const double end_s = std::min(s.end_s, static_cast<double>(i + 1) * window_s_);
    const double share = length_s > 0 ? std::max(0.0, end_s - begin_s) / length_s : 1.0;
    if (share <= 0) continue;
    const double of_window = share * length_s / window_s_;
    const auto use_at = [&](double at_s) {
      return used + (length_s > 0 ? growth * (at_s - s.start_s) / length_s : growth);
    };
    const double steps = share * static_cast<double>(s.steps);
    TimelineCell& c = cells[i];
    c.busy += of_window;
    c.decoding += of_window * batch;
    c.queued += of_window * queued;
    c.kv_use += of_window * use_at((begin_s + end_s) / 2);
    c.most_decoding = std::max(c.most_decoding, batch);
    c.most_queued = std::max(c.most_queued, queued);
    c.most_kv_use = std::max(c.most_kv_use, use_at(end_s));
    c.prefill_tokens += steps * static_cast<double>(s.prefill_tokens);
    c.decode_tokens += s.held ? 0.0 : steps * batch;
    c.iterations += steps;
  }
}

void Timeline::merge_neighbours() {
  window_s_ *= 2;
  for (auto& [replica, cells] : replicas_) {
    std::vector<TimelineCell> merged((cells.size() + 1) / 2);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      TimelineCell& to = merged[i / 2];
      const TimelineCell& from = cells[i];
      to.busy += from.busy / 2;
      to.decoding += from.decoding / 2;
      to.queued += from.queued / 2;
      to.kv_use += from.kv_use / 2;
      to.most_decoding = std::max(to.most_decoding, from.most_decoding);
      to.most_queued = std::max(to.most_queued, from.most_queued);
      to.most_kv_use = std::max(to.most_kv_use, from.most_kv_use);
      to.prefill_tokens += from.prefill_tokens;
      to.decode_tokens += from.decode_tokens;
      to.iterations += from.iterations;
    }
    cells = std::move(merged);
  }
}

}  // namespace breakeven::serving
