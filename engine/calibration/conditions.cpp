#include "engine/calibration/conditions.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::calibration {
namespace {

using catalog::Precision;

struct NumberColumn {
  const char* title;
  double Conditions::* field;
  double low;
  double high;
};

constexpr std::array<NumberColumn, ConditionRule::kNumbers> kNumberColumns = {{
    {"token_budget", &Conditions::token_budget, 1, 1e7},
    {"max_sequences", &Conditions::max_sequences, 1, 1e6},
    {"memory_share", &Conditions::memory_share, 0.1, 1},
    {"shortest_share", &Conditions::shortest_share, 0, 1},
    {"requests_per_user", &Conditions::requests_per_user, 1, 1e4},
    {"seconds", &Conditions::seconds, 1, 1e6},
    {"cached_tokens", &Conditions::cached_tokens, 0, 1e7},
    {"first_of_user", &Conditions::first_of_user, 0, 1e3},
    {"wait_iterations", &Conditions::wait_iterations, 0, 1e3},
    {"users", &Conditions::users, 1, 1e6},
    {"client_s", &Conditions::client_s, 0, 10},
    {"overhead_factor", &Conditions::overhead_factor, 0.1, 100},
    {"itl_is_end_to_end", &Conditions::itl_is_end_to_end, 0, 1},
}};

bool begins_with(std::string_view text, std::string_view pattern) {
  return pattern == "*" || to_lower(text).starts_with(to_lower(pattern));
}

}  // namespace

Result<std::vector<ConditionRule>> read_conditions(std::string_view csv, const std::string& name) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(csv, name));
  BREAKEVEN_TRY(const std::size_t source, table.column("source"));
  BREAKEVEN_TRY(const std::size_t engine, table.column("engine"));
  BREAKEVEN_TRY(const std::size_t accelerator, table.column("accelerator"));
  BREAKEVEN_TRY(const std::size_t model, table.column("model"));
  BREAKEVEN_TRY(const std::size_t least_level, table.column("least_level"));
  BREAKEVEN_TRY(const std::size_t kv_cache, table.column("kv_cache"));
  std::array<std::size_t, ConditionRule::kNumbers> at{};
  for (std::size_t i = 0; i < at.size(); ++i) {
    BREAKEVEN_TRY(at[i], table.column(kNumberColumns[i].title));
  }
  std::vector<ConditionRule> rules;
  for (const CsvTable::Row& row : table.rows()) {
    const auto& f = row.fields;
    ConditionRule rule{f[source], f[engine], f[accelerator], f[model], 0, std::nullopt, {}};
    if (!f[least_level].empty()) {
      const auto level = parse_double(f[least_level]);
      if (!level.ok() || *level < 0)
        return Error{ErrorCode::parse_error,
                     "expected a number >= 0 or nothing, found \"" + f[least_level] + "\"",
                     table.place(row, least_level)};
      rule.least_level = *level;
    }
    if (f[kv_cache] == "fp8") {
      rule.kv_cache = Precision::fp8;
    } else if (f[kv_cache] == "bf16") {
      rule.kv_cache = Precision::bf16;
    } else if (!f[kv_cache].empty()) {
      return Error{ErrorCode::parse_error,
                   "expected bf16, fp8 or nothing, found \"" + f[kv_cache] + "\"",
                   table.place(row, kv_cache)};
    }
    for (std::size_t i = 0; i < at.size(); ++i) {
      const std::string& text = f[at[i]];
      if (text.empty()) continue;
      const NumberColumn& column = kNumberColumns[i];
      const auto value = parse_double(text);
      if (!value.ok() || *value < column.low || *value > column.high)
        return Error{ErrorCode::parse_error,
                     "expected a number from " + shortest(column.low) + " to " +
                         shortest(column.high) + " or nothing, found \"" + text + "\"",
                     table.place(row, at[i])};
      rule.numbers[i] = *value;
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

Conditions conditions_for(const std::vector<ConditionRule>& rules, std::string_view source,
                          std::string_view engine, std::string_view accelerator,
                          std::string_view model, double level) {
  const std::string_view short_model = model.substr(model.rfind('/') + 1);
  Conditions conditions;
  for (const ConditionRule& rule : rules) {
    if (!begins_with(source, rule.source) || !begins_with(engine, rule.engine) ||
        !begins_with(accelerator, rule.accelerator) || !begins_with(short_model, rule.model) ||
        level < rule.least_level)
      continue;
    if (rule.kv_cache) conditions.kv_cache = rule.kv_cache;
    for (std::size_t i = 0; i < rule.numbers.size(); ++i)
      if (const auto& number = rule.numbers[i]) conditions.*kNumberColumns[i].field = *number;
  }
  return conditions;
}

}  // namespace breakeven::calibration
