#include "service/store_care.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "service/registry_open.hpp"
#include "store/database.hpp"
#include "store/ledger_schema.hpp"
#include "store/store_files.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

/// Below this a day's crawl may not fit.
constexpr std::int64_t kLittleRoom = std::int64_t{64} << 20U;
constexpr std::size_t kMostBackups = 50;

Result<std::string> location_of(const std::string& location) {
  if (!location.empty()) return location;
  return default_ledger_path();
}

/// "20261122T041700Z"
std::string stamp(Instant now) {
  std::string text = now.iso();
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string backups_beside(const std::string& store) {
  return (fs::path(store).parent_path() / "backups").string();
}

std::string megabytes(std::int64_t bytes) {
  constexpr std::int64_t kMega = 1'000'000;
  return std::to_string((bytes + kMega - 1) / kMega) + " MB";
}

std::string contents(const store::FileState& state) {
  return "version " + std::to_string(state.version) + ", " + megabytes(state.bytes) + ", " +
         std::to_string(state.runs) + " runs, " + std::to_string(state.plans) + " plans, " +
         std::to_string(state.writes) + " audited writes";
}

void describe(codec::Report& report, const store::FileState& state) {
  report.head.emplace_back("version", state.version);
  report.head.emplace_back("bytes", state.bytes);
  report.head.emplace_back("runs", state.runs);
  report.head.emplace_back("plans", state.plans);
  report.head.emplace_back("audited_writes", state.writes);
}

/// Makes the folder when it is our own.
Result<std::string> backup_name(const std::string& store, const std::string& file, Instant now) {
  std::error_code failed;
  if (!file.empty() && !fs::is_directory(file, failed)) return file;
  const std::string folder = file.empty() ? backups_beside(store) : file;
  fs::create_directories(folder, failed);
  if (failed) {
    return Error{ErrorCode::io_error, "cannot make this folder: " + failed.message(), folder};
  }
  return (fs::path(folder) / (fs::path(store).stem().string() + "-" + stamp(now) + ".db")).string();
}

struct Backup {
  std::string path;
  store::FileState state;
  std::string written;
};

/// The newest file of the folder that is a whole ledger.
std::optional<Backup> newest_good(const std::string& folder) {
  std::error_code ignored;
  std::vector<std::pair<std::int64_t, std::string>> files;
  for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end;
       at.increment(ignored)) {
    struct stat found{};
    const std::string path = at->path().string();
    if (path.find(".partial-") != std::string::npos) continue;
    if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) continue;
    files.emplace_back(found.st_mtime, path);
  }
  std::ranges::sort(files, std::greater());
  if (files.size() > kMostBackups) files.resize(kMostBackups);
  for (const auto& [written, path] : files) {
    auto state = store::examine_file(path, true);
    if (!state || !state->damage.empty()) continue;
    return Backup{path, std::move(*state), Instant{written}.iso()};
  }
  return std::nullopt;
}

/// The findings, a row each.
class Findings {
 public:
  Findings() {
    table_.name = "checks";
    table_.title = "Checks";
    table_.columns = {"check", "state", "detail"};
  }
  void good(const char* check, std::string detail) { add(check, "ok", std::move(detail)); }
  void note(const char* check, std::string detail) { add(check, "note", std::move(detail)); }
  void bad(const char* check, std::string detail) {
    add(check, "PROBLEM", std::move(detail));
    healthy_ = false;
  }
  [[nodiscard]] Diagnosis diagnosis(const std::string& place) {
    Diagnosis all;
    all.report.head = {{"store", place}, {"healthy", healthy_}};
    all.report.tables.push_back(std::move(table_));
    all.healthy = healthy_;
    return all;
  }

 private:
  void add(const char* check, const char* state, std::string detail) {
    table_.rows.push_back({std::string(check), std::string(state), std::move(detail)});
  }
  codec::Table table_;
  bool healthy_ = true;
};

void check_rows(Findings& findings, const std::string& location) {
  auto connection = store::open_connection(location);
  const auto wrong = connection ? store::check_rows(**connection)
                                : Result<std::vector<std::string>>(connection.error());
  if (!wrong) return findings.bad("rows", wrong.error().message);
  for (const std::string& one : *wrong) findings.bad("rows", one);
  if (wrong->empty()) findings.good("rows", "numbered without gaps, and cannot be rewritten");
}

void check_room(Findings& findings, const std::string& folder, std::int64_t bytes) {
  std::error_code failed;
  const auto space = fs::space(folder, failed);
  if (failed) return findings.bad("free space", failed.message());
  const auto free = static_cast<std::int64_t>(
      std::min<std::uintmax_t>(space.available, std::uintmax_t{1} << 62U));
  const std::string detail = megabytes(free) + " free";
  if (free < kLittleRoom) return findings.bad("free space", detail + ": writes will fail soon");
  if (free < 2 * bytes) return findings.note("free space", detail + ": too little for a backup");
  findings.good("free space", detail);
}

void check_permissions(Findings& findings, const std::string& store, const std::string& folder) {
  if (::access(store.c_str(), W_OK) != 0) {
    return findings.bad("permissions", "this user cannot write the file");
  }
  if (::access(folder.c_str(), W_OK) != 0) {
    return findings.bad("permissions",
                        "this user cannot write the folder, where the log of writes belongs");
  }
  struct stat found{};
  const bool open =
      ::stat(store.c_str(), &found) == 0 && (found.st_mode & (S_IRGRP | S_IROTH)) != 0;
  struct stat around{};
  const bool reached =
      ::stat(folder.c_str(), &around) == 0 && (around.st_mode & (S_IXGRP | S_IXOTH)) != 0;
  if (open && reached) {
    return findings.note("permissions", "others on this machine can read it: chmod 600");
  }
  findings.good("permissions", "this user can write it, others cannot read it");
}

Diagnosis examine_server(const std::string& location) {
  Findings findings;
  std::string place = "PostgreSQL";
  auto connection = store::open_connection(location);
  if (!connection) {
    findings.bad("connection", connection.error().text());
    return findings.diagnosis(place);
  }
  place = (*connection)->place();
  findings.good("connection", "open");
  findings.good("version", std::to_string(store::ledger_version()));
  check_rows(findings, location);
  findings.note("backup",
                "is the server's: pg_dump, or its own archive; free space and the "
                "integrity of its files are its own checks");
  return findings.diagnosis(place);
}

Error use_instead(const char* tool, const char* how) {
  return {ErrorCode::unsupported,
          std::string("a PostgreSQL store is kept by its own tools: ") + tool + " " + how,
          "--store"};
}

}  // namespace

Result<codec::Report> back_up_store(const std::string& location, const std::string& file,
                                    Instant now) {
  if (store::is_postgres(location)) {
    return use_instead("pg_dump", "--format=custom --schema=breakeven --file=FILE URL");
  }
  BREAKEVEN_TRY(const std::string store, location_of(location));
  BREAKEVEN_TRY(const std::string name, backup_name(store, file, now));
  BREAKEVEN_TRY(const store::FileState state, store::back_up(store, name));
  codec::Report report;
  report.head = {{"store", store}, {"backup", name}};
  describe(report, state);
  return report;
}

Result<codec::Report> restore_store(const std::string& location, const std::string& file,
                                    Instant now) {
  if (store::is_postgres(location)) {
    return use_instead("pg_restore",
                       "--clean --if-exists --dbname=URL FILE, with all servers stopped");
  }
  BREAKEVEN_TRY(const std::string store, location_of(location));
  BREAKEVEN_TRY(const std::string former, store::restore(file, store, stamp(now)));
  BREAKEVEN_TRY(const store::FileState state, store::examine_file(store, true));
  codec::Report report;
  report.head = {{"store", store}, {"restored_from", file}};
  if (!former.empty()) report.head.emplace_back("former_store", former);
  describe(report, state);
  return report;
}

Result<Diagnosis> examine_store(const DoctorQuery& query, Instant now) {
  if (store::is_postgres(query.location)) return examine_server(query.location);
  BREAKEVEN_TRY(const std::string store, location_of(query.location));
  const std::string folder = fs::path(store).parent_path().string();
  const std::string here = folder.empty() ? "." : folder;
  const std::string backups = query.backups.empty() ? backups_beside(store) : query.backups;
  Findings findings;
  auto state = store::examine_file(store, false);
  const bool missing = !state && state.error().code == ErrorCode::not_found;
  const bool foreign = !state && state.error().code == ErrorCode::unsupported;
  const bool damaged = missing || (!state && state.error().code == ErrorCode::parse_error) ||
                       (state && !state->damage.empty()) || foreign;
  if (!state) {
    findings.bad("integrity", state.error().message);
  } else if (damaged) {
    for (const std::string& one : state->damage) findings.bad("integrity", one);
  } else {
    findings.good("integrity", contents(*state));
    if (state->version < store::ledger_version()) {
      findings.note("version", std::to_string(state->version) + "; " +
                                   std::to_string(store::ledger_version()) +
                                   " once this program opens it");
    } else {
      findings.good("version", std::to_string(state->version));
      check_rows(findings, store);
    }
  }
  check_room(findings, here, state ? state->bytes : 0);
  if (!missing) check_permissions(findings, store, here);
  const auto good = newest_good(backups);
  if (good) {
    findings.good("backup",
                  good->path + ", written " + good->written + ": " + contents(good->state));
  } else {
    findings.note("backup", "no good one in " + backups + ": make one with breakeven backup");
  }
  if (const auto process = store::user_of(store)) {
    findings.note("in use", "by process " + std::to_string(*process));
  }
  if (!query.repair || !damaged) return findings.diagnosis(store);
  if (!good) {
    return Error{ErrorCode::not_found,
                 "there is no good backup to repair this store from, looked in " + backups +
                     " (--backups FOLDER)",
                 store};
  }
  BREAKEVEN_TRY(const std::string former, store::restore(good->path, store, stamp(now)));
  Findings repaired;
  repaired.good("repair", "from " + good->path + ", written " + good->written);
  repaired.good("integrity", contents(good->state));
  if (!former.empty()) repaired.note("former store", "kept as " + former);
  repaired.note("lost",
                "what was written after the backup, unless it can be read from the former store");
  return repaired.diagnosis(store);
}

}  // namespace breakeven::service
