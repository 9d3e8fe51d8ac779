#include "engine/catalog/offer_filter.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::catalog {

bool is_named(std::span<const std::string> names, std::string_view name) {
  const std::string lower = to_lower(name);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& wanted) { return to_lower(wanted) == lower; });
}

Status OfferFilter::check(std::span<const GpuOffer> offers, std::string_view where) const {
  std::vector<std::string> known;
  for (const GpuOffer& offer : offers) {
    if (!is_named(known, offer.provider)) known.push_back(offer.provider);
  }
  for (const std::string& wanted : providers) {
    if (!is_named(known, wanted))
      return not_found("provider of GPUs", wanted, known, std::string(where));
  }
  return {};
}

bool OfferFilter::allows(const GpuOffer& offer) const {
  if (!offer.rentable()) return false;
  if (!terms.empty() && std::find(terms.begin(), terms.end(), offer.term) == terms.end()) {
    return false;
  }
  if (!providers.empty()) return is_named(providers, offer.provider);
  return offer.provider_class == ProviderClass::hyperscaler ||
         offer.provider_class == ProviderClass::neocloud;
}

}  // namespace breakeven::catalog
