#include "engine/advisor/option_choice.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/advisor/plan_question.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::advisor {
namespace {

constexpr std::array kRentedTerms{catalog::Term::on_demand, catalog::Term::reserved_1y,
                                  catalog::Term::reserved_3y, catalog::Term::spot};

/// "rented" and "rented.spot" stand for "rented.spot".
bool stands_for(std::string_view name, std::string_view id) {
  if (!id.starts_with(name)) return false;
  return id.size() == name.size() || (id[name.size()] == '.' && !name.empty());
}

bool any_stands_for(const std::vector<std::string>& listed, std::string_view id) {
  return std::ranges::any_of(listed, [&](const std::string& name) { return stands_for(name, id); });
}

std::vector<std::string> known_names() {
  std::vector<std::string> known{"api",      kApiOptimised, "hosted", "managed", kProvisioned,
                                 kDedicated, "rented",      kOwned,   kHybrid};
  for (const catalog::Term term : kRentedTerms) known.push_back(rented_id(term));
  return known;
}

}  // namespace

std::string rented_id(catalog::Term term) {
  return "rented." + std::string(catalog::to_string(term));
}

Status check_option_names(const PlanQuestion& question) {
  const std::vector<std::string> known = known_names();
  for (const auto& [listed, field] :
       {std::pair{&question.options, "options"}, std::pair{&question.exclude, "exclude"}}) {
    for (const std::string& name : *listed) {
      const bool family = name.starts_with("hosted.") || name.starts_with("managed.");
      if (!family && std::ranges::find(known, name) == known.end()) {
        return not_found("option of a plan", name, known, field);
      }
    }
  }
  return {};
}

bool wants(const PlanQuestion& question, std::string_view id) {
  if (any_stands_for(question.exclude, id)) return false;
  return question.options.empty() || any_stands_for(question.options, id);
}

bool names(const PlanQuestion& question, std::string_view id) {
  return std::ranges::find(question.options, id) != question.options.end();
}

bool wants_machines(const PlanQuestion& question) {
  if (wants(question, kOwned) || wants(question, kHybrid) || wants(question, kDedicated)) {
    return true;
  }
  return std::ranges::any_of(kRentedTerms,
                             [&](catalog::Term term) { return wants(question, rented_id(term)); });
}

}  // namespace breakeven::advisor
