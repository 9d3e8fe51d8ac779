#include "service/usage.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "io/usage/import.hpp"
#include "service/file_text.hpp"
#include "service/usage_store.hpp"
#include "store/usage/usage_store.hpp"

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
  [[nodiscard]] bool wants_identity() const override {
    return also_ != nullptr && also_->wants_identity();
  }
  void identify(const usage::RecordIdentity& identity) override {
    if (also_ != nullptr) also_->identify(identity);
  }
  void take(const usage::UsageRecord& record) override {
    totals_->take(record);
    if (also_ != nullptr) also_->take(record);
  }
  void take_all(const usage::RecordBatch& batch) override {
    totals_->take_all(batch);
    if (also_ != nullptr) also_->take_all(batch);
  }

 private:
  usage::Totals* totals_ = nullptr;
  usage::RecordSink* also_;
};

/// Counts what a stored file holds, as its import did.
class Recount final : public usage::RecordSink {
 public:
  Recount(usage::RecordSink& to, usage::FileReport& report) : to_(to), report_(report) {}
  void begin(usage::Grain grain) override { to_.begin(grain); }
  void take(const usage::UsageRecord& record) override {
    usage::count_time(record, report_);
    usage::count_kept(record, report_);
    to_.take(record);
  }

 private:
  usage::RecordSink& to_;
  usage::FileReport& report_;
};

constexpr std::string_view kStored = "store:";

/// The stored files of a set, as if they were read again.
Status replay_set(store::UsageStore& store, const std::string& set,
                  const std::function<Status(const store::StoredFile&)>& each) {
  BREAKEVEN_CHECK_OK(store.expect_set(set));
  BREAKEVEN_TRY(const auto files, store.files(set));
  for (const store::StoredFile& file : files) BREAKEVEN_CHECK_OK(each(file));
  return {};
}

/// Of a file on disk; 0 for anything else.
std::int64_t size_of(const std::string& path) {
  std::error_code none;
  const auto size = std::filesystem::file_size(path, none);
  return none ? 0 : static_cast<std::int64_t>(size);
}

/// A day ahead of the clock: what a source may be wrong by.
std::int64_t latest_plausible_ns() {
  const auto now = std::chrono::system_clock::now() + std::chrono::hours(24);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
}

}  // namespace

Result<usage::ImportReport> import_usage(const catalog::PriceBook& book,
                                         const UsageRequest& request, usage::RecordSink* also,
                                         const UsageFileHooks& hooks) {
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
  options.pool = request.pool;
  if (request.pool != nullptr) {
    options.lane.blocks = std::max(options.lane.blocks, 4 * request.pool->size());
  }
  UsageProgress progress;
  if (request.progress) {
    options.progress = [&](std::int64_t bytes, io::Packing packing) {
      UsageProgress now = progress;
      now.bytes = bytes;
      if (packing != io::Packing::none) now.size = 0;
      request.progress(now);
    };
  }
  FanOut sink(also);
  io::UsageImporter importer(options, sink);
  usage::ImportReport report;
  report.priced_with = book.newest().iso();
  const auto add = [&](const std::function<Status(usage::FileReport&)>& read) -> Status {
    usage::Totals totals(&book);
    sink.to(totals);
    usage::FileSummary summary;
    if (hooks.before) BREAKEVEN_CHECK_OK(hooks.before());
    BREAKEVEN_CHECK_OK(read(summary.report));
    summary.rows = totals.finish();
    if (hooks.after) BREAKEVEN_CHECK_OK(hooks.after(summary));
    report.files.push_back(std::move(summary));
    return {};
  };
  std::optional<store::UsageStore> store;
  for (const std::string& name : request.files) {
    if (!name.starts_with(kStored)) {
      BREAKEVEN_CHECK_OK(add([&](usage::FileReport& file) {
        progress.file = name;
        progress.size = size_of(name);
        file = importer.read(name);
        return Status();
      }));
      continue;
    }
    if (!store) {
      BREAKEVEN_TRY(const std::string path, usage_store_path(request.store));
      BREAKEVEN_TRY(auto opened, store::UsageStore::open(path, store::UsageStore::Access::read));
      store.emplace(std::move(opened));
    }
    BREAKEVEN_CHECK_OK(replay_set(*store, name.substr(kStored.size()),
                                  [&](const store::StoredFile& stored) -> Status {
                                    return add([&](usage::FileReport& file) {
                                      file.file = name + ": " + stored.name;
                                      file.format = stored.format;
                                      file.records = stored.read;
                                      file.rejected = stored.rejected;
                                      file.ignored = stored.ignored;
                                      file.duplicates = stored.repeated + stored.known;
                                      Recount recount(sink, file);
                                      return store->replay(stored, recount);
                                    });
                                  }));
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
