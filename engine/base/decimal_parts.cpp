#include "engine/base/decimal_parts.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace breakeven {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool split_decimal(std::string_view text, DecimalParts& number) {
  constexpr int kSignificant = 36;
  std::size_t at = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    number.negative = text[0] == '-';
    at = 1;
  }
  bool any = false;
  bool point = false;
  int significant = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
    } else if (is_digit(c)) {
      any = true;
      if (significant < kSignificant) {
        number.digits = number.digits * 10 + (c - '0');
        if (number.digits != 0) ++significant;
        if (point) --number.exponent;
      } else {
        number.cut = number.cut || c != '0';
        if (!point) ++number.exponent;
      }
    } else {
      break;
    }
  }
  if (!any) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  number.has_exponent = true;
  std::string_view rest = text.substr(at + 1);
  const bool down = !rest.empty() && rest.front() == '-';
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (rest.empty() || rest.size() > 4 || !std::all_of(rest.begin(), rest.end(), is_digit)) {
    return false;
  }
  int power = 0;
  for (const char c : rest) power = power * 10 + (c - '0');
  number.exponent += down ? -power : power;
  return true;
}

}  // namespace breakeven
