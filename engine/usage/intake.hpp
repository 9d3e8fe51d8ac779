// intake.hpp — takes the mapped records of one file: counts every one of them as kept, repeated,
// left aside or rejected, and says why.
//
// Shape    records = kept + duplicates + ignored + rejected, always. Rejections are listed up to a
//          bound and counted exactly by reason.
// Threads  One intake per file; the IdSet is shared by the files of an import, read one by one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/id_set.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/record_batch.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {

/// Whether `input` of an ambiguous source contains the cached tokens.
enum class Convention : std::uint8_t {
  as_source,  ///< what its totals say, else what its current version does
  inclusive,
  exclusive
};

struct IntakeOptions {
  std::size_t max_rejections = 20;  ///< listed per file
  Convention convention = Convention::as_source;
  /// Latest time that is not called a time in the future.
  std::int64_t latest_ns = std::numeric_limits<std::int64_t>::max();
};

/// Not before 2020, and not in the future.
[[nodiscard]] inline bool plausible_start(std::int64_t start_ns, const IntakeOptions& options) {
  constexpr std::int64_t kEarliestNs = 1'577'836'800'000'000'000;  // 2020-01-01
  return start_ns >= kEarliestNs && start_ns <= options.latest_ns;
}

inline constexpr std::string_view kNaiveNote = "times without a zone are read as UTC";

struct Rejection {
  std::int64_t record = 0;  ///< 1-based, in the file
  std::int64_t line = 0;    ///< 1-based physical line on which the record starts
  Reason reason = Reason::none;
  std::string field;  ///< empty when the whole record is meant
  std::string found;  ///< what stood there; texts only by their length
};

/// What one file gave.
struct FileReport {
  std::string file;
  std::string packing;
  std::optional<Format> format;
  bool json = false;
  std::int64_t bytes = 0;  ///< unpacked
  std::int64_t records = 0;
  std::int64_t kept = 0;
  std::int64_t rejected = 0;
  std::int64_t duplicates = 0;  ///< repeats of a kept record of this file or of one before
  std::int64_t conflicts = 0;   ///< those of them that say something else than the kept one
  std::int64_t ignored = 0;
  std::int64_t without_id = 0;  ///< kept records that repeats could not be found of
  std::optional<std::int64_t> first_ns;
  std::optional<std::int64_t> last_ns;  ///< end of the last bucket, or start of the last request
  bool relative_clock = false;
  std::int64_t narrowest_bucket_ns = 0;
  std::int64_t widest_bucket_ns = 0;
  std::vector<Rejection> rejections;
  std::array<std::int64_t, kReasons> rejected_by{};
  std::vector<std::pair<std::string, std::int64_t>> ignored_by;
  std::vector<std::pair<std::string, std::int64_t>> notes;  ///< with the records they stand for
  std::optional<Error> broken;  ///< why reading ended before the end of the file
};

/// Counts a kept record and the width of its bucket.
void count_kept(const UsageRecord& record, FileReport& report);
/// Widens the time that the report covers.
void count_time(const UsageRecord& record, FileReport& report);

class Intake {
 public:
  Intake(const IntakeOptions& options, IdSet& seen, RecordSink& sink, FileReport& report)
      : options_(options), seen_(seen), sink_(sink), report_(report) {}

  /// Where the next records come from.
  void at_line(std::int64_t line) { line_ = line; }
  [[nodiscard]] const IntakeOptions& options() const { return options_; }
  [[nodiscard]] FileReport& report() { return report_; }
  [[nodiscard]] Format format() const { return format_; }
  /// The format is known; comes before the first record that is kept.
  void open(Format format) {
    report_.format = format;
    format_ = format;
    sink_.begin(info(format).grain);
  }

  /// `group` tells apart records of one bucket that differ in what UsageRecord does not hold.
  void keep(const UsageRecord& record, std::string_view group = {});
  void reject(Reason reason, std::string_view field = {}, std::string_view found = {});
  /// `found` is said as it is: a message of ours, never text of the file.
  void reject_because(Reason reason, std::string message);
  void ignore(std::string_view why);
  void note(std::string_view text, std::int64_t records = 1);
  /// The same as keep() of each item in its order. Repeats are taken out of `items`; `assumption`
  /// is the note of those that are `assumed`.
  void keep_all(std::span<const UsageRecord> likes, std::span<BatchItem> items,
                std::string_view assumption);

 private:
  class BatchReport;
  [[nodiscard]] bool repeated(const BatchItem& item);
  void refuse(Reason reason, std::string_view field, std::string found);
  [[nodiscard]] bool repeated(const UsageRecord& record, std::string_view group);
  /// Tells equal records of this file apart by their number.
  void number_occurrence(std::uint64_t content, Fingerprint& identity);

  const IntakeOptions& options_;
  IdSet& seen_;
  RecordSink& sink_;
  FileReport& report_;
  std::int64_t line_ = 0;
  Format format_{};  ///< what open() was told
  std::unordered_map<std::uint64_t, std::int64_t> occurrences_;
};

}  // namespace breakeven::usage
