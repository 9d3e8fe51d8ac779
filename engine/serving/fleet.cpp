#include "engine/serving/fleet.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/serving/latency_sketch.hpp"
#include "engine/serving/replica_sim.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/step_model.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::serving {

namespace {

/// Least of R keys with O(log R) update; the lowest number wins among equals.
template <class Key>
class TournamentTree {
 public:
  TournamentTree(std::size_t players, Key initial)
      : players_(players),
        leaves_(std::bit_ceil(std::max<std::size_t>(players, 1))),
        key_(players, initial),
        winner_(2 * leaves_) {
    for (std::size_t i = 0; i < leaves_; ++i) winner_[leaves_ + i] = static_cast<std::uint32_t>(i);
    for (std::size_t node = leaves_ - 1; node > 0; --node) play(node);
  }
  [[nodiscard]] std::size_t least() const { return winner_[1]; }
  [[nodiscard]] const Key& key(std::size_t player) const { return key_[player]; }
  void set(std::size_t player, Key key) {
    key_[player] = key;
    for (std::size_t node = (leaves_ + player) / 2; node > 0; node /= 2) play(node);
  }

 private:
  void play(std::size_t node) {
    const std::uint32_t a = winner_[2 * node];
    const std::uint32_t b = winner_[2 * node + 1];
    winner_[node] = b < players_ && key_[b] < key_[a] ? b : a;
  }

  std::size_t players_;
  std::size_t leaves_;
  std::vector<Key> key_;
  std::vector<std::uint32_t> winner_;
};

/// The replay of one fleet: hands requests over in order of arrival.
class Fleet {
 public:
  Fleet(const traffic::Trace& trace, const StepModel& step, const EngineLimits& limits,
        const SimulationOptions& options, const ReplayControl& control)
      : options_(&options),
        control_(&control),
        limits_(&limits),
        requests_(trace, limits, options.load_factor),
        times_(step, std::min(limits.max_sequences, limits.token_budget)),
        collector_(options.objective, times_.entry_s(), requests_.size(), options.keep_requests) {
    collector_.observer = options.observer;
    replicas_.reserve(static_cast<std::size_t>(options.replicas));
    for (int r = 0; r < options.replicas; ++r) {
      replicas_.emplace_back(r, limits, requests_, times_, collector_);
    }
    if (options.replicas > 1 && options.router == Router::least_outstanding_tokens) {
      answer_tokens_ = expected_answer_tokens(trace);
    }
    if (control.stop_when_missed) count_allowed_misses(trace);
  }

  [[nodiscard]] Result<FleetReplay> run() {
    if (control_->gate) replay_.turned_away.assign((requests_.size() + 63) / 64, 0);
    const bool by_load =
        options_->replicas > 1 && options_->router == Router::least_outstanding_tokens;
    Status done;
    if (options_->closed_loop_users > 0) {
      done = times_.sane() ? run_closed_loop() : Status{};
    } else {
      done = by_load ? run_by_load() : run_by_rule();
    }
    if (!done.ok()) return done.error();
    if (!times_.sane()) {
      return Error{ErrorCode::invalid_argument,
                   "the step model must give iteration times in (0, 1e6] s, slopes in [0, 0.01] s "
                   "and an entry time in [0, 1e6) s",
                   "step model"};
    }
    summarise();
    return std::move(replay_);
  }

 private:
  static constexpr std::size_t kTickMask = 1023;

  /// Looks up now and then: cancelled? objective lost for certain?
  [[nodiscard]] Status poll(std::size_t request) {
    if ((request & kTickMask) != 0) return {};
    const Ticker* const ticker = options_->ticker;
    if (ticker != nullptr && ticker->cancel.load(std::memory_order_relaxed)) {
      return Error{ErrorCode::resource_limit, "the simulation was cancelled", {}};
    }
    replay_.stopped_early =
        control_->stop_when_missed &&
        (rejected_ > 0 || collector_.missed_for_certain(most_ttft_misses_, most_tpot_misses_));
    return {};
  }
  void count_allowed_misses(const traffic::Trace& trace) {
    const auto allowed = [this](std::int64_t n) {
      return n - nearest_rank(options_->objective.percentile, n);
    };
    const auto with_tpot = std::count_if(trace.output_tokens.begin(), trace.output_tokens.end(),
                                         [](std::int32_t tokens) { return tokens > 1; });
    most_ttft_misses_ = allowed(static_cast<std::int64_t>(trace.size()));
    most_tpot_misses_ = allowed(with_tpot);
  }

  /// False when the request was rejected or turned away, and then counted.
  [[nodiscard]] bool takes(std::uint32_t request, const ReplicaSim& replica) {
    if (!replica.fits(requests_.peak_tokens(request))) {
      ++rejected_;
      return false;
    }
    if (control_->gate && !control_->gate({request, &replica})) {
      replay_.turned_away[request / 64] |= std::uint64_t{1} << (request % 64);
      ++replay_.turned_away_requests;
      return false;
    }
    ++served_;
    input_tokens_ += requests_.input(request);
    cached_tokens_ += requests_.cached(request);
    return true;
  }

  [[nodiscard]] Status run_by_rule() {
    const auto count = static_cast<std::uint32_t>(requests_.size());
    std::size_t turn = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      BREAKEVEN_CHECK_OK(poll(i));
      if (replay_.stopped_early) return {};
      ReplicaSim& replica = replicas_[by_rule(i, turn)];
      const Ticks at = requests_.arrival(i);
      replica.advance_to(at);
      if (takes(i, replica)) replica.arrive(i, at);
    }
    for (ReplicaSim& replica : replicas_) replica.advance_to(kNever);
    return {};
  }

  [[nodiscard]] Status run_by_load() {
    TournamentTree<Ticks> events(replicas_.size(), kNever);
    TournamentTree<std::int64_t> outstanding(replicas_.size(), 0);
    const auto weight = [this](std::uint32_t request) {
      return requests_.prompt(request) + answer_tokens_;
    };
    const auto advance_to = [&](Ticks at) {
      for (std::size_t r = events.least(); events.key(r) < at; r = events.least()) {
        ReplicaSim& replica = replicas_[r];
        replica.step();
        if (!replica.finished().empty()) {
          std::int64_t left = outstanding.key(r);
          for (const std::uint32_t request : replica.finished()) left -= weight(request);
          outstanding.set(r, left);
        }
        events.set(r, replica.next_event());
      }
    };
    const auto count = static_cast<std::uint32_t>(requests_.size());
    for (std::uint32_t i = 0; i < count; ++i) {
      BREAKEVEN_CHECK_OK(poll(i));
      if (replay_.stopped_early) return {};
      const Ticks at = requests_.arrival(i);
      advance_to(at);
      const std::size_t r = outstanding.least();
      ReplicaSim& replica = replicas_[r];
      if (!takes(i, replica)) continue;
      replica.arrive(i, at);
      outstanding.set(r, outstanding.key(r) + weight(i));
      events.set(r, replica.next_event());
    }
    for (ReplicaSim& replica : replicas_) replica.advance_to(kNever);
    return {};
  }

  /// Where the router sends a request, without regard to load.
  [[nodiscard]] std::size_t by_rule(std::uint32_t request, std::size_t& turn) const {
    const std::int32_t session = requests_.session(request);
    if (options_->router == Router::prefix_affinity && session >= 0)
      return static_cast<std::size_t>(replica_of_session(session, options_->replicas));
    const std::size_t r = turn;
    if (++turn == replicas_.size()) turn = 0;
    return r;
  }

  [[nodiscard]] Status run_closed_loop() {
    const auto count = static_cast<std::uint32_t>(requests_.size());
    const Ticks entry = ticks_from_seconds(times_.entry_s());
    const bool by_load = options_->router == Router::least_outstanding_tokens;
    requests_.close_loop();
    TournamentTree<Ticks> events(replicas_.size(), kNever);
    TournamentTree<std::int64_t> outstanding(replicas_.size(), 0);
    const auto weight = [this](std::uint32_t request) {
      return requests_.prompt(request) + answer_tokens_;
    };
    // Users ready to send, by time: the entry time is the same for all, so first in, first out.
    const auto users = static_cast<std::size_t>(
        std::min<std::int64_t>(options_->closed_loop_users, std::int64_t{count}));
    std::vector<Ticks> ready(users, Ticks{0});
    std::size_t first_ready = 0;
    std::size_t ready_count = users;
    std::size_t turn = 0;
    std::uint32_t next = 0;
    while (true) {
      const std::size_t due = events.least();
      const Ticks at = next < count && ready_count > 0
                           ? std::max(ready[first_ready], ticks_from_ns(requests_.arrival_ns(next)))
                           : kNever;
      if (at == kNever && events.key(due) == kNever) return {};
      if (at <= events.key(due)) {
        BREAKEVEN_CHECK_OK(poll(next));
        if (replay_.stopped_early) return {};
        const std::uint32_t request = next++;
        requests_.issue(request, at);
        const std::size_t r = by_load ? outstanding.least() : by_rule(request, turn);
        ReplicaSim& replica = replicas_[r];
        if (!takes(request, replica)) continue;  // the same user sends the next one instead
        first_ready = first_ready + 1 == users ? 0 : first_ready + 1;
        --ready_count;
        replica.arrive(request, at);
        outstanding.set(r, outstanding.key(r) + weight(request));
        events.set(r, replica.next_event());
        continue;
      }
      ReplicaSim& replica = replicas_[due];
      replica.step();
      std::int64_t left = outstanding.key(due);
      for (const std::uint32_t request : replica.finished()) {
        left -= weight(request);
        ready[(first_ready + ready_count) % users] = replica.now() + entry;
        ++ready_count;
      }
      outstanding.set(due, left);
      events.set(due, replica.next_event());
    }
  }

  void summarise() {
    for (const ReplicaSim& replica : replicas_) replica.report();
    SimulationResult& result = replay_.result;
    result.requests = served_ + rejected_;
    result.rejected = rejected_;
    result.input_tokens = input_tokens_;
    result.cached_tokens = cached_tokens_;
    collector_.fill(result, *options_, *limits_);
    if (replay_.stopped_early) result.objective_met = false;
  }

  const SimulationOptions* options_;
  const ReplayControl* control_;
  const EngineLimits* limits_;
  RequestTable requests_;
  StepTimes times_;
  Collector collector_;
  std::vector<ReplicaSim> replicas_;
  std::int64_t answer_tokens_ = 0;
  std::int64_t most_ttft_misses_ = 0;
  std::int64_t most_tpot_misses_ = 0;
  std::int64_t served_ = 0;
  std::int64_t rejected_ = 0;
  std::int64_t input_tokens_ = 0;
  std::int64_t cached_tokens_ = 0;
  FleetReplay replay_;
};

Error bad(std::string where, std::string expected, const std::string& found) {
  return {ErrorCode::invalid_argument, "expected " + std::move(expected) + ", found " + found,
          std::move(where)};
}

Status in_range(std::string_view where, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return {};
  return bad(std::string(where),
             "a whole number from " + std::to_string(low) + " to " + std::to_string(high),
             std::to_string(value));
}

Status in_range(std::string_view where, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return bad(std::string(where), "a number from " + shortest(low) + " to " + shortest(high),
             shortest(value));
}

Status validate_trace(const traffic::Trace& trace) {
  const std::size_t n = trace.size();
  if (n == 0) return bad("trace", "at least one request", "none");
  if (n > 0xFFFF'FFF0U) return bad("trace", "fewer than 2^32 requests", std::to_string(n));
  const auto whole = [n](const std::vector<std::int32_t>& column, bool optional) {
    return column.size() == n || (optional && column.empty());
  };
  if (!whole(trace.input_tokens, false) || !whole(trace.output_tokens, false) ||
      !whole(trace.cached_tokens, true) || !whole(trace.session, true)) {
    return bad("trace", "columns of equal length", "columns that differ");
  }
  const auto tokens_ok = [](std::int32_t t) {
    return t >= 0 && t <= traffic::kMaxTokensPerRequest;
  };
  bool sound = true;
  for (std::size_t i = 0; i < n; ++i) {
    sound = tokens_ok(trace.input_tokens[i]) && tokens_ok(trace.output_tokens[i]) &&
            (i == 0 || trace.arrival_ns[i] >= trace.arrival_ns[i - 1]) &&
            (trace.cached_tokens.empty() || trace.cached_tokens[i] >= 0);
    if (!sound) {
      return bad("trace row " + std::to_string(i + 1),
                 "an arrival not before the previous one and token counts from 0 to " +
                     std::to_string(traffic::kMaxTokensPerRequest),
                 "arrival " + std::to_string(trace.arrival_ns[i]) + " ns, " +
                     std::to_string(trace.input_tokens[i]) + " in, " +
                     std::to_string(trace.output_tokens[i]) + " out");
    }
  }
  return {};
}

}  // namespace

Status validate(const traffic::Trace& trace, const EngineLimits& limits,
                const SimulationOptions& options) {
  constexpr std::int64_t kMostTokens = std::int64_t{1} << 30;
  constexpr double kLongestSeconds = 1e9;
  BREAKEVEN_CHECK_OK(in_range("token_budget", limits.token_budget, 1, kMostTokens));
  BREAKEVEN_CHECK_OK(in_range("max_sequences", limits.max_sequences, 1, 1'000'000));
  BREAKEVEN_CHECK_OK(in_range("kv_blocks", limits.kv_blocks, 1, kMostTokens));
  BREAKEVEN_CHECK_OK(in_range("block_tokens", limits.block_tokens, 1, 1024));
  if (!std::has_single_bit(static_cast<std::uint64_t>(limits.block_tokens))) {
    return bad("block_tokens", "a power of two", std::to_string(limits.block_tokens));
  }
  BREAKEVEN_CHECK_OK(in_range("replicas", std::int64_t{options.replicas}, 1, 100'000));
  BREAKEVEN_CHECK_OK(in_range("closed_loop_users", options.closed_loop_users, 0, kMostTokens));
  BREAKEVEN_CHECK_OK(in_range("load_factor", options.load_factor, 1e-3, 1e6));
  BREAKEVEN_CHECK_OK(in_range("objective.ttft_s", options.objective.ttft_s, 1e-9, kLongestSeconds));
  BREAKEVEN_CHECK_OK(in_range("objective.tpot_s", options.objective.tpot_s, 1e-9, kLongestSeconds));
  BREAKEVEN_CHECK_OK(in_range("objective.percentile", options.objective.percentile, 1e-6, 100.0));
  BREAKEVEN_CHECK_OK(validate_trace(trace));
  const double span_ns =
      static_cast<double>(trace.arrival_ns.back()) - static_cast<double>(trace.arrival_ns.front());
  constexpr double kLongestReplayNs = 4e18;
  if (span_ns / options.load_factor > kLongestReplayNs) {
    return bad("load_factor", "a replay of at most 126 years", shortest(options.load_factor));
  }
  return {};
}

std::int64_t expected_answer_tokens(const traffic::Trace& trace) {
  std::int64_t sum = 0;
  for (const std::int32_t tokens : trace.output_tokens) sum += tokens;
  const auto n = static_cast<std::int64_t>(trace.size());
  return n > 0 ? (2 * sum + n) / (2 * n) : 0;
}

std::int32_t replica_of_session(std::int32_t session, int replicas) {
  std::uint64_t z = static_cast<std::uint32_t>(session) + 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  z ^= z >> 31;
  return static_cast<std::int32_t>(z % static_cast<std::uint64_t>(replicas));
}

Result<FleetReplay> replay_fleet(const traffic::Trace& trace, const StepModel& step,
                                 const EngineLimits& limits, const SimulationOptions& options,
                                 const ReplayControl& control) {
  BREAKEVEN_CHECK_OK(validate(trace, limits, options));
  Fleet fleet(trace, step, limits, options, control);
  return fleet.run();
}

}  // namespace breakeven::serving
