// completions.hpp — `breakeven completions bash|zsh|fish`, generated from the option tree.
#pragma once

#include "apps/cli/commands.hpp"

namespace breakeven::cli {

void add_completions(CLI::App& app, Context& context);

}  // namespace breakeven::cli
