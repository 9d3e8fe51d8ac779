#include <array>
#include <string>
#include <utility>

#include "engine/catalog/price_book.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/values.hpp"
#include "store/usage/usage_columns.hpp"
#include "store/usage/usage_store.hpp"

namespace breakeven::store {
namespace {

using duckdb::Parameter;

constexpr std::size_t kLongestText = 200;

constexpr std::string_view kSame =
    "i.set_name = r.set_name AND i.identity_low = r.identity_low AND "
    "i.identity_high = r.identity_high";

std::string_view clock_name(usage::Clock clock) {
  constexpr std::array<std::string_view, 3> kNames{"none", "utc", "relative"};
  return kNames[static_cast<std::size_t>(clock)];
}

}  // namespace

UsageWriter::~UsageWriter() {
  // What is left in the chunk of an import that is given up must not be appended.
  appender_.reset();
  if (open_) static_cast<void>(database_.run("ROLLBACK"));
}

Status UsageWriter::begin_file() {
  if (failure_) return *failure_;
  BREAKEVEN_TRY(auto next, database_.query("SELECT coalesce(max(file), 0) + 1 FROM files"));
  BREAKEVEN_TRY(const bool there, next.next());
  file_ = there ? next.integer(0) : 1;
  BREAKEVEN_TRY(auto any,
                database_.query("SELECT 1::BIGINT FROM records WHERE set_name = $1 LIMIT 1",
                                std::array<Parameter, 1>{set_}));
  BREAKEVEN_TRY(compared_, any.next());
  std::array<duckdb::Column, kUsageColumns.size()> types{};
  for (std::size_t i = 0; i < types.size(); ++i) types[i] = kUsageColumns[i].type;
  BREAKEVEN_TRY(auto appender, duckdb::Appender::open(database_, compared_ ? "incoming" : "records",
                                                      types, kCostPlaces));
  appender_.emplace(std::move(appender));
  taken_ = 0;
  return {};
}

void UsageWriter::label(std::string_view text) {
  if (usage::looks_secret(text)) {
    appender_->text(usage::safe_label(text));
  } else {
    appender_->text(duckdb::valid_utf8(text.substr(0, kLongestText), buffer_));
  }
}

void UsageWriter::take(const usage::UsageRecord& r) {
  if (failure_) return;
  duckdb::Appender& to = *appender_;
  const auto optional = [&](const std::optional<std::int64_t>& value) {
    value ? to.integer(*value) : to.null();
  };
  to.text(set_);
  to.integer(file_);
  to.integer(static_cast<std::int64_t>(identity_.low));
  to.integer(static_cast<std::int64_t>(identity_.high));
  to.integer(static_cast<std::int64_t>(identity_.content));
  to.text(usage::grain_name(grain_));
  to.text(usage::kind_name(r.kind));
  if (r.id.empty()) {
    to.null();
  } else {
    to.text(duckdb::valid_utf8(r.id.substr(0, kLongestText), buffer_));
  }
  to.text(clock_name(r.clock));
  to.integer(r.start_ns);
  to.integer(r.end_ns);
  to.truth(r.single);
  for (const std::string_view text : {r.vendor, r.model, r.key, r.team, r.project, r.session}) {
    label(text);
  }
  if (r.mode) {
    to.text(catalog::to_string(*r.mode));
  } else {
    to.null();
  }
  label(r.residency);
  to.truth(r.long_context);
  for (const std::int64_t tokens : r.tokens.count) to.integer(tokens);
  to.integer(r.tokens.reasoning);
  optional(r.requests);
  to.integer(r.web_searches);
  if (r.cost) {
    to.decimal(r.cost->femto());
  } else {
    to.null();
  }
  optional(r.latency_ns);
  optional(r.ttft_ns);
  if (const Status status = to.end_row(); !status) failure_ = status.error();
  ++taken_;
}

Result<StoredFile> UsageWriter::end_file(const usage::FileReport& report) {
  if (failure_) return *failure_;
  BREAKEVEN_CHECK_OK(appender_->close());
  appender_.reset();
  StoredFile file;
  file.set = set_;
  file.number = file_;
  file.name = duckdb::valid_utf8(report.file, buffer_);
  file.format = report.format;
  file.imported_at = now_.iso();
  file.read = report.records;
  file.rejected = report.rejected;
  file.ignored = report.ignored;
  file.repeated = report.duplicates;
  file.stored = taken_;
  if (compared_) {
    BREAKEVEN_TRY(auto known,
                  database_.query("SELECT count(*), count(*) FILTER (i.content <> r.content) "
                                  "FROM incoming i JOIN records r ON " +
                                  std::string(kSame)));
    BREAKEVEN_TRY(const bool there, known.next());
    if (there) {
      file.known = known.integer(0);
      file.conflicting = known.integer(1);
    }
    BREAKEVEN_TRY(file.stored,
                  database_.run("INSERT INTO records SELECT * FROM incoming i WHERE NOT EXISTS "
                                "(SELECT 1 FROM records r WHERE " +
                                std::string(kSame) + ")"));
    BREAKEVEN_TRY(const std::int64_t left, database_.run("DELETE FROM incoming"));
    static_cast<void>(left);
  }
  const std::array<Parameter, 12> values{
      file.set,         file.number,
      file.name,        std::string(report.format ? usage::info(*report.format).id : ""),
      file.imported_at, file.read,
      file.rejected,    file.ignored,
      file.repeated,    file.stored,
      file.known,       file.conflicting};
  BREAKEVEN_TRY(const std::int64_t one,
                database_.run("INSERT INTO files VALUES "
                              "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                              values));
  static_cast<void>(one);
  return file;
}

Status UsageWriter::commit() {
  if (failure_) return *failure_;
  BREAKEVEN_TRY(const std::int64_t none, database_.run("COMMIT"));
  static_cast<void>(none);
  open_ = false;
  return {};
}

}  // namespace breakeven::store
