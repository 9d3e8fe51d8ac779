#include "service/atom_feed.hpp"

#include <string_view>

namespace breakeven::service {
namespace {

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // XML 1.0 has no other control characters.
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string instant(const std::string& text) {
  constexpr std::size_t kDateLength = 10;
  return text.size() == kDateLength ? text + "T00:00:00Z" : text;
}

}  // namespace

std::string to_xml(const AtomFeed& feed) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
      "  <title>Breakeven: changes of API prices</title>\n"
      "  <id>" +
      xml(feed.id) + "</id>\n";
  if (!feed.link.empty()) out += "  <link rel=\"alternate\" href=\"" + xml(feed.link) + "\"/>\n";
  out += "  <updated>" + instant(feed.updated) +
         "</updated>\n  <author><name>Breakeven price registry</name></author>\n";
  for (const AtomEntry& entry : feed.entries) {
    out += "  <entry>\n    <id>" + xml(entry.id) + "</id>\n    <title>" + xml(entry.title) +
           "</title>\n    <updated>" + instant(entry.updated) + "</updated>\n    <summary>" +
           xml(entry.summary) + "</summary>\n  </entry>\n";
  }
  return out + "</feed>\n";
}

}  // namespace breakeven::service
