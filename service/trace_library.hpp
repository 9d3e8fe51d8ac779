// trace_library.hpp — traces for a server: what was uploaded, and the examples that came with the
// program.
//
// Errors   Those of the trace reader, with the name that the user knows in place of a temporary
//          path; not_found with near matches for an example that does not exist.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::service {

struct LoadedTrace {
  std::shared_ptr<const traffic::Trace> trace;
  std::string description;  ///< JSON: codec::trace_to_json
};

/// Reads the file at `path`; messages and the description call it `name`.
[[nodiscard]] Result<LoadedTrace> load_trace(const std::string& path, const std::string& name);

/// {"choices":[...]}: every trace in the folder of examples.
[[nodiscard]] Result<std::string> example_traces();
[[nodiscard]] Result<LoadedTrace> load_example(std::string_view id);

}  // namespace breakeven::service
