// usage_export.hpp — records as CSV in our own columns, and the writer for CSV.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/usage/record.hpp"
#include "service/usage_store.hpp"

namespace breakeven::service {

/// RFC 4180 with LF, written in pieces of about 64 KiB.
class CsvText {
 public:
  explicit CsvText(const WriteText& write) : write_(write) {}
  void field(std::string_view value);
  [[nodiscard]] Status end_row();
  [[nodiscard]] Status flush();

 private:
  const WriteText& write_;
  std::string text_;
  bool first_ = true;
};

/// Writes requests and time buckets; a header stands before the first.
class UsageCsv final : public usage::RecordSink {
 public:
  explicit UsageCsv(CsvText& csv);
  void begin(usage::Grain grain) override { grain_ = grain; }
  void identify(const usage::RecordIdentity& identity) override { identity_ = identity; }
  void take(const usage::UsageRecord& record) override;
  /// The first thing that went wrong.
  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] std::int64_t left_out() const { return left_out_; }

 private:
  void number(std::int64_t value);

  CsvText& csv_;
  usage::Grain grain_ = usage::Grain::request;
  usage::RecordIdentity identity_;
  Status status_;
  std::int64_t left_out_ = 0;
};

}  // namespace breakeven::service
