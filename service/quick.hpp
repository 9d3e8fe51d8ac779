// quick.hpp — the slider calculator (codec/quick_calculator.hpp) with its facts from disk, and its answer as text.
//
// Errors   Those of the catalogue.
#pragma once

#include <string>

#include "codec/quick_calculator.hpp"
#include "engine/base/result.hpp"

namespace breakeven::service {

/// From the catalogue's folder; empty = find it.
[[nodiscard]] Result<codec::QuickCalculator> load_quick_calculator(const std::string& catalog_dir);

/// The answer for people, as the command line prints it.
[[nodiscard]] std::string quick_text(const codec::QuickReply& reply);

}  // namespace breakeven::service
