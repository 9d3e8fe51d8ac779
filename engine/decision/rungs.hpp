// rungs.hpp — from the naive comparison to the honest one, one step and its delta at a time.
//
// Units    Usd per month. difference = API - self-host: positive = self-hosting is cheaper.
// Shape    Run rate -> capacity-corrected -> fully loaded -> per successful task -> against the
//          optimised API and hosted open weights -> under uncertainty. A rung without data says
//          what it needs; it invents nothing and passes the last evaluated difference on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/money.hpp"

namespace breakeven::decision {

inline constexpr const char* kRungRunRate = "run_rate";
inline constexpr const char* kRungCapacity = "capacity_corrected";
inline constexpr const char* kRungFullyLoaded = "fully_loaded";
inline constexpr const char* kRungPerTask = "per_successful_task";
inline constexpr const char* kRungBestApi = "against_best_api";
inline constexpr const char* kRungUncertainty = "under_uncertainty";

struct Rung {
  std::string id;
  std::string title;
  bool evaluated = false;
  Usd api;
  Usd self_host;
  Usd difference;            ///< api - self_host
  std::optional<Usd> delta;  ///< against the evaluated rung before; empty on the first
  std::string note;          ///< what changed, or "not evaluated: needs ..."
};

class Ladder {
 public:
  Ladder& step(std::string id, std::string title, Usd api, Usd self_host, std::string note = {});
  Ladder& missing(std::string id, std::string title, const std::string& needs);
  [[nodiscard]] const std::vector<Rung>& rungs() const { return rungs_; }

 private:
  std::vector<Rung> rungs_;
};

}  // namespace breakeven::decision
