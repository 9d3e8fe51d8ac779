#include "io/feeds/priced_cell.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/billing_unit.hpp"

namespace breakeven::io {
namespace {

using catalog::BillingUnit;

Error not_known(std::string_view words, std::string_view cell) {
  return Error{ErrorCode::parse_error,
               "expected a price, found \"" + std::string(words.substr(0, 60)) + "\" in \"" +
                   std::string(cell.substr(0, 120)) + "\"",
               {}};
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text = trim(text.substr(start.size()));
  return true;
}

/// "$1,234.56" at the start of `text`: takes it off and gives "1234.56".
std::optional<std::string> take_amount(std::string_view& text) {
  if (!text.starts_with('$')) return std::nullopt;
  std::string amount;
  std::size_t at = 1;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const bool digit_follows = at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9';
    if (c >= '0' && c <= '9') {
      amount += c;
    } else if (c == '.' && digit_follows && amount.find('.') == std::string::npos) {
      amount += c;
    } else if (c != ',' || !digit_follows) {
      break;
    }
  }
  if (amount.empty() || amount.front() == '.') return std::nullopt;
  text = trim(text.substr(at));
  return amount;
}

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};

/// "December 31, 2026" at the start of `text`.
std::optional<Date> take_date(std::string_view& text) {
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    std::string_view rest = text;
    if (!take(rest, kMonths[month])) continue;
    const std::size_t comma = rest.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const Result<std::int64_t> day = parse_int(rest.substr(0, comma));
    rest = trim(rest.substr(comma + 1));
    const Result<std::int64_t> year = parse_int(rest.substr(0, 4));
    if (!day.ok() || !year.ok() || *day < 1 || *day > 31 || *year < 2000) return std::nullopt;
    const Result<Date> date = Date::from_civil(static_cast<int>(*year), static_cast<int>(month + 1),
                                               static_cast<int>(*day));
    if (!date.ok()) return std::nullopt;
    text = trim(rest.substr(4));
    return *date;
  }
  return std::nullopt;
}

/// "through <date>" or "starting <date>" at the start of `text`; false when neither is there.
bool take_period(std::string_view& text, PricePeriod& period) {
  std::string_view rest = text;
  std::optional<Date>* which = nullptr;
  if (take(rest, "through ")) which = &period.through;
  if (which == nullptr && take(rest, "starting ")) which = &period.from;
  if (which == nullptr) return false;
  const auto date = take_date(rest);
  if (!date) return false;
  *which = date;
  text = rest;
  return true;
}

std::optional<std::string> modality_of(std::string_view words) {
  const std::string text = to_lower(words);
  if (text.find("text") != std::string::npos) return std::string();  // text, alone or with others
  for (const std::string_view one : {"audio", "video"}) {
    if (text == one) return std::string(one);
  }
  if (text == "image" || text == "images") return "image";
  return std::nullopt;
}

/// What follows an amount, up to the next one.
std::optional<std::string_view> read_words(std::string_view words, CellPrice& price) {
  while (!words.empty()) {
    if (take(words, ".") || take(words, ",")) continue;
    if (take(words, "prompts <= 200k tokens")) {
      price.note += " <=200k";
    } else if (take(words, "prompts > 200k tokens")) {
      price.above = 200'000;
      price.note += " >200k";
    } else if (take(words, "/ 1,000,000 tokens per hour")) {
      take(words, "(storage price)");
      price.storage = true;
    } else if (take_period(words, price.period)) {
      const Date day = price.period.from ? *price.period.from : *price.period.through;
      price.note += (price.period.from ? " from " : " through ") + day.iso();
    } else if (words.front() == '(') {
      const std::size_t close = words.find(')');
      if (close == std::string_view::npos) return words;
      const auto modality = modality_of(trim(words.substr(1, close - 1)));
      if (!modality) return words;
      price.modality = *modality;
      price.note += *modality;
      words = trim(words.substr(close + 1));
    } else {
      return words;
    }
  }
  return std::nullopt;
}

bool is_nothing(std::string_view cell) {
  constexpr std::array<std::string_view, 7> kNothing{
      "", "-", "\xE2\x80\x94", "\xE2\x80\x93", "N/A", "Not available", "Not applicable"};
  return std::ranges::find(kNothing, cell) != kNothing.end();
}

}  // namespace

Result<std::optional<std::string>> plain_amount(std::string_view cell) {
  if (is_nothing(cell)) return std::optional<std::string>();
  std::string_view rest = cell;
  auto amount = take_amount(rest);
  if (!amount || (!rest.empty() && rest != "/ MTok" && rest != "/ 1M tokens"))
    return not_known(rest, cell);
  return amount;
}

Result<std::vector<CellPrice>> cell_prices(std::string_view cell) {
  std::vector<CellPrice> prices;
  if (is_nothing(cell)) return prices;
  std::string_view rest = cell;
  while (!rest.empty()) {
    CellPrice& price = prices.emplace_back();
    auto amount = take_amount(rest);
    if (!amount) return not_known(rest, cell);
    price.amount = std::move(*amount);
    const std::size_t next = std::min(rest.find('$'), rest.size());
    const std::string_view words = trim(rest.substr(0, next));
    if (const auto unknown = read_words(words, price)) return not_known(*unknown, cell);
    rest.remove_prefix(next);
  }
  return prices;
}

Result<DatedName> dated_name(std::string_view cell) {
  DatedName dated{std::string(cell), {}};
  for (const std::string_view start : {" through ", " starting ", " (through ", " (starting "}) {
    const std::size_t at = cell.find(start);
    if (at == std::string_view::npos) continue;
    std::string_view words = trim(cell.substr(at));
    if (words.starts_with('(')) words.remove_prefix(1);
    if (!take_period(words, dated.period)) return not_known(words, cell);
    if (!words.empty() && words != ")") return not_known(words, cell);
    dated.name = std::string(trim(cell.substr(0, at)));
  }
  // "(retired)", "(deprecated)", "(limited availability)": a remark, not a part of the name.
  const std::size_t remark = dated.name.find(" (");
  if (remark != std::string::npos) dated.name.resize(remark);
  return dated;
}

std::optional<BillingUnit> part_of(BillingUnit whole, std::string_view modality) {
  if (modality.empty()) return whole;
  const auto choose = [&](BillingUnit audio, BillingUnit image,
                          BillingUnit video) -> std::optional<BillingUnit> {
    if (modality == "audio") return audio;
    if (modality == "image") return image;
    if (modality == "video") return video;
    return std::nullopt;
  };
  if (whole == BillingUnit::input) {
    return choose(BillingUnit::input_audio, BillingUnit::input_image, BillingUnit::input_video);
  }
  if (whole == BillingUnit::output) {
    return choose(BillingUnit::output_audio, BillingUnit::output_image, BillingUnit::output_video);
  }
  if (whole == BillingUnit::cache_read) {
    return choose(BillingUnit::cache_audio_read, BillingUnit::cache_image_read,
                  BillingUnit::cache_video_read);
  }
  return std::nullopt;
}

}  // namespace breakeven::io
