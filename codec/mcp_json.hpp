// mcp_json.hpp — messages of the Model Context Protocol: JSON-RPC 2.0 in and out.
//
// Shape    One message per text. The parts that the server acts on are taken out; everything that
//          must be echoed or passed on (ids, progress tokens, arguments) stays JSON text.
// Sources  modelcontextprotocol.io, revisions 2026-07-28 and 2025-11-25.
// Errors   McpFault: the code of JSON-RPC, and the id it is the answer to.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::codec {

/// The codes that cross the wire.
enum class McpCode : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  header_mismatch = -32020,
  unsupported_version = -32022
};

struct McpFault {
  McpCode code = McpCode::internal_error;
  std::string message;
  std::string id = "null";  ///< JSON text
  std::string data;         ///< JSON text; empty: none
};

struct McpMessage {
  enum class Kind { request, notification, response };
  Kind kind = Kind::request;
  std::string id;  ///< JSON text of a request's id: 1 or "a"
  std::string method;

  /// Of params._meta, revision 2026-07-28. Empty: none, so an older revision speaks.
  std::string protocol;
  bool has_capabilities = false;
  std::string progress_token;  ///< JSON text; empty: nobody wants to hear of progress

  std::string name;               ///< params.name: a tool or a prompt
  std::string uri;                ///< params.uri
  std::string arguments;          ///< params.arguments, an object as JSON text; "{}" when absent
  std::string cursor;             ///< params.cursor
  std::string requested_version;  ///< params.protocolVersion of initialize
  std::string cancelled_id;       ///< params.requestId of notifications/cancelled, JSON text
};

[[nodiscard]] std::variant<McpMessage, McpFault> mcp_message_from_json(std::string_view text);

/// `result` is an object as JSON text.
[[nodiscard]] std::string mcp_result(std::string_view id, std::string_view result);
[[nodiscard]] std::string mcp_fault(const McpFault& fault);
/// `params` is an object as JSON text.
[[nodiscard]] std::string mcp_notification(std::string_view method, std::string_view params);

/// A tool's answer: `text` for people, `structured` (an object as JSON text) for machines.
struct McpLink {
  std::string uri;
  std::string name;
  std::string mime_type;
};
[[nodiscard]] std::string mcp_tool_result(std::string_view text, std::string_view structured,
                                          const std::vector<McpLink>& links);
/// The same table of errors as everywhere: {"isError":true,"content":[..],"_meta":{
/// "breakeven/error":{"code","title","where"?,"message"}}}.
[[nodiscard]] std::string mcp_tool_error(const Error& error);

}  // namespace breakeven::codec
