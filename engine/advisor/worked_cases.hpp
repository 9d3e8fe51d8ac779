// worked_cases.hpp — the seven situations of the popular account, as data.
//
// Shape    Rows of catalog/worked_cases.csv. A row holds inputs and what is claimed; what is true
//          is computed from the inputs by quick() and worded by case_truth(), never stored.
// Errors   file:line:column of the field, as for the rest of the catalogue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/quick_inputs.hpp"
#include "engine/catalog/named_text.hpp"

namespace breakeven::advisor {

enum class Claim : std::uint8_t { api, self_host, constraint };

struct WorkedCase {
  std::string id;  ///< "mid"
  std::string tab;
  QuickInputs inputs;
  std::string popular_claim;
  Claim claimed_winner = Claim::api;
  std::optional<Usd> claimed_usd_month;  ///< what the account says the winner saves
  std::string assumption;                ///< what the account does not state and we filled in
  std::string source;
  std::string source_date;
};

[[nodiscard]] Result<std::vector<WorkedCase>> read_worked_cases(const catalog::NamedText& file);
/// Fails with not_found and near matches.
[[nodiscard]] Result<const WorkedCase*> find_case(const std::vector<WorkedCase>& cases,
                                                  std::string_view id);

}  // namespace breakeven::advisor
