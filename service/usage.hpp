// usage.hpp — use cases around usage exports: what files hold, and traffic made of them.
//
// Units    Tokens are counts, money is Usd.
// Shape    A file is a path, "-" for standard input, or "store:NAME" for what was imported under
//          that name (service/usage_store.hpp).
// Threads  Files are read one after another, their lines on the threads of the request's pool.
// Errors   A file that cannot be read is told in its part of the report, and the others are read;
//          import_usage() fails for options that make no sense, and for a store that cannot be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/pool.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/usage/report.hpp"

namespace breakeven::service {

/// How far the reading of a file is.
struct UsageProgress {
  std::string_view file;
  std::int64_t bytes = 0;  ///< unpacked
  std::int64_t size = 0;   ///< of the whole file; 0: not known (packed, or standard input)
};

struct UsageRequest {
  std::vector<std::string> files;
  std::string mapping;  ///< a mapping file; empty: formats are detected
  usage::Convention cached = usage::Convention::as_source;
  std::size_t max_rejections = 20;
  std::string store;     ///< file of the usage store; empty: usage_store_path()
  Pool* pool = nullptr;  ///< for large files; null: the calling thread alone
  std::function<void(const UsageProgress&)> progress;  ///< called every 256 KiB or so
};

/// Called around the records of each file.
struct UsageFileHooks {
  std::function<Status()> before;
  std::function<Status(usage::FileSummary&)> after;
};

/// Reads the files and adds them up. `also` sees every kept record.
[[nodiscard]] Result<usage::ImportReport> import_usage(const catalog::PriceBook& book,
                                                       const UsageRequest& request,
                                                       usage::RecordSink* also = nullptr,
                                                       const UsageFileHooks& hooks = {});

/// The first file that could not be read to its end, as an error; success when there is none.
[[nodiscard]] Status all_read(const usage::ImportReport& report);

/// The report for people.
[[nodiscard]] std::string usage_text(const usage::ImportReport& report);

}  // namespace breakeven::service
