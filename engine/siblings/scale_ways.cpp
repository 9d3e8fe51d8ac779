#include "engine/siblings/scale_ways.hpp"

#include <string>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {
namespace {

constexpr const char* kMonth = "USD/month";

/// One end of a lever that may have two; the other end where only that was given.
std::string end_of(const Sheet& s, const std::string& lever, bool large) {
  const std::string wanted = lever + (large ? "_high" : "_low");
  return s.has(wanted) ? wanted : lever + (large ? "_low" : "_high");
}

}  // namespace

std::string title_of_way(const std::string& id) {
  if (id == "api") return "the API as it is";
  if (id == "api_levers") return "the API with levers";
  if (id == "hosted") return "hosted open weights";
  return "self-hosting";
}

Ways::Ways(Sheet& sheet) : s_(sheet) {
  requests_ = "today.requests_per_month";
  if (!s_.has(requests_) && s_.has("today.requests_per_day")) {
    s_.look_up("month.days", "Days of a month", Rational::make(365, 12).value(), "days/month",
               {"a twelfth of 365 days", "", ""});
    requests_ = "today.requests";
    s_.product(requests_, "Requests a month", "requests/month",
               {"today.requests_per_day", "month.days"});
  }
  if (!s_.has(requests_)) requests_.clear();
  const auto both = [&](const std::string& lever) {
    return s_.has(lever + "_low") || s_.has(lever + "_high");
  };
  const auto differ = [&](const std::string& lever) {
    return s_.has_all({lever + "_low", lever + "_high"}) &&
           compare(s_[lever + "_low"], s_[lever + "_high"]) != 0;
  };
  const bool routing = s_.has("routing.share") && both("routing.saving");
  levers_ = s_.has("batch.share") || both("volume.discount") || routing ||
            s_.has_all({"cache.input_share", "cache.share"});
  two_ends_ = differ("volume.discount") || (routing && differ("routing.saving"));
}

std::string Ways::levers(const std::string& label, const std::string& bill, bool low) {
  const std::string end = !two_ends_ ? "" : low ? ".low" : ".high";
  std::string current = bill;
  const auto step = [&](const std::string& id, const std::string& title,
                        const std::vector<std::string>& with, const std::string& off,
                        const Sheet::Formula& function) {
    const std::string name = "at." + label + ".lever." + id + end;
    std::vector<std::string> inputs{current};
    inputs.insert(inputs.end(), with.begin(), with.end());
    s_.add(name, title, kMonth, current + " x (1 - " + off + ")", inputs, function);
    current = name;
  };
  if (s_.has("batch.share")) {
    step("batch", "With a share as a batch", {"batch.share", "batch.discount"},
         "batch.share x batch.discount",
         [](const std::vector<Exact>& x) { return x[0] * (Exact(1) - x[1] * x[2]); });
  }
  if (s_.has_all({"cache.input_share", "cache.share"})) {
    step("cache", "With repeated input cached",
         {"cache.input_share", "cache.share", "cache.discount"},
         "cache.input_share x cache.share x cache.discount",
         [](const std::vector<Exact>& x) { return x[0] * (Exact(1) - x[1] * x[2] * x[3]); });
  }
  const std::string saving = end_of(s_, "routing.saving", low);
  if (s_.has_all({"routing.share", saving})) {
    step("routing", "With the easy share routed to a cheaper model", {"routing.share", saving},
         "routing.share x " + saving,
         [](const std::vector<Exact>& x) { return x[0] * (Exact(1) - x[1] * x[2]); });
  }
  const std::string discount = end_of(s_, "volume.discount", low);
  if (s_.has(discount)) {
    step("volume", "With the volume discount, where it is granted",
         {discount, "volume.above_usd_per_month"}, discount + " from volume.above_usd_per_month on",
         [](const std::vector<Exact>& x) {
           return compare(x[0], x[2]) < 0 ? x[0] : x[0] * (Exact(1) - x[1]);
         });
  }
  return current;
}

std::vector<WayCost> Ways::at(const std::string& label, const std::string& factor,
                              const std::string& price) {
  const std::string start = "at." + label + ".";
  std::vector<WayCost> costs;
  std::vector<std::string> with{"today.bill", factor};
  if (!price.empty()) with.push_back(price);
  const std::string api = start + "api";
  s_.product(api, "The API as it is", kMonth, with);
  costs.push_back({"api", api, api});
  if (levers_) {
    const std::string high = levers(label, api, false);
    costs.push_back({"api_levers", two_ends_ ? levers(label, api, true) : high, high});
  }
  if (s_.has("hosted.usd_per_month")) {
    const std::string hosted = start + "hosted";
    s_.product(hosted, "Hosted open weights", kMonth, {"hosted.usd_per_month", factor});
    costs.push_back({"hosted", hosted, hosted});
  }
  if (!requests_.empty() &&
      s_.has_all({"self_host.fleet_usd_per_month", "self_host.fleet_requests_per_month"})) {
    const std::string fleets = start + "fleets";
    s_.add(fleets, "Whole fleets", "fleets",
           requests_ + " x " + factor + " / self_host.fleet_requests_per_month, rounded up",
           {requests_, factor, "self_host.fleet_requests_per_month"},
           [](const std::vector<Exact>& x) { return round_up(x[0] * x[1] / x[2]); });
    const std::string own = start + "self_host";
    if (s_.has("self_host.fixed_usd_per_month")) {
      s_.add(own, "Self-hosting", kMonth,
             "self_host.fixed_usd_per_month + " + fleets + " x self_host.fleet_usd_per_month",
             {"self_host.fixed_usd_per_month", fleets, "self_host.fleet_usd_per_month"},
             [](const std::vector<Exact>& x) { return x[0] + x[1] * x[2]; });
    } else {
      s_.product(own, "Self-hosting", kMonth, {fleets, "self_host.fleet_usd_per_month"});
    }
    costs.push_back({"self_host", own, own});
  }
  return costs;
}

const WayCost& Ways::cheapest(const std::vector<WayCost>& costs) const {
  const WayCost* best = &costs.front();
  for (const WayCost& cost : costs) {
    if (compare(s_[cost.high], s_[best->high]) < 0) best = &cost;
  }
  return *best;
}

}  // namespace breakeven::siblings
