// router.hpp — which handler answers which path and method.
//
// Shape    Patterns are paths whose segments are literal, {name}, or one {name...} that stands for
//          one or more segments (names of models may have slashes). The first that fits wins.
// Threads  Built once, then read from many threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/http/message.hpp"

namespace breakeven::http {

/// What a route takes as its body.
enum class Body : std::uint8_t {
  none,
  json,   ///< in memory; the content type must be application/json
  upload  ///< raw bytes, streamed to a temporary file
};

class Router {
 public:
  struct Route {
    Method method = Method::get;
    std::string pattern;
    std::vector<std::string> segments;
    Body body = Body::none;
    Handler handler;
    service::Scope needs = service::Scope::read;  ///< of the caller
  };
  struct Match {
    const Route* route = nullptr;  ///< null: see `allowed`
    std::vector<std::pair<std::string, std::string>> parameters;
    /// Methods the path does have, as for the Allow header; empty: no such path.
    std::string allowed;
  };

  /// What is not asked with GET needs Scope::write, unless told otherwise.
  void add(Method method, std::string_view pattern, Handler handler, Body body = Body::none,
           std::optional<service::Scope> needs = std::nullopt);
  /// Answers every GET or HEAD that no route has: the files of the web app.
  void fall_back(Handler handler);

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

  /// HEAD is answered by the route of GET.
  [[nodiscard]] Match find(Method method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
  Route fallback_;
};

}  // namespace breakeven::http
