#include "apps/mcp/protocol.hpp"

#include <array>
#include <cstdint>
#include <utility>

#include "apps/mcp/server.hpp"
#include "codec/json_text.hpp"

namespace breakeven::mcp {
namespace {

using codec::json_string;
using codec::McpCode;
using codec::McpMessage;

constexpr std::array<std::string_view, 2> kLegacyRevisions = {kLegacy, "2025-06-18"};

constexpr const char* kCapabilities = R"({"tools":{},"resources":{},"prompts":{}})";

constexpr const char* kInstructions =
    "Breakeven answers whether to keep paying for an LLM API or to host an open-weight model, with "
    "exact "
    "money. Never do arithmetic on its figures yourself: ask a tool (price_call, price_batch, "
    "quick_calculator, plan, quick_what_if, plan_what_if) and quote what it gives; amounts are "
    "exact decimal "
    "strings in USD. Every figure has a name: quick_explain and plan_explain give its formula, "
    "inputs and "
    "dated sources. Start with list_traces and plan when there is traffic, with quick_calculator "
    "when there "
    "is only a monthly bill.";

std::string supported_list() {
  std::string list = "[\"" + std::string(kModern) + "\"";
  for (const std::string_view revision : kLegacyRevisions)
    list += ",\"" + std::string(revision) + "\"";
  return list + "]";
}

/// "=?base64?...?=" as its bytes, any other value as it is; nothing when it is malformed.
std::optional<std::string> header_text(std::string_view value) {
  constexpr std::string_view kStart = "=?base64?";
  constexpr std::string_view kEnd = "?=";
  if (!value.starts_with(kStart) || !value.ends_with(kEnd) ||
      value.size() < kStart.size() + kEnd.size()) {
    return std::string(value);
  }
  value = value.substr(kStart.size(), value.size() - kStart.size() - kEnd.size());
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (value.ends_with('=')) value.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : value) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<std::uint32_t>(digit)) & 0xffffffU;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> static_cast<unsigned>(held) & 0xffU);
    }
  }
  return out;
}

Refusal wrong(const McpMessage& message, McpCode code, std::string what, std::string data = {}) {
  return {{code, std::move(what), message.id.empty() ? "null" : message.id, std::move(data)}, 400};
}

Refusal unsupported(const McpMessage& message, std::string_view requested) {
  return wrong(
      message, McpCode::unsupported_version, "this revision is not supported",
      R"({"supported":)" + supported_list() + R"(,"requested":)" + json_string(requested) + "}");
}

/// What a header must repeat of the message: the name of a tool or prompt, or a URI.
std::string_view named(const McpMessage& message) {
  if (message.method == "tools/call" || message.method == "prompts/get") return message.name;
  if (message.method == "resources/read") return message.uri;
  return {};
}

std::optional<Refusal> header_refusal(const McpMessage& message, const HttpHeaders& headers) {
  const auto mismatch = [&](const char* header, std::string_view expected, std::string_view found) {
    return wrong(message, McpCode::header_mismatch,
                 std::string(header) + ": expected \"" + std::string(expected) +
                     "\" as in the body, found " +
                     (found.empty() ? "nothing" : "\"" + std::string(found) + "\""));
  };
  if (headers.protocol != message.protocol) {
    return mismatch("MCP-Protocol-Version", message.protocol, headers.protocol);
  }
  if (message.kind != McpMessage::Kind::request) return std::nullopt;
  if (headers.method != message.method)
    return mismatch("Mcp-Method", message.method, headers.method);
  const std::string_view name = named(message);
  if (!name.empty() && header_text(headers.name) != name) {
    return mismatch("Mcp-Name", name, headers.name);
  }
  return std::nullopt;
}

}  // namespace

bool is_legacy(std::string_view revision) {
  for (const std::string_view one : kLegacyRevisions) {
    if (one == revision) return true;
  }
  return false;
}

std::string server_info(std::string_view version) {
  return R"({"name":"breakeven","title":"Breakeven","version":)" + json_string(version) +
         R"(,"description":"Keep paying for an LLM API, or host an open-weight model?"})";
}

std::string discovery(std::string_view version) {
  return R"({"supportedVersions":)" + supported_list() + R"(,"capabilities":)" + kCapabilities +
         R"(,"instructions":)" + json_string(kInstructions) +
         R"(,"_meta":{"io.modelcontextprotocol/serverInfo":)" + server_info(version) + "}}";
}

std::string initialisation(std::string_view version, std::string_view requested) {
  const std::string_view chosen = is_legacy(requested) ? requested : kLegacy;
  return R"({"protocolVersion":")" + std::string(chosen) + R"(","capabilities":)" + kCapabilities +
         R"(,"serverInfo":)" + server_info(version) + R"(,"instructions":)" +
         json_string(kInstructions) + "}";
}

std::string dressed(const McpMessage& message, std::string_view result, Cache cache) {
  if (message.protocol.empty()) return std::string(result);
  std::string front = R"({"resultType":"complete")";
  if (cache != Cache::none) {
    front += cache == Cache::shared ? R"(,"ttlMs":3600000,"cacheScope":"public")"
                                    : R"(,"ttlMs":0,"cacheScope":"private")";
  }
  result.remove_prefix(1);
  if (!result.starts_with('}')) front += ",";
  return front + std::string(result);
}

std::optional<Refusal> refusal(const McpMessage& message, const HttpHeaders* headers) {
  const bool is_request = message.kind == McpMessage::Kind::request;
  if (message.protocol.empty()) {
    if (headers != nullptr && !headers->protocol.empty() && !is_legacy(headers->protocol)) {
      if (headers->protocol != kModern) return unsupported(message, headers->protocol);
      if (!is_request) return std::nullopt;
      return wrong(message, McpCode::invalid_params,
                   "params/_meta: expected io.modelcontextprotocol/protocolVersion");
    }
    if (message.method == "server/discover") {
      return wrong(message, McpCode::invalid_params,
                   "params/_meta: expected io.modelcontextprotocol/protocolVersion");
    }
    return std::nullopt;
  }
  if (headers != nullptr) {
    if (auto found = header_refusal(message, *headers)) return found;
  }
  if (message.protocol != kModern) return unsupported(message, message.protocol);
  if (is_request && !message.has_capabilities) {
    return wrong(message, McpCode::invalid_params,
                 "params/_meta: expected io.modelcontextprotocol/clientCapabilities");
  }
  return std::nullopt;
}

}  // namespace breakeven::mcp
