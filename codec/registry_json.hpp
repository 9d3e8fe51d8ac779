// registry_json.hpp — what the price registry's routes answer (docs/formats/http.md, "Registry").
//
// Units    Prices are decimal strings of USD per `per` billable units. Days are "2026-08-22", instants
//          "2026-08-16T16:00:00Z"; an empty text is written as null: not known, or no limit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace breakeven::codec {

/// How many prices of each kind there are.
struct KindCounts {
  std::int64_t published = 0;
  std::int64_t inferred = 0;
  std::int64_t contested = 0;
  std::int64_t unknown = 0;
};

struct RegistryVendor {
  std::string vendor;
  std::int64_t models = 0;
  KindCounts prices;
  std::string last_verified;
  /// snapshot: a source was read; run: a crawler ran, which shows only that it ran; catalogue: the
  /// newest evidence that came with the program.
  std::string basis;
  std::string source;
  std::optional<std::int64_t> age_days;
  bool verified = false;  ///< by a snapshot or by evidence, not longer ago than fresh_days
};
struct RegistryVendors {
  std::string now;
  std::int64_t fresh_days = 0;
  std::vector<RegistryVendor> vendors;
};
[[nodiscard]] std::string registry_vendors_to_json(const RegistryVendors& answer);

/// One price with everything that says why it is believed.
struct RegistryPrice {
  std::string field;  ///< as in docs/formats/ledger.md: "cache_read_mtok/batch"
  std::string label;  ///< for people: "cache read, batch"
  std::string mode;
  std::int64_t per = 1'000'000;
  std::string usd;       ///< empty: see the interval
  std::string low_usd;   ///< of an unknown price
  std::string high_usd;  ///< of an unknown price
  std::string kind;
  std::string rule;
  std::string reason;  ///< of the rule, in words
  std::string base_field;
  std::string base_usd;
  std::string source;
  std::string url;
  std::string seen_on;
  std::string effective_from;
  std::string effective_to;
  std::string known_from;
  std::int64_t change = 0;  ///< row of the changelog; 0 = computed
};

struct RegistryModel {
  std::string vendor;
  std::string model;
  std::int64_t context_window = 0;  ///< 0 = unknown
  std::int64_t max_output = 0;      ///< 0 = unknown
  std::vector<RegistryPrice> prices;
};
struct RegistryModels {
  std::string query;
  std::int64_t found = 0;             ///< before the limit
  std::vector<RegistryModel> models;  ///< prices: plain input and output only
};
[[nodiscard]] std::string registry_models_to_json(const RegistryModels& answer);
[[nodiscard]] std::string registry_model_to_json(const RegistryModel& model,
                                                 const std::string& now);

/// What one line of an old budget is off by.
struct RegistryBudgetLine {
  std::string field;
  std::string label;
  std::string then_usd;
  std::string now_usd;
  std::optional<double> off_percent;  ///< today's price above (+) or below (-) that of then
  std::string note;                   ///< why there is no figure
  // What the figure of then rests on.
  std::string then_kind;
  std::string then_source;
  std::string then_seen_on;
};
struct RegistryBudget {
  std::int64_t months_ago = 0;
  std::string set_on;
  std::vector<RegistryBudgetLine> lines;
};
/// A figure that a registry showed, which is not necessarily what we charge with.
struct RegistrySighting {
  std::string book;
  std::string field;
  std::string label;
  std::string old_usd;
  std::string new_usd;
  std::string from;
  std::string state;
  std::string source;
  std::string seen_on;
};
struct RegistryHistory {
  std::string vendor;
  std::string model;
  std::string now;
  std::string first_seen;
  std::vector<RegistryPrice> points;  ///< by field, then rising; each holds until effective_to
  std::vector<RegistryBudget> budgets;
  std::vector<RegistrySighting> elsewhere;
};
[[nodiscard]] std::string registry_history_to_json(const RegistryHistory& history);

struct RegistryInferred {
  std::string vendor;
  std::string model;
  RegistryPrice price;
};
[[nodiscard]] std::string registry_inferred_to_json(const std::string& now,
                                                    const std::vector<RegistryInferred>& rows);

struct RegistryChange {
  std::int64_t id = 0;
  std::string vendor;
  std::string model;
  std::string old_usd;
  std::string state;
  std::string reason_for_state;
  RegistryPrice price;  ///< the new one; usd empty: it ended
};
struct RegistryChanges {
  std::vector<RegistryChange> changes;  ///< newest first
  std::int64_t next_before = 0;         ///< for the next page; 0 = there is none
};
[[nodiscard]] std::string registry_changes_to_json(const RegistryChanges& answer);

/// How one registry's book stands to ours: prices of ours, whatever number of names it lists them under.
struct RegistryAgreement {
  std::string registry;
  std::string date;
  std::int64_t models = 0;  ///< of ours that it lists
  std::int64_t names = 0;   ///< under which it lists them
  std::int64_t agrees = 0;
  std::int64_t differs = 0;
  std::int64_t missing_there = 0;
  std::int64_t missing_here = 0;
  std::int64_t unknown_models = 0;  ///< of our vendors, and we have no such model
  std::int64_t other_sellers = 0;   ///< rows about sellers that we do not list
};
/// One field of one model in our book and in a registry's.
struct RegistryComparison {
  std::int64_t id = 0;  ///< counts down to 1; moves when a registry is read again
  std::string vendor;
  std::string model;
  RegistryPrice ours;  ///< kind empty: we do not list the field
  std::string registry;
  std::string date;
  std::string theirs_usd;
  std::string native;  ///< how the registry calls the model
  std::string verdict;
  std::optional<double> percent;  ///< theirs above (+) or below (-) ours
  std::string believed;           ///< "ours", "theirs"; empty where they do not differ
  std::string reason;
};
struct RegistryCrossCheck {
  std::string now;
  double tolerance_percent = 0;
  std::int64_t found = 0;  ///< before the limit
  std::vector<RegistryAgreement> registries;
  std::vector<RegistryComparison> rows;
  std::int64_t next_before = 0;  ///< for the next page; 0 = there is none
};
[[nodiscard]] std::string registry_crosscheck_to_json(const RegistryCrossCheck& answer);

}  // namespace breakeven::codec
