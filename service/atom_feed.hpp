// atom_feed.hpp — an Atom feed (RFC 4287) of price changes as XML.
//
// Shape    Times are RFC 3339 instants; a plain date gets midnight UTC. Text is escaped here.
#pragma once

#include <string>
#include <vector>

namespace breakeven::service {

struct AtomEntry {
  std::string id;  ///< a URN
  std::string title;
  std::string updated;
  std::string summary;
};

struct AtomFeed {
  std::string id;       ///< a URN
  std::string link;     ///< the page for people; empty = none
  std::string updated;  ///< of the newest entry, or now when there is none
  std::vector<AtomEntry> entries;
};

/// Titled "Breakeven: changes of API prices".
[[nodiscard]] std::string to_xml(const AtomFeed& feed);

}  // namespace breakeven::service
