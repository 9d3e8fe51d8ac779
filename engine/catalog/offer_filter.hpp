// offer_filter.hpp — which rented machines a question lets into a search.
//
// Shape    Only machines that can be rented today. No provider named: hyperscalers and neoclouds,
//          for marketplaces and managed endpoints are other products. Names match in any case.
// Errors   An unknown provider as not_found with near matches.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::catalog {

/// True when one of `names` is `name`, whatever its case.
[[nodiscard]] bool is_named(std::span<const std::string> names, std::string_view name);

struct OfferFilter {
  std::vector<std::string> providers;  ///< empty = all hyperscalers and neoclouds
  std::vector<Term> terms;             ///< empty = all

  /// Refuses a provider that none of `offers` is of; `where` is the field or flag to blame.
  [[nodiscard]] Status check(std::span<const GpuOffer> offers, std::string_view where) const;
  [[nodiscard]] bool allows(const GpuOffer& offer) const;
};

}  // namespace breakeven::catalog
