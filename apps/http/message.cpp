#include "apps/http/message.hpp"

#include <algorithm>

namespace breakeven::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view find(const std::vector<std::pair<std::string, std::string>>& pairs,
                      std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::remove:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "this method";
}

bool percent_decode(std::string_view text, std::string& to) {
  to.clear();
  to.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return false;
    to.push_back(c);
  }
  return true;
}

std::string_view Request::header(std::string_view name) const { return find(headers, name); }

std::string_view Request::parameter(std::string_view name) const { return find(parameters, name); }

std::string Request::query_value(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    const std::size_t equals = item.find('=');
    if (item.substr(0, equals) != name || equals == std::string_view::npos) continue;
    std::string value(item.substr(equals + 1));
    for (char& c : value) c = c == '+' ? ' ' : c;
    std::string decoded;
    if (percent_decode(value, decoded)) return decoded;
  }
  return {};
}

}  // namespace breakeven::http
