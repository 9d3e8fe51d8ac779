// test_server.hpp — an HTTP server on loopback that answers as a test wants, well or badly.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"

namespace breakeven::registry::testing {

struct Request {
  std::string path;
  std::map<std::string, std::string> headers;  ///< names in lower case
};

struct Response {
  int status = 200;
  std::string body = {};
  std::vector<std::string> headers = {};  ///< "ETag: \"1\""
  std::int64_t says_length = -1;          ///< Content-Length, when it is not the body's
  std::chrono::milliseconds delay{0};     ///< before the first byte
  bool hang_up = false;                   ///< closes the connection without an answer
};

class TestServer {
 public:
  using Handler = std::function<Response(const Request&)>;

  explicit TestServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
        listen(listener_, 16) == 0 &&
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
      port_ = ntohs(address.sin_port);
    }
    thread_ = std::thread([this] { serve(); });
  }

  ~TestServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

  /// Everything that was asked for, robots.txt included.
  [[nodiscard]] std::vector<Request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (!stopping_) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      answer(client);
      close(client);
    }
  }

  void answer(int client) {
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n") && recv(client, &byte, 1, 0) == 1) head += byte;
    Request request;
    const std::size_t blank = head.find(' ');
    if (blank == std::string::npos) return;
    request.path = head.substr(blank + 1, head.find(' ', blank + 1) - blank - 1);
    for (std::size_t from = head.find("\r\n"); from != std::string::npos;) {
      const std::size_t end = head.find("\r\n", from + 2);
      if (end == std::string::npos) break;
      const std::string line = head.substr(from + 2, end - from - 2);
      const std::size_t colon = line.find(':');
      if (colon != std::string::npos) {
        request.headers[to_lower(line.substr(0, colon))] = trim(line.substr(colon + 1));
      }
      from = end;
    }
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const Response response = handler_(request);
    for (auto rest = response.delay; rest.count() > 0 && !stopping_;
         rest -= std::chrono::milliseconds(10)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    if (response.hang_up) return;
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + " Answer\r\n";
    for (const std::string& header : response.headers) text += header + "\r\n";
    const auto length = response.says_length >= 0 ? response.says_length
                                                  : static_cast<std::int64_t>(response.body.size());
    text += "Content-Length: " + std::to_string(length) + "\r\nConnection: close\r\n\r\n";
    text += response.body;
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t now = send(client, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return;
      sent += static_cast<std::size_t>(now);
    }
  }

  Handler handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace breakeven::registry::testing
