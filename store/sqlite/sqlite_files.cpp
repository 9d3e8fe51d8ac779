#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "store/ledger_schema.hpp"
#include "store/sqlite/sqlite_handle.hpp"
#include "store/store_files.hpp"

namespace breakeven::store {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyTimeoutMs = 10'000;
constexpr std::size_t kMostDamage = 5;
/// Of the index of a write-ahead log: everybody who has the store open holds it (SQLite's unix VFS).
constexpr off_t kOpenMark = 128;
constexpr std::array<const char*, 2> kCompanions{"-wal", "-shm"};

Error failure(sqlite3* database, const std::string& path) {
  const int code = database == nullptr ? SQLITE_NOMEM : sqlite3_errcode(database);
  const int kind = code & 0xFF;
  if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB) {
    return {ErrorCode::parse_error, std::string("this file is damaged: ") + sqlite3_errstr(kind),
            path};
  }
  return {ErrorCode::io_error,
          std::string("SQLite: ") +
              (database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database)),
          path};
}

Error system_failure(const std::string& what, const std::string& path) {
  return {ErrorCode::io_error,
          "cannot " + what + ": " + std::error_code(errno, std::generic_category()).message(),
          path};
}

Result<SqliteDatabase> open_file(const std::string& path, const std::string& name, int flags) {
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(
      name.c_str(), &opened, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  SqliteDatabase database(opened);
  if (status != SQLITE_OK) return failure(opened, path);
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
  return database;
}

/// A path as a URI that SQLite opens as it lies there.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#' || byte < '!' || byte > '~') {
      uri += '%';
      uri += kDigits[byte >> 4U];
      uri += kDigits[byte & 15U];
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

/// The first column of each row, as text.
Result<std::vector<std::string>> texts(sqlite3* database, const std::string& path,
                                       const char* sql) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(database, sql, -1, &made, nullptr) != SQLITE_OK) {
    return failure(database, path);
  }
  const SqliteStatement statement(made);
  std::vector<std::string> rows;
  for (;;) {
    const int status = sqlite3_step(made);
    if (status == SQLITE_DONE) return rows;
    if (status != SQLITE_ROW) return failure(database, path);
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(made, 0));
    rows.emplace_back(text == nullptr ? "" : text);
  }
}

Result<std::int64_t> number(sqlite3* database, const std::string& path, const char* sql) {
  BREAKEVEN_TRY(const auto rows, texts(database, path, sql));
  return rows.empty() ? 0 : std::strtoll(rows.front().c_str(), nullptr, 10);
}

Status expect_file(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return Error{ErrorCode::not_found, "there is no such file", path};
  }
  if (!fs::is_regular_file(path, ignored)) {
    return Error{ErrorCode::unsupported, "expected a price ledger, found something not a file",
                 path};
  }
  if (::access(path.c_str(), R_OK) != 0) return system_failure("read this file", path);
  if (!begins_like_a_database(path) || fs::file_size(path, ignored) == 0) {
    return Error{ErrorCode::unsupported, "expected a price ledger, found no SQLite database", path};
  }
  return {};
}

/// Fails when it is no ledger, or one that cannot even be asked.
Result<FileState> look(sqlite3* database, const std::string& path) {
  FileState state;
  BREAKEVEN_TRY(const auto application, number(database, path, "PRAGMA application_id"));
  if (application != kApplicationId) {
    return Error{ErrorCode::unsupported,
                 "expected a price ledger, found another program's SQLite database", path};
  }
  BREAKEVEN_TRY(state.version, number(database, path, "PRAGMA user_version"));
  if (state.version > ledger_version()) {
    return Error{ErrorCode::unsupported,
                 "this ledger has version " + std::to_string(state.version) +
                     " and this program knows versions up to " + std::to_string(ledger_version()) +
                     "; use a newer breakeven",
                 path};
  }
  const auto note = [&](const Result<std::vector<std::string>>& found, const char* before) {
    if (!found) {
      state.damage.push_back(found.error().message);
      return;
    }
    for (const std::string& one : *found) {
      if (one != "ok" && state.damage.size() < kMostDamage) state.damage.push_back(before + one);
    }
  };
  note(texts(database, path, "PRAGMA integrity_check(5)"), "");
  note(texts(database, path, "PRAGMA foreign_key_check"), "rows point to nothing in ");
  const auto count = [&](const char* sql) -> std::int64_t {
    const auto rows = number(database, path, sql);
    if (!rows && state.damage.empty()) state.damage.push_back(rows.error().message);
    return rows.ok() ? *rows : 0;
  };
  state.runs = count("SELECT count(*) FROM crawler_runs");
  if (state.version >= 3) {
    state.plans = count("SELECT count(*) FROM saved_plans");
    state.writes = count("SELECT count(*) FROM audit_log");
  }
  return state;
}

/// To the disk, and the name of it too.
Status sync(const std::string& path) {
  for (const std::string& one : {path, fs::path(path).parent_path().string()}) {
    const int file = ::open(one.empty() ? "." : one.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return system_failure("open this", one);
    const bool done = ::fsync(file) == 0;
    ::close(file);
    if (!done) return system_failure("write this to the disk", one);
  }
  return {};
}

/// A file that is removed unless it is kept.
class PartialFile {
 public:
  explicit PartialFile(const std::string& final)
      : path_(final + ".partial-" + std::to_string(::getpid())) {}
  ~PartialFile() {
    if (kept_) return;
    for (const char* const end : {"", "-journal", "-wal", "-shm"}) {
      ::unlink((path_ + end).c_str());
    }
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  PartialFile(PartialFile&&) = delete;
  PartialFile& operator=(PartialFile&&) = delete;

  /// Empty, and only its owner's: what is in it is not for everybody.
  Status make() const {
    const int file = ::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return system_failure("write here", path_);
    ::close(file);
    return {};
  }
  Status become(const std::string& final) {
    BREAKEVEN_CHECK_OK(sync(path_));
    if (::rename(path_.c_str(), final.c_str()) != 0) return system_failure("write this", final);
    kept_ = true;
    return sync(final);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool kept_ = false;
};

/// All pages in one step, so that it is one moment of the source however much is written meanwhile.
Status copy_pages(sqlite3* from, const std::string& to) {
  BREAKEVEN_TRY(const SqliteDatabase target, open_file(to, to, SQLITE_OPEN_READWRITE));
  sqlite3_backup* const copy = sqlite3_backup_init(target.get(), "main", from, "main");
  if (copy == nullptr) return failure(target.get(), to);
  (void)sqlite3_backup_step(copy, -1);
  if (sqlite3_backup_finish(copy) != SQLITE_OK) return failure(target.get(), to);
  // A copy is one file, that can be read where nothing can be written.
  if (sqlite3_exec(target.get(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr) !=
      SQLITE_OK) {
    return failure(target.get(), to);
  }
  return {};
}

Status expect_whole(const FileState& state, const std::string& path) {
  if (state.damage.empty()) return {};
  return Error{ErrorCode::parse_error, "this store is damaged: " + state.damage.front(), path};
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return fs::equivalent(a, b, ignored);
}

}  // namespace

Result<FileState> examine_file(const std::string& path, bool alone) {
  BREAKEVEN_CHECK_OK(expect_file(path));
  auto database = alone ? open_file(path, immutable_uri(path), SQLITE_OPEN_READONLY)
                        : open_file(path, path, SQLITE_OPEN_READWRITE);
  if (!database && !alone) database = open_file(path, path, SQLITE_OPEN_READONLY);
  if (!database) return database.error();
  BREAKEVEN_TRY(FileState state, look(database->get(), path));
  std::error_code ignored;
  state.bytes = static_cast<std::int64_t>(fs::file_size(path, ignored));
  return state;
}

Result<FileState> back_up(const std::string& store, const std::string& file) {
  BREAKEVEN_CHECK_OK(expect_file(store));
  if (same_file(store, file)) {
    return Error{ErrorCode::invalid_argument, "expected another file than the store itself", file};
  }
  PartialFile partial(file);
  BREAKEVEN_CHECK_OK(partial.make());
  {
    auto source = open_file(store, store, SQLITE_OPEN_READWRITE);
    if (!source) source = open_file(store, store, SQLITE_OPEN_READONLY);
    if (!source) return source.error();
    BREAKEVEN_CHECK_OK(copy_pages(source->get(), partial.path()));
  }
  BREAKEVEN_TRY(FileState state, examine_file(partial.path(), true));
  BREAKEVEN_CHECK_OK(expect_whole(state, store));
  BREAKEVEN_CHECK_OK(partial.become(file));
  return state;
}

Result<std::string> restore(const std::string& file, const std::string& store,
                            const std::string& stamp) {
  BREAKEVEN_TRY(const FileState state, examine_file(file, true));
  BREAKEVEN_CHECK_OK(expect_whole(state, file));
  if (same_file(store, file)) {
    return Error{ErrorCode::invalid_argument, "expected another file than the store itself", file};
  }
  if (const auto process = user_of(store)) {
    return Error{ErrorCode::resource_limit,
                 "process " + std::to_string(*process) +
                     " has this store open: stop it first (systemctl stop breakeven)",
                 store};
  }
  PartialFile partial(store);
  BREAKEVEN_CHECK_OK(partial.make());
  {
    BREAKEVEN_TRY(const SqliteDatabase source,
                  open_file(file, immutable_uri(file), SQLITE_OPEN_READONLY));
    BREAKEVEN_CHECK_OK(copy_pages(source.get(), partial.path()));
  }
  std::error_code ignored;
  std::string former;
  if (fs::exists(store, ignored)) {
    former = store + ".before-" + stamp;
    // Its log goes with it, and goes first: beside the new file it would be written into that.
    for (const char* const end : kCompanions) {
      if (::rename((store + end).c_str(), (former + end).c_str()) != 0 && errno != ENOENT) {
        return system_failure("move this away", store + end);
      }
    }
    if (::rename(store.c_str(), former.c_str()) != 0) {
      return system_failure("move this away", store);
    }
  }
  BREAKEVEN_CHECK_OK(partial.become(store));
  return former;
}

std::optional<std::int64_t> user_of(const std::string& store) {
  for (const auto& [path, start, length] :
       {std::tuple{store + "-shm", kOpenMark, off_t{1}}, {store, off_t{0}, off_t{0}}}) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = start;
    lock.l_len = length;
    const bool asked = ::fcntl(file, F_GETLK, &lock) == 0;
    ::close(file);
    if (asked && lock.l_type != F_UNLCK) return lock.l_pid;
  }
  return std::nullopt;
}

}  // namespace breakeven::store
