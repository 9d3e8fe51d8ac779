// The changelog as an Atom feed.
#include <algorithm>
#include <string>
#include <string_view>

#include "service/registry.hpp"
#include "service/registry_rows.hpp"

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

std::string figure(const std::optional<Price>& price) {
  return price ? price->decimal() : std::string("nothing");
}

}  // namespace

Result<std::string> Registry::changes_atom(const ChangesQuery& query) {
  store::ChangeFilter filter;
  filter.book = query.book.empty() ? std::string(store::kOurBook) : query.book;
  filter.vendor = query.vendor.empty() ? std::string() : prices().vendor_id(query.vendor);
  filter.model = query.model;
  filter.known_since = query.since;
  BREAKEVEN_TRY(const auto rows, ledger_->changes(filter, {query.before, query.limit}));
  const Instant updated = rows.empty() ? now() : rows.front().change.known_from;
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
      "  <title>Breakeven: changes of API prices</title>\n"
      "  <id>urn:breakeven:price-changes:" +
      xml(filter.book) + "</id>\n  <updated>" + updated.iso() +
      "</updated>\n  <author><name>Breakeven price registry</name></author>\n";
  for (const store::RecordedChange& row : rows) {
    const store::Change& c = row.change;
    const std::string what = c.vendor + "/" + c.model + " " + to_string(c.field) + ": " +
                             figure(c.old_price) + " to " + figure(c.new_price);
    std::string when = "as long as anyone remembers";
    if (c.effective_from != store::kAlways) when = c.effective_from.iso();
    out += "  <entry>\n    <id>urn:breakeven:price-change:" + std::to_string(row.id) +
           "</id>\n    <title>" + xml(what) + "</title>\n    <updated>" + c.known_from.iso() +
           "</updated>\n    <summary>" +
           xml("USD per " +
               std::string(catalog::info(c.field.unit).per == 1'000 ? "thousand calls"
                                                                    : "million tokens") +
               ", " + std::string(to_string(c.kind)) + ", " + std::string(to_string(c.state)) +
               "; in effect from " + when + "; " + row.evidence.source + " (" +
               row.evidence.seen_on.iso() + ")") +
           "</summary>\n  </entry>\n";
  }
  return out + "</feed>\n";
}

}  // namespace breakeven::service
