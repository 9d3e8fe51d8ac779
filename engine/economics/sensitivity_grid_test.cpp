#include "engine/economics/sensitivity_grid.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "engine/economics/draws.hpp"
#include "engine/economics/leaving.hpp"
#include "engine/economics/uncertainty.hpp"

namespace breakeven::economics {
namespace {

TEST(SensitivityGrid, HoldsEveryPairWithTheOthersAtTheirBase) {
  std::vector<Driver> drivers(3);
  drivers[2].base = 10;
  const Model model = [](const double* d) {
    Outcome outcome;
    outcome.fully_loaded_usd_month = 3 * d[0] + 4 * d[1] + 100 * d[2];
    return outcome;
  };
  const SensitivityGrid grid = sensitivity_grid(drivers, model, {0, 0, 1, 0, 3}, {1, 0, 1, 0, 4});
  EXPECT_EQ(grid.x_values, (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(grid.y_values, grid.x_values);
  ASSERT_EQ(grid.difference_usd.size(), kGridPoints);
  EXPECT_EQ(grid.difference_usd[0].front(), 1'000);
  EXPECT_EQ(grid.difference_usd[0].back(), 1'003);
  EXPECT_EQ(grid.difference_usd[4].front(), 1'004);
  EXPECT_EQ(grid.difference_usd[4].back(), 1'007);
  EXPECT_EQ(grid.difference_usd[2][2], 1'003.5);
}

TEST(Leaving, OwesTheCommitmentAndHasSpentTheOneOffs) {
  Ledger ledger;
  Line rent;
  rent.usd = Usd::from_dollars(1'000);
  rent.price_fixed_months = 12;
  Line people;
  people.usd = Usd::from_dollars(20'000);
  Line migration;
  migration.usd = Usd::from_dollars(5'000);
  migration.once_in = 0;
  ledger.lines = {rent, people, migration};
  const Leaving leaving = cost_of_leaving(ledger);
  EXPECT_EQ(leaving.committed_months, 12);
  EXPECT_EQ(leaving.committed, Usd::from_dollars(12'000));
  EXPECT_EQ(leaving.sunk, Usd::from_dollars(5'000));
  EXPECT_EQ(cost_of_leaving(Ledger{}).committed, Usd());
}

}  // namespace
}  // namespace breakeven::economics
