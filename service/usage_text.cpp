#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "engine/usage/values.hpp"
#include "service/usage.hpp"

namespace breakeven::service {
namespace {

using usage::Bucket;
using usage::TotalRow;

/// 1234567 as "1,234,567".
std::string grouped(Int128 value) {
  std::string text = to_string(value);
  const std::size_t first = text.front() == '-' ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string money(Usd low, Usd high) {
  return low == high ? high.display(4) : low.display(4) + ".." + high.display(4);
}

Int128 of(const TotalRow& row, Bucket bucket) {
  return row.tokens[static_cast<std::size_t>(bucket)];
}

void append_rows(const std::vector<TotalRow>& rows, std::string& text) {
  if (rows.empty()) return;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "  {:<18}{:<34}{:>10}{:>14}{:>14}{:>12}{:>12}{:>14}{:>14}\n", "class",
                 "model", "requests", "uncached", "cache read", "cache write", "output", "reported",
                 "priced");
  const auto line = [&](const TotalRow& row, std::string_view kind, const std::string& name) {
    Int128 other_input = of(row, Bucket::audio_input) + of(row, Bucket::image_input);
    Int128 other_output = of(row, Bucket::audio_output) + of(row, Bucket::image_output);
    const bool priced = row.priced_high != Usd() || !row.priced_as.empty();
    fmt::format_to(out, "  {:<18}{:<34}{:>10}{:>14}{:>14}{:>12}{:>12}{:>14}{:>14}\n", kind,
                   name.substr(0, 33), row.requests_known ? grouped(row.requests) : "unknown",
                   grouped(of(row, Bucket::uncached) + other_input),
                   grouped(of(row, Bucket::cache_read)),
                   grouped(of(row, Bucket::cache_write_5m) + of(row, Bucket::cache_write_1h)),
                   grouped(of(row, Bucket::output) + other_output),
                   row.reported_records > 0 ? row.reported.display(4) : "-",
                   priced ? money(row.priced_low, row.priced_high) : "-");
  };
  for (const TotalRow& row : rows) {
    line(row, usage::kind_name(row.kind),
         row.priced_as.empty() ? usage::safe_label(row.model) : row.priced_as);
  }
  if (rows.size() > 1) {
    TotalRow all;
    for (const TotalRow& row : rows) all.add(row);
    all.priced_as.clear();
    line(all, "all", "");
  }
}

void append_file(const usage::FileSummary& file, std::string& text) {
  auto out = std::back_inserter(text);
  const usage::FileReport& r = file.report;
  fmt::format_to(out, "{}: {}{}{}\n", r.file,
                 r.format ? usage::info(*r.format).title : std::string_view("not read"),
                 r.packing.empty() || r.packing == "plain" ? "" : ", ",
                 r.packing == "plain" ? "" : r.packing);
  fmt::format_to(out, "  {} records read: {} kept, {} rejected, {} repeated, {} left aside\n",
                 grouped(r.records), grouped(r.kept), grouped(r.rejected), grouped(r.duplicates),
                 grouped(r.ignored));
  if (r.first_ns && !r.relative_clock) {
    fmt::format_to(out, "  from {} to {}\n", usage::iso_time(*r.first_ns),
                   usage::iso_time(*r.last_ns));
  }
  append_rows(file.rows, text);
  for (std::size_t i = 1; i < usage::kReasons; ++i) {
    if (r.rejected_by[i] == 0) continue;
    const auto reason = static_cast<usage::Reason>(i);
    fmt::format_to(out, "  rejected: {} x {} ({})\n", grouped(r.rejected_by[i]),
                   usage::reason_name(reason), usage::reason_expectation(reason));
  }
  for (const usage::Rejection& e : r.rejections) {
    fmt::format_to(out, "    {}:{}: record {}: {}{}{}{}{}\n", r.file, e.line, e.record,
                   usage::reason_name(e.reason), e.field.empty() ? "" : ": ", e.field,
                   e.found.empty() ? "" : ": found ", e.found);
  }
  for (const auto& [why, count] : r.ignored_by) {
    fmt::format_to(out, "  left aside: {} x {}\n", grouped(count), why);
  }
  for (const auto& [note, count] : r.notes) {
    fmt::format_to(out, "  note: {}{}\n", note,
                   count > 1 ? fmt::format(" ({} records)", grouped(count)) : "");
  }
  if (file.stored) {
    fmt::format_to(out, "  stored: {} new, {} known already\n", grouped(file.stored->added),
                   grouped(file.stored->known));
  }
  for (const std::string& warning : file.warnings) fmt::format_to(out, "  warning: {}\n", warning);
  if (r.broken) fmt::format_to(out, "  error: {}\n", r.broken->text());
}

}  // namespace

std::string usage_text(const usage::ImportReport& report) {
  std::string text;
  for (const usage::FileSummary& file : report.files) append_file(file, text);
  auto out = std::back_inserter(text);
  if (report.files.size() > 1) {
    if (!report.usage.empty()) {
      fmt::format_to(out, "\nusage of all files, priced with {}\n", report.priced_with);
      append_rows(report.usage, text);
    }
    if (!report.charges.empty()) {
      fmt::format_to(out, "\ncharges of all files\n");
      append_rows(report.charges, text);
    }
  }
  for (const std::string& warning : report.warnings) {
    fmt::format_to(out, "warning: {}\n", warning);
  }
  return text;
}

}  // namespace breakeven::service
