#include "io/usage/plain_csv.hpp"

#include <array>

#include "io/usage/csv_records.hpp"

namespace breakeven::io {
namespace {

using usage::PlainUse;
using usage::Role;

/// Only a longer or blank-edged field can be anything else than what it looks like.
std::string_view value_of(const char* begin, const char* end) {
  const std::string_view field(begin, static_cast<std::size_t>(end - begin));
  if (field.size() > 4 && static_cast<unsigned char>(field.front()) > ' ' &&
      static_cast<unsigned char>(field.back()) > ' ') {
    return field;
  }
  return csv_value(field);
}

}  // namespace

PlainCsv::PlainCsv(const usage::PlainRows& rules, std::span<const int> roles, char delimiter)
    : rules_(rules), width_(roles.size()), delimiter_(delimiter) {
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (roles[i] < 0) continue;
    const auto role = static_cast<Role>(roles[i]);
    columns_.push_back({i, role, usage::plain_use(role)});
    if (columns_.back().use == PlainUse::label) labels_.push_back(role);
  }
}

bool PlainCsv::read_row(const char* text, std::size_t begin, const std::uint32_t* ends,
                        PlainBlock& block) const {
  std::array<std::string_view, LabelTable::kMostLabels> labels;
  std::size_t label_count = 0;
  usage::PlainCells cells;
  for (const Column& column : columns_) {
    const char* const from = text + (column.at == 0 ? begin : ends[column.at - 1] + std::size_t{1});
    const char* to = text + ends[column.at];
    if (column.at + 1 == width_ && to > from && to[-1] == '\r') --to;
    switch (column.use) {
      case PlainUse::count:
        if (to == from) break;
        if (!read_padded_count({from, static_cast<std::size_t>(to - from)}, column.role,
                               cells.tokens)) {
          const std::string_view value = value_of(from, to);
          if (!value.empty() && !usage::PlainRows::read_count(value, column.role, cells.tokens)) {
            return false;
          }
        }
        break;
      case PlainUse::label:
        labels[label_count++] = {from, static_cast<std::size_t>(to - from)};
        break;
      case PlainUse::id:
        cells.id = value_of(from, to);
        break;
      case PlainUse::session:
        cells.session = value_of(from, to);
        break;
      case PlainUse::user:
        cells.user = value_of(from, to);
        break;
      case PlainUse::time:
        cells.time = value_of(from, to);
        break;
      case PlainUse::cost:
        cells.cost = value_of(from, to);
        break;
      case PlainUse::latency:
        cells.latency = value_of(from, to);
        break;
      case PlainUse::ttft:
        cells.ttft = value_of(from, to);
        break;
      case PlainUse::empty:
        if (to != from && !value_of(from, to).empty()) return false;
        break;
    }
  }
  const std::uint32_t like =
      block.labels.number_of({labels.data(), label_count}, labels_, rules_, true);
  if (like == LabelTable::kNone) return false;
  usage::BatchItem& item = block.items.emplace_back();
  item.like = like;
  if (rules_.complete(block.labels[like], cells, item)) return true;
  block.items.pop_back();
  return false;
}

void PlainCsv::read(std::string_view text, std::size_t /*which*/, PlainBlock& block) {
  block.clear();
  block.marks.clear();
  find_marks(text, delimiter_, '\n', '"', block.marks);
  const std::uint32_t* mark = block.marks.data();
  const std::uint32_t* const last = mark + block.marks.size();
  const char* const bytes = text.data();
  std::size_t begin = 0;
  while (begin < text.size()) {
    // As many separators as there are columns, the last of them the line's end: a row.
    const std::uint32_t* end = mark;
    while (end != last && bytes[*end] == delimiter_) ++end;
    const bool whole = end != last && bytes[*end] == '\n';
    const auto fields = static_cast<std::size_t>(end - mark) + 1;
    while (end != last && bytes[*end] != '\n') ++end;
    const std::size_t stop = end == last ? text.size() : *end;
    const bool blank = stop == begin || (stop == begin + 1 && bytes[begin] == '\r');
    if (!blank && (!whole || fields != width_ || !read_row(bytes, begin, mark, block))) {
      block.odd.push_back({block.items.size(), begin, stop - begin, block.lines});
    }
    ++block.lines;
    begin = stop + 1;
    mark = end == last ? last : end + 1;
  }
  block.identify(rules_);
}

}  // namespace breakeven::io
