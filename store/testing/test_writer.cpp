// Writes runs into a ledger until it is killed. For each run it says on standard output that it
// begins ("B") and, once record() has returned, which number the run got ("A" and eight bytes).
// What a run holds follows from its number, so that whoever reads the ledger can check it.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "store/ledger.hpp"
#include "store/testing/test_runs.hpp"

namespace {

bool say(const char* bytes, std::size_t count) {
  return write(STDOUT_FILENO, bytes, count) == static_cast<ssize_t>(count);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace breakeven::store;
  if (argc != 2) return 2;
  const auto ledger = open_ledger(argv[1]);
  if (!ledger.ok()) {
    std::fprintf(stderr, "%s\n", ledger.error().text().c_str());
    return 1;
  }
  const auto counts = (*ledger)->counts();
  if (!counts.ok()) return 1;
  for (std::int64_t number = counts->runs + 1;; ++number) {
    if (!say("B", 1)) return 1;
    const auto receipt = (*ledger)->record(numbered_run(number));
    if (!receipt.ok() || receipt->run != number) return 1;
    char acknowledgement[1 + sizeof number] = {'A'};
    std::memcpy(acknowledgement + 1, &number, sizeof number);
    if (!say(acknowledgement, sizeof acknowledgement)) return 1;
  }
}
