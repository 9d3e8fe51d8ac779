#include "engine/catalog/given_defaults.hpp"

#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::catalog {
namespace {

constexpr double kLargest = 1e12;

/// `value` as the plain decimal that exact money is read from: nine places, no exponent.
std::string plain_decimal(double value) {
  return Usd::from_femto(static_cast<Int128>(std::llround(value * 1e6)) *
                         (kFemtoPerUsd / 1'000'000))
      .decimal();
}

/// Moves the centre of a distribution from `before` to the default's value.
void move_distribution(Default& d, double before) {
  switch (d.family) {
    case Family::normal:
      d.parameters[0] = d.value;
      break;
    case Family::lognormal:
      if (d.value > 0) d.parameters[0] = d.value;
      break;
    case Family::uniform:
    case Family::triangular:
    case Family::pert:
      for (double& p : d.parameters) p += d.value - before;
      break;
    case Family::fixed:
    case Family::beta:
      break;
  }
}

}  // namespace

Result<GivenDefaults> GivenDefaults::make(const Catalog& catalog,
                                          const std::map<std::string, double>& given,
                                          std::string_view where) {
  GivenDefaults all(catalog);
  for (const auto& [id, value] : given) {
    const std::string place = std::string(where) + " " + id;
    auto known = catalog.default_value(id);
    if (!known) return Error{known.error().code, known.error().message, place};
    const Default& usual = **known;
    const double least = usual.low < 0 ? -kLargest : 0;
    if (!(value >= least && value <= kLargest)) {
      return Error{ErrorCode::out_of_range,
                   "expected " + shortest(least) + " to " + shortest(kLargest) + " " + usual.unit +
                       ", found " + shortest(value),
                   place};
    }
    Default own = usual;
    own.value = own.low = own.high = value;
    own.value_text = plain_decimal(value);
    own.note.clear();
    own.source = {"given", "", place};
    move_distribution(own, usual.value);
    all.given_.emplace(usual.id, std::move(own));
  }
  return all;
}

Result<const Default*> GivenDefaults::default_value(std::string_view id) const {
  if (const auto found = given_.find(id); found != given_.end()) return &found->second;
  return catalog_->default_value(id);
}

}  // namespace breakeven::catalog
