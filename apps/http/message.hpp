// message.hpp — requests and answers as handlers see them; the library behind them stays in
// beast_server.cpp.
//
// Shape    A Handler is a function from a Request to a Response and runs on the work queue, never
//          on an I/O thread. A Response either has a body or opens an EventStream (server-sent
//          events).
// Threads  A Request belongs to its handler. An EventStream may be written from any thread.
// Errors   Handlers answer problem(error) (problem.hpp); an exception that escapes becomes a 500.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/access_desk.hpp"

namespace breakeven::http {

enum class Method : std::uint8_t { get, head, post, put, remove, options, other };

[[nodiscard]] std::string_view method_name(Method method);

struct Request {
  Method method = Method::get;
  std::string path;                                          ///< percent-decoded, starts with "/"
  std::string query;                                         ///< after "?", as sent
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  ///< of the route: {id} and the like
  std::string body;                                             ///< of a route with Body::json
  /// Of a route with Body::upload: a file that is removed after the handler.
  std::string upload_path;
  service::Caller caller =
      service::local_caller();  ///< the session's id of the request is in author

  /// The first header of that name (lower case), or nothing.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
  /// A percent-decoded value of the query string, or nothing.
  [[nodiscard]] std::string query_value(std::string_view name) const;
};

/// Server-sent events to one client.
class EventStream {
 public:
  virtual ~EventStream() = default;
  /// Queues one event; false when the client is gone.
  virtual bool send(std::string_view event, std::string_view data) = 0;
  /// Ends the stream after what is queued.
  virtual void close() = 0;
  /// The client has left; nothing that is sent reaches it.
  [[nodiscard]] virtual bool gone() const = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  /// Instead of body: bytes that many answers share.
  std::shared_ptr<const std::string> shared_body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::function<void(std::shared_ptr<EventStream>)> events;  ///< set: the answer is an event stream
};

using Handler = std::function<Response(const Request&)>;

/// "%41" -> "A"; nothing for a broken escape or a NUL.
[[nodiscard]] bool percent_decode(std::string_view text, std::string& to);

}  // namespace breakeven::http
