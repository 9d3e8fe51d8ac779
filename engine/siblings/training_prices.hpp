// training_prices.hpp — what vendors take for fine-tuning: catalog/training_prices.csv.
//
// Errors   Bad rows as file:line:column; an unknown model with near matches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::siblings {

struct TrainingPrice {
  std::string vendor;
  std::string model;
  Usd usd;
  bool per_hour = false;  ///< else per million tokens
  std::string note;
  explain::Source source;
  [[nodiscard]] std::string id() const { return vendor + "/" + model; }
};

[[nodiscard]] Result<std::vector<TrainingPrice>> read_training_prices(
    const catalog::NamedText& file);

/// By "vendor/model" or the model alone, with or without the date of its snapshot.
[[nodiscard]] Result<const TrainingPrice*> find_training_price(
    const std::vector<TrainingPrice>& prices, std::string_view model, const std::string& place);

}  // namespace breakeven::siblings
