#include "apps/cli/objective_options.hpp"

#include "apps/cli/commands.hpp"
#include "service/simulate.hpp"

namespace breakeven::cli {

void ObjectiveOptions::declare(CLI::App& command) {
  command.add_option("--ttft", ttft, "Limit on the time to first token")
      ->check(checked(service::parse_duration_s, "DURATION"))
      ->capture_default_str();
  command.add_option("--tpot", tpot, "Limit on the time per output token after it")
      ->check(checked(service::parse_duration_s, "DURATION"))
      ->capture_default_str();
  command
      .add_option("--percentile", percentile,
                  "Share of requests, in %, that must be within each limit")
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str();
}

Result<serving::Objective> ObjectiveOptions::read() const {
  serving::Objective objective;
  BREAKEVEN_TRY(objective.ttft_s, service::parse_duration_s(ttft));
  BREAKEVEN_TRY(objective.tpot_s, service::parse_duration_s(tpot));
  objective.percentile = percentile;
  return objective;
}

void declare_router(CLI::App& command, std::string& router) {
  command
      .add_option("--router", router, "least-outstanding-tokens, round-robin or prefix-affinity")
      ->capture_default_str();
}

}  // namespace breakeven::cli
