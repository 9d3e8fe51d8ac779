// problem.hpp — errors as application/problem+json (RFC 9457).
//
// Shape    {"type":"/problems/not-found","title":..,"status":404,"detail":..,"code":"not-found",
//          "where":..}; code, title and status of an engine error come from error_info().
#pragma once

#include <string>
#include <string_view>

#include "apps/http/message.hpp"
#include "engine/base/result.hpp"

namespace breakeven::http {

[[nodiscard]] Response problem(const Error& error);

/// JSON, or what went wrong instead.
[[nodiscard]] Response json_answer(Result<std::string> body, int status = 200);

/// The caller's runs of plans of this day are used up.
[[nodiscard]] Response plans_used_up(const service::Caller& caller);

/// A problem of the transport, which has no ErrorCode of its own.
[[nodiscard]] Response problem(int status, std::string_view code, std::string_view title,
                               std::string_view detail);

}  // namespace breakeven::http
