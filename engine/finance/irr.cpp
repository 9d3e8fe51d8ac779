#include "engine/finance/irr.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/det_math.hpp"
#include "engine/base/result.hpp"
#include "engine/finance/roots.hpp"
#include "engine/finance/time_value.hpp"

namespace breakeven::finance {
namespace {

/// Roots in t = -ln(1 + rate), turned into rates.
Result<Irr> rates_of(std::vector<ExpTerm> terms) {
  constexpr double kHighestRate = -700;  // e^700 a period
  constexpr double kLowestRate = 30;     // -1 + e^-30
  BREAKEVEN_TRY(const std::vector<double> found,
                zeros(std::move(terms), kHighestRate, kLowestRate));
  Irr out;
  for (auto t = found.rbegin(); t != found.rend(); ++t) out.roots.push_back(det_expm1(-*t));
  return out;
}

}  // namespace

std::string_view to_string(IrrStatus status) {
  switch (status) {
    case IrrStatus::one:
      return "one";
    case IrrStatus::several:
      return "several";
    case IrrStatus::none:
      break;
  }
  return "none";
}

IrrStatus Irr::status() const {
  if (roots.empty()) return IrrStatus::none;
  return roots.size() == 1 ? IrrStatus::one : IrrStatus::several;
}

std::optional<double> Irr::nearest(double guess) const {
  if (roots.empty()) return std::nullopt;
  return *std::ranges::min_element(roots, {},
                                   [guess](double root) { return std::fabs(root - guess); });
}

Result<Irr> irr(std::span<const double> flows) {
  std::vector<ExpTerm> terms;
  terms.reserve(flows.size());
  for (std::size_t i = 0; i < flows.size(); ++i)
    terms.push_back({static_cast<double>(i), flows[i]});
  return rates_of(std::move(terms));
}

Result<Irr> xirr(std::span<const DatedFlow> flows) {
  std::vector<ExpTerm> terms;
  for (const DatedFlow& flow : flows) {
    terms.push_back({(flow.date.days - flows.front().date.days) / kDaysPerYear, flow.amount});
  }
  return rates_of(std::move(terms));
}

Result<std::optional<double>> mirr(std::span<const double> flows, double finance_rate,
                                   double reinvest_rate) {
  BREAKEVEN_CHECK_OK(check_rate("finance_rate", finance_rate));
  BREAKEVEN_CHECK_OK(check_rate("reinvest_rate", reinvest_rate));
  if (flows.size() < 2) {
    return Error{ErrorCode::invalid_argument,
                 "expected at least 2 flows, found " + std::to_string(flows.size()), "flows"};
  }
  std::vector<double> gains;
  std::vector<double> losses;
  for (const double flow : flows) {
    gains.push_back(std::max(flow, 0.0));
    losses.push_back(std::min(flow, 0.0));
  }
  const auto n = static_cast<double>(flows.size());
  const double now_gains = npv(reinvest_rate, gains);
  const double now_losses = npv(finance_rate, losses);
  if (now_gains == 0 || now_losses == 0) return std::optional<double>();
  const double log_ratio =
      det_log(now_gains / -now_losses) + n * det_log1p(reinvest_rate) - det_log1p(finance_rate);
  BREAKEVEN_TRY(const double rate, finite("mirr", det_expm1(log_ratio / (n - 1))));
  return std::optional<double>(rate);
}

}  // namespace breakeven::finance
