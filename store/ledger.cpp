#include "store/ledger.hpp"

#include <utility>

#include "store/database.hpp"
#include "store/sql_ledger.hpp"

namespace breakeven::store {

std::string_view to_string(RunStatus status) {
  switch (status) {
    case RunStatus::succeeded:
      return "succeeded";
    case RunStatus::not_modified:
      return "not_modified";
    case RunStatus::failed:
      break;
  }
  return "failed";
}

std::string_view to_string(ChangeState state) {
  switch (state) {
    case ChangeState::applied:
      return "applied";
    case ChangeState::proposed:
      return "proposed";
    case ChangeState::quarantined:
      return "quarantined";
    case ChangeState::rejected:
      return "rejected";
    case ChangeState::cancelled:
      break;
  }
  return "cancelled";
}

Result<ChangeState> parse_change_state(std::string_view text) {
  for (const ChangeState state :
       {ChangeState::applied, ChangeState::proposed, ChangeState::quarantined,
        ChangeState::rejected, ChangeState::cancelled}) {
    if (to_string(state) == text) return state;
  }
  return Error{ErrorCode::invalid_argument,
               "expected applied, proposed, quarantined, rejected or cancelled, found \"" +
                   std::string(text) + "\"",
               {}};
}

Result<std::unique_ptr<Ledger>> open_ledger(const std::string& location) {
  BREAKEVEN_TRY(auto connection, open_connection(location));
  auto ledger = std::make_unique<SqlLedger>(std::move(connection));
  BREAKEVEN_CHECK_OK(ledger->refresh());
  return std::unique_ptr<Ledger>(std::move(ledger));
}

}  // namespace breakeven::store
