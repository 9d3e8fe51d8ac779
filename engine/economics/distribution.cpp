#include "engine/economics/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"

namespace breakeven::economics {
namespace {

constexpr std::size_t kKnots = 2'049;

Error bad(Shape shape, std::string_view expected) {
  return Error{ErrorCode::invalid_argument,
               "expected " + std::string(expected) + " for a " + std::string(to_string(shape)) +
                   " distribution",
               "distribution"};
}

}  // namespace

std::string_view to_string(Shape shape) {
  switch (shape) {
    case Shape::fixed:
      return "fixed";
    case Shape::uniform:
      return "uniform";
    case Shape::triangular:
      return "triangular";
    case Shape::pert:
      return "pert";
    case Shape::normal:
      return "normal";
    case Shape::lognormal:
      return "lognormal";
    case Shape::beta:
      return "beta";
    case Shape::discrete:
      break;
  }
  return "discrete";
}

Result<Sampler> Sampler::make(const Distribution& distribution) {
  Sampler s;
  s.shape_ = distribution.shape;
  s.p_ = distribution.parameters;
  const auto& p = s.p_;
  for (const double x : p) {
    if (!std::isfinite(x)) return bad(s.shape_, "finite parameters");
  }
  const auto tabulate = [&s](double a, double b, double low, double width) {
    s.table_.resize(kKnots);
    s.table_.front() = low;
    s.table_.back() = low + width;
    for (std::size_t i = 1; i + 1 < kKnots; ++i) {
      const double at = static_cast<double>(i) / static_cast<double>(kKnots - 1);
      s.table_[i] = low + width * beta_quantile(a, b, at);
    }
  };
  switch (s.shape_) {
    case Shape::fixed:
      if (p.size() != 1) return bad(s.shape_, "one value");
      break;
    case Shape::uniform:
      if (p.size() != 2 || p[0] > p[1]) return bad(s.shape_, "low <= high");
      break;
    case Shape::triangular:
    case Shape::pert:
      if (p.size() != 3 || p[0] > p[1] || p[1] > p[2]) return bad(s.shape_, "low <= mode <= high");
      if (p[0] == p[2]) {
        s.shape_ = Shape::fixed;
      } else if (s.shape_ == Shape::pert) {
        const double width = p[2] - p[0];
        tabulate(1 + 4 * (p[1] - p[0]) / width, 1 + 4 * (p[2] - p[1]) / width, p[0], width);
      }
      break;
    case Shape::normal:
      if ((p.size() != 2 && p.size() != 4) || p[1] < 0) return bad(s.shape_, "mean, sd >= 0");
      if (p.size() == 4 && p[2] > p[3]) return bad(s.shape_, "low <= high");
      break;
    case Shape::lognormal:
      if (p.size() != 2 || p[0] < 0 || p[1] < 0) return bad(s.shape_, "median >= 0, sigma >= 0");
      break;
    case Shape::beta:
      if (p.size() != 3 || p[0] <= 0 || p[1] <= 0) return bad(s.shape_, "a > 0, b > 0, scale");
      tabulate(p[0], p[1], 0, p[2]);
      break;
    case Shape::discrete: {
      double total = 0;
      for (std::size_t i = 1; i < p.size(); i += 2) {
        if (p[i] < 0) return bad(s.shape_, "weights >= 0");
        total += p[i];
      }
      if (p.empty() || p.size() % 2 != 0 || total <= 0) {
        return bad(s.shape_, "pairs of value and weight");
      }
      for (std::size_t i = 1; i < s.p_.size(); i += 2) s.p_[i] /= total;
      break;
    }
  }
  return s;
}

double Sampler::at_score(double score) const {
  if (shape_ == Shape::lognormal) return p_[0] * det_exp(p_[1] * score);
  if (shape_ != Shape::normal) return at(normal_cdf(score));
  const double x = p_[0] + p_[1] * score;
  return p_.size() == 4 ? std::clamp(x, p_[2], p_[3]) : x;
}

double Sampler::at(double p) const {
  switch (shape_) {
    case Shape::fixed:
      return p_[0];
    case Shape::uniform:
      return p_[0] + p * (p_[1] - p_[0]);
    case Shape::triangular: {
      const double width = p_[2] - p_[0];
      const double left = (p_[1] - p_[0]) / width;
      if (p < left) return p_[0] + std::sqrt(p * width * (p_[1] - p_[0]));
      return p_[2] - std::sqrt((1 - p) * width * (p_[2] - p_[1]));
    }
    case Shape::normal:
    case Shape::lognormal:
      return at_score(normal_quantile(p));
    case Shape::pert:
    case Shape::beta: {
      const double place = p * static_cast<double>(kKnots - 1);
      const auto knot = std::min(static_cast<std::size_t>(place), kKnots - 2);
      const double part = place - static_cast<double>(knot);
      return table_[knot] + part * (table_[knot + 1] - table_[knot]);
    }
    case Shape::discrete: {
      double sum = 0;
      for (std::size_t i = 0; i + 1 < p_.size(); i += 2) {
        sum += p_[i + 1];
        if (p < sum) return p_[i];
      }
      return p_[p_.size() - 2];
    }
  }
  return 0;
}

}  // namespace breakeven::economics
