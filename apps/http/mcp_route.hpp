// mcp_route.hpp — the Model Context Protocol over streamable HTTP at /mcp (docs/formats/mcp.md).
//
// Shape    POST only. An answer that is there at once is JSON; a slow call is a stream of events that
//          ends with its answer, and closing the stream cancels it. Host and Origin are checked by
//          the server before (apps/http/server.hpp).
#pragma once

#include <memory>

#include "apps/http/router.hpp"
#include "apps/mcp/server.hpp"
#include "service/access_desk.hpp"

namespace breakeven::http {

/// `desk` counts slow calls as runs of plans; null: nobody counts.
void add_mcp_route(Router& router, const std::shared_ptr<mcp::Server>& server,
                   const std::shared_ptr<service::AccessDesk>& desk = nullptr);

}  // namespace breakeven::http
