// fit.hpp — the coefficients that explain measured runs, fitted through the event simulator.
//
// Units    Residuals are log(predicted / measured); coefficients as in coefficients.hpp.
// Shape    A coefficient of one (architecture, engine) pair is its start value times
//          exp(g + a + e + r): g common to all, a to the architecture, e to the engine, r to the
//          pair, each pulled to 0 by its own width. So a pair with few measured models borrows from
//          the others, and a pair without any is predicted by what is common. Minimised is
//              sum w softL1(residual / 0.5) + sum 1/2 (parameter / width)^2
//          over TPOT and TTFT by Levenberg-Marquardt with numeric derivatives. Each outer round
//          simulates every run once, keeps its schedule profile and fits on the profiles:
//          predicted = simulated x profile(new) / profile(simulated).
// Threads  Simulations and derivatives run on the pool; the answer does not depend on it.
#pragma once

#include <string>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "engine/calibration/measured.hpp"
#include "engine/calibration/schedule_profile.hpp"
#include "engine/serving/coefficients.hpp"
#include "engine/serving/step_time.hpp"

namespace breakeven::calibration {

/// A run as the fit sees it.
struct FitRun {
  const MeasuredRun* run = nullptr;
  serving::StepPhysics physics;
  std::string architecture;
  std::string engine;
  double ttft_s = 0;  ///< measured mean; 0 = not measured
  double tpot_s = 0;
  double weight = 1;
  ScheduleProfile profile;
  /// Simulated / profiled with the coefficients of the last simulation.
  double ttft_ratio = 1;
  double tpot_ratio = 1;
};

/// Which runs a fit may use: covered, of an architecture and engine that has start values, long
/// enough to have a mean, and not contradicted by the same configuration at a quarter of its users.
[[nodiscard]] std::vector<const MeasuredRun*> runs_to_fit(const std::vector<MeasuredRun>& runs,
                                                          const serving::Coefficients& start);

/// The parameters of a fit, so that another can begin where it ended.
struct FitState {
  std::vector<double> theta;
};

class Fit {
 public:
  Fit(const std::vector<const MeasuredRun*>& runs, const serving::Coefficients& start);
  /// Simulates every run with `coefficients` and keeps the profiles.
  void simulate(const serving::Coefficients& coefficients, Pool& pool);
  /// Fits the runs for which `use` is true on the profiles kept.
  [[nodiscard]] FitState solve(const FitState& from, const std::vector<bool>& use, int rounds,
                               Pool& pool) const;
  [[nodiscard]] serving::Coefficients coefficients(const FitState& state) const;
  [[nodiscard]] FitState begin() const;
  /// How freely a coefficient of a set may move from what is common to all, as a log; 0 for what is
  /// not fitted.
  [[nodiscard]] double width_of(std::size_t set, std::string_view name) const;
  [[nodiscard]] const std::vector<FitRun>& runs() const { return runs_; }

 private:
  struct Group {
    std::size_t set = 0;  ///< index into the start values
    std::size_t architecture = 0;
    std::size_t engine = 0;
  };
  [[nodiscard]] std::vector<std::size_t> parameters_of(std::size_t set, std::size_t k) const;
  [[nodiscard]] serving::StepCoefficients values_of(std::size_t set,
                                                    const std::vector<double>& theta) const;

  serving::Coefficients start_;
  std::vector<Group> groups_;          ///< one per set of start_
  std::vector<std::size_t> group_of_;  ///< one per run
  std::vector<double> width_;          ///< of every parameter
  std::size_t architectures_ = 0;
  std::size_t engines_ = 0;
  std::vector<FitRun> runs_;
};

}  // namespace breakeven::calibration
