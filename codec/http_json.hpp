// http_json.hpp — the small JSON objects that only the HTTP interface has (docs/formats/http.md).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::codec {

struct Problem {
  int status = 500;
  std::string_view code;
  std::string_view title;
  std::string_view detail;
  std::string_view where;  ///< left out when empty
};

[[nodiscard]] std::string problem_to_json(const Problem& problem);

/// {"first":"a", ...}: strings only, in the order given.
[[nodiscard]] std::string strings_to_json(
    std::span<const std::pair<std::string_view, std::string_view>> fields);

/// How a long run is getting on; `answer` and `error` are JSON texts, empty while there is none.
struct RunState {
  std::string_view id;
  std::string_view state;  ///< queued, running, done, failed, cancelled
  double fraction_done = 0;
  std::string_view answer;
  std::string_view error;
};
[[nodiscard]] std::string run_to_json(const RunState& run);

/// A choice in a list: a model, an accelerator, an example trace.
struct Choice {
  std::string id;
  std::string title;
  std::string group;  ///< vendor or kind
  std::string note;   ///< one line: price, size
};
/// {"choices":[{"id":..,"title":..,"group":..,"note":..}]}
[[nodiscard]] std::string choices_to_json(std::span<const Choice> choices);

/// `object` (JSON) with a string field put in front.
[[nodiscard]] std::string with_field(std::string_view object, std::string_view name,
                                     std::string_view value);

/// The question of a plan and the trace it is about.
struct PlanOrder {
  std::string trace;     ///< id of an upload or of an example
  std::string question;  ///< the body without "trace"
};
/// Fails: parse_error when `body` is no JSON object, invalid_argument without a "trace".
[[nodiscard]] Result<PlanOrder> plan_order_from_json(std::string_view body);

}  // namespace breakeven::codec
