// given_defaults.hpp — the catalogue's defaults with some of them given by the user.
//
// Shape    A view: the catalogue must outlive it. A given value has no range, and its source says
//          who gave it; a distribution moves to it and keeps its spread.
// Errors   not_found with near matches for a name that is no default; out_of_range for a value that
//          is not finite or below zero where the catalogue knows no negative one.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::catalog {

class GivenDefaults {
 public:
  // A catalogue is defaults of which none is given.
  // NOLINTNEXTLINE(google-explicit-constructor)
  GivenDefaults(const Catalog& catalog) : catalog_(&catalog) {}

  /// `given`: value by id, from the place `where` ("--set").
  [[nodiscard]] static Result<GivenDefaults> make(const Catalog& catalog,
                                                  const std::map<std::string, double>& given,
                                                  std::string_view where);

  [[nodiscard]] Result<const Default*> default_value(std::string_view id) const;
  /// The user gave this one.
  [[nodiscard]] bool given(std::string_view id) const { return given_.contains(id); }

 private:
  const Catalog* catalog_;
  std::map<std::string, Default, std::less<>> given_;
};

}  // namespace breakeven::catalog
