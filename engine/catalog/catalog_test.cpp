#include "engine/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace breakeven::catalog {
namespace {

std::vector<NamedText> shipped_files() {
  std::vector<NamedText> files;
  const std::filesystem::path root = std::filesystem::path(BREAKEVEN_SOURCE_DIR) / "catalog";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    files.push_back({std::filesystem::relative(entry.path(), root).generic_string(), text.str()});
  }
  return files;
}

const Catalog& shipped() {
  static const Catalog catalog = [] {
    auto loaded = Catalog::load(shipped_files());
    if (!loaded.ok()) {
      ADD_FAILURE() << loaded.error().text();
      return Catalog();
    }
    return std::move(loaded).value();
  }();
  return catalog;
}

TEST(ShippedCatalog, HasNoMistakes) {
  for (const Error& error : Catalog::mistakes(shipped_files())) ADD_FAILURE() << error.text();
}

TEST(ShippedCatalog, IsAsWideAsPromised) {
  EXPECT_GE(shipped().models().size(), 40U);
  EXPECT_GE(shipped().accelerators().size(), 20U);
  std::set<std::string> providers;
  for (const GpuOffer& offer : shipped().offers()) providers.insert(offer.provider);
  EXPECT_GE(providers.size(), 15U);
}

}  // namespace
}  // namespace breakeven::catalog
