#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/siblings/answer.hpp"
#include "engine/siblings/claim.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {
namespace {

/// What a token costs at other loads than the one stated: the figure that comparisons leave out.
AnswerTable loads(Sheet& sheet) {
  AnswerTable table{
      "at_load", "GPU rent per million tokens by load", {"load_percent", "usd"}, {}, {}};
  const std::string full = "right.gpu_usd_per_mtok.full";
  if (!sheet.has(full)) return table;
  for (const std::int64_t percent : {100, 60, 30, 10}) {
    const std::string name = "right.gpu_usd_per_mtok.at_" + std::to_string(percent);
    sheet.add(name, "GPU rent per million tokens at " + std::to_string(percent) + " % load",
              "USD per million tokens", full + " x 100 / " + std::to_string(percent), {full},
              [=](const std::vector<Exact>& x) { return x[0] * 100 / percent; });
    table.rows.push_back({percent, FigureName{name}});
  }
  return table;
}

}  // namespace

Answer answer_of(ClaimAnswer claim) {
  Answer answer(std::move(claim.inputs), std::move(claim.sheet));
  answer.schema = "breakeven/claim-answer/1";
  answer.verdict = to_string(claim.verdict);
  answer.sentence = std::move(claim.sentence);
  AnswerTable checks{"checks",
                     "Claimed figures",
                     {"name", "title", "unit", "claimed", "outcome", "right_low", "right_high",
                      "off_percent", "missing", "sentence"},
                     {},
                     {"sentence"}};
  for (ClaimCheck& check : claim.checks) {
    checks.rows.push_back(
        {check.name, check.title, check.unit, check.claimed, std::string(to_string(check.outcome)),
         figure_cell(answer.sheet, check.right_low), figure_cell(answer.sheet, check.right_high),
         number_cell(check.off_percent), check.missing, check.sentence});
  }
  AnswerTable flaws{
      "flaws",
      "Flaws",
      {"id", "title", "reproduces", "claim", "reason", "arithmetic", "figure", "right"},
      {},
      {"title", "reason", "arithmetic", "right"}};
  for (ClaimFlaw& flaw : claim.flaws) {
    flaws.rows.push_back({flaw.id, flaw.title, flaw.reproduces, text_cell(flaw.claim), flaw.reason,
                          text_cell(flaw.arithmetic), text_cell(flaw.figure),
                          text_cell(flaw.right)});
  }
  answer.tables.push_back(std::move(checks));
  answer.tables.push_back(std::move(flaws));
  answer.tables.push_back(loads(answer.sheet));
  return answer;
}

}  // namespace breakeven::siblings
