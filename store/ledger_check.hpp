// ledger_check.hpp — what a record must be before it is written, whatever the database.
//
// Errors   invalid_argument; `where` is "run", "snapshot", "evidence 3" or "change 17" (from 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "store/ledger.hpp"

namespace breakeven::store {

/// All that a record alone can get wrong.
[[nodiscard]] Status check_record(const RunRecord& record);

/// A decision must be about a row that waits for it, of the same field, and not before it.
/// `decided` says that another row has decided upon `about` already.
[[nodiscard]] Status check_decision(const Change& decision, const Change& about, bool decided,
                                    std::string_view where);

/// Known times never run backwards within a book.
[[nodiscard]] Status check_known(const Change& change, Instant newest_known,
                                 std::string_view where);

}  // namespace breakeven::store
