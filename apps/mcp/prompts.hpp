// prompts.hpp — ways to ask that a person can pick: briefs that quote computed figures only.
//
// Errors   not_found with near matches for a prompt; invalid_argument for its arguments.
#pragma once

#include <string>
#include <string_view>

#include "apps/mcp/engine.hpp"
#include "engine/base/result.hpp"

namespace breakeven::mcp {

/// {"prompts":[..]}
[[nodiscard]] std::string prompt_list();
/// {"description","messages":[..]}; `arguments` is an object of strings as JSON text. A plan that
/// is named and held is put into the message.
[[nodiscard]] Result<std::string> get_prompt(const Engine& engine, const std::string& name,
                                             std::string_view arguments);

}  // namespace breakeven::mcp
