// Imports into a usage store and dies on the way: test_usage_writer FILE IMPORT STAGE RECORDS.
//
// STAGE: begin (a file was begun), taken (its records were taken), ended (the file is ended, the
// import is not), committed; or "parent", to be killed at any moment: then it says "B" before it
// commits and "A" afterwards.
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "store/usage/testing/test_usage_records.hpp"
#include "store/usage/usage_store.hpp"

int main(int argc, char** argv) {
  using namespace breakeven;
  if (argc != 5) return 2;
  const std::string stage = argv[3];
  const auto die_at = [&](const char* here) {
    if (stage == here) static_cast<void>(raise(SIGKILL));
  };
  auto opened = store::UsageStore::open(argv[1], store::UsageStore::Access::write);
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().text().c_str());
    return 1;
  }
  auto import = opened->import_into("writer", Instant{0});
  if (!import || !(*import)->begin_file()) return 1;
  die_at("begin");
  const auto report =
      store::feed_numbered_records(**import, std::atoll(argv[2]), std::atoll(argv[4]));
  die_at("taken");
  if (!(*import)->end_file(report)) return 1;
  die_at("ended");
  if (stage == "parent" && write(STDOUT_FILENO, "B", 1) != 1) return 1;
  if (!(*import)->commit()) return 1;
  if (stage == "parent" && write(STDOUT_FILENO, "A", 1) != 1) return 1;
  die_at("committed");
  pause();
}
