#include "service/catalog_store.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/named_text.hpp"

namespace breakeven::service {
namespace {

namespace fs = std::filesystem;

// A catalogue of facts edited by people stays far below this; a larger file is a mistake.
constexpr std::uintmax_t kMaxFileBytes = 64ULL << 20;

/// What a directory must have to be taken for a catalogue.
constexpr const char* kLandmark = "open_models.csv";

bool is_catalog(const fs::path& directory) {
  std::error_code ignored;
  return fs::is_regular_file(directory / kLandmark, ignored);
}

Result<std::string> named_dir(const std::string& directory, const std::string& named_by) {
  if (is_catalog(directory)) return directory;
  return Error{ErrorCode::not_found,
               "expected a catalogue directory with " + std::string(kLandmark) +
                   " in it, named by " + named_by,
               directory};
}

Result<std::string> read_file(const fs::path& path) {
  std::error_code failure;
  const auto size = fs::file_size(path, failure);
  if (!failure && size > kMaxFileBytes) {
    return Error{
        ErrorCode::resource_limit,
        "expected a catalogue file of at most 64 MiB, found " + std::to_string(size) + " bytes",
        path.string()};
  }
  std::ifstream in(path, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (failure || !in || in.bad()) {
    return Error{ErrorCode::io_error, "cannot read this catalogue file", path.string()};
  }
  return content;
}

}  // namespace

Result<std::string> find_catalog_dir(const std::string& explicit_dir) {
  if (!explicit_dir.empty()) return named_dir(explicit_dir, "--catalog");
  // Read once at start, before any thread exists.
  if (const char* named = std::getenv("BREAKEVEN_CATALOG"); named != nullptr && *named != '\0') {
    return named_dir(named, "BREAKEVEN_CATALOG");
  }
  std::vector<fs::path> candidates;
  std::error_code no_link;
  if (const fs::path self = fs::read_symlink("/proc/self/exe", no_link); !no_link) {
    candidates.push_back(self.parent_path().parent_path() / "share" / "breakeven" / "catalog");
  }
  candidates.push_back(fs::path(BREAKEVEN_SOURCE_DIR) / "catalog");
  std::string looked;
  for (const fs::path& candidate : candidates) {
    if (is_catalog(candidate)) return candidate.string();
    looked += (looked.empty() ? "" : ", ") + candidate.string();
  }
  return Error{
      ErrorCode::not_found,
      "no catalogue of facts in " + looked + "; name one with --catalog DIR or BREAKEVEN_CATALOG",
      {}};
}

Result<std::vector<catalog::NamedText>> read_catalog_files(const std::string& directory) {
  const fs::path root(directory);
  std::vector<fs::path> paths;
  std::error_code failure;
  for (fs::recursive_directory_iterator it(root, failure), end; !failure && it != end;
       it.increment(failure)) {
    if (it->path().extension() == ".csv") paths.push_back(it->path());
  }
  if (failure) {
    return Error{ErrorCode::io_error, "cannot list this directory: " + failure.message(),
                 directory};
  }
  std::ranges::sort(paths);
  std::vector<catalog::NamedText> files;
  for (const fs::path& path : paths) {
    BREAKEVEN_TRY(std::string content, read_file(path));
    files.push_back({path.lexically_relative(root).generic_string(), std::move(content)});
  }
  return files;
}

Result<std::vector<Error>> catalog_mistakes(const std::string& directory) {
  BREAKEVEN_TRY(const auto files, read_catalog_files(directory));
  std::vector<Error> mistakes = catalog::Catalog::mistakes(files);
  for (Error& mistake : mistakes) mistake.where = (fs::path(directory) / mistake.where).string();
  return mistakes;
}

Result<catalog::Catalog> load_catalog(const std::string& explicit_dir) {
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(explicit_dir));
  BREAKEVEN_TRY(const auto files, read_catalog_files(directory));
  auto loaded = catalog::Catalog::load(files);
  if (loaded.ok()) return loaded;
  Error error = loaded.error();
  error.where = (fs::path(directory) / error.where).string();
  return error;
}

}  // namespace breakeven::service
