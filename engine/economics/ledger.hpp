// ledger.hpp — what an option costs, line by line and month by month.
//
// Units    Usd per month today for recurring lines, Usd once for one-offs; months counted from 0.
//          Projections (growth, trends) are doubles and end in UsdEstimate.
// Shape    A Ledger is one option. Today's totals are exact sums; project() lets growth, price
//          trends, commitment ends and fleet steps act month by month. Money that leaves is
//          positive.
// Sources  The four totals of a self-host bill (compute; + people and tooling; + resilience; +
//          transition) follow docs/methodology/economics.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/economics/growth.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::economics {

enum class OptionKind : std::uint8_t {
  api_as_billed,
  api_optimised,
  hosted_open_weights,
  dedicated_endpoint,
  rented_on_demand,
  reserved,
  owned,
  hybrid,
  spot,
  provisioned_throughput,
  managed_compliant  ///< the API's model at an offering that meets a required regime
};
[[nodiscard]] std::string_view to_string(OptionKind kind);
/// Whether somebody must run GPUs: what "self-host" means in a verdict.
[[nodiscard]] bool is_self_hosted(OptionKind kind);

enum class Group : std::uint8_t {
  usage,
  gpu,
  hardware,
  facility,
  people,
  tooling,
  storage,
  egress,
  evaluation,
  quality,
  migration,
  parallel_run,
  other
};
[[nodiscard]] std::string_view to_string(Group group);

/// What a line moves with after today.
enum class Trend : std::uint8_t { none, api_price, gpu_price, salary };

/// Whole machines that follow the volume, v = 1 today:
///   units(v) = ceil((max(1, ceil(load x v)) + spare) / units_per_machine) x machines_per_unit x copies
struct FleetSteps {
  /// Units of capacity that today's volume needs; 0.6 = one unit, 60 % used.
  double load_units = 1;
  int copies = 1;  ///< redundancy x regions
  int spare = 0;   ///< units beyond those needed, whatever the volume
  int units_per_machine = 1;
  int machines_per_unit = 1;  ///< of a unit larger than a machine
  [[nodiscard]] std::int64_t units(double volume) const;
};

struct Line {
  std::string id;  ///< "gpu.rental"; unique in its ledger
  std::string title;
  Group group = Group::other;
  Usd usd;                     ///< per month at today's volume, or once
  std::optional<int> once_in;  ///< the month of a one-off; empty = recurring
  int first_month = 0;         ///< recurring: first month it is charged
  std::optional<int> last_month;
  Trend trend = Trend::none;
  int price_fixed_months = 0;       ///< a commitment: after so many months the market price applies
  bool follows_volume = false;      ///< scales with the volume (tokens); never for whole GPUs
  std::optional<FleetSteps> fleet;  ///< whole units; `usd` is today's cost of all of them
  bool in_run_rate = true;          ///< part of the run rate, or only of the fully loaded cost
  std::optional<Usd> low;
  std::optional<Usd> high;
  explain::Kind kind = explain::Kind::exact;
  explain::Source source;
  std::string note;
  std::vector<std::string> settings;  ///< catalogue defaults behind the amount, by id
};

struct Ledger {
  std::string option_id;  ///< "self_host", "api", "hosted/groq/..."
  std::string title;
  OptionKind kind = OptionKind::api_as_billed;
  std::vector<Line> lines;

  void add(Line line) { lines.push_back(std::move(line)); }
  /// Recurring lines of the run rate, today.
  [[nodiscard]] Usd run_rate() const;
  /// All recurring lines, today.
  [[nodiscard]] Usd recurring() const;
  /// All one-offs.
  [[nodiscard]] Usd one_offs() const;
  /// Recurring + one-offs spread over the horizon (half to even at 1e-15 USD). horizon_months > 0.
  [[nodiscard]] Usd fully_loaded(int horizon_months) const;
  [[nodiscard]] Usd group_total(Group group) const;  ///< recurring only
};

/// How the world changes after today. Growth per month, trends per year: 0.03 = +3 %; trends go
/// either way.
struct Outlook {
  int horizon_months = 36;
  double growth_per_month = 0;
  std::optional<double> growth_ceiling;  ///< growth.hpp
  std::vector<Launch> launches;
  double api_trend_per_year = 0;
  double gpu_trend_per_year = 0;
  double salary_trend_per_year = 0;
  double discount_rate_per_year = 0.12;
};

[[nodiscard]] double trend_per_year(const Outlook& outlook, Trend trend);

/// Cost of one option in months 0 .. horizon-1. `total` includes one-offs.
struct Projection {
  std::vector<double> recurring_usd;
  std::vector<double> one_off_usd;
  std::vector<double> total_usd;
  std::vector<double> volume;  ///< 1 = today
};
[[nodiscard]] Projection project(const Ledger& ledger, const Outlook& outlook);

/// Always on: price per instance-hour x instances x 730 h. 1.50 USD/h x 1 = 1 095.00 USD a month
/// (test: AlwaysOnIsNeverScaledByUtilisation). There is no utilisation argument on purpose.
[[nodiscard]] Result<Usd> always_on_month(Price usd_per_hour, std::int64_t instances);

}  // namespace breakeven::economics
