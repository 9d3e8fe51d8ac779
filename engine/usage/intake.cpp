#include "engine/usage/intake.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/usage/formats.hpp"
#include "engine/usage/id_set.hpp"
#include "engine/usage/identity.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/record_batch.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {
namespace {

void count(std::vector<std::pair<std::string, std::int64_t>>& list, std::string_view text,
           std::int64_t n = 1) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const auto& entry) { return entry.first == text; });
  constexpr std::size_t kMost = 100;
  if (found != list.end()) {
    found->second += n;
  } else if (list.size() < kMost) {
    list.emplace_back(std::string(text), n);
  } else {
    list.back().second += n;
  }
}

std::uint64_t content_of(const UsageRecord& r) {
  return content_print(r.tokens.count, r.tokens.reasoning, r.requests.value_or(-1), r.web_searches,
                       r.cost ? &*r.cost : nullptr, r.start_ns, r.model);
}

}  // namespace

void Intake::note(std::string_view text, std::int64_t records) {
  count(report_.notes, text, records);
}

void Intake::ignore(std::string_view why) {
  ++report_.records;
  ++report_.ignored;
  count(report_.ignored_by, why);
}

void Intake::refuse(Reason reason, std::string_view field, std::string found) {
  ++report_.records;
  ++report_.rejected;
  ++report_.rejected_by[static_cast<std::size_t>(reason)];
  if (report_.rejections.size() < options_.max_rejections) {
    report_.rejections.push_back(
        {report_.records, line_, reason, std::string(field), std::move(found)});
  }
}

void Intake::reject(Reason reason, std::string_view field, std::string_view found) {
  refuse(reason, field, field.empty() ? std::string() : shown(found));
}

void Intake::reject_because(Reason reason, std::string message) {
  refuse(reason, {}, std::move(message));
}

void Intake::number_occurrence(std::uint64_t content, Fingerprint& identity) {
  identity.add(static_cast<std::int64_t>(content));
  const std::int64_t nth = occurrences_[identity.low()]++;
  identity.add(nth);
}

bool Intake::repeated(const UsageRecord& r, std::string_view group) {
  const FormatInfo& format = info(format_);
  const bool nameless = r.id.empty() && format.identity == Identity::by_id;
  if (nameless) {
    ++report_.without_id;
    if (!sink_.wants_identity()) return false;
  }
  Fingerprint identity;
  identity.add(format.family);
  if (!r.id.empty()) {
    identity.add(r.id);
  } else {
    for (const std::string_view part :
         {r.vendor, r.model, r.key, r.team, r.project, r.session, r.residency, group}) {
      identity.add(part);
    }
    for (const std::int64_t part :
         {r.start_ns, r.end_ns, static_cast<std::int64_t>(r.kind),
          r.mode ? static_cast<std::int64_t>(*r.mode) : -1, std::int64_t{r.long_context}}) {
      identity.add(part);
    }
  }
  const std::uint64_t content = content_of(r);
  if (nameless || (r.id.empty() && format.identity == Identity::by_occurrence)) {
    number_occurrence(content, identity);
  }
  sink_.identify({identity.low(), identity.high(), content});
  if (nameless) return false;  // another file may hold an equal record that is another one
  switch (seen_.insert(identity, content)) {
    case IdSet::Found::fresh:
      return false;
    case IdSet::Found::conflict:
      ++report_.conflicts;
      break;
    case IdSet::Found::repeat:
      break;
  }
  return true;
}

void count_kept(const UsageRecord& record, FileReport& report) {
  ++report.kept;
  const std::int64_t width = record.end_ns - record.start_ns;
  if (!record.single && record.clock == Clock::utc && width > 0) {
    report.widest_bucket_ns = std::max(report.widest_bucket_ns, width);
    report.narrowest_bucket_ns =
        report.narrowest_bucket_ns == 0 ? width : std::min(report.narrowest_bucket_ns, width);
  }
}

void count_time(const UsageRecord& record, FileReport& report) {
  if (record.clock == Clock::none) return;
  std::int64_t last = record.start_ns;
  if (record.clock == Clock::relative) {
    report.relative_clock = true;
  } else {
    last = std::max(last, record.end_ns);
  }
  report.first_ns = std::min(report.first_ns.value_or(record.start_ns), record.start_ns);
  report.last_ns = std::max(report.last_ns.value_or(last), last);
}

void Intake::keep(const UsageRecord& record, std::string_view group) {
  if (record.clock == Clock::utc) {
    // The end of the current bucket lies ahead; its start does not.
    if (!plausible_start(record.start_ns, options_)) {
      reject(Reason::implausible_time, "time", iso_time(record.start_ns));
      return;
    }
    if (record.end_ns < record.start_ns) {
      reject(Reason::bad_time, "end", iso_time(record.end_ns));
      return;
    }
  }
  count_time(record, report_);
  ++report_.records;
  if (repeated(record, group)) {
    ++report_.duplicates;
    return;
  }
  count_kept(record, report_);
  sink_.take(record);
}

/// What a batch says to the report, but for repeats.
class Intake::BatchReport {
 public:
  void see(const BatchItem& item) {
    first_ = std::min(first_, item.start_ns);
    last_ = std::max(last_, item.start_ns);
    relative_ = relative_ || item.clock == Clock::relative;
    assumed_first_ = assumed_first_ || (item.assumed && naive_ == 0);
    assumed_ += item.assumed ? 1 : 0;
    naive_ += item.naive ? 1 : 0;
  }
  void write(Intake& intake, std::string_view assumption) const {
    FileReport& report = intake.report();
    report.relative_clock = report.relative_clock || relative_;
    report.first_ns = std::min(report.first_ns.value_or(first_), first_);
    report.last_ns = std::max(report.last_ns.value_or(last_), last_);
    // Notes stand in the order in which they first came up.
    if (assumed_ > 0 && assumed_first_) intake.note(assumption, assumed_);
    if (naive_ > 0) intake.note(kNaiveNote, naive_);
    if (assumed_ > 0 && !assumed_first_) intake.note(assumption, assumed_);
  }

 private:
  std::int64_t first_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
  std::int64_t assumed_ = 0;
  std::int64_t naive_ = 0;
  bool assumed_first_ = false;
  bool relative_ = false;
};

bool Intake::repeated(const BatchItem& item) {
  if (item.id_size == 0) {
    ++report_.without_id;
    return false;
  }
  const IdSet::Found found =
      seen_.insert(item.identity.low, item.identity.high, item.identity.content);
  if (found == IdSet::Found::conflict) ++report_.conflicts;
  return found != IdSet::Found::fresh;
}

void Intake::keep_all(std::span<const UsageRecord> likes, std::span<BatchItem> items,
                      std::string_view assumption) {
  if (items.empty()) return;
  BatchReport batch;
  const bool by_id = info(format_).identity == Identity::by_id && !sink_.wants_identity();
  if (!by_id && std::any_of(items.begin(), items.end(),
                            [](const BatchItem& item) { return item.id_size == 0; })) {
    for (const BatchItem& item : items) batch.see(item);
    batch.write(*this, assumption);
    for (const BatchItem& item : items) keep(RecordBatch{likes, items}.record(item));
    return;
  }
  constexpr std::size_t kAhead = 16;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i + kAhead < items.size()) seen_.prefetch(items[i + kAhead].identity.low);
    batch.see(items[i]);
    if (repeated(items[i])) continue;
    if (kept != i) items[kept] = items[i];
    ++kept;
  }
  batch.write(*this, assumption);
  report_.records += static_cast<std::int64_t>(items.size());
  report_.duplicates += static_cast<std::int64_t>(items.size() - kept);
  report_.kept += static_cast<std::int64_t>(kept);
  sink_.take_all({likes, items.first(kept)});
}

}  // namespace breakeven::usage
