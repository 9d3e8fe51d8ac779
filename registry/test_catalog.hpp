// test_catalog.hpp — the real catalogue, for the registry's tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/catalog/price_book.hpp"

namespace breakeven::registry {

inline const std::vector<catalog::NamedText>& catalog_files() {
  static const std::vector<catalog::NamedText> files = [] {
    std::vector<catalog::NamedText> out;
    const std::filesystem::path root = BREAKEVEN_SOURCE_DIR "/catalog";
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() != ".csv") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      out.push_back({entry.path().lexically_relative(root).generic_string(),
                     std::string(std::istreambuf_iterator<char>(in), {})});
    }
    return out;
  }();
  return files;
}

inline const catalog::PriceBook& our_book() {
  static const catalog::PriceBook book = catalog::PriceBook::load(catalog_files()).value();
  return book;
}

}  // namespace breakeven::registry
