// reservation.hpp — a commitment against paying by the hour.
//
// Units    USD per instance-hour as doubles; hours of 730 a month; utilisation is the share of the
//          committed hours that are used.
// Shape    A committed hour costs the same used or not; an hour on demand costs nothing unused. So
//          instance n is worth committing when it is busy for more than reserved / on demand of the
//          time, and the best commitment is a quantile of the demand (newsvendor).
// Sources  Porteus, Foundations of Stochastic Inventory Theory, 2002, ch. 1. Worked: 2.65 against
//          3.99 an hour: worth it above 66.4 % use (tests: Reservation.*).
// Errors   out_of_range naming the field.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/result.hpp"

namespace breakeven::finance {

struct Reservation {
  double on_demand = 0;  ///< USD per instance-hour
  double reserved = 0;   ///< USD per instance-hour, paid for every hour of the term
  double upfront = 0;    ///< USD per instance, once
  double term_months = 12;
};

struct ReservationAnswer {
  double reserved_per_hour = 0;  ///< with the upfront payment spread over the term
  double discount = 0;           ///< against on demand; negative = dearer
  /// Use above this share favours the commitment; at 1 or more it never pays.
  double break_even_utilisation = 0;
  /// Used all the time: on demand costs as much as the whole term after so many months; null when
  /// that takes longer than the term.
  std::optional<double> break_even_months;
};
[[nodiscard]] Result<ReservationAnswer> reservation(const Reservation& offer);

struct Commitment {
  std::int64_t instances = 0;
  double cost = 0;           ///< USD for the hours of `demand`
  double all_on_demand = 0;  ///< without any commitment
  double committed_use = 0;  ///< share of the committed hours that are used; 0 without any
};
/// The cheapest whole number of instances to commit to, the fewest on a tie; `demand`: instances in
/// use in each hour.
[[nodiscard]] Result<Commitment> best_commitment(const ReservationAnswer& answer, double on_demand,
                                                 std::span<const double> demand);

}  // namespace breakeven::finance
