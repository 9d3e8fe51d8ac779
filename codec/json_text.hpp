// json_text.hpp — edits of JSON texts for shells that do not know the JSON library.
//
// Shape    Objects in and out are texts on one line; members keep their order.
// Errors   parse_error for text that is not what is expected; resource_limit for nesting.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace breakeven::codec {

/// How deep requests may nest. Deeper text could exhaust the stack of whoever walks it.
inline constexpr std::size_t kMaxNesting = 64;

/// Refuses text that nests deeper than `limit`, without parsing it: brackets outside of strings
/// are counted.
[[nodiscard]] Status check_nesting(std::string_view text, std::size_t limit = kMaxNesting);

/// `text` as a JSON string with its quotes; invalid UTF-8 is replaced.
[[nodiscard]] std::string json_string(std::string_view text);

/// The named members of an object, in the order of the object; those it does not have are left out.
[[nodiscard]] std::string pick_members(std::string_view object,
                                       std::span<const std::string_view> names);
/// The object without the named members.
[[nodiscard]] std::string without_members(std::string_view object,
                                          std::span<const std::string_view> names);
/// `base` with the members of `changes` put over its own.
[[nodiscard]] Result<std::string> merge_members(std::string_view base, std::string_view changes);

}  // namespace breakeven::codec
