// traffic_json.hpp — traces and traffic profiles as JSON.
//
// Shape    What a trace looks like: docs/formats/traces.md, section "JSON". A profile is an object
//          with any of the fields of traffic::Profile; "preset" names the profile to start from,
//          and what is not given stays as it is there.
// Errors   parse_error for text that is not JSON; invalid_argument with a JSON pointer for a field
//          that is unknown (with near matches) or of the wrong type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/traffic/profile.hpp"
#include "engine/traffic/trace.hpp"

namespace breakeven::codec {

/// What there is to say about a trace and the file it came from.
struct TraceDescription {
  struct Example {
    std::int64_t line = 0;
    std::int64_t column = 0;
    std::string field;
    std::string found;
  };
  struct Rejects {
    std::string reason;
    std::string expectation;
    std::int64_t count = 0;
    std::vector<Example> examples;
  };
  std::string file;
  std::string layout;
  std::string packing;
  std::string start;  ///< RFC 3339; empty when the file has a relative clock
  std::int64_t rows = 0;
  std::int64_t rejected = 0;
  std::int64_t failed_requests = 0;
  std::vector<Rejects> rejects;
  std::vector<std::string> warnings;
  traffic::TraceStats stats;
};

/// One line without a line break at its end.
[[nodiscard]] std::string trace_to_json(const TraceDescription& description);

[[nodiscard]] std::string profile_to_json(const traffic::Profile& profile);
[[nodiscard]] Result<traffic::Profile> profile_from_json(std::string_view text);

}  // namespace breakeven::codec
