#include "engine/usage/breakdown.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/usage/record.hpp"
#include "engine/usage/totals.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {

void Breakdown::take(const UsageRecord& record) {
  if (other_source_) return;
  std::string label;
  switch (by_) {
    case By::day:
      label = record.clock == Clock::utc ? iso_time(record.start_ns).substr(0, 10) : "(no date)";
      break;
    case By::key:
      label = record.key.empty() ? "(none)" : safe_label(record.key);
      break;
    case By::team:
      label = record.team.empty() ? "(none)" : safe_label(record.team);
      break;
  }
  auto found = parts_.find(label);
  if (found == parts_.end()) {
    if (parts_.size() >= kMostLabels) label = "(others)";
    found = parts_.try_emplace(label).first;
    if (found->second == nullptr) found->second = std::make_unique<Totals>(book_);
  }
  found->second->take(record);
}

std::vector<Breakdown::Part> Breakdown::finish() {
  std::vector<Part> parts;
  for (auto& [label, totals] : parts_) {
    Part part{label, {}};
    for (const TotalRow& row : totals->finish()) part.sum.add(row);
    part.sum.priced_as.clear();
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace breakeven::usage
