// registry_crosscheck.hpp — our book beside what others list; the command line and the pages share it.
//
// Shape    A Listing is one registry's view: a document's, or that of a book of the ledger.
// Errors   Those of the ledger.
#pragma once

#include <string>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "registry/crosscheck.hpp"
#include "store/ledger.hpp"

namespace breakeven::service {

struct Listing {
  std::string name;
  Date date;  ///< when the registry was last read
  std::vector<catalog::PriceObservation> rows;
};

/// What a registry's book shows at `now`; without rows when it shows nothing.
[[nodiscard]] Result<Listing> listing_of(store::Ledger& ledger, const std::string& book,
                                         Instant now);

/// Prices are compared as ours were on the day of the listing.
[[nodiscard]] registry::CrossCheck compare(const catalog::PriceBook& ours, const Listing& listing,
                                           Rational tolerance);

}  // namespace breakeven::service
