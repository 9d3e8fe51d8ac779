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
  if (pattern.size() > segments.size()) return std::nullopt;
  Parameters parameters;
  std::size_t at = 0;
  for (const std::string& expected : pattern) {
    const bool variable = !expected.empty() && expected.front() == '{';
    const bool long_one = variable && expected.ends_with("...}");
    const std::size_t take = long_one ? segments.size() - pattern.size() + 1 : 1;
    if (at + take > segments.size()) return std::nullopt;
    std::string value = segments[at];
    for (std::size_t i = 1; i < take; ++i) value += "/" + segments[at + i];
    at += take;
    if (!variable) {
      if (expected != value) return std::nullopt;
      continue;
    }
    if (value.empty()) return std::nullopt;
    const std::size_t marks = long_one ? 5 : 2;
    parameters.emplace_back(expected.substr(1, expected.size() - marks), std::move(value));
  }
  if (at != segments.size()) return std::nullopt;
  return parameters;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, Handler handler, Body body,
                 std::optional<service::Scope> needs) {
  const auto usual = method == Method::get ? service::Scope::read : service::Scope::write;
  routes_.push_back({method, std::string(pattern), split(pattern), body, std::move(handler),
                     needs.value_or(usual)});
}

void Router::fall_back(Handler handler) {
  fallback_.pattern = "/{file...}";
  fallback_.handler = std::move(handler);
}

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
