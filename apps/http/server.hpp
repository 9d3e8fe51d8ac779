// server.hpp — an HTTP/1.1 server, on the loopback interface unless tokens guard it.
//
// Shape    Two I/O threads; handlers run on a bounded work queue (full: 503 with Retry-After). Host
//          must name the loopback interface or one of `hosts`, and Origin, when sent, the same
//          server: a foreign page that was led here by DNS gets 403. Who may ask is decided by a Gate
//          (gate.hpp). Slow clients are cut by a deadline on the
//          whole request. The server itself answers /healthz, /readyz (503 while it stops or its
//          queue is full) and /metrics.
// Units    Sizes in bytes, times in milliseconds.
// Threads  stop() may be called from any thread.
// Errors   out_of_range: an address that is not loopback, without tokens. io_error: the port is taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "apps/http/access_log.hpp"
#include "apps/http/gate.hpp"
#include "apps/http/router.hpp"
#include "engine/base/result.hpp"

namespace breakeven::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8787;  ///< 0: a free one
  std::size_t max_header = 16U << 10U;
  std::size_t max_json = 1U << 20U;
  std::size_t max_upload = 64U << 20U;
  std::size_t max_connections = 1000;
  std::size_t queue = 256;       ///< requests that wait for a handler
  std::size_t work_threads = 2;  ///< handlers at a time
  int read_deadline_ms = 10'000;
  std::size_t min_upload_rate = 32U << 10U;  ///< bytes per second that extend an upload's deadline
  int stop_grace_ms = 3'000;                 ///< for answers on their way when the server stops
  bool stop_on_signals = true;               ///< SIGINT and SIGTERM
  GateOptions gate;                          ///< who is asked for what
  std::vector<std::string> hosts;  ///< names the server answers to beside the loopback ones
  LogFormat log = LogFormat::none;
};

class Server {
 public:
  /// Binds and listens; nothing is answered before run().
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(const ServerOptions& options,
                                                            Router router);
  virtual ~Server() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  /// "http://127.0.0.1:8787"
  [[nodiscard]] virtual std::string url() const = 0;
  /// Answers requests until stop() or a signal.
  virtual void run() = 0;
  /// Asks run() to return soon.
  virtual void stop() = 0;
};

}  // namespace breakeven::http
