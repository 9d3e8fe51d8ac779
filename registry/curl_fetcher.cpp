#include <curl/curl.h>
#include <curl/easy.h>
#include <curl/system.h>
#include <curl/urlapi.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "io/byte_stream.hpp"
#include "registry/fetcher.hpp"
#include "registry/public_address.hpp"
#include "registry/robots.hpp"

namespace breakeven::registry {
namespace {

constexpr std::string_view kProduct = "Breakeven";
constexpr std::int64_t kRobotsBytes = 512 * 1024;
constexpr std::size_t kHeaderBytes = 64 * 1024;
constexpr std::int64_t kNap = 100;  // between two looks at Clock::cancelled

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(char* text) const { curl_free(text); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeCurl>;

struct Place {
  std::string origin;  ///< "https://host:443"
  std::string path;    ///< with the query
  std::string shown;   ///< without the query: what may stand in a message
};

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  const Owned<char> owned(text);
  return owned.get();
}

Result<Place> place_of(const std::string& url) {
  const Owned<CURLU> parsed(curl_url());
  const auto refuse = [](std::string_view expected) {
    return Error{ErrorCode::unsupported, "expected " + std::string(expected), "URL"};
  };
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return refuse("an absolute URL");
  }
  const std::string scheme = part(parsed.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return refuse("http or https");
  if (!part(parsed.get(), CURLUPART_USER).empty()) return refuse("no user name in the URL");
  Place place;
  place.origin = scheme + "://" + part(parsed.get(), CURLUPART_HOST) + ":" +
                 part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  place.path = part(parsed.get(), CURLUPART_PATH);
  place.shown = place.origin + place.path;
  const std::string query = part(parsed.get(), CURLUPART_QUERY);
  if (!query.empty()) place.path += "?" + query;
  return place;
}

/// What one request gave.
struct Answer {
  CURLcode code = CURLE_OK;
  std::string detail;
  long status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  ///< of the last response, names in lower case
  std::size_t header_bytes = 0;
  bool too_large = false;
  bool refused_address = false;
  // What the callbacks need:
  std::int64_t max_bytes = 0;
  bool allow_private = false;
  const Clock* clock = nullptr;
};

std::size_t on_body(const char* data, std::size_t size, std::size_t count, void* user) {
  auto& answer = *static_cast<Answer*>(user);
  const std::size_t bytes = size * count;
  if (answer.body.size() + bytes > static_cast<std::size_t>(answer.max_bytes)) {
    answer.too_large = true;
    return 0;
  }
  answer.body.append(data, bytes);
  return bytes;
}

std::size_t on_header(const char* data, std::size_t size, std::size_t count, void* user) {
  auto& answer = *static_cast<Answer*>(user);
  const std::string_view line(data, size * count);
  answer.header_bytes += line.size();
  if (answer.header_bytes > kHeaderBytes) {
    answer.too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {  // after a redirect another response begins
    answer.headers.clear();
    answer.body.clear();
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    answer.headers[to_lower(trim(line.substr(0, colon)))] = trim(line.substr(colon + 1));
  }
  return line.size();
}

// Asked for every connection, after the name was resolved: redirects and name servers cannot lead
// elsewhere.
curl_socket_t on_socket(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto& answer = *static_cast<Answer*>(user);
  if (!answer.allow_private && !is_public_address(address->addr)) {
    answer.refused_address = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const Clock& clock = *static_cast<Answer*>(user)->clock;
  return clock.cancelled && clock.cancelled() ? 1 : 0;
}

Owned<curl_slist> with_header(Owned<curl_slist> list, const std::string& header) {
  curl_slist* const longer = curl_slist_append(list.get(), header.c_str());
  if (longer != nullptr) {
    [[maybe_unused]] const curl_slist* const now_in_longer = list.release();
    list.reset(longer);
  }
  return list;
}

/// A header's value must not smuggle in another header.
bool is_header_value(std::string_view text) {
  return !text.empty() &&
         std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

class HttpFetcher final : public Fetcher {
 public:
  HttpFetcher(const FetchLimits& limits, Clock clock) : limits_(limits), clock_(std::move(clock)) {
    static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (kReady == CURLE_OK) curl_.reset(curl_easy_init());
  }

  Fetched fetch(const FetchRequest& request) override {
    Fetched fetched;
    const Result<Place> place = place_of(request.url);
    if (!place.ok()) {
      fetched.error = place.error();
      return fetched;
    }
    const auto fail = [&](ErrorCode code, std::string message) {
      fetched.error = Error{code, std::move(message), place->shown};
    };
    if (!curl_) {
      fail(ErrorCode::internal, "libcurl could not be started");
      return fetched;
    }
    const Robots& robots = robots_of(place->origin);
    if (!robots.allows(place->path)) {
      fail(ErrorCode::unsupported, "the host's robots.txt does not allow this");
      return fetched;
    }
    for (fetched.attempts = 1;; ++fetched.attempts) {
      const Answer answer = request_once(request.url, place->origin, limits_.max_bytes, &request);
      fetched.http_status = static_cast<int>(answer.status);
      fetched.error.reset();
      judge(answer, *place, fetched);
      if (!fetched.error || !may_pass(answer) || fetched.attempts >= limits_.attempts) break;
      std::int64_t pause = pause_before(fetched.attempts + 1, limits_, clock_.random());
      if (const auto asked = retry_after_ms(answer)) {
        if (*asked > limits_.longest_pause_ms) break;
        pause = std::max(pause, *asked);
      }
      if (!wait(pause)) break;
    }
    return fetched;
  }

 private:
  /// What the answer means; fills in either the document or the error.
  void judge(const Answer& answer, const Place& place, Fetched& fetched) const {
    const auto fail = [&](ErrorCode code, std::string message) {
      fetched.error = Error{code, std::move(message), place.shown};
    };
    if (answer.refused_address) {
      return fail(ErrorCode::unsupported, "leads to an address that is not public");
    }
    if (answer.too_large || answer.code == CURLE_FILESIZE_EXCEEDED) {
      return fail(ErrorCode::resource_limit,
                  "larger than " + std::to_string(limits_.max_bytes) + " bytes");
    }
    if (answer.code == CURLE_OPERATION_TIMEDOUT) {
      return fail(
          ErrorCode::resource_limit,
          "took longer than " + std::to_string(limits_.total_timeout_ms) + " ms: " + answer.detail);
    }
    if (answer.code == CURLE_ABORTED_BY_CALLBACK) return fail(ErrorCode::io_error, "cancelled");
    if (answer.code != CURLE_OK) return fail(ErrorCode::io_error, answer.detail);
    if (answer.status == 304) {
      fetched.not_modified = true;
      return;
    }
    if (answer.status != 200) {
      return fail(ErrorCode::io_error,
                  "expected HTTP status 200, found " + std::to_string(answer.status));
    }
    const auto header = [&](const char* name) {
      const auto found = answer.headers.find(name);
      return found == answer.headers.end() ? std::string() : found->second;
    };
    Result<std::string> body = unpacked(answer, header("content-encoding"));
    if (!body.ok()) {
      fetched.error = body.error();
      fetched.error->where = place.shown;
      return;
    }
    fetched.body = std::move(body).value();
    fetched.etag = header("etag");
    fetched.last_modified = header("last-modified");
    fetched.content_type = header("content-type");
  }

  // Not left to libcurl, which takes packed data that is cut off for the whole.
  [[nodiscard]] Result<std::string> unpacked(const Answer& answer,
                                             const std::string& encoding) const {
    if (encoding.empty() || encoding == "identity") return answer.body;
    if (encoding != "gzip" && encoding != "x-gzip") {
      return Error{ErrorCode::unsupported, "expected gzip or nothing as content encoding", {}};
    }
    BREAKEVEN_TRY(io::ByteStream stream, io::ByteStream::from_memory(answer.body, "body"));
    if (stream.packing() != io::Packing::gzip) {
      return Error{ErrorCode::parse_error, "expected data packed by gzip", {}};
    }
    std::string body;
    std::array<char, 16 * 1024> buffer{};
    while (true) {
      BREAKEVEN_TRY(const std::size_t got, stream.read(buffer.data(), buffer.size()));
      if (got == 0) return body;
      if (body.size() + got > static_cast<std::size_t>(limits_.max_bytes)) {
        return Error{ErrorCode::resource_limit,
                     "larger than " + std::to_string(limits_.max_bytes) + " bytes when unpacked",
                     {}};
      }
      body.append(buffer.data(), got);
    }
  }

  /// Whether another attempt may go better.
  static bool may_pass(const Answer& answer) {
    if (answer.too_large || answer.refused_address) return false;
    switch (answer.code) {
      case CURLE_OK:
        return answer.status == 408 || answer.status == 429 || answer.status >= 500;
      case CURLE_COULDNT_RESOLVE_HOST:
      case CURLE_COULDNT_CONNECT:
      case CURLE_OPERATION_TIMEDOUT:
      case CURLE_GOT_NOTHING:
      case CURLE_SEND_ERROR:
      case CURLE_RECV_ERROR:
      case CURLE_PARTIAL_FILE:
      case CURLE_HTTP2:
      case CURLE_HTTP2_STREAM:
        return true;
      default:
        return false;
    }
  }

  static std::optional<std::int64_t> retry_after_ms(const Answer& answer) {
    const auto found = answer.headers.find("retry-after");
    if (found == answer.headers.end()) return std::nullopt;
    const Result<std::int64_t> seconds = parse_int(found->second);  // a date is not worth reading
    if (!seconds.ok() || *seconds < 0 || *seconds > 1'000'000) return std::nullopt;
    return *seconds * 1'000;
  }

  /// Sleeps in naps; false when cancelled.
  [[nodiscard]] bool wait(std::int64_t ms) {
    while (ms > 0) {
      if (clock_.cancelled && clock_.cancelled()) return false;
      const std::int64_t nap = clock_.cancelled ? std::min(ms, kNap) : ms;
      clock_.sleep_ms(nap);
      ms -= nap;
    }
    return !(clock_.cancelled && clock_.cancelled());
  }

  const Robots& robots_of(const std::string& origin) {
    const auto known = robots_.find(origin);
    if (known != robots_.end()) return known->second;
    const Answer answer = request_once(origin + "/robots.txt", origin, kRobotsBytes, nullptr);
    Robots robots = Robots::allow_none();  // RFC 9309, 2.3.1.4: unreachable means no
    if (answer.code == CURLE_OK && answer.status >= 400 && answer.status < 500) {
      robots = Robots::allow_all();
    } else if ((answer.code == CURLE_OK && answer.status == 200) || answer.too_large) {
      robots = Robots::parse(answer.body, kProduct);
    } else if (answer.refused_address) {
      robots = Robots::allow_all();  // the request itself will be refused, and say why
    }
    return robots_.emplace(origin, std::move(robots)).first->second;
  }

  void keep_distance(const std::string& origin) {
    std::int64_t interval = limits_.host_interval_ms;
    if (const auto robots = robots_.find(origin); robots != robots_.end()) {
      interval = std::max(interval, robots->second.crawl_delay_s() * 1'000);
    }
    const auto last = last_request_ms_.find(origin);
    if (last != last_request_ms_.end()) {
      const std::int64_t passed = clock_.monotonic_ms() - last->second;
      if (passed < interval && !wait(interval - std::max<std::int64_t>(passed, 0))) return;
    }
    last_request_ms_[origin] = clock_.monotonic_ms();
  }

  Answer request_once(const std::string& url, const std::string& origin, std::int64_t max_bytes,
                      const FetchRequest* known) {
    keep_distance(origin);
    Answer answer;
    answer.max_bytes = max_bytes;
    answer.allow_private = limits_.allow_private_addresses;
    answer.clock = &clock_;
    CURL* const curl = curl_.get();
    curl_easy_reset(curl);
    Owned<curl_slist> headers;
    if (known != nullptr) headers = with_header(std::move(headers), "Accept-Encoding: gzip");
    if (known != nullptr && is_header_value(known->etag)) {
      headers = with_header(std::move(headers), "If-None-Match: " + known->etag);
    }
    if (known != nullptr && is_header_value(known->last_modified)) {
      headers = with_header(std::move(headers), "If-Modified-Since: " + known->last_modified);
    }
    std::array<char, CURL_ERROR_SIZE> why{};
    const std::string agent = user_agent();
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, static_cast<long>(limits_.max_redirects));
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // the address that is checked is the host's own
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(limits_.connect_timeout_ms));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.total_timeout_ms));
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(max_bytes));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &on_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &answer);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
    // A kept connection would outlive the check of its address.
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    answer.code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    answer.detail = why[0] != '\0' ? why.data() : curl_easy_strerror(answer.code);
    curl_easy_reset(curl);  // lets go of the headers and of what lies on this stack
    return answer;
  }

  FetchLimits limits_;
  Clock clock_;
  Owned<CURL> curl_;
  std::map<std::string, Robots> robots_;
  std::map<std::string, std::int64_t> last_request_ms_;
};

}  // namespace

std::unique_ptr<Fetcher> make_http_fetcher(const FetchLimits& limits, Clock clock) {
  return std::make_unique<HttpFetcher>(limits, std::move(clock));
}

std::string user_agent() {
  return std::string(kProduct) + "/" + BREAKEVEN_VERSION + " (price registry; reads robots.txt)";
}

std::int64_t pause_before(int attempt, const FetchLimits& limits, std::uint64_t random) {
  std::int64_t pause = std::max<std::int64_t>(limits.first_pause_ms, 1);
  for (int i = 2; i < attempt && pause < limits.longest_pause_ms; ++i) pause *= 2;
  pause = std::min(pause, std::max<std::int64_t>(limits.longest_pause_ms, 1));
  const auto half = static_cast<std::uint64_t>(pause / 2);
  return pause - static_cast<std::int64_t>(random % (half + 1));
}

}  // namespace breakeven::registry
