#include "io/usage/import.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "duckdb/parquet_rows.hpp"
#include "engine/base/text.hpp"
#include "io/foreign_data.hpp"
#include "io/usage/csv_records.hpp"
#include "io/usage/json_elements.hpp"
#include "io/usage/json_values.hpp"
#include "io/usage/text_buffer.hpp"

namespace breakeven::io {
namespace {

using pricing::Field;
using pricing::Fields;
using usage::Format;
using usage::Intake;
using usage::Reason;
using usage::Role;
using usage::Row;

class Nested final : public usage::NestedJson {
 public:
  Fields::Ref parse(std::string_view text) override {
    const auto parsed = values_.parse(text);
    return parsed ? *parsed : Fields::Ref();
  }

 private:
  JsonValues values_;
};

std::string joined(std::span<const std::string_view> names) {
  constexpr std::size_t kShown = 12;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kShown; ++i) {
    text += (i == 0 ? "" : ", ") + std::string(names[i].substr(0, 40));
  }
  if (names.size() > kShown) text += ", ... (" + std::to_string(names.size()) + ")";
  return text;
}

Error unknown_names(std::span<const std::string_view> names, const std::string& file) {
  return Error{ErrorCode::parse_error,
               "expected a usage export of a known format, or columns with a time, input tokens "
               "and output tokens (or a mapping that names them); found " +
                   joined(names),
               file};
}

constexpr std::string_view kParquetMagic = "PAR1";

/// What the first bytes are, when they are nothing that is read here.
std::optional<std::string> foreign(std::string_view head) {
  if (head.starts_with(kParquetMagic)) {
    return "a Parquet file, which is read from a file as it is: unpack it, or save it first";
  }
  if (const auto found = foreign_data(head)) return std::string(*found);
  const std::string_view line = head.substr(0, head.find('\n'));
  if (!line.starts_with('{') && (line.find(" HTTP/1.") != std::string_view::npos ||
                                 line.find(" HTTP/2") != std::string_view::npos)) {
    return "an access log of the HTTP server: it has no token counts, and uvicorn's has no times; "
           "log time, model, prompt_tokens and completion_tokens per request (the gateway's log, "
           "or OpenTelemetry GenAI spans) or scrape /metrics";
  }
  return std::nullopt;
}

bool is_metrics_page(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\n'));
  if (line.substr(0, 6) == "# HELP" || line.substr(0, 6) == "# TYPE") return true;
  return line.substr(0, 5) == "vllm:" || line.substr(0, 7) == "sglang:" ||
         line.substr(0, 4) == "tgi_";
}

/// One file while it is read.
class FileReader {
 public:
  /// `path` is that of a plain file, else empty.
  FileReader(const UsageReadOptions& options, usage::CounterBook& counters, TextBuffer& text,
             Intake& intake, std::string path)
      : options_(options),
        text_(text),
        intake_(intake),
        report_(intake.report()),
        path_(std::move(path)) {
    context_.nested = &nested_;
    context_.counters = &counters;
    context_.mapping = options.mapping;
  }

  void read() {
    const std::string_view head = text_.at_least(4'096);
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
      if (!text_.error()) intake_.note("the file is empty");
      return;
    }
    if (text_.utf16()) intake_.note("UTF-16 is read as UTF-8");
    const std::string_view content = head.substr(first);
    if (!path_.empty() && head.starts_with(kParquetMagic)) {
      read_parquet();
    } else if (const auto what = foreign(content)) {
      report_.broken = Error{ErrorCode::parse_error,
                             "expected a usage export (CSV, JSON, JSON Lines, a metrics page), "
                             "found " +
                                 *what,
                             report_.file};
    } else if (content.front() == '{' || content.front() == '[') {
      read_json();
    } else if (is_metrics_page(content)) {
      read_metrics();
    } else {
      read_csv();
    }
    if (mapper_ != nullptr && !report_.broken) mapper_->finish(intake_);
  }

  /// Bytes that were read, unpacked.
  [[nodiscard]] std::int64_t bytes() const { return bytes_.value_or(text_.bytes()); }

 private:
  void use(Format format) {
    intake_.open(format);
    mapper_ = usage::make_mapper(format, context_);
    for (const auto& [key, value] : headings_) mapper_->heading(key, value);
  }

  /// The format of a set of names, when there is one.
  [[nodiscard]] std::optional<Format> format_of(std::span<const std::string_view> names,
                                                Fields::Ref record) const {
    if (options_.mapping != nullptr) return Format::generic;
    if (const auto known = usage::detect(names, record)) return known;
    if (usage::generic_fits(names)) return Format::generic;
    return std::nullopt;
  }

  void read_csv() {
    CsvRecords records(text_);
    if (!records.next()) return;
    if (records.problem() != Reason::none) {
      report_.broken = Error{ErrorCode::parse_error, "expected a header with column names",
                             report_.file + ":" + std::to_string(records.line())};
      return;
    }
    if (!open_columns(records.fields(), report_.file + ":" + std::to_string(records.line()))) {
      return;
    }
    while (records.next()) {
      intake_.at_line(records.line());
      const auto& fields = records.fields();
      if (records.at_end() && text_.error()) {
        intake_.reject(Reason::truncated);
        continue;
      }
      if (records.problem() != Reason::none) {
        intake_.reject(records.problem());
        continue;
      }
      if (!fits(fields, header_.size())) {
        intake_.reject(records.at_end() && fields.size() < header_.size() ? Reason::truncated
                                                                          : Reason::field_count);
        continue;
      }
      if (fields[0] == header_[0] && std::equal(header_.begin(), header_.end(), fields.begin())) {
        intake_.ignore("a repeated header");
        continue;
      }
      map_fields([&](std::size_t i) { return fields[i]; });
    }
  }

  void read_parquet() {
    auto table = duckdb::ParquetRows::open(path_);
    if (!table) {
      report_.broken = table.error();
      return;
    }
    report_.packing = "parquet";
    bytes_ = table->bytes();
    const std::vector<std::string_view> names(table->names().begin(), table->names().end());
    if (!open_columns(names, report_.file)) return;
    for (std::int64_t row = 1;; ++row) {
      const auto more = table->next();
      if (!more) {
        report_.broken = more.error();
        return;
      }
      if (!*more) return;
      intake_.at_line(row);
      map_fields([&](std::size_t i) { return table->text(i); });
    }
  }

  /// Finds the format by the names of the columns, and each column's role. False: it is `broken`.
  bool open_columns(std::span<const std::string_view> columns, const std::string& place) {
    for (const std::string_view name : columns) header_.emplace_back(trim(name));
    const std::vector<std::string_view> names(header_.begin(), header_.end());
    const auto format = format_of(names, {});
    if (!format) {
      report_.broken = unknown_names(names, place);
      return false;
    }
    use(*format);
    auto roles = mapper_->binder().header(names);
    if (!roles) {
      report_.broken = roles.error();
      report_.broken->where = place;
      return false;
    }
    roles_ = std::move(*roles);
    if (*format == Format::generic) note_columns(names, roles_);
    if (std::none_of(roles_.begin(), roles_.end(), [](int role) { return role >= 0; })) {
      report_.broken = unknown_names(names, place);
      return false;
    }
    return true;
  }

  /// Maps one row; `field` gives a column's text.
  template <class Field>
  void map_fields(Field field) {
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      if (roles_[i] < 0) continue;
      std::string_view value = trim(field(i));
      if (value == "null" || value == "NULL" || value == "\\N") value = {};
      row_.set(static_cast<Role>(roles_[i]), {value, {}});
    }
    mapper_->map(row_, {}, intake_);
  }

  /// As many fields as the header has; empty ones may follow.
  static bool fits(const std::vector<std::string_view>& fields, std::size_t wanted) {
    return fields.size() >= wanted &&
           std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(wanted), fields.end(),
                       [](std::string_view field) { return field.empty(); });
  }

  void note_columns(std::span<const std::string_view> names, const std::vector<int>& roles) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (roles[i] < 0) continue;
      text += (text.empty() ? "" : ", ") + std::string(names[i].substr(0, 40));
    }
    intake_.note("the format is not known: these columns are read by their names: " + text);
  }

  void read_json() {
    report_.json = true;
    JsonElements elements(text_);
    elements.on_heading([this](std::string_view key, std::string_view value) {
      constexpr std::size_t kMost = 32;
      if (mapper_ != nullptr) {
        mapper_->heading(key, value);
      } else if (headings_.size() < kMost) {
        headings_.emplace_back(std::string(key), std::string(value.substr(0, 200)));
      }
    });
    constexpr std::int64_t kGiveUp = 100;
    std::int64_t unknown = 0;
    while (elements.next()) {
      intake_.at_line(elements.line());
      if (elements.problem() != Reason::none) {
        intake_.reject(elements.problem());
        continue;
      }
      const auto parsed = values_.parse(elements.text());
      if (!parsed) {
        const bool cut = text_.end() && elements.text().size() == text_.text().size();
        intake_.reject(parsed.error().code == ErrorCode::invalid_argument ? Reason::bad_encoding
                       : cut                                              ? Reason::truncated
                                                                          : Reason::invalid_json);
        continue;
      }
      if (!parsed->is(Field::Type::object)) {
        intake_.reject(Reason::other_format);
        continue;
      }
      names_.clear();
      for (Fields::Ref child = parsed->first(); child.there(); child = child.next()) {
        names_.push_back(child.node().key);
      }
      if (mapper_ == nullptr && !open(*parsed)) {
        if (++unknown < kGiveUp) continue;
        break;
      }
      if (!same_format(*parsed)) {
        intake_.reject(Reason::other_format);
        continue;
      }
      mapper_->binder().bind(*parsed, row_);
      mapper_->map(row_, *parsed, intake_);
    }
    if (mapper_ == nullptr && unknown > 0) {
      std::vector<std::string_view> names(first_names_.begin(), first_names_.end());
      report_.broken = unknown_names(names, report_.file + ":" + std::to_string(first_line_));
    }
  }

  /// Finds the format by a record. False: it says nothing, and has been counted.
  bool open(Fields::Ref record) {
    const auto format = format_of(names_, record);
    if (!format) {
      const Fields::Ref results = record["results"];
      if (results.is(Field::Type::array) && !results.first().there()) {
        intake_.ignore("a bucket without usage");
        return false;
      }
      if (first_names_.empty()) {
        first_names_.assign(names_.begin(), names_.end());
        first_line_ = text_.line();
      }
      intake_.reject(Reason::other_format);
      return false;
    }
    use(*format);
    return true;
  }

  /// Whether a record is of the file's format. Only new sets of names are looked at.
  bool same_format(Fields::Ref record) {
    usage::Fingerprint print;
    for (const std::string_view name : names_) print.add(name);
    const std::uint64_t set = print.low();
    if (std::find(known_sets_.begin(), known_sets_.end(), set) != known_sets_.end()) return true;
    if (options_.mapping == nullptr) {
      const auto found = usage::detect(names_, record);
      if (found && *found != *report_.format) return false;
    }
    constexpr std::size_t kMost = 64;
    if (known_sets_.size() < kMost) known_sets_.push_back(set);
    return true;
  }

  void read_metrics() {
    use(Format::prometheus);
    while (true) {
      std::size_t end = text_.text().find('\n');
      while (end == std::string_view::npos && text_.text().size() < CsvRecords::kMaxRecord &&
             text_.fill()) {
        end = text_.text().find('\n');
      }
      const std::string_view line = text_.text().substr(0, end);
      if (line.empty() && end == std::string_view::npos) return;
      const std::string_view sample = trim(line);
      intake_.at_line(text_.line());
      if (!sample.empty() && sample.front() != '#') {
        Row row;
        row.set(Role::object, {sample, {}});
        mapper_->map(row, {}, intake_);
      }
      text_.consume(line.size() + (end == std::string_view::npos ? 0 : 1));
    }
  }

  const UsageReadOptions& options_;
  TextBuffer& text_;
  Intake& intake_;
  usage::FileReport& report_;
  usage::MapperContext context_;
  Nested nested_;
  JsonValues values_;
  std::unique_ptr<usage::Mapper> mapper_;
  std::string path_;
  std::optional<std::int64_t> bytes_;
  std::vector<std::string> header_;
  std::vector<int> roles_;
  Row row_;
  std::vector<std::string_view> names_;
  std::vector<std::string> first_names_;
  std::int64_t first_line_ = 1;
  std::vector<std::uint64_t> known_sets_;
  std::vector<std::pair<std::string, std::string>> headings_;
};

}  // namespace

usage::FileReport UsageImporter::read(const std::string& path) {
  return read_stream(ByteStream::open(path), path, path == "-" ? std::string() : path);
}

usage::FileReport UsageImporter::read_bytes(std::string_view bytes, const std::string& name) {
  return read_stream(ByteStream::from_memory(bytes, name), name, {});
}

usage::FileReport UsageImporter::read_stream(Result<ByteStream> stream, const std::string& name,
                                             const std::string& path) {
  usage::FileReport report;
  report.file = name;
  if (!stream) {
    report.broken = stream.error();
    return report;
  }
  report.file = stream->name();
  report.packing = packing_name(stream->packing());
  std::function<void(std::int64_t)> heard;
  if (options_.progress) {
    heard = [&](std::int64_t bytes) { options_.progress(bytes, stream->packing()); };
  }
  TextBuffer text(*stream, std::move(heard));
  Intake intake(options_.intake, seen_, sink_, report);
  const bool plain = stream->packing() == Packing::none;
  FileReader reader(options_, counters_, text, intake, plain ? path : std::string());
  reader.read();
  report.bytes = reader.bytes();
  if (text.error() && !report.broken) report.broken = *text.error();
  return report;
}

}  // namespace breakeven::io
