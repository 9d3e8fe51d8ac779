#include "apps/http/conditional.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "engine/base/sha256.hpp"
#include "engine/base/text.hpp"

namespace breakeven::http {
namespace {

bool names(std::string_view header, std::string_view tag) {
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    std::string_view one = trim(header.substr(0, comma));
    header.remove_prefix(std::min(comma + 1, header.size()));
    if (one.starts_with("W/")) one.remove_prefix(2);  // If-None-Match compares weakly
    if (one == tag || one == "*") return true;
  }
  return false;
}

}  // namespace

void make_conditional(const Request& request, Response& response) {
  const bool asks = request.method == Method::get || request.method == Method::head;
  if (!asks || response.status != 200 || response.events || response.shared_body) return;
  for (const auto& [name, value] : response.headers) {
    if (to_lower(name) == "etag" || to_lower(name) == "cache-control") return;
  }
  const std::string tag = "\"" + sha256_hex(response.body).substr(0, 32) + "\"";
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  answer_not_modified(request, response);
}

void answer_not_modified(const Request& request, Response& response) {
  for (const auto& [name, tag] : response.headers) {
    if (to_lower(name) != "etag" || !names(request.header("if-none-match"), tag)) continue;
    response.status = 304;
    response.body.clear();
    return;
  }
}

}  // namespace breakeven::http
