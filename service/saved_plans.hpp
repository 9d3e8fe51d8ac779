// saved_plans.hpp — a team's plans on a server, as JSON in and out (codec/saved_plan_json.hpp).
//
// Errors   Those of store/plan_store.hpp and of the body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "service/server_records.hpp"

namespace breakeven::service {

struct SavedAnswer {
  store::Outcome::Kind kind = store::Outcome::Kind::saved;
  std::string id;
  std::int64_t version = 0;  ///< of a stale save: the one that is there
  std::string json;
};

/// `key`: of the request, may be empty.
[[nodiscard]] Result<SavedAnswer> create_plan(ServerRecords& records, std::string_view body,
                                              std::string_view key, const store::Author& author);
/// `seen`: the version that the author has seen; 0: any.
[[nodiscard]] Result<SavedAnswer> save_plan(ServerRecords& records, std::string_view id,
                                            std::string_view body, std::int64_t seen,
                                            const store::Author& author);
[[nodiscard]] Result<SavedAnswer> delete_plan(ServerRecords& records, std::string_view id,
                                              std::int64_t seen, const store::Author& author);
/// `version` 0: the newest.
[[nodiscard]] Result<SavedAnswer> saved_plan(ServerRecords& records, std::string_view id,
                                             std::int64_t version, const store::Author& author);
[[nodiscard]] Result<std::string> saved_plans(ServerRecords& records, std::int64_t before,
                                              std::size_t limit, const store::Author& author);
[[nodiscard]] Result<std::string> plan_versions(ServerRecords& records, std::string_view id,
                                                const store::Author& author);

}  // namespace breakeven::service
