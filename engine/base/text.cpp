#include "engine/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"

namespace breakeven {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Error bad(std::string_view text, std::string_view expected) {
  return Error{
      ErrorCode::parse_error,
      "expected " + std::string(expected) + ", found \"" + std::string(text.substr(0, 40)) + "\"",
      {}};
}

/// Optimal string alignment distance: insertions, deletions, substitutions, swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> d((a.size() + 1) * width);
  for (std::size_t i = 0; i <= a.size(); ++i) d[i * width] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      std::size_t best = std::min({d[(i - 1) * width + j] + 1, d[i * width + j - 1] + 1,
                                   d[(i - 1) * width + j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        best = std::min(best, d[(i - 2) * width + j - 2] + 1);
      }
      d[i * width + j] = best;
    }
  }
  return d[a.size() * width + b.size()];
}

/// Letters and digits only, lower case: "GPT 5.4-mini" and "gpt-5.4 mini" become equal.
std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char l = lower(c);
    if ((l >= 'a' && l <= 'z') || (l >= '0' && l <= '9')) out.push_back(l);
  }
  return out;
}

/// The runs of letters and digits of a name, lower case.
std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  bool inside = false;
  for (const char c : text) {
    const std::string kept = folded({&c, 1});
    if (!kept.empty() && !inside) out.emplace_back();
    inside = !kept.empty();
    if (inside) out.back() += kept;
  }
  return out;
}

}  // namespace

std::string_view trim(std::string_view text) {
  auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

Result<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return Error{ErrorCode::out_of_range,
                 "expected an integer of at most 64 bits, found " + std::string(text.substr(0, 40)),
                 {}};
  }
  if (error != std::errc() || end != text.data() + text.size()) return bad(text, "a whole number");
  return value;
}

Result<double> parse_double(std::string_view text) {
  double value = 0;
#ifdef __wasm__
  // libc++ 19 has no std::from_chars for double. What it would not take and strtod would, is refused first.
  const std::string copy(text);
  char* stop = nullptr;
  const bool plain = text.find_first_not_of("0123456789+-.eE") == std::string_view::npos &&
                     !text.empty() && text.front() != '+';
  if (plain) value = std::strtod(copy.c_str(), &stop);
  const bool whole = plain && stop == copy.c_str() + copy.size();
#else
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
#endif
  if (!whole || !std::isfinite(value)) return bad(text, "a number");
  return value;
}

std::string shortest(double value) {
  if (value == 0) return "0";
  char buffer[64];
  // Plain notation for everyday magnitudes, scientific for the rest; both are shortest round trip.
  const double magnitude = std::fabs(value);
  const auto format =
      magnitude >= 1e-6 && magnitude < 1e15 ? std::chars_format::fixed : std::chars_format::general;
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, format);
  return error == std::errc() ? std::string(buffer, end) : std::string("nan");
}

std::string counted(std::int64_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

std::string chance(double probability) {
  if (probability < 0.0005) return "under 0.1 %";
  if (probability >= 0.9995) return "over 99.9 %";
  const std::string text = shortest(std::round(probability * 1000) / 10);
  return text + (text.find('.') == std::string::npos ? ".0 %" : " %");
}

std::vector<std::string> near_matches(std::string_view wanted,
                                      const std::vector<std::string>& candidates,
                                      std::size_t count) {
  // Names are short; a longer text is somebody's paste, and the distance costs the product of the
  // lengths.
  const std::string target = folded(wanted.substr(0, 200));
  std::vector<std::pair<double, std::string>> scored;
  for (const std::string& candidate : candidates) {
    const std::string whole = folded(candidate);
    const std::string tail = folded(candidate.substr(candidate.find_last_of('/') + 1));
    double score = std::numeric_limits<double>::infinity();
    for (const std::string& form : {whole, tail}) {
      if (form.empty() || target.empty()) continue;
      const std::size_t longer = std::max(form.size(), target.size());
      const std::size_t shorter = std::min(form.size(), target.size());
      double s = static_cast<double>(edit_distance(target, form)) / static_cast<double>(longer);
      const bool contains =
          form.find(target) != std::string::npos || target.find(form) != std::string::npos;
      if (contains && shorter >= 3) {
        s = std::min(s, 0.25 * static_cast<double>(longer - shorter) / static_cast<double>(longer));
      }
      score = std::min(score, s);
    }
    // One word of a longer name, nearly right: "hippa" for HIPAA_BAA. Behind every closer whole
    // name.
    for (const std::string& word : words(candidate)) {
      if (word.size() < 4 || target.size() < 4) continue;
      const double s = static_cast<double>(edit_distance(target, word)) /
                       static_cast<double>(std::max(word.size(), target.size()));
      if (s <= 0.25) score = std::min(score, 0.2 + s);
    }
    if (score <= 0.45) scored.emplace_back(score, candidate);
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [score, name] : scored) {
    if (out.size() == count) break;
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
  return out;
}

Error not_found(std::string_view kind, std::string_view wanted,
                const std::vector<std::string>& candidates, std::string where) {
  std::string message =
      "no " + std::string(kind) + " named \"" + std::string(wanted.substr(0, 120)) + "\"";
  const auto near = near_matches(wanted, candidates);
  if (!near.empty()) {
    message += "; did you mean ";
    for (std::size_t i = 0; i < near.size(); ++i) {
      if (i > 0) message += i + 1 == near.size() ? " or " : ", ";
      message += near[i];
    }
    message += "?";
  }
  return Error{ErrorCode::not_found, std::move(message), std::move(where)};
}

Result<CsvTable> CsvTable::parse(std::string_view content, std::string name) {
  CsvTable table;
  table.name_ = std::move(name);
  if (content.substr(0, 3) == "\xEF\xBB\xBF") content.remove_prefix(3);
  std::size_t i = 0;
  std::size_t line = 1;
  std::size_t line_start = 0;
  auto fail = [&](std::string message) {
    return Error{
        ErrorCode::parse_error, std::move(message),
        table.name_ + ":" + std::to_string(line) + ":" + std::to_string(i - line_start + 1)};
  };
  auto next_line = [&] {
    ++line;
    line_start = i;
  };
  while (i < content.size()) {
    if (content[i] == '#' || content[i] == '\n' || content[i] == '\r') {  // comment or blank line
      while (i < content.size() && content[i] != '\n') ++i;
      if (i < content.size()) ++i;
      next_line();
      continue;
    }
    Row row;
    row.line = line;
    bool end_of_row = false;
    while (!end_of_row) {
      row.columns_at.push_back(i - line_start + 1);
      std::string field;
      if (i < content.size() && content[i] == '"') {
        const std::size_t quoted_line = line;
        ++i;
        for (;;) {
          if (i >= content.size()) {
            return fail("a quoted field that starts on line " + std::to_string(quoted_line) +
                        " is not closed");
          }
          const char c = content[i++];
          if (c == '"') {
            if (i < content.size() && content[i] == '"') {
              field.push_back('"');
              ++i;
              continue;
            }
            break;
          }
          field.push_back(c);
          if (c == '\n') next_line();
        }
        if (i < content.size() && content[i] != ',' && content[i] != '\n' && content[i] != '\r') {
          return fail("expected a comma or the end of the line after a closing quote");
        }
      } else {
        while (i < content.size() && content[i] != ',' && content[i] != '\n' &&
               content[i] != '\r') {
          field.push_back(content[i++]);
        }
      }
      row.fields.push_back(std::move(field));
      if (i < content.size() && content[i] == ',') {
        ++i;
        continue;
      }
      end_of_row = true;
    }
    if (!table.header_.empty() && row.fields.size() != table.header_.size()) {
      return Error{ErrorCode::parse_error,
                   "expected " + std::to_string(table.header_.size()) +
                       " fields as in the header, found " + std::to_string(row.fields.size()),
                   table.name_ + ":" + std::to_string(row.line) + ":1"};
    }
    if (i < content.size() && content[i] == '\r') ++i;
    if (i < content.size() && content[i] == '\n') ++i;
    next_line();
    if (table.header_.empty()) {
      table.header_ = std::move(row.fields);
    } else {
      table.rows_.push_back(std::move(row));
    }
  }
  if (table.header_.empty()) return fail("expected a header line, found an empty file");
  return table;
}

Result<std::size_t> CsvTable::column(std::string_view title) const {
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (header_[i] == title) return i;
  }
  std::string list;
  for (const std::string& h : header_) list += (list.empty() ? "" : ", ") + h;
  return Error{ErrorCode::parse_error,
               "expected a column \"" + std::string(title) + "\", found " + list, name_ + ":1:1"};
}

std::string CsvTable::place(const Row& row, std::size_t column) const {
  return name_ + ":" + std::to_string(row.line) + ":" +
         std::to_string(column < row.columns_at.size() ? row.columns_at[column] : 1);
}

}  // namespace breakeven
