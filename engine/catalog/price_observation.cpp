#include "engine/catalog/price_observation.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::catalog {
namespace {

constexpr std::string_view kPeak = "peak";
constexpr std::string_view kOffpeak = "offpeak";

Error not_a_field(std::string_view text, std::string_view expected) {
  return Error{ErrorCode::parse_error,
               std::string(expected) + "; found \"" + std::string(text) + "\"", "price field"};
}

}  // namespace

std::string to_string(const PriceField& field) {
  std::string text(info(field.unit).price_key);
  if (field.mode != Mode::standard) {
    text += '/';
    text += to_string(field.mode);
  }
  if (field.above_input_tokens != 0 || field.inclusive) {
    text += field.inclusive ? ">=" : ">";
    text += std::to_string(field.above_input_tokens);
  }
  if (field.when != PriceRow::When::always) {
    text += '@';
    text += field.when == PriceRow::When::peak ? kPeak : kOffpeak;
  }
  return text;
}

Result<PriceField> parse_price_field(std::string_view text) {
  PriceField field;
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    const std::string_view when = rest.substr(at + 1);
    if (when == kPeak) {
      field.when = PriceRow::When::peak;
    } else if (when == kOffpeak) {
      field.when = PriceRow::When::offpeak;
    } else {
      return not_a_field(text, "expected peak or offpeak after the @");
    }
    rest = rest.substr(0, at);
  }
  if (const std::size_t above = rest.find('>'); above != std::string_view::npos) {
    std::string_view count = rest.substr(above + 1);
    if (!count.empty() && count.front() == '=') {
      field.inclusive = true;
      count.remove_prefix(1);
    }
    const auto tokens = parse_int(count);
    if (!tokens.ok() || *tokens <= 0) {
      return not_a_field(text, "expected a positive number of input tokens after the >");
    }
    field.above_input_tokens = *tokens;
    rest = rest.substr(0, above);
  }
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    const Result<Mode> mode = parse_mode(rest.substr(slash + 1));
    if (!mode.ok()) return mode.error();
    field.mode = mode.value();
    rest = rest.substr(0, slash);
  }
  const std::optional<BillingUnit> unit = unit_of_price_key(rest);
  if (!unit.has_value()) return not_a_field(text, "expected a price key such as input_mtok");
  field.unit = *unit;
  return field;
}

}  // namespace breakeven::catalog
