#include "engine/calibration/conditions.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
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
    {"batch_wait", &Conditions::batch_wait, 0, 1e3},
    {"users", &Conditions::users, 1, 1e6},
    {"client_s", &Conditions::client_s, 0, 10},
    {"overhead_factor", &Conditions::overhead_factor, 0.1, 100},
    {"stall_s", &Conditions::stall_s, 0, 1e4},
    {"itl_is_end_to_end", &Conditions::itl_is_end_to_end, 0, 1},
}};

struct Fact {
  const char* name;
  double RunFacts::* number;
  std::string_view RunFacts::* text;
};
constexpr std::array kFacts = {
    Fact{"users", &RunFacts::users, nullptr},
    Fact{"input", &RunFacts::input, nullptr},
    Fact{"output", &RunFacts::output, nullptr},
    Fact{"tp", &RunFacts::tensor_parallel, nullptr},
    Fact{"dp", &RunFacts::data_parallel, nullptr},
    Fact{"ep", &RunFacts::expert_parallel, nullptr},
    Fact{"precision", nullptr, &RunFacts::precision},
    Fact{"date", nullptr, &RunFacts::date},
};

struct Sign {
  std::string_view text;
  Clause::Operator op;
};
// The longer ones first: "<=" begins with "<".
constexpr std::array kSigns = {
    Sign{"<=", Clause::Operator::at_most}, Sign{">=", Clause::Operator::at_least},
    Sign{"<", Clause::Operator::less},     Sign{">", Clause::Operator::more},
    Sign{"=", Clause::Operator::equal},
};

Result<Clause> read_clause(std::string_view text, const std::string& place) {
  const std::size_t end = text.find_first_of("<>=");
  const std::string_view name = text.substr(0, end);
  for (std::size_t i = 0; i < kFacts.size() && end != std::string_view::npos; ++i) {
    if (name != kFacts[i].name) continue;
    for (const Sign& sign : kSigns) {
      if (!text.substr(end).starts_with(sign.text)) continue;
      const std::string_view value = text.substr(end + sign.text.size());
      Clause clause{i, sign.op, 0, {}};
      if (kFacts[i].text != nullptr) {
        clause.text = std::string(value);
        return clause;
      }
      const auto number = parse_double(value);
      if (!number.ok()) break;
      clause.number = *number;
      return clause;
    }
  }
  std::string names;
  for (const Fact& fact : kFacts) names += (names.empty() ? "" : ", ") + std::string(fact.name);
  return Error{
      ErrorCode::parse_error,
      "expected a clause such as users>=16 of " + names + "; found \"" + std::string(text) + "\"",
      place};
}

template <class Value>
bool compare(const Value& found, Clause::Operator op, const Value& wanted) {
  switch (op) {
    case Clause::Operator::equal:
      return found == wanted;
    case Clause::Operator::less:
      return found < wanted;
    case Clause::Operator::at_most:
      return found <= wanted;
    case Clause::Operator::more:
      return found > wanted;
    case Clause::Operator::at_least:
      break;
  }
  return found >= wanted;
}

/// A text that the run does not state fulfils no clause.
bool holds(const Clause& clause, const RunFacts& run) {
  const Fact& fact = kFacts[clause.fact];
  if (fact.text == nullptr) return compare(run.*fact.number, clause.op, clause.number);
  const std::string_view found = run.*fact.text;
  return !found.empty() && compare(found, clause.op, std::string_view(clause.text));
}

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
  BREAKEVEN_TRY(const std::size_t when, table.column("when"));
  BREAKEVEN_TRY(const std::size_t kv_cache, table.column("kv_cache"));
  std::array<std::size_t, ConditionRule::kNumbers> at{};
  for (std::size_t i = 0; i < at.size(); ++i) {
    BREAKEVEN_TRY(at[i], table.column(kNumberColumns[i].title));
  }
  std::vector<ConditionRule> rules;
  for (const CsvTable::Row& row : table.rows()) {
    const auto& f = row.fields;
    ConditionRule rule{f[source], f[engine], f[accelerator], f[model], {}, std::nullopt, {}};
    std::string_view clauses = f[when];
    while (!clauses.empty()) {
      const std::size_t end = std::min(clauses.find(' '), clauses.size());
      if (end > 0) {
        BREAKEVEN_TRY(Clause clause, read_clause(clauses.substr(0, end), table.place(row, when)));
        rule.when.push_back(std::move(clause));
      }
      clauses.remove_prefix(std::min(end + 1, clauses.size()));
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

Conditions conditions_for(const std::vector<ConditionRule>& rules, const RunFacts& run) {
  const std::string_view short_model = run.model.substr(run.model.rfind('/') + 1);
  Conditions conditions;
  for (const ConditionRule& rule : rules) {
    if (!begins_with(run.source, rule.source) || !begins_with(run.engine, rule.engine) ||
        !begins_with(run.accelerator, rule.accelerator) || !begins_with(short_model, rule.model) ||
        !std::all_of(rule.when.begin(), rule.when.end(),
                     [&](const Clause& clause) { return holds(clause, run); }))
      continue;
    if (rule.kv_cache) conditions.kv_cache = rule.kv_cache;
    for (std::size_t i = 0; i < rule.numbers.size(); ++i)
      if (const auto& number = rule.numbers[i]) conditions.*kNumberColumns[i].field = *number;
  }
  return conditions;
}

}  // namespace breakeven::calibration
