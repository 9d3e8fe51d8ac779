#include "io/usage/csv_records.hpp"

#include <algorithm>

namespace breakeven::io {

using usage::Reason;

namespace {

constexpr std::string_view kDelimiters = ",;\t|";

}  // namespace

/// Bytes of the record at the start of the window; `skip` is the line break behind it. A quote opens
/// a field only where a field starts, so that 5" pipe is no open quote.
std::size_t CsvRecords::find_end(std::size_t& skip) {
  std::size_t searched = 0;
  bool quoted = false;
  std::size_t first_line = std::string_view::npos;
  skip = 1;
  at_end_ = false;
  const auto starts_field = [this](std::string_view window, std::size_t at) {
    if (at == 0) return true;
    const char before = window[at - 1];
    return delimiter_ == '\0' ? kDelimiters.find(before) != std::string_view::npos
                              : before == delimiter_;
  };
  while (true) {
    const std::string_view window = text_.text();
    while (searched < window.size()) {
      if (!quoted) {
        const std::size_t line_end = std::min(window.find('\n', searched), window.size());
        const std::size_t quote = window.substr(0, line_end).find('"', searched);
        if (quote == std::string_view::npos) {
          searched = line_end;
          if (line_end == window.size()) break;
          return line_end;
        }
        quoted = starts_field(window, quote);
        searched = quote + 1;
        continue;
      }
      const std::size_t stop = std::min(window.find_first_of("\"\n", searched), window.size());
      searched = stop;
      if (stop == window.size()) break;
      if (window[stop] == '\n') {
        if (first_line == std::string_view::npos) first_line = stop;
        ++searched;
      } else if (stop + 1 == window.size() && !text_.end()) {
        break;  // whether a second quote follows is not known yet
      } else if (stop + 1 < window.size() && window[stop + 1] == '"') {
        searched += 2;
      } else {
        quoted = false;
        ++searched;
      }
    }
    const bool too_long = window.size() > kMaxRecord;
    if (!too_long) {
      const std::size_t before = window.size();
      if (text_.fill() || text_.text().size() > before) continue;
      if (searched < before) continue;
    }
    if (quoted || too_long) {
      problem_ = quoted ? Reason::bad_quote : Reason::too_long;
      if (first_line != std::string_view::npos) return first_line;
    }
    skip = 0;
    at_end_ = !too_long;
    return text_.text().size();
  }
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

bool CsvRecords::next() {
  while (true) {
    text_.consume(taken_);
    taken_ = 0;
    problem_ = Reason::none;
    if (text_.text().empty()) text_.at_least(1);
    if (text_.text().empty()) return false;
    line_ = text_.line();
    std::size_t skip = 0;
    const std::size_t size = find_end(skip);
    taken_ = size + skip;
    record_ = text_.text().substr(0, size);
    if (!record_.empty() && record_.back() == '\r') record_.remove_suffix(1);
    if (problem_ != Reason::none) {
      fields_.clear();
      return true;
    }
    if (record_.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (delimiter_ == '\0') choose_delimiter(record_);
    split(record_);
    return true;
  }
}

}  // namespace breakeven::io
