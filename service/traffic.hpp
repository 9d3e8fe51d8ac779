// traffic.hpp — use cases around traces: describe one, make one.
//
// Errors   Those of io::read_trace, traffic::generate and io::write_trace.
#pragma once

#include <string>
#include <string_view>

#include "codec/traffic_json.hpp"
#include "engine/base/result.hpp"
#include "engine/traffic/profile.hpp"
#include "io/trace_reader.hpp"

namespace breakeven::service {

using TraceReadOptions = io::TraceReadOptions;

/// Reads the trace at `path` ("-": standard input) and describes it.
[[nodiscard]] Result<codec::TraceDescription> describe_trace(const std::string& path,
                                                             const TraceReadOptions& options = {});

/// What an import says about itself, with the statistics of its trace.
[[nodiscard]] codec::TraceDescription describe(const io::TraceImport& import);

/// The description for people: a few aligned lines.
[[nodiscard]] std::string trace_text(const codec::TraceDescription& description);

/// What was made, for people and for machines.
struct SynthesisReport {
  std::string text;
  std::string json;
};

/// Generates the profile's trace and writes it to `path` (".gz": packed; "-": see `csv`).
/// With path "-" nothing is written and the CSV is put into `csv`.
[[nodiscard]] Result<SynthesisReport> synthesize(const traffic::Profile& profile,
                                                 const std::string& path, std::string& csv);

}  // namespace breakeven::service
