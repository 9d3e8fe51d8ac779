#include "service/registry_daily.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <stop_token>
#include <utility>
#include <variant>

#include "engine/base/text.hpp"

namespace breakeven::service {
namespace {

constexpr std::int64_t kDay = 86'400;
// A clock may be set and a machine may sleep: what is due is asked again this often.
constexpr std::int64_t kLongestWait = 60;

void run_daily(const std::stop_token& stop, TimeOfDay at, const std::function<Instant()>& now,
               const DailyRuns::Pass& pass) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  Instant due = next_run(now(), at);
  while (!stop.stop_requested()) {
    const Instant today = now();
    if (today < due) {
      due = std::min(due, next_run(today, at));  // a clock that was set back
      const std::chrono::seconds wait(std::min(due.seconds - today.seconds, kLongestWait));
      (void)stopped.wait_for(lock, stop, wait, [] { return false; });
      continue;
    }
    pass([&stop] { return stop.stop_requested(); });
    due = next_run(now(), at);
  }
}

}  // namespace

Result<TimeOfDay> parse_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
    const TimeOfDay time{(text[0] - '0') * 10 + (text[1] - '0'),
                         (text[3] - '0') * 10 + (text[4] - '0')};
    if (time.hour < 24 && time.minute < 60) return time;
  }
  return Error{ErrorCode::invalid_argument,
               "expected a time of day such as 04:17, found " + std::string(text),
               {}};
}

Instant next_run(Instant now, TimeOfDay at) {
  const Instant today{Instant::from_date(now.date()).seconds + at.hour * 3'600 + at.minute * 60};
  return today > now ? today : Instant{today.seconds + kDay};
}

Result<AuditAnswer> daily_pass(Registry& registry, CrawlQuery query) {
  if (!query.min_interval_s) query.min_interval_s = kDueAfter;
  BREAKEVEN_CHECK_OK(registry.ledger().refresh());
  BREAKEVEN_TRY(codec::Report crawled, registry.crawl(query));
  BREAKEVEN_TRY(AuditAnswer answer, registry.audit());
  crawled.head.emplace_back("passed", answer.passed);
  std::ranges::move(answer.report.tables, std::back_inserter(crawled.tables));
  answer.report = std::move(crawled);
  return answer;
}

std::string daily_line(const Result<AuditAnswer>& pass) {
  if (!pass.ok()) return "registry: " + pass.error().text();
  const auto count = [&](std::string_view name) {
    const auto found =
        std::ranges::find(pass->report.head, name, &std::pair<std::string, codec::Value>::first);
    return std::to_string(std::get<std::int64_t>(found->second));
  };
  return "registry: " + count("sources") + " sources, " + count("failed") + " failed; the audit " +
         (pass->passed ? "passed" : "failed: see breakeven registry audit");
}

DailyRuns::DailyRuns(TimeOfDay at, std::function<Instant()> now, Pass pass)
    : thread_([at, now = std::move(now), pass = std::move(pass)](const std::stop_token& stop) {
        run_daily(stop, at, now, pass);
      }) {}

}  // namespace breakeven::service
