// transform.hpp — traces made from traces: less or more load, a part, several in one.
//
// Units    Nanoseconds from the start of the trace.
// Shape    Every function leaves its argument alone and returns a valid trace when it was given
//          one. Known cached tokens and sessions are kept; a trace made of several knows them only
//          when every part does.
// Sources  Neither thinning nor compressing time is how demand grows in truth: pooled customers
//          share the clock, and the peak to mean of K equal ones falls from 3.4 (K = 1) to 1.8
//          (K = 100) (ServeGen, 75 customers). Say so wherever a scaled trace is shown.
// Errors   out_of_range for factors and bounds; invalid_argument when there is nothing to return.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::traffic {

/// Sorts by arrival; equal arrivals keep their order.
void sort_by_arrival(Trace& trace);

/// Keeps each request with probability `share` in (0, 1], the same for the same seed; a smaller
/// share keeps a subset of what a larger one keeps. The span stays.
[[nodiscard]] Result<Trace> thin(const Trace& trace, double share, std::uint64_t seed = 1);

/// `factor` times the requests in the same span: whole copies, each shifted in time by an own
/// uniform amount within `spread_ns` (wrapped around the span), and one thinned copy for the rest.
/// Keeps the day's shape and the peak to mean of windows much longer than the spread; bursts
/// shorter than it average out. Sessions of copies are other sessions. factor in (0, 1000].
[[nodiscard]] Result<Trace> multiply(const Trace& trace, double factor,
                                     std::int64_t spread_ns = 60'000'000'000,
                                     std::uint64_t seed = 1);

/// The same requests `factor` times as fast: arrivals and span divided by it. Keeps every count of
/// requests and every ratio, but a day becomes shorter. factor in [0.001, 1000].
[[nodiscard]] Result<Trace> speed_up(const Trace& trace, double factor);

/// The requests that arrive in [from_ns, to_ns), with time zero at from_ns; the span ends with the
/// window or with the observation.
[[nodiscard]] Result<Trace> window(const Trace& trace, std::int64_t from_ns, std::int64_t to_ns);

/// All requests on one clock, in order of arrival (equal arrivals: in order of the parts).
[[nodiscard]] Result<Trace> merge(const std::vector<Trace>& parts);

/// One trace after the other: each starts where the span of the one before ends.
[[nodiscard]] Result<Trace> concatenate(const std::vector<Trace>& parts);

/// Moves each arrival forward by a uniform amount below `step_ns`: for clocks that were cut to
/// whole steps (Mooncake: 3 s). Sorted again; the span grows by one step at most.
[[nodiscard]] Result<Trace> spread_steps(const Trace& trace, std::int64_t step_ns,
                                         std::uint64_t seed = 1);

}  // namespace breakeven::traffic
