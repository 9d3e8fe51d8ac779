// test_snapshots.hpp — registries as they were on several days, for tests that replay them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace breakeven::registry::testing {

namespace fs = std::filesystem;

inline const fs::path kSource = BREAKEVEN_SOURCE_DIR;
inline const fs::path kPublished = kSource / ".." / "shared" / "data" / "registries";
inline const fs::path kOwn = kSource / "tests" / "registry" / "snapshots";

inline std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Snapshots in the order of their dates: ours, and the published ones where they lie.
inline std::vector<std::vector<fs::path>> series() {
  std::vector<std::vector<fs::path>> all{{kOwn / "litellm-2026-01-01.json",
                                          kOwn / "litellm-2026-01-02.json",
                                          kOwn / "litellm-2026-01-03.json"}};
  std::vector<fs::path> published;
  for (const char* name :
       {"litellm-2024-07-18.json", "litellm-2025-08-08.json", "litellm-2026-03-14.json",
        "litellm-2026-07-22.json", "litellm-2026-07-24.json", "litellm.json"}) {
    if (fs::exists(kPublished / name)) published.push_back(kPublished / name);
  }
  if (published.size() > 1) all.push_back(std::move(published));
  return all;
}

}  // namespace breakeven::registry::testing
