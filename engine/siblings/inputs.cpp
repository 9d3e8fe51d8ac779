#include "engine/siblings/inputs.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::siblings {
namespace {

std::string shown(std::string_view text) { return "\"" + std::string(text.substr(0, 60)) + "\""; }

std::string expected(const Field& field) {
  const std::string unit = field.unit.empty() ? "" : " " + std::string(field.unit);
  switch (field.type) {
    case FieldType::whole:
      return "a whole number from " + std::string(field.low) + " to " + std::string(field.high) +
             unit;
    case FieldType::choice: {
      std::string list(field.choices);
      for (std::size_t at = list.find(' '); at != std::string::npos; at = list.find(' ', at + 2)) {
        list.replace(at, 1, ", ");
      }
      return "one of " + list;
    }
    case FieldType::yes_no:
      return "true or false";
    case FieldType::text:
      return "a text of 1 to " + std::string(field.high) + " characters";
    case FieldType::money:
    case FieldType::ratio:
      break;
  }
  return std::string(field.low) + " to " + std::string(field.high) + unit;
}

Error refused(ErrorCode code, const Field& field, std::string_view text, std::string place) {
  return Error{code, "expected " + expected(field) + ", found " + shown(text), std::move(place)};
}

/// Shares have up to 12 decimals, rates up to 12 digits before the point.
Result<Rational> parse_ratio(std::string_view text) {
  if (const auto small = Rational::parse(text); small.ok()) return small;
  constexpr int kPlaces = 6;
  constexpr std::int64_t kScale = 1'000'000;
  BREAKEVEN_TRY(const Int128 scaled, parse_scaled_decimal(text, kPlaces, 12));
  return Rational::make(static_cast<std::int64_t>(scaled), kScale);
}

Result<explain::Value> parse_number(const Field& field, std::string_view text) {
  if (field.type == FieldType::money) {
    BREAKEVEN_TRY(const Usd amount, Usd::parse(text));
    return explain::Value(amount);
  }
  if (field.type == FieldType::whole) {
    BREAKEVEN_TRY(const std::int64_t whole, parse_int(text));
    return explain::Value(whole);
  }
  BREAKEVEN_TRY(const Rational ratio, parse_ratio(text));
  return explain::Value(ratio);
}

bool is_choice(std::string_view choices, std::string_view text) {
  while (!choices.empty()) {
    const std::size_t end = std::min(choices.find(' '), choices.size());
    if (choices.substr(0, end) == text) return true;
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return false;
}

std::int64_t limit(std::string_view text) {
  const auto parsed = parse_int(text);
  return parsed.ok() ? *parsed : 0;
}

}  // namespace

std::string flag_of(const Field& field) {
  std::string flag = "--" + std::string(field.name);
  for (char& c : flag) {
    if (c == '.' || c == '_') c = '-';
  }
  return flag;
}

std::string pointer_of(std::string_view name) {
  std::string pointer = "/" + std::string(name);
  std::ranges::replace(pointer, '.', '/');
  return pointer;
}

const Field* Inputs::field(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &Field::name);
  return found == fields_.end() ? nullptr : &*found;
}

Status Inputs::set(std::string_view name, std::string_view text, std::string place) {
  const Field* const known = field(name);
  if (known == nullptr) {
    std::vector<std::string> names;
    for (const Field& other : fields_) names.emplace_back(other.name);
    return not_found("field", name, names, std::move(place));
  }
  const std::string_view trimmed = trim(text);
  Given given{std::string(trimmed), std::int64_t{0}, place};
  switch (known->type) {
    case FieldType::money:
    case FieldType::ratio:
    case FieldType::whole: {
      auto value = parse_number(*known, trimmed);
      if (!value.ok()) return refused(ErrorCode::parse_error, *known, text, std::move(place));
      const double x = explain::estimate(*value);
      if (x < parse_double(known->low).value() || x > parse_double(known->high).value()) {
        return refused(ErrorCode::out_of_range, *known, text, std::move(place));
      }
      given.value = std::move(value).value();
      break;
    }
    case FieldType::choice:
      if (!is_choice(known->choices, trimmed)) {
        return refused(ErrorCode::parse_error, *known, text, std::move(place));
      }
      break;
    case FieldType::yes_no:
      if (trimmed != "true" && trimmed != "false") {
        return refused(ErrorCode::parse_error, *known, text, std::move(place));
      }
      break;
    case FieldType::text:
      if (trimmed.empty() || static_cast<std::int64_t>(trimmed.size()) > limit(known->high)) {
        return refused(ErrorCode::out_of_range, *known, text, std::move(place));
      }
      break;
  }
  given_.insert_or_assign(std::string(name), std::move(given));
  return {};
}

void Inputs::fill_defaults() {
  for (const Field& one : fields_) {
    if (one.initial.empty() || has(one.name)) continue;
    // The table's own texts parse: a test sets every one of them.
    static_cast<void>(set(one.name, one.initial, std::string(kDefaultPlace)));
  }
}

const Inputs::Given* Inputs::get(std::string_view name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? nullptr : &found->second;
}

bool Inputs::has_any(std::string_view prefix) const {
  const std::string start = std::string(prefix) + ".";
  const auto found = given_.lower_bound(start);
  return found != given_.end() && found->first.starts_with(start);
}

std::string_view Inputs::text(std::string_view name) const {
  const Given* const given = get(name);
  return given == nullptr ? std::string_view() : std::string_view(given->text);
}

}  // namespace breakeven::siblings
