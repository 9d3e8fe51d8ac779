#include "io/trace_rows.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/base/text.hpp"
#include "io/foreign_data.hpp"
#include "io/trace_json_rows.hpp"

namespace breakeven::io {
namespace {

constexpr std::array<Layout, 4> kLayouts{{
    {TraceLayout::normalised,
     Clock::seconds,
     {{{Role::arrival, "arrival_s"},
       {Role::input, "input_tokens"},
       {Role::output, "output_tokens"},
       {Role::cached, "cached_tokens"},
       {Role::cached, "ideal_cached_tokens"},
       {Role::session, "session"}}}},
    {TraceLayout::azure,
     Clock::calendar,
     {{{Role::arrival, "TIMESTAMP"},
       {Role::input, "ContextTokens"},
       {Role::output, "GeneratedTokens"},
       {},
       {},
       {}}}},
    {TraceLayout::mooncake,
     Clock::milliseconds,
     {{{Role::arrival, "timestamp"},
       {Role::input, "input_length"},
       {Role::output, "output_length"},
       {Role::hashes, "hash_ids"},
       {},
       {}}}},
    {TraceLayout::burstgpt,
     Clock::seconds,
     {{{Role::arrival, "Timestamp"},
       {Role::input, "Request tokens"},
       {Role::output, "Response tokens"},
       {Role::session, "Session ID"},
       {},
       {}}}},
}};

constexpr std::size_t kRequired = 3;

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    if (out.size() > 400) return out + "...";
    out += name.empty() ? "\"\"" : name;
  }
  return out;
}

std::size_t required_present(const Layout& layout, const std::vector<std::string>& names) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < kRequired; ++i) {
    for (const std::string& name : names) {
      if (same_name(name, layout.columns[i].name)) {
        ++found;
        break;
      }
    }
  }
  return found;
}

/// Splits a CSV record at `delimiter`; quoted fields lose their outer quotes. False on a bad quote,
/// with the place in `culprit`.
template <class Use>
bool split_fields(std::string_view record, char delimiter, Use use, RawField& culprit) {
  const char* const begin = record.data();
  const char* const end = begin + record.size();
  const char* at = begin;
  std::size_t index = 0;
  while (true) {
    const auto column = at - begin + 1;
    if (at < end && *at == '"') {
      const char* close = at + 1;
      while (close < end && (*close != '"' || (close + 1 < end && close[1] == '"'))) {
        close += *close == '"' ? 2 : 1;
      }
      if (close >= end || (close + 1 < end && close[1] != delimiter)) {
        culprit = {{at, static_cast<std::size_t>(end - at)}, column};
        return false;
      }
      use(index, RawField{{at + 1, static_cast<std::size_t>(close - at - 1)}, column});
      at = close + 1;
    } else {
      const char* stop = at;
      while (stop < end && *stop != delimiter) ++stop;
      use(index, RawField{{at, static_cast<std::size_t>(stop - at)}, column});
      at = stop;
    }
    ++index;
    if (at >= end) return true;
    ++at;
  }
}

class CsvRows final : public RowReader {
 public:
  CsvRows(LineReader& lines, const Layout& layout, char delimiter,
          std::vector<std::optional<Role>> roles)
      : lines_(lines), layout_(layout), delimiter_(delimiter), roles_(std::move(roles)) {}

  bool next(RawRow& row) override {
    std::string_view record;
    do {
      if (!lines_.next_record(record)) return false;
    } while (is_blank(record));
    row.line = lines_.line_number();
    row.fields = {};
    row.problem = RowProblem::none;
    std::size_t count = 0;
    const bool split = split_fields(
        record, delimiter_,
        [this, &row, &count](std::size_t index, const RawField& field) {
          count = index + 1;
          if (index >= roles_.size() || !roles_[index]) return;
          const auto role = static_cast<std::size_t>(*roles_[index]);
          row.fields[role] = field;
          if (*roles_[index] == Role::session) row.has_session = true;
        },
        row.culprit);
    if (!split) {
      row.problem = RowProblem::bad_quote;
    } else if (count != roles_.size()) {
      row.problem = RowProblem::field_count;
      row.culprit = {record, 1};
    }
    return true;
  }

  const Layout& layout() const override { return layout_; }
  bool json() const override { return false; }

 private:
  LineReader& lines_;
  const Layout& layout_;
  char delimiter_;
  std::vector<std::optional<Role>> roles_;
};

/// The delimiter that splits the header into most fields; a comma when none does.
char find_delimiter(std::string_view header) {
  char best = ',';
  for (const char c : {',', ';', '\t'}) {
    if (std::count(header.begin(), header.end(), c) >
        std::count(header.begin(), header.end(), best)) {
      best = c;
    }
  }
  return best;
}

Result<std::unique_ptr<RowReader>> open_csv(LineReader& lines, const std::string& file) {
  std::string_view header;
  do {
    if (!lines.next_record(header)) {
      if (lines.error()) return *lines.error();
      return Error{ErrorCode::parse_error, "expected a trace, found only blank lines", file};
    }
  } while (is_blank(header));
  const std::string where = file + ":" + std::to_string(lines.line_number());
  const char delimiter = find_delimiter(header);
  std::vector<std::string> names;
  RawField culprit;
  if (!split_fields(
          header, delimiter,
          [&names](std::size_t, const RawField& field) { names.emplace_back(trim(field.text)); },
          culprit)) {
    return Error{
        ErrorCode::parse_error,
        row_problem_expectation(RowProblem::bad_quote) + ", found " + quoted_excerpt(culprit.text),
        where + ":" + std::to_string(culprit.column)};
  }
  if (std::all_of(names.begin(), names.end(), [](const std::string& name) {
        return !name.empty() && parse_double(name).ok();
      })) {
    return Error{ErrorCode::parse_error,
                 "expected a header with column names such as "
                 "arrival_s,input_tokens,output_tokens, found only numbers: " +
                     quoted_excerpt(header),
                 where};
  }
  const Layout* layout = find_layout(names);
  if (layout == nullptr) {
    std::vector<std::string> shown;
    for (const std::string& name : names) {
      const std::string safe = quoted_excerpt(name);
      shown.push_back(safe.substr(1, safe.size() - 2));
    }
    return no_layout(shown, where);
  }
  std::vector<std::optional<Role>> roles(names.size());
  std::array<bool, kRoles> bound{};
  // In the layout's order, so that the preferred name of a role wins.
  for (const Layout::Column& column : layout->columns) {
    if (column.name.empty() || column.role == Role::hashes) continue;
    bool seen = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!same_name(names[i], column.name)) continue;
      if (seen) {
        return Error{ErrorCode::parse_error,
                     "expected one column " + std::string(column.name) + ", found two", where};
      }
      seen = true;
      if (bound[static_cast<std::size_t>(column.role)]) continue;
      roles[i] = column.role;
    }
    if (seen) bound[static_cast<std::size_t>(column.role)] = true;
  }
  return std::unique_ptr<RowReader>(
      std::make_unique<CsvRows>(lines, *layout, delimiter, std::move(roles)));
}

}  // namespace

std::string_view layout_column(const Layout& layout, Role role) {
  for (const Layout::Column& column : layout.columns) {
    if (column.role == role && !column.name.empty()) return column.name;
  }
  return {};
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [lower](char x, char y) {
           return lower(x) == lower(y);
         });
}

const Layout* find_layout(const std::vector<std::string>& names) {
  for (const Layout& layout : kLayouts) {
    if (required_present(layout, names) == kRequired) return &layout;
  }
  return nullptr;
}

Error no_layout(const std::vector<std::string>& names, const std::string& where) {
  const Layout* closest = &kLayouts.front();
  for (const Layout& layout : kLayouts) {
    if (required_present(layout, names) > required_present(*closest, names)) closest = &layout;
  }
  std::string missing;
  for (std::size_t i = 0; i < kRequired; ++i) {
    const std::string_view wanted = closest->columns[i].name;
    if (std::any_of(names.begin(), names.end(),
                    [wanted](const std::string& n) { return same_name(n, wanted); })) {
      continue;
    }
    if (!missing.empty()) missing += ", ";
    missing += wanted;
    const auto near = near_matches(wanted, names, 1);
    if (!near.empty()) missing += " (is it \"" + near.front() + "\"?)";
  }
  return Error{
      ErrorCode::parse_error,
      "expected the columns of a request trace (arrival_s, input_tokens, output_tokens, or "
      "those of Azure, Mooncake or BurstGPT); missing " +
          missing + "; found " + joined(names),
      where};
}

Status refuse_foreign(std::string_view head, const std::string& file) {
  const auto refuse = [&file](const std::string& found) {
    return Error{
        ErrorCode::parse_error,
        "expected a request trace (CSV or JSON Lines, plain, gzip or zstd), found " + found, file};
  };
  if (head.empty()) return refuse("an empty file");
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
    return refuse("UTF-16 text: save it as UTF-8");
  }
  if (head.starts_with("# HELP")) {
    return refuse("Prometheus metrics: histograms hold no single requests");
  }
  if (const auto found = foreign_data(head)) return refuse(std::string(*found));
  const std::string_view first_line = head.substr(0, head.find('\n'));
  if (first_line.find(" HTTP/1.") != std::string_view::npos ||
      first_line.find(" HTTP/2") != std::string_view::npos) {
    return refuse(
        "an access log: it has no token counts (and uvicorn's has no times); use the gateway's or "
        "the vendor's per-request log");
  }
  const std::size_t text = head.find_first_not_of(" \t\r\n");
  if (text != std::string_view::npos && head[text] == '[') {
    return refuse("a JSON array: write one object per line (JSON Lines)");
  }
  return {};
}

Result<std::unique_ptr<RowReader>> open_rows(LineReader& lines, std::string_view head,
                                             const std::string& file) {
  const std::size_t text = head.find_first_not_of(" \t\r\n");
  if (text == std::string_view::npos || head[text] != '{') return open_csv(lines, file);
  return open_json_rows(lines, file);
}

}  // namespace breakeven::io
