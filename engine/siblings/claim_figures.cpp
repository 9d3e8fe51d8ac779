#include "engine/siblings/claim_figures.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/quantities.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {
namespace {

class Builder {
 public:
  Builder(const Inputs& inputs, Sheet& sheet) : in_(inputs), s_(sheet) {}

  ClaimBasis build() {
    s_.look_up("month.hours", "Hours of a month", std::int64_t{kHoursPerMonth}, "h/month",
               {"a year has 8 760 hours, a month a twelfth of them", "", ""});
    bill_figures(in_, s_, basis_);
    rent();
    throughput();
    people();
    self_host();
    break_even();
    saving();
    memory();
    return std::move(basis_);
  }

 private:
  Span& span(const std::string& claim) { return basis_.spans["claims." + claim]; }
  void settle(const std::string& claim, const std::string& figure) {
    span(claim) = {figure, figure, {}};
  }

  void rent() {
    Span& month = span("gpu_usd_per_month");
    basis_.hours = s_.has("gpu.hours_per_month") ? "gpu.hours_per_month" : "month.hours";
    const std::string hourly = "right.gpu_usd_per_hour";
    if (s_.has_all({"gpu.count", "gpu.usd_per_gpu_hour"})) {
      s_.product(hourly, "Rent of the fleet", "USD/h", {"gpu.count", "gpu.usd_per_gpu_hour"});
      basis_.rent_per_hour = hourly;
    } else if (s_.has_all({"gpu.count", "gpu.gpus_per_node", "gpu.usd_per_node_hour"})) {
      s_.add("right.nodes", "Whole nodes", "nodes", "gpu.count / gpu.gpus_per_node, rounded up",
             {"gpu.count", "gpu.gpus_per_node"},
             [](const std::vector<Exact>& x) { return round_up(x[0] / x[1]); });
      s_.product(hourly, "Rent of the fleet", "USD/h", {"right.nodes", "gpu.usd_per_node_hour"});
      basis_.rent_per_hour = hourly;
    }
    if (s_.has("gpu.usd_per_month")) {
      month = {"gpu.usd_per_month", "gpu.usd_per_month", {}};
    } else if (!basis_.rent_per_hour.empty()) {
      s_.product("right.gpu_usd_per_month", "GPU rent", std::string(kMonth),
                 {basis_.rent_per_hour, basis_.hours});
      settle("gpu_usd_per_month", "right.gpu_usd_per_month");
    } else {
      if (!s_.has("gpu.count")) month.missing.emplace_back("gpu.count");
      if (!s_.has("gpu.usd_per_gpu_hour")) {
        month.missing.emplace_back(s_.has("gpu.usd_per_node_hour") ? "gpu.gpus_per_node"
                                                                   : "gpu.usd_per_gpu_hour");
      }
    }
  }

  /// Tokens/s of the fleet, its capacity, and the rent per million of its tokens.
  void throughput() {
    Span& capacity = span("capacity_tokens_per_month");
    Span& cost = span("gpu_usd_per_mtok");
    const std::string_view of = in_.text("gpu.tokens_per_s_of");
    const bool one = !s_.has("gpu.count") || compare(s_["gpu.count"], 1) == 0;
    std::string per_hour = basis_.rent_per_hour;
    if (!s_.has("gpu.tokens_per_s")) {
      capacity.missing.emplace_back("gpu.tokens_per_s");
    } else if (of == "fleet" || (one && of != "node")) {
      basis_.fleet_rate = "gpu.tokens_per_s";
    } else if (of == "gpu") {
      basis_.fleet_rate = "right.fleet_tokens_per_s";
      s_.product(basis_.fleet_rate, "Throughput of the fleet", "tokens/s",
                 {"gpu.count", "gpu.tokens_per_s"});
    } else if (of == "node" && s_.has_all({"gpu.count", "gpu.gpus_per_node"})) {
      basis_.fleet_rate = "right.fleet_tokens_per_s";
      s_.add(basis_.fleet_rate, "Throughput of the fleet", "tokens/s",
             "gpu.count / gpu.gpus_per_node x gpu.tokens_per_s",
             {"gpu.count", "gpu.gpus_per_node", "gpu.tokens_per_s"},
             [](const std::vector<Exact>& x) { return x[0] / x[1] * x[2]; });
    } else {
      capacity.missing.emplace_back(of == "node" ? "gpu.gpus_per_node" : "gpu.tokens_per_s_of");
    }
    const bool either = s_.has("gpu.tokens_per_s") && !one && of.empty();
    // One GPU's rent over one GPU's tokens: how many there are does not matter.
    if (per_hour.empty() && !s_.has("gpu.count") && s_.has("gpu.usd_per_gpu_hour")) {
      per_hour = "gpu.usd_per_gpu_hour";
    }
    if (!basis_.fleet_rate.empty()) {
      if (s_.has("gpu.count") || of == "fleet") {
        s_.add("right.capacity_tokens_per_month", "What the fleet can serve at full load",
               std::string(kTokensMonth), basis_.fleet_rate + " x 3600 x " + basis_.hours,
               {basis_.fleet_rate, basis_.hours},
               [](const std::vector<Exact>& x) { return x[0] * 3'600 * x[1]; });
        settle("capacity_tokens_per_month", "right.capacity_tokens_per_month");
      } else {
        capacity.missing.emplace_back("gpu.count");
      }
      if (!per_hour.empty()) {
        s_.add("right.gpu_usd_per_mtok.full", "GPU rent per million tokens at full load",
               std::string(kPerMillion),
               per_hour + " / (" + basis_.fleet_rate + " x 3600) x 1000000",
               {per_hour, basis_.fleet_rate},
               [](const std::vector<Exact>& x) { return x[0] / (x[1] * 3'600) * 1'000'000; });
      }
    }
    const std::string month = span("gpu_usd_per_month").low;
    if (s_.has_all({"right.gpu_usd_per_mtok.full", "gpu.utilisation"})) {
      s_.quotient("right.gpu_usd_per_mtok", "GPU rent per million tokens served",
                  std::string(kPerMillion), "right.gpu_usd_per_mtok.full", "gpu.utilisation");
      settle("gpu_usd_per_mtok", "right.gpu_usd_per_mtok");
    } else if (either && !per_hour.empty()) {
      either_reading(per_hour, capacity, cost);
    } else if (!month.empty() && !basis_.tokens.empty() && s_[basis_.tokens].sign() > 0) {
      over_tokens("right.gpu_usd_per_mtok", "GPU rent per million tokens served", month);
      settle("gpu_usd_per_mtok", "right.gpu_usd_per_mtok");
    } else if (s_.has("right.gpu_usd_per_mtok.full")) {
      cost = {"right.gpu_usd_per_mtok.full", "", {"gpu.utilisation"}};
    } else {
      cost.missing = per_hour.empty() ? span("gpu_usd_per_month").missing : capacity.missing;
    }
  }

  /// Nobody says whether one GPU or all of them have the throughput: both readings bound the rest.
  void either_reading(const std::string& per_hour, Span& capacity, Span& cost) {
    const std::string all = "bound.fleet_tokens_per_s";
    s_.product(all, "Throughput of the fleet, if the stated one is of one GPU", "tokens/s",
               {"gpu.count", "gpu.tokens_per_s"});
    const std::string util = "gpu.utilisation";
    const auto at = [&](const std::string& end, const std::string& rate) {
      const std::string name = "right.gpu_usd_per_mtok" + end;
      const bool used = s_.has(util);
      std::vector<std::string> with{per_hour, rate};
      if (used) with.push_back(util);
      s_.add(name, "GPU rent per million tokens, if " + rate + " is that of the fleet",
             std::string(kPerMillion),
             per_hour + " / (" + rate + " x 3600" + (used ? " x " + util : "") + ") x 1000000",
             with, [=](const std::vector<Exact>& x) {
               const Exact hourly = x[1] * 3'600;
               return x[0] / (used ? hourly * x[2] : hourly) * 1'000'000;
             });
      s_.add("right.capacity_tokens_per_month" + end, "What the fleet can serve at full load",
             std::string(kTokensMonth), rate + " x 3600 x " + basis_.hours, {rate, basis_.hours},
             [](const std::vector<Exact>& x) { return x[0] * 3'600 * x[1]; });
      return name;
    };
    cost.low = at(".low", all);
    const std::string dear = at(".high", "gpu.tokens_per_s");
    cost.missing = capacity.missing;
    if (s_.has(util)) {
      cost.high = dear;
    } else {
      cost.missing.push_back(util);
    }
    capacity.low = "right.capacity_tokens_per_month.high";
    capacity.high = "right.capacity_tokens_per_month.low";
  }

  void over_tokens(const std::string& name, const std::string& title, const std::string& usd) {
    s_.add(name, title, std::string(kPerMillion), usd + " / " + basis_.tokens + " x 1000000",
           {usd, basis_.tokens},
           [](const std::vector<Exact>& x) { return x[0] / x[1] * 1'000'000; });
  }

  void people() {
    if (s_.has("people.usd_per_month")) {
      basis_.people = "people.usd_per_month";
    } else if (s_.has_all({"people.fte", "people.usd_per_fte_month"})) {
      basis_.people = "right.people_usd_per_month";
      s_.product(basis_.people, "People", std::string(kMonth),
                 {"people.fte", "people.usd_per_fte_month"});
    }
  }

  void self_host() {
    Span& month = span("self_host_usd_per_month");
    Span& cost = span("self_host_usd_per_mtok");
    const Span& gpu = span("gpu_usd_per_month");
    if (gpu.low.empty()) {
      month.missing = gpu.missing;
      cost.missing = gpu.missing;
      return;
    }
    std::vector<std::string> lines{gpu.low};
    if (!basis_.people.empty()) lines.push_back(basis_.people);
    for (const char* const line : {"tooling.usd_per_month", "other.usd_per_month"}) {
      if (s_.has(line)) lines.emplace_back(line);
    }
    const std::string total = "right.self_host_usd_per_month";
    s_.sum(total, "Self-hosting, all lines that are given", std::string(kMonth), lines);
    settle("self_host_usd_per_month", total);
    const std::string per = "right.self_host_usd_per_mtok";
    const auto served = [&](const std::string& name, const std::vector<std::string>& with,
                            const std::string& formula) {
      s_.add(name, "Self-hosting per million tokens", std::string(kPerMillion), formula, with,
             [](const std::vector<Exact>& x) {
               const Exact tokens = x.size() > 2 ? x[1] * x[2] : x[1];
               return x[0] / tokens * 1'000'000;
             });
      return name;
    };
    const std::string capacity = "right.capacity_tokens_per_month";
    if (!basis_.tokens.empty() && s_[basis_.tokens].sign() > 0) {
      over_tokens(per, "Self-hosting per million tokens", total);
      settle("self_host_usd_per_mtok", per);
    } else if (s_.has(capacity) && s_[capacity].sign() > 0) {
      if (s_.has("gpu.utilisation")) {
        settle("self_host_usd_per_mtok",
               served(per, {total, capacity, "gpu.utilisation"},
                      total + " / (" + capacity + " x gpu.utilisation) x 1000000"));
      } else {
        cost = {served(per + ".full", {total, capacity}, total + " / " + capacity + " x 1000000"),
                "",
                {"gpu.utilisation"}};
      }
    } else {
      missing_tokens(s_, cost.missing);
    }
  }

  void break_even() {
    Span& out = span("break_even_tokens_per_month");
    const Span& self = span("self_host_usd_per_month");
    const Span& api = span("api_usd_per_mtok");
    out.missing = self.missing;
    out.missing.insert(out.missing.end(), api.missing.begin(), api.missing.end());
    if (!self.settled()) return;
    const auto at = [&](const std::string& price, const std::string& end) -> std::string {
      if (price.empty() || s_[price].sign() <= 0) return {};
      const std::string name = "right.break_even_tokens_per_month" + end;
      s_.add(name, "Volume at which the API costs what self-hosting does",
             std::string(kTokensMonth), self.low + " / " + price + " x 1000000", {self.low, price},
             [](const std::vector<Exact>& x) { return x[0] / x[1] * 1'000'000; });
      return name;
    };
    if (api.settled()) {
      out.low = out.high = at(api.low, "");
    } else {
      out.low = at(api.high, ".low");
      out.high = at(api.low, ".high");
    }
  }

  void saving() {
    const Span api = span("api_usd_per_month");
    const bool own = in_.has_any("gpu");
    const Span other = span(own ? "self_host_usd_per_month" : "other_api_usd_per_month");
    Span& month = span("saving_usd_per_month");
    Span& year = span("saving_usd_per_year");
    Span& share = span("saving_share");
    Span& payback = span("payback_months");
    std::vector<std::string> missing = api.missing;
    missing.insert(missing.end(), other.missing.begin(), other.missing.end());
    month.missing = year.missing = share.missing = payback.missing = missing;
    if (!s_.has("migration.usd")) payback.missing.emplace_back("migration.usd");
    if (!api.bounded() || !other.bounded()) return;
    const bool settled = api.settled() && other.settled();
    const auto one = [&](const std::string& end, const std::string& bill, const std::string& paid,
                         auto member) {
      const std::string name = "right.saving_usd_per_month" + end;
      s_.difference(name, "Saving a month", std::string(kMonth), bill, paid);
      month.*member = name;
      s_.add("right.saving_usd_per_year" + end, "Saving a year", "USD/year", name + " x 12", {name},
             [](const std::vector<Exact>& x) { return x[0] * 12; });
      year.*member = "right.saving_usd_per_year" + end;
      if (s_[bill].sign() > 0) {
        s_.quotient("right.saving_share" + end, "Saving as a share of the API bill", "ratio", name,
                    bill);
        share.*member = "right.saving_share" + end;
      }
      if (s_.has("migration.usd") && s_[name].sign() > 0) {
        s_.quotient("right.payback_months" + end, "Months until the migration is paid back",
                    "months", "migration.usd", name);
      }
    };
    if (settled) {
      one("", api.low, other.low, &Span::low);
      month.high = month.low;
      year.high = year.low;
      share.high = share.low;
    } else {
      one(".low", api.low, other.high, &Span::low);
      one(".high", api.high, other.low, &Span::high);
    }
    if (!share.bounded()) share.missing.emplace_back("an API bill above zero");
    // The larger saving pays back sooner.
    const std::string soon = std::string("right.payback_months") + (settled ? "" : ".high");
    const std::string late = std::string("right.payback_months") + (settled ? "" : ".low");
    if (s_.has(soon)) payback.low = soon;
    if (s_.has(late)) payback.high = late;
  }

  void memory() {
    Span& weights = span("weights_gb");
    const int bits = bits_of(in_.text("model.precision"));
    if (s_.has("model.parameters_b") && bits > 0) {
      s_.look_up("model.bits", "Bits of a weight in this format", std::int64_t{bits}, "bits",
                 {"the format's definition, without scales", "", ""});
      s_.add("right.weights_gb", "Memory that the weights take", "GB",
             "model.parameters_b x model.bits / 8", {"model.parameters_b", "model.bits"},
             [](const std::vector<Exact>& x) { return x[0] * x[1] / 8; });
      settle("weights_gb", "right.weights_gb");
    } else {
      if (!s_.has("model.parameters_b")) weights.missing.emplace_back("model.parameters_b");
      if (bits == 0) weights.missing.emplace_back("model.precision");
    }
    if (!s_.has("gpu.memory_gb")) return;
    basis_.memory = "right.memory_gb";
    const bool many = s_.has("gpu.count");
    s_.add(basis_.memory, "Memory of the GPUs, each stated GB taken as a GiB", "GB",
           many ? "gpu.memory_gb x gpu.count x 1.073741824" : "gpu.memory_gb x 1.073741824",
           many ? std::vector<std::string>{"gpu.memory_gb", "gpu.count"}
                : std::vector<std::string>{"gpu.memory_gb"},
           [](const std::vector<Exact>& x) {
             const Exact all = x.size() > 1 ? x[0] * x[1] : x[0];
             return all * Exact::ratio(1'073'741'824, 1'000'000'000);
           });
  }

  const Inputs& in_;
  Sheet& s_;
  ClaimBasis basis_;
};

}  // namespace

const Span& ClaimBasis::span(const std::string& claim) const {
  static const Span kNone;
  const auto found = spans.find("claims." + claim);
  return found == spans.end() ? kNone : found->second;
}

int bits_of(std::string_view precision) {
  if (precision == "fp32") return 32;
  if (precision == "bf16" || precision == "fp16") return 16;
  if (precision == "fp8" || precision == "int8") return 8;
  if (precision == "nvfp4" || precision == "mxfp4" || precision == "int4") return 4;
  return 0;
}

ClaimBasis right_figures(const Inputs& inputs, Sheet& sheet) {
  return Builder(inputs, sheet).build();
}

}  // namespace breakeven::siblings
