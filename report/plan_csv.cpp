#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "report/csv_text.hpp"
#include "report/plan_document.hpp"

namespace breakeven::report {
namespace {

std::string maybe(const std::optional<Usd>& amount) { return amount ? amount->decimal() : ""; }

std::string_view service_category(std::string_view group) {
  if (group == "usage") return "AI and Machine Learning";
  if (group == "gpu" || group == "hardware" || group == "facility") return "Compute";
  if (group == "storage") return "Storage";
  if (group == "egress") return "Networking";
  return "Other";
}

/// The first of the month of a date, and of the next one.
std::pair<std::string, std::string> period(const std::string& as_of) {
  int year = 2000;
  int month = 1;
  if (const auto instant = Instant::parse(as_of); instant.ok()) {
    const std::string day = instant->date().iso();
    year = std::stoi(day.substr(0, 4));
    month = std::stoi(day.substr(5, 2));
  }
  const auto text = [](int y, int m) {
    return std::to_string(y) + (m < 10 ? "-0" : "-") + std::to_string(m) + "-01T00:00:00Z";
  };
  return {text(year, month), month == 12 ? text(year + 1, 1) : text(year, month + 1)};
}

}  // namespace

std::string plan_csv(const codec::PlanSummary& plan) {
  std::string out;
  add_csv_row({"option", "option_title", "line", "title", "group", "when", "usd", "low_usd",
               "high_usd", "kind", "source", "source_date", "source_place"},
              out);
  for (const codec::SummaryOption& option : plan.options) {
    if (!option.available) continue;
    for (const codec::SummaryLine& line : option.lines) {
      add_csv_row(
          {option.id, option.title, line.id, line.title, line.group, line.once ? "once" : "month",
           line.usd.decimal(), maybe(line.low), maybe(line.high), line.kind, line.source.text,
           line.source.date, line.source.place},
          out);
    }
    const auto total = [&](const char* id, const char* title, const char* when, Usd usd) {
      add_csv_row({option.id, option.title, id, title, "total", when, usd.decimal(), "", "", "", "",
                   "", ""},
                  out);
    };
    total("total.recurring", "Every month", "month", option.recurring);
    total("total.one_offs", "Once", "once", option.one_offs);
    total("total.fully_loaded", "Fully loaded", "month", option.fully_loaded);
  }
  return out;
}

std::string plan_focus(const codec::PlanSummary& plan) {
  std::string out;
  add_csv_row({"BillingPeriodStart",
               "BillingPeriodEnd",
               "ChargePeriodStart",
               "ChargePeriodEnd",
               "BilledCost",
               "EffectiveCost",
               "ListCost",
               "ContractedCost",
               "BillingCurrency",
               "ChargeCategory",
               "ChargeDescription",
               "ChargeFrequency",
               "PricingQuantity",
               "PricingUnit",
               "ProviderName",
               "ServiceName",
               "ServiceCategory",
               "ServiceSubcategory",
               "SkuId",
               "RegionId",
               "Tags"},
              out);
  const auto [start, end] = period(plan.as_of);
  for (std::size_t i = 0; i < plan.options.size(); ++i) {
    const codec::SummaryOption& option = plan.options[i];
    const bool today = option.id == "api";
    if (!option.available || (!today && plan.best_self_host != i)) continue;
    for (const codec::SummaryLine& line : option.lines) {
      if (line.once) continue;
      const bool usage = line.group == "usage";
      const std::string provider =
          usage ? plan.api_model.substr(0, plan.api_model.find('/')) : "self-hosted";
      const std::string cost = line.usd.decimal();
      add_csv_row({start,
                   end,
                   start,
                   end,
                   cost,
                   cost,
                   cost,
                   cost,
                   "USD",
                   usage ? "Usage" : "Purchase",
                   line.title,
                   usage ? "Usage-Based" : "Recurring",
                   "1",
                   "month",
                   provider,
                   usage ? plan.api_model : plan.open_model,
                   std::string(service_category(line.group)),
                   usage ? "Generative AI" : "",
                   option.id + "/" + line.id,
                   "",
                   R"({"scenario":")" + option.id + R"("})"},
                  out);
    }
  }
  return out;
}

}  // namespace breakeven::report
