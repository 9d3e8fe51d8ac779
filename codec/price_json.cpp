#include "codec/price_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"
#include "engine/pricing/usage_reader.hpp"

namespace breakeven::codec {
namespace {

using catalog::info;
using catalog::PriceKind;
using pricing::Field;
using Ref = pricing::Fields::Ref;
using Type = Field::Type;

void append_int(std::int64_t value, std::string& out) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

/// The value of the last member `key` of the object that is all of `line`, which is valid JSON.
std::string_view raw_member(std::string_view line, std::string_view key) {
  std::string_view found;
  std::size_t depth = 0;
  std::size_t i = 0;
  const auto end_of_string = [&](std::size_t from) {
    std::size_t at = from + 1;
    while (at < line.size() && line[at] != '"') at += line[at] == '\\' ? 2 : 1;
    return std::min(at + 1, line.size());
  };
  const auto skip_space = [&](std::size_t from) {
    while (from < line.size() && (line[from] == ' ' || line[from] == '\t' || line[from] == '\r')) {
      ++from;
    }
    return from;
  };
  std::size_t value = 0;  // where the member's value starts while it is open
  while (i < line.size()) {
    const char c = line[i];
    if (c == '"') {
      const std::size_t end = end_of_string(i);
      const std::size_t colon = skip_space(end);
      if (depth == 1 && value == 0 && line.substr(i + 1, end - i - 2) == key &&
          colon < line.size() && line[colon] == ':') {
        value = skip_space(colon + 1);
        i = value;
      } else {
        i = end;
      }
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (value != 0 && depth == 1 && (c == ',' || c == '}')) {
      found = line.substr(value, i - value);
      value = 0;
    }
    if ((c == '}' || c == ']') && depth > 0) --depth;
    ++i;
  }
  while (!found.empty() && static_cast<unsigned char>(found.back()) <= ' ') found.remove_suffix(1);
  return found;
}

void append_id(Ref id, std::string_view line, std::string& out) {
  switch (id.there() ? id.node().type : Type::null) {
    case Type::text:
      append_json_string(id.node().text, out);
      return;
    case Type::integer:
      append_int(id.node().integer, out);
      return;
    case Type::boolean:
      out += id.node().boolean ? "true" : "false";
      return;
    case Type::null:
      out += "null";
      return;
    case Type::real:
    case Type::array:
    case Type::object:
      break;
  }
  const std::string_view raw = raw_member(line, "id");
  if (!raw.empty()) {
    out += raw;
  } else if (id.is(Type::real)) {
    out += shortest(id.node().real);
  } else {
    out += "null";
  }
}

void append_error(const Error& error, std::string& out) {
  out += R"("error":{"code":)";
  append_json_string(error_info(error.code).name, out);
  out += R"(,"message":)";
  append_json_string(error.message, out);
  if (!error.where.empty()) {
    out += R"(,"where":)";
    append_json_string(error.where, out);
  }
  out += '}';
}

/// An instant written as text, or as seconds, milli-, micro- or nanoseconds since 1970.
Result<std::optional<Instant>> instant_of(Ref field) {
  if (!field.set()) return std::optional<Instant>();
  if (field.is(Type::text)) {
    auto parsed = Instant::parse(field.node().text);
    if (!parsed.ok()) {
      Error error = parsed.error();
      error.where = "timestamp";
      return error;
    }
    return std::optional<Instant>(*parsed);
  }
  double value = 0;
  if (field.is(Type::integer)) value = static_cast<double>(field.node().integer);
  if (field.is(Type::real)) value = field.node().real;
  if (!(value > 0 && value < 1e20)) {
    return Error{ErrorCode::invalid_argument,
                 "expected an RFC 3339 text or a time since 1970 above zero", "timestamp"};
  }
  // A unit is known by its size: seconds stay below 1e11 until the year 5138.
  double scale = 1;
  while (value / scale >= 1e11) scale *= 1e3;
  return std::optional<Instant>(Instant{static_cast<std::int64_t>(std::floor(value / scale))});
}

Result<std::string_view> text_of(Ref call, std::string_view key) {
  const Ref field = call[key];
  if (!field.set()) return std::string_view();
  if (!field.is(Type::text)) {
    return Error{ErrorCode::invalid_argument, "expected a text", std::string(key)};
  }
  return field.node().text;
}

/// "1.5e-7" written out: Python and JavaScript write small decimals so. Any other text is returned as
/// it is.
std::string plain_decimal(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  std::string_view exponent = e == std::string_view::npos ? "" : text.substr(e + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  const auto shift = parse_int(exponent);
  constexpr std::int64_t kMostShift = 30;
  if (!shift.ok() || *shift > kMostShift || *shift < -kMostShift) return std::string(text);
  std::string_view mantissa = text.substr(0, e);
  std::string sign;
  if (mantissa.starts_with('-') || mantissa.starts_with('+')) {
    sign = mantissa.substr(0, 1);
    mantissa.remove_prefix(1);
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, point));
  if (point < mantissa.size()) digits += mantissa.substr(point + 1);
  if (digits.empty()) return std::string(text);
  std::int64_t at = static_cast<std::int64_t>(point) + *shift;
  if (at < 0) {
    digits.insert(0, static_cast<std::size_t>(-at), '0');
    at = 0;
  }
  const auto whole = static_cast<std::size_t>(at);
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  digits.insert(whole, ".");
  return sign + digits;
}

Result<Price> price_of(Ref field, std::int64_t per, const std::string& where) {
  std::string text;
  if (field.is(Type::text)) text = field.node().text;
  if (field.is(Type::integer)) text = std::to_string(field.node().integer);
  if (field.is(Type::real)) {
    std::array<char, 400> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), field.node().real,
                                   std::chars_format::fixed);
    text.assign(digits.data(), end.ptr);
  }
  if (text.empty()) {
    return Error{ErrorCode::invalid_argument, "expected a price as a decimal text", where};
  }
  auto price = Price::parse(plain_decimal(text), per, Price::kFinestDecimals);
  if (price.ok()) return price;
  Error error = price.error();
  error.where = where;
  return error;
}

/// Units that registries price and this engine does not bill: silence would bill them at nothing.
Status refuse_unbilled(Ref rates, Ref usage) {
  for (Ref rate = rates.first(); rate.there(); rate = rate.next()) {
    const std::string_view key = rate.node().key;
    if (catalog::unit_of_price_key(key) || !rate.set()) continue;
    std::string counted(key);
    if (key.ends_with("_mtok")) counted = std::string(key.substr(0, key.size() - 5)) + "_tokens";
    if (key.ends_with("_kcount")) counted = key.substr(0, key.size() - 7);
    const Ref count = usage[counted];
    const bool some = (count.is(Type::integer) && count.node().integer != 0) ||
                      (count.is(Type::real) && count.node().real != 0);
    if (some) {
      return Error{ErrorCode::unsupported,
                   "expected units that can be billed, found a rate and a count of " + counted,
                   "rates." + std::string(key)};
    }
  }
  return {};
}

Result<catalog::UnitRate> rate_of(Ref field, std::int64_t per, const std::string& where) {
  catalog::UnitRate rate;
  const auto quote = [](Price price) {
    return catalog::Quote{price, price, PriceKind::published, {}, nullptr};
  };
  if (!field.is(Type::object)) {
    BREAKEVEN_TRY(const Price price, price_of(field, per, where));
    rate.base = quote(price);
    return rate;
  }
  BREAKEVEN_TRY(const Price base, price_of(field["base"], per, where + ".base"));
  rate.base = quote(base);
  const Ref tiers = field["tiers"];
  if (tiers.set() && !tiers.is(Type::array)) {
    return Error{ErrorCode::invalid_argument, "expected a list", where + ".tiers"};
  }
  for (Ref tier = tiers.first(); tier.there(); tier = tier.next()) {
    const std::string place = where + ".tiers";
    BREAKEVEN_TRY(const std::int64_t above,
                  pricing::count_of(tier["above_input_tokens"], place + ".above_input_tokens"));
    BREAKEVEN_TRY(const Price price, price_of(tier["usd"], per, place + ".usd"));
    rate.tiers.push_back({above, false, quote(price)});
  }
  std::ranges::sort(rate.tiers, {}, &catalog::UnitRate::Tier::above_input_tokens);
  const auto twice =
      std::ranges::adjacent_find(rate.tiers, {}, &catalog::UnitRate::Tier::above_input_tokens);
  if (twice != rate.tiers.end()) {
    return Error{ErrorCode::invalid_argument, "expected each threshold once", where + ".tiers"};
  }
  return rate;
}

Result<pricing::Bill> bill_of(Ref call, pricing::Pricer& pricer) {
  if (!call.is(Type::object)) {
    return Error{ErrorCode::invalid_argument, "expected an object with model and usage", {}};
  }
  pricing::CallRequest request;
  BREAKEVEN_TRY(request.vendor, text_of(call, "vendor"));
  BREAKEVEN_TRY(request.model, text_of(call, "model"));
  BREAKEVEN_TRY(request.at, instant_of(call["timestamp"]));
  BREAKEVEN_TRY(const std::string_view api, text_of(call, "api"));
  if (!call["usage"].set()) {
    return Error{ErrorCode::invalid_argument, "expected a usage object, found none", "usage"};
  }
  BREAKEVEN_TRY(pricing::Usage usage,
                pricing::read_usage(call["usage"], {api, request.vendor, request.model}));
  BREAKEVEN_CHECK_OK(pricing::read_call_terms(call, request.vendor, usage));
  catalog::RateCard declared;
  if (const Ref rates = call["rates"]; rates.set()) {
    BREAKEVEN_TRY(declared, rates_from_fields(rates, usage.warnings));
    BREAKEVEN_CHECK_OK(refuse_unbilled(rates, call["usage"]));
    request.rates = &declared;
  }
  if (request.model.empty()) request.model = usage.body_model;
  return pricer.price(request, usage);
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

Result<catalog::RateCard> rates_from_fields(Ref rates, std::vector<std::string>& warnings) {
  if (!rates.is(Type::object)) {
    return Error{ErrorCode::invalid_argument, "expected an object of prices", "rates"};
  }
  catalog::RateCard card;
  for (Ref field = rates.first(); field.there(); field = field.next()) {
    const std::string_view key = field.node().key;
    const auto unit = catalog::unit_of_price_key(key);
    if (!unit) {
      warnings.push_back("rate \"" + std::string(key.substr(0, 60)) + "\" is not known: not used");
      continue;
    }
    if (!field.set()) continue;
    BREAKEVEN_TRY(card.rates[catalog::index(*unit)],
                  rate_of(field, info(*unit).per, "rates." + std::string(key)));
  }
  return card;
}

void append_bill(const pricing::Bill& bill, std::string& out, Evidence evidence) {
  out += R"("usd":")";
  out += bill.high.decimal();
  if (bill.is_interval()) {
    out += R"(","usd_low":")";
    out += bill.low.decimal();
    out += R"(","usd_high":")";
    out += bill.high.decimal();
  }
  out += R"(","parts":[)";
  bool first = true;
  for (const pricing::BillPart& part : bill.parts) {
    out += first ? R"({"bucket":")" : R"(,{"bucket":")";
    first = false;
    out += info(part.unit).count_key;
    out += R"(","quantity":)";
    append_int(part.quantity, out);
    out += R"(,"rate":")";
    out += part.high.decimal();
    out += R"(","per":)";
    append_int(info(part.unit).per, out);
    out += R"(,"usd":")";
    out += part.usd_high.decimal();
    out += '"';
    if (part.usd_low != part.usd_high) {
      out += R"(,"usd_low":")";
      out += part.usd_low.decimal();
      out += '"';
    }
    out += R"(,"kind":")";
    out += part.row == nullptr && part.kind == PriceKind::published ? "declared"
                                                                    : to_string(part.kind);
    out += '"';
    if (part.row != nullptr) {
      out += R"(,"model":)";
      append_json_string(part.model, out);
      out += R"(,"source":)";
      append_json_string(part.row->place, out);
      if (evidence == Evidence::named) {
        out += R"(,"evidence":)";
        append_json_string(part.row->source, out);
        out += R"(,"seen_on":)";
        append_json_string(part.row->source_date, out);
      }
    }
    if (!part.rule.empty()) {
      out += R"(,"rule":)";
      append_json_string(part.rule, out);
    }
    out += '}';
  }
  out += R"(],"kind":")";
  out += to_string(bill.kind);
  out += R"(","warnings":[)";
  for (std::size_t i = 0; i < bill.warnings.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(bill.warnings[i], out);
  }
  out += ']';
}

void price_object(Ref call, pricing::Pricer& pricer, std::string& out, std::string_view line) {
  out += R"({"id":)";
  append_id(call["id"], line, out);
  out += ',';
  const auto bill = bill_of(call, pricer);
  if (bill.ok()) {
    append_bill(*bill, out);
  } else {
    append_error(bill.error(), out);
  }
  out += '}';
}

void price_refusal(const Error& error, std::string& out) {
  out += R"({"id":null,)";
  append_error(error, out);
  out += '}';
}

}  // namespace breakeven::codec
