// server.hpp — the Model Context Protocol without a transport: a message in, a message out.
//
// Shape    Speaks revision 2026-07-28 (stateless: every request carries its revision) and 2025-11-25
//          and 2025-06-18 (`initialize`) at once: a request with
//          _meta["io.modelcontextprotocol/protocolVersion"] is of the first kind, any other of the
//          second. Slow tools run on a queue of their own, tell their progress when asked to, and
//          end when they are cancelled or nobody waits any more.
// Sources  modelcontextprotocol.io; docs/formats/mcp.md.
// Threads  handle() may be called from several threads. An Outlet is used by one call at a time.
// Errors   Of the protocol: JSON-RPC errors. Of a tool: a result with isError and the table of
//          engine/base/result.hpp.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "apps/mcp/engine.hpp"
#include "apps/mcp/tool.hpp"
#include "codec/mcp_json.hpp"
#include "service/work_queue.hpp"

namespace breakeven::mcp {

struct Limits {
  std::size_t max_message = 1U << 20U;  ///< bytes
  std::size_t slow_calls = 2;           ///< at a time
  std::size_t waiting_calls = 16;
  double call_s = 300;  ///< a call that takes longer is stopped
};

/// The way back to whoever asked.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void send(std::string_view message) = 0;
  /// Nobody reads any more: the call may stop.
  [[nodiscard]] virtual bool gone() const = 0;
  /// Nothing more will be sent.
  virtual void close() = 0;
};

/// What streamable HTTP says about a message outside of it; header values as sent.
struct HttpHeaders {
  std::string protocol;  ///< MCP-Protocol-Version; empty: not sent
  std::string method;    ///< Mcp-Method
  std::string name;      ///< Mcp-Name
  std::string session;   ///< Mcp-Session-Id
};

struct Reply {
  enum class Kind { nothing, message, later };
  Kind kind = Kind::nothing;
  std::string message;
  int http_status = 200;  ///< of a message
  std::string session;    ///< a label for Mcp-Session-Id; empty: none
  /// Of `later`: starts the call, whose messages go to the outlet.
  std::function<void(std::shared_ptr<Outlet>)> start;
};

class Server {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Server>> make(Engine engine, const Limits& limits);
  /// Cancels what runs and waits for it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// `headers`: of HTTP; nothing on stdio.
  [[nodiscard]] Reply handle(std::string_view text,
                             const std::optional<HttpHeaders>& headers = std::nullopt);
  /// Waits until no call is under way.
  void drain();
  void cancel_all();
  [[nodiscard]] const std::vector<Tool>& tools() const { return tools_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }

 private:
  struct Call;
  Server(Engine engine, const Limits& limits, std::vector<Tool> tools);
  [[nodiscard]] Reply request(const codec::McpMessage& message, const std::string& caller);
  [[nodiscard]] Reply call_tool(const codec::McpMessage& message, const std::string& caller);
  void run(const std::shared_ptr<Call>& call);
  void finish(const std::shared_ptr<Call>& call, const std::string& message);
  void cancel(const std::string& key);
  void watch(const std::stop_token& stop);

  Engine engine_;
  Limits limits_;
  std::vector<Tool> tools_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, std::shared_ptr<Call>> calls_;
  std::uint64_t next_ = 0;
  service::WorkQueue queue_;
  std::jthread watcher_;
};

}  // namespace breakeven::mcp
