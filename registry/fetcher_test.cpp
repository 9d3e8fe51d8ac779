#include "registry/fetcher.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "registry/public_address.hpp"
#include "registry/robots.hpp"
#include "registry/test_server.hpp"

namespace breakeven::registry {
namespace {

using testing::Request;
using testing::Response;
using testing::TestServer;

/// A clock that does not wait: sleeping moves it on.
struct StillClock {
  std::int64_t ms = 1'000'000;
  std::vector<std::int64_t> slept;

  Clock clock() {
    return {.now = [this] { return Instant{ms / 1'000}; },
            .monotonic_ms = [this] { return ms; },
            .sleep_ms =
                [this](std::int64_t pause) {
                  slept.push_back(pause);
                  ms += pause;
                },
            .random = [] { return std::uint64_t{0}; },  // the whole pause
            .cancelled = {}};
  }
};

FetchLimits for_tests() {
  FetchLimits limits;
  limits.allow_private_addresses = true;
  limits.host_interval_ms = 0;
  limits.total_timeout_ms = 2'000;
  return limits;
}

Response ok(std::string body, std::vector<std::string> headers = {}) {
  return {.status = 200, .body = std::move(body), .headers = std::move(headers)};
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  std::string copy = text;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// A server without robots.txt that answers everything else by `handler`.
std::unique_ptr<TestServer> server(TestServer::Handler handler) {
  return std::make_unique<TestServer>([handler = std::move(handler)](const Request& request) {
    return request.path == "/robots.txt" ? Response{.status = 404} : handler(request);
  });
}

Fetched get(const TestServer& host, const FetchLimits& limits = for_tests(),
            std::string_view path = "/prices", StillClock* still = nullptr) {
  StillClock own;
  const auto fetcher = make_http_fetcher(limits, (still == nullptr ? own : *still).clock());
  return fetcher->fetch({.url = host.url(path), .etag = {}, .last_modified = {}});
}

TEST(Fetcher, ReadsADocumentAndNamesItself) {
  const auto host = server([](const Request&) {
    return ok("prices", {"ETag: \"a1\"", "Last-Modified: Sat, 01 Aug 2026 00:00:00 GMT",
                         "Content-Type: application/json"});
  });
  const Fetched fetched = get(*host);
  EXPECT_FALSE(fetched.error) << fetched.error->text();
  EXPECT_EQ(fetched.body, "prices");
  EXPECT_EQ(fetched.etag, "\"a1\"");
  EXPECT_EQ(fetched.last_modified, "Sat, 01 Aug 2026 00:00:00 GMT");
  EXPECT_EQ(fetched.content_type, "application/json");
  EXPECT_EQ(fetched.http_status, 200);
  EXPECT_EQ(fetched.attempts, 1);
  const auto requests = host->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].path, "/robots.txt");
  EXPECT_TRUE(requests[1].headers.at("user-agent").starts_with("Breakeven/"));
}

TEST(Fetcher, SendsWhatItKnowsAndUnderstandsNotModified) {
  const auto host = server([](const Request& request) {
    return request.headers.contains("if-none-match") ? Response{.status = 304} : ok("x");
  });
  StillClock still;
  const auto fetcher = make_http_fetcher(for_tests(), still.clock());
  const Fetched fetched = fetcher->fetch(
      {.url = host->url("/p"), .etag = "\"a1\"", .last_modified = "Sat, 01 Aug 2026 00:00:00 GMT"});
  EXPECT_FALSE(fetched.error);
  EXPECT_TRUE(fetched.not_modified);
  const Request last = host->requests().back();
  EXPECT_EQ(last.headers.at("if-none-match"), "\"a1\"");
  EXPECT_EQ(last.headers.at("if-modified-since"), "Sat, 01 Aug 2026 00:00:00 GMT");
  const Fetched other =
      fetcher->fetch({.url = host->url("/p"), .etag = "a\r\nX-Evil: 1", .last_modified = {}});
  EXPECT_EQ(other.body, "x");
  EXPECT_FALSE(host->requests().back().headers.contains("x-evil"));
}

TEST(Fetcher, TriesAgainWhatMayPass) {
  int asked = 0;
  const auto host = server([&](const Request&) {
    ++asked;
    if (asked == 1) return Response{.status = 500};
    if (asked == 2) return Response{.status = 200, .hang_up = true};
    return ok("third time");
  });
  StillClock still;
  const Fetched fetched = get(*host, for_tests(), "/p", &still);
  EXPECT_FALSE(fetched.error) << fetched.error->text();
  EXPECT_EQ(fetched.body, "third time");
  EXPECT_EQ(fetched.attempts, 3);
  EXPECT_EQ(still.slept, (std::vector<std::int64_t>{1'000, 2'000}));
}

TEST(Fetcher, GivesUpAfterItsAttempts) {
  const auto host = server([](const Request&) { return Response{.status = 503}; });
  StillClock still;
  const Fetched fetched = get(*host, for_tests(), "/p", &still);
  ASSERT_TRUE(fetched.error);
  EXPECT_EQ(fetched.error->code, ErrorCode::io_error);
  EXPECT_EQ(fetched.http_status, 503);
  EXPECT_EQ(fetched.attempts, 4);
  EXPECT_EQ(still.slept, (std::vector<std::int64_t>{1'000, 2'000, 4'000}));
}

TEST(Fetcher, DoesNotAskAgainForWhatIsNotThere) {
  const auto host = server([](const Request&) { return Response{.status = 404}; });
  const Fetched fetched = get(*host);
  ASSERT_TRUE(fetched.error);
  EXPECT_EQ(fetched.attempts, 1);
  EXPECT_NE(fetched.error->text().find("404"), std::string::npos);
}

TEST(Fetcher, WaitsAsLongAsItIsAskedTo) {
  int asked = 0;
  const auto host = server([&](const Request& request) {
    if (request.path == "/long") return Response{.status = 429, .headers = {"Retry-After: 3600"}};
    return ++asked == 1 ? Response{.status = 429, .headers = {"Retry-After: 7"}} : ok("x");
  });
  StillClock still;
  EXPECT_EQ(get(*host, for_tests(), "/p", &still).body, "x");
  EXPECT_EQ(still.slept, std::vector<std::int64_t>{7'000});
  EXPECT_EQ(get(*host, for_tests(), "/long").attempts, 1) << "an hour is not waited for";
}

TEST(Fetcher, DoesNotHangWithItsHost) {
  const auto host = server([](const Request&) {
    Response slow = ok("late");
    slow.delay = std::chrono::milliseconds(1'500);
    return slow;
  });
  FetchLimits limits = for_tests();
  limits.total_timeout_ms = 100;
  limits.attempts = 2;
  const Fetched fetched = get(*host, limits);
  ASSERT_TRUE(fetched.error);
  EXPECT_EQ(fetched.error->code, ErrorCode::resource_limit);
  EXPECT_NE(fetched.error->text().find("took longer than 100 ms"), std::string::npos);
  EXPECT_EQ(fetched.attempts, 2);
}

TEST(Fetcher, TakesNoMoreThanItsLimit) {
  const auto host = server([](const Request& request) {
    if (request.path == "/says") return Response{.body = "x", .says_length = 1'000'000};
    if (request.path == "/bomb") {
      return ok(gzipped(std::string(1'000'000, 'a')), {"Content-Encoding: gzip"});
    }
    return ok(std::string(2'000, 'a'));
  });
  FetchLimits limits = for_tests();
  limits.max_bytes = 1'999;
  for (const char* path : {"/is", "/says", "/bomb"}) {
    const Fetched fetched = get(*host, limits, path);
    ASSERT_TRUE(fetched.error) << path;
    EXPECT_EQ(fetched.error->code, ErrorCode::resource_limit) << path;
    EXPECT_EQ(fetched.attempts, 1) << path;
    EXPECT_TRUE(fetched.body.empty()) << path;
  }
  limits.max_bytes = 2'000;
  EXPECT_EQ(get(*host, limits, "/is").body.size(), 2'000U);
}

TEST(Fetcher, UnpacksAndNoticesWhatIsCutOff) {
  const std::string packed = gzipped(std::string(10'000, 'a') + "end");
  const auto host = server([&](const Request& request) {
    if (request.path == "/whole") return ok(packed, {"Content-Encoding: gzip"});
    if (request.path == "/cut") {
      return ok(packed.substr(0, packed.size() / 2), {"Content-Encoding: gzip"});
    }
    if (request.path == "/plain") return ok("plain", {"Content-Encoding: gzip"});
    if (request.path == "/short") return Response{.body = "half", .says_length = 8};
    return ok("x", {"Content-Encoding: br"});
  });
  EXPECT_EQ(get(*host, for_tests(), "/whole").body.size(), 10'003U);
  EXPECT_EQ(host->requests().back().headers.at("accept-encoding"), "gzip");
  for (const char* path : {"/cut", "/plain", "/short", "/other"}) {
    const Fetched fetched = get(*host, for_tests(), path);
    EXPECT_TRUE(fetched.error) << path;
    EXPECT_TRUE(fetched.body.empty()) << path;
  }
}

TEST(Fetcher, FollowsAFewRedirectsToHttpOnly) {
  const auto host = server([](const Request& request) {
    const auto to = [](const std::string& where) {
      return Response{.status = 302, .body = "moved", .headers = {"Location: " + where}};
    };
    if (request.path == "/once") return to("/there");
    if (request.path == "/round") return to("/round");
    if (request.path == "/file") return to("file:///etc/passwd");
    if (request.path == "/ftp") return to("ftp://127.0.0.1/x");
    return ok("arrived", {"ETag: \"there\""});
  });
  EXPECT_EQ(get(*host, for_tests(), "/once").body, "arrived");
  for (const char* path : {"/round", "/file", "/ftp"}) {
    const Fetched fetched = get(*host, for_tests(), path);
    EXPECT_TRUE(fetched.error) << path;
    EXPECT_TRUE(fetched.body.empty()) << path;
  }
}

TEST(Fetcher, RefusesAddressesOfOurOwnNetwork) {
  const auto host = server([](const Request&) { return ok("secret"); });
  FetchLimits limits = for_tests();
  limits.allow_private_addresses = false;
  const Fetched fetched = get(*host, limits);
  ASSERT_TRUE(fetched.error);
  EXPECT_EQ(fetched.error->code, ErrorCode::unsupported);
  EXPECT_NE(fetched.error->text().find("not public"), std::string::npos);
  EXPECT_TRUE(host->requests().empty()) << "not even robots.txt was asked for";
  StillClock still;
  const auto fetcher = make_http_fetcher(for_tests(), still.clock());
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "prices",
                          "", "http://user:secret@127.0.0.1/"}) {
    const Fetched refused = fetcher->fetch({.url = url, .etag = {}, .last_modified = {}});
    ASSERT_TRUE(refused.error) << url;
    EXPECT_EQ(refused.error->code, ErrorCode::unsupported) << url;
    EXPECT_EQ(refused.error->text().find("secret"), std::string::npos);
  }
}

TEST(Fetcher, VerifiesCertificates) {
  // A server that does not speak TLS: whatever fails, nothing is read.
  const auto host = server([](const Request&) { return ok("plain"); });
  std::string url = host->url("/p");
  url.replace(0, 4, "https");
  FetchLimits limits = for_tests();
  limits.attempts = 1;
  limits.total_timeout_ms = 300;
  StillClock still;
  const Fetched fetched = make_http_fetcher(limits, still.clock())
                              ->fetch({.url = url, .etag = {}, .last_modified = {}});
  EXPECT_TRUE(fetched.error);
  EXPECT_TRUE(fetched.body.empty());
}

TEST(Fetcher, AsksRobotsFirstAndOnce) {
  TestServer host([](const Request& request) {
    return request.path == "/robots.txt"
               ? ok("User-agent: *\nDisallow: /\n\nUser-agent: breakeven\nDisallow: /private\n"
                    "Crawl-delay: 5\n")
               : ok("x");
  });
  StillClock still;
  FetchLimits limits = for_tests();
  limits.host_interval_ms = 2'000;
  const auto fetcher = make_http_fetcher(limits, still.clock());
  const auto path = [&](std::string_view p) {
    return fetcher->fetch({.url = host.url(p), .etag = {}, .last_modified = {}});
  };
  EXPECT_EQ(path("/public").body, "x");
  EXPECT_EQ(path("/private?x=1").error->code, ErrorCode::unsupported);
  EXPECT_EQ(path("/public?again").body, "x");
  EXPECT_EQ(host.requests().size(), 3U);
  EXPECT_EQ(still.slept, (std::vector<std::int64_t>{5'000, 5'000})) << "its own delay is longer";
}

TEST(Fetcher, TakesAHostWithoutAWorkingRobotsFileAsClosed) {
  TestServer host([](const Request& request) {
    return request.path == "/robots.txt" ? Response{.status = 500} : ok("x");
  });
  EXPECT_EQ(get(host).error->code, ErrorCode::unsupported);
}

TEST(Fetcher, StopsWhenCancelled) {
  const auto host = server([](const Request&) { return Response{.status = 503}; });
  StillClock still;
  Clock clock = still.clock();
  int looks = 0;
  clock.cancelled = [&] { return ++looks > 20; };
  const Fetched fetched = make_http_fetcher(for_tests(), clock)
                              ->fetch({.url = host->url("/p"), .etag = {}, .last_modified = {}});
  EXPECT_TRUE(fetched.error);
  EXPECT_LT(fetched.attempts, 4);
}

TEST(Fetcher, PausesGrowAndStayWithinTheirBounds) {
  const FetchLimits limits;
  EXPECT_EQ(pause_before(2, limits, 0), 1'000);
  EXPECT_EQ(pause_before(4, limits, 0), 4'000);
  EXPECT_EQ(pause_before(4, limits, 2'000), 2'000);
  EXPECT_EQ(pause_before(60, limits, 0), 60'000);
  for (std::uint64_t random = 0; random < 10'000; random += 7) {
    const std::int64_t pause = pause_before(3, limits, random);
    EXPECT_GE(pause, 1'000);
    EXPECT_LE(pause, 2'000);
  }
}

TEST(Robots, FollowsTheStandard) {
  const Robots robots = Robots::parse(
      "# comment\nUser-Agent: other\nUser-agent: BreakEven\nDisallow: /a\nAllow: /a/b$\n"
      "Disallow: /*.json\nAllow: /open/*.json\nDisallow:\n\nUser-agent: *\nDisallow: /\n",
      "Breakeven");
  EXPECT_TRUE(robots.allows("/"));
  EXPECT_FALSE(robots.allows("/a"));
  EXPECT_TRUE(robots.allows("/a/b"));
  EXPECT_FALSE(robots.allows("/a/b/c"));
  EXPECT_FALSE(robots.allows("/x/y.json?z"));
  EXPECT_TRUE(robots.allows("/open/y.json"));
  EXPECT_TRUE(robots.allows("/robots.txt"));
  EXPECT_FALSE(Robots::parse("User-agent: *\r\nDisallow: /\r\n", "Breakeven").allows("/x"));
  EXPECT_TRUE(Robots::parse("Disallow: /\n", "Breakeven").allows("/x")) << "of no group";
  EXPECT_TRUE(Robots::allow_all().allows("/x"));
  EXPECT_FALSE(Robots::allow_none().allows("/x"));
  EXPECT_EQ(Robots::parse("User-agent: *\nCrawl-delay: 9999\n", "b").crawl_delay_s(),
            kLongestCrawlDelayS);
}

TEST(PublicAddress, KnowsWhatIsOurs) {
  for (const char* ours : {"127.0.0.1",
                           "10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "0.0.0.0",
                           "100.64.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "fe80::1",
                           "fd00::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "2001:db8::1",
                           "::127.0.0.1",
                           "localhost",
                           ""}) {
    EXPECT_FALSE(is_public_address(ours)) << ours;
  }
  for (const char* open : {"1.1.1.1", "172.32.0.1", "100.128.0.1", "192.169.0.1",
                           "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"}) {
    EXPECT_TRUE(is_public_address(open)) << open;
  }
}

}  // namespace
}  // namespace breakeven::registry
