#include "engine/siblings/sheet.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explain/figure.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"

namespace breakeven::siblings {
namespace {

std::string joined(const std::vector<std::string>& names, std::string_view sign) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += sign;
    out += name;
  }
  return out;
}

bool is_number(FieldType type) {
  return type == FieldType::money || type == FieldType::ratio || type == FieldType::whole;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

}  // namespace

Sheet::Sheet(const Inputs& inputs) {
  for (const Field& field : inputs.fields()) {
    const Inputs::Given* const given = inputs.get(field.name);
    if (given == nullptr || !is_number(field.type)) continue;
    const std::string name(field.name);
    if (given->place == kDefaultPlace) {
      assume(name, std::string(field.title), given->value, std::string(field.unit),
             {"the calculator's default", "", given->place});
      continue;
    }
    graph_.input(name, std::string(field.title), given->value, std::string(field.unit),
                 {"given", "", given->place});
    values_.emplace(name, Exact::of(given->value));
  }
}

bool Sheet::has(std::string_view name) const { return values_.find(name) != values_.end(); }

bool Sheet::has_all(std::initializer_list<std::string_view> names) const {
  return std::ranges::all_of(names, [this](std::string_view name) { return has(name); });
}

Exact Sheet::operator[](std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? Exact() : found->second;
}

void Sheet::look_up(const std::string& name, const std::string& title, const explain::Value& value,
                    const std::string& unit, explain::Source source) {
  graph_.lookup(name, title, value, unit, std::move(source));
  values_.emplace(name, Exact::of(value));
}

void Sheet::assume(const std::string& name, const std::string& title, const explain::Value& value,
                   const std::string& unit, explain::Source source) {
  graph_.assumption(name, title, value, unit, std::move(source));
  values_.emplace(name, Exact::of(value));
}

Exact Sheet::add(const std::string& name, const std::string& title, const std::string& unit,
                 const std::string& formula, const std::vector<std::string>& inputs,
                 Formula function) {
  const explain::Figure& figure =
      graph_.computed(name, title, inputs, unit, formula,
                      [function = std::move(function)](const std::vector<explain::Value>& values) {
                        std::vector<Exact> exact;
                        exact.reserve(values.size());
                        for (const explain::Value& value : values)
                          exact.push_back(Exact::of(value));
                        return function(exact).value();
                      });
  const Exact value = Exact::of(figure.value);
  values_.emplace(name, value);
  return value;
}

Exact Sheet::sum(const std::string& name, const std::string& title, const std::string& unit,
                 const std::vector<std::string>& inputs) {
  return add(name, title, unit, joined(inputs, " + "), inputs, [](const std::vector<Exact>& x) {
    Exact total = x.front();
    for (std::size_t i = 1; i < x.size(); ++i) total = total + x[i];
    return total;
  });
}

Exact Sheet::product(const std::string& name, const std::string& title, const std::string& unit,
                     const std::vector<std::string>& inputs) {
  return add(name, title, unit, joined(inputs, " x "), inputs, [](const std::vector<Exact>& x) {
    Exact total = x.front();
    for (std::size_t i = 1; i < x.size(); ++i) total = total * x[i];
    return total;
  });
}

Exact Sheet::quotient(const std::string& name, const std::string& title, const std::string& unit,
                      const std::string& top, const std::string& bottom) {
  return add(name, title, unit, top + " / " + bottom, {top, bottom},
             [](const std::vector<Exact>& x) { return x[0] / x[1]; });
}

Exact Sheet::difference(const std::string& name, const std::string& title, const std::string& unit,
                        const std::string& from, const std::string& taken) {
  return add(name, title, unit, from + " - " + taken, {from, taken},
             [](const std::vector<Exact>& x) { return x[0] - x[1]; });
}

std::string Sheet::arithmetic(std::string_view name) const {
  const auto found = graph_.find(name);
  if (!found.ok()) return {};
  const explain::Figure& figure = **found;
  std::string out;
  std::string_view rest = figure.formula;
  while (!rest.empty()) {
    std::size_t length = 0;
    while (length < rest.size() && is_name_character(rest[length])) ++length;
    const std::string_view word = rest.substr(0, length);
    out += word;
    if (std::ranges::find(figure.inputs, word) != figure.inputs.end()) {
      out += " (" + to_words((*this)[word]) + ")";
    }
    if (length == 0) {
      out += rest.front();
      length = 1;
    }
    rest.remove_prefix(length);
  }
  return out + " = " + to_words((*this)[name]);
}

}  // namespace breakeven::siblings
