// store_care.hpp — backup, restore and doctor: keeps a store, and says what is wrong with it.
//
// Errors   Those of store/store_files.hpp. unsupported, with the command to use instead, for a
//          PostgreSQL store where its own tools do better.
#pragma once

#include <string>

#include "codec/report_json.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"

namespace breakeven::service {

/// `file` empty, or a folder: a name with the time in it, in that folder, else in backups/ beside the
/// store.
[[nodiscard]] Result<codec::Report> back_up_store(const std::string& location,
                                                  const std::string& file, Instant now);
[[nodiscard]] Result<codec::Report> restore_store(const std::string& location,
                                                  const std::string& file, Instant now);

struct DoctorQuery {
  std::string location;
  std::string backups;  ///< folder of backups; empty: backups/ beside the store
  bool repair = false;  ///< put the newest good backup in the place of a damaged store
};
struct Diagnosis {
  codec::Report report;
  bool healthy = true;
};
[[nodiscard]] Result<Diagnosis> examine_store(const DoctorQuery& query, Instant now);

}  // namespace breakeven::service
