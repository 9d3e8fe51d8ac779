// sheet.hpp — a calculator's working: figures computed exactly from named figures, each with its
// derivation.
//
// Shape    Every number that was given becomes a leaf; add() computes a figure from figures that
//          are there. The graph that comes out explains and verifies every figure.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/explain/figure.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"

namespace breakeven::siblings {

class Sheet {
 public:
  /// Sees the values of the inputs in their order.
  using Formula = std::function<Exact(const std::vector<Exact>&)>;

  Sheet() = default;
  /// Starts with every number of `inputs` as a leaf of its own name.
  explicit Sheet(const Inputs& inputs);

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] bool has_all(std::initializer_list<std::string_view> names) const;
  /// 0 when there is no such figure.
  [[nodiscard]] Exact operator[](std::string_view name) const;

  /// A fact that was looked up, or an assumption of ours.
  void look_up(const std::string& name, const std::string& title, const explain::Value& value,
               const std::string& unit, explain::Source source);
  void assume(const std::string& name, const std::string& title, const explain::Value& value,
              const std::string& unit, explain::Source source);

  /// Adds a figure; `formula` is for people. Returns its value.
  Exact add(const std::string& name, const std::string& title, const std::string& unit,
            const std::string& formula, const std::vector<std::string>& inputs, Formula function);
  Exact sum(const std::string& name, const std::string& title, const std::string& unit,
            const std::vector<std::string>& inputs);
  Exact product(const std::string& name, const std::string& title, const std::string& unit,
                const std::vector<std::string>& inputs);
  Exact quotient(const std::string& name, const std::string& title, const std::string& unit,
                 const std::string& top, const std::string& bottom);
  Exact difference(const std::string& name, const std::string& title, const std::string& unit,
                   const std::string& from, const std::string& taken);

  [[nodiscard]] const explain::FigureGraph& figures() const { return graph_; }
  /// "gpu.count (4) x gpu.usd_per_gpu_hour ($3.98)": the formula of a figure with its numbers.
  [[nodiscard]] std::string arithmetic(std::string_view name) const;

 private:
  explain::FigureGraph graph_;
  std::map<std::string, Exact, std::less<>> values_;
};

}  // namespace breakeven::siblings
