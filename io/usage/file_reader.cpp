#include "io/usage/file_reader.hpp"

#include <algorithm>
#include <array>

#include "duckdb/parquet_rows.hpp"
#include "engine/base/text.hpp"
#include "io/foreign_data.hpp"
#include "io/usage/json_elements.hpp"
#include "io/usage/plain_csv.hpp"
#include "io/usage/plain_json.hpp"

namespace breakeven::io {
namespace {

using pricing::Field;
using pricing::Fields;
using usage::Format;
using usage::Intake;
using usage::Reason;
using usage::Role;
using usage::Row;

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

/// As many fields as the header has; empty ones may follow.
bool fits(const std::vector<std::string_view>& fields, std::size_t wanted) {
  return fields.size() >= wanted &&
         std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(wanted), fields.end(),
                     [](std::string_view field) { return field.empty(); });
}

}  // namespace

Fields::Ref FileReader::Nested::parse(std::string_view text) {
  const auto parsed = values_.parse(text);
  return parsed ? *parsed : Fields::Ref();
}

FileReader::FileReader(const UsageReadOptions& options, usage::CounterBook& counters,
                       TextBuffer& text, Intake& intake, std::string path)
    : options_(options),
      text_(text),
      intake_(intake),
      report_(intake.report()),
      path_(std::move(path)) {
  context_.nested = &nested_;
  context_.counters = &counters;
  context_.mapping = options.mapping;
}

void FileReader::read() {
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

void FileReader::use(Format format) {
  intake_.open(format);
  mapper_ = usage::make_mapper(format, context_);
  for (const auto& [key, value] : headings_) mapper_->heading(key, value);
}

/// The format of a set of names, when there is one.
std::optional<Format> FileReader::format_of(std::span<const std::string_view> names,
                                            Fields::Ref record) const {
  if (options_.mapping != nullptr) return Format::generic;
  if (const auto known = usage::detect(names, record)) return known;
  if (usage::generic_fits(names)) return Format::generic;
  return std::nullopt;
}

void FileReader::read_csv() {
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
  CsvRecords odd(text_, records.delimiter());
  open_lane(
      [&](const usage::PlainRows& rules) {
        return std::make_unique<PlainCsv>(rules, roles_, records.delimiter());
      },
      [&](std::string_view line, std::int64_t number) {
        const CsvRecords::Line read = odd.read_line(line, number);
        if (read == CsvRecords::Line::record) read_csv_record(odd);
        return read != CsvRecords::Line::open;
      });
  while (true) {
    records.release();
    if (lane_ && lane_->due()) lane_->run();
    if (!records.next()) return;
    read_csv_record(records);
  }
}

void FileReader::read_csv_record(const CsvRecords& records) {
  intake_.at_line(records.line());
  const auto& fields = records.fields();
  if (records.at_end() && text_.error()) {
    intake_.reject(Reason::truncated);
  } else if (records.problem() != Reason::none) {
    intake_.reject(records.problem());
  } else if (!fits(fields, header_.size())) {
    intake_.reject(records.at_end() && fields.size() < header_.size() ? Reason::truncated
                                                                      : Reason::field_count);
  } else if (fields[0] == header_[0] &&
             std::equal(header_.begin(), header_.end(), fields.begin())) {
    intake_.ignore("a repeated header");
  } else {
    map_fields([&](std::size_t i) { return fields[i]; });
  }
}

void FileReader::read_parquet() {
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
bool FileReader::open_columns(std::span<const std::string_view> columns, const std::string& place) {
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
template <class FieldOf>
void FileReader::map_fields(FieldOf field) {
  for (std::size_t i = 0; i < roles_.size(); ++i) {
    if (roles_[i] < 0) continue;
    row_.set(static_cast<Role>(roles_[i]), {csv_value(field(i)), {}});
  }
  mapper_->map(row_, {}, intake_);
}

void FileReader::note_columns(std::span<const std::string_view> names,
                              const std::vector<int>& roles) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (roles[i] < 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(names[i].substr(0, 40));
  }
  intake_.note("the format is not known: these columns are read by their names: " + text);
}

void FileReader::read_json() {
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
  bool tried = false;
  while (true) {
    elements.release();
    if (mapper_ != nullptr && elements.lines() && !tried) {
      tried = true;
      open_lane(
          [&](const usage::PlainRows& rules) {
            return std::make_unique<PlainJson>(rules, mapper_->binder(), *report_.format,
                                               options_.mapping != nullptr, options_.lane.blocks);
          },
          [&](std::string_view line, std::int64_t number) {
            if (line.size() > JsonElements::kMaxElement) return false;
            if (line.find_first_not_of(" \t\r") == std::string_view::npos) return true;
            // The format is known: such a line cannot end the reading.
            static_cast<void>(read_json_record(line, number, false));
            return true;
          });
    }
    if (lane_ && lane_->due()) lane_->run();
    if (!elements.next()) break;
    if (elements.problem() != Reason::none) {
      intake_.at_line(elements.line());
      intake_.reject(elements.problem());
      continue;
    }
    const bool cut = text_.end() && elements.text().size() == text_.text().size();
    if (!read_json_record(elements.text(), elements.line(), cut)) break;
  }
  if (mapper_ == nullptr && unknown_ > 0) {
    std::vector<std::string_view> names(first_names_.begin(), first_names_.end());
    report_.broken = unknown_names(names, report_.file + ":" + std::to_string(first_line_));
  }
}

/// Maps one JSON value; `cut`: the text ends with it. False: nothing here is known.
bool FileReader::read_json_record(std::string_view record, std::int64_t line, bool cut) {
  constexpr std::int64_t kGiveUp = 100;
  intake_.at_line(line);
  const auto parsed = values_.parse(record);
  if (!parsed) {
    intake_.reject(parsed.error().code == ErrorCode::invalid_argument ? Reason::bad_encoding
                   : cut                                              ? Reason::truncated
                                                                      : Reason::invalid_json);
    return true;
  }
  if (!parsed->is(Field::Type::object)) {
    intake_.reject(Reason::other_format);
    return true;
  }
  names_.clear();
  for (Fields::Ref child = parsed->first(); child.there(); child = child.next()) {
    names_.push_back(child.node().key);
  }
  if (mapper_ == nullptr && !open(*parsed)) return ++unknown_ < kGiveUp;
  if (!same_format(*parsed)) {
    intake_.reject(Reason::other_format);
    return true;
  }
  mapper_->binder().bind(*parsed, row_);
  mapper_->map(row_, *parsed, intake_);
  return true;
}

/// Finds the format by a record. False: it says nothing, and has been counted.
bool FileReader::open(Fields::Ref record) {
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
bool FileReader::same_format(Fields::Ref record) {
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

void FileReader::read_metrics() {
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

void FileReader::open_lane(const MakeReader& make, PlainLane::ReadOdd read_odd) {
  if (!options_.lane.on || text_.utf16()) return;
  const auto plain = mapper_->plain(intake_.options());
  if (!plain) return;
  plain_.emplace(*plain, *report_.format, intake_.options());
  block_reader_ = make(*plain_);
  Pool* const pool = options_.pool != nullptr ? options_.pool : &alone_;
  lane_.emplace(text_, intake_, *plain_, *block_reader_, std::move(read_odd), *pool, options_.lane);
}

}  // namespace breakeven::io
