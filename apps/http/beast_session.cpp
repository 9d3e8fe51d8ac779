#include "apps/http/beast_session.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <limits>

#include "apps/http/conditional.hpp"
#include "apps/http/problem.hpp"
#include "codec/json_text.hpp"

namespace breakeven::http {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {

constexpr int kWriteDeadlineMs = 30'000;
constexpr int kLingerMs = 1'000;
constexpr std::size_t kChunk = 8U << 10U;
constexpr std::size_t kUploadChunk = 64U << 10U;

constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' "
    "data:; font-src "
    "'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

beast::string_view wire(std::string_view text) { return {text.data(), text.size()}; }
std::string_view plain(beast::string_view text) { return {text.data(), text.size()}; }

Method method_of(bhttp::verb verb) {
  switch (verb) {
    case bhttp::verb::get:
      return Method::get;
    case bhttp::verb::head:
      return Method::head;
    case bhttp::verb::post:
      return Method::post;
    case bhttp::verb::put:
      return Method::put;
    case bhttp::verb::delete_:
      return Method::remove;
    case bhttp::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

/// "localhost", "127.0.0.1" or "[::1]", with or without a port (any: it may be forwarded).
bool is_loopback_host(std::string_view host) {
  for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"}) {
    if (lower(host.substr(0, name.size())) != name) continue;
    const std::string_view rest = host.substr(name.size());
    if (rest.empty()) return true;
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), port);
    if (rest.front() == ':' && error == std::errc() && end == rest.data() + rest.size())
      return true;
  }
  return false;
}

template <class Message>
void headers_of(const Response& response, Message& message) {
  set_common_headers(message);
  message.set(bhttp::field::content_type, response.content_type);
  bool cache = false;
  for (const auto& [name, value] : response.headers) {
    message.set(wire(name), value);
    cache = cache || name == "Cache-Control";
  }
  if (!cache) message.set(bhttp::field::cache_control, "no-store");
}

Response busy() {
  Response response = problem(503, "busy", "Too many requests at once",
                              "the server works on as many requests as it can; try again shortly");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response too_large(std::uint64_t limit) {
  return problem(413, "body-too-large", "Body too large",
                 "expected at most " + std::to_string(limit) + " bytes in the body");
}

}  // namespace

void set_common_headers(bhttp::fields& message) {
  message.set(bhttp::field::server, "breakeven");
  message.set("Content-Security-Policy", wire(kContentPolicy));
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Referrer-Policy", "no-referrer");
  message.set("Cross-Origin-Opener-Policy", "same-origin");
  message.set("Cross-Origin-Resource-Policy", "same-origin");
  message.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}

Session::Session(net::ip::tcp::socket&& socket, SessionHost& host)
    : stream_(std::move(socket)),
      host_(host),
      sessions_(host.sessions),
      deadline_(stream_.get_executor()) {
  beast::error_code ignored;
  stream_.socket().set_option(net::ip::tcp::no_delay(true), ignored);
}

Session::~Session() { sessions_->forget(this); }

void Session::start(bool refuse) {
  net::dispatch(stream_.get_executor(), [self = shared_from_this(), refuse] {
    if (refuse) {
      self->refuse_with(busy());
    } else {
      self->read_header();
    }
  });
}

void Session::wind_down() {
  net::post(stream_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ == Phase::idle && self->buffer_.size() == 0) self->close();
    if (self->phase_ == Phase::streaming) self->queue_event({}, true);
  });
}

void Session::arm(int milliseconds) {
  timed_out_ = false;
  const std::uint64_t generation = ++deadline_generation_;
  deadline_.expires_after(std::chrono::milliseconds(milliseconds));
  deadline_.async_wait([weak = weak_from_this(), generation](Error error) {
    const auto self = weak.lock();
    if (!error && self && self->deadline_generation_ == generation) self->on_deadline();
  });
}

void Session::disarm() {
  ++deadline_generation_;
  deadline_.cancel();
}

void Session::on_deadline() {
  timed_out_ = true;
  if (phase_ == Phase::streaming) {
    queue_event(": still here\n\n", false);
    arm(kPingMs);
  } else if (phase_ == Phase::idle || phase_ == Phase::reading) {
    stream_.cancel();  // the read comes back with an error and is answered with 408
  } else {
    close();
  }
}

void Session::read_header() {
  if (host_.stopping->load()) return close();
  phase_ = Phase::idle;
  request_ = {};
  request_id_.clear();
  route_ = nullptr;
  upload_.reset();
  received_ = 0;
  if (chunk_.size() > kChunk) chunk_ = {};
  body_unread_ = false;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(host_.options->max_header));
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max() /
                      2);  // ours, by route: check_body_header() and on_body()
  started_ = std::chrono::steady_clock::now();
  header_seen_ = started_;
  arm(host_.options->read_deadline_ms);
  bhttp::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, std::size_t) { self->on_header(error); });
}

std::optional<Response> Session::read_problem(Error error) const {
  if (timed_out_) {
    if (phase_ == Phase::idle && buffer_.size() == 0 && !parser_->got_some()) return std::nullopt;
    return problem(408, "too-slow", "Request too slow",
                   "the whole request was expected within " +
                       std::to_string(host_.options->read_deadline_ms / 1000) + " s");
  }
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) {
    return problem(
        431, "header-too-large", "Header too large",
        "expected at most " + std::to_string(host_.options->max_header) + " bytes before the body");
  }
  if (error == bhttp::error::end_of_stream || error == bhttp::error::partial_message) {
    return std::nullopt;
  }
  if (error.category() == make_error_code(bhttp::error::bad_version).category()) {
    return problem(400, "malformed-request", "Not an HTTP request",
                   "expected HTTP/1.1: " + error.message());
  }
  return std::nullopt;
}

void Session::on_header(Error error) {
  if (error) {
    auto answer = read_problem(error);
    return answer ? refuse_with(std::move(*answer)) : close();
  }
  phase_ = Phase::reading;
  header_seen_ = std::chrono::steady_clock::now();
  keep_alive_ = parser_->keep_alive();
  if (auto answer = examine_header()) return refuse_or_respond(std::move(*answer));
  ask_gate();
}

void Session::refuse_or_respond(Response response) {
  const bool has_body = parser_->chunked() || parser_->content_length().value_or(0) > 0;
  if (has_body) return refuse_with(std::move(response));
  respond(std::move(response));
}

void Session::ask_gate() {
  beast::error_code ignored;
  const auto remote = stream_.socket().remote_endpoint(ignored);
  auto decision = host_.gate->decide(request_, remote.address());
  if (decision) return enter(std::move(*decision));
  disarm();
  phase_ = Phase::handling;
  auto look = [self = shared_from_this(), guard = net::make_work_guard(stream_.get_executor())] {
    net::post(self->stream_.get_executor(),
              [self, decided = self->host_.gate->look(self->request_)]() mutable {
                self->phase_ = Phase::reading;
                self->arm(self->host_.options->read_deadline_ms);
                self->enter(std::move(decided));
              });
  };
  if (!host_.queue->submit(std::move(look))) refuse_or_respond(busy());
}

void Session::enter(Gate::Decision decision) {
  if (decision.refusal) return refuse_or_respond(std::move(*decision.refusal));
  request_.caller = std::move(decision.caller);
  request_.caller.author.request = request_id_;
  if (auto answer = find_route()) return refuse_or_respond(std::move(*answer));
  if (parser_->is_done()) return handle();
  if (route_->body == Body::upload) {
    auto file = TempFile::create();
    if (!file) return refuse_with(problem(file.error()));
    upload_.emplace(std::move(*file));
    request_.upload_path = upload_->path();
  }
  continue_then_read_body();
}

std::optional<Response> Session::examine_header() {
  const auto& message = parser_->get();
  request_.method = method_of(message.method());
  for (const auto& field : message) {
    request_.headers.emplace_back(lower(plain(field.name_string())),
                                  std::string(plain(field.value())));
  }
  request_id_ = request_id(request_.header("x-request-id"));
  const std::string_view target = plain(message.target());
  const std::size_t question = target.find('?');
  if (target.empty() || target.front() != '/' ||
      !percent_decode(target.substr(0, question), request_.path)) {
    return problem(400, "malformed-target", "Malformed path",
                   "expected a path such as /api/v1/health");
  }
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
  return check_host();
}

std::optional<Response> Session::find_route() {
  Router::Match match = host_.router->find(request_.method, request_.path);
  if (match.route == nullptr) {
    if (match.allowed.empty()) {
      return problem({breakeven::ErrorCode::not_found, "there is nothing here", request_.path});
    }
    Response response = problem(405, "method-not-allowed", "Method not allowed",
                                request_.path + " answers " + match.allowed + ", not " +
                                    std::string(plain(parser_->get().method_string())));
    response.headers.emplace_back("Allow", match.allowed);
    return response;
  }
  if (request_.caller.scope < match.route->needs) {
    return problem(403, "insufficient-scope", "Not allowed",
                   "this needs a token with scope " +
                       std::string(service::to_string(match.route->needs)) + ", found scope " +
                       std::string(service::to_string(request_.caller.scope)));
  }
  route_ = match.route;
  request_.parameters = std::move(match.parameters);
  switch (route_->body) {
    case Body::none:
      return check_body_header(0);
    case Body::json: {
      std::string type = lower(request_.header("content-type"));
      type.resize(std::min(type.size(), type.find(';')));
      while (type.ends_with(' ')) type.pop_back();
      if (type != "application/json") {
        return problem(415, "unsupported-media-type", "Unsupported media type",
                       "expected Content-Type: application/json, found \"" + type + "\"");
      }
      return check_body_header(host_.options->max_json);
    }
    case Body::upload:
      return check_body_header(host_.options->max_upload);
  }
  return std::nullopt;
}

std::optional<Response> Session::check_host() const {
  if (Gate::is_open(request_.path)) return std::nullopt;
  const std::string host = lower(request_.header("host"));
  const std::string_view bare = std::string_view(host).substr(0, host.rfind(':'));
  const bool named = std::ranges::any_of(host_.options->hosts, [&](const std::string& name) {
    return lower(name) == host || lower(name) == bare;
  });
  if (!named && !is_loopback_host(host)) {
    return problem(403, "foreign-host", "Foreign host",
                   "this server answers to localhost, 127.0.0.1, [::1] and the names it was given, "
                   "found \"" +
                       host + "\"");
  }
  const std::string origin = lower(request_.header("origin"));
  // A proxy that adds TLS keeps the name: https is the same place.
  if (!origin.empty() && origin != "http://" + host && !(named && origin == "https://" + host)) {
    return problem(403, "foreign-origin", "Foreign origin",
                   "a page of another origin may not use this server, found \"" + origin + "\"");
  }
  return std::nullopt;
}

void Session::record(int status, std::uint64_t bytes) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - header_seen_;
  const std::string_view method = method_name(request_.method);
  host_.metrics->request(route_ != nullptr ? method : "other",
                         route_ != nullptr ? std::string_view(route_->pattern) : "none", status,
                         took.count(), bytes);
  if (host_.options->log == LogFormat::none) return;
  beast::error_code ignored;
  const auto remote = stream_.socket().remote_endpoint(ignored);
  const auto& author = request_.caller.author;
  const std::string_view who = author.token.empty() ? std::string_view() : author.who;
  const std::string client = ignored ? std::string() : remote.address().to_string();
  write_log({request_id_, method, request_.path, who, client, status, took.count() * 1e3, bytes},
            host_.options->log);
}

std::optional<Response> Session::check_body_header(std::uint64_t limit) {
  if (limit == 0 && parser_->chunked()) return too_large(limit);
  if (parser_->content_length().value_or(0) > limit) return too_large(limit);
  return std::nullopt;
}

void Session::continue_then_read_body() {
  if (lower(request_.header("expect")) != "100-continue") return read_body();
  head_.emplace(bhttp::status::continue_, 11U);
  head_writer_.emplace(*head_);
  bhttp::async_write(stream_, *head_writer_, [self = shared_from_this()](Error error, std::size_t) {
    if (error) return self->close();
    self->read_body();
  });
}

void Session::make_chunk() {
  const bool upload = route_ != nullptr && route_->body == Body::upload;
  chunk_.resize(std::max(chunk_.size(), upload ? kUploadChunk : kChunk));
}

void Session::read_body() {
  make_chunk();
  parser_->get().body().data = chunk_.data();
  parser_->get().body().size = chunk_.size();
  parser_->get().body().more = true;
  bhttp::async_read(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, std::size_t) { self->on_body(error); });
}

void Session::on_body(Error error) {
  if (error == bhttp::error::need_buffer) error = {};
  if (error) {
    auto answer = read_problem(error);
    return answer ? refuse_with(std::move(*answer)) : close();
  }
  const std::size_t size = chunk_.size() - parser_->get().body().size;
  received_ += size;
  const bool upload = upload_.has_value();
  const std::uint64_t limit = upload ? host_.options->max_upload : host_.options->max_json;
  if (received_ > limit) return refuse_with(too_large(limit));
  const std::string_view bytes(chunk_.data(), size);
  if (!upload) {
    request_.body.append(bytes);
  } else if (!upload_->write(bytes) || (parser_->is_done() && !upload_->finish())) {
    return refuse_with(problem(
        {breakeven::ErrorCode::io_error, "cannot store the upload: is the disk full?", {}}));
  }
  if (parser_->is_done()) return handle();
  if (upload) {
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
                           std::chrono::steady_clock::now() - started_)
                           .count();
    const auto allowed =
        host_.options->read_deadline_ms +
        static_cast<std::int64_t>(received_ * 1000 / host_.options->min_upload_rate);
    arm(static_cast<int>(std::max<std::int64_t>(1, allowed - spent)));
  }
  read_body();
}

void Session::handle() {
  disarm();
  phase_ = Phase::handling;
  auto work = [self = shared_from_this(), guard = net::make_work_guard(stream_.get_executor())] {
    Response response;
    const auto begun = std::chrono::steady_clock::now();
    try {
      const Status nested =
          self->route_->body == Body::json ? codec::check_nesting(self->request_.body) : Status();
      response = nested ? self->route_->handler(self->request_) : problem(nested.error());
      make_conditional(self->request_, response);
    } catch (const std::exception& error) {
      response = problem({breakeven::ErrorCode::internal, error.what(), self->request_.path});
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    std::array<char, 48> timing{};
    std::snprintf(timing.data(), timing.size(), "work;dur=%.2f", took.count());
    response.headers.emplace_back("Server-Timing", timing.data());
    net::post(self->stream_.get_executor(), [self, response = std::move(response)]() mutable {
      self->respond(std::move(response));
    });
  };
  // std::function wants a copyable task; the guard is, and the session is shared.
  if (!host_.queue->submit(std::move(work))) respond(busy());
}

void Session::refuse_with(Response response) {
  keep_alive_ = false;
  body_unread_ = true;
  respond(std::move(response));
}

void Session::respond(Response response) {
  upload_.reset();
  response_ = std::move(response);
  if (request_id_.empty()) request_id_ = request_id({});
  response_.headers.emplace_back("X-Request-Id", request_id_);
  if (response_.events) {
    record(200, 0);
    return open_events();
  }
  phase_ = Phase::writing;
  keep_alive_ = keep_alive_ && !host_.stopping->load();
  arm(kWriteDeadlineMs);
  if (request_.method == Method::head || response_.status == 304) {
    record(response_.status, 0);
    return write_head(response_);
  }
  const std::string& bytes = response_.shared_body ? *response_.shared_body : response_.body;
  record(response_.status, bytes.size());
  full_.emplace(static_cast<bhttp::status>(response_.status), 11U);
  headers_of(response_, *full_);
  full_->body() = {bytes.data(), bytes.size()};
  full_->keep_alive(keep_alive_);
  full_->prepare_payload();
  bhttp::async_write(stream_, *full_, [self = shared_from_this()](Error error, std::size_t) {
    self->finish_write(error);
  });
}

void Session::write_head(const Response& response) {
  head_.emplace(static_cast<bhttp::status>(response.status), 11U);
  headers_of(response, *head_);
  if (response.status != 304) {
    head_->content_length(response.shared_body ? response.shared_body->size()
                                               : response.body.size());
  }
  head_->keep_alive(keep_alive_);
  head_writer_.emplace(*head_);
  bhttp::async_write_header(
      stream_, *head_writer_,
      [self = shared_from_this()](Error error, std::size_t) { self->finish_write(error); });
}

void Session::finish_write(Error error) {
  disarm();
  full_.reset();
  response_ = {};
  if (error) return close();
  if (!keep_alive_) return linger();
  read_header();
}

void Session::linger() {
  // A close with unread bytes would send RST and could destroy the answer on its way to the client.
  beast::error_code ignored;
  stream_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
  if (!body_unread_) return close();
  phase_ = Phase::writing;
  arm(kLingerMs);
  drain();
}

void Session::drain() {
  make_chunk();
  stream_.async_read_some(net::buffer(chunk_),
                          [self = shared_from_this()](Error error, std::size_t) {
                            if (error) return self->close();
                            self->drain();
                          });
}

void Session::close() {
  disarm();
  phase_ = Phase::closed;
  if (events_gone_) events_gone_->store(true);
  beast::error_code ignored;
  stream_.socket().close(ignored);
}

}  // namespace breakeven::http
