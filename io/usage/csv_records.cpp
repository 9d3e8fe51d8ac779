#include "io/usage/csv_records.hpp"

#include <algorithm>

#include "engine/base/text.hpp"

namespace breakeven::io {

using usage::Reason;

namespace {

constexpr std::string_view kDelimiters = ",;\t|";

}  // namespace

std::string_view csv_value(std::string_view field) {
  field = trim(field);
  if (field == "null" || field == "NULL" || field == "\\N") return {};
  return field;
}

/// Whether the record at the start of the window ends in it: at `search.at` then. A quote opens a
/// field only where a field starts, so that 5" pipe is no open quote. `whole`: nothing follows.
bool CsvRecords::ends(std::string_view window, bool whole, Search& search) const {
  const auto starts_field = [&](std::size_t at) {
    if (at == 0) return true;
    const char before = window[at - 1];
    return delimiter_ == '\0' ? kDelimiters.find(before) != std::string_view::npos
                              : before == delimiter_;
  };
  while (search.at < window.size()) {
    if (!search.quoted) {
      const std::size_t line_end = std::min(window.find('\n', search.at), window.size());
      const std::size_t quote = window.substr(0, line_end).find('"', search.at);
      if (quote == std::string_view::npos) {
        search.at = line_end;
        return line_end < window.size();
      }
      search.quoted = starts_field(quote);
      search.at = quote + 1;
      continue;
    }
    const std::size_t stop = std::min(window.find_first_of("\"\n", search.at), window.size());
    search.at = stop;
    if (stop == window.size()) return false;
    if (window[stop] == '\n') {
      if (search.first_line == std::string_view::npos) search.first_line = stop;
      ++search.at;
    } else if (stop + 1 == window.size() && !whole) {
      return false;  // whether a second quote follows is not known yet
    } else if (stop + 1 < window.size() && window[stop + 1] == '"') {
      search.at += 2;
    } else {
      search.quoted = false;
      ++search.at;
    }
  }
  return false;
}

/// Bytes of the record at the start of the window; `skip` is the line break behind it.
std::size_t CsvRecords::find_end(std::size_t& skip) {
  Search search;
  skip = 1;
  at_end_ = false;
  while (true) {
    const std::size_t there = text_.text().size();
    // The bound holds to the byte, however much the window happens to hold.
    const bool beyond = there > kMaxRecord;
    const std::string_view window = text_.text().substr(0, kMaxRecord + 1);
    if (ends(window, text_.end() && !beyond, search)) return search.at;
    if (beyond) return give_up(search, skip);
    if (text_.fill() || text_.text().size() > there || search.at < there) continue;
    if (search.quoted) {
      problem_ = Reason::bad_quote;
      if (search.first_line != std::string_view::npos) return search.first_line;
    }
    skip = 0;
    at_end_ = true;
    return text_.text().size();
  }
}

/// The record is too long: its first line is what is lost.
std::size_t CsvRecords::give_up(const Search& search, std::size_t& skip) {
  problem_ = search.quoted ? Reason::bad_quote : Reason::too_long;
  if (search.first_line != std::string_view::npos) return search.first_line;
  while (true) {
    const std::size_t stop = text_.text().find('\n');
    if (stop != std::string_view::npos) return stop;
    text_.consume(text_.text().size());
    if (!text_.fill() && text_.text().empty()) break;
  }
  skip = 0;
  return 0;
}

void CsvRecords::choose_delimiter(std::string_view header) {
  std::ptrdiff_t most = -1;
  for (const char c : kDelimiters) {
    bool quoted = false;
    std::ptrdiff_t here = 0;
    for (const char h : header) {
      if (h == '"') quoted = !quoted;
      if (h == c && !quoted) ++here;
    }
    if (here > most) {
      most = here;
      delimiter_ = c;
    }
  }
}

void CsvRecords::split(std::string_view record) {
  fields_.clear();
  if (record.find('"') == std::string_view::npos) {
    std::size_t at = 0;
    while (true) {
      const std::size_t stop = record.find(delimiter_, at);
      fields_.push_back(record.substr(at, stop - at));
      if (stop == std::string_view::npos) return;
      at = stop + 1;
    }
  }
  unquoted_.clear();
  unquoted_.reserve(record.size());
  std::size_t at = 0;
  while (true) {
    if (at < record.size() && record[at] == '"') {
      const std::size_t start = unquoted_.size();
      bool closed = false;
      for (++at; at < record.size(); ++at) {
        if (record[at] != '"') {
          unquoted_ += record[at];
        } else if (at + 1 < record.size() && record[at + 1] == '"') {
          unquoted_ += '"';
          ++at;
        } else {
          closed = true;
          ++at;
          break;
        }
      }
      fields_.push_back(std::string_view(unquoted_).substr(start));
      if (!closed || (at < record.size() && record[at] != delimiter_)) {
        problem_ = Reason::bad_quote;
        return;
      }
    } else {
      const std::size_t stop = std::min(record.find(delimiter_, at), record.size());
      fields_.push_back(record.substr(at, stop - at));
      at = stop;
    }
    if (at >= record.size()) return;
    ++at;  // the delimiter
    if (at == record.size()) {
      fields_.emplace_back();
      return;
    }
  }
}

void CsvRecords::release() {
  text_.consume(taken_);
  taken_ = 0;
}

CsvRecords::Line CsvRecords::read_line(std::string_view line, std::int64_t number) {
  if (line.size() > kMaxRecord) return Line::open;
  // With the line break, for whether a quote is closed can depend on what follows it.
  const std::string_view with_break(line.data(), line.size() + 1);
  if (Search search; !ends(with_break, false, search)) return Line::open;
  problem_ = Reason::none;
  at_end_ = false;
  line_ = number;
  return accept(line) ? Line::record : Line::blank;
}

/// Splits a record; false when it is blank.
bool CsvRecords::accept(std::string_view record) {
  if (!record.empty() && record.back() == '\r') record.remove_suffix(1);
  if (record.find_first_not_of(" \t\r") == std::string_view::npos) return false;
  if (delimiter_ == '\0') choose_delimiter(record);
  split(record);
  return true;
}

bool CsvRecords::next() {
  while (true) {
    release();
    problem_ = Reason::none;
    if (text_.text().empty()) text_.at_least(1);
    if (text_.text().empty()) return false;
    line_ = text_.line();
    std::size_t skip = 0;
    const std::size_t size = find_end(skip);
    taken_ = size + skip;
    if (problem_ != Reason::none) {
      fields_.clear();
      return true;
    }
    if (!accept(text_.text().substr(0, size))) continue;
    return true;
  }
}

}  // namespace breakeven::io
