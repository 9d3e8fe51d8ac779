// access_log.hpp — one line per answer on standard error, with the request's id.
//
// Shape    Neither query strings, headers nor bodies are logged: they may hold secrets.
// Threads  write() may be called from any thread; a line is written at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::http {

enum class LogFormat : std::uint8_t { none, text, json };
[[nodiscard]] Result<LogFormat> parse_log_format(std::string_view name);

struct LogLine {
  std::string_view id;
  std::string_view method;
  std::string_view path;
  std::string_view who;  ///< name of the token; empty: none
  std::string_view client;
  int status = 0;
  double milliseconds = 0;
  std::uint64_t bytes = 0;
};

/// As text: "2026-11-21T12:00:00Z 5f3a-1 GET /api/v1/health 200 0.21 ms 15 B".
[[nodiscard]] std::string log_text(const LogLine& line, std::string_view time, LogFormat format);
void write_log(const LogLine& line, LogFormat format);

/// `given` when it is one to 64 harmless characters, else a new one.
[[nodiscard]] std::string request_id(std::string_view given);

}  // namespace breakeven::http
