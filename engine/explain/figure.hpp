// figure.hpp — numbers that can say where they come from.
//
// Units    A figure's value is an exact Usd, a whole number, an exact Rational or a double; `unit`
//          names it ("USD/month", "months", "ratio").
// Shape    A FigureGraph holds the figures of one answer, each before those that use it. Builders
//          compute the value from the named inputs; verify() computes every one again. Graphs are
//          built on demand, after the answer: hot paths never touch them.
// Sources  A leaf names its source: text, date and place (file:line, flag or JSON pointer).
// Errors   Builders never fail: a bad input name or an operation between units that do not mix is
//          kept as a problem and reported by verify().
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"

namespace breakeven::explain {

/// How much a number may be trusted. A figure is never of a better kind than its worst input.
enum class Kind : std::uint8_t {
  exact,      ///< a bill, a price list, an input of the user, or exact arithmetic on those
  assumed,    ///< a default or a rule nobody confirmed
  simulated,  ///< came out of a replay
  estimated   ///< a projection or a statistic
};
[[nodiscard]] std::string_view to_string(Kind kind);

struct Source {
  std::string text;   ///< publication, table, or "given"
  std::string date;   ///< ISO date, may be empty for the user's own input
  std::string place;  ///< file:line, flag or JSON pointer
  bool operator==(const Source&) const = default;
};

using Value = std::variant<Usd, std::int64_t, Rational, double>;

[[nodiscard]] double estimate(const Value& value);
/// "$7,000.00", "36", "3/5", "0.1234".
[[nodiscard]] std::string to_text(const Value& value);
/// Exact decimal of a Usd, digits of a whole number, "n/d" as shortest decimal, shortest double.
[[nodiscard]] std::string to_decimal(const Value& value);

enum class Operation : std::uint8_t {
  given,       ///< the user's input or an assumption
  looked_up,   ///< a fact of the catalogue
  simulated,   ///< a result of a replay
  sum,         ///< of all inputs
  difference,  ///< first minus second
  product,     ///< of all inputs, from the left
  quotient,    ///< first over second; money over a whole number stays money, half to even at 1e-15
  chosen,      ///< equal to input number `choice`
  computed     ///< by `function` from the inputs
};

struct Figure {
  using Function = std::function<Value(const std::vector<Value>&)>;

  std::string name;  ///< "self_host.gpu.monthly"
  std::string title;
  std::string formula;  ///< in words and names; filled in by the builders when empty
  std::string unit;
  Kind kind = Kind::exact;
  Value value = std::int64_t{0};
  std::optional<Value> low;
  std::optional<Value> high;
  std::vector<std::string> inputs;
  std::vector<Source> sources;
  std::string note;  ///< the rounding rule, why this one was chosen, ...
  Operation operation = Operation::given;
  std::size_t choice = 0;
  Function function;
};

/// The value of an operation on input values, without touching `figure.value`.
[[nodiscard]] Result<Value> evaluate(const Figure& figure, const std::vector<Value>& inputs);

class FigureGraph {
 public:
  /// Leaves. The reference stays valid while the graph lives and is for adding notes or intervals.
  Figure& input(std::string name, std::string title, Value value, std::string unit, Source source);
  Figure& assumption(std::string name, std::string title, Value value, std::string unit,
                     Source source);
  Figure& lookup(std::string name, std::string title, Value value, std::string unit, Source source);
  Figure& simulated(std::string name, std::string title, Value value, std::string unit,
                    std::string how);

  Figure& sum(std::string name, std::string title, std::vector<std::string> inputs,
              std::string unit);
  Figure& difference(std::string name, std::string title, std::string from, std::string taken,
                     std::string unit);
  Figure& product(std::string name, std::string title, std::vector<std::string> inputs,
                  std::string unit);
  Figure& quotient(std::string name, std::string title, std::string top, std::string bottom,
                   std::string unit);
  /// The input called `winner`, because of `rule`.
  Figure& chosen(std::string name, std::string title, std::vector<std::string> inputs,
                 const std::string& winner, std::string unit, std::string rule);
  /// Any other formula: `function` sees the values of the inputs in their order.
  Figure& computed(std::string name, std::string title, std::vector<std::string> inputs,
                   std::string unit, std::string formula, Figure::Function function);

  /// A projection that is dear to compute: `value` is taken as it is, verify() computes it again.
  Figure& estimated(std::string name, std::string title, std::vector<std::string> inputs,
                    std::string unit, std::string formula, double value, Figure::Function function);

  [[nodiscard]] const std::deque<Figure>& figures() const { return figures_; }
  /// Fails with not_found and near matches.
  [[nodiscard]] Result<const Figure*> find(std::string_view name) const;
  /// Computes every figure again from its inputs. The first that differs, names an input that is
  /// not before it, or claims a better kind than an input is the error.
  [[nodiscard]] Status verify() const;
  /// verify(), and that `name` has exactly this value: ties an answer's field to its derivation.
  [[nodiscard]] Status verify(std::string_view name, const Value& claimed) const;

  /// The derivation of `name` as an indented tree; a figure that was shown is not unfolded again.
  [[nodiscard]] Result<std::string> text(std::string_view name) const;

 private:
  Figure& add(Figure figure, bool compute = true);
  [[nodiscard]] const Figure* get(std::string_view name) const;

  std::deque<Figure> figures_;  // a deque, because builders hand out references
  std::vector<std::string> problems_;
};

}  // namespace breakeven::explain
