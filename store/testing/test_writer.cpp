// Writes runs into a ledger, or saved plans into a store, until it is killed. For each it says on
// standard output that it begins ("B") and, once the write was acknowledged, which number it has ("A"
// and eight bytes). What is written follows from the number, so that whoever reads it can check it.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "store/audit_log.hpp"
#include "store/database.hpp"
#include "store/ledger.hpp"
#include "store/plan_store.hpp"
#include "store/testing/test_runs.hpp"

namespace {

bool say(const char* bytes, std::size_t count) {
  return write(STDOUT_FILENO, bytes, count) == static_cast<ssize_t>(count);
}

/// Calls `write` with number after number.
template <class Write>
int write_for_ever(std::int64_t number, Write write) {
  for (;; ++number) {
    if (!say("B", 1) || !write(number)) return 1;
    char acknowledgement[1 + sizeof number] = {'A'};
    std::memcpy(acknowledgement + 1, &number, sizeof number);
    if (!say(acknowledgement, sizeof acknowledgement)) return 1;
  }
}

int write_plans(const char* location) {
  using namespace breakeven::store;
  const auto database = Database::open(location);
  if (!database.ok()) return 1;
  AuditLog log(*database);
  const auto newest = log.entries({{}, {}, {}, 0, 1});
  if (!newest.ok()) return 1;
  PlanStore plans(*database);
  return write_for_ever(newest->empty() ? 1 : newest->front().id + 1, [&](std::int64_t number) {
    const auto saved = save_numbered_plan(plans, number);
    return saved.ok() && saved->kind == Outcome::Kind::saved;
  });
}

}  // namespace

int main(int argc, char** argv) {
  using namespace breakeven::store;
  if (argc == 3 && std::strcmp(argv[2], "plans") == 0) return write_plans(argv[1]);
  if (argc != 2) return 2;
  const auto ledger = open_ledger(argv[1]);
  if (!ledger.ok()) {
    std::fprintf(stderr, "%s\n", ledger.error().text().c_str());
    return 1;
  }
  const auto counts = (*ledger)->counts();
  if (!counts.ok()) return 1;
  return write_for_ever(counts->runs + 1, [&](std::int64_t number) {
    const auto receipt = (*ledger)->record(numbered_run(number));
    return receipt.ok() && receipt->run == number;
  });
}
