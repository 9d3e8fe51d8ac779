// ledger_terms.hpp — a ledger folded into coefficients per month, for blocks of paths.
//
// Units    USD as doubles. `World` holds one value per path of a block for the month at hand.
// Shape    cost(month) = fixed + volume v + api A + api_volume A v + gpu G + gpu_volume G v
//          + people P + one_off O + unpublished U (their list price) + fleets; only the terms that a
//          ledger has are evaluated.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "engine/economics/ledger.hpp"

namespace breakeven::economics {

inline constexpr std::size_t kPathsPerBlock = 512;

/// Factors of one month for the paths of a block.
struct World {
  using Row = std::array<double, kPathsPerBlock>;
  std::size_t paths = 0;  ///< in use; the rows are filled to their end
  Row one;
  Row volume;
  Row load;  ///< volume x slowdown
  Row api;
  Row gpu;
  Row people;
  Row one_off;
  Row hidden;  ///< 1 - unpublished
};

class LedgerTerms {
 public:
  LedgerTerms(const Ledger& ledger, const Outlook& outlook);
  /// Adds the cost of `month` on each path to the kPathsPerBlock values at `cost`.
  void add(std::size_t month, const World& world, double* cost) const;

 private:
  enum Term : std::uint8_t {
    kFixed,
    kVolume,
    kApi,
    kApiVolume,
    kGpu,
    kGpuVolume,
    kPeople,
    kOneOff,
    kHiddenApi,
    kHiddenApiVolume,
    kTerms
  };
  struct Fleet {
    double usd_per_unit = 0;
    double load_units = 0;
    double machines = 1;  ///< per units_per_machine
    double spare = 0;
    double per_machine = 1;
    Trend trend = Trend::none;
    std::vector<double> price;  ///< by month: 0 where nothing is charged
    std::vector<bool> moves;    ///< by month: the market price applies
  };
  std::array<std::vector<double>, kTerms> terms_;  ///< empty = never
  std::vector<Fleet> fleets_;
};

}  // namespace breakeven::economics
