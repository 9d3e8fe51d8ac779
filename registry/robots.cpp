#include "registry/robots.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/text.hpp"

namespace breakeven::registry {
namespace {

bool matches(std::string_view pattern, std::string_view path) {
  const bool to_end = pattern.ends_with('$');
  if (to_end) pattern.remove_suffix(1);
  // Greedy with one step back: enough for '*', and linear in the path for each star.
  std::size_t p = 0;
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;
  std::size_t from = 0;
  while (true) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      from = at;
    } else if (p == pattern.size() && (!to_end || at == path.size())) {
      return true;
    } else if (p < pattern.size() && at < path.size() && pattern[p] == path[at]) {
      ++p;
      ++at;
    } else if (star != std::string_view::npos && from < path.size()) {
      p = star;
      at = ++from;
    } else {
      return false;
    }
  }
}

struct Line {
  std::string key;
  std::string_view value;
};

Line line_of(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {};
  return {to_lower(trim(text.substr(0, colon))), trim(text.substr(colon + 1))};
}

}  // namespace

Robots Robots::allow_none() {
  Robots robots;
  robots.rules_.push_back({false, "/"});
  return robots;
}

Robots Robots::parse(std::string_view text, std::string_view product) {
  Robots named;
  Robots others;
  bool any_named = false;
  bool for_us = false;
  bool for_all = false;
  bool in_rules = true;
  const std::string wanted = to_lower(product);
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    const auto [key, value] = line_of(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (key == "user-agent") {
      if (in_rules) for_us = for_all = in_rules = false;
      for_us = for_us || to_lower(value) == wanted;
      for_all = for_all || value == "*";
      any_named = any_named || for_us;
      continue;
    }
    const bool rule = key == "allow" || key == "disallow";
    if (!rule && key != "crawl-delay") continue;
    in_rules = true;
    for (Robots* robots : {for_us ? &named : nullptr, for_all ? &others : nullptr}) {
      if (robots == nullptr) continue;
      if (rule) {
        if (!value.empty()) robots->rules_.push_back({key == "allow", std::string(value)});
      } else if (const auto seconds = parse_int(value); seconds.ok() && *seconds > 0) {
        robots->crawl_delay_s_ = std::min(*seconds, kLongestCrawlDelayS);
      }
    }
  }
  return any_named ? named : others;
}

bool Robots::allows(std::string_view path) const {
  if (path == "/robots.txt") return true;
  const Rule* best = nullptr;
  for (const Rule& rule : rules_) {
    if (!matches(rule.path, path)) continue;
    if (best == nullptr || rule.path.size() > best->path.size() ||
        (rule.path.size() == best->path.size() && rule.allow)) {
      best = &rule;
    }
  }
  return best == nullptr || best->allow;
}

}  // namespace breakeven::registry
