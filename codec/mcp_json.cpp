#include "codec/mcp_json.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "codec/json_text.hpp"

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kProtocolKey = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool is_id(const Json& value) { return value.is_string() || value.is_number_integer(); }

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

McpFault invalid(McpCode code, std::string message, std::string id = "null") {
  return {code, std::move(message), std::move(id), {}};
}

/// Fills what params say; the fault's message otherwise.
std::string read_params(const Json& params, McpMessage& message) {
  if (!params.is_object()) return "params: expected an object";
  for (const auto& [name, target] : {std::pair{"name", &message.name},
                                     {"uri", &message.uri},
                                     {"cursor", &message.cursor},
                                     {"protocolVersion", &message.requested_version}}) {
    const auto found = params.find(name);
    if (found == params.end()) continue;
    if (!found->is_string()) return "params/" + std::string(name) + ": expected a string";
    *target = found->get<std::string>();
  }
  if (const auto found = params.find("arguments"); found != params.end() && !found->is_null()) {
    if (!found->is_object()) return "params/arguments: expected an object";
    message.arguments = line(*found);
  }
  if (const auto found = params.find("requestId"); found != params.end() && is_id(*found)) {
    message.cancelled_id = line(*found);
  }
  const auto meta = params.find("_meta");
  if (meta == params.end()) return {};
  if (!meta->is_object()) return "params/_meta: expected an object";
  if (const auto token = meta->find("progressToken"); token != meta->end() && is_id(*token)) {
    message.progress_token = line(*token);
  }
  message.protocol = text_of(*meta, kProtocolKey);
  if (meta->contains(kProtocolKey) && message.protocol.empty()) {
    return std::string("params/_meta: expected a revision in ") + kProtocolKey;
  }
  const auto capabilities = meta->find(kCapabilitiesKey);
  message.has_capabilities = capabilities != meta->end() && capabilities->is_object();
  return {};
}

}  // namespace

std::variant<McpMessage, McpFault> mcp_message_from_json(std::string_view text) {
  if (const Status nested = check_nesting(text); !nested) {
    return invalid(McpCode::parse_error, nested.error().text());
  }
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    return invalid(McpCode::parse_error, "expected one JSON object, found text that is not JSON");
  }
  if (json.is_array()) {
    return invalid(McpCode::invalid_request, "expected one message, found a batch of them");
  }
  if (!json.is_object()) return invalid(McpCode::invalid_request, "expected a JSON object");
  McpMessage message;
  const auto id = json.find("id");
  const bool has_id = id != json.end() && is_id(*id);
  const std::string echoed = has_id ? line(*id) : "null";
  if (text_of(json, "jsonrpc") != "2.0") {
    return invalid(McpCode::invalid_request, R"(jsonrpc: expected "2.0")", echoed);
  }
  if (!json.contains("method")) {
    if (!json.contains("result") && !json.contains("error")) {
      return invalid(McpCode::invalid_request, "method: expected a string, found nothing", echoed);
    }
    message.kind = McpMessage::Kind::response;
    return message;
  }
  message.method = text_of(json, "method");
  if (message.method.empty()) {
    return invalid(McpCode::invalid_request, "method: expected a string", echoed);
  }
  if (id != json.end() && !has_id) {
    return invalid(McpCode::invalid_request, "id: expected a string or a whole number");
  }
  message.kind = has_id ? McpMessage::Kind::request : McpMessage::Kind::notification;
  if (has_id) message.id = echoed;
  message.arguments = "{}";
  if (const auto params = json.find("params"); params != json.end()) {
    if (std::string wrong = read_params(*params, message); !wrong.empty()) {
      return invalid(McpCode::invalid_params, std::move(wrong), echoed);
    }
  }
  return message;
}

std::string mcp_result(std::string_view id, std::string_view result) {
  std::string text = R"({"jsonrpc":"2.0","id":)";
  text += id;
  text += R"(,"result":)";
  text += result;
  return text + "}";
}

std::string mcp_fault(const McpFault& fault) {
  std::string text = R"({"jsonrpc":"2.0","id":)" + fault.id + R"(,"error":{"code":)" +
                     std::to_string(static_cast<int>(fault.code)) + R"(,"message":)" +
                     json_string(fault.message);
  if (!fault.data.empty()) text += R"(,"data":)" + fault.data;
  return text + "}}";
}

std::string mcp_notification(std::string_view method, std::string_view params) {
  std::string text = R"({"jsonrpc":"2.0","method":)" + json_string(method) + R"(,"params":)";
  text += params;
  return text + "}";
}

std::string mcp_tool_result(std::string_view text, std::string_view structured,
                            const std::vector<McpLink>& links) {
  Json content = Json::array({{{"type", "text"}, {"text", text}}});
  for (const McpLink& link : links) {
    content.push_back({{"type", "resource_link"},
                       {"uri", link.uri},
                       {"name", link.name},
                       {"mimeType", link.mime_type}});
  }
  std::string out = R"({"content":)" + line(content) + R"(,"structuredContent":)";
  out += structured;
  return out + R"(,"isError":false})";
}

std::string mcp_tool_error(const Error& error) {
  const ErrorInfo info = error_info(error.code);
  Json told{{"code", info.name}, {"title", info.title}};
  if (!error.where.empty()) told["where"] = error.where;
  told["message"] = error.message;
  const Json result{
      {"content",
       Json::array({{{"type", "text"}, {"text", std::string(info.title) + ": " + error.text()}}})},
      {"isError", true},
      {"_meta", {{"breakeven/error", told}}}};
  return line(result);
}

}  // namespace breakeven::codec
