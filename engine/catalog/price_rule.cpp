#include "engine/catalog/price_rule.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::catalog {
namespace {

/// Calls `each` with every trimmed, non-empty part of a ";"-list until it fails.
template <class Each>
Status for_each_part(std::string_view list, Each each) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(';'), list.size());
    const std::string_view part = trim(list.substr(0, end));
    if (!part.empty()) BREAKEVEN_CHECK_OK(each(part));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return {};
}

}  // namespace

Result<std::vector<RuleFormula>> parse_rule_formulas(std::string_view text) {
  std::vector<RuleFormula> formulas;
  BREAKEVEN_CHECK_OK(for_each_part(text, [&](std::string_view part) -> Status {
    // The last "=" parts field and factor: "input_mtok>=200000=2*input_mtok" has two.
    const std::size_t equals = part.rfind('=');
    const std::size_t times = part.rfind('*');
    if (equals == std::string_view::npos || times == std::string_view::npos || times < equals) {
      return Error{ErrorCode::parse_error,
                   "expected field=factor*base, found \"" + std::string(part) + "\"",
                   {}};
    }
    RuleFormula formula;
    BREAKEVEN_TRY(formula.field, parse_price_field(trim(part.substr(0, equals))));
    BREAKEVEN_TRY(formula.factor,
                  Rational::parse(trim(part.substr(equals + 1, times - equals - 1))));
    BREAKEVEN_TRY(formula.base, parse_price_field(trim(part.substr(times + 1))));
    formulas.push_back(formula);
    return {};
  }));
  return formulas;
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool rule_applies_to(std::string_view applies_to, std::string_view model_id) {
  if (trim(applies_to).empty()) return true;
  bool in = false;
  bool out = false;
  (void)for_each_part(applies_to, [&](std::string_view part) -> Status {
    if (part.front() == '!') {
      out = out || glob_matches(trim(part.substr(1)), model_id);
    } else {
      in = in || glob_matches(part, model_id);
    }
    return {};
  });
  return in && !out;
}

}  // namespace breakeven::catalog
