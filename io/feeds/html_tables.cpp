#include "io/feeds/html_tables.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "engine/base/text.hpp"

namespace breakeven::io {
namespace {

constexpr std::int64_t kWidestSpan = 100;

/// A tag, or the text up to the next one.
struct Piece {
  std::string_view text;  ///< of a tag, what stands between < and >
  bool tag = false;
};

std::optional<Piece> next_piece(std::string_view& page) {
  if (page.empty()) return std::nullopt;
  if (page.starts_with("<!--")) {
    const std::size_t end = page.find("-->");
    page.remove_prefix(end == std::string_view::npos ? page.size() : end + 3);
    return Piece{};
  }
  if (page.front() == '<') {
    const std::size_t end = std::min(page.find('>'), page.size());
    const Piece piece{page.substr(1, end - 1), true};
    page.remove_prefix(std::min(end + 1, page.size()));
    return piece;
  }
  const std::size_t end = std::min(page.find('<'), page.size());
  const Piece piece{page.substr(0, end), false};
  page.remove_prefix(end);
  return piece;
}

/// "td" of "td colspan=2", "/td" of an end.
std::string tag_name(std::string_view tag) {
  const std::size_t end = tag.find_first_of(" \t\r\n/", tag.starts_with('/') ? 1 : 0);
  return to_lower(tag.substr(0, end));
}

/// colspan="2", colspan=2, or 1.
std::int64_t span_of(std::string_view tag, std::string_view attribute) {
  const std::string lower = to_lower(tag);
  std::size_t at = lower.find(std::string(attribute) + "=");
  if (at == std::string::npos) return 1;
  at += attribute.size() + 1;
  std::string_view value = std::string_view(lower).substr(at);
  if (value.starts_with('"') || value.starts_with('\'')) value.remove_prefix(1);
  const std::size_t end = value.find_first_not_of("0123456789");
  const auto number = parse_int(value.substr(0, end));
  return number.ok() ? std::clamp<std::int64_t>(*number, 1, kWidestSpan) : 1;
}

void append_text(std::string& cell, std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kEntities{
      {{"&lt;", "<"},
       {"&gt;", ">"},
       {"&nbsp;", " "},
       {"&quot;", "\""},
       {"&#36;", "$"},
       {"&#x27;", "'"},
       {"&amp;", "&"}}};
  while (!text.empty()) {
    const auto entity = std::ranges::find_if(
        kEntities, [&](const auto& one) { return text.starts_with(one.first); });
    if (entity != kEntities.end()) {
      cell += entity->second;
      text.remove_prefix(entity->first.size());
      continue;
    }
    const char c = text.front();
    cell += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    text.remove_prefix(1);
  }
}

std::string one_spaced(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  return out;
}

/// Builds the grid of one table from its cells in the order of the page.
class Grid {
 public:
  void new_row() {
    ++row_;
    column_ = 0;
    reach(row_);
  }
  void add(const std::string& text, std::int64_t rows, std::int64_t columns) {
    if (row_ == kNoRow) new_row();
    while (column_ < taken_[row_].size() && taken_[row_][column_]) ++column_;
    for (std::int64_t down = 0; down < rows; ++down) {
      const std::size_t at = row_ + static_cast<std::size_t>(down);
      reach(at);
      const std::size_t end = column_ + static_cast<std::size_t>(columns);
      if (cells_[at].size() < end) {
        cells_[at].resize(end);
        taken_[at].resize(end, false);
      }
      for (std::size_t c = column_; c < end; ++c) {
        cells_[at][c] = text;
        taken_[at][c] = true;
      }
    }
    column_ += static_cast<std::size_t>(columns);
  }
  /// Rows that only a span reached into are none.
  [[nodiscard]] HtmlTable take() && {
    if (row_ == kNoRow) return {};
    cells_.resize(row_ + 1);
    return std::move(cells_);
  }

 private:
  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
  void reach(std::size_t row) {
    if (cells_.size() <= row) {
      cells_.resize(row + 1);
      taken_.resize(row + 1);
    }
  }
  HtmlTable cells_;
  std::vector<std::vector<bool>> taken_;
  std::size_t row_ = kNoRow;  ///< wraps to the first
  std::size_t column_ = 0;
};

class TableReader {
 public:
  Status take(const Piece& piece) {
    if (!piece.tag) {
      if (cell_ && footnote_ == 0) append_text(*cell_, piece.text);
      return {};
    }
    const std::string name = tag_name(piece.text);
    if (name == "table") {
      grid_.emplace();
      cell_.reset();
    } else if (!grid_) {
      return {};
    } else if (name == "/table") {
      end_cell();
      tables_.push_back(std::move(*grid_).take());
      grid_.reset();
    } else if (name == "tr") {
      end_cell();
      grid_->new_row();
    } else if (name == "td" || name == "th") {
      end_cell();
      rows_ = span_of(piece.text, "rowspan");
      columns_ = span_of(piece.text, "colspan");
      cells_ += static_cast<std::size_t>(rows_ * columns_);
      if (cells_ > kMostCells) {
        return Error{ErrorCode::resource_limit,
                     "expected tables of at most " + std::to_string(kMostCells) + " cells",
                     {}};
      }
      cell_.emplace();
      footnote_ = 0;
    } else if (name == "/td" || name == "/th" || name == "/tr") {
      end_cell();
    } else if (name == "sup") {
      ++footnote_;
    } else if (name == "/sup") {
      footnote_ = std::max(footnote_ - 1, 0);
    } else if (name == "br" && cell_) {
      *cell_ += ' ';
    }
    return {};
  }
  [[nodiscard]] std::vector<HtmlTable> finish() && {
    end_cell();
    if (grid_) tables_.push_back(std::move(*grid_).take());
    return std::move(tables_);
  }

 private:
  void end_cell() {
    if (cell_ && grid_) grid_->add(one_spaced(*cell_), rows_, columns_);
    cell_.reset();
  }

  std::vector<HtmlTable> tables_;
  std::optional<Grid> grid_;         ///< while inside a table
  std::optional<std::string> cell_;  ///< while inside a cell
  std::int64_t rows_ = 1;
  std::int64_t columns_ = 1;
  int footnote_ = 0;
  std::size_t cells_ = 0;
};

}  // namespace

Result<std::vector<HtmlTable>> html_tables(std::string_view page) {
  TableReader reader;
  while (const auto piece = next_piece(page)) BREAKEVEN_CHECK_OK(reader.take(*piece));
  return std::move(reader).finish();
}

}  // namespace breakeven::io
