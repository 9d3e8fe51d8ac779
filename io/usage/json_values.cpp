#include "io/usage/json_values.hpp"

#include <simdjson.h>

#include <charconv>
#include <cstdint>
#include <limits>

#include "engine/base/encoded_text.hpp"
#include "io/json_lines.hpp"

namespace breakeven::io {
namespace {

using pricing::Field;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

/// A recursive descent; depth is bounded, so the recursion is too.
struct JsonValues::Parser {
  std::string_view text;
  pricing::Fields& fields;
  std::string& unescaped;
  std::size_t at = 0;
  bool deep = false;

  void blanks() {
    while (at < text.size() &&
           (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) {
      ++at;
    }
  }

  bool word(std::string_view expected) {
    if (text.substr(at, expected.size()) != expected) return false;
    at += expected.size();
    return true;
  }

  bool four_hex(std::uint32_t& code) {
    code = 0;
    if (at + 4 > text.size()) return false;
    for (int i = 0; i < 4; ++i) {
      const int digit = hex_digit(text[at++]);
      if (digit < 0) return false;
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  /// The rest of a string that has escapes. `unescaped` has room for all of it, so that views of
  /// earlier strings stay valid.
  bool escaped(std::size_t from, std::string_view& value) {
    const std::size_t start = unescaped.size();
    unescaped.append(text.substr(from, at - from));
    while (at < text.size()) {
      const char c = text[at++];
      if (c == '"') {
        value = std::string_view(unescaped).substr(start);
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        unescaped += c;
        continue;
      }
      if (at == text.size()) return false;
      const char kind = text[at++];
      constexpr std::string_view kKinds = "\"\\/bfnrt";
      constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
      if (const std::size_t known = kKinds.find(kind); known != std::string_view::npos) {
        unescaped += kMeant[known];
        continue;
      }
      std::uint32_t code = 0;
      if (kind != 'u' || !four_hex(code)) return false;
      if (code >= 0xD800 && code < 0xDC00) {
        std::uint32_t low = 0;
        const std::size_t before = at;
        if (word("\\u") && four_hex(low) && low >= 0xDC00 && low < 0xE000) {
          code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
        } else {
          at = before;
          code = 0xFFFD;
        }
      } else if (code >= 0xDC00 && code < 0xE000) {
        code = 0xFFFD;
      }
      unescaped += utf8_of(code).text();
    }
    return false;
  }

  bool string(std::string_view& value) {
    const std::size_t from = ++at;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (c == '"') {
        value = text.substr(from, at - from);
        ++at;
        return true;
      }
      if (c == '\\') return escaped(from, value);
      if (static_cast<unsigned char>(c) < 0x20) return false;
    }
    return false;
  }

  bool number(Field& field) {
    const std::size_t from = at;
    bool whole = true;
    if (text[at] == '-') ++at;
    const std::size_t digits = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == digits || (at - digits > 1 && text[digits] == '0')) return false;
    if (at < text.size() && text[at] == '.') {
      whole = false;
      const std::size_t point = ++at;
      while (at < text.size() && is_digit(text[at])) ++at;
      if (at == point) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
      whole = false;
      ++at;
      if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
      const std::size_t power = at;
      while (at < text.size() && is_digit(text[at])) ++at;
      if (at == power) return false;
    }
    field.text = text.substr(from, at - from);
    const char* const begin = field.text.data();
    const char* const end = begin + field.text.size();
    field.type = Field::Type::integer;
    if (whole && std::from_chars(begin, end, field.integer).ec == std::errc()) return true;
    field.type = Field::Type::real;
    // Out of a double's range: infinite, as every reader of counts refuses it.
    if (std::from_chars(begin, end, field.real).ec != std::errc()) {
      field.real = std::numeric_limits<double>::infinity();
    }
    return true;
  }

  bool value(std::string_view key, std::uint32_t parent, std::uint32_t previous,
             std::uint32_t& node, std::size_t depth) {
    blanks();
    if (at == text.size()) return false;
    if (depth > kMaxJsonDepth) {
      deep = true;
      return false;
    }
    Field field;
    field.key = key;
    switch (text[at]) {
      case '{':
        field.type = Field::Type::object;
        node = fields.add(field, parent, previous);
        return members(node, depth);
      case '[':
        field.type = Field::Type::array;
        node = fields.add(field, parent, previous);
        return items(node, depth);
      case '"':
        field.type = Field::Type::text;
        if (!string(field.text)) return false;
        break;
      case 't':
      case 'f':
        field.type = Field::Type::boolean;
        field.boolean = text[at] == 't';
        if (!word(field.boolean ? "true" : "false")) return false;
        break;
      case 'n':
        if (!word("null")) return false;
        break;
      default:
        if ((text[at] != '-' && !is_digit(text[at])) || !number(field)) return false;
        break;
    }
    node = fields.add(field, parent, previous);
    return true;
  }

  bool members(std::uint32_t object, std::size_t depth) {
    ++at;
    blanks();
    if (at < text.size() && text[at] == '}') {
      ++at;
      return true;
    }
    std::uint32_t last = 0;
    while (true) {
      blanks();
      std::string_view key;
      if (at == text.size() || text[at] != '"' || !string(key)) return false;
      blanks();
      if (at == text.size() || text[at++] != ':') return false;
      if (!value(key, object, last, last, depth + 1)) return false;
      blanks();
      if (at == text.size()) return false;
      const char c = text[at++];
      if (c == '}') return true;
      if (c != ',') return false;
    }
  }

  bool items(std::uint32_t array, std::size_t depth) {
    ++at;
    blanks();
    if (at < text.size() && text[at] == ']') {
      ++at;
      return true;
    }
    std::uint32_t last = 0;
    while (true) {
      if (!value({}, array, last, last, depth + 1)) return false;
      blanks();
      if (at == text.size()) return false;
      const char c = text[at++];
      if (c == ']') return true;
      if (c != ',') return false;
    }
  }
};

Result<pricing::Fields::Ref> JsonValues::parse(std::string_view text) {
  fields_.clear();
  unescaped_.clear();
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    return Error{ErrorCode::invalid_argument, "expected UTF-8", {}};
  }
  if (text.find('\\') != std::string_view::npos) unescaped_.reserve(text.size());
  Parser parser{text, fields_, unescaped_};
  std::uint32_t root = 0;
  const bool read = parser.value({}, 0, 0, root, 0);
  parser.blanks();
  if (!read || parser.at != text.size()) {
    if (parser.deep) {
      return Error{ErrorCode::resource_limit,
                   "expected JSON nested at most " + std::to_string(kMaxJsonDepth) + " deep",
                   {}};
    }
    return Error{
        ErrorCode::parse_error,
        "expected one JSON value, found a mistake at byte " + std::to_string(parser.at + 1),
        {}};
  }
  return fields_.root();
}

}  // namespace breakeven::io
