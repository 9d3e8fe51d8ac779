#include "engine/advisor/model_shortlist.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/quality.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/given_defaults.hpp"

namespace breakeven::advisor {

Result<ModelShortlist> model_shortlist(const catalog::Catalog& catalog,
                                       const catalog::GivenDefaults& defaults,
                                       std::string_view api_model, const catalog::OpenModel& asked,
                                       const std::map<std::string, double>& benchmarks) {
  ModelShortlist list;
  BREAKEVEN_TRY(list.api, model_score(catalog, defaults, api_model, benchmarks));
  const auto listed = [&](const catalog::OpenModel& model) -> Result<ShortlistedModel> {
    ShortlistedModel one;
    one.model = &model;
    BREAKEVEN_TRY(one.score, model_score(catalog, defaults, model.id, benchmarks));
    for (const catalog::HostedModel* host : catalog.hosts_of(model.id)) {
      one.hosts.push_back(host->price_id());
    }
    return one;
  };
  std::vector<ShortlistedModel> others;
  for (const catalog::OpenModel& model : catalog.models()) {
    if (model.id == asked.id || !model.sizable() || !model.commercial_use) continue;
    BREAKEVEN_TRY(ShortlistedModel one, listed(model));
    if (one.score) others.push_back(std::move(one));
  }
  std::ranges::stable_sort(others, [](const ShortlistedModel& a, const ShortlistedModel& b) {
    return a.score && b.score && a.score->score > b.score->score;
  });
  if (others.size() > kShortlisted) others.resize(kShortlisted);
  BREAKEVEN_TRY(ShortlistedModel first, listed(asked));
  list.models.push_back(std::move(first));
  for (ShortlistedModel& one : others) list.models.push_back(std::move(one));
  return list;
}

}  // namespace breakeven::advisor
