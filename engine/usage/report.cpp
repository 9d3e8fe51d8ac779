#include "engine/usage/report.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/totals.hpp"

namespace breakeven::usage {
namespace {

constexpr std::int64_t kHourNs = 3'600'000'000'000;

bool has_tokens(const std::vector<TotalRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const TotalRow& row) {
    return std::any_of(row.tokens.begin(), row.tokens.end(), [](Int128 n) { return n != 0; });
  });
}

/// |a - b| > b / 10.
bool far_apart(Usd low, Usd high, Usd reported) {
  if (reported <= Usd()) return false;
  const Usd tenth = Usd::from_femto(reported.femto() / 10);
  return low > reported + tenth || high < reported - tenth;
}

}  // namespace

std::vector<std::string> file_warnings(const FileSummary& file, bool one_of_several) {
  const FileReport& report = file.report;
  std::vector<std::string> warnings;
  if (!report.format) return warnings;
  const Grain grain = info(*report.format).grain;
  if (report.narrowest_bucket_ns >= 23 * kHourNs) {
    warnings.push_back(
        "daily sums only: when in the day requests arrive is not known. A plan from this file "
        "assumes that the 99th percentile of the requests per 10 minutes is " +
        shortest(kDailyPeakToMean) + " times the mean (" + shortest(kDailyPeakToMeanLow) + " to " +
        shortest(kDailyPeakToMeanHigh) +
        " between customers); ask the source for 1-minute buckets");
  } else if (report.widest_bucket_ns > 60'000'000'000 && grain != Grain::request) {
    warnings.push_back("buckets of " +
                       shortest(static_cast<double>(report.widest_bucket_ns) / 1e9) +
                       " s hide the bursts inside them: a fleet sized from them may be too small; "
                       "1-minute buckets or a request log are better");
  }
  const bool no_requests = std::any_of(file.rows.begin(), file.rows.end(), [](const TotalRow& r) {
    return r.requests_partial && !r.requests_known;
  });
  if (no_requests && grain != Grain::charge) {
    warnings.emplace_back(
        "the source does not count requests: their number follows from an assumed answer length");
  }
  if (report.conflicts > 0) {
    warnings.push_back(counted(report.conflicts, "repeated record") +
                       " with other figures than the first: the first is used");
  }
  if (file.stored && file.stored->conflicting > 0) {
    warnings.push_back(counted(file.stored->conflicting, "record") +
                       " with other figures than the stored ones: the stored ones stay");
  }
  if (file.stored && grain == Grain::counter) {
    warnings.emplace_back(
        "running totals count from zero in each import: scrapes of one server belong into one "
        "import, or they are counted twice");
  }
  if (one_of_several && report.without_id > 0) {
    warnings.push_back(counted(report.without_id, "record") +
                       " without an id: repeats of them in other files cannot be found");
  }
  std::int64_t unpriced = 0;
  std::string unpriced_names;
  for (const TotalRow& row : file.rows) {
    if (row.unpriced_records == 0) continue;
    unpriced += row.unpriced_records;
    if (unpriced_names.size() < 200) {
      unpriced_names += (unpriced_names.empty() ? "" : ", ") +
                        (row.model.empty() ? std::string("no model") : row.model.substr(0, 80));
    }
  }
  if (unpriced > 0) {
    warnings.push_back(counted(unpriced, "record") +
                       " without a price, kept and counted: " + unpriced_names);
  }
  for (const TotalRow& row : file.rows) {
    if (row.compared_records > 0 &&
        far_apart(row.compared_low, row.compared_high, row.compared_reported)) {
      warnings.push_back(
          std::string(kind_name(row.kind)) + " of " + row.model.substr(0, 80) + ": priced at " +
          row.compared_high.display() + ", the source says " + row.compared_reported.display() +
          " USD: other prices, or cached tokens are counted another way than assumed");
      if (warnings.size() > 20) break;
    }
  }
  return warnings;
}

void summarise(ImportReport& report) {
  bool usage_tokens = false;
  bool charge_tokens = false;
  for (FileSummary& file : report.files) {
    file.warnings = file_warnings(file, report.files.size() > 1);
    if (!file.report.format) continue;
    const bool charge = info(*file.report.format).grain == Grain::charge;
    merge_rows(charge ? report.charges : report.usage, file.rows);
    (charge ? charge_tokens : usage_tokens) |= has_tokens(file.rows);
    if (file.report.relative_clock) continue;
    if (file.report.first_ns && file.report.last_ns) {
      report.first_ns =
          std::min(report.first_ns.value_or(*file.report.first_ns), *file.report.first_ns);
      report.last_ns =
          std::max(report.last_ns.value_or(*file.report.last_ns), *file.report.last_ns);
    }
  }
  if (usage_tokens && charge_tokens) {
    report.warnings.emplace_back(
        "usage and charges are both there: they tell the same tokens twice and are not added");
  }
}

}  // namespace breakeven::usage
