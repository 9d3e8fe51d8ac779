// assistant_json.hpp — answers cut down to what an assistant can read, and what changed between two.
//
// Shape    Every amount keeps the name of its figure, under which its derivation can be asked for.
//          Differences are taken here, exactly where both values are exact, so that nobody who
//          quotes them has to do arithmetic.
// Units    As in the answers: money is decimal strings of USD.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::codec {

/// {"plan","trace","question","verdict","rungs","traffic","options":[..without ledgers..],
/// "volume","probability","flip_points","quality","key_figures","figure_count","warnings"} of the
/// whole answer as plan_answer_to_json() wrote it.
[[nodiscard]] std::string plan_summary_to_json(std::string_view answer, std::string_view id,
                                               std::string_view trace);

/// The first `limit` fleets of a sizing answer without capacity tables and replays.
[[nodiscard]] std::string sizing_summary_to_json(std::string_view answer, std::size_t limit);

/// {"count":N,"figures":{name:{title,value,unit,kind}}}: those whose name starts with `prefix`.
[[nodiscard]] std::string figure_list_to_json(const explain::FigureGraph& graph,
                                              std::string_view prefix, std::size_t limit);

/// {"changed":N,"figures":[{"name","title","unit","kind","before","after","difference"}],
/// "only_before":[names],"only_after":[names]}: figures whose value differs, in the order of
/// `after`. A difference of values of different type is left out.
[[nodiscard]] std::string figure_changes_to_json(const explain::FigureGraph& before,
                                                 const explain::FigureGraph& after,
                                                 std::size_t limit);

/// {"before":{"verdict"},"after":{"verdict"},"verdict_changed","changes":figure_changes}
[[nodiscard]] std::string comparison_to_json(std::string_view before_answer,
                                             std::string_view after_answer,
                                             std::string_view figure_changes);

/// {"answers":[..],"priced":N,"refused":N,"total_usd","total_usd_low"}: the lines that price_lines()
/// gave, with the exact sum of what could be priced.
[[nodiscard]] Result<std::string> batch_to_json(std::string_view lines);

/// The string member `name` of the object `member` of an answer: ("verdict", "sentence").
[[nodiscard]] std::string text_within(std::string_view answer, std::string_view member,
                                      std::string_view name);

}  // namespace breakeven::codec
