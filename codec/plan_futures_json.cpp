#include "codec/plan_futures_json.hpp"

#include <cstddef>
#include <utility>

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

Json futures_json(const advisor::PlanAnswer& a) {
  if (!a.futures) return nullptr;
  const economics::Futures& f = a.futures->answer;
  Json options = Json::array();
  for (std::size_t i = 0; i < f.options.size(); ++i) {
    const std::size_t index = a.futures->options[i];
    const economics::OptionFuture& o = f.options[i];
    options.push_back({{"option", index},
                       {"id", a.options[index].option.ledger.option_id},
                       {"probability_cheapest", o.probability_cheapest},
                       {"expected_regret_usd_month", o.expected_regret_usd_month},
                       {"cost_usd_month", quantiles_json(o.cost_usd_month)}});
  }
  Json information = Json::array();
  for (const economics::Futures::Information& i : f.information) {
    information.push_back({{"driver", a.drivers[i.driver].id},
                           {"title", a.drivers[i.driver].title},
                           {"evppi_usd_month", i.evppi_usd_month}});
  }
  Json cumulative = Json::array();
  for (const economics::Quantiles& q : f.cumulative_usd) cumulative.push_back(quantiles_json(q));
  return Json{{"paths", f.paths},
              {"options", std::move(options)},
              {"best", a.futures->options[f.best]},
              {"evpi_usd_month", f.evpi_usd_month},
              {"information", std::move(information)},
              {"cumulative_usd", std::move(cumulative)}};
}

Json indifference_json(const advisor::PlanAnswer& a) {
  if (!a.indifference) return nullptr;
  Json points = Json::array();
  for (const economics::Indifference::Point& p : a.indifference->points) {
    points.push_back({{"x", p.x}, {"y", p.y}, {"difference_usd_month", p.difference_usd}});
  }
  return Json{{"x", a.drivers[a.indifference->x].id},
              {"y", a.drivers[a.indifference->y].id},
              {"points", std::move(points)}};
}

Json grid_json(const advisor::PlanAnswer& a, const economics::SensitivityGrid& grid) {
  return Json{{"x", a.drivers[grid.x].id},
              {"y", a.drivers[grid.y].id},
              {"x_values", grid.x_values},
              {"y_values", grid.y_values},
              {"difference_usd_month", grid.difference_usd}};
}

Json switching_json(const advisor::PlanAnswer& a) {
  if (!a.switching) return nullptr;
  const economics::SwitchPlan& s = a.switching->answer;
  return Json{{"month", s.month ? Json(*s.month) : Json(nullptr)},
              {"constraint_decides", a.switching->constraint_decides},
              {"best_npv_usd", s.best_npv_usd},
              {"value_of_waiting_usd", s.value_of_waiting_usd},
              {"npv_usd", s.npv_usd}};
}

}  // namespace

Json quantiles_json(const economics::Quantiles& q) {
  return Json{{"p10", q.p10}, {"p50", q.p50}, {"p90", q.p90}, {"mean", q.mean}};
}

void add_futures(const advisor::PlanAnswer& a, Json& j) {
  j["correlations"] = Json::array();
  for (const economics::Correlation& c : a.correlations) {
    j["correlations"].push_back(
        {{"a", a.drivers[c.a].id},
         {"b", a.drivers[c.b].id},
         {"value", c.value},
         {"evidence",
          {{"text", c.evidence.text}, {"date", c.evidence.date}, {"place", c.evidence.place}}}});
  }
  j["futures"] = futures_json(a);
  j["total_order"] = Json::array();
  for (const economics::TotalOrder& t : a.total_order) {
    j["total_order"].push_back({{"driver", a.drivers[t.driver].id}, {"index", t.index}});
  }
  j["indifference"] = indifference_json(a);
  j["sensitivity_grids"] = Json::array();
  for (const economics::SensitivityGrid& grid : a.grids) {
    j["sensitivity_grids"].push_back(grid_json(a, grid));
  }
  j["switching"] = switching_json(a);
}

}  // namespace breakeven::codec
