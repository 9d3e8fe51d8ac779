#include "service/registry_crosscheck.hpp"

#include <utility>

#include "service/registry_rows.hpp"

namespace breakeven::service {

Result<Listing> listing_of(store::Ledger& ledger, const std::string& book, Instant now) {
  Listing listing;
  listing.name = book;
  BREAKEVEN_TRY(auto prices, book_prices(ledger, book, now, now));
  for (BookPrice& price : prices) {
    listing.rows.push_back(
        {std::move(price.vendor), price.model, price.price.field, price.price.price, price.model});
  }
  BREAKEVEN_TRY(const auto seen, ledger.snapshots(book, {0, 1}));
  if (!seen.empty()) {
    listing.date = seen.front().snapshot.taken_at.date();
  } else {
    store::ChangeFilter filter;
    filter.book = book;
    BREAKEVEN_TRY(const auto newest, ledger.changes(filter, {0, 1}));
    if (!newest.empty()) listing.date = newest.front().evidence.seen_on;
  }
  return listing;
}

registry::CrossCheck compare(const catalog::PriceBook& ours, const Listing& listing,
                             Rational tolerance) {
  return registry::crosscheck(ours, listing.name, listing.date, listing.rows,
                              Instant::from_date(listing.date), tolerance,
                              is_vendor_page(listing.name) ? registry::EvidenceKind::vendor_page
                                                           : registry::EvidenceKind::registry);
}

}  // namespace breakeven::service
