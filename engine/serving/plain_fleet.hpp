// plain_fleet.hpp — fleets of plain replicas: routers, closed loops, elasticity, two pools.
//
// Shape    As plain_reference.hpp: linear scans, one entry per thing, time as a plain long double.
//          Header-only, for tests and benchmarks.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "engine/serving/fleet.hpp"
#include "engine/serving/plain_reference.hpp"
#include "engine/serving/simulation.hpp"

namespace breakeven::serving::plain {

inline constexpr long double kNever = std::numeric_limits<long double>::infinity();

/// One request as it comes to a pool.
struct Incoming {
  Request request;
  long double at = 0;  ///< when it reaches the pool; Request::arrival_s is when it was sent
  std::int32_t session = -1;
};

struct Place {
  bool paid = false;
  bool up = false;
  bool draining = false;
  bool noticed = false;
  bool replacing = false;
  long double ready = kNever;
  long double notice = kNever;
  long double lost = kNever;
  std::uint64_t lives = 0;
};

class Pool {
 public:
  Pool(const StepModel& step, const EngineLimits& limits, const SimulationOptions& options,
       std::int64_t answer_tokens, std::vector<Incoming> incoming, SimulationResult& result,
       std::size_t outcomes)
      : step_(&step),
        limits_(limits),
        options_(options),
        answer_(answer_tokens),
        incoming_(std::move(incoming)),
        result_(&result),
        weight_(outcomes, 0),
        replica_of_(outcomes, 0) {
    for (int r = 0; r < options.replicas; ++r)
      replicas_.emplace_back(step, limits, r, result.outcomes);
    places_.resize(replicas_.size());
    outstanding_.resize(replicas_.size(), 0);
    in_flight_.resize(replicas_.size(), 0);
    ready_.resize(static_cast<std::size_t>(options.closed_loop_users), 0.0L);
    if (!options.elastic) {
      for (Place& place : places_) place.up = true;
      return;
    }
    elastic_ = options.elastic;
    wanted_ = elastic_->least(0, options.replicas);
    for (std::size_t r = 0; r < static_cast<std::size_t>(wanted_); ++r) {
      places_[r].paid = true;
      bring_up(r, 0);
    }
  }

  void run() {
    while (true) {
      const long double arrival = next_arrival();
      if (arrival == kNever &&
          std::all_of(replicas_.begin(), replicas_.end(),
                      [](const Replica& r) { return r.empty(); }) &&
          moved_.empty() && queue_.empty())
        break;
      const long double change = next_change();
      std::size_t due = 0;
      for (std::size_t r = 1; r < replicas_.size(); ++r)
        if (replicas_[r].next_event() < replicas_[due].next_event()) due = r;
      if (replicas_[due].next_event() < std::min(arrival, change)) {
        step(due);
      } else if (change <= arrival) {
        apply(change);
      } else {
        take(arrival);
      }
    }
    for (Replica& replica : replicas_) {
      result_->preemptions += replica.preemptions;
      result_->iterations += replica.iterations;
      result_->busy_s += replica.busy_s;
      const auto end = static_cast<double>(replica.last_end_s);
      result_->makespan_s = std::max(result_->makespan_s, end + step_->request_entry_s());
    }
    if (!elastic_) return;
    count_until(std::max(now_, last_end_));
    use_.span_s = static_cast<double>(counted_);
    result_->fleet = std::make_shared<const FleetUse>(use_);
  }
  /// When each request ended, by index.
  std::vector<long double> ends;

 private:
  [[nodiscard]] long double next_arrival() const {
    if (next_ >= incoming_.size()) return kNever;
    if (options_.closed_loop_users == 0) return incoming_[next_].at;
    if (ready_.empty()) return kNever;
    return std::max(ready_.front(), incoming_[next_].at);
  }
  [[nodiscard]] long double next_change() const {
    if (!elastic_) return kNever;
    long double next = kNever;
    if (elastic_->autoscaler) next = look_time();
    if (elastic_->schedule) next = std::min(next, hour_time());
    for (const Place& p : places_) next = std::min({next, p.ready, p.notice, p.lost});
    return next;
  }
  [[nodiscard]] long double look_time() const {
    return static_cast<long double>(elastic_->autoscaler->interval_s) *
           static_cast<long double>(looks_.size() + 1);
  }
  [[nodiscard]] long double hour_time() const { return elastic_->hour_begins_s(hours_ + 1); }
  [[nodiscard]] bool accepts(std::size_t r) const {
    return places_[r].up && !places_[r].draining && !places_[r].noticed;
  }

  [[nodiscard]] std::optional<std::size_t> route(const Request& r, std::int32_t session) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (accepts(i)) open.push_back(i);
    if (open.empty()) return std::nullopt;
    if (options_.replicas > 1 && options_.router == Router::least_outstanding_tokens)
      return *std::min_element(open.begin(), open.end(), [&](std::size_t a, std::size_t b) {
        return outstanding_[a] < outstanding_[b];
      });
    const bool affine = options_.router == Router::prefix_affinity && session >= 0;
    const std::size_t from =
        affine ? static_cast<std::size_t>(replica_of_session(session, options_.replicas)) : turn_;
    const auto later = std::lower_bound(open.begin(), open.end(), from);
    const std::size_t chosen = later == open.end() ? open.front() : *later;
    if (!affine) turn_ = (chosen + 1) % places_.size();
    static_cast<void>(r);
    return chosen;
  }
  void join(std::size_t r, const Request& request) {
    weight_[request.index] = request.prompt + answer_;
    replica_of_[request.index] = r;
    outstanding_[r] += weight_[request.index];
    ++in_flight_[r];
  }
  void take(long double at) {
    now_ = at;
    Incoming in = incoming_[next_++];
    if (options_.closed_loop_users > 0) in.request.arrival_s = at;
    const Request& r = in.request;
    const std::int64_t peak = r.prompt + std::max<std::int64_t>(0, r.output - 1);
    ++result_->requests;
    const bool fits = (peak + limits_.block_tokens - 1) / limits_.block_tokens <= limits_.kv_blocks;
    if (!elastic_ && !fits) static_cast<void>(route(r, in.session));  // takes its turn all the same
    if (!fits) {
      ++result_->rejected;
      return;
    }
    if (options_.closed_loop_users > 0) ready_.pop_front();
    result_->output_tokens += r.output;
    result_->cached_tokens += r.cached;
    const auto to = route(r, in.session);
    if (!to) {
      ++use_.waited_requests;
      queue_.push_back(in);
      return;
    }
    replicas_[*to].arrive(r, at);
    join(*to, r);
  }
  void step(std::size_t r) {
    std::vector<std::size_t> finished;
    now_ = replicas_[r].advance_one(finished);
    for (const std::size_t index : finished) {
      last_end_ = now_;
      if (!ends.empty()) ends[index] = now_;
      outstanding_[r] -= weight_[index];
      --in_flight_[r];
      if (options_.closed_loop_users > 0) ready_.push_back(now_ + step_->request_entry_s());
    }
    if (places_[r].draining && in_flight_[r] == 0) turn_off(r, now_);
  }

  void count_until(long double at) {
    if (at <= counted_) return;
    std::size_t paid = 0;
    int up = 0;
    for (const Place& p : places_) {
      paid += (p.paid ? 1U : 0U) + (p.replacing ? 1U : 0U);
      up += p.up ? 1 : 0;
    }
    if (use_.s_at.size() <= paid) use_.s_at.resize(paid + 1, 0.0);
    use_.s_at[paid] += static_cast<double>(at - counted_);
    use_.paid_s += static_cast<double>(at - counted_) * static_cast<double>(paid);
    use_.up_s += static_cast<double>(at - counted_) * up;
    counted_ = at;
  }
  void bring_up(std::size_t r, long double at) {
    Place& p = places_[r];
    p.up = true;
    p.noticed = p.replacing = p.draining = false;
    p.ready = p.lost = p.notice = kNever;
    if (elastic_->spot && r >= static_cast<std::size_t>(elastic_->spot->on_demand))
      p.notice = at + elastic_->spot->life_s(static_cast<int>(r), p.lives++);
  }
  void turn_off(std::size_t r, long double at) {
    count_until(at);
    const std::uint64_t lives = places_[r].lives;
    places_[r] = Place{};
    places_[r].lives = lives;
  }
  void apply(long double at) {
    now_ = at;
    count_until(at);
    for (std::size_t r = 0; r < places_.size(); ++r) {
      Place& p = places_[r];
      if (p.notice == at) {
        ++use_.interruptions;
        p.noticed = true;
        p.notice = kNever;
        p.lost = at + elastic_->spot->notice_s;
        p.replacing = r < static_cast<std::size_t>(wanted_);
        use_.cold_starts += p.replacing ? 1 : 0;
      }
      if (p.lost != at) continue;
      std::vector<Request> lost;
      replicas_[r].evacuate(at, lost);
      moved_.insert(moved_.end(), lost.begin(), lost.end());
      use_.moved_requests += static_cast<std::int64_t>(lost.size());
      outstanding_[r] = 0;
      in_flight_[r] = 0;
      const bool replaced = p.replacing;
      turn_off(r, at);
      if (!replaced) continue;
      places_[r].paid = true;
      places_[r].ready = std::max(
          at, at - static_cast<long double>(elastic_->spot->notice_s) + elastic_->cold_start_s);
    }
    for (std::size_t r = 0; r < places_.size(); ++r)
      if (places_[r].ready == at) bring_up(r, at);
    control(at);
    for (std::size_t r = 0; r < places_.size(); ++r) {
      Place& p = places_[r];
      if (r < static_cast<std::size_t>(wanted_)) {
        p.draining = false;
        if (p.paid) continue;
        p.paid = true;
        p.ready = at + elastic_->cold_start_s;
        ++use_.cold_starts;
        continue;
      }
      p.replacing = false;
      if (p.up) p.draining = true;
      if (p.paid && (!p.up || in_flight_[r] == 0)) turn_off(r, at);
    }
    hand_over_waiting(at);
  }
  void control(long double at) {
    if (elastic_->autoscaler && look_time() == at) {
      std::int64_t load = static_cast<std::int64_t>(moved_.size() + queue_.size());
      for (const std::int64_t n : in_flight_) load += n;
      looks_.push_back(static_cast<int>(
          std::min(std::ceil(static_cast<double>(load) / elastic_->autoscaler->target_in_flight),
                   static_cast<double>(options_.replicas))));
    }
    if (elastic_->schedule && hour_time() == at) ++hours_;
    wanted_ = elastic_->least(hours_, options_.replicas);
    if (!elastic_->autoscaler) return;
    const auto kept = static_cast<std::size_t>(elastic_->autoscaler->looks_kept());
    const std::size_t first = looks_.size() > kept ? looks_.size() - kept : 0;
    for (std::size_t i = first; i < looks_.size(); ++i) wanted_ = std::max(wanted_, looks_[i]);
  }
  void hand_over_waiting(long double at) {
    while (!moved_.empty()) {
      const Request r = moved_.front();
      const auto to = route(r, session_of(r));
      if (!to) return;
      moved_.pop_front();
      replicas_[*to].arrive_moved(r, at);
      join(*to, r);
    }
    while (!queue_.empty()) {
      const auto to = route(queue_.front().request, queue_.front().session);
      if (!to) return;
      replicas_[*to].arrive(queue_.front().request, at);
      join(*to, queue_.front().request);
      queue_.pop_front();
    }
  }
  [[nodiscard]] std::int32_t session_of(const Request& r) const {
    for (const Incoming& in : incoming_)
      if (in.request.index == r.index) return in.session;
    return -1;
  }

  const StepModel* step_;
  EngineLimits limits_;
  SimulationOptions options_;
  std::int64_t answer_;
  std::vector<Incoming> incoming_;
  SimulationResult* result_;
  std::vector<std::int64_t> weight_;
  std::vector<std::size_t> replica_of_;
  std::vector<Replica> replicas_;
  std::vector<Place> places_;
  std::vector<std::int64_t> outstanding_;
  std::vector<std::int64_t> in_flight_;
  std::deque<long double> ready_;
  std::optional<Elasticity> elastic_;
  int wanted_ = 0;
  std::vector<int> looks_;
  std::int64_t hours_ = 0;
  std::size_t next_ = 0;
  std::size_t turn_ = 0;
  long double now_ = 0;
  long double counted_ = 0;
  long double last_end_ = 0;
  std::deque<Request> moved_;
  std::deque<Incoming> queue_;
  FleetUse use_;
};

/// What simulate() answers, as far as the tests compare it. The caller has validated its input.
inline SimulationResult simulate(const traffic::Trace& trace, const StepModel& step,
                                 const EngineLimits& limits, const SimulationOptions& options) {
  SimulationResult result;
  result.outcomes.resize(trace.size(), RequestOutcome{.replica = -1});
  std::vector<Incoming> incoming;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    auto ns = trace.arrival_ns[i] - trace.arrival_ns[0];
    if (options.load_factor != 1.0)
      ns = static_cast<std::int64_t>(static_cast<double>(ns) / options.load_factor + 0.5);
    Incoming in;
    in.request.index = i;
    in.request.arrival_s = in.at = static_cast<long double>(ns) / 1e9L;
    in.request.prompt = std::max<std::int64_t>(1, trace.input_tokens[i]);
    in.request.output = trace.output_tokens[i];
    if (limits.prefix_cache && !trace.cached_tokens.empty()) {
      const std::int64_t hit =
          std::min<std::int64_t>(trace.cached_tokens[i], in.request.prompt - 1);
      in.request.cached = hit / limits.block_tokens * limits.block_tokens;
    }
    in.request.target = in.request.prompt;
    if (!trace.session.empty()) in.session = trace.session[i];
    incoming.push_back(in);
  }
  const std::int64_t answer = expected_answer_tokens(trace);
  if (!options.disaggregation) {
    Pool pool(step, limits, options, answer, incoming, result, trace.size());
    pool.run();
    return result;
  }
  const Disaggregation& pools = *options.disaggregation;
  SimulationResult prefill;
  prefill.outcomes.resize(trace.size());
  std::vector<Incoming> prompts;
  for (const Incoming& in : incoming) {
    const std::int64_t peak = in.request.prompt + std::max<std::int64_t>(0, in.request.output - 1);
    if ((peak + limits.block_tokens - 1) / limits.block_tokens > limits.kv_blocks) {
      ++result.rejected;
      continue;
    }
    prompts.push_back(in);
    prompts.back().request.output = 1;
  }
  SimulationOptions first = options;
  first.elastic.reset();
  first.replicas = pools.prefill_replicas;
  Pool before(step, limits, first, 1, prompts, prefill, trace.size());
  before.ends.resize(trace.size(), 0);
  before.run();
  std::vector<Incoming> answers;
  std::int64_t sum = 0;
  for (const Incoming& p : prompts) {
    Incoming in = p;
    in.request.output = incoming[p.request.index].request.output;
    sum += in.request.output;
    in.at = before.ends[p.request.index] +
            (pools.fixed_s + pools.s_per_prompt_token * static_cast<double>(p.request.prompt));
    in.request.cached = p.request.prompt - 1;
    answers.push_back(in);
  }
  std::stable_sort(answers.begin(), answers.end(),
                   [](const Incoming& a, const Incoming& b) { return a.at < b.at; });
  const auto n = static_cast<std::int64_t>(answers.size());
  const std::int64_t mean = n > 0 ? (2 * sum + n) / (2 * n) : 0;
  Pool after(step, limits, options, mean, answers, result, trace.size());
  after.run();
  result.requests = static_cast<std::int64_t>(trace.size());
  result.cached_tokens = prefill.cached_tokens;
  return result;
}

}  // namespace breakeven::serving::plain
