#include "registry/audit.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "registry/audit_index.hpp"

namespace breakeven::registry {
namespace {

constexpr std::array<AuditRule, 24> kRules{{
    {"output-below-input", Layer::structure, "output costs at least as much as input"},
    {"output-input-ratio", Layer::structure,
     "output / input lies where the vendor's other models have it"},
    {"cached-ratio", Layer::structure,
     "cached input / input is a ratio that this vendor publishes, and below 1"},
    {"cache-write-below-input", Layer::structure,
     "writing to the cache costs at least plain input"},
    {"reasoning-above-output", Layer::structure, "reasoning costs at most plain output"},
    {"audio-below-text", Layer::structure, "audio input costs at least text input"},
    {"mode-ratio", Layer::structure,
     "priority costs 1.5 to 2.5 times standard, fast 1.5 to 6 times, batch and flex at most "
     "standard"},
    {"family-ratio", Layer::structure, "a pro tier costs 4 to 15 times its base model"},
    {"tier-beyond-context", Layer::structure, "a context tier starts inside the context window"},
    {"zero-price", Layer::structure, "a paid model has no price of zero"},
    {"tier-missing", Layer::structure, "a model with a context tier elsewhere has it here"},
    {"field-missing", Layer::structure,
     "a published cached price is listed: where it is missing, cached tokens are billed at zero"},
    {"inferred-against-rule", Layer::structure, "an inferred price follows the rule of its model"},
    {"cross-registry", Layer::agreement,
     "the figure equals the vendor's, or the best other source's"},
    {"not-published", Layer::agreement, "no figure where the vendor publishes none"},
    {"wrong-table", Layer::agreement,
     "the figure is the list price, not one of another table of the same page"},
    {"alias-shares-price", Layer::agreement, "a dated snapshot keeps the price of its own"},
    {"alias-repointed", Layer::agreement, "a floating name has the price of what it points to now"},
    {"jump", Layer::drift, "no move beyond a factor of 3 within a day, and none to zero"},
    {"unit-slip", Layer::drift,
     "no move by a power of ten from 100 on: the unit changed, not the price"},
    {"lag", Layer::freshness, "a price that the vendor replaced is gone within days"},
    {"history-backfilled", Layer::freshness, "an earlier period keeps its own price"},
    {"step-cancelled", Layer::freshness,
     "an announced step is dropped when newer evidence has none"},
    {"stale", Layer::freshness, "somebody looked at the vendor's prices within the last 90 days"},
}};

}  // namespace

std::string_view to_string(Layer layer) {
  switch (layer) {
    case Layer::structure:
      return "structure";
    case Layer::golden:
      return "golden values";
    case Layer::reachability:
      return "reachability";
    case Layer::agreement:
      return "agreement";
    case Layer::drift:
      return "drift";
    case Layer::freshness:
      break;
  }
  return "freshness";
}

std::span<const AuditRule> audit_rules() { return kRules; }

std::vector<Finding> audit_prices(const AuditInput& input) {
  AuditState state(input);
  audit_structure(state);
  audit_agreement(state);
  audit_time(state);
  const auto order = [](const Finding& finding) {
    const auto rules = audit_rules();
    return std::ranges::find(rules, finding.rule, &AuditRule::id) - rules.begin();
  };
  std::ranges::stable_sort(state.findings, {}, order);
  return std::move(state.findings);
}

}  // namespace breakeven::registry
