// stdio.hpp — the protocol on standard input and output: one message per line, nothing else on
// output.
//
// Errors   io_error when the output cannot be written: whoever asked is gone.
#pragma once

#include <cstdio>

#include "apps/mcp/server.hpp"

namespace breakeven::mcp {

/// Answers until the end of `in`, then until every call that is under way has been answered.
[[nodiscard]] Status serve_stdio(Server& server, std::FILE* in, std::FILE* out);

}  // namespace breakeven::mcp
