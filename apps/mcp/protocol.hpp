// protocol.hpp — revisions of the protocol, what each wants around a result, and what the headers
// of streamable HTTP must say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "codec/mcp_json.hpp"

namespace breakeven::mcp {

struct HttpHeaders;

inline constexpr std::string_view kModern = "2026-07-28";
inline constexpr std::string_view kLegacy = "2025-11-25";

/// One that opens with `initialize` and that this server speaks.
[[nodiscard]] bool is_legacy(std::string_view revision);

/// {"name","title","version",..}
[[nodiscard]] std::string server_info(std::string_view version);
/// The answers of `server/discover` and `initialize`.
[[nodiscard]] std::string discovery(std::string_view version);
[[nodiscard]] std::string initialisation(std::string_view version, std::string_view requested);

/// How long a result may be kept: not at all, by the one who asked, by anybody.
enum class Cache { none, own, shared };
/// `result` with what the message's revision wants beside it.
[[nodiscard]] std::string dressed(const codec::McpMessage& message, std::string_view result,
                                  Cache cache);

struct Refusal {
  codec::McpFault fault;
  int http_status = 400;
};
/// What is wrong with revision and headers, if anything. `headers` null: stdio.
[[nodiscard]] std::optional<Refusal> refusal(const codec::McpMessage& message,
                                             const HttpHeaders* headers);

}  // namespace breakeven::mcp
