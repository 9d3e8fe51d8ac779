#include "io/feeds/vendor_page.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/text.hpp"

namespace breakeven::io {

Error broken_page(std::string_view page, std::string what, std::size_t line) {
  return Error{ErrorCode::parse_error, std::move(what),
               std::string(page) + (line == 0 ? "" : ":" + std::to_string(line))};
}

std::string listed(std::span<const std::string> cells) {
  std::string text;
  for (const std::string& cell : cells) text += (text.empty() ? "" : " | ") + cell;
  return text;
}

std::string heading_of(const MarkdownTable& table) {
  return table.headings.empty() ? std::string() : table.headings.back();
}

Status check_header(std::string_view page, const MarkdownTable& table,
                    std::span<const PageColumn> columns) {
  const bool same = std::ranges::equal(
      table.header, columns,
      [](const std::string& cell, const PageColumn& c) { return cell == c.title; });
  if (same) return {};
  std::vector<std::string> titles;
  for (const PageColumn& column : columns) titles.emplace_back(column.title);
  return broken_page(page,
                     "the columns under \"" + heading_of(table) + "\" changed: expected " +
                         listed(titles) + "; found " + listed(table.header),
                     table.line);
}

std::optional<std::size_t> column_of(const MarkdownTable& table, std::string_view title) {
  const std::string wanted = to_lower(title);
  const auto found = std::ranges::find_if(
      table.header, [&](const std::string& cell) { return to_lower(cell) == wanted; });
  if (found == table.header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - table.header.begin());
}

const MarkdownTable* table_under(std::span<const MarkdownTable> tables, std::string_view heading) {
  const auto found = std::ranges::find_if(
      tables, [&](const MarkdownTable& table) { return heading_of(table) == heading; });
  return found == tables.end() ? nullptr : &*found;
}

Error no_table(std::string_view page, std::string_view heading,
               std::span<const MarkdownTable> tables) {
  std::vector<std::string> there;
  for (const MarkdownTable& table : tables) {
    if (!table.headings.empty()) there.push_back(heading_of(table));
  }
  return broken_page(page, "expected a table under the heading \"" + std::string(heading) +
                               "\"; the page has tables under: " + listed(there));
}

Error no_column(std::string_view page, std::string_view title,
                std::span<const MarkdownTable> tables) {
  std::string there;
  for (const MarkdownTable& table : tables) {
    there += (there.empty() ? "" : "; ") + listed(table.header);
  }
  return broken_page(page, "expected a table with the column \"" + std::string(title) +
                               "\"; the page has tables of: " + there);
}

Status enough_models(std::string_view page, std::size_t found, std::size_t fewest) {
  if (found >= fewest) return {};
  return broken_page(page, "expected prices of at least " + std::to_string(fewest) +
                               " models, found " + std::to_string(found));
}

}  // namespace breakeven::io
