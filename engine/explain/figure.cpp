#include "engine/explain/figure.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::explain {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

Error mismatch(std::string_view operation) {
  return Error{ErrorCode::internal,
               "the inputs of a " + std::string(operation) + " are of kinds that do not mix",
               {}};
}

Result<Value> add(const Value& a, const Value& b, int sign) {
  if (a.index() != b.index()) {
    if (std::holds_alternative<Usd>(a) || std::holds_alternative<Usd>(b)) return mismatch("sum");
    return Value(estimate(a) + sign * estimate(b));
  }
  return std::visit(
      Overloaded{[&](Usd x) -> Result<Value> {
                   const Usd y = std::get<Usd>(b);
                   return Value(sign > 0 ? x + y : x - y);
                 },
                 [&](std::int64_t x) -> Result<Value> {
                   return Value(x + sign * std::get<std::int64_t>(b));
                 },
                 [&](const Rational& x) -> Result<Value> {
                   return Value(x.estimate() + sign * std::get<Rational>(b).estimate());
                 },
                 [&](double x) -> Result<Value> { return Value(x + sign * std::get<double>(b)); }},
      a);
}

Result<Value> multiply(const Value& a, const Value& b) {
  const bool money_a = std::holds_alternative<Usd>(a);
  const bool money_b = std::holds_alternative<Usd>(b);
  if (money_a && money_b) return mismatch("product");
  if (money_b) return multiply(b, a);
  if (const auto* factor = std::get_if<std::int64_t>(&b)) {
    if (money_a) return Value(std::get<Usd>(a) * *factor);
    if (const auto* whole = std::get_if<std::int64_t>(&a)) return Value(*whole * *factor);
  }
  if (const auto* factor = std::get_if<Rational>(&b); factor != nullptr && money_a) {
    BREAKEVEN_TRY(const Usd scaled, scale(std::get<Usd>(a), *factor));
    return Value(scaled);
  }
  return Value(estimate(a) * estimate(b));
}

Result<Value> divide(const Value& a, const Value& b) {
  if (std::holds_alternative<Usd>(a)) {
    if (const auto* n = std::get_if<std::int64_t>(&b)) {
      BREAKEVEN_TRY(const Usd part, mul_div(std::get<Usd>(a), 1, *n));
      return Value(part);
    }
    if (const auto* r = std::get_if<Rational>(&b)) {
      BREAKEVEN_TRY(const Usd part, mul_div(std::get<Usd>(a), r->denominator(), r->numerator()));
      return Value(part);
    }
  } else if (std::holds_alternative<Usd>(b)) {
    return mismatch("quotient");
  }
  return Value(estimate(a) / estimate(b));
}

std::string joined(const std::vector<std::string>& names, std::string_view sign) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += " " + std::string(sign) + " ";
    out += name;
  }
  return out;
}

Figure leaf(std::string name, std::string title, Value value, std::string unit, Kind kind,
            Operation operation) {
  Figure figure;
  figure.name = std::move(name);
  figure.title = std::move(title);
  figure.value = value;
  figure.unit = std::move(unit);
  figure.kind = kind;
  figure.operation = operation;
  return figure;
}

Figure inner(std::string name, std::string title, std::vector<std::string> inputs, std::string unit,
             Operation operation) {
  Figure figure;
  figure.name = std::move(name);
  figure.title = std::move(title);
  figure.inputs = std::move(inputs);
  figure.unit = std::move(unit);
  figure.operation = operation;
  return figure;
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::exact:
      return "exact";
    case Kind::assumed:
      return "assumed";
    case Kind::simulated:
      return "simulated";
    case Kind::estimated:
      break;
  }
  return "estimated";
}

double estimate(const Value& value) {
  return std::visit(
      Overloaded{[](Usd x) { return x.estimate(); },
                 [](std::int64_t x) { return static_cast<double>(x); },
                 [](const Rational& x) { return x.estimate(); }, [](double x) { return x; }},
      value);
}

std::string to_text(const Value& value) {
  if (const auto* money = std::get_if<Usd>(&value)) return money->display();
  return to_decimal(value);
}

std::string to_decimal(const Value& value) {
  return std::visit(Overloaded{[](Usd x) { return x.decimal(); },
                               [](std::int64_t x) { return std::to_string(x); },
                               [](const Rational& x) { return shortest(x.estimate()); },
                               [](double x) { return shortest(x); }},
                    value);
}

Result<Value> evaluate(const Figure& figure, const std::vector<Value>& inputs) {
  const auto need = [&](std::size_t count) { return inputs.size() == count; };
  switch (figure.operation) {
    case Operation::given:
    case Operation::looked_up:
    case Operation::simulated:
      return figure.value;
    case Operation::sum:
    case Operation::product: {
      if (inputs.empty()) break;
      Value total = inputs.front();
      for (std::size_t i = 1; i < inputs.size(); ++i) {
        auto next = figure.operation == Operation::sum ? add(total, inputs[i], 1)
                                                       : multiply(total, inputs[i]);
        if (!next) return next.error();
        total = std::move(next).value();
      }
      return total;
    }
    case Operation::difference:
      if (!need(2)) break;
      return add(inputs[0], inputs[1], -1);
    case Operation::quotient:
      if (!need(2) || estimate(inputs[1]) == 0) break;
      return divide(inputs[0], inputs[1]);
    case Operation::chosen:
      if (figure.choice >= inputs.size()) break;
      return inputs[figure.choice];
    case Operation::computed:
      if (!figure.function) break;
      return figure.function(inputs);
  }
  return Error{ErrorCode::internal, "the inputs do not fit the operation", figure.name};
}

Figure& FigureGraph::add(Figure figure, bool compute) {
  std::vector<Value> values;
  bool complete = true;
  for (const std::string& name : figure.inputs) {
    const Figure* input = get(name);
    if (input == nullptr) {
      problems_.push_back(figure.name + " uses " + name + ", which is not there");
      complete = false;
      continue;
    }
    values.push_back(input->value);
    figure.kind = std::max(figure.kind, input->kind);
  }
  if (get(figure.name) != nullptr) problems_.push_back(figure.name + " is there twice");
  if (complete && compute && !figure.inputs.empty()) {
    if (auto value = evaluate(figure, values); value.ok()) {
      figure.value = std::move(value).value();
    } else {
      problems_.push_back(figure.name + ": " + value.error().message);
    }
  }
  figures_.push_back(std::move(figure));
  return figures_.back();
}

const Figure* FigureGraph::get(std::string_view name) const {
  const auto found = std::ranges::find(figures_, name, &Figure::name);
  return found == figures_.end() ? nullptr : &*found;
}

Figure& FigureGraph::input(std::string name, std::string title, Value value, std::string unit,
                           Source source) {
  Figure figure = leaf(std::move(name), std::move(title), value, std::move(unit), Kind::exact,
                       Operation::given);
  figure.sources.push_back(std::move(source));
  return add(std::move(figure));
}

Figure& FigureGraph::assumption(std::string name, std::string title, Value value, std::string unit,
                                Source source) {
  Figure figure = leaf(std::move(name), std::move(title), value, std::move(unit), Kind::assumed,
                       Operation::given);
  figure.sources.push_back(std::move(source));
  return add(std::move(figure));
}

Figure& FigureGraph::lookup(std::string name, std::string title, Value value, std::string unit,
                            Source source) {
  Figure figure = leaf(std::move(name), std::move(title), value, std::move(unit), Kind::exact,
                       Operation::looked_up);
  figure.sources.push_back(std::move(source));
  return add(std::move(figure));
}

Figure& FigureGraph::simulated(std::string name, std::string title, Value value, std::string unit,
                               std::string how) {
  Figure figure = leaf(std::move(name), std::move(title), value, std::move(unit), Kind::simulated,
                       Operation::simulated);
  figure.formula = std::move(how);
  return add(std::move(figure));
}

Figure& FigureGraph::sum(std::string name, std::string title, std::vector<std::string> inputs,
                         std::string unit) {
  Figure figure =
      inner(std::move(name), std::move(title), std::move(inputs), std::move(unit), Operation::sum);
  figure.formula = joined(figure.inputs, "+");
  return add(std::move(figure));
}

Figure& FigureGraph::difference(std::string name, std::string title, std::string from,
                                std::string taken, std::string unit) {
  Figure figure = inner(std::move(name), std::move(title), {std::move(from), std::move(taken)},
                        std::move(unit), Operation::difference);
  figure.formula = joined(figure.inputs, "-");
  return add(std::move(figure));
}

Figure& FigureGraph::product(std::string name, std::string title, std::vector<std::string> inputs,
                             std::string unit) {
  Figure figure = inner(std::move(name), std::move(title), std::move(inputs), std::move(unit),
                        Operation::product);
  figure.formula = joined(figure.inputs, "x");
  return add(std::move(figure));
}

Figure& FigureGraph::quotient(std::string name, std::string title, std::string top,
                              std::string bottom, std::string unit) {
  Figure figure = inner(std::move(name), std::move(title), {std::move(top), std::move(bottom)},
                        std::move(unit), Operation::quotient);
  figure.formula = joined(figure.inputs, "/");
  return add(std::move(figure));
}

Figure& FigureGraph::chosen(std::string name, std::string title, std::vector<std::string> inputs,
                            const std::string& winner, std::string unit, std::string rule) {
  Figure figure = inner(std::move(name), std::move(title), std::move(inputs), std::move(unit),
                        Operation::chosen);
  const auto found = std::ranges::find(figure.inputs, winner);
  figure.choice = static_cast<std::size_t>(found - figure.inputs.begin());
  figure.formula = winner;
  figure.note = std::move(rule);
  return add(std::move(figure));
}

Figure& FigureGraph::computed(std::string name, std::string title, std::vector<std::string> inputs,
                              std::string unit, std::string formula, Figure::Function function) {
  Figure figure = inner(std::move(name), std::move(title), std::move(inputs), std::move(unit),
                        Operation::computed);
  figure.formula = std::move(formula);
  figure.function = std::move(function);
  return add(std::move(figure));
}

Figure& FigureGraph::estimated(std::string name, std::string title, std::vector<std::string> inputs,
                               std::string unit, std::string formula, double value,
                               Figure::Function function) {
  Figure figure = inner(std::move(name), std::move(title), std::move(inputs), std::move(unit),
                        Operation::computed);
  figure.formula = std::move(formula);
  figure.function = std::move(function);
  figure.value = value;
  figure.kind = Kind::estimated;
  return add(std::move(figure), false);
}

Result<const Figure*> FigureGraph::find(std::string_view name) const {
  if (const Figure* figure = get(name)) return figure;
  std::vector<std::string> names;
  names.reserve(figures_.size());
  for (const Figure& figure : figures_) names.push_back(figure.name);
  Error error = not_found("figure", name, names);
  if (near_matches(name, names).empty() && !names.empty()) {
    error.message += "; the answer has " + std::to_string(names.size()) + " figures, such as " +
                     names.front() + " and " + names.back();
  }
  return error;
}

Status FigureGraph::verify() const {
  if (!problems_.empty()) return Error{ErrorCode::internal, problems_.front(), "figures"};
  std::set<std::string_view> seen;
  for (const Figure& figure : figures_) {
    std::vector<Value> values;
    for (const std::string& name : figure.inputs) {
      const Figure* input = get(name);
      if (input == nullptr || !seen.contains(name)) {
        return Error{ErrorCode::internal, "uses " + name + ", which is not before it", figure.name};
      }
      if (input->kind > figure.kind) {
        return Error{
            ErrorCode::internal,
            "claims to be " + std::string(to_string(figure.kind)) + " but rests on " + name,
            figure.name};
      }
      values.push_back(input->value);
    }
    BREAKEVEN_TRY(const Value again, evaluate(figure, values));
    if (again != figure.value) {
      return Error{ErrorCode::internal,
                   "says " + to_decimal(figure.value) + ", its inputs give " + to_decimal(again),
                   figure.name};
    }
    seen.insert(figure.name);
  }
  return {};
}

Status FigureGraph::verify(std::string_view name, const Value& claimed) const {
  BREAKEVEN_CHECK_OK(verify());
  BREAKEVEN_TRY(const Figure* const figure, find(name));
  if (figure->value != claimed) {
    return Error{ErrorCode::internal,
                 "the answer says " + to_decimal(claimed) + ", its derivation gives " +
                     to_decimal(figure->value),
                 std::string(name)};
  }
  return {};
}

namespace {

void describe(const Figure& figure, const std::string& indent, std::string& out) {
  out += indent + figure.name + " = " + to_text(figure.value);
  if (!figure.unit.empty()) out += " " + figure.unit;
  out += "  [" + std::string(to_string(figure.kind)) + "]  " + figure.title + "\n";
  const std::string below = indent + "    ";
  if (!figure.formula.empty()) out += below + "= " + figure.formula + "\n";
  if (figure.low && figure.high) {
    out += below + "between " + to_text(*figure.low) + " and " + to_text(*figure.high) + "\n";
  }
  if (!figure.note.empty()) out += below + "note: " + figure.note + "\n";
  for (const Source& source : figure.sources) {
    out += below + "source: " + source.text;
    if (!source.date.empty()) out += ", " + source.date;
    if (!source.place.empty()) out += " (" + source.place + ")";
    out += "\n";
  }
}

}  // namespace

Result<std::string> FigureGraph::text(std::string_view name) const {
  BREAKEVEN_TRY(const Figure* const root, find(name));
  struct Visit {
    const Figure* figure;
    std::size_t depth;
  };
  std::string out;
  std::set<std::string_view> shown;
  std::vector<Visit> stack{{root, 0}};
  while (!stack.empty()) {
    const Visit visit = stack.back();
    stack.pop_back();
    const std::string indent(2 * visit.depth, ' ');
    if (!shown.insert(visit.figure->name).second) {
      out += indent + visit.figure->name + " = " + to_text(visit.figure->value) + "  (above)\n";
      continue;
    }
    describe(*visit.figure, indent, out);
    for (auto input = visit.figure->inputs.rbegin(); input != visit.figure->inputs.rend();
         ++input) {
      if (const Figure* figure = get(*input)) stack.push_back({figure, visit.depth + 1});
    }
  }
  return out;
}

}  // namespace breakeven::explain
