#include "engine/traffic/transform.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/random.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::traffic {
namespace {

constexpr std::size_t kMaxRequests = 500'000'000;

Error range(const std::string& field, const std::string& expected, const std::string& found) {
  return Error{ErrorCode::out_of_range, "expected " + expected + ", found " + found, field};
}

void append(Trace& to, const Trace& from, std::size_t row, std::int64_t arrival_ns) {
  to.arrival_ns.push_back(arrival_ns);
  to.input_tokens.push_back(from.input_tokens[row]);
  to.output_tokens.push_back(from.output_tokens[row]);
  if (!from.cached_tokens.empty()) to.cached_tokens.push_back(from.cached_tokens[row]);
  if (!from.session.empty()) to.session.push_back(from.session[row]);
}

std::int32_t session_count(const Trace& trace) {
  return trace.session.empty() ? 0
                               : *std::max_element(trace.session.begin(), trace.session.end()) + 1;
}

/// Appends the parts, each moved in time by its offset; columns that a part lacks are dropped.
Result<Trace> join(const std::vector<Trace>& parts, const std::vector<std::int64_t>& offsets) {
  if (parts.empty()) {
    return Error{ErrorCode::invalid_argument, "expected at least one trace, found none", {}};
  }
  std::size_t total = 0;
  std::int64_t sessions = 0;
  bool cached = true;
  bool session = true;
  for (const Trace& part : parts) {
    total += part.size();
    sessions += session_count(part);
    cached = cached && (part.size() == 0 || !part.cached_tokens.empty());
    session = session && (part.size() == 0 || !part.session.empty());
  }
  if (total > kMaxRequests) {
    return range("requests", "at most " + std::to_string(kMaxRequests), std::to_string(total));
  }
  session = session && sessions <= std::numeric_limits<std::int32_t>::max();
  Trace joined;
  joined.name = parts.front().name;
  std::int32_t first_session = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const Trace& part = parts[p];
    for (std::size_t i = 0; i < part.size(); ++i) {
      joined.arrival_ns.push_back(part.arrival_ns[i] + offsets[p]);
      if (session) joined.session.push_back(part.session[i] + first_session);
    }
    joined.input_tokens.insert(joined.input_tokens.end(), part.input_tokens.begin(),
                               part.input_tokens.end());
    joined.output_tokens.insert(joined.output_tokens.end(), part.output_tokens.begin(),
                                part.output_tokens.end());
    if (cached) {
      joined.cached_tokens.insert(joined.cached_tokens.end(), part.cached_tokens.begin(),
                                  part.cached_tokens.end());
    }
    if (session) first_session += session_count(part);
    joined.span_ns = std::max(joined.span_ns, offsets[p] + part.span_ns);
    if (p > 0 && !part.name.empty()) joined.name += " + " + part.name;
  }
  sort_by_arrival(joined);
  return joined;
}

}  // namespace

void sort_by_arrival(Trace& trace) {
  if (std::is_sorted(trace.arrival_ns.begin(), trace.arrival_ns.end())) return;
  std::vector<std::size_t> order(trace.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&trace](std::size_t a, std::size_t b) {
    return trace.arrival_ns[a] < trace.arrival_ns[b];
  });
  const auto reorder = [&order](auto& column) {
    if (column.empty()) return;
    auto sorted = column;
    for (std::size_t i = 0; i < order.size(); ++i) sorted[i] = column[order[i]];
    column = std::move(sorted);
  };
  reorder(trace.arrival_ns);
  reorder(trace.input_tokens);
  reorder(trace.output_tokens);
  reorder(trace.cached_tokens);
  reorder(trace.session);
}

Result<Trace> thin(const Trace& trace, double share, std::uint64_t seed) {
  if (!(share > 0 && share <= 1)) {
    return range("share", "more than 0 and at most 1", shortest(share));
  }
  const RandomStream stream(seed, "traffic.thin");
  Trace kept;
  kept.name = trace.name;
  kept.span_ns = trace.span_ns;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (stream.uniform(0, i) < share) append(kept, trace, i, trace.arrival_ns[i]);
  }
  return kept;
}

Result<Trace> multiply(const Trace& trace, double factor, std::int64_t spread_ns,
                       std::uint64_t seed) {
  if (!(factor > 0 && factor <= 1000)) {
    return range("factor", "more than 0 and at most 1000", shortest(factor));
  }
  if (spread_ns < 0 || spread_ns > trace.span_ns) {
    return range("spread_ns", "0 to the span of " + std::to_string(trace.span_ns) + " ns",
                 std::to_string(spread_ns));
  }
  if (factor <= 1) return thin(trace, factor, seed);
  if (static_cast<double>(trace.size()) * factor > static_cast<double>(kMaxRequests)) {
    return range("factor", "at most " + std::to_string(kMaxRequests) + " requests",
                 shortest(static_cast<double>(trace.size()) * factor));
  }
  const double whole = std::floor(factor);
  const RandomStream shifts(seed, "traffic.shift");
  std::vector<Trace> parts;
  for (std::uint64_t copy = 0; copy < static_cast<std::uint64_t>(whole); ++copy) {
    Trace part = trace;
    if (copy > 0 && spread_ns > 0) {
      const auto shift =
          static_cast<std::int64_t>(shifts.uniform(0, copy) * static_cast<double>(spread_ns));
      for (std::int64_t& ns : part.arrival_ns) {
        ns += shift;
        if (ns > trace.span_ns) ns -= trace.span_ns;
      }
    }
    parts.push_back(std::move(part));
  }
  if (factor > whole) {
    BREAKEVEN_TRY(Trace rest, thin(trace, factor - whole, seed));
    parts.push_back(std::move(rest));
  }
  BREAKEVEN_TRY(Trace joined, join(parts, std::vector<std::int64_t>(parts.size())));
  joined.name = trace.name;
  return joined;
}

Result<Trace> speed_up(const Trace& trace, double factor) {
  if (!(factor >= 0.001 && factor <= 1000)) {
    return range("factor", "0.001 to 1000", shortest(factor));
  }
  constexpr double kLongest = 4.6e18;  // half of what 64 bits hold
  if (static_cast<double>(trace.span_ns) / factor > kLongest) {
    return range("factor", "a span that fits", shortest(factor));
  }
  Trace faster = trace;
  const auto scaled = [factor](std::int64_t ns) {
    return static_cast<std::int64_t>(static_cast<double>(ns) / factor);
  };
  for (std::int64_t& ns : faster.arrival_ns) ns = scaled(ns);
  faster.span_ns = scaled(trace.span_ns);
  return faster;
}

Result<Trace> window(const Trace& trace, std::int64_t from_ns, std::int64_t to_ns) {
  if (from_ns < 0 || to_ns <= from_ns || from_ns > trace.span_ns) {
    return range("window", "0 <= from < to, from within " + std::to_string(trace.span_ns) + " ns",
                 std::to_string(from_ns) + " to " + std::to_string(to_ns));
  }
  const auto at = [&trace](std::int64_t ns) {
    return static_cast<std::size_t>(
        std::lower_bound(trace.arrival_ns.begin(), trace.arrival_ns.end(), ns) -
        trace.arrival_ns.begin());
  };
  Trace part;
  part.name = trace.name;
  // An observation that ends inside the window does not become longer by cutting.
  part.span_ns = std::min(to_ns, trace.span_ns) - from_ns;
  const std::size_t end = to_ns > trace.span_ns ? trace.size() : at(to_ns);
  for (std::size_t i = at(from_ns); i < end; ++i) {
    append(part, trace, i, trace.arrival_ns[i] - from_ns);
  }
  return part;
}

Result<Trace> merge(const std::vector<Trace>& parts) {
  return join(parts, std::vector<std::int64_t>(parts.size()));
}

Result<Trace> concatenate(const std::vector<Trace>& parts) {
  std::vector<std::int64_t> offsets;
  std::int64_t end = 0;
  for (const Trace& part : parts) {
    offsets.push_back(end);
    if (part.span_ns > std::numeric_limits<std::int64_t>::max() - end) {
      return range("span", "a sum below 292 years", "more");
    }
    end += part.span_ns;
  }
  return join(parts, offsets);
}

Result<Trace> spread_steps(const Trace& trace, std::int64_t step_ns, std::uint64_t seed) {
  if (step_ns < 1 || step_ns > 3'600'000'000'000) {
    return range("step_ns", "1 ns to an hour", std::to_string(step_ns));
  }
  const RandomStream stream(seed, "traffic.step");
  Trace spread = trace;
  for (std::size_t i = 0; i < spread.size(); ++i) {
    spread.arrival_ns[i] +=
        static_cast<std::int64_t>(stream.uniform(0, i) * static_cast<double>(step_ns));
  }
  sort_by_arrival(spread);
  if (spread.size() > 0) spread.span_ns = std::max(spread.span_ns, spread.arrival_ns.back());
  return spread;
}

}  // namespace breakeven::traffic
