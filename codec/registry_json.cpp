#include "codec/registry_json.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace breakeven::codec {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) {
  // Evidence quotes what sources wrote: invalid UTF-8 is replaced, not thrown.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json maybe(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json positive(std::int64_t number) { return number == 0 ? Json(nullptr) : Json(number); }

Json price_json(const RegistryPrice& price) {
  return {{"field", price.field},
          {"label", price.label},
          {"mode", price.mode},
          {"per", price.per},
          {"usd", maybe(price.usd)},
          {"low_usd", maybe(price.low_usd)},
          {"high_usd", maybe(price.high_usd)},
          {"kind", price.kind},
          {"rule", maybe(price.rule)},
          {"reason", maybe(price.reason)},
          {"base_field", maybe(price.base_field)},
          {"base_usd", maybe(price.base_usd)},
          {"source", maybe(price.source)},
          {"url", maybe(price.url)},
          {"seen_on", maybe(price.seen_on)},
          {"effective_from", maybe(price.effective_from)},
          {"effective_to", maybe(price.effective_to)},
          {"known_from", maybe(price.known_from)},
          {"change", positive(price.change)}};
}

Json prices_json(const std::vector<RegistryPrice>& prices) {
  Json list = Json::array();
  for (const RegistryPrice& price : prices) list.push_back(price_json(price));
  return list;
}

Json model_json(const RegistryModel& model) {
  return {{"vendor", model.vendor},
          {"model", model.model},
          {"context_window", positive(model.context_window)},
          {"max_output", positive(model.max_output)},
          {"prices", prices_json(model.prices)}};
}

}  // namespace

std::string registry_vendors_to_json(const RegistryVendors& answer) {
  Json list = Json::array();
  std::int64_t verified = 0;
  for (const RegistryVendor& vendor : answer.vendors) {
    verified += vendor.verified ? 1 : 0;
    list.push_back({{"vendor", vendor.vendor},
                    {"models", vendor.models},
                    {"prices",
                     {{"published", vendor.prices.published},
                      {"inferred", vendor.prices.inferred},
                      {"contested", vendor.prices.contested},
                      {"unknown", vendor.prices.unknown}}},
                    {"last_verified", maybe(vendor.last_verified)},
                    {"basis", maybe(vendor.basis)},
                    {"source", maybe(vendor.source)},
                    {"age_days", vendor.age_days ? Json(*vendor.age_days) : Json(nullptr)},
                    {"verified", vendor.verified}});
  }
  return line({{"now", answer.now},
               {"fresh_days", answer.fresh_days},
               {"verified", verified},
               {"count", answer.vendors.size()},
               {"vendors", std::move(list)}});
}

std::string registry_models_to_json(const RegistryModels& answer) {
  Json list = Json::array();
  for (const RegistryModel& model : answer.models) list.push_back(model_json(model));
  return line({{"query", answer.query}, {"found", answer.found}, {"models", std::move(list)}});
}

std::string registry_model_to_json(const RegistryModel& model, const std::string& now) {
  Json json = model_json(model);
  json["now"] = now;
  return line(json);
}

std::string registry_history_to_json(const RegistryHistory& history) {
  Json budgets = Json::array();
  for (const RegistryBudget& budget : history.budgets) {
    Json lines = Json::array();
    for (const RegistryBudgetLine& one : budget.lines) {
      lines.push_back({{"field", one.field},
                       {"label", one.label},
                       {"then_usd", maybe(one.then_usd)},
                       {"then_kind", maybe(one.then_kind)},
                       {"then_source", maybe(one.then_source)},
                       {"then_seen_on", maybe(one.then_seen_on)},
                       {"now_usd", maybe(one.now_usd)},
                       {"off_percent", one.off_percent ? Json(*one.off_percent) : Json(nullptr)},
                       {"note", maybe(one.note)}});
    }
    budgets.push_back({{"months_ago", budget.months_ago},
                       {"set_on", budget.set_on},
                       {"lines", std::move(lines)}});
  }
  Json elsewhere = Json::array();
  for (const RegistrySighting& seen : history.elsewhere) {
    elsewhere.push_back({{"book", seen.book},
                         {"field", seen.field},
                         {"label", seen.label},
                         {"old_usd", maybe(seen.old_usd)},
                         {"new_usd", maybe(seen.new_usd)},
                         {"from", maybe(seen.from)},
                         {"state", seen.state},
                         {"source", seen.source},
                         {"seen_on", seen.seen_on}});
  }
  return line({{"vendor", history.vendor},
               {"model", history.model},
               {"now", history.now},
               {"first_seen", maybe(history.first_seen)},
               {"points", prices_json(history.points)},
               {"budgets", std::move(budgets)},
               {"elsewhere", std::move(elsewhere)}});
}

std::string registry_inferred_to_json(const std::string& now,
                                      const std::vector<RegistryInferred>& rows) {
  Json list = Json::array();
  for (const RegistryInferred& row : rows) {
    Json json{{"vendor", row.vendor}, {"model", row.model}};
    json.update(price_json(row.price));
    list.push_back(std::move(json));
  }
  return line({{"now", now}, {"count", rows.size()}, {"inferred", std::move(list)}});
}

std::string registry_changes_to_json(const RegistryChanges& answer) {
  Json list = Json::array();
  for (const RegistryChange& change : answer.changes) {
    Json json{{"id", change.id},       {"vendor", change.vendor},
              {"model", change.model}, {"old_usd", maybe(change.old_usd)},
              {"state", change.state}, {"state_reason", maybe(change.reason_for_state)}};
    json.update(price_json(change.price));
    list.push_back(std::move(json));
  }
  return line({{"changes", std::move(list)}, {"next_before", positive(answer.next_before)}});
}

std::string registry_crosscheck_to_json(const RegistryCrossCheck& answer) {
  Json registries = Json::array();
  for (const RegistryAgreement& one : answer.registries) {
    registries.push_back({{"registry", one.registry},
                          {"date", one.date},
                          {"models", one.models},
                          {"names", one.names},
                          {"agrees", one.agrees},
                          {"differs", one.differs},
                          {"missing_there", one.missing_there},
                          {"missing_here", one.missing_here},
                          {"unknown_models", one.unknown_models},
                          {"other_sellers", one.other_sellers}});
  }
  Json rows = Json::array();
  for (const RegistryComparison& row : answer.rows) {
    rows.push_back({{"id", row.id},
                    {"vendor", row.vendor},
                    {"model", row.model},
                    {"field", row.ours.field},
                    {"label", row.ours.label},
                    {"per", row.ours.per},
                    {"ours", row.ours.kind.empty() ? Json(nullptr) : price_json(row.ours)},
                    {"registry", row.registry},
                    {"date", row.date},
                    {"theirs_usd", maybe(row.theirs_usd)},
                    {"native", maybe(row.native)},
                    {"verdict", row.verdict},
                    {"percent", row.percent ? Json(*row.percent) : Json(nullptr)},
                    {"believed", maybe(row.believed)},
                    {"reason", maybe(row.reason)}});
  }
  return line({{"now", answer.now},
               {"tolerance_percent", answer.tolerance_percent},
               {"found", answer.found},
               {"registries", std::move(registries)},
               {"rows", std::move(rows)},
               {"next_before", positive(answer.next_before)}});
}

}  // namespace breakeven::codec
