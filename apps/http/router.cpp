#include "apps/http/router.hpp"

#include <optional>
#include <utility>

namespace breakeven::http {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::optional<Parameters> fits(const std::vector<std::string>& pattern,
                               const std::vector<std::string>& segments) {
  if (pattern.size() != segments.size()) return std::nullopt;
  Parameters parameters;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string& expected = pattern[i];
    if (!expected.empty() && expected.front() == '{') {
      if (segments[i].empty()) return std::nullopt;
      parameters.emplace_back(expected.substr(1, expected.size() - 2), segments[i]);
    } else if (expected != segments[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, Handler handler, Body body) {
  routes_.push_back({method, split(pattern), body, std::move(handler)});
}

void Router::fall_back(Handler handler) { fallback_.handler = std::move(handler); }

Router::Match Router::find(Method method, std::string_view path) const {
  const std::vector<std::string> segments = split(path);
  const Method wanted = method == Method::head ? Method::get : method;
  Match match;
  for (const Route& route : routes_) {
    auto parameters = fits(route.segments, segments);
    if (!parameters) continue;
    if (route.method == wanted) return {&route, std::move(*parameters), {}};
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += method_name(route.method);
    if (route.method == Method::get) match.allowed += ", HEAD";
  }
  if (match.allowed.empty() && fallback_.handler && !path.starts_with("/api/")) {
    if (wanted == Method::get) return {&fallback_, {}, {}};
    match.allowed = "GET, HEAD";
  }
  return match;
}

}  // namespace breakeven::http
