// dossier.hpp — a plan with everything that it was computed from, in one file, and computed again.
//
// Shape    A tar archive in gzip (docs/formats/dossier.md): the question, the trace, the files of the
//          catalogue, the prices of a ledger where they were asked for; the answer with the prices and
//          facts it used; a manifest with the length and SHA-256 of each. The same plan gives the same
//          bytes.
// Errors   parse_error with file and part for a dossier that is cut off, damaged, changed or not one;
//          unsupported for another format; resource_limit above 1 GiB. Those of advisor::plan().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "codec/dossier_json.hpp"
#include "engine/advisor/plan.hpp"
#include "engine/base/pool.hpp"
#include "engine/base/result.hpp"
#include "report/plan_changes.hpp"
#include "service/plan.hpp"

namespace breakeven::service {

/// The bytes of the file. `question` as answered, with its trace.
[[nodiscard]] Result<std::string> make_dossier(const Facts& facts,
                                               const advisor::PlanQuestion& question,
                                               const advisor::PlanAnswer& answer,
                                               const std::string& version);

/// The same to `path`, whole or not at all; returns what to tell about it.
[[nodiscard]] Result<std::string> write_dossier(const Facts& facts,
                                                const advisor::PlanQuestion& question,
                                                const advisor::PlanAnswer& answer,
                                                const std::string& version,
                                                const std::string& path);

struct Replay {
  codec::DossierManifest manifest;
  std::string version;                   ///< of this program
  std::string answer;                    ///< as computed now
  bool same_answer = false;              ///< to the byte
  std::vector<std::string> other_parts;  ///< of the dossier, that come out differently now
  report::PlanChanges changes;           ///< of the figures, where the answer is not the same

  /// Everything comes out as recorded, apart from the version of the program.
  [[nodiscard]] bool holds() const {
    return (same_answer || (manifest.program != version && changes.none())) && other_parts.empty();
  }
};

/// Reads the dossier at `path` ("-": standard input) and computes it again from nothing but it.
[[nodiscard]] Result<Replay> replay_dossier(const std::string& path, const std::string& version,
                                            Pool& pool,
                                            const std::function<void(const char*)>& stage = {});

/// For people.
[[nodiscard]] std::string replay_text(const Replay& replay);

}  // namespace breakeven::service
