#include "io/usage/json_elements.hpp"

#include <algorithm>
#include <array>

namespace breakeven::io {
namespace {

using usage::Reason;

constexpr std::array<std::string_view, 11> kRecordArrays{
    "data", "value", "resourceSpans", "resourceMetrics", "records",   "Records",
    "logs", "items", "rows",          "observations",    "spend_logs"};

bool holds_records(std::string_view key) {
  return std::find(kRecordArrays.begin(), kRecordArrays.end(), key) != kRecordArrays.end();
}

/// Whether one of the first lines is a whole JSON object: then the text is one value per line.
bool begins_with_lines(std::string_view head, bool whole_text) {
  constexpr int kLines = 5;
  JsonValues values;
  for (int i = 0; i < kLines && !head.empty(); ++i) {
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos && !whole_text) return false;
    std::string_view line = head.substr(0, end);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
    if (line.empty() || line.front() != '{') continue;
    const auto parsed = values.parse(line);
    if (!parsed) continue;
    // A page on one line is a document.
    for (auto child = parsed->first(); child.there(); child = child.next()) {
      const std::string_view key = child.node().key;
      if (child.is(pricing::Field::Type::array) && holds_records(key) && key != "resourceSpans" &&
          key != "resourceMetrics" && (*parsed)["object"].text() != "list") {
        return false;
      }
    }
    return true;
  }
  return false;
}

}  // namespace

JsonElements::JsonElements(TextBuffer& text) : text_(text) {
  constexpr std::size_t kHead = std::size_t{1} << 20;
  std::string_view head = text_.at_least(kHead);
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return;
  lines_ = head[first] == '{' && begins_with_lines(head.substr(first), text_.end());
}

bool JsonElements::has(std::size_t at) {
  while (at >= text_.text().size()) {
    if (text_.text().size() > kMaxElement) {
      too_long_ = true;
      return false;
    }
    if (!text_.fill() && at >= text_.text().size()) return false;
  }
  return true;
}

bool JsonElements::skip_blanks(std::size_t& at) {
  while (has(at)) {
    const char c = peek(at);
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return true;
    ++at;
  }
  return false;
}

bool JsonElements::skip_string(std::size_t& at) {
  ++at;
  while (has(at)) {
    const std::string_view window = text_.text();
    const std::size_t found = window.find_first_of("\"\\", at);
    if (found == std::string_view::npos) {
      at = window.size();
      continue;
    }
    if (window[found] == '"') {
      at = found + 1;
      return true;
    }
    at = found + 2;
  }
  return false;
}

/// Behind one value; what is inside it is checked by whoever parses it.
bool JsonElements::skip_value(std::size_t& at) {
  if (!has(at)) return false;
  if (peek(at) == '"') return skip_string(at);
  if (peek(at) == '{' || peek(at) == '[') {
    std::size_t depth = 0;
    while (has(at)) {
      const std::string_view window = text_.text();
      const std::size_t found = window.find_first_of("\"{}[]", at);
      if (found == std::string_view::npos) {
        at = window.size();
        continue;
      }
      at = found;
      const char c = window[at];
      if (c == '"') {
        if (!skip_string(at)) return false;
        continue;
      }
      ++at;
      if (c == '{' || c == '[') {
        ++depth;
      } else if (--depth == 0) {
        return true;
      }
    }
    return false;
  }
  const std::size_t from = at;
  while (has(at) && std::string_view(",]} \t\r\n").find(peek(at)) == std::string_view::npos) ++at;
  return at > from && !too_long_;
}

bool JsonElements::stop(Reason problem) {
  place_ = Place::stopped;
  if (problem == Reason::none) return false;
  problem_ = too_long_ ? Reason::too_long : problem;
  element_ = {};
  return true;
}

bool JsonElements::take(std::size_t size) {
  element_ = text_.text().substr(0, size);
  taken_ = size;
  return true;
}

void JsonElements::release() {
  text_.consume(taken_);
  taken_ = 0;
}

bool JsonElements::next() {
  release();
  problem_ = Reason::none;
  element_ = {};
  if (lines_) return next_line();
  return place_ != Place::stopped && next_element();
}

bool JsonElements::next_line() {
  while (true) {
    std::size_t searched = 0;
    std::size_t end = std::string_view::npos;
    line_ = text_.line();
    bool dropped = false;
    while (true) {
      end = text_.text().find('\n', searched);
      if (end != std::string_view::npos) break;
      searched = text_.text().size();
      if (searched > kMaxElement) {
        text_.consume(searched);
        searched = 0;
        dropped = true;
      }
      if (!text_.fill() && text_.text().size() == searched) break;
    }
    const bool at_end = end == std::string_view::npos;
    const std::size_t size = at_end ? text_.text().size() : end;
    // The bound holds to the byte, however much the window happens to hold.
    if (dropped || size > kMaxElement) {
      taken_ = size + (at_end ? 0 : 1);
      problem_ = Reason::too_long;
      return true;
    }
    std::string_view line = text_.text().substr(0, size);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      text_.consume(size + (at_end ? 0 : 1));
      if (at_end) return false;
      continue;
    }
    taken_ = size + (at_end ? 0 : 1);
    element_ = line;
    return true;
  }
}

bool JsonElements::next_element() {
  while (true) {
    std::size_t at = 0;
    if (!skip_blanks(at)) {
      text_.consume(text_.text().size());
      line_ = text_.line();
      return stop(place_ == Place::outside ? Reason::none : Reason::truncated);
    }
    text_.consume(at);
    line_ = text_.line();
    const char c = peek(0);
    switch (place_) {
      case Place::outside:
        if (c == '[') {
          text_.consume(1);
          place_ = Place::in_array;
          continue;
        }
        if (c == '{') {
          if (!scan_object()) continue;
          return true;
        }
        return stop(Reason::invalid_json);
      case Place::in_array:
      case Place::in_object_array:
        if (c == ',') {
          text_.consume(1);
          continue;
        }
        if (c == ']') {
          text_.consume(1);
          place_ = place_ == Place::in_array ? Place::outside : Place::after_array;
          continue;
        }
        return start_value();
      case Place::after_array:
        if (!finish_object()) return true;
        continue;
      case Place::stopped:
        return false;
    }
  }
}

bool JsonElements::start_value() {
  std::size_t at = 0;
  if (!skip_value(at)) return stop(Reason::truncated);
  return take(at);
}

/// Looks through a top-level object for the array with its records. False: the window stands in
/// that array; true: the object itself, or a problem, is the element.
bool JsonElements::scan_object() {
  std::size_t at = 1;
  bool list = false;
  while (true) {
    if (!skip_blanks(at)) return stop(Reason::truncated);
    if (peek(at) == ',') {
      ++at;
      continue;
    }
    if (peek(at) == '}') return take(at + 1);
    const std::size_t key_at = at + 1;
    if (peek(at) != '"') return stop(Reason::invalid_json);
    if (!skip_string(at)) return stop(Reason::truncated);
    const std::string key(text_.text().substr(key_at, at - key_at - 1));
    if (!skip_blanks(at)) return stop(Reason::truncated);
    if (peek(at) != ':') return stop(Reason::invalid_json);
    ++at;
    if (!skip_blanks(at)) return stop(Reason::truncated);
    const std::size_t value_at = at;
    if (peek(at) == '[' && holds_records(key) && !list) {
      text_.consume(at + 1);
      place_ = Place::in_object_array;
      return false;
    }
    if (!skip_value(at)) return stop(Reason::truncated);
    std::string_view value = text_.text().substr(value_at, at - value_at);
    if (value.front() == '{' || value.front() == '[') continue;
    if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
    list = list || (key == "object" && value == "list");
    if (heading_) heading_(key, value);
  }
}

/// Skips what follows the records up to the end of their object. False: there is a problem to tell.
bool JsonElements::finish_object() {
  while (true) {
    std::size_t at = 0;
    if (!skip_blanks(at)) {
      stop(Reason::truncated);
      return false;
    }
    const char c = peek(at);
    if (c == '}') {
      text_.consume(at + 1);
      place_ = Place::outside;
      return true;
    }
    if (c == ',' || c == ':') {
      ++at;
    } else if (!skip_value(at)) {
      stop(Reason::truncated);
      return false;
    }
    text_.consume(at);
  }
}

}  // namespace breakeven::io
