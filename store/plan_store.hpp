// plan_store.hpp — plans as documents that a team keeps on a server: named, with every version.
//
// Shape    A plan belongs to a workspace; others cannot see that it is there. Each save is a version,
//          from 1 on, and versions stay until the plan is deleted, which deletes all of them. A save
//          over another's save that its author has not seen is refused (Outcome::stale). A request
//          key makes a repeated save find what the first one made, for a day.
// Threads  All functions may be called from any thread.
// Errors   not_found: no such plan, or version. invalid_argument: a key with another body.
//          resource_limit: the workspace is full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "store/audit_log.hpp"
#include "store/database.hpp"

namespace breakeven::store {

struct SavedPlan {
  std::string id;
  std::string name;
  std::int64_t version = 0;
  Instant created;        ///< when its first version was saved
  Instant saved;          ///< when this version was
  std::string saved_by;   ///< Author::who
  std::string document;   ///< JSON; empty in lists
  std::int64_t page = 0;  ///< where the next page of a list begins
};

struct SavedVersion {
  std::int64_t version = 0;
  std::string name;
  Instant saved;
  std::string saved_by;
};

/// A save: of a new plan, or over the version that its author has seen.
struct PlanDraft {
  std::string id;
  std::string name;
  std::string document;
};

/// "Idempotency-Key" of a request; an empty name is none.
struct RequestKey {
  std::string name;
  std::string body_hash;
};

struct Outcome {
  enum class Kind : std::uint8_t {
    saved,
    repeated,  ///< an earlier request with the same key did it
    stale      ///< nothing was done: `plan` is what is there now
  };
  Kind kind = Kind::saved;
  SavedPlan plan;  ///< without its document
};

class PlanStore {
 public:
  static constexpr std::int64_t kMostPlans = 10'000;  ///< of a workspace

  explicit PlanStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  [[nodiscard]] Result<Outcome> create(const PlanDraft& draft, const RequestKey& key,
                                       const Author& author, Instant now);
  /// `seen` = 0: over whatever is there.
  [[nodiscard]] Result<Outcome> save(const PlanDraft& draft, std::int64_t seen,
                                     const Author& author, Instant now);
  [[nodiscard]] Result<Outcome> remove(const std::string& id, std::int64_t seen,
                                       const Author& author, Instant now);
  /// `version` = 0: the newest.
  [[nodiscard]] Result<SavedPlan> find(const std::string& workspace, const std::string& id,
                                       std::int64_t version = 0);
  /// Newest first.
  [[nodiscard]] Result<std::vector<SavedVersion>> versions(const std::string& workspace,
                                                           const std::string& id);
  /// Latest saved first; the next page starts `before` the `page` of the last one of this.
  [[nodiscard]] Result<std::vector<SavedPlan>> list(const std::string& workspace,
                                                    std::int64_t before, std::size_t limit);

 private:
  std::shared_ptr<Database> database_;
};

}  // namespace breakeven::store
