// gate.hpp — who may ask a server that others can reach, and as whom.
//
// Shape    Closed when it was given tokens, told to ask for those of the store, or has a proxy to
//          trust. Then /api, /mcp and /metrics want "Authorization: Bearer TOKEN", or come from the
//          proxy with a user's name in its header. From any other address that header means nothing.
//          decide() answers at once; a token that was not seen for a second is left to look(), which
//          may compute a slow hash and so runs on the work queue.
// Sources  RFC 6750 (bearer tokens), RFC 6585 (429).
// Threads  All functions may be called from any thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/http/access.hpp"
#include "apps/http/message.hpp"
#include "engine/base/result.hpp"
#include "service/access_desk.hpp"

namespace breakeven::http {

/// A network of addresses: "10.1.2.3", "10.1.0.0/16", "::1", "fd00::/8".
class Network {
 public:
  [[nodiscard]] static Result<Network> parse(const std::string& text);
  [[nodiscard]] bool has(const boost::asio::ip::address& address) const;

 private:
  boost::asio::ip::address base_;
  unsigned prefix_ = 0;
};

/// A proxy that has its own log-in and says in a header who passed it.
struct TrustedProxy {
  std::vector<Network> from;                ///< empty: none is trusted
  std::string header = "x-forwarded-user";  ///< in lower case
  service::Scope scope = service::Scope::write;
  std::vector<std::string> admins;  ///< these users have Scope::admin
  std::string workspace = "default";
};

struct GateOptions {
  Tokens tokens;                ///< of a file; each may do everything
  bool require_tokens = false;  ///< those of the store
  std::shared_ptr<service::AccessDesk> desk;
  TrustedProxy proxy;

  [[nodiscard]] bool closed() const {
    return !tokens.empty() || require_tokens || !proxy.from.empty();
  }
};

class Gate {
 public:
  struct Decision {
    std::optional<Response> refusal;
    service::Caller caller;
  };

  explicit Gate(GateOptions options) : options_(std::move(options)) {}

  /// Whoever starts and watches servers asks these by address, and learns nothing but that there is
  /// one.
  [[nodiscard]] static bool is_open(std::string_view path);

  /// Nothing: ask look().
  [[nodiscard]] std::optional<Decision> decide(const Request& request,
                                               const boost::asio::ip::address& peer) const;
  [[nodiscard]] Decision look(const Request& request) const;

 private:
  [[nodiscard]] std::optional<Decision> from_proxy(const Request& request,
                                                   const boost::asio::ip::address& peer) const;
  [[nodiscard]] Decision admitted(service::Caller caller) const;
  [[nodiscard]] Decision verdict(service::Admission admission) const;

  GateOptions options_;
};

}  // namespace breakeven::http
