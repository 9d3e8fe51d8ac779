#include "duckdb/library.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace breakeven::duckdb {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "libduckdb.so";

std::vector<fs::path> places() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the program never sets variables
  if (const char* named = std::getenv("BREAKEVEN_DUCKDB"); named != nullptr && *named != '\0') {
    return {named};
  }
  std::vector<fs::path> found;
  std::error_code no_link;
  if (const fs::path self = fs::read_symlink("/proc/self/exe", no_link); !no_link) {
    found.push_back(self.parent_path() / kFile);
    found.push_back(self.parent_path().parent_path() / "lib" / "breakeven" / kFile);
  }
  found.push_back(fs::path(BREAKEVEN_SOURCE_DIR) / ".tools" / "duckdb" / kFile);
  return found;
}

Error absent(const std::string& what) {
  return Error{ErrorCode::unsupported,
               "stored usage and Parquet need the DuckDB library " + std::string(kVersion) + ": " +
                   what + "; ./run fetches it, or BREAKEVEN_DUCKDB names it",
               {}};
}

template <class Function>
bool bind(void* library, const std::string& name, Function& function) {
  void* const symbol = dlsym(library, ("duckdb_" + name).c_str());
  function = reinterpret_cast<Function>(symbol);
  return symbol != nullptr;
}

Result<api::Functions> open_library() {
  std::string looked;
  for (const fs::path& place : places()) {
    std::error_code failure;
    if (!fs::exists(place, failure)) {
      looked += (looked.empty() ? "none at " : ", ") + place.string();
      continue;
    }
    void* const library = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      // NOLINTNEXTLINE(concurrency-mt-unsafe): called once, under the lock of a static
      return absent("cannot open it: " + std::string(dlerror()));
    }
    api::Functions f{};
    bool all = true;
#define BREAKEVEN_BIND(name) all = bind(library, #name, f.name) && all
    BREAKEVEN_BIND(library_version);
    BREAKEVEN_BIND(create_config);
    BREAKEVEN_BIND(set_config);
    BREAKEVEN_BIND(destroy_config);
    BREAKEVEN_BIND(open_ext);
    BREAKEVEN_BIND(close);
    BREAKEVEN_BIND(connect);
    BREAKEVEN_BIND(disconnect);
    BREAKEVEN_BIND(free);
    BREAKEVEN_BIND(query);
    BREAKEVEN_BIND(destroy_result);
    BREAKEVEN_BIND(result_error);
    BREAKEVEN_BIND(column_count);
    BREAKEVEN_BIND(column_name);
    BREAKEVEN_BIND(column_type);
    BREAKEVEN_BIND(rows_changed);
    BREAKEVEN_BIND(fetch_chunk);
    BREAKEVEN_BIND(prepare);
    BREAKEVEN_BIND(prepare_error);
    BREAKEVEN_BIND(destroy_prepare);
    BREAKEVEN_BIND(bind_varchar_length);
    BREAKEVEN_BIND(bind_int64);
    BREAKEVEN_BIND(pending_prepared_streaming);
    BREAKEVEN_BIND(execute_pending);
    BREAKEVEN_BIND(pending_error);
    BREAKEVEN_BIND(destroy_pending);
    BREAKEVEN_BIND(create_data_chunk);
    BREAKEVEN_BIND(destroy_data_chunk);
    BREAKEVEN_BIND(data_chunk_reset);
    BREAKEVEN_BIND(data_chunk_get_size);
    BREAKEVEN_BIND(data_chunk_set_size);
    BREAKEVEN_BIND(data_chunk_get_vector);
    BREAKEVEN_BIND(vector_get_data);
    BREAKEVEN_BIND(vector_get_validity);
    BREAKEVEN_BIND(vector_ensure_validity_writable);
    BREAKEVEN_BIND(vector_assign_string_element_len);
    BREAKEVEN_BIND(create_logical_type);
    BREAKEVEN_BIND(create_decimal_type);
    BREAKEVEN_BIND(destroy_logical_type);
    BREAKEVEN_BIND(appender_create);
    BREAKEVEN_BIND(appender_error);
    BREAKEVEN_BIND(append_data_chunk);
    BREAKEVEN_BIND(appender_close);
    BREAKEVEN_BIND(appender_destroy);
#undef BREAKEVEN_BIND
    if (!all) return absent(place.string() + " is not a whole DuckDB library");
    if (const std::string version = f.library_version(); version != kVersion) {
      return absent(place.string() + " is " + version);
    }
    return f;
  }
  return absent(looked);
}

}  // namespace

Result<const api::Functions*> library() {
  static const Result<api::Functions> kOpened = open_library();
  if (!kOpened) return kOpened.error();
  return &*kOpened;
}

}  // namespace breakeven::duckdb
