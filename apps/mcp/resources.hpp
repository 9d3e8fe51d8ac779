// resources.hpp — what an assistant can read: documents, worked cases, traces, plans that are held.
//
// Shape    URIs are breakeven://docs/{id}, breakeven://cases/{id}, breakeven://traces/{id},
//          breakeven://plans/{id}; an id is looked up in a list, never used as a path.
// Errors   not_found for anything else.
#pragma once

#include <string>
#include <string_view>

#include "apps/mcp/engine.hpp"
#include "engine/base/result.hpp"

namespace breakeven::mcp {

/// {"resources":[..]} and {"resourceTemplates":[..]}
[[nodiscard]] std::string resource_list(const Engine& engine);
[[nodiscard]] std::string resource_templates();
/// {"contents":[{"uri","mimeType","text"}]}
[[nodiscard]] Result<std::string> read_resource(const Engine& engine, const std::string& uri);
/// Documents and cases change only with the program.
[[nodiscard]] bool is_lasting(std::string_view uri);

}  // namespace breakeven::mcp
