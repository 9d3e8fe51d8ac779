#include "apps/http/gate.hpp"

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <utility>

#include "apps/http/problem.hpp"
#include "engine/base/text.hpp"

namespace breakeven::http {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t kLongestUser = 200;

std::string_view bearer(const Request& request) {
  constexpr std::string_view kBearer = "bearer ";
  const std::string_view header = request.header("authorization");
  if (to_lower(header.substr(0, kBearer.size())) != kBearer) return {};
  return trim(header.substr(kBearer.size()));
}

Gate::Decision refusal(Response response) { return {std::move(response), {}}; }

Response unauthorized() {
  Response response = problem(401, "unauthorized", "Token needed",
                              "expected Authorization: Bearer and a token of this server");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"breakeven\"");
  return response;
}

Response later(int status, std::string_view code, std::string_view title, std::string_view detail,
               int seconds) {
  Response response = problem(status, code, title, detail);
  response.headers.emplace_back("Retry-After", std::to_string(seconds));
  return response;
}

/// IPv4 inside of IPv6 is the same address.
ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

}  // namespace

Result<Network> Network::parse(const std::string& text) {
  const Error wrong{ErrorCode::invalid_argument,
                    "expected an address (10.1.2.3, ::1) or a network (10.1.0.0/16, fd00::/8)",
                    text};
  const std::size_t slash = text.find('/');
  boost::system::error_code failed;
  Network network;
  network.base_ = ip::make_address(text.substr(0, slash), failed);
  if (failed) return wrong;
  const unsigned most = network.base_.is_v4() ? 32 : 128;
  network.prefix_ = most;
  if (slash != std::string::npos) {
    const auto prefix = parse_int(std::string_view(text).substr(slash + 1));
    if (!prefix || *prefix < 0 || *prefix > most) return wrong;
    network.prefix_ = static_cast<unsigned>(*prefix);
  }
  return network;
}

bool Network::has(const ip::address& address) const {
  const ip::address one = plain(address);
  if (one.is_v4() != base_.is_v4()) return false;
  const auto prefix = static_cast<unsigned short>(prefix_);
  if (one.is_v4()) {
    return ip::make_network_v4(one.to_v4(), prefix).canonical() ==
           ip::make_network_v4(base_.to_v4(), prefix).canonical();
  }
  return ip::make_network_v6(one.to_v6(), prefix).canonical() ==
         ip::make_network_v6(base_.to_v6(), prefix).canonical();
}

bool Gate::is_open(std::string_view path) { return path == "/healthz" || path == "/readyz"; }

std::optional<Gate::Decision> Gate::decide(const Request& request, const ip::address& peer) const {
  const std::string_view path = request.path;
  const bool guarded = path.starts_with("/api/") || path == "/mcp" || path == "/metrics";
  if (!options_.closed() || !guarded) return Decision{std::nullopt, service::local_caller()};
  if (auto known = from_proxy(request, peer)) return known;
  const std::string_view name = options_.tokens.owner(request.header("authorization"));
  if (!name.empty()) {
    service::Caller caller = service::local_caller();
    caller.author.who = name;
    caller.author.token = "file:" + std::string(name);
    caller.scope = service::Scope::admin;
    return Decision{std::nullopt, std::move(caller)};
  }
  if (!options_.require_tokens || !options_.desk) return refusal(unauthorized());
  auto recalled = options_.desk->recall(bearer(request));
  if (!recalled) return std::nullopt;
  return verdict(std::move(*recalled));
}

Gate::Decision Gate::look(const Request& request) const {
  return verdict(options_.desk->check(bearer(request)));
}

std::optional<Gate::Decision> Gate::from_proxy(const Request& request,
                                               const ip::address& peer) const {
  const TrustedProxy& proxy = options_.proxy;
  const bool trusted =
      std::ranges::any_of(proxy.from, [&](const Network& one) { return one.has(peer); });
  if (!trusted) return std::nullopt;
  const auto named = std::ranges::count(request.headers, proxy.header,
                                        &std::pair<std::string, std::string>::first);
  if (named == 0) return std::nullopt;
  const std::string user(trim(request.header(proxy.header)));
  const bool printable =
      std::ranges::all_of(user, [](char c) { return static_cast<unsigned char>(c) >= ' '; });
  // Two of them: one is the client's own, and nobody can tell which.
  if (named != 1 || user.empty() || user.size() > kLongestUser || !printable) {
    return refusal(problem(400, "malformed-request", "Malformed user",
                           "expected one header " + proxy.header + " with a user's name"));
  }
  service::Caller caller = service::local_caller();
  caller.author.who = user;
  caller.author.token = "proxy:" + user;
  caller.author.workspace = proxy.workspace;
  const bool admin = std::ranges::find(proxy.admins, user) != proxy.admins.end();
  caller.scope = admin ? service::Scope::admin : proxy.scope;
  return Decision{std::nullopt, std::move(caller)};
}

Gate::Decision Gate::verdict(service::Admission admission) const {
  using Verdict = service::Admission::Verdict;
  switch (admission.verdict) {
    case Verdict::admitted:
      return admitted(std::move(admission.caller));
    case Verdict::try_later:
      return refusal(later(429, "too-many-attempts", "Too many attempts",
                           "too many wrong secrets for this token in a minute", 60));
    case Verdict::unavailable:
      return refusal(later(503, "store-unavailable", "Store not available",
                           "the database that has the tokens does not answer", 5));
    case Verdict::refused:
      break;
  }
  return refusal(unauthorized());
}

Gate::Decision Gate::admitted(service::Caller caller) const {
  const int wait_s = options_.desk->take_request(caller);
  if (wait_s > 0) {
    return refusal(later(
        429, "quota-exceeded", "Quota exceeded",
        "this token may ask " + std::to_string(*caller.requests_per_minute) + " times a minute",
        wait_s));
  }
  return {std::nullopt, std::move(caller)};
}

}  // namespace breakeven::http
