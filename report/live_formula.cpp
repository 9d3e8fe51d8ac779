#include "report/live_formula.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/text.hpp"

namespace breakeven::report {
namespace {

constexpr std::string_view kRounded = ", to the nearest whole";

struct Term {
  char before = '+';  ///< operator in front of it
  std::string text;   ///< as the spreadsheet has it
  double value = 0;
};

/// The operands of a formula with the operator before each; an operand may have several words.
struct Piece {
  char before = '+';
  std::string_view text;
};
std::vector<Piece> pieces_of(std::string_view formula) {
  std::vector<Piece> pieces;
  char before = '+';
  std::size_t start = 0;
  for (std::size_t i = 0; i + 2 < formula.size(); ++i) {
    const char c = formula[i + 1];
    const bool cut = formula[i] == ' ' && formula[i + 2] == ' ' &&
                     (c == '+' || c == '-' || c == 'x' || c == '/');
    if (!cut) continue;
    pieces.push_back({before, formula.substr(start, i - start)});
    before = c == 'x' ? '*' : c;
    start = i + 3;
    i += 2;
  }
  pieces.push_back({before, formula.substr(start)});
  return pieces;
}

std::optional<Term> term_of(const Piece& piece, const codec::SummaryFigure& figure,
                            const std::map<std::string, LiveCell>& cells, std::size_t& turn) {
  if (const auto number = parse_double(piece.text); number.ok()) {
    return Term{piece.before, std::string(piece.text), *number};
  }
  const auto named = std::ranges::find(figure.inputs, piece.text);
  std::size_t input = static_cast<std::size_t>(named - figure.inputs.begin());
  if (named == figure.inputs.end()) input = turn;
  if (input >= figure.inputs.size()) return std::nullopt;
  turn = input + 1;
  const auto cell = cells.find(figure.inputs[input]);
  if (cell == cells.end()) return std::nullopt;
  return Term{piece.before, cell->second.place, cell->second.value};
}

/// Products and quotients before sums, from the left.
double computed(const std::vector<Term>& terms) {
  double sum = 0;
  double part = 0;
  for (const Term& term : terms) {
    if (term.before == '*') {
      part *= term.value;
    } else if (term.before == '/') {
      part /= term.value;
    } else {
      sum += part;
      part = term.before == '-' ? -term.value : term.value;
    }
  }
  return sum + part;
}

}  // namespace

std::string live_formula(const codec::SummaryFigure& figure,
                         const std::map<std::string, LiveCell>& cells) {
  constexpr double kClose = 1e-9;
  const auto value = parse_double(figure.value);
  if (figure.inputs.empty() || !value.ok()) return {};
  std::string_view formula = figure.formula;
  const bool rounded = formula.ends_with(kRounded);
  if (rounded) formula.remove_suffix(kRounded.size());
  std::vector<Term> terms;
  std::size_t turn = 0;
  std::string text;
  for (const Piece& piece : pieces_of(formula)) {
    const auto term = term_of(piece, figure, cells, turn);
    if (!term) return {};
    if (!terms.empty()) text += term->before;
    text += term->text;
    terms.push_back(*term);
  }
  const double result = rounded ? std::nearbyint(computed(terms)) : computed(terms);
  const double off = std::fabs(result - *value);
  if (!(off <= kClose * std::max(1.0, std::fabs(*value)))) return {};
  return rounded ? "ROUND(" + text + ",0)" : text;
}

}  // namespace breakeven::report
