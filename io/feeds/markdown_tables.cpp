#include "io/feeds/markdown_tables.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"

namespace breakeven::io {
namespace {

constexpr std::size_t kLevels = 6;

/// Where the image at `at`, "![name](address)", ends: its last character; nothing when it is none.
std::size_t image_end(std::string_view cell, std::size_t at) {
  if (cell.substr(at, 2) != "![") return std::string_view::npos;
  const std::size_t name = cell.find("](", at);
  return name == std::string_view::npos ? name : cell.find(')', name);
}

/// Text without escapes, emphasis, code marks and images; of a link its text; <br> as a blank.
std::string plain(std::string_view cell) {
  std::string text;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    const char c = cell[at];
    if (c == '\\' && at + 1 < cell.size()) {
      text += cell[++at];
    } else if (const std::size_t end = image_end(cell, at); end != std::string_view::npos) {
      at = end;
    } else if (c == '*' || c == '`') {
      continue;
    } else if (c == '[') {
      continue;
    } else if (c == ']') {
      if (at + 1 < cell.size() && cell[at + 1] == '(') {
        const std::size_t close = cell.find(')', at);
        if (close == std::string_view::npos) {
          text += c;
        } else {
          at = close;
        }
      }
    } else if (c == '<' && to_lower(cell.substr(at, 3)) == "<br") {
      const std::size_t close = cell.find('>', at);
      text += ' ';
      at = close == std::string_view::npos ? cell.size() : close;
    } else {
      text += c;
    }
  }
  return std::string(trim(text));
}

std::vector<std::string_view> raw_cells(std::string_view line) {
  line = trim(line);
  if (line.starts_with('|')) line.remove_prefix(1);
  if (line.ends_with('|') && !line.ends_with("\\|")) line.remove_suffix(1);
  std::vector<std::string_view> cells;
  std::size_t from = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
    } else if (line[at] == '|') {
      cells.push_back(trim(line.substr(from, at - from)));
      from = at + 1;
    }
  }
  cells.push_back(trim(line.substr(from)));
  return cells;
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (const std::string_view cell : raw_cells(line)) cells.push_back(plain(cell));
  return cells;
}

/// Where the last link of a cell leads.
std::string target_of(std::string_view cell) {
  std::string target;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    if (const std::size_t end = image_end(cell, at); end != std::string_view::npos) {
      at = end;
    } else if (cell.substr(at, 2) == "](") {
      const std::size_t close = cell.find(')', at);
      if (close == std::string_view::npos) break;
      target = cell.substr(at + 2, close - at - 2);
      at = close;
    }
  }
  return target;
}

std::vector<std::string> targets_of(std::string_view line) {
  std::vector<std::string> targets;
  for (const std::string_view cell : raw_cells(line)) targets.push_back(target_of(cell));
  return targets;
}

bool is_dashes(std::string_view line) {
  const auto cells = raw_cells(line);
  return line.find('-') != std::string_view::npos &&
         std::ranges::all_of(cells, [](std::string_view cell) {
           return !cell.empty() && cell.find_first_not_of(":-") == std::string_view::npos;
         });
}

std::vector<std::string_view> lines_of(std::string_view page) {
  std::vector<std::string_view> lines;
  while (!page.empty()) {
    const std::size_t end = page.find('\n');
    std::string_view line = page.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
  }
  return lines;
}

std::size_t heading_level(std::string_view line) {
  const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
  return level >= 1 && level <= kLevels && level < line.size() && line[level] == ' ' ? level : 0;
}

std::string first_code(std::string_view line) {
  const std::size_t open = line.find('`');
  if (open == std::string_view::npos) return {};
  const std::size_t close = line.find('`', open + 1);
  return close == std::string_view::npos ? std::string()
                                         : std::string(line.substr(open + 1, close - open - 1));
}

}  // namespace

Result<std::vector<MarkdownTable>> markdown_tables(std::string_view page) {
  std::vector<MarkdownTable> tables;
  std::array<std::string, kLevels> headings;
  std::array<std::string, kLevels> codes;  // first one under each heading
  std::size_t level = 0;
  bool in_fence = false;
  const auto lines = lines_of(page);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view line = trim(lines[at]);
    if (line.starts_with("```") || line.starts_with("~~~")) in_fence = !in_fence;
    if (in_fence) continue;
    if (const std::size_t found = heading_level(line)) {
      level = found;
      headings[level - 1] = plain(line.substr(level));
      for (std::size_t below = level; below < kLevels; ++below) headings[below].clear();
      for (std::size_t below = level - 1; below < kLevels; ++below) codes[below].clear();
      continue;
    }
    const bool table = line.starts_with('|') && at + 1 < lines.size() && is_dashes(lines[at + 1]) &&
                       raw_cells(line).size() == raw_cells(lines[at + 1]).size();
    if (!table) {
      if (level > 0 && codes[level - 1].empty()) codes[level - 1] = first_code(line);
      continue;
    }
    MarkdownTable read;
    read.line = at + 1;
    read.header = cells_of(line);
    for (std::size_t i = 0; i < level; ++i) {
      if (!headings[i].empty()) read.headings.push_back(headings[i]);
      if (!codes[i].empty()) read.code = codes[i];
    }
    at += 2;
    for (; at < lines.size() && trim(lines[at]).starts_with('|'); ++at) {
      auto cells = cells_of(lines[at]);
      if (cells.size() != read.header.size()) {
        return Error{ErrorCode::parse_error,
                     "expected a table row of " + std::to_string(read.header.size()) +
                         " cells, found " + std::to_string(cells.size()),
                     "line " + std::to_string(at + 1)};
      }
      read.rows.push_back({at + 1, std::move(cells), targets_of(lines[at])});
    }
    --at;
    tables.push_back(std::move(read));
  }
  return tables;
}

}  // namespace breakeven::io
