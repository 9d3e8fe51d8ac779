#include "engine/catalog/row_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::catalog {
namespace {

std::string quoted(std::string_view text) {
  return text.empty() ? std::string("nothing") : "\"" + std::string(text.substr(0, 60)) + "\"";
}

std::string listed(std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

}  // namespace

Result<Date> parse_partial_date(std::string_view text) {
  const auto expected = [&] {
    return Error{
        ErrorCode::parse_error,
        "expected a date (2026, 2026-08 or 2026-08-21, from 2015 to 2100), found " + quoted(text),
        {}};
  };
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return expected();
  const std::string full = std::string(text) + std::string("-01-01").substr(text.size() == 4   ? 0
                                                                            : text.size() == 7 ? 3
                                                                                               : 6);
  const auto date = Date::parse(full);
  if (!date.ok() || full < "2015" || full >= "2101") return expected();
  return *date;
}

RowReader::RowReader(const CsvTable& table, std::span<const std::string_view> columns,
                     Issues& issues)
    : table_(table), issues_(issues) {
  for (const std::string_view column : columns) {
    const auto found = table.column(column);
    if (!found.ok()) {
      issues_.add(found.error());
      usable_ = false;
    }
  }
  for (std::size_t i = 0; i < table.header().size(); ++i) {
    const std::string& title = table.header()[i];
    const bool known = std::ranges::find(columns, std::string_view(title)) != columns.end();
    const bool repeated = std::ranges::count(table.header(), title) > 1;
    if (known && !repeated) continue;
    issues_.add(Error{ErrorCode::parse_error,
                      (repeated ? "column named twice: " : "unknown column ") + quoted(title) +
                          "; expected " + listed(columns),
                      table.name() + ":1:1"});
    usable_ = false;
  }
}

bool RowReader::next() {
  if (!usable_ || next_row_ >= table_.rows().size()) return false;
  row_ = &table_.rows()[next_row_++];
  return true;
}

std::size_t RowReader::index_of(std::string_view column) const {
  const auto& header = table_.header();
  return static_cast<std::size_t>(std::ranges::find(header, column) - header.begin());
}

std::string_view RowReader::raw(std::string_view column) const {
  const std::size_t index = index_of(column);
  return index < row_->fields.size() ? std::string_view(row_->fields[index]) : std::string_view();
}

std::string RowReader::place() const { return table_.name() + ":" + std::to_string(row_->line); }

std::string RowReader::place(std::string_view column) const {
  return table_.place(*row_, index_of(column));
}

void RowReader::refuse(std::string_view column, std::string message, ErrorCode code) {
  issues_.add(Error{code, std::string(column) + ": " + std::move(message), place(column)});
}

void RowReader::refuse_choice(std::string_view column, std::span<const std::string_view> names) {
  refuse(column, "expected one of " + listed(names) + "; found " + quoted(raw(column)));
}

std::string RowReader::text(std::string_view column) {
  const std::string_view found = raw(column);
  if (trim(found).empty()) refuse(column, "expected a text, found nothing");
  if (trim(found).size() != found.size()) {
    refuse(column, "expected no space at the ends, found " + quoted(found));
  }
  return std::string(found);
}

std::string RowReader::optional_text(std::string_view column) {
  return std::string(trim(raw(column)));
}

std::int64_t RowReader::integer(std::string_view column, std::int64_t low, std::int64_t high,
                                std::int64_t when_empty) {
  const std::string_view found = raw(column);
  if (found.empty() && when_empty >= low) return when_empty;
  const auto value = parse_int(found);
  if (!value.ok() || *value < low || *value > high) {
    refuse(column,
           "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high) +
               ", found " + quoted(found),
           value.ok() ? ErrorCode::out_of_range : ErrorCode::parse_error);
    return low;
  }
  return *value;
}

int RowReader::small(std::string_view column, int low, int high, int when_empty) {
  return static_cast<int>(integer(column, low, high, when_empty));
}

double RowReader::number(std::string_view column, double low, double high) {
  const std::string_view found = raw(column);
  const auto value = parse_double(found);
  if (!value.ok() || *value < low || *value > high) {
    refuse(column,
           "expected a number from " + shortest(low) + " to " + shortest(high) + ", found " +
               quoted(found),
           value.ok() ? ErrorCode::out_of_range : ErrorCode::parse_error);
    return low;
  }
  return *value;
}

double RowReader::optional_number(std::string_view column, double low, double high,
                                  double when_empty) {
  return raw(column).empty() ? when_empty : number(column, low, high);
}

bool RowReader::yes_no(std::string_view column) {
  static constexpr std::array<std::string_view, 2> kAnswers{"yes", "no"};
  return one_of(column, kAnswers) == "yes";
}

std::string RowReader::one_of(std::string_view column, std::span<const std::string_view> allowed) {
  const std::string_view found = raw(column);
  if (std::ranges::find(allowed, found) == allowed.end()) refuse_choice(column, allowed);
  return std::string(found);
}

std::string RowReader::date(std::string_view column) {
  const std::string_view found = raw(column);
  const auto parsed = parse_partial_date(found);
  if (!parsed.ok()) refuse(column, parsed.error().message);
  return std::string(found);
}

Source RowReader::source() {
  Source source;
  source.text = text("source");
  source.date = date("source_date");
  source.place = place();
  return source;
}

}  // namespace breakeven::catalog
