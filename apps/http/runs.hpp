// runs.hpp — long work: one at a time, some waiting, watched and cancelled by id.
//
// Shape    A run is queued, running, then done, failed or cancelled; the last kKept finished ones
//          are kept. Those who wait take turns, each with his oldest run: whoever orders fifty waits
//          for them, and not everybody else. Nobody has more than half of the places. Watchers get "progress" events with {"id","state","fraction_done"} and one
//          last event named after the final state with the answer or the problem.
// Threads  All functions may be called from any thread.
// Errors   resource_limit when too many wait; not_found for an id that is unknown or forgotten.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "apps/http/message.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"

namespace breakeven::http {

class Runs {
 public:
  using Work = std::function<Result<std::string>(Ticker& ticker)>;

  explicit Runs(std::size_t waiting = 128);
  /// Cancels what runs and waits for it.
  ~Runs();
  Runs(const Runs&) = delete;
  Runs& operator=(const Runs&) = delete;

  /// The id of the new run of `owner`. `admit` is asked once there is a place, and may refuse.
  [[nodiscard]] Result<std::string> start(Work work, const std::string& owner = {},
                                          const std::function<Status()>& admit = {});
  /// Its state as JSON (codec::run_to_json).
  [[nodiscard]] Result<std::string> state(std::string_view id) const;
  /// Asks it to stop; one that has ended stays as it is.
  [[nodiscard]] Result<std::string> cancel(std::string_view id);
  [[nodiscard]] Status watch(std::string_view id, const std::shared_ptr<EventStream>& stream);

 private:
  static constexpr std::size_t kKept = 64;
  struct Run;
  [[nodiscard]] Result<std::shared_ptr<Run>> find(std::string_view id) const;
  static std::string describe(const Run& run, bool with_answer);
  void work_on(const std::stop_token& stop);
  /// Of whoever's turn it is; null: nobody waits.
  std::shared_ptr<Run> take_next();
  void forget_old();
  void execute(const std::shared_ptr<Run>& run);
  void publish(const std::shared_ptr<Run>& run);
  void report_progress(const std::stop_token& stop);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, std::shared_ptr<Run>, std::less<>> runs_;
  std::deque<std::string> ended_;                                                 ///< oldest first
  std::map<std::string, std::deque<std::shared_ptr<Run>>, std::less<>> waiting_;  ///< by owner
  std::deque<std::string> turns_;  ///< owners that wait, whose turn it is first
  std::size_t places_;
  std::size_t taken_ = 0;  ///< places of those that wait
  std::uint64_t next_ = 0;
  std::string prefix_;
  std::condition_variable_any waits_;
  std::jthread reporter_;
  std::jthread worker_;
};

}  // namespace breakeven::http
