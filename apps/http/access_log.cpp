#include "apps/http/access_log.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

#include "codec/json_text.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/text.hpp"

namespace breakeven::http {
namespace {

std::string fixed(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

std::string prefix() {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%08x-", std::random_device{}());
  return text.data();
}

/// Text as it is, but for what a terminal would act on.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  return out;
}

}  // namespace

Result<LogFormat> parse_log_format(std::string_view name) {
  if (name == "none") return LogFormat::none;
  if (name == "text") return LogFormat::text;
  if (name == "json") return LogFormat::json;
  return not_found("log format", name, {"none", "text", "json"});
}

std::string log_text(const LogLine& line, std::string_view time, LogFormat format) {
  using codec::json_string;
  if (format == LogFormat::json) {
    return R"({"time":)" + json_string(time) + R"(,"id":)" + json_string(line.id) +
           R"(,"method":)" + json_string(line.method) + R"(,"path":)" + json_string(line.path) +
           R"(,"status":)" + std::to_string(line.status) + R"(,"duration_ms":)" +
           fixed(line.milliseconds) + R"(,"bytes":)" + std::to_string(line.bytes) +
           R"(,"client":)" + json_string(line.client) +
           (line.who.empty() ? "" : R"(,"token":)" + json_string(line.who)) + "}\n";
  }
  return std::string(time) + " " + std::string(line.id) + " " + std::string(line.method) + " " +
         printable(line.path) + " " + std::to_string(line.status) + " " + fixed(line.milliseconds) +
         " ms " + std::to_string(line.bytes) + " B " + std::string(line.client) +
         (line.who.empty() ? "" : " " + printable(line.who)) + "\n";
}

void write_log(const LogLine& line, LogFormat format) {
  if (format == LogFormat::none) return;
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const std::string text = log_text(line, Instant{now}.iso(), format);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

std::string request_id(std::string_view given) {
  const bool harmless = !given.empty() && given.size() <= 64 &&
                        given.find_first_not_of(
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:") ==
                            std::string_view::npos;
  if (harmless) return std::string(given);
  static const std::string kPrefix = prefix();
  static std::atomic<std::uint64_t> next{0};
  return kPrefix + std::to_string(++next);
}

}  // namespace breakeven::http
