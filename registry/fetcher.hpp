// fetcher.hpp — reads one document over HTTP as a polite guest, and never from inside our network.
//
// Units    Durations in milliseconds; sizes in bytes.
// Shape    Fetcher is what the crawler needs; make_http_fetcher() gives the one on libcurl. It asks
//          robots.txt first, waits between two requests to one host, sends what it knows of the last
//          answer (ETag, Last-Modified), tries again with growing and jittered pauses what may pass
//          (no connection, time-out, 429, 5xx), follows a few redirects, only to http and https, and
//          takes no more than the limit, packed or unpacked. Certificates are always verified.
// Sources  RFC 9110 (conditional requests, Retry-After), RFC 9309 (robots.txt); full jitter after
//          "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
// Threads  A fetcher belongs to one thread and to one round of crawling: it remembers robots.txt and
//          when it asked whom. Time, waiting and chance come from the Clock given.
// Errors   In Fetched::error: unsupported (robots, an address that is not public, another scheme),
//          resource_limit (too large, too slow), io_error (no connection, TLS, an HTTP status),
//          parse_error (packed data that is damaged). Queries of URLs are not part of messages.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"

namespace breakeven::registry {

/// Where time comes from. Tests pass their own.
struct Clock {
  std::function<Instant()> now;
  std::function<std::int64_t()> monotonic_ms;
  std::function<void(std::int64_t)> sleep_ms;
  std::function<std::uint64_t()> random;
  std::function<bool()> cancelled;  ///< asked while waiting and while reading; may be empty
};
[[nodiscard]] Clock system_clock();

struct FetchLimits {
  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t total_timeout_ms = 60'000;  ///< of one attempt
  std::int64_t max_bytes = std::int64_t{32} << 20;
  int max_redirects = 5;
  int attempts = 4;
  std::int64_t first_pause_ms = 1'000;  ///< doubles with each attempt
  std::int64_t longest_pause_ms = 60'000;
  std::int64_t host_interval_ms = 2'000;  ///< between two requests to one host
  bool allow_private_addresses = false;  ///< for a registry inside one's own network, and for tests
};

struct FetchRequest {
  std::string url;
  std::string etag;           ///< of the answer that we have; empty = none
  std::string last_modified;  ///< likewise
};

struct Fetched {
  std::optional<Error> error;
  int http_status = 0;  ///< of the last answer; 0 = none
  int attempts = 0;
  bool not_modified = false;
  std::string body;
  std::string etag;
  std::string last_modified;
  std::string content_type;
};

class Fetcher {
 public:
  Fetcher() = default;
  virtual ~Fetcher() = default;
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;
  Fetcher(Fetcher&&) = delete;
  Fetcher& operator=(Fetcher&&) = delete;
  [[nodiscard]] virtual Fetched fetch(const FetchRequest& request) = 0;
};

[[nodiscard]] std::unique_ptr<Fetcher> make_http_fetcher(const FetchLimits& limits, Clock clock);

/// What a host's log shows: the product, its version and where to read about it.
[[nodiscard]] std::string user_agent();

/// The pause before attempt number `attempt` (2, 3, ...): between half and all of
/// first x 2^(attempt - 2), at most the longest. Worked: first 1 000, attempt 4: 2 000 to 4 000.
[[nodiscard]] std::int64_t pause_before(int attempt, const FetchLimits& limits,
                                        std::uint64_t random);

}  // namespace breakeven::registry
