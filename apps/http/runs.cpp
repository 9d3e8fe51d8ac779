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
  std::string owner;
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
    : places_(waiting),
      reporter_([this](const std::stop_token& stop) { report_progress(stop); }),
      worker_([this](const std::stop_token& stop) { work_on(stop); }) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08x", std::random_device{}());
  const std::lock_guard lock(mutex_);
  prefix_ = text.data();
}

Runs::~Runs() {
  worker_.request_stop();
  const std::lock_guard lock(mutex_);
  for (const auto& [id, run] : runs_) {
    run->ticker.cancel = true;
    run->watchers.clear();
  }
}

Result<std::string> Runs::start(Work work, const std::string& owner,
                                const std::function<Status()>& admit) {
  auto run = std::make_shared<Run>();
  run->work = std::move(work);
  run->owner = owner;
  {
    const std::lock_guard lock(mutex_);
    const auto mine = waiting_.find(owner);
    const bool greedy = mine != waiting_.end() && mine->second.size() * 2 >= places_;
    if (taken_ >= places_ || greedy) {
      return Error{
          ErrorCode::resource_limit, "too many plans are waiting; try again when one is done", {}};
    }
    ++taken_;
    run->id = prefix_ + "-" + std::to_string(++next_);
  }
  // It may ask a database, and holds nobody up meanwhile.
  if (const Status admitted = admit ? admit() : Status(); !admitted) {
    const std::lock_guard lock(mutex_);
    --taken_;
    return admitted.error();
  }
  {
    const std::lock_guard lock(mutex_);
    runs_.emplace(run->id, run);
    auto& mine = waiting_[owner];
    if (mine.empty()) turns_.push_back(owner);
    mine.push_back(run);
  }
  waits_.notify_one();
  return run->id;
}

std::shared_ptr<Runs::Run> Runs::take_next() {
  if (turns_.empty()) return nullptr;
  const std::string owner = std::move(turns_.front());
  turns_.pop_front();
  const auto mine = waiting_.find(owner);
  std::shared_ptr<Run> run = std::move(mine->second.front());
  mine->second.pop_front();
  if (mine->second.empty()) {
    waiting_.erase(mine);
  } else {
    turns_.push_back(owner);
  }
  --taken_;
  return run;
}

void Runs::work_on(const std::stop_token& stop) {
  while (true) {
    std::shared_ptr<Run> run;
    {
      std::unique_lock lock(mutex_);
      if (!waits_.wait(lock, stop, [&] { return (run = take_next()) != nullptr; })) return;
    }
    execute(run);
    if (stop.stop_requested()) return;
  }
}

void Runs::forget_old() {
  while (ended_.size() > kKept) {
    runs_.erase(ended_.front());
    ended_.pop_front();
  }
}

void Runs::execute(const std::shared_ptr<Run>& run) {
  {
    const std::lock_guard lock(mutex_);
    if (run->ended()) {
      ended_.push_back(run->id);
      forget_old();
      return;
    }
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
    ended_.push_back(run->id);
    forget_old();
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
