// Loops for fleets that stay as they are.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/base/result.hpp"
#include "engine/serving/replay.hpp"
#include "engine/serving/replica_sim.hpp"
#include "engine/serving/sim_time.hpp"
#include "engine/serving/simulation.hpp"
#include "engine/serving/tournament_tree.hpp"

namespace breakeven::serving {

Status run_by_rule(Replay& replay) {
  const auto count = static_cast<std::uint32_t>(replay.requests.size());
  std::size_t turn = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    BREAKEVEN_CHECK_OK(replay.poll(i));
    if (replay.stopped()) return {};
    ReplicaSim& replica = replay.replicas[replay.by_rule(i, turn)];
    const Ticks at = replay.requests.arrival(i);
    replica.advance_to(at);
    if (replay.takes(i, replica)) replica.arrive(i, at);
  }
  for (ReplicaSim& replica : replay.replicas) replica.advance_to(kNever);
  return {};
}

Status run_by_load(Replay& replay) {
  TournamentTree<Ticks> events(replay.replicas.size(), kNever);
  TournamentTree<std::int64_t> outstanding(replay.replicas.size(), 0);
  const auto advance_to = [&](Ticks at) {
    for (std::size_t r = events.least(); events.key(r) < at; r = events.least()) {
      ReplicaSim& replica = replay.replicas[r];
      replica.step();
      if (!replica.finished().empty()) {
        std::int64_t left = outstanding.key(r);
        for (const std::uint32_t request : replica.finished()) left -= replay.weight(request);
        outstanding.set(r, left);
      }
      events.set(r, replica.next_event());
    }
  };
  const auto count = static_cast<std::uint32_t>(replay.requests.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    BREAKEVEN_CHECK_OK(replay.poll(i));
    if (replay.stopped()) return {};
    const Ticks at = replay.requests.arrival(i);
    advance_to(at);
    const std::size_t r = outstanding.least();
    ReplicaSim& replica = replay.replicas[r];
    if (!replay.takes(i, replica)) continue;
    replica.arrive(i, at);
    outstanding.set(r, outstanding.key(r) + replay.weight(i));
    events.set(r, replica.next_event());
  }
  for (ReplicaSim& replica : replay.replicas) replica.advance_to(kNever);
  return {};
}

Status run_closed_loop(Replay& replay) {
  const auto count = static_cast<std::uint32_t>(replay.requests.size());
  const Ticks entry = ticks_from_seconds(replay.times.entry_s());
  const bool by_load = replay.options->router == Router::least_outstanding_tokens;
  replay.requests.close_loop();
  TournamentTree<Ticks> events(replay.replicas.size(), kNever);
  TournamentTree<std::int64_t> outstanding(replay.replicas.size(), 0);
  ReadyUsers users(static_cast<std::size_t>(
      std::min<std::int64_t>(replay.options->closed_loop_users, std::int64_t{count})));
  std::size_t turn = 0;
  std::uint32_t next = 0;
  while (true) {
    const std::size_t due = events.least();
    const Ticks at = next < count && users.anyone()
                         ? std::max(users.first(), ticks_from_ns(replay.requests.arrival_ns(next)))
                         : kNever;
    if (at == kNever && events.key(due) == kNever) return {};
    if (at <= events.key(due)) {
      BREAKEVEN_CHECK_OK(replay.poll(next));
      if (replay.stopped()) return {};
      const std::uint32_t request = next++;
      replay.requests.issue(request, at);
      const std::size_t r = by_load ? outstanding.least() : replay.by_rule(request, turn);
      ReplicaSim& replica = replay.replicas[r];
      if (!replay.takes(request, replica)) continue;  // the same user sends the next one instead
      users.leave();
      replica.arrive(request, at);
      outstanding.set(r, outstanding.key(r) + replay.weight(request));
      events.set(r, replica.next_event());
      continue;
    }
    ReplicaSim& replica = replay.replicas[due];
    replica.step();
    std::int64_t left = outstanding.key(due);
    for (const std::uint32_t request : replica.finished()) {
      left -= replay.weight(request);
      users.come(replica.now() + entry);
    }
    outstanding.set(due, left);
    events.set(due, replica.next_event());
  }
}

}  // namespace breakeven::serving
