// quick_model.hpp — the calculator's arithmetic: exact for the answer, flat doubles for the paths.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/advisor/quick.hpp"

namespace breakeven::advisor {

/// Positions in the driver array.
enum QuickDriver : std::uint8_t {
  kApiSpend,
  kGpu,
  kOps,
  kTooling,
  kMigrationMonths,
  kGrowth,
  kApiTrend,
  kGpuTrend,
  kDriverCount
};

/// The parts of a self-host month, exact.
struct QuickCost {
  Usd gpu;
  Usd ops;
  Usd extra_people;
  Usd tooling;
  [[nodiscard]] Usd total() const { return gpu + ops + extra_people + tooling; }
};
[[nodiscard]] Result<QuickCost> quick_cost(const QuickInputs& inputs, SizedFor reading);

/// engineer-months x people x loaded cost + months in which the API is paid as well.
[[nodiscard]] Result<Usd> quick_one_off(const QuickInputs& inputs, Rational migration_months);

/// The reading that the answer's ledger uses: `mean` only where the user said so.
[[nodiscard]] SizedFor ledger_reading(const QuickInputs& inputs);

[[nodiscard]] std::vector<economics::Driver> quick_drivers(const QuickInputs& inputs,
                                                           const QuickPriors& priors);
/// Same months and steps as economics::project() on the ledgers (test: ModelAgreesWithLedger).
[[nodiscard]] economics::Model quick_model(const QuickInputs& inputs);

}  // namespace breakeven::advisor
