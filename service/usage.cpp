#include "service/usage.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "io/usage/import.hpp"
#include "service/file_text.hpp"

namespace breakeven::service {
namespace {

/// Hands each record to the totals of its file and to whoever else wants it.
class FanOut final : public usage::RecordSink {
 public:
  explicit FanOut(usage::RecordSink* also) : also_(also) {}
  void to(usage::Totals& totals) { totals_ = &totals; }
  void begin(usage::Grain grain) override {
    if (also_ != nullptr) also_->begin(grain);
  }
  void take(const usage::UsageRecord& record) override {
    totals_->take(record);
    if (also_ != nullptr) also_->take(record);
  }

 private:
  usage::Totals* totals_ = nullptr;
  usage::RecordSink* also_;
};

/// A day ahead of the clock: what a source may be wrong by.
std::int64_t latest_plausible_ns() {
  const auto now = std::chrono::system_clock::now() + std::chrono::hours(24);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
}

}  // namespace

Result<usage::ImportReport> import_usage(const catalog::PriceBook& book,
                                         const UsageRequest& request, usage::RecordSink* also) {
  if (request.files.empty()) {
    return Error{ErrorCode::invalid_argument, "expected at least one file", "FILE"};
  }
  std::optional<usage::CustomMapping> mapping;
  if (!request.mapping.empty()) {
    BREAKEVEN_TRY(const std::string text, read_file_text(request.mapping));
    BREAKEVEN_TRY(mapping, io::parse_usage_mapping(text, request.mapping));
  }
  io::UsageReadOptions options;
  options.intake.max_rejections = request.max_rejections;
  options.intake.convention = request.cached;
  options.intake.latest_ns = latest_plausible_ns();
  options.mapping = mapping ? &*mapping : nullptr;
  FanOut sink(also);
  io::UsageImporter importer(options, sink);
  usage::ImportReport report;
  report.priced_with = book.newest().iso();
  for (const std::string& file : request.files) {
    usage::Totals totals(&book);
    sink.to(totals);
    usage::FileSummary summary;
    summary.report = importer.read(file);
    summary.rows = totals.finish();
    report.files.push_back(std::move(summary));
  }
  usage::summarise(report);
  if (importer.identities_full()) {
    report.warnings.emplace_back(
        "more records than identities are remembered: later repeats were not found");
  }
  return report;
}

Status all_read(const usage::ImportReport& report) {
  for (const usage::FileSummary& file : report.files) {
    if (file.report.broken) return *file.report.broken;
  }
  return {};
}

}  // namespace breakeven::service
