#include "engine/siblings/claim.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/siblings/api_prices.hpp"
#include "engine/siblings/claim_figures.hpp"
#include "engine/siblings/claim_flaws.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {
namespace {

constexpr std::string_view kClaims = "claims.";

/// What the catalogue knows about what the claim names and gives no number for.
Status look_up(const Inputs& inputs, const catalog::Catalog& catalog, Sheet& sheet) {
  for (const std::string api : {"api", "other_api"}) {
    const std::string name = api + ".model";
    if (!inputs.has(name) || sheet.has(api + ".usd_per_month")) continue;
    const bool priced =
        sheet.has_all({api + ".input_usd_per_mtok", api + ".output_usd_per_mtok"}) ||
        sheet.has(api + ".blended_usd_per_mtok");
    if (priced) continue;
    BREAKEVEN_CHECK_OK(
        look_up_prices(catalog, inputs.text(name), inputs.get(name)->place, api + ".", sheet));
  }
  if (inputs.has("gpu.accelerator") && !sheet.has("gpu.memory_gb")) {
    const auto found = catalog.accelerator(inputs.text("gpu.accelerator"));
    if (!found.ok()) {
      return Error{found.error().code, found.error().message, inputs.get("gpu.accelerator")->place};
    }
    const catalog::Accelerator& a = **found;
    constexpr std::int64_t kGib = 1'073'741'824;
    BREAKEVEN_TRY(const Rational memory,
                  Rational::make(static_cast<std::int64_t>(a.memory_bytes), kGib));
    sheet.look_up("gpu.memory_gb", "Memory of one GPU, as its driver reports it", memory, "GB",
                  {a.source.text, a.source.date, a.source.place});
  }
  if (inputs.has("model.id") && !sheet.has("model.parameters_b")) {
    const auto found = catalog.model(inputs.text("model.id"));
    if (!found.ok()) {
      return Error{found.error().code, found.error().message, inputs.get("model.id")->place};
    }
    const catalog::OpenModel& m = **found;
    BREAKEVEN_TRY(const Rational billions,
                  Rational::make(static_cast<std::int64_t>(m.total_parameters), 1'000'000'000));
    sheet.look_up("model.parameters_b", "Parameters", billions, "billions",
                  {m.source.text, m.source.date, m.source.place});
  }
  return {};
}

std::string bounds_in_words(const ClaimCheck& check, const Sheet& sheet) {
  if (check.right_low == check.right_high) return to_words(sheet[check.right_low]);
  if (check.right_high.empty()) return "at least " + to_words(sheet[check.right_low]);
  if (check.right_low.empty()) return "at most " + to_words(sheet[check.right_high]);
  return to_words(sheet[check.right_low]) + " to " + to_words(sheet[check.right_high]);
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string said(const ClaimCheck& check, const Sheet& sheet) {
  return check.title + ": claimed " +
         (sheet.has(check.name) ? to_words(sheet[check.name]) : check.claimed);
}

ClaimCheck check_of(const Inputs& inputs, const Field& field) {
  ClaimCheck check;
  check.name = field.name;
  check.title = field.title;
  check.unit = field.unit;
  check.claimed = inputs.text(field.name);
  return check;
}

/// How far a claimed figure lies outside its bounds, as a share of the nearest.
double off(const Exact& claimed, const Exact& right) {
  const double base = std::fabs(right.estimate());
  return base > 0 ? 100 * (claimed - right).estimate() / base : 100;
}

void compare_figure(const Inputs& inputs, const ClaimBasis& basis, Sheet& sheet,
                    ClaimCheck& check) {
  const auto found = basis.spans.find(check.name);
  if (found == basis.spans.end()) return;
  const Span& span = found->second;
  check.right_low = span.low;
  check.right_high = span.high;
  check.missing = span.missing;
  if (!span.bounded()) return;
  const Inputs::Given& claimed = *inputs.get(check.name);
  const Exact value = Exact::of(claimed.value);
  if (span.settled()) {
    const Exact right = sheet[span.low];
    check.outcome = compare(value, right) == 0 ? Outcome::exact
                    : says(claimed, right)     ? Outcome::rounded
                                               : Outcome::wrong;
    if (check.outcome == Outcome::wrong) check.off_percent = off(value, right);
    return;
  }
  const auto beyond = [&](const std::string& bound, int side) {
    return !bound.empty() && compare(value, sheet[bound]) == side && !says(claimed, sheet[bound]);
  };
  if (beyond(span.low, -1)) {
    check.outcome = Outcome::wrong;
    check.off_percent = off(value, sheet[span.low]);
  } else if (beyond(span.high, 1)) {
    check.outcome = Outcome::wrong;
    check.off_percent = off(value, sheet[span.high]);
  } else {
    check.outcome = span.high.empty() ? Outcome::cannot_check : Outcome::possible;
  }
}

void say(const Sheet& sheet, ClaimCheck& check) {
  std::string& out = check.sentence;
  out = said(check, sheet);
  const bool bounded = !check.right_low.empty() || !check.right_high.empty();
  switch (check.outcome) {
    case Outcome::exact:
      out += ", which is exactly what the inputs give.";
      return;
    case Outcome::rounded:
      out += "; the inputs give " + bounds_in_words(check, sheet) + ", the same when rounded.";
      return;
    case Outcome::possible:
      out += "; the inputs allow " + bounds_in_words(check, sheet) + ". " + listed(check.missing) +
             " would settle it.";
      return;
    case Outcome::wrong: {
      out += "; the inputs give " + bounds_in_words(check, sheet);
      if (check.off_percent) {
        const double off_by = std::nearbyint(std::fabs(*check.off_percent) * 10) / 10;
        out += ": the claimed figure is " + shortest(off_by) + " % too " +
               (*check.off_percent < 0 ? "low" : "high");
      }
      out += ".";
      return;
    }
    case Outcome::cannot_check:
      break;
  }
  out += bounded ? "; the inputs only say " + bounds_in_words(check, sheet) + "." : ".";
  out += " It cannot be checked: missing " + listed(check.missing) + ".";
}

/// A payback of a saving that is none.
void check_payback(const ClaimBasis& basis, const Sheet& sheet, ClaimCheck& check) {
  const Span& saving = basis.span("saving_usd_per_month");
  if (check.name != "claims.payback_months" || saving.high.empty() ||
      sheet[saving.high].sign() > 0) {
    return;
  }
  check.outcome = Outcome::wrong;
  check.sentence = said(check, sheet) + "; the inputs save " + to_words(sheet[saving.high]) +
                   " a month, which never pays anything back.";
}

ClaimCheck check_fits(const Inputs& inputs, const ClaimBasis& basis, const Sheet& sheet,
                      const Field& field) {
  ClaimCheck check = check_of(inputs, field);
  const std::string weights = "right.weights_gb";
  check.missing = basis.span("weights_gb").missing;
  if (basis.memory.empty()) check.missing.emplace_back("gpu.memory_gb");
  if (!check.missing.empty()) {
    say(sheet, check);
    return check;
  }
  const bool too_large = compare(sheet[weights], sheet[basis.memory]) > 0;
  const bool claimed = check.claimed == "true";
  const std::string sizes = to_words(sheet[weights]) + " GB of weights, " +
                            to_words(sheet[basis.memory]) + " GB of memory";
  check.right_low = check.right_high = weights;
  if (too_large) {
    check.outcome = claimed ? Outcome::wrong : Outcome::exact;
    check.sentence = check.title + ": claimed " + check.claimed + "; it does not: " + sizes + ".";
  } else {
    // That the weights fit does not say that enough is left for the cache.
    check.outcome = Outcome::possible;
    check.sentence = check.title + ": claimed " + check.claimed + "; the weights fit: " + sizes +
                     ". Whether enough is left depends on context and load.";
  }
  return check;
}

ClaimCheck check_cheaper(const Inputs& inputs, const ClaimBasis& basis, const Sheet& sheet,
                         const Field& field) {
  ClaimCheck check = check_of(inputs, field);
  const Span& saving = basis.span("saving_usd_per_month");
  check.missing = saving.missing;
  check.right_low = saving.low;
  check.right_high = saving.high;
  if (!saving.bounded()) {
    say(sheet, check);
    return check;
  }
  const std::string other = inputs.has_any("gpu") ? "self_host" : "other_api";
  const int low = sheet[saving.low].sign();
  const int high = sheet[saving.high].sign();
  if (low < 0 && high > 0) {
    check.outcome = Outcome::possible;
    check.sentence = check.title + ": claimed " + check.claimed + "; the difference is " +
                     bounds_in_words(check, sheet) + " a month, so either can be. " +
                     listed(check.missing) + " would settle it.";
    return check;
  }
  const int sign = low != 0 ? low : high;
  const std::string winner = sign == 0 ? "neither" : sign > 0 ? other : "api";
  check.outcome = check.claimed == winner ? Outcome::exact : Outcome::wrong;
  const Exact amount = sheet[sign > 0 ? saving.low : saving.high].magnitude();
  check.sentence = check.title + ": claimed " + check.claimed + "; by its inputs " + winner +
                   (sign == 0 ? " is: both cost the same."
                              : " is cheaper by " + to_words(amount) + " a month" +
                                    (saving.settled() ? "." : " or more."));
  return check;
}

void conclude(ClaimAnswer& answer) {
  std::int64_t right = 0;
  std::int64_t wrong = 0;
  std::int64_t possible = 0;
  std::int64_t open = 0;
  for (const ClaimCheck& check : answer.checks) {
    if (check.outcome == Outcome::exact || check.outcome == Outcome::rounded) ++right;
    if (check.outcome == Outcome::wrong) ++wrong;
    if (check.outcome == Outcome::possible) ++possible;
    if (check.outcome == Outcome::cannot_check) ++open;
  }
  const bool impossible = std::ranges::any_of(answer.flaws, is_impossible);
  answer.verdict = wrong > 0 || impossible ? ClaimVerdict::does_not_follow
                   : right == 0            ? ClaimVerdict::cannot_tell
                   : answer.flaws.empty()  ? ClaimVerdict::holds
                                           : ClaimVerdict::flawed;
  std::string& out = answer.sentence;
  switch (answer.verdict) {
    case ClaimVerdict::holds:
      out = "The comparison follows from its own inputs";
      break;
    case ClaimVerdict::flawed:
      out = "The figures follow from the inputs, but the comparison has flaws";
      break;
    case ClaimVerdict::does_not_follow:
      out = wrong > 0 ? "The comparison does not follow from its own inputs"
                      : "What is compared cannot work";
      break;
    case ClaimVerdict::cannot_tell:
      out = "The inputs do not settle the comparison";
      break;
  }
  out += ": of " + counted(static_cast<std::int64_t>(answer.checks.size()), "claimed figure") +
         ", " + std::to_string(right) + " right, " + std::to_string(wrong) + " wrong";
  if (possible > 0) out += ", " + std::to_string(possible) + " possible";
  if (open > 0) out += ", " + std::to_string(open) + " that cannot be checked";
  out += answer.flaws.empty()
             ? "."
             : "; " + counted(static_cast<std::int64_t>(answer.flaws.size()), "flaw") + ".";
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::exact:
      return "exact";
    case Outcome::rounded:
      return "rounded";
    case Outcome::possible:
      return "possible";
    case Outcome::wrong:
      return "wrong";
    case Outcome::cannot_check:
      break;
  }
  return "cannot_check";
}

std::string_view to_string(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::holds:
      return "holds";
    case ClaimVerdict::flawed:
      return "flawed";
    case ClaimVerdict::does_not_follow:
      return "does_not_follow";
    case ClaimVerdict::cannot_tell:
      break;
  }
  return "cannot_tell";
}

Result<ClaimAnswer> check_claim(const Inputs& inputs, const catalog::Catalog& catalog) {
  if (!inputs.has_any("claims")) {
    return Error{ErrorCode::invalid_argument,
                 "expected at least one claimed figure, such as claims.gpu_usd_per_month, found "
                 "none",
                 "claims"};
  }
  ClaimAnswer answer(inputs);
  BREAKEVEN_CHECK_OK(look_up(inputs, catalog, answer.sheet));
  const ClaimBasis basis = right_figures(inputs, answer.sheet);
  for (const Field& field : inputs.fields()) {
    if (!field.name.starts_with(kClaims) || !inputs.has(field.name)) continue;
    if (field.type == FieldType::yes_no) {
      answer.checks.push_back(check_fits(inputs, basis, answer.sheet, field));
    } else if (field.type == FieldType::choice) {
      answer.checks.push_back(check_cheaper(inputs, basis, answer.sheet, field));
    } else {
      ClaimCheck check = check_of(inputs, field);
      compare_figure(inputs, basis, answer.sheet, check);
      say(answer.sheet, check);
      check_payback(basis, answer.sheet, check);
      if (check.outcome == Outcome::wrong && !check.right_low.empty() &&
          check.right_low == check.right_high) {
        if (auto flaw = mistake_behind(check, inputs, basis, answer.sheet)) {
          answer.flaws.push_back(*std::move(flaw));
        } else {
          check.sentence += " None of the usual mistakes gives it.";
        }
      }
      answer.checks.push_back(std::move(check));
    }
  }
  for (ClaimFlaw& flaw : flaws_in_the_inputs(inputs, basis, answer.sheet)) {
    answer.flaws.push_back(std::move(flaw));
  }
  conclude(answer);
  return answer;
}

}  // namespace breakeven::siblings
