#include "codec/finance_fields.hpp"

#include <cmath>
#include <set>
#include <utility>

#include "engine/base/text.hpp"

namespace breakeven::codec {
namespace {

using Json = FinanceFields::Json;

Error expected(const std::string& place, std::string_view what, const Json& found) {
  constexpr std::size_t kShown = 60;
  return Error{ErrorCode::invalid_argument,
               "expected " + std::string(what) + ", found " +
                   found.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, kShown),
               place};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(trim(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// "12%" is 0.12: the digits are moved, not divided, so that 8% is the double nearest to 0.08.
Result<double> number_in(std::string_view text, const std::string& place, const Json& shown) {
  std::string digits(trim(text));
  if (digits.ends_with('%'))
    digits = std::string(trim(digits.substr(0, digits.size() - 1))) + "e-2";
  const auto parsed = parse_double(digits);
  if (!parsed) return expected(place, "a number", shown);
  return *parsed;
}

Result<double> number_at(const Json& value, const std::string& place) {
  if (value.is_number()) {
    const double x = value.get<double>();
    if (std::isfinite(x)) return x;
  }
  if (value.is_string()) return number_in(value.get_ref<const std::string&>(), place, value);
  return expected(place, "a number", value);
}

Result<Date> date_at(const Json& value, const std::string& place) {
  if (!value.is_string()) return expected(place, "a date as YYYY-MM-DD", value);
  const auto date = Date::parse(value.get_ref<const std::string&>());
  if (!date) return Error{date.error().code, date.error().message, place};
  return *date;
}

}  // namespace

Result<Json> parse_strict_json(std::string_view text) {
  constexpr int kMaxDepth = 64;
  std::vector<std::set<std::string>> names;
  std::string twice;
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (depth > kMaxDepth) too_deep = true;
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end && !names.empty()) names.pop_back();
    if (event == Json::parse_event_t::key && !names.empty() && value.is_string() &&
        !names.back().insert(value.get<std::string>()).second && twice.empty()) {
      twice = value.get<std::string>();
    }
    return !too_deep;
  };
  Json parsed = Json::parse(text, watch, false);
  if (too_deep) {
    return Error{ErrorCode::parse_error, "expected at most 64 levels of nesting, found more", "/"};
  }
  if (parsed.is_discarded()) {
    return Error{ErrorCode::parse_error, "expected a JSON object, found text that is not JSON",
                 "/"};
  }
  if (!twice.empty()) {
    return Error{ErrorCode::parse_error, "expected every name once, found this one twice",
                 "/" + twice};
  }
  return parsed;
}

Result<FinanceFields> FinanceFields::read(const Json& request,
                                          std::span<const FinanceField> declared) {
  if (!request.is_object()) return expected("/", "a JSON object", request);
  FinanceFields out;
  std::vector<std::string> names;
  for (const FinanceField& field : declared) names.emplace_back(field.name);
  for (const auto& [name, value] : request.items()) {
    if (name == "id") continue;
    const FinanceField* known = nullptr;
    for (const FinanceField& field : declared) {
      bool match = field.name == name;
      for (const std::string_view alias : split(field.aliases, ' ')) match = match || alias == name;
      if (match) known = &field;
    }
    if (known == nullptr) return not_found("field", name, names, "/" + name);
    if (const Given* other = out.find(known->name)) {
      return Error{ErrorCode::invalid_argument,
                   "expected one of two names of the same field, found also " + other->as,
                   "/" + name};
    }
    // null is how a program writes "not given".
    if (!value.is_null()) out.given_.push_back({known->name, name, &value});
  }
  return out;
}

const FinanceFields::Given* FinanceFields::find(std::string_view name) const {
  for (const Given& given : given_) {
    if (given.name == name) return &given;
  }
  return nullptr;
}

std::string FinanceFields::place(std::string_view name) const {
  const Given* given = find(name);
  return "/" + (given != nullptr ? given->as : std::string(name));
}

Error FinanceFields::at_field(Error error) const {
  const std::string head = error.where.substr(0, error.where.find('/'));
  if (!head.empty() && has(head)) error.where = place(head) + error.where.substr(head.size());
  return error;
}

Result<const FinanceFields::Given*> FinanceFields::need(std::string_view name) const {
  if (const Given* given = find(name)) return given;
  return Error{ErrorCode::invalid_argument, "expected " + std::string(name) + ", found nothing",
               "/" + std::string(name)};
}

Result<double> FinanceFields::number(std::string_view name) const {
  BREAKEVEN_TRY(const Given* given, need(name));
  return number_at(*given->value, "/" + given->as);
}

Result<double> FinanceFields::number(std::string_view name, double fallback) const {
  return has(name) ? number(name) : Result<double>(fallback);
}

Result<std::optional<double>> FinanceFields::maybe_number(std::string_view name) const {
  if (!has(name)) return std::optional<double>();
  BREAKEVEN_TRY(const double value, number(name));
  return std::optional<double>(value);
}

Result<std::int64_t> FinanceFields::whole(std::string_view name) const {
  BREAKEVEN_TRY(const Given* given, need(name));
  const Json& value = *given->value;
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) {
    return expected("/" + given->as, "a whole number below 2^63", value);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_string()) {
    const auto parsed = parse_int(trim(value.get_ref<const std::string&>()));
    if (parsed) return *parsed;
  }
  // 81e6 and 81000000.0 are whole, 2.5 is not; above 2^53 a double is not exact.
  constexpr double kExact = 9'007'199'254'740'992;
  const auto x = number_at(value, "/" + given->as);
  if (!x || std::floor(*x) != *x || std::fabs(*x) > kExact) {
    return expected("/" + given->as, "a whole number", value);
  }
  return static_cast<std::int64_t>(*x);
}

Result<std::int64_t> FinanceFields::whole(std::string_view name, std::int64_t fallback) const {
  return has(name) ? whole(name) : Result<std::int64_t>(fallback);
}

Result<Usd> FinanceFields::money(std::string_view name) const {
  BREAKEVEN_TRY(const Given* given, need(name));
  const Json& value = *given->value;
  std::string text;
  if (value.is_string()) {
    text = trim(value.get_ref<const std::string&>());
  } else if (value.is_number_integer()) {
    text = value.dump();
  } else if (value.is_number()) {
    // The shortest text that reads back as this double is what was written, up to 15 digits.
    text = shortest(value.get<double>());
  } else {
    return expected("/" + given->as, "an amount in USD", value);
  }
  const auto usd = Usd::parse(text);
  if (!usd) return Error{usd.error().code, usd.error().message, "/" + given->as};
  return *usd;
}

Result<Usd> FinanceFields::money(std::string_view name, Usd fallback) const {
  return has(name) ? money(name) : Result<Usd>(fallback);
}

Result<bool> FinanceFields::flag(std::string_view name, bool fallback) const {
  const Given* given = find(name);
  if (given == nullptr) return fallback;
  if (given->value->is_boolean()) return given->value->get<bool>();
  if (*given->value == "true" || *given->value == "false") return *given->value == "true";
  return expected("/" + given->as, "true or false", *given->value);
}

Result<std::string> FinanceFields::text(std::string_view name) const {
  BREAKEVEN_TRY(const Given* given, need(name));
  if (!given->value->is_string()) return expected("/" + given->as, "a text", *given->value);
  return given->value->get<std::string>();
}

Result<std::vector<double>> FinanceFields::numbers(std::string_view name) const {
  BREAKEVEN_TRY(const Given* given, need(name));
  const std::string place = "/" + given->as;
  const Json& value = *given->value;
  std::vector<double> out;
  if (value.is_string()) {
    for (const std::string_view part : split(value.get_ref<const std::string&>(), ',')) {
      BREAKEVEN_TRY(const double x, number_in(part, place, value));
      out.push_back(x);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      BREAKEVEN_TRY(const double x, number_at(value[i], place + "/" + std::to_string(i)));
      out.push_back(x);
    }
  } else {
    return expected(place, "a list of numbers", value);
  }
  if (out.empty()) return expected(place, "at least one number", value);
  return out;
}

Result<const Json*> FinanceFields::list(std::string_view name) const {
  BREAKEVEN_TRY(const Given* given, need(name));
  if (!given->value->is_array()) return expected("/" + given->as, "a list", *given->value);
  return given->value;
}

bool FinanceFields::dated() const {
  const Given* flows = find("flows");
  return has("dates") || (flows != nullptr && flows->value->is_array() && !flows->value->empty() &&
                          flows->value->front().is_object());
}

Result<std::vector<finance::DatedFlow>> FinanceFields::dated_flows() const {
  BREAKEVEN_TRY(const Given* flows, need("flows"));
  std::vector<finance::DatedFlow> out;
  if (!has("dates") && flows->value->is_array()) {
    for (std::size_t i = 0; i < flows->value->size(); ++i) {
      const Json& one = (*flows->value)[i];
      const std::string place = "/" + flows->as + "/" + std::to_string(i);
      if (!one.is_object() || one.size() != 2 || !one.contains("date") || !one.contains("amount")) {
        return expected(place, R"({"date", "amount"}, or numbers beside dates)", one);
      }
      BREAKEVEN_TRY(const Date date, date_at(one["date"], place + "/date"));
      BREAKEVEN_TRY(const double amount, number_at(one["amount"], place + "/amount"));
      out.push_back({date, amount});
    }
    if (out.empty()) return expected("/" + flows->as, "at least one flow", *flows->value);
    return out;
  }
  BREAKEVEN_TRY(const std::vector<double> amounts, numbers("flows"));
  BREAKEVEN_TRY(const Given* dates, need("dates"));
  Json list = *dates->value;
  if (list.is_string()) {
    Json parts = Json::array();
    for (const std::string_view part : split(list.get_ref<const std::string&>(), ',')) {
      parts.push_back(std::string(part));
    }
    list = std::move(parts);
  }
  const std::string place = "/" + dates->as;
  if (!list.is_array()) return expected(place, "a list of dates", list);
  if (list.size() != amounts.size()) {
    return Error{ErrorCode::invalid_argument,
                 "expected as many dates as flows, " + std::to_string(amounts.size()) + ", found " +
                     std::to_string(list.size()),
                 place};
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    BREAKEVEN_TRY(const Date date, date_at(list[i], place + "/" + std::to_string(i)));
    out.push_back({date, amounts[i]});
  }
  return out;
}

bool FinanceFields::has_rate() const {
  return has("rate") || has("annual_rate") || has("nominal_rate");
}

Result<double> FinanceFields::rate_per_period() const {
  const Given* found = nullptr;
  for (const std::string_view name : {"rate", "annual_rate", "nominal_rate"}) {
    const Given* given = find(name);
    if (given == nullptr) continue;
    if (found != nullptr) {
      return Error{ErrorCode::invalid_argument,
                   "expected one of rate, annual_rate and nominal_rate, found also " + found->as,
                   "/" + given->as};
    }
    found = given;
  }
  if (found == nullptr) {
    return Error{ErrorCode::invalid_argument,
                 "expected rate (per period), annual_rate (effective) or nominal_rate (divided by "
                 "periods_per_year), found nothing",
                 "/rate"};
  }
  const std::string place = "/" + found->as;
  BREAKEVEN_TRY(const double rate, number_at(*found->value, place));
  if (const Status status = finance::check_rate(place, rate); !status) return status.error();
  BREAKEVEN_TRY(const double periods, number("periods_per_year", 12));
  if (!(periods > 0 && periods <= 366)) {
    return Error{ErrorCode::out_of_range,
                 "expected above 0 to 366 periods a year, found " + shortest(periods),
                 "/periods_per_year"};
  }
  if (found->name == "annual_rate") return finance::period_rate(rate, periods);
  if (found->name == "nominal_rate") {
    const double per_period = rate / periods;
    if (const Status status = finance::check_rate(place, per_period); !status)
      return status.error();
    return per_period;
  }
  return rate;
}

Result<finance::Due> FinanceFields::due() const {
  const Given* given = find("type");
  if (given == nullptr || *given->value == 0 || *given->value == "0" || *given->value == "end") {
    return finance::Due::end;
  }
  if (*given->value == 1 || *given->value == "1" || *given->value == "begin") {
    return finance::Due::begin;
  }
  return expected("/" + given->as, "0 (end of the period) or 1 (begin)", *given->value);
}

}  // namespace breakeven::codec
