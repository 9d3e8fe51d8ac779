// finetune_training.hpp — what a training costs by each route, and whether it fits.
//
// Shape    Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"
#include "engine/siblings/training_prices.hpp"

namespace breakeven::siblings {

/// One way to train.
struct TrainingRoute {
  std::string id;        ///< "api", "own"
  std::string title;     ///< "Through the API"
  std::string training;  ///< figure: all runs of one training, USD
  bool fits = true;
};

/// Adds "tokens.training"; fails without training tokens.
[[nodiscard]] Status training_tokens(Sheet& sheet);

/// The routes whose inputs are there, with their figures. What is lacking for a route that was
/// begun becomes a warning.
[[nodiscard]] Result<std::vector<TrainingRoute>> training_routes(
    const Inputs& inputs, const catalog::Catalog& catalog, const std::vector<TrainingPrice>& prices,
    Sheet& sheet, std::vector<std::string>& warnings);

}  // namespace breakeven::siblings
