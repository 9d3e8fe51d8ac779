#include "io/trace_json_rows.hpp"

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"

namespace breakeven::io {
namespace {

namespace ondemand = simdjson::ondemand;
static_assert(LineReader::kPadding >= simdjson::SIMDJSON_PADDING);

simdjson::padded_string_view padded(std::string_view line) {
  return simdjson::padded_string_view(line.data(), line.size(),
                                      line.size() + simdjson::SIMDJSON_PADDING);
}

/// The value's own characters, so that numbers are read as decimal text; strings lose their quotes,
/// null is empty.
std::string_view token_text(std::string_view token) {
  token = trim(token);
  if (token == "null") return {};
  if (token.size() >= 2 && token.front() == '"') {
    token.remove_prefix(1);
    token = token.substr(0, token.find('"'));
  }
  return token;
}

class JsonRows final : public RowReader {
 public:
  JsonRows(LineReader& lines, const Layout& layout) : lines_(lines), layout_(layout) {}

  /// Hands out this line before the next one is read.
  void first(std::string_view line) { pending_ = line; }

  bool next(RawRow& row) override {
    std::string_view line;
    if (pending_) {
      line = *std::exchange(pending_, std::nullopt);
    } else {
      do {
        if (!lines_.next(line)) return false;
      } while (is_blank(line));
    }
    row.line = lines_.line_number();
    row.fields = {};
    row.hashes.clear();
    row.has_hashes = false;
    row.has_session = !layout_column(layout_, Role::session).empty();
    row.problem = RowProblem::none;
    if (const auto error = parse(line, row); error != simdjson::SUCCESS) {
      row.problem = RowProblem::invalid_json;
      row.culprit = {line, 1};
    }
    return true;
  }

  const Layout& layout() const override { return layout_; }
  bool json() const override { return true; }

 private:
  simdjson::error_code parse(std::string_view line, RawRow& row) {
    ondemand::document document;
    if (const auto error = parser_.iterate(padded(line)).get(document)) return error;
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) return error;
    for (auto entry : object) {
      ondemand::field field;
      if (const auto error = std::move(entry).get(field)) return error;
      std::string_view key;
      if (const auto error = field.unescaped_key().get(key)) return error;
      const Layout::Column* column = find(key);
      if (column == nullptr) continue;
      if (column->role == Role::hashes) {
        if (const auto error = read_hashes(field.value(), row)) return error;
        continue;
      }
      const std::string_view token = field.value().raw_json_token();
      const auto at = token.data() - line.data();
      row.fields[static_cast<std::size_t>(column->role)] = {token_text(token), at + 1};
    }
    // There is no place left to point at exactly when nothing follows the object.
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS ? simdjson::SUCCESS
                                                                          : simdjson::TAPE_ERROR;
  }

  [[nodiscard]] const Layout::Column* find(std::string_view key) const {
    for (const Layout::Column& column : layout_.columns) {
      if (!column.name.empty() && same_name(key, column.name)) return &column;
    }
    return nullptr;
  }

  static simdjson::error_code read_hashes(ondemand::value value, RawRow& row) {
    bool null = false;
    if (const auto error = value.is_null().get(null); error == simdjson::SUCCESS && null) {
      return simdjson::SUCCESS;
    }
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    for (auto element : array) {
      std::int64_t hash = 0;
      if (const auto error = element.get_int64().get(hash)) return error;
      row.hashes.push_back(hash);
    }
    row.has_hashes = true;
    return simdjson::SUCCESS;
  }

  LineReader& lines_;
  const Layout& layout_;
  ondemand::parser parser_;
  std::optional<std::string_view> pending_;
};

/// The keys of one object, or the reason why the line is none.
simdjson::error_code keys_of(std::string_view line, std::vector<std::string>& keys) {
  ondemand::parser parser;
  ondemand::document document;
  if (const auto error = parser.iterate(padded(line)).get(document)) return error;
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) return error;
  for (auto entry : object) {
    ondemand::field field;
    if (const auto error = std::move(entry).get(field)) return error;
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return error;
    keys.emplace_back(key);
  }
  return simdjson::SUCCESS;
}

}  // namespace

Result<std::unique_ptr<RowReader>> open_json_rows(LineReader& lines, const std::string& file) {
  std::string_view line;
  do {
    if (!lines.next(line)) {
      if (lines.error()) return *lines.error();
      return Error{ErrorCode::parse_error, "expected a trace, found only blank lines", file};
    }
  } while (is_blank(line));
  const std::string where = file + ":" + std::to_string(lines.line_number());
  std::vector<std::string> keys;
  if (const auto error = keys_of(line, keys)) {
    return Error{ErrorCode::parse_error,
                 "expected one JSON object per line, found " + quoted_excerpt(line) + " (" +
                     simdjson::error_message(error) + ")",
                 where + ":1"};
  }
  const Layout* layout = find_layout(keys);
  if (layout == nullptr) return no_layout(keys, where);
  auto rows = std::make_unique<JsonRows>(lines, *layout);
  rows->first(line);
  return std::unique_ptr<RowReader>(std::move(rows));
}

}  // namespace breakeven::io
