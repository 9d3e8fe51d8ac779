// registry_daily.hpp — once a day: read every price source that is due, then audit.
//
// Units    Instants and times of day are UTC.
// Shape    next_run() is the arithmetic, daily_pass() one pass, DailyRuns the thread that does a
//          pass at each time of day. A source is due kDueAfter seconds after it was last asked: less
//          than a day, since a pass that begins a little earlier than the last one did would else
//          find every source asked too recently and look only every second day.
//          Worked (test: APassADayThatBeginsEarlierIsStillDue): asked at 04:17:09; the pass of the
//          next day at 04:17:00 asks again, one at 20:00 of the first day does not.
// Threads  DailyRuns owns one thread, which its destructor stops: at once when it waits, and a pass
//          as soon as that looks at `cancelled`.
// Errors   invalid_argument: no time of day. Those of Registry::crawl() and audit().
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "service/registry.hpp"

namespace breakeven::service {

struct TimeOfDay {
  int hour = 4;
  int minute = 17;  ///< not the full hour, when everybody asks
};

/// "04:17"
[[nodiscard]] Result<TimeOfDay> parse_time_of_day(std::string_view text);

/// The first instant later than `now` at that time of day.
[[nodiscard]] Instant next_run(Instant now, TimeOfDay at);

inline constexpr std::int64_t kDueAfter = 20 * 3'600;

/// Crawls what is due (`query` without an interval: kDueAfter) and audits. One report: the runs, the
/// layers and the findings; `passed` is that of the audit.
[[nodiscard]] Result<AuditAnswer> daily_pass(Registry& registry, CrawlQuery query);

/// A pass in one line, for a log.
[[nodiscard]] std::string daily_line(const Result<AuditAnswer>& pass);

class DailyRuns {
 public:
  using Pass = std::function<void(const std::function<bool()>& cancelled)>;
  /// `now` and `pass` are called on the thread.
  DailyRuns(TimeOfDay at, std::function<Instant()> now, Pass pass);

 private:
  std::jthread thread_;
};

}  // namespace breakeven::service
