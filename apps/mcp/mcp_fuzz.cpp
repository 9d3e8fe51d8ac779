// Any bytes as a message, and as arguments of a schema: a message or a fault, an object or an error
// with a place; what is written can be read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "apps/mcp/protocol.hpp"
#include "apps/mcp/server.hpp"
#include "apps/mcp/tool.hpp"
#include "codec/json_schema.hpp"
#include "codec/mcp_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = codec::mcp_message_from_json(text);
  if (const auto* fault = std::get_if<codec::McpFault>(&parsed)) {
    const auto again = codec::mcp_message_from_json(codec::mcp_fault(*fault));
    const auto* told = std::get_if<codec::McpMessage>(&again);
    if (told == nullptr || told->kind != codec::McpMessage::Kind::response) std::abort();
    return 0;
  }
  const auto& message = std::get<codec::McpMessage>(parsed);
  const mcp::HttpHeaders headers{message.protocol, message.method, message.name, {}};
  if (const auto refused = mcp::refusal(message, &headers);
      refused && refused->fault.message.empty()) {
    std::abort();
  }
  static const auto schema = codec::JsonSchema::parse(mcp::object_schema(
      R"("a":{"type":"string","maxLength":3},"b":{"type":["integer","null"],"minimum":0,"maximum":9},"c":{"type":"array","maxItems":2,"items":{"type":"object"}},"d":{"type":"boolean"},"e":{"type":"string","enum":["x","y"]})",
      {"a"}));
  if (!schema.ok()) std::abort();
  const auto arguments = codec::JsonArguments::parse(message.arguments, *schema);
  if (!arguments.ok()) {
    if (arguments.error().where.empty() || arguments.error().message.empty()) std::abort();
    return 0;
  }
  if (arguments->text("a").size() > 3 || arguments->whole("b") > 9) std::abort();
  return 0;
}
