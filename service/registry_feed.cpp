// The changelog as an Atom feed.
#include <algorithm>
#include <string>
#include <string_view>

#include "service/atom_feed.hpp"
#include "service/registry.hpp"
#include "service/registry_rows.hpp"

namespace breakeven::service {
namespace {

std::string figure(const std::optional<Price>& price) {
  return price ? price->decimal() : std::string("nothing");
}

}  // namespace

Result<std::string> Registry::changes_atom(const ChangesQuery& query) {
  BREAKEVEN_TRY(const store::ChangeFilter filter, filter_of(query));
  BREAKEVEN_TRY(const auto rows, ledger_->changes(filter, {query.before, query.limit}));
  AtomFeed feed;
  feed.id = "urn:breakeven:price-changes:" + (filter.book.empty() ? "all" : filter.book);
  feed.updated = (rows.empty() ? now() : rows.front().change.known_from).iso();
  for (const store::RecordedChange& row : rows) {
    const store::Change& c = row.change;
    std::string when = "as long as anyone remembers";
    if (c.effective_from != store::kAlways) when = c.effective_from.iso();
    feed.entries.push_back(
        {"urn:breakeven:price-change:" + std::to_string(row.id),
         c.vendor + "/" + c.model + " " + to_string(c.field) + ": " + figure(c.old_price) + " to " +
             figure(c.new_price),
         c.known_from.iso(),
         std::string("USD per ") +
             (catalog::info(c.field.unit).per == 1'000 ? "thousand calls" : "million tokens") +
             ", " + std::string(to_string(c.kind)) + ", " + std::string(to_string(c.state)) +
             "; in effect from " + when + "; " + row.evidence.source + " (" +
             row.evidence.seen_on.iso() + ")"});
  }
  return to_xml(feed);
}

}  // namespace breakeven::service
