// growth.hpp — how the volume moves from month to month.
//
// Units    Volume relative to today: 1 = today, in month 0. Growth per month as a share.
// Shape    Compound growth; with a ceiling K (times today) an S-curve that starts at the same growth
//          and ends at K; on top of either, launches: a jump that fades to what stays.
//            compound  v(m) = (1 + g)^m
//            S-curve   v(m) = K / (1 + (K - 1) e^(-l m)), l = ln(1 + g) K / (K - 1)
//            launch    x (after + (factor - after) (1 - k / months)) in its month k = 0, 1, ...
// Sources  The logistic curve (Verhulst 1838), with the rate at which v'(0) / v(0) = ln(1 + g).
//          Worked: g = 0.1, K = 3: 2.21 after 12 months, 2.97 after 36 (test: Growth.*).
// Errors   out_of_range naming the field.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven::economics {

struct Launch {
  int month = 1;
  double factor = 1;  ///< on the volume, in its first month
  int months = 1;     ///< until only `after` is left
  double after = 1;   ///< what stays
  bool operator==(const Launch&) const = default;
};

struct Growth {
  double per_month = 0;
  std::optional<double> ceiling;  ///< times today; above 1
  std::vector<Launch> launches;
};

[[nodiscard]] Status check(const Growth& growth);
/// "MONTH:FACTOR[:MONTHS[:AFTER]]", as "6:2.5:3:1.2".
[[nodiscard]] Result<Launch> parse_launch(std::string_view text);

/// Volumes of months 0 .. months - 1.
[[nodiscard]] std::vector<double> volumes(const Growth& growth, int months);
/// The launches alone: the factor of each month.
[[nodiscard]] std::vector<double> launch_factors(const std::vector<Launch>& launches, int months);

/// Month by month without allocation: the volume of a growth that a path has drawn.
class VolumeWalk {
 public:
  /// `ceiling` 0 = none.
  VolumeWalk(double per_month, double ceiling);
  [[nodiscard]] double volume() const { return volume_; }
  void next();

 private:
  double growth_;
  double ceiling_;
  double decay_ = 1;  ///< e^(-l)
  double rest_ = 0;   ///< (K - 1) e^(-l m)
  double volume_ = 1;
};

}  // namespace breakeven::economics
