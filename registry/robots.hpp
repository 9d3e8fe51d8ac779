// robots.hpp — what a host's robots.txt lets us read.
//
// Shape    The group that names our product applies, else the one for "*"; of the rules that match
//          a path the longest wins, and allow before disallow. No file: everything is allowed.
// Sources  RFC 9309; Crawl-delay, which it leaves out, is honoured up to kLongestCrawlDelayS.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace breakeven::registry {

inline constexpr std::int64_t kLongestCrawlDelayS = 60;

class Robots {
 public:
  /// `product` is the token of our User-Agent, without a version.
  [[nodiscard]] static Robots parse(std::string_view text, std::string_view product);
  [[nodiscard]] static Robots allow_all() { return {}; }
  [[nodiscard]] static Robots allow_none();

  /// `path` with its query, as in the request line.
  [[nodiscard]] bool allows(std::string_view path) const;
  [[nodiscard]] std::int64_t crawl_delay_s() const { return crawl_delay_s_; }

 private:
  struct Rule {
    bool allow = false;
    std::string path;  ///< '*' stands for any text, '$' at the end for the end
  };
  std::vector<Rule> rules_;
  std::int64_t crawl_delay_s_ = 0;
};

}  // namespace breakeven::registry
