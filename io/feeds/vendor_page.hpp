// vendor_page.hpp — what the readers of vendors' Markdown pages share: the words of a broken contract.
//
// Shape    Internal to the feeds. Every reader names the headings and columns that it was written for;
//          a page without them is refused with what was found instead. Nothing is guessed.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "io/feeds/markdown_tables.hpp"

namespace breakeven::io {

inline constexpr std::size_t kFewestModels = 3;  // a page with fewer is a page that failed to load

[[nodiscard]] Error broken_page(std::string_view page, std::string what, std::size_t line = 0);
/// "a | b | c".
[[nodiscard]] std::string listed(std::span<const std::string> cells);
/// The innermost heading above a table; empty when there is none.
[[nodiscard]] std::string heading_of(const MarkdownTable& table);

/// What a column of a table is a price for; none: the model's name.
struct PageColumn {
  std::string_view title;
  std::optional<catalog::BillingUnit> unit;
  bool long_context = false;
};
/// The header must be these titles and no others.
[[nodiscard]] Status check_header(std::string_view page, const MarkdownTable& table,
                                  std::span<const PageColumn> columns);

/// Position of a column by its title, in which case does not matter.
[[nodiscard]] std::optional<std::size_t> column_of(const MarkdownTable& table,
                                                   std::string_view title);

/// The first table whose innermost heading is `heading`.
[[nodiscard]] const MarkdownTable* table_under(std::span<const MarkdownTable> tables,
                                               std::string_view heading);
[[nodiscard]] Error no_table(std::string_view page, std::string_view heading,
                             std::span<const MarkdownTable> tables);
/// For a page whose tables are known by a column instead of a heading.
[[nodiscard]] Error no_column(std::string_view page, std::string_view title,
                              std::span<const MarkdownTable> tables);
[[nodiscard]] Status enough_models(std::string_view page, std::size_t found,
                                   std::size_t fewest = kFewestModels);

}  // namespace breakeven::io
