#include "service/selectors.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "codec/http_json.hpp"
#include "engine/advisor/constraint_names.hpp"
#include "engine/base/text.hpp"
#include "engine/decision/gates.hpp"

namespace breakeven::service {
namespace {

using codec::Choice;

std::string billions(double count) { return fmt::format("{:.3g} B", count / 1e9); }

std::vector<Choice> open_models(const catalog::Catalog& catalog) {
  std::vector<Choice> choices;
  for (const catalog::OpenModel& model : catalog.models()) {
    if (!model.sizable()) continue;
    std::string note = billions(model.total_parameters) + " parameters";
    if (model.is_moe()) note += ", " + billions(model.active_parameters) + " active";
    note += model.commercial_use ? "" : ", licence forbids or limits commercial use";
    choices.push_back({model.id, model.id.substr(model.id.find('/') + 1), model.developer, note});
  }
  return choices;
}

std::vector<Choice> accelerators(const catalog::Catalog& catalog) {
  std::vector<Choice> choices;
  for (const catalog::Accelerator& accelerator : catalog.accelerators()) {
    const auto offers = catalog.offers_for(accelerator.id);
    if (offers.empty()) continue;
    choices.push_back(
        {accelerator.id, accelerator.id, accelerator.vendor,
         fmt::format("{:.0f} GiB, {} offers", accelerator.memory_bytes / (1024.0 * 1024.0 * 1024.0),
                     offers.size())});
  }
  return choices;
}

std::vector<Choice> api_models(const catalog::Catalog& catalog) {
  std::vector<Choice> choices;
  for (const catalog::PricedModel& model : catalog.prices().models()) {
    std::string note;
    if (model.context_window > 0) note = fmt::format("{} K context", model.context_window / 1000);
    choices.push_back({model.id(), model.name, model.vendor, note});
  }
  return choices;
}

std::vector<Choice> constraints(const catalog::Catalog& catalog) {
  std::vector<Choice> choices;
  for (const advisor::ConstraintKind& kind : advisor::constraint_kinds(catalog)) {
    const char* number = advisor::is_at_least(kind.name) ? "at least" : "at most";
    choices.push_back({kind.name, kind.title, std::string(decision::to_string(kind.dimension)),
                       kind.takes_number ? number : ""});
  }
  return choices;
}

}  // namespace

Result<std::string> choices(const catalog::Catalog& catalog, std::string_view kind) {
  if (kind == "models") return codec::choices_to_json(open_models(catalog));
  if (kind == "accelerators") return codec::choices_to_json(accelerators(catalog));
  if (kind == "api-models") return codec::choices_to_json(api_models(catalog));
  if (kind == "constraints") return codec::choices_to_json(constraints(catalog));
  return not_found("list", kind, {"models", "accelerators", "api-models", "constraints"}, {});
}

}  // namespace breakeven::service
