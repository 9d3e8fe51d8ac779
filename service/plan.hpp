// plan.hpp — the plan as a use case: a trace file and a question in, an answer out.
//
// Shape    Loads nothing that the caller already has: the catalogue and the coefficients come in
//          Facts.
// Errors   Those of the trace reader (file:line:column), the catalogue and advisor::plan().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advisor/plan.hpp"
#include "engine/base/civil_time.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/serving/coefficients.hpp"
#include "service/traffic.hpp"

namespace breakeven::service {

/// Everything that the engine reads from disk, once.
struct Facts {
  catalog::Catalog catalog;
  serving::Coefficients coefficients;
  std::vector<catalog::NamedText> files;  ///< what they were read from
  std::optional<Instant> known_at;        ///< prices of a ledger as of then, in place of the files'
};
/// Of files that were read already; `place` is their folder in messages.
[[nodiscard]] Result<std::shared_ptr<const Facts>> facts_of(std::vector<catalog::NamedText> files,
                                                            const std::string& place);
[[nodiscard]] Result<std::shared_ptr<const Facts>> load_facts(const std::string& catalog_dir);
/// The same with the API prices that a ledger (service/registry.hpp; `store` empty: the user's own)
/// knew at `known`.
[[nodiscard]] Result<std::shared_ptr<const Facts>> load_facts_known(const std::string& catalog_dir,
                                                                    const std::string& store,
                                                                    Instant known);

struct PlanResult {
  io::TraceImport import;
  advisor::PlanQuestion question;  ///< as answered; its trace is `import.trace`
  advisor::PlanAnswer answer;
};

/// Reads the trace at `path` ("-": standard input) and answers. `question.trace` is ignored; an
/// `as_of` of zero becomes the date of the newest price in the catalogue. `stage` hears what is
/// being done.
[[nodiscard]] Result<std::shared_ptr<const PlanResult>> plan(
    const Facts& facts, advisor::PlanQuestion question, const std::string& path,
    const TraceReadOptions& read, Pool& pool, const std::function<void(const char*)>& stage = {});

/// The same for traffic that is already read.
[[nodiscard]] Result<std::shared_ptr<const PlanResult>> plan(
    const Facts& facts, advisor::PlanQuestion question, io::TraceImport traffic, Pool& pool,
    const std::function<void(const char*)>& stage = {});

/// For people: verdict, rungs, options, fleets, break-even, drivers.
[[nodiscard]] std::string plan_text(const PlanResult& result);

/// What the reader of a trace should know before the plan: rejected rows and warnings; empty when
/// none.
[[nodiscard]] std::string import_text(const io::TraceImport& import);

}  // namespace breakeven::service
