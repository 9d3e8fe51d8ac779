#include "registry/dated_price.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <limits>

#include "engine/catalog/row_reader.hpp"

namespace breakeven::registry {
namespace {

constexpr Int128 kAttoPerNano = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::vector<DatedPrice> rows_of(const catalog::PriceBook& book) {
  std::vector<DatedPrice> out;
  out.reserve(book.row_count());
  for (const catalog::PricedModel& model : book.models()) {
    for (const catalog::PriceRow& row : model.rows) {
      DatedPrice price;
      price.vendor = model.vendor;
      price.model = model.name;
      price.field = {row.unit, row.mode, row.above_input_tokens, row.inclusive, row.when};
      if (row.kind != catalog::PriceKind::unknown) price.price = row.price;
      price.kind = row.kind;
      price.rule = row.rule;
      price.source = row.source;
      if (const auto date = catalog::parse_partial_date(row.source_date); date.ok()) {
        price.date = *date;
      }
      price.from_s = row.from_s;
      price.to_s = row.to_s;
      out.push_back(std::move(price));
    }
  }
  return out;
}

Int128 atto(const Price& price) { return price.nano_usd * kAttoPerNano + price.atto_usd; }

double ratio(const Price& a, const Price& b) {
  return static_cast<double>(atto(a)) / static_cast<double>(atto(b));
}

bool agree(const Price& a, const Price& b, Rational tolerance) {
  const Int128 x = atto(a);
  const Int128 y = atto(b);
  const Int128 gap = x > y ? x - y : y - x;
  return gap * tolerance.denominator() <= std::max(x, y) * tolerance.numerator();
}

double percent_above(const Price& a, const Price& b) {
  if (atto(b) == 0) return atto(a) == 0 ? 0 : std::numeric_limits<double>::infinity();
  return (ratio(a, b) - 1) * 100;
}

Int128 scaled_atto(const Price& price, Rational factor) {
  return divide_half_even(atto(price) * factor.numerator(), factor.denominator());
}

std::string_view undated(std::string_view model) {
  static constexpr std::array<std::string_view, 5> kShapes{"-20##-##-##", "-20######", "@20######",
                                                           "-00#", "-####"};
  for (const std::string_view shape : kShapes) {
    if (model.size() <= shape.size()) continue;
    const std::string_view tail = model.substr(model.size() - shape.size());
    const bool fits = std::ranges::equal(
        tail, shape, [](char c, char s) { return s == '#' ? is_digit(c) : c == s; });
    if (fits) return model.substr(0, model.size() - shape.size());
  }
  return model;
}

std::string_view family_of(std::string_view model) {
  model = undated(model);
  static constexpr std::array<std::string_view, 12> kSizes{
      "-pro",   "-mini",  "-nano",   "-flash", "-flash-lite", "-lite",
      "-large", "-small", "-medium", "-micro", "-latest",     "-preview"};
  bool cut = true;
  while (cut) {
    cut = false;
    for (const std::string_view size : kSizes) {
      if (model.size() > size.size() && model.ends_with(size)) {
        model.remove_suffix(size.size());
        cut = true;
      }
    }
  }
  return model;
}

}  // namespace breakeven::registry
