#include "engine/economics/gpu_price.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/economics/distribution.hpp"

namespace breakeven::economics {

Result<Distribution> gpu_jump(double probability_per_year, double size, int horizon_months) {
  if (!(probability_per_year >= 0 && probability_per_year <= 1)) {
    return Error{ErrorCode::out_of_range,
                 "expected a probability from 0 to 1, found " + shortest(probability_per_year),
                 "prior.gpu_price_jump_probability"};
  }
  if (!(size >= 0 && size < 1)) {
    return Error{ErrorCode::out_of_range, "expected 0 to below 1, found " + shortest(size),
                 "prior.gpu_price_jump_size"};
  }
  // Weights by the number of jumps up and down.
  std::map<std::pair<int, int>, double> weights{{{0, 0}, 1.0}};
  for (int month = 0; month < horizon_months; month += 12) {
    const double year = std::min(12, horizon_months - month) / 12.0;
    const double jumps = probability_per_year * year;
    std::map<std::pair<int, int>, double> after;
    for (const auto& [counts, weight] : weights) {
      after[counts] += weight * (1 - jumps);
      after[{counts.first + 1, counts.second}] += weight * jumps / 2;
      after[{counts.first, counts.second + 1}] += weight * jumps / 2;
    }
    weights = std::move(after);
  }
  std::map<double, double> by_value;
  for (const auto& [counts, weight] : weights) {
    double value = 1;
    for (int i = 0; i < counts.first; ++i) value *= 1 + size;
    for (int i = 0; i < counts.second; ++i) value *= 1 - size;
    if (weight > 0) by_value[value] += weight;
  }
  if (by_value.size() == 1) return Distribution{Shape::fixed, {by_value.begin()->first}};
  Distribution out{Shape::discrete, {}};
  for (const auto& [value, weight] : by_value) {
    out.parameters.push_back(value);
    out.parameters.push_back(weight);
  }
  return out;
}

GpuPriceWalk::GpuPriceWalk(double step, double jump, double jump_month)
    : step_(step), jump_(jump), jump_month_(jump_month) {
  jump_if_due();
}

void GpuPriceWalk::jump_if_due() {
  if (jump_month_ > month_) return;
  price_ *= jump_;
  jump_ = 1;
}

void GpuPriceWalk::next() {
  price_ *= step_;
  month_ += 1;
  jump_if_due();
}

}  // namespace breakeven::economics
