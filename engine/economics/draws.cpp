#include "engine/economics/draws.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/economics/distribution.hpp"

namespace breakeven::economics {
namespace {

constexpr std::size_t kMostMixed = 64;

Error bad(const std::string& message) {
  return Error{ErrorCode::invalid_argument, message, "correlations"};
}

using Matrix = std::vector<std::vector<double>>;

Result<Matrix> correlation_matrix(const std::vector<Driver>& drivers,
                                  const std::vector<Correlation>& correlations) {
  const std::size_t n = drivers.size();
  Matrix matrix(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i) matrix[i][i] = 1;
  for (const Correlation& c : correlations) {
    if (c.a >= n || c.b >= n || c.a == c.b) {
      return bad("expected two drivers, found numbers " + std::to_string(c.a) + " and " +
                 std::to_string(c.b) + " of " + std::to_string(n));
    }
    const std::string pair = drivers[c.a].id + " and " + drivers[c.b].id;
    if (!(c.value >= -1 && c.value <= 1)) {
      return bad("expected -1 to 1 for " + pair + ", found " + shortest(c.value));
    }
    if (matrix[c.a][c.b] != 0) return bad("expected " + pair + " once, found them twice");
    matrix[c.a][c.b] = matrix[c.b][c.a] = c.value;
  }
  return matrix;
}

}  // namespace

Result<Draws> Draws::make(const std::vector<Driver>& drivers,
                          const std::vector<Correlation>& correlations, std::uint64_t seed) {
  Draws out;
  for (const Driver& driver : drivers) {
    auto sampler = Sampler::make(driver.distribution);
    if (!sampler) {
      Error error = sampler.error();
      error.where = driver.id;
      return error;
    }
    out.samplers_.push_back(std::move(sampler).value());
    out.streams_.emplace_back(seed, driver.id);
  }
  out.correlated_.assign(drivers.size(), false);
  BREAKEVEN_TRY(const Matrix matrix, correlation_matrix(drivers, correlations));
  for (const Correlation& c : correlations) {
    // What is fixed moves with nothing.
    if (c.value == 0 || out.samplers_[c.a].fixed() || out.samplers_[c.b].fixed()) continue;
    out.correlated_[c.a] = out.correlated_[c.b] = true;
  }
  // Cholesky over the correlated drivers, in their order.
  for (std::size_t d = 0; d < drivers.size(); ++d) {
    if (!out.correlated_[d]) continue;
    Mixed row{d, {}};
    double rest = 1;
    for (const Mixed& before : out.mixed_) {
      double sum = matrix[d][before.driver];
      for (std::size_t k = 0; k < row.weights.size(); ++k)
        sum -= row.weights[k] * before.weights[k];
      const double diagonal = before.weights.back();
      const double weight = diagonal > 0 ? sum / diagonal : 0;
      row.weights.push_back(weight);
      rest -= weight * weight;
    }
    constexpr double kRounding = 1e-12;
    if (rest < -kRounding) {
      return bad("expected correlations that can hold together, found that those of " +
                 drivers[d].id + " contradict the others");
    }
    row.weights.push_back(std::sqrt(std::max(0.0, rest)));
    out.mixed_.push_back(std::move(row));
  }
  if (out.mixed_.size() > kMostMixed) return bad("expected at most 64 correlated drivers");
  return out;
}

void Draws::path(std::uint64_t index, double* values, double* ranks) const {
  for (std::size_t d = 0; d < samplers_.size(); ++d) {
    if (correlated_[d]) continue;
    const double u = samplers_[d].fixed() ? 0.5 : streams_[d].uniform(index, 0);
    values[d] = samplers_[d].at(u);
    if (ranks != nullptr) ranks[d] = u;
  }
  std::array<double, kMostMixed> scores{};
  for (std::size_t i = 0; i < mixed_.size(); ++i) {
    const Mixed& row = mixed_[i];
    scores[i] = normal_quantile(streams_[row.driver].uniform(index, 0));
    double score = 0;
    for (std::size_t k = 0; k <= i; ++k) score += row.weights[k] * scores[k];
    values[row.driver] = samplers_[row.driver].at_score(score);
    if (ranks != nullptr) ranks[row.driver] = normal_cdf(score);
  }
}

}  // namespace breakeven::economics
