// report.hpp — everything an import has to say about itself.
//
// Shape    Usage (requests, buckets, counters) and charges (lines of bills) describe the same tokens
//          twice: their totals are kept apart and never added.
// Errors   None: what went wrong with a file stands in its FileReport.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/usage/intake.hpp"
#include "engine/usage/totals.hpp"

namespace breakeven::usage {

/// What became of a file's kept records in a store.
struct StoredCounts {
  std::int64_t added = 0;
  std::int64_t known = 0;        ///< were there already
  std::int64_t conflicting = 0;  ///< those of them that say something else: the stored one stays
};

struct FileSummary {
  FileReport report;
  std::vector<TotalRow> rows;
  std::vector<std::string> warnings;
  std::optional<StoredCounts> stored;  ///< nothing: the file was only read
};

struct ImportReport {
  std::vector<FileSummary> files;
  std::vector<TotalRow> usage;    ///< rows of the files with requests, buckets and counters
  std::vector<TotalRow> charges;  ///< rows of bills
  std::optional<std::int64_t> first_ns;
  std::optional<std::int64_t> last_ns;
  std::vector<std::string> warnings;
  std::string priced_with;  ///< date of the newest price
};

/// How much the busiest ten minutes of a customer rise above the mean of the day: 99th percentile
/// over the mean, median and 10th and 90th percentile of 75 always-on production customers over 14
/// days (ServeGen, 2025).
inline constexpr double kDailyPeakToMean = 3.4;
inline constexpr double kDailyPeakToMeanLow = 1.5;
inline constexpr double kDailyPeakToMeanHigh = 8.9;

/// What a reader should know before believing a file's figures.
[[nodiscard]] std::vector<std::string> file_warnings(const FileSummary& file, bool one_of_several);
/// Adds the files up and says what is true of them together.
void summarise(ImportReport& report);

}  // namespace breakeven::usage
