#include "service/atom_feed.hpp"

#include "engine/base/encoded_text.hpp"

namespace breakeven::service {
namespace {

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
      xml_escaped(feed.id) + "</id>\n";
  if (!feed.link.empty())
    out += "  <link rel=\"alternate\" href=\"" + xml_escaped(feed.link) + "\"/>\n";
  out += "  <updated>" + instant(feed.updated) +
         "</updated>\n  <author><name>Breakeven price registry</name></author>\n";
  for (const AtomEntry& entry : feed.entries) {
    out += "  <entry>\n    <id>" + xml_escaped(entry.id) + "</id>\n    <title>" +
           xml_escaped(entry.title) + "</title>\n    <updated>" + instant(entry.updated) +
           "</updated>\n    <summary>" + xml_escaped(entry.summary) + "</summary>\n  </entry>\n";
  }
  return out + "</feed>\n";
}

}  // namespace breakeven::service
