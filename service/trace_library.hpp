// trace_library.hpp — traces for a server: what was uploaded, and the examples that came with the
// program.
//
// Errors   Those of the trace reader, with the name that the user knows in place of a temporary
//          path; not_found with near matches for an example that does not exist.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/http_json.hpp"
#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"
#include "io/trace_reader.hpp"

namespace breakeven::service {

struct LoadedTrace {
  std::shared_ptr<const traffic::Trace> trace;
  std::string description;  ///< JSON: codec::trace_to_json
};

/// Reads the file at `path`; messages and the description call it `name`.
[[nodiscard]] Result<LoadedTrace> load_trace(const std::string& path, const std::string& name,
                                             const io::TraceReadOptions& options = {});

/// What a server takes from a stranger: 5 million requests, 1 GiB unpacked.
inline constexpr io::TraceReadOptions kUploadLimits{
    .max_rejected_share = 0.01, .max_rows = 5'000'000, .max_bytes = std::uint64_t{1} << 30};

/// Where traces are found by id. Whoever holds one can read these traces and no other file.
struct TraceSource {
  std::function<Result<LoadedTrace>(std::string_view id)> find;
  std::function<std::vector<codec::Choice>()> list;
};
/// The examples alone.
[[nodiscard]] TraceSource example_source();
/// The examples and files that a person named, "NAME=FILE" each; a file is read when it is first
/// asked for. Fails: invalid_argument for a name that is malformed or taken, not_found for a file.
[[nodiscard]] Result<TraceSource> named_traces(const std::vector<std::string>& named);

/// {"choices":[...]}: every trace in the folder of examples.
[[nodiscard]] Result<std::string> example_traces();
[[nodiscard]] Result<LoadedTrace> load_example(std::string_view id);

}  // namespace breakeven::service
