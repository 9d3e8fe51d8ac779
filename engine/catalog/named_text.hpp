// named_text.hpp — one catalogue file as text, so that the engine opens no files.
#pragma once

#include <string>

namespace breakeven::catalog {

/// Name relative to the catalogue folder ("open_models.csv", "prices/openai.csv").
struct NamedText {
  std::string name;
  std::string content;
};

}  // namespace breakeven::catalog
