// The loop for fleets that change in time; the rules are those of elasticity.hpp.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/serving/elasticity.hpp"
#include "engine/serving/fleet.hpp"
#include "engine/serving/replay.hpp"
#include "engine/serving/replica_sim.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/tournament_tree.hpp"

namespace breakeven::serving {

namespace {

/// Money and time of the places, by how many are paid for.
class UseMeter {
 public:
  explicit UseMeter(std::size_t places) : ticks_at_(2 * places + 1, Ticks{0}) {}

  void advance(Ticks at) {
    if (at <= now_) return;
    ticks_at_[static_cast<std::size_t>(paid_)] += at - now_;
    up_ticks_ += (at - now_) * up_;
    now_ = at;
  }
  void pay(int more) {
    paid_ += more;
    peak_ = std::max(peak_, paid_);
  }
  void up(int more) { up_ += more; }
  [[nodiscard]] FleetUse total() const {
    FleetUse use;
    use.span_s = seconds_from_ticks(now_);
    use.up_s = seconds_from_ticks(up_ticks_);
    for (std::size_t n = 0; n <= static_cast<std::size_t>(peak_); ++n) {
      use.s_at.push_back(seconds_from_ticks(ticks_at_[n]));
      use.paid_s += static_cast<double>(n) * use.s_at.back();
    }
    use.peak_replicas = peak_;
    use.mean_replicas = use.span_s > 0 ? use.paid_s / use.span_s : 0.0;
    return use;
  }

 private:
  Ticks now_ = 0;
  Ticks up_ticks_ = 0;
  int paid_ = 0;
  int up_ = 0;
  int peak_ = 0;
  std::vector<Ticks> ticks_at_;
};

/// Greatest of the last so many values.
class SlidingMaximum {
 public:
  explicit SlidingMaximum(std::int64_t kept) : kept_(kept) {}
  void add(int value) {
    while (!values_.empty() && values_.back().second <= value) values_.pop_back();
    values_.emplace_back(++count_, value);
    if (values_.front().first <= count_ - kept_) values_.pop_front();
  }
  [[nodiscard]] int greatest() const { return values_.empty() ? 0 : values_.front().second; }

 private:
  std::int64_t kept_;
  std::int64_t count_ = 0;
  std::deque<std::pair<std::int64_t, int>> values_;
};

enum class State : std::uint8_t { off, starting, up, draining };

struct Place {
  State state = State::off;
  bool noticed = false;
  bool replacing = false;  ///< a replacement has been starting since the notice
  Ticks ready_at = kNever;
  Ticks notice_at = kNever;
  Ticks lost_at = kNever;
  std::uint64_t lives = 0;
  [[nodiscard]] bool accepts() const { return state == State::up && !noticed; }
  [[nodiscard]] Ticks next_change() const { return std::min({ready_at, notice_at, lost_at}); }
};

class ElasticLoop {
 public:
  ElasticLoop(Replay& replay, const Elasticity& elastic)
      : replay_(&replay),
        elastic_(&elastic),
        places_(replay.replicas.size()),
        meter_(places_.size()),
        events_(places_.size(), kNever),
        outstanding_(places_.size(), 0),
        desired_(elastic.autoscaler ? elastic.autoscaler->looks_kept() : 1),
        users_(static_cast<std::size_t>(std::min<std::int64_t>(
            replay.options->closed_loop_users, static_cast<std::int64_t>(replay.requests.size())))),
        cold_start_(ticks_from_seconds(elastic.cold_start_s)),
        entry_(ticks_from_seconds(replay.times.entry_s())),
        closed_(replay.options->closed_loop_users > 0) {
    if (closed_) replay.requests.close_loop();
    if (elastic.autoscaler) {
      interval_ = ticks_from_seconds(elastic.autoscaler->interval_s);
      target_in_flight_ = elastic.autoscaler->target_in_flight;
    }
    if (elastic.spot) notice_ = ticks_from_seconds(elastic.spot->notice_s);
    floor_ = elastic.least(0, replay.options->replicas);
    plan_control();
    wanted_ = floor_;
    for (std::size_t r = 0; r < static_cast<std::size_t>(wanted_); ++r) {
      meter_.pay(1);
      bring_up(r, Ticks{0});
    }
    look_ahead();
  }

  [[nodiscard]] Status run() {
    while (true) {
      const Ticks arrival = next_arrival();
      if (arrival == kNever && in_fleet_ == 0 && waiting() == 0) break;
      const std::size_t due = events_.least();
      if (events_.key(due) < std::min(arrival, next_change_)) {
        step(due);
      } else if (next_change_ <= arrival) {
        BREAKEVEN_CHECK_OK(change(next_change_));
      } else {
        BREAKEVEN_CHECK_OK(replay_->poll(next_));
        if (replay_->stopped()) break;
        take_arrival(arrival);
      }
    }
    meter_.advance(std::max(now_, replay_->collector.last_end()));
    FleetUse use = meter_.total();
    use.cold_starts = cold_starts_;
    use.interruptions = interruptions_;
    use.moved_requests = moved_requests_;
    use.waited_requests = waited_requests_;
    replay_->out.result.fleet = std::make_shared<const FleetUse>(std::move(use));
    return {};
  }

 private:
  [[nodiscard]] std::int64_t waiting() const {
    return static_cast<std::int64_t>(moved_.size() + queue_.size());
  }
  [[nodiscard]] Ticks next_arrival() const {
    if (next_ >= replay_->requests.size()) return kNever;
    if (!closed_) return replay_->requests.arrival(next_);
    if (!users_.anyone()) return kNever;
    return std::max(users_.first(), ticks_from_ns(replay_->requests.arrival_ns(next_)));
  }
  [[nodiscard]] bool wants(std::size_t r) const { return r < static_cast<std::size_t>(wanted_); }

  // ---- requests

  void take_arrival(Ticks at) {
    now_ = at;
    const std::uint32_t request = next_++;
    if (closed_) replay_->requests.issue(request, at);
    if (!replay_->takes(request, replay_->replicas.front())) return;
    if (closed_) users_.leave();
    const std::size_t r = route(request);
    if (r == places_.size()) {
      ++waited_requests_;
      queue_.push_back(request);
      return;
    }
    hand_over(r, request, at);
  }
  /// The replica of a request, or the number of places when none takes requests.
  [[nodiscard]] std::size_t route(std::uint32_t request) {
    const std::size_t count = places_.size();
    if (replay_->options->router == Router::least_outstanding_tokens) {
      std::size_t best = count;
      for (std::size_t r = 0; r < count; ++r) {
        if (places_[r].accepts() && (best == count || outstanding_[r] < outstanding_[best]))
          best = r;
      }
      return best;
    }
    const std::int32_t session = replay_->requests.session(request);
    const bool by_session = replay_->options->router == Router::prefix_affinity && session >= 0;
    const std::size_t first =
        by_session
            ? static_cast<std::size_t>(replica_of_session(session, replay_->options->replicas))
            : turn_;
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t r = (first + k) % count;
      if (!places_[r].accepts()) continue;
      if (!by_session) turn_ = (r + 1) % count;
      return r;
    }
    return count;
  }
  void joined(std::size_t r, std::uint32_t request) {
    ++in_fleet_;
    outstanding_[r] += replay_->weight(request);
    events_.set(r, replay_->replicas[r].next_event());
  }
  void hand_over(std::size_t r, std::uint32_t request, Ticks at) {
    replay_->replicas[r].arrive(request, at);
    joined(r, request);
  }
  /// Hands over what waits in front of the fleet: what lost its replica first.
  void hand_over_waiting(Ticks at) {
    std::size_t done = 0;
    for (; done < moved_.size(); ++done) {
      const std::size_t r = route(moved_[done].request);
      if (r == places_.size()) break;
      replay_->replicas[r].arrive_moved(moved_[done], at);
      joined(r, moved_[done].request);
    }
    moved_.erase(moved_.begin(), moved_.begin() + static_cast<std::ptrdiff_t>(done));
    while (moved_.empty() && !queue_.empty()) {
      const std::size_t r = route(queue_.front());
      if (r == places_.size()) return;
      hand_over(r, queue_.front(), at);
      queue_.pop_front();
    }
  }

  void step(std::size_t r) {
    ReplicaSim& replica = replay_->replicas[r];
    replica.step();
    now_ = replica.now();
    for (const std::uint32_t request : replica.finished()) {
      outstanding_[r] -= replay_->weight(request);
      --in_fleet_;
      if (closed_) users_.come(now_ + entry_);
    }
    events_.set(r, replica.next_event());
    if (places_[r].state == State::draining && replica.in_flight() == 0) {
      turn_off(r, now_);
      look_ahead();
    }
  }

  // ---- places

  void start(std::size_t r, Ticks at) {
    meter_.advance(at);
    meter_.pay(1);
    ++cold_starts_;
    places_[r].state = State::starting;
    places_[r].ready_at = at + cold_start_;
  }
  void bring_up(std::size_t r, Ticks at) {
    Place& place = places_[r];
    meter_.advance(at);
    meter_.up(1);
    place.state = State::up;
    place.noticed = place.replacing = false;
    place.ready_at = place.lost_at = place.notice_at = kNever;
    if (elastic_->spot && r >= static_cast<std::size_t>(elastic_->spot->on_demand)) {
      place.notice_at =
          at + ticks_from_seconds(elastic_->spot->life_s(static_cast<int>(r), place.lives++));
    }
  }
  void turn_off(std::size_t r, Ticks at) {
    Place& place = places_[r];
    meter_.advance(at);
    if (place.state != State::starting) meter_.up(-1);
    meter_.pay(place.replacing ? -2 : -1);
    place.state = State::off;
    place.noticed = place.replacing = false;
    place.ready_at = place.lost_at = place.notice_at = kNever;
  }
  void give_notice(std::size_t r, Ticks at) {
    Place& place = places_[r];
    ++interruptions_;
    place.noticed = true;
    place.notice_at = kNever;
    place.lost_at = at + notice_;
    place.replacing = wants(r);
    if (!place.replacing) return;
    meter_.advance(at);
    meter_.pay(1);
    ++cold_starts_;
  }
  void lose(std::size_t r, Ticks at) {
    const std::size_t before = moved_.size();
    replay_->replicas[r].evacuate(at, moved_);
    const auto lost = static_cast<std::int64_t>(moved_.size() - before);
    moved_requests_ += lost;
    in_fleet_ -= lost;
    outstanding_[r] = 0;
    events_.set(r, kNever);
    Place& place = places_[r];
    const bool replaced = place.replacing;
    place.replacing = false;
    if (!replaced) {
      turn_off(r, at);
      return;
    }
    meter_.advance(at);
    meter_.up(-1);
    meter_.pay(-1);
    place.state = State::starting;
    place.noticed = false;
    place.lost_at = kNever;
    place.ready_at = std::max(at, at - notice_ + cold_start_);
  }
  /// Brings the places in line with how many are wanted.
  void reconcile(Ticks at) {
    for (std::size_t r = 0; r < places_.size(); ++r) {
      Place& place = places_[r];
      if (wants(r)) {
        if (place.state == State::off) start(r, at);
        if (place.state == State::draining) place.state = State::up;
        continue;
      }
      if (place.replacing) {
        meter_.advance(at);
        meter_.pay(-1);
        place.replacing = false;
      }
      if (place.state == State::up) place.state = State::draining;
      const bool idle = replay_->replicas[r].in_flight() == 0;
      if (place.state == State::starting || (place.state == State::draining && idle))
        turn_off(r, at);
    }
  }

  // ---- the clock of the fleet

  void plan_control() {
    if (elastic_->autoscaler) next_look_ = interval_ * (looks_ + 1);
    if (elastic_->schedule)
      next_hour_ = ticks_from_seconds(elastic_->hour_begins_s(hours_met_ + 1));
  }
  void look_ahead() {
    next_change_ = std::min(next_look_, next_hour_);
    for (const Place& place : places_) next_change_ = std::min(next_change_, place.next_change());
  }
  [[nodiscard]] Status change(Ticks at) {
    now_ = at;
    constexpr std::int64_t kMostInterruptions = 10'000'000;
    if (interruptions_ > kMostInterruptions) {
      return Error{ErrorCode::resource_limit,
                   "expected fewer than 10 million interruptions, the fleet is interrupted faster "
                   "than it answers",
                   "elastic.spot"};
    }
    for (std::size_t r = 0; r < places_.size(); ++r) {
      if (places_[r].notice_at == at) give_notice(r, at);
      if (places_[r].lost_at == at) lose(r, at);
    }
    for (std::size_t r = 0; r < places_.size(); ++r) {
      if (places_[r].ready_at == at) bring_up(r, at);
    }
    if (next_look_ == at) {
      ++looks_;
      BREAKEVEN_CHECK_OK(replay_->poll(static_cast<std::size_t>(looks_)));
      const double load = static_cast<double>(in_fleet_ + waiting()) / target_in_flight_;
      const auto most = static_cast<double>(places_.size());
      desired_.add(static_cast<int>(std::min(std::ceil(load), most)));
    }
    if (next_hour_ == at) {
      ++hours_met_;
      floor_ = elastic_->least(hours_met_, replay_->options->replicas);
    }
    plan_control();
    wanted_ = std::max(floor_, desired_.greatest());
    reconcile(at);
    hand_over_waiting(at);
    look_ahead();
    return {};
  }

  Replay* replay_;
  const Elasticity* elastic_;
  std::vector<Place> places_;
  UseMeter meter_;
  TournamentTree<Ticks> events_;
  std::vector<std::int64_t> outstanding_;
  SlidingMaximum desired_;
  ReadyUsers users_;
  Ticks cold_start_;
  Ticks entry_;
  Ticks interval_ = 0;
  double target_in_flight_ = 1;  ///< of the autoscaler
  Ticks notice_ = 0;
  bool closed_;
  int floor_ = 0;
  int wanted_ = 0;
  Ticks now_ = 0;
  Ticks next_change_ = kNever;
  Ticks next_look_ = kNever;
  Ticks next_hour_ = kNever;
  std::int64_t looks_ = 0;
  std::int64_t hours_met_ = 0;
  std::uint32_t next_ = 0;
  std::size_t turn_ = 0;
  std::int64_t in_fleet_ = 0;
  std::vector<Unfinished> moved_;  ///< lost their replica; youngest first
  std::deque<std::uint32_t> queue_;
  std::int64_t cold_starts_ = 0;
  std::int64_t interruptions_ = 0;
  std::int64_t moved_requests_ = 0;
  std::int64_t waited_requests_ = 0;
};

}  // namespace

Status run_elastic(Replay& replay, const Elasticity& elastic) {
  ElasticLoop loop(replay, elastic);
  return loop.run();
}

}  // namespace breakeven::serving
