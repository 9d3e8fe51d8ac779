// beast_session.hpp — one connection: reads requests, has them answered, writes answers. Private to
// this folder.
//
// Threads  Everything of a session runs on its strand, except Events::send() and the handler
//          itself.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/http/metrics.hpp"
#include "apps/http/server.hpp"
#include "apps/http/temp_file.hpp"
#include "service/work_queue.hpp"

namespace breakeven::http {

class Session;

inline constexpr int kPingMs = 15'000;  ///< a silent event stream says that it is there

/// What every answer says about itself to a browser: no framing, no sniffing, own scripts only.
void set_common_headers(boost::beast::http::fields& message);

/// The sessions that are open. Sessions hold it: one that a stopped context still has lets itself be
/// forgotten after the server has gone.
class SessionSet {
 public:
  void add(const std::shared_ptr<Session>& session);
  void forget(Session* session);
  [[nodiscard]] std::size_t size();
  [[nodiscard]] std::vector<std::shared_ptr<Session>> open();

 private:
  std::mutex mutex_;
  std::map<Session*, std::weak_ptr<Session>> sessions_;
};

/// What sessions share while the server runs.
struct SessionHost {
  const ServerOptions* options = nullptr;
  const Router* router = nullptr;
  service::WorkQueue* queue = nullptr;
  Gate* gate = nullptr;
  std::atomic<bool>* stopping = nullptr;
  Metrics* metrics = nullptr;
  /// Shared with the ends of event streams, which may outlive the server.
  std::shared_ptr<boost::asio::io_context> io;
  std::shared_ptr<SessionSet> sessions = std::make_shared<SessionSet>();
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(boost::asio::ip::tcp::socket&& socket, SessionHost& host);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Starts to read; with `refuse` the connection gets 503 and ends.
  void start(bool refuse);
  /// The server stops: ends when idle or streaming, after the current answer otherwise.
  void wind_down();

 private:
  friend class SessionEvents;
  using Error = boost::beast::error_code;
  enum class Phase : std::uint8_t { idle, reading, handling, writing, streaming, closed };

  void arm(int milliseconds);
  void disarm();
  void on_deadline();

  void read_header();
  void on_header(Error error);
  /// Fills request_, or answers what is wrong with the header.
  [[nodiscard]] std::optional<Response> examine_header();
  /// Lets the caller in, now or after a look at its token on the work queue.
  void ask_gate();
  void enter(Gate::Decision decision);
  /// Fills route_, or answers why there is none for this caller.
  [[nodiscard]] std::optional<Response> find_route();
  void refuse_or_respond(Response response);
  [[nodiscard]] std::optional<Response> check_body_header(std::uint64_t limit);
  /// What Host and Origin must say.
  [[nodiscard]] std::optional<Response> check_host() const;
  /// Counts and logs the answer that is about to be sent.
  void record(int status, std::uint64_t bytes);
  void make_chunk();
  void continue_then_read_body();
  void read_body();
  void on_body(Error error);
  [[nodiscard]] std::optional<Response> read_problem(Error error) const;

  void handle();
  void respond(Response response);
  void write_head(const Response& response);
  void finish_write(Error error);
  void refuse_with(Response response);
  void linger();
  void drain();
  void close();

  void open_events();
  void watch_for_close();
  void queue_event(std::string text, bool last);
  void pump_events();

  boost::beast::tcp_stream stream_;
  SessionHost& host_;
  std::shared_ptr<SessionSet> sessions_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer deadline_;
  std::uint64_t deadline_generation_ = 0;
  bool timed_out_ = false;
  Phase phase_ = Phase::idle;

  std::optional<boost::beast::http::request_parser<boost::beast::http::buffer_body>> parser_;
  std::vector<char> chunk_;  ///< none until a body comes: ten thousand idle connections cost little
  std::uint64_t received_ = 0;
  boost::asio::steady_timer::time_point started_;
  boost::asio::steady_timer::time_point
      header_seen_;  ///< an idle connection's wait is no request's
  std::string request_id_;
  Request request_;
  const Router::Route* route_ = nullptr;
  std::optional<TempFile> upload_;
  bool keep_alive_ = false;
  bool body_unread_ = false;

  Response response_;
  std::optional<boost::beast::http::response<boost::beast::http::span_body<const char>>> full_;
  std::optional<boost::beast::http::response<boost::beast::http::empty_body>> head_;
  std::optional<boost::beast::http::response_serializer<boost::beast::http::empty_body>>
      head_writer_;

  std::deque<std::string> events_;
  bool events_writing_ = false;
  bool events_last_ = false;
  std::shared_ptr<std::atomic<bool>> events_gone_;
};

}  // namespace breakeven::http
