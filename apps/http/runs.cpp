#include "apps/http/runs.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <random>
#include <utility>

#include "apps/http/problem.hpp"
#include "codec/http_json.hpp"

namespace breakeven::http {

struct Runs::Run {
  std::string id;
  std::string_view state = "queued";
  std::string answer;
  std::string error;
  Ticker ticker;
  double reported = -1;
  Work work;
  std::vector<std::shared_ptr<EventStream>> watchers;
  [[nodiscard]] bool ended() const { return state != "queued" && state != "running"; }
};

Runs::Runs(std::size_t waiting)
    : queue_(1, waiting),
      reporter_([this](const std::stop_token& stop) { report_progress(stop); }) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08x", std::random_device{}());
  prefix_ = text.data();
}

Runs::~Runs() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, run] : runs_) {
    run->ticker.cancel = true;
    run->watchers.clear();
  }
}

Result<std::string> Runs::start(Work work) {
  auto run = std::make_shared<Run>();
  run->work = std::move(work);
  {
    const std::lock_guard lock(mutex_);
    run->id = prefix_ + "-" + std::to_string(++next_);
    runs_.emplace(run->id, run);
    order_.push_back(run->id);
    for (std::size_t i = 0; order_.size() > kKept && i < order_.size();) {
      const auto old = runs_.find(order_[i]);
      if (!old->second->ended()) {
        ++i;
        continue;
      }
      runs_.erase(old);
      order_.erase(order_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  if (queue_.submit([this, run] { execute(run); })) return run->id;
  const std::lock_guard lock(mutex_);
  runs_.erase(run->id);
  std::erase(order_, run->id);
  return Error{
      ErrorCode::resource_limit, "too many plans are waiting; try again when one is done", {}};
}

void Runs::execute(const std::shared_ptr<Run>& run) {
  {
    const std::lock_guard lock(mutex_);
    if (run->ended()) return;
    run->state = "running";
  }
  Result<std::string> result = [&]() -> Result<std::string> {
    try {
      return run->work(run->ticker);
    } catch (const std::exception& error) {
      return Error{ErrorCode::internal, error.what(), {}};
    }
  }();
  {
    const std::lock_guard lock(mutex_);
    run->work = nullptr;
    if (run->ticker.cancel) {
      run->state = "cancelled";
    } else if (result) {
      run->state = "done";
      run->ticker.fraction_done = 1;
      run->answer = std::move(result).value();
    } else {
      run->state = "failed";
      run->error = problem(result.error()).body;
    }
  }
  publish(run);
}

std::string Runs::describe(const Run& run, bool with_answer) {
  codec::RunState state;
  state.id = run.id;
  state.state = run.state;
  state.fraction_done = run.ticker.fraction_done;
  if (with_answer) {
    state.answer = run.answer;
    state.error = run.error;
  }
  return codec::run_to_json(state);
}

void Runs::publish(const std::shared_ptr<Run>& run) {
  std::vector<std::shared_ptr<EventStream>> leaving;
  {
    const std::lock_guard lock(mutex_);
    const std::string text = describe(*run, run->ended());
    const std::string_view event = run->ended() ? run->state : "progress";
    std::erase_if(run->watchers, [&](const std::shared_ptr<EventStream>& watcher) {
      return !watcher->send(event, text);
    });
    if (run->ended()) leaving.swap(run->watchers);
  }
  for (const auto& watcher : leaving) watcher->close();
}

void Runs::report_progress(const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kEvery(100);
  while (!stop.stop_requested()) {
    std::vector<std::shared_ptr<Run>> moved;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, kEvery, [] { return false; });
      for (const auto& [id, run] : runs_) {
        const double done = run->ticker.fraction_done;
        if (run->ended() || run->watchers.empty() || done == run->reported) continue;
        run->reported = done;
        moved.push_back(run);
      }
    }
    for (const auto& run : moved) publish(run);
  }
}

Result<std::shared_ptr<Runs::Run>> Runs::find(std::string_view id) const {
  const auto found = runs_.find(id);
  if (found == runs_.end()) {
    return Error{ErrorCode::not_found, "there is no such run; only the latest ones are kept",
                 std::string(id)};
  }
  return found->second;
}

Result<std::string> Runs::state(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  BREAKEVEN_TRY(const auto run, find(id));
  return describe(*run, true);
}

Result<std::string> Runs::cancel(std::string_view id) {
  std::shared_ptr<Run> run;
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    BREAKEVEN_TRY(run, find(id));
    run->ticker.cancel = true;
    if (run->state == "queued") run->state = "cancelled";
    text = describe(*run, true);
  }
  publish(run);
  return text;
}

Status Runs::watch(std::string_view id, const std::shared_ptr<EventStream>& stream) {
  const std::lock_guard lock(mutex_);
  BREAKEVEN_TRY(const auto run, find(id));
  if (run->ended()) {
    stream->send(run->state, describe(*run, true));
    stream->close();
    return {};
  }
  stream->send("progress", describe(*run, false));
  run->watchers.push_back(stream);
  return {};
}

}  // namespace breakeven::http
