#include "service/brief_text.hpp"

#include "engine/advisor/plan_brief.hpp"
#include "engine/decision/brief.hpp"

namespace breakeven::service {

std::string brief_text(const advisor::PlanQuestion& question, const advisor::PlanAnswer& answer,
                       bool cfo) {
  const decision::BriefFacts facts = advisor::brief_facts(question, answer);
  std::string out = std::string("Brief for the ") + (cfo ? "CFO" : "CTO") + ": " +
                    answer.api.model + " or " + answer.open_model + " of one's own\n";
  for (const decision::BriefSentence& sentence :
       cfo ? decision::cfo_brief(facts) : decision::cto_brief(facts)) {
    out += "\n" + sentence.text + "\n";
    std::string names;
    for (const std::string& figure : sentence.figures)
      names += (names.empty() ? "" : ", ") + figure;
    if (!names.empty()) out += "    [" + names + "]\n";
  }
  return out;
}

}  // namespace breakeven::service
