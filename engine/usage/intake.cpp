#include "engine/usage/intake.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/usage/formats.hpp"
#include "engine/usage/id_set.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {
namespace {

constexpr std::int64_t kEarliestNs = 1'577'836'800'000'000'000;  // 2020-01-01

void count(std::vector<std::pair<std::string, std::int64_t>>& list, std::string_view text) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const auto& entry) { return entry.first == text; });
  constexpr std::size_t kMost = 100;
  if (found != list.end()) {
    ++found->second;
  } else if (list.size() < kMost) {
    list.emplace_back(std::string(text), 1);
  } else {
    ++list.back().second;
  }
}

std::uint64_t content_of(const UsageRecord& r) {
  // Asked of every record: the counts are folded by one multiplication each before they are mixed.
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;
  std::uint64_t counts = 0;
  const auto fold = [&](std::int64_t n) { counts = counts * kOdd + static_cast<std::uint64_t>(n); };
  for (const std::int64_t tokens : r.tokens.count) fold(tokens);
  fold(r.tokens.reasoning);
  fold(r.requests.value_or(-1));
  fold(r.web_searches);
  Fingerprint print;
  print.add(static_cast<std::int64_t>(counts));
  if (r.cost) {
    print.add(static_cast<std::int64_t>(r.cost->femto() >> 64));
    print.add(static_cast<std::int64_t>(static_cast<std::uint64_t>(r.cost->femto())));
  }
  print.add(r.start_ns);
  print.add(r.model);
  return print.low();
}

}  // namespace

void Intake::note(std::string_view text) { count(report_.notes, text); }

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
    if (record.start_ns < kEarliestNs || record.start_ns > options_.latest_ns) {
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

}  // namespace breakeven::usage
