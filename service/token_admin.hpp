// token_admin.hpp — makes, lists and takes back the tokens of a server, and shows its audit log.
//
// Errors   invalid_argument, out_of_range with the option's name; those of the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "codec/report_json.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "service/server_records.hpp"

namespace breakeven::service {

struct TokenOrder {
  std::string name;
  std::string scope = "read";
  std::string workspace = "default";
  /// A number of days ("90d"), a day, an instant, or "never".
  std::string expires = "365d";
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> plans_per_day;
};

/// The user of this machine, as the audit log names him.
[[nodiscard]] store::Author command_line_author();
[[nodiscard]] Result<bool> has_live_token(ServerRecords& records);

/// The head of the report has the token itself, which is nowhere else and never shown again.
[[nodiscard]] Result<codec::Report> create_token(ServerRecords& records, const TokenOrder& order,
                                                 const store::Author& author, Instant now);
[[nodiscard]] Result<codec::Report> revoke_token(ServerRecords& records,
                                                 const std::string& name_or_id,
                                                 const store::Author& author, Instant now);
/// Live ones, or also those that were.
[[nodiscard]] Result<codec::Report> list_tokens(ServerRecords& records, bool all, Instant now);
[[nodiscard]] Result<codec::Report> audit_log(ServerRecords& records,
                                              const store::AuditFilter& filter);

}  // namespace breakeven::service
