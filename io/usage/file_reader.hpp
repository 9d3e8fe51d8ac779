// file_reader.hpp — one usage file while it is read: what it is, its records, and where they go.
//
// Shape    Internal to the importer. The first bytes say what the file is; its records are mapped one
//          by one. Where the format allows it, plain lines take the lane (plain_lane.hpp), and this
//          reader takes what the lane leaves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/usage/intake.hpp"
#include "engine/usage/mapper.hpp"
#include "engine/usage/plain_rows.hpp"
#include "io/usage/csv_records.hpp"
#include "io/usage/import.hpp"
#include "io/usage/json_values.hpp"
#include "io/usage/plain_lane.hpp"
#include "io/usage/text_buffer.hpp"

namespace breakeven::io {

class FileReader {
 public:
  /// `path` is that of a plain file, else empty.
  FileReader(const UsageReadOptions& options, usage::CounterBook& counters, TextBuffer& text,
             usage::Intake& intake, std::string path);
  void read();
  /// Bytes that were read, unpacked.
  [[nodiscard]] std::int64_t bytes() const { return bytes_.value_or(text_.bytes()); }

 private:
  class Nested final : public usage::NestedJson {
   public:
    pricing::Fields::Ref parse(std::string_view text) override;

   private:
    JsonValues values_;
  };

  void use(usage::Format format);
  [[nodiscard]] std::optional<usage::Format> format_of(std::span<const std::string_view> names,
                                                       pricing::Fields::Ref record) const;
  void read_csv();
  void read_csv_record(const CsvRecords& records);
  void read_parquet();
  [[nodiscard]] bool open_columns(std::span<const std::string_view> columns,
                                  const std::string& place);
  template <class FieldOf>
  void map_fields(FieldOf field);
  void note_columns(std::span<const std::string_view> names, const std::vector<int>& roles);
  void read_json();
  [[nodiscard]] bool read_json_record(std::string_view record, std::int64_t line, bool cut);
  [[nodiscard]] bool open(pricing::Fields::Ref record);
  [[nodiscard]] bool same_format(pricing::Fields::Ref record);
  void read_metrics();

  /// Opens the lane for a file whose format is known and fits; `reader` makes its block reader.
  using MakeReader = std::function<std::unique_ptr<BlockReader>(const usage::PlainRows&)>;
  void open_lane(const MakeReader& make, PlainLane::ReadOdd read_odd);

  const UsageReadOptions& options_;
  TextBuffer& text_;
  usage::Intake& intake_;
  usage::FileReport& report_;
  usage::MapperContext context_;
  Nested nested_;
  JsonValues values_;
  std::unique_ptr<usage::Mapper> mapper_;
  std::string path_;
  std::optional<std::int64_t> bytes_;
  std::vector<std::string> header_;
  std::vector<int> roles_;
  usage::Row row_;
  std::vector<std::string_view> names_;
  std::vector<std::string> first_names_;
  std::int64_t first_line_ = 1;
  std::int64_t unknown_ = 0;  ///< JSON records before the format was known
  std::vector<std::uint64_t> known_sets_;
  std::vector<std::pair<std::string, std::string>> headings_;

  InlinePool alone_;
  std::optional<usage::PlainRows> plain_;
  std::unique_ptr<BlockReader> block_reader_;
  std::optional<PlainLane> lane_;
};

}  // namespace breakeven::io
