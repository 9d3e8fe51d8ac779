// usage.hpp — use cases around usage exports: what files hold, and traffic made of them.
//
// Units    Tokens are counts, money is Usd.
// Threads  Files are read one after another in the calling thread.
// Errors   A file that cannot be read is told in its part of the report, and the others are read;
//          import_usage() fails only for options that make no sense.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/catalog/price_book.hpp"
#include "engine/usage/report.hpp"

namespace breakeven::service {

struct UsageRequest {
  std::vector<std::string> files;  ///< "-" is standard input
  std::string mapping;             ///< a mapping file; empty: formats are detected
  usage::Convention cached = usage::Convention::as_source;
  std::size_t max_rejections = 20;
};

/// Reads the files and adds them up; nothing is stored. `also` sees every kept record.
[[nodiscard]] Result<usage::ImportReport> import_usage(const catalog::PriceBook& book,
                                                       const UsageRequest& request,
                                                       usage::RecordSink* also = nullptr);

/// The first file that could not be read to its end, as an error; success when there is none.
[[nodiscard]] Status all_read(const usage::ImportReport& report);

/// The report for people.
[[nodiscard]] std::string usage_text(const usage::ImportReport& report);

}  // namespace breakeven::service
