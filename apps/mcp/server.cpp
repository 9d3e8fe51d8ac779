#include "apps/mcp/server.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <random>
#include <utility>
#include <variant>

#include "apps/mcp/prompts.hpp"
#include "apps/mcp/protocol.hpp"
#include "apps/mcp/resources.hpp"
#include "codec/json_text.hpp"
#include "engine/base/text.hpp"

namespace breakeven::mcp {
namespace {

using codec::McpCode;
using codec::McpFault;
using codec::McpMessage;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook(100);

Reply answer(std::string message, int status = 200) {
  Reply reply;
  reply.kind = Reply::Kind::message;
  reply.message = std::move(message);
  reply.http_status = status;
  return reply;
}

Reply fault(McpFault fault, int status = 200) { return answer(codec::mcp_fault(fault), status); }

Reply result(const McpMessage& message, std::string_view body, Cache cache = Cache::none) {
  return answer(codec::mcp_result(message.id, dressed(message, body, cache)));
}

Reply invalid_params(const McpMessage& message, std::string what, std::string data = {}) {
  return fault({McpCode::invalid_params, std::move(what), message.id, std::move(data)});
}

/// A label that nobody guesses; nothing is kept under it.
std::string new_label() {
  std::random_device random;
  std::string label;
  for (int i = 0; i < 4; ++i) {
    std::array<char, 9> part{};
    std::snprintf(part.data(), part.size(), "%08x", random());
    label += part.data();
  }
  return label;
}

Result<ToolAnswer> run_tool(const Tool& tool, const std::string& arguments, Ticker& ticker) {
  try {
    BREAKEVEN_TRY(const auto given, codec::JsonArguments::parse(arguments, tool.schema));
    return tool.run(given, ticker);
  } catch (const std::exception& error) {
    return Error{ErrorCode::internal, error.what(), tool.name};
  }
}

std::string tool_message(const McpMessage& message, const Result<ToolAnswer>& got) {
  const std::string body = got ? codec::mcp_tool_result(got->text, got->structured, got->links)
                               : codec::mcp_tool_error(got.error());
  return codec::mcp_result(message.id, dressed(message, body, Cache::none));
}

}  // namespace

struct Server::Call {
  McpMessage message;
  const Tool* tool = nullptr;
  std::string key;
  std::shared_ptr<Outlet> outlet;
  Ticker ticker;
  double reported = 0;
  Clock::time_point started = Clock::now();
  bool cancelled = false;  ///< by whoever asked: no answer is wanted
  bool late = false;
  bool running = false;
};

Result<std::unique_ptr<Server>> Server::make(Engine engine, const Limits& limits) {
  BREAKEVEN_TRY(std::vector<Tool> tools, make_tools(engine));
  return std::unique_ptr<Server>(new Server(std::move(engine), limits, std::move(tools)));
}

Server::Server(Engine engine, const Limits& limits, std::vector<Tool> tools)
    : engine_(std::move(engine)),
      limits_(limits),
      tools_(std::move(tools)),
      queue_(limits.slow_calls, limits.waiting_calls),
      watcher_([this](const std::stop_token& stop) { watch(stop); }) {}

Server::~Server() { cancel_all(); }

Reply Server::handle(std::string_view text, const std::optional<HttpHeaders>& headers) {
  if (text.size() > limits_.max_message) {
    return fault({McpCode::invalid_request,
                  "expected at most " + std::to_string(limits_.max_message) + " bytes",
                  "null",
                  {}},
                 413);
  }
  auto parsed = codec::mcp_message_from_json(text);
  if (auto* wrong = std::get_if<McpFault>(&parsed)) {
    return fault(std::move(*wrong), 400);
  }
  const auto& message = std::get<McpMessage>(parsed);
  if (message.kind == McpMessage::Kind::response) return {};  // this server asks nothing
  if (auto refused = refusal(message, headers ? &*headers : nullptr)) {
    if (message.kind == McpMessage::Kind::notification && !headers) return {};
    return fault(std::move(refused->fault), refused->http_status);
  }
  // Ids are the caller's own: over HTTP they mean something only within a session's label.
  const std::string caller = headers ? headers->session : "stdio";
  if (message.kind == McpMessage::Kind::request) return request(message, caller);
  if (message.method == "notifications/cancelled" && !caller.empty()) {
    cancel(caller + " " + message.cancelled_id);
  }
  return {};
}

Reply Server::request(const McpMessage& message, const std::string& caller) {
  const bool modern = !message.protocol.empty();
  const std::string& method = message.method;
  if (modern && method == "server/discover") {
    return result(message, discovery(BREAKEVEN_VERSION), Cache::shared);
  }
  if (!modern && method == "initialize") {
    Reply reply = result(message, initialisation(BREAKEVEN_VERSION, message.requested_version));
    reply.session = new_label();
    return reply;
  }
  if (!modern && method == "ping") return result(message, "{}");
  if (method.ends_with("/list") && !message.cursor.empty()) {
    return invalid_params(message, "params/cursor: expected none, lists have one page");
  }
  if (method == "tools/list") {
    std::string list;
    for (const Tool& tool : tools_) list += (list.empty() ? "" : ",") + tool_entry(tool);
    return result(message, R"({"tools":[)" + list + "]}", Cache::shared);
  }
  if (method == "tools/call") return call_tool(message, caller);
  if (method == "resources/list") return result(message, resource_list(engine_), Cache::own);
  if (method == "resources/templates/list") {
    return result(message, resource_templates(), Cache::shared);
  }
  if (method == "resources/read") {
    const auto read = read_resource(engine_, message.uri);
    if (!read) {
      return invalid_params(message, read.error().message,
                            R"({"uri":)" + codec::json_string(message.uri) + "}");
    }
    return result(message, *read, is_lasting(message.uri) ? Cache::shared : Cache::own);
  }
  if (method == "prompts/list") return result(message, prompt_list(), Cache::shared);
  if (method == "prompts/get") {
    const auto prompt = get_prompt(engine_, message.name, message.arguments);
    if (!prompt) return invalid_params(message, prompt.error().text());
    return result(message, *prompt);
  }
  return fault({McpCode::method_not_found, "this server has no method " + method, message.id, {}},
               modern ? 404 : 200);
}

Reply Server::call_tool(const McpMessage& message, const std::string& caller) {
  const auto tool = std::ranges::find(tools_, message.name, &Tool::name);
  if (tool == tools_.end()) {
    std::vector<std::string> names;
    for (const Tool& one : tools_) names.push_back(one.name);
    return invalid_params(message, not_found("tool", message.name, names, "params/name").text());
  }
  if (!tool->slow) {
    Ticker ticker;
    return answer(tool_message(message, run_tool(*tool, message.arguments, ticker)));
  }
  auto call = std::make_shared<Call>();
  call->message = message;
  call->tool = &*tool;
  Reply reply;
  reply.kind = Reply::Kind::later;
  reply.start = [this, call, caller](std::shared_ptr<Outlet> outlet) {
    call->outlet = std::move(outlet);
    bool taken = false;
    {
      const std::lock_guard lock(mutex_);
      call->key =
          caller.empty() ? "call " + std::to_string(++next_) : caller + " " + call->message.id;
      taken = !calls_.emplace(call->key, call).second;
    }
    if (taken) {
      call->outlet->send(codec::mcp_fault(
          {McpCode::invalid_request, "a request with this id is under way", call->message.id, {}}));
      call->outlet->close();
      return;
    }
    if (queue_.submit([this, call] { run(call); })) return;
    finish(call, tool_message(call->message,
                              Error{ErrorCode::resource_limit,
                                    "too many calls are waiting; try again when one is done",
                                    {}}));
  };
  return reply;
}

void Server::run(const std::shared_ptr<Call>& call) {
  {
    const std::lock_guard lock(mutex_);
    call->running = true;
    call->started = Clock::now();
  }
  Result<ToolAnswer> got = Error{ErrorCode::resource_limit, "cancelled", {}};
  if (!call->ticker.cancel) got = run_tool(*call->tool, call->message.arguments, call->ticker);
  bool late = false;
  {
    const std::lock_guard lock(mutex_);
    late = call->late;
  }
  if (late && !got) {
    got = Error{ErrorCode::resource_limit,
                "the call took longer than " + shortest(limits_.call_s) + " s", call->tool->name};
  }
  finish(call, tool_message(call->message, got));
}

void Server::finish(const std::shared_ptr<Call>& call, const std::string& message) {
  bool wanted = false;
  {
    const std::lock_guard lock(mutex_);
    wanted = !call->cancelled;
    if (wanted) call->outlet->send(message);  // under the lock: after the last progress
    call->outlet->close();
    calls_.erase(call->key);
  }
  changed_.notify_all();
}

void Server::cancel(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(key);
  if (found == calls_.end()) return;
  found->second->cancelled = true;
  found->second->ticker.cancel = true;
}

void Server::cancel_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, call] : calls_) {
    call->cancelled = true;
    call->ticker.cancel = true;
  }
}

void Server::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return calls_.empty(); });
}

void Server::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, kLook, [] { return false; });
    for (const auto& [key, call] : calls_) {
      const std::chrono::duration<double> passed = Clock::now() - call->started;
      if (call->outlet->gone()) {
        call->cancelled = true;
        call->ticker.cancel = true;
      } else if (call->running && passed.count() > limits_.call_s) {
        call->late = true;
        call->ticker.cancel = true;
      }
      const double done = call->ticker.fraction_done;
      if (call->cancelled || call->message.progress_token.empty() || !(done > call->reported) ||
          done >= 1) {
        continue;
      }
      call->reported = done;
      call->outlet->send(codec::mcp_notification(
          "notifications/progress", R"({"progressToken":)" + call->message.progress_token +
                                        R"(,"progress":)" + shortest(done) + R"(,"total":1})"));
    }
  }
}

}  // namespace breakeven::mcp
