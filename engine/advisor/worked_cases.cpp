#include "engine/advisor/worked_cases.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/quick_inputs.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/named_text.hpp"

namespace breakeven::advisor {

Result<std::vector<WorkedCase>> read_worked_cases(const catalog::NamedText& file) {
  BREAKEVEN_TRY(const CsvTable table, CsvTable::parse(file.content, file.name));
  std::vector<WorkedCase> cases;
  for (const CsvTable::Row& row : table.rows()) {
    WorkedCase one;
    one.inputs = default_quick_inputs();
    const auto text = [&](std::string_view column) -> Result<std::string> {
      BREAKEVEN_TRY(const std::size_t at, table.column(column));
      return row.fields[at];
    };
    BREAKEVEN_TRY(one.id, text("id"));
    BREAKEVEN_TRY(one.tab, text("tab"));
    BREAKEVEN_TRY(one.popular_claim, text("popular_claim"));
    BREAKEVEN_TRY(one.assumption, text("assumption"));
    BREAKEVEN_TRY(one.source, text("source"));
    BREAKEVEN_TRY(one.source_date, text("source_date"));
    for (std::size_t c = 0; c < table.header().size(); ++c) {
      const std::string& name = table.header()[c];
      const bool is_input = std::ranges::any_of(
          quick_fields(), [&](const QuickField& field) { return field.name == name; });
      if (!is_input || row.fields[c].empty()) continue;
      if (const Status set = set_quick_field(one.inputs, name, row.fields[c]); !set) {
        return Error{set.error().code, name + ": " + set.error().message, table.place(row, c)};
      }
    }
    BREAKEVEN_TRY(const std::size_t winner_at, table.column("claimed_winner"));
    const std::string& winner = row.fields[winner_at];
    if (winner == "api") {
      one.claimed_winner = Claim::api;
    } else if (winner == "self_host") {
      one.claimed_winner = Claim::self_host;
    } else if (winner == "constraint") {
      one.claimed_winner = Claim::constraint;
    } else {
      return Error{ErrorCode::parse_error,
                   "expected api, self_host or constraint, found \"" + winner + "\"",
                   table.place(row, winner_at)};
    }
    BREAKEVEN_TRY(const std::size_t claimed_at, table.column("claimed_usd_month"));
    if (const std::string& claimed = row.fields[claimed_at]; !claimed.empty()) {
      auto amount = Usd::parse(claimed);
      if (!amount)
        return Error{ErrorCode::parse_error, amount.error().message, table.place(row, claimed_at)};
      one.claimed_usd_month = *amount;
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

Result<const WorkedCase*> find_case(const std::vector<WorkedCase>& cases, std::string_view id) {
  std::vector<std::string> ids;
  for (const WorkedCase& one : cases) {
    if (one.id == id) return &one;
    ids.push_back(one.id);
  }
  return not_found("worked case", id, ids, "case");
}

}  // namespace breakeven::advisor
