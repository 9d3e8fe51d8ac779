// fleet.hpp — equal replicas behind a router, replayed side by side.
//
// Shape    Requests are routed at their arrival. Round robin and prefix affinity do not look at the
//          replicas, so each is advanced only when it receives a request. Least outstanding tokens
//          knows what has been answered by then: replicas are advanced in the order of their next
//          events, which a tournament tree finds in O(log R), and a second one finds the replica
//          with the least outstanding weight (lowest number among equals).
//          Weight of a request = prompt tokens + mean answer of the trace: a router cannot know how
//          long an answer will be. Prefix affinity sends a session to replica mix(session) mod R
//          and requests without a session round robin.
// Threads  Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/serving/replica_sim.hpp"

namespace breakeven::serving {

/// What the gate sees when a request is about to be handed to the replica the router chose.
struct GateView {
  std::uint32_t request = 0;
  const ReplicaSim* replica = nullptr;
};

/// Decides whether the fleet takes the request; false sends it elsewhere (an API). Empty takes all.
using AdmissionGate = std::function<bool(const GateView&)>;

struct ReplayControl {
  AdmissionGate gate;
  /// Give up as soon as so many requests have missed a limit that the objective cannot be met any
  /// more. Not with a gate.
  bool stop_when_missed = false;
};

struct FleetReplay {
  SimulationResult result;     ///< of the part replayed, when stopped early
  bool stopped_early = false;  ///< the objective is missed for certain
  /// Bit i set: request i was turned away by the gate. Empty without a gate.
  std::vector<std::uint64_t> turned_away;
  std::int64_t turned_away_requests = 0;
};

/// As simulate(), with a gate. Requests that can never fit count as rejected before the gate.
[[nodiscard]] Result<FleetReplay> replay_fleet(const traffic::Trace& trace, const StepModel& step,
                                               const EngineLimits& limits,
                                               const SimulationOptions& options,
                                               const ReplayControl& control = {});

/// Checks limits and options as simulate() does.
[[nodiscard]] Status validate(const traffic::Trace& trace, const EngineLimits& limits,
                              const SimulationOptions& options);

/// Weight of a request for least-outstanding-tokens routing beyond its prompt: the trace's mean
/// output, rounded half up.
[[nodiscard]] std::int64_t expected_answer_tokens(const traffic::Trace& trace);

/// Replica of a session under prefix affinity (SplitMix64 finaliser, modulo).
[[nodiscard]] std::int32_t replica_of_session(std::int32_t session, int replicas);

}  // namespace breakeven::serving
