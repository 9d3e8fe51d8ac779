// model_shortlist.hpp — open models that could be asked about next: scores and licences beside the one
// that was.
//
// Units    Scores as the benchmarks publish them; parameters as counts.
// Shape    The model in question first, then those of the catalogue whose score on the benchmarks that
//          matter (PlanQuestion::benchmarks, else an overall one) is highest: models of which the catalogue
//          knows too little to size a fleet are left out, and so are licences that forbid commerce.
//          Nothing is estimated: a model without a score on them is not in the list.
// Errors   Those of model_score().
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/quality.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/given_defaults.hpp"

namespace breakeven::advisor {

inline constexpr std::size_t kShortlisted = 6;  ///< beside the model in question

struct ShortlistedModel {
  const catalog::OpenModel* model = nullptr;
  std::optional<ModelScore> score;
  std::vector<std::string> hosts;  ///< price book ids of APIs that serve it
};
struct ModelShortlist {
  std::optional<ModelScore> api;  ///< of the API model on the same benchmarks
  std::vector<ShortlistedModel> models;
};
[[nodiscard]] Result<ModelShortlist> model_shortlist(
    const catalog::Catalog& catalog, const catalog::GivenDefaults& defaults,
    std::string_view api_model, const catalog::OpenModel& asked,
    const std::map<std::string, double>& benchmarks);

}  // namespace breakeven::advisor
