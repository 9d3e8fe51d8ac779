#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "apps/http/beast_session.hpp"

namespace breakeven::http {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {
constexpr std::size_t kMaxQueuedEvents = 1024;
}  // namespace

/// The handler's end of an event stream; outlives the session when the client leaves first.
class SessionEvents final : public EventStream {
 public:
  SessionEvents(const std::shared_ptr<Session>& session, std::shared_ptr<std::atomic<bool>> gone)
      : io_(session->host_.io),
        session_(session),
        executor_(session->stream_.get_executor()),
        gone_(std::move(gone)) {}
  SessionEvents(const SessionEvents&) = delete;
  SessionEvents& operator=(const SessionEvents&) = delete;
  ~SessionEvents() override { post({}, true); }

  bool send(std::string_view event, std::string_view data) override {
    if (gone_->load()) return false;
    std::string text = "event: " + std::string(event) + "\n";
    while (true) {
      const std::size_t end = data.find('\n');
      text += "data: " + std::string(data.substr(0, end)) + "\n";
      if (end == std::string_view::npos) break;
      data.remove_prefix(end + 1);
    }
    post(text + "\n", false);
    return true;
  }
  void close() override { post({}, true); }
  [[nodiscard]] bool gone() const override { return gone_->load() || session_.expired(); }

 private:
  void post(std::string text, bool last) {
    if (session_.expired()) return;
    net::post(executor_, [weak = session_, text = std::move(text), last]() mutable {
      if (const auto session = weak.lock()) session->queue_event(std::move(text), last);
    });
  }
  std::shared_ptr<net::io_context> io_;  // first: the executor refers to it to its end
  std::weak_ptr<Session> session_;
  beast::tcp_stream::executor_type executor_;
  std::shared_ptr<std::atomic<bool>> gone_;
};

void Session::open_events() {
  phase_ = Phase::streaming;
  keep_alive_ = false;
  events_gone_ = std::make_shared<std::atomic<bool>>(false);
  head_.emplace(bhttp::status::ok, 11U);
  set_common_headers(*head_);
  head_->set(bhttp::field::content_type, "text/event-stream");
  head_->set(bhttp::field::cache_control, "no-store");
  head_->set("X-Accel-Buffering", "no");
  head_->set("X-Request-Id", request_id_);
  head_->chunked(true);
  head_->keep_alive(false);
  head_writer_.emplace(*head_);
  events_writing_ = true;
  arm(kPingMs);
  bhttp::async_write_header(stream_, *head_writer_,
                            [self = shared_from_this()](Error error, std::size_t) {
                              if (error) return self->close();
                              self->events_writing_ = false;
                              self->watch_for_close();
                              self->pump_events();
                            });
  response_.events(std::make_shared<SessionEvents>(shared_from_this(), events_gone_));
  response_.events = nullptr;
}

void Session::watch_for_close() {
  stream_.async_read_some(net::buffer(chunk_),
                          [self = shared_from_this()](Error error, std::size_t) {
                            if (error) return self->close();
                            self->watch_for_close();
                          });
}

void Session::queue_event(std::string text, bool last) {
  if (phase_ != Phase::streaming || events_last_) return;
  if (events_.size() >= kMaxQueuedEvents) return close();  // the client does not read
  if (!text.empty()) events_.push_back(std::move(text));
  events_last_ = last;
  pump_events();
}

void Session::pump_events() {
  if (events_writing_ || phase_ != Phase::streaming) return;
  if (events_.empty()) {
    if (!events_last_) return;
    events_writing_ = true;
    net::async_write(stream_, bhttp::make_chunk_last(),
                     [self = shared_from_this()](Error, std::size_t) { self->close(); });
    return;
  }
  events_writing_ = true;
  net::async_write(stream_, bhttp::make_chunk(net::buffer(events_.front())),
                   [self = shared_from_this()](Error error, std::size_t) {
                     if (error) return self->close();
                     self->events_.pop_front();
                     self->events_writing_ = false;
                     self->pump_events();
                   });
}

}  // namespace breakeven::http
