#include "duckdb/database.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace breakeven::duckdb {
namespace {

using api::State;

constexpr std::size_t kChunkRows = 2'048;

Error failed(const char* words, const std::string& place) {
  // What follows the first line repeats the statement.
  std::string message = words == nullptr ? "the database gave no reason" : words;
  message.resize(std::min(message.size(), message.find('\n')));
  ErrorCode code = ErrorCode::parse_error;
  const auto says = [&](std::string_view part) { return message.find(part) != std::string::npos; };
  if (says("Could not set lock") || says("Conflicting lock")) {
    return Error{ErrorCode::resource_limit,
                 "another process uses this file: wait until it has ended", place};
  }
  if (says("Out of Memory")) {
    code = ErrorCode::resource_limit;
  } else if (message.starts_with("IO Error") || says("not a valid DuckDB database") ||
             message.starts_with("Serialization Error")) {
    code = ErrorCode::io_error;
  }
  return Error{code, std::move(message), place};
}

}  // namespace

Rows::Rows(Rows&& other) noexcept
    : f_(other.f_),
      statement_(std::exchange(other.statement_, nullptr)),
      result_(std::exchange(other.result_, {})),
      chunk_(std::exchange(other.chunk_, nullptr)),
      names_(std::move(other.names_)),
      data_(std::move(other.data_)),
      validity_(std::move(other.validity_)),
      row_(other.row_),
      size_(other.size_),
      changed_(other.changed_) {}

Rows::~Rows() {
  if (chunk_ != nullptr) f_->destroy_data_chunk(&chunk_);
  if (result_.internal_data != nullptr) f_->destroy_result(&result_);
  if (statement_ != nullptr) f_->destroy_prepare(&statement_);
}

Result<bool> Rows::next() {
  if (row_ + 1 < size_) {
    ++row_;
    return true;
  }
  while (true) {
    if (chunk_ != nullptr) f_->destroy_data_chunk(&chunk_);
    chunk_ = f_->fetch_chunk(result_);
    if (chunk_ == nullptr) {
      size_ = 0;
      const char* const words = f_->result_error(&result_);
      if (words != nullptr && *words != '\0') return failed(words, {});
      return false;
    }
    size_ = f_->data_chunk_get_size(chunk_);
    if (size_ > 0) break;
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const api::Handle vector = f_->data_chunk_get_vector(chunk_, i);
    data_[i] = f_->vector_get_data(vector);
    validity_[i] = f_->vector_get_validity(vector);
  }
  row_ = 0;
  return true;
}

bool Rows::null(std::size_t column) const {
  const std::uint64_t* const bits = validity_[column];
  return bits != nullptr && (bits[row_ / 64] >> (row_ % 64) & 1U) == 0;
}

std::int64_t Rows::integer(std::size_t column) const {
  return null(column) ? 0 : static_cast<const std::int64_t*>(data_[column])[row_];
}

bool Rows::truth(std::size_t column) const {
  return !null(column) && static_cast<const std::uint8_t*>(data_[column])[row_] != 0;
}

std::string_view Rows::text(std::size_t column) const {
  if (null(column)) return {};
  const api::String& s = static_cast<const api::String*>(data_[column])[row_];
  if (s.length <= api::String::kInlined) return {s.bytes, s.length};
  const char* data = nullptr;
  std::memcpy(&data, s.bytes + 4, sizeof data);
  return {data, s.length};
}

Int128 Rows::decimal(std::size_t column) const {
  if (null(column)) return 0;
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), static_cast<const std::uint64_t*>(data_[column]) + 2 * row_, 16);
  return Int128{static_cast<std::int64_t>(words[1])} * (Int128{1} << 64) + words[0];
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path,
                                                 const OpenOptions& options) {
  BREAKEVEN_TRY(const api::Functions* const f, library());
  auto made = std::unique_ptr<Database>(new Database(*f));
  made->path_ = path;
  api::Handle config = nullptr;
  if (f->create_config(&config) != State::success) {
    return Error{ErrorCode::internal, "the database made no configuration", path};
  }
  std::vector<std::pair<const char*, std::string>> settings{
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"memory_limit", "2GB"},
  };
  if (options.read_only) settings.emplace_back("access_mode", "READ_ONLY");
  // Without a file beside which they could lie, large sorts have no place on disk.
  if (path == ":memory:") settings.emplace_back("temp_directory", "");
  for (const auto& [name, value] : settings) f->set_config(config, name, value.c_str());
  char* words = nullptr;
  const State opened = f->open_ext(path.c_str(), &made->database_, config, &words);
  f->destroy_config(&config);
  if (opened != State::success) {
    Error error = failed(words, path);
    if (error.code == ErrorCode::parse_error) error.code = ErrorCode::io_error;
    if (words != nullptr) f->free(words);
    return error;
  }
  if (f->connect(made->database_, &made->connection_) != State::success) {
    return Error{ErrorCode::internal, "the database gave no connection", path};
  }
  std::vector<std::string> locks{"SET TimeZone = 'UTC'"};
  if (!options.readable_file.empty()) {
    std::string quoted;
    for (const char c : options.readable_file) quoted.append(c == '\'' ? 2 : 1, c);
    locks.push_back("SET allowed_paths = ['" + quoted + "']");
  }
  if (!options.any_file) locks.emplace_back("SET enable_external_access = false");
  locks.emplace_back("SET lock_configuration = true");
  for (const std::string& lock : locks) {
    BREAKEVEN_TRY(const std::int64_t none, made->run(lock));
    static_cast<void>(none);
  }
  return made;
}

Database::~Database() {
  if (connection_ != nullptr) f_->disconnect(&connection_);
  if (database_ != nullptr) f_->close(&database_);
}

Result<Rows> Database::query(const std::string& sql, std::span<const Parameter> values) {
  Rows rows(*f_);
  if (f_->prepare(connection_, sql.c_str(), &rows.statement_) != State::success) {
    return failed(f_->prepare_error(rows.statement_), path_);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (const auto* const text = std::get_if<std::string>(&values[i])) {
      f_->bind_varchar_length(rows.statement_, i + 1, text->data(), text->size());
    } else {
      f_->bind_int64(rows.statement_, i + 1, std::get<std::int64_t>(values[i]));
    }
  }
  api::Handle pending = nullptr;
  State state = f_->pending_prepared_streaming(rows.statement_, &pending);
  if (state == State::success) state = f_->execute_pending(pending, &rows.result_);
  if (state != State::success) {
    const char* words = f_->result_error(&rows.result_);
    if (words == nullptr || *words == '\0') words = f_->pending_error(pending);
    Error error = failed(words, path_);
    f_->destroy_pending(&pending);
    return error;
  }
  f_->destroy_pending(&pending);
  const std::size_t columns = f_->column_count(&rows.result_);
  for (std::size_t i = 0; i < columns; ++i) {
    rows.names_.emplace_back(f_->column_name(&rows.result_, i));
  }
  rows.data_.resize(columns);
  rows.validity_.resize(columns);
  return rows;
}

Result<std::int64_t> Database::run(const std::string& sql, std::span<const Parameter> values) {
  BREAKEVEN_TRY(Rows rows, query(sql, values));
  // A change tells its rows as the only number of its only row.
  std::int64_t changed = 0;
  while (true) {
    BREAKEVEN_TRY(const bool more, rows.next());
    if (!more) return changed;
    if (rows.names().size() == 1 && rows.names()[0] == "Count") changed = rows.integer(0);
  }
}

Result<Appender> Appender::open(Database& database, const std::string& table,
                                std::span<const Column> columns, std::uint8_t scale) {
  const api::Functions& f = database.functions();
  Appender made(f, columns.size());
  if (f.appender_create(database.connection(), nullptr, table.c_str(), &made.appender_) !=
      State::success) {
    return failed(f.appender_error(made.appender_), table);
  }
  std::vector<api::Handle> types;
  for (const Column column : columns) {
    switch (column) {
      case Column::integer:
        types.push_back(f.create_logical_type(api::Type::bigint));
        break;
      case Column::truth:
        types.push_back(f.create_logical_type(api::Type::boolean));
        break;
      case Column::text:
        types.push_back(f.create_logical_type(api::Type::varchar));
        break;
      case Column::decimal:
        types.push_back(f.create_decimal_type(38, scale));
        break;
    }
  }
  made.chunk_ = f.create_data_chunk(types.data(), types.size());
  for (api::Handle& type : types) f.destroy_logical_type(&type);
  made.look_up();
  return made;
}

Appender::Appender(Appender&& other) noexcept
    : f_(other.f_),
      appender_(std::exchange(other.appender_, nullptr)),
      chunk_(std::exchange(other.chunk_, nullptr)),
      data_(std::move(other.data_)),
      column_(other.column_),
      row_(other.row_) {}

Appender::~Appender() {
  if (chunk_ != nullptr) f_->destroy_data_chunk(&chunk_);
  if (appender_ != nullptr) f_->appender_destroy(&appender_);
}

void Appender::look_up() {
  for (std::size_t i = 0; i < data_.size(); ++i) {
    const api::Handle vector = f_->data_chunk_get_vector(chunk_, i);
    f_->vector_ensure_validity_writable(vector);
    data_[i] = f_->vector_get_data(vector);
  }
}

void Appender::integer(std::int64_t value) {
  static_cast<std::int64_t*>(data_[column_++])[row_] = value;
}

void Appender::truth(bool value) {
  static_cast<std::uint8_t*>(data_[column_++])[row_] = value ? 1 : 0;
}

void Appender::text(std::string_view utf8) {
  f_->vector_assign_string_element_len(f_->data_chunk_get_vector(chunk_, column_++), row_,
                                       utf8.empty() ? "" : utf8.data(), utf8.size());
}

void Appender::decimal(Int128 value) {
  const std::array<std::uint64_t, 2> words{static_cast<std::uint64_t>(value),
                                           static_cast<std::uint64_t>(value >> 64)};
  std::memcpy(static_cast<std::uint64_t*>(data_[column_++]) + 2 * row_, words.data(), 16);
}

void Appender::null() {
  const api::Handle vector = f_->data_chunk_get_vector(chunk_, column_++);
  f_->vector_get_validity(vector)[row_ / 64] &= ~(std::uint64_t{1} << (row_ % 64));
}

Status Appender::flush() {
  if (row_ == 0) return {};
  f_->data_chunk_set_size(chunk_, row_);
  if (f_->append_data_chunk(appender_, chunk_) != State::success) {
    return failed(f_->appender_error(appender_), {});
  }
  f_->data_chunk_reset(chunk_);
  look_up();
  row_ = 0;
  return {};
}

Status Appender::end_row() {
  column_ = 0;
  return ++row_ == kChunkRows ? flush() : Status();
}

Status Appender::close() {
  BREAKEVEN_CHECK_OK(flush());
  if (f_->appender_close(appender_) != State::success) {
    return failed(f_->appender_error(appender_), {});
  }
  return {};
}

std::string_view valid_utf8(std::string_view utf8, std::string& made) {
  // Bytes that follow a first byte, and the least code that needs them (no overlong forms).
  const auto length = [&](std::size_t at) -> std::size_t {
    const auto byte = [&](std::size_t i) {
      return i < utf8.size() ? static_cast<unsigned char>(utf8[i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(at);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return tail(at + 1) ? 2 : 0;
    if (first >= 0xE0 && first < 0xF0) {
      const unsigned second = byte(at + 1);
      const bool good = tail(at + 1) && tail(at + 2) && (first != 0xE0 || second >= 0xA0) &&
                        (first != 0xED || second < 0xA0);
      return good ? 3 : 0;
    }
    if (first >= 0xF0 && first < 0xF5) {
      const unsigned second = byte(at + 1);
      const bool good = tail(at + 1) && tail(at + 2) && tail(at + 3) &&
                        (first != 0xF0 || second >= 0x90) && (first != 0xF4 || second < 0x90);
      return good ? 4 : 0;
    }
    return 0;
  };
  std::size_t at = 0;
  while (at < utf8.size()) {
    const std::size_t bytes = length(at);
    if (bytes == 0) break;
    at += bytes;
  }
  if (at >= utf8.size()) return utf8;
  made.assign(utf8.substr(0, at));
  while (at < utf8.size()) {
    const std::size_t bytes = length(at);
    made += bytes == 0 ? "\xEF\xBF\xBD" : utf8.substr(at, bytes);
    at += std::max<std::size_t>(bytes, 1);
  }
  return made;
}

}  // namespace breakeven::duckdb
