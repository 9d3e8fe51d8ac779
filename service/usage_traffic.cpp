#include "service/usage_traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "codec/usage_json.hpp"
#include "engine/usage/values.hpp"
#include "service/traffic.hpp"

namespace breakeven::service {
namespace {

using usage::Breakdown;
using Band = codec::UsageStats::Band;

/// Every reader of the records of one import; those of bills are kept apart.
class Gatherer final : public usage::RecordSink {
 public:
  Gatherer(const catalog::PriceBook& book, const std::string& model, bool charges)
      : load_(model, charges),
        days_(Breakdown::By::day, &book),
        keys_(Breakdown::By::key, &book),
        teams_(Breakdown::By::team, &book) {
    for (Breakdown* b : {&days_, &keys_, &teams_}) b->only(charges);
  }
  void begin(usage::Grain grain) override {
    load_.begin(grain);
    for (Breakdown* b : {&days_, &keys_, &teams_}) b->begin(grain);
  }
  void take(const usage::UsageRecord& record) override {
    load_.take(record);
    for (Breakdown* b : {&days_, &keys_, &teams_}) b->take(record);
  }

  usage::LoadCollector load_;
  Breakdown days_;
  Breakdown keys_;
  Breakdown teams_;
};

class Both final : public usage::RecordSink {
 public:
  Both(usage::RecordSink& a, usage::RecordSink& b) : a_(a), b_(b) {}
  void begin(usage::Grain grain) override {
    a_.begin(grain);
    b_.begin(grain);
  }
  void take(const usage::UsageRecord& record) override {
    a_.take(record);
    b_.take(record);
  }

 private:
  usage::RecordSink& a_;
  usage::RecordSink& b_;
};

constexpr std::array<std::int64_t, 4> kWindowsS{60, 300, 600, 3'600};

Status check_rejects(const usage::ImportReport& report, double most) {
  for (const usage::FileSummary& file : report.files) {
    const auto& r = file.report;
    const std::int64_t counted = r.kept + r.rejected;
    if (counted == 0 || static_cast<double>(r.rejected) <= most * static_cast<double>(counted)) {
      continue;
    }
    std::string where = r.file;
    std::string example;
    if (!r.rejections.empty()) {
      where += ":" + std::to_string(r.rejections.front().line);
      example = std::string("; the first: ") +
                std::string(usage::reason_name(r.rejections.front().reason)) +
                (r.rejections.front().field.empty() ? "" : " in " + r.rejections.front().field);
    }
    return Error{ErrorCode::parse_error,
                 fmt::format("expected at most {:g} % rejected records, found {} of {}{}",
                             most * 100, r.rejected, counted, example),
                 where};
  }
  return {};
}

std::vector<Band> peak_bands(const usage::LoadCollector& collector,
                             const usage::LoadOptions& options) {
  std::vector<std::vector<double>> peaks(kWindowsS.size());
  usage::LoadOptions other = options;
  for (int i = 0; i < kBandSeeds; ++i) {
    other.seed = options.seed + static_cast<std::uint64_t>(i);
    const auto load = collector.build(other);
    if (!load) return {};
    for (std::size_t w = 0; w < kWindowsS.size(); ++w) {
      if (const auto p = traffic::peak_to_mean(load->trace, kWindowsS[w] * 1'000'000'000)) {
        peaks[w].push_back(p->p99);
      }
    }
  }
  std::vector<Band> bands;
  for (std::size_t w = 0; w < kWindowsS.size(); ++w) {
    std::vector<double>& p = peaks[w];
    if (p.empty()) continue;
    std::sort(p.begin(), p.end());
    bands.push_back({static_cast<double>(kWindowsS[w]), p.front(), p[p.size() / 2], p.back()});
  }
  return bands;
}

std::string joined_names(const usage::ImportReport& report) {
  std::string names = report.files.front().report.file;
  if (report.files.size() > 1) {
    names += fmt::format(" and {} more", report.files.size() - 1);
  }
  return names;
}

std::string money(const usage::TotalRow& row) {
  if (row.unpriced_records > 0 && row.priced_high == Usd()) return "-";
  return row.priced_low == row.priced_high
             ? row.priced_high.display(4)
             : row.priced_low.display(4) + ".." + row.priced_high.display(4);
}

void append_parts(std::string_view title, const std::vector<Breakdown::Part>& parts,
                  std::string& text) {
  if (parts.size() < 2 && (parts.empty() || parts.front().label == "(none)")) return;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{:<16}{:>12}{:>16}{:>16}{:>16}{:>16}\n", title, "requests", "input",
                 "output", "reported", "priced");
  for (const Breakdown::Part& part : parts) {
    Int128 input = 0;
    Int128 output = 0;
    for (std::size_t i = 0; i < usage::kBuckets; ++i) {
      (usage::is_output(static_cast<usage::Bucket>(i)) ? output : input) += part.sum.tokens[i];
    }
    fmt::format_to(out, "  {:<14}{:>12}{:>16}{:>16}{:>16}{:>16}\n", part.label.substr(0, 40),
                   part.sum.requests_known ? to_string(part.sum.requests) : "unknown",
                   to_string(input), to_string(output),
                   part.sum.reported_records > 0 ? part.sum.reported.display(4) : "-",
                   money(part.sum));
  }
}

codec::TraceDescription described(const UsageTraffic& traffic) {
  codec::TraceDescription d;
  d.file = joined_names(traffic.report);
  d.layout = "usage exports";
  d.packing = traffic.load.exact ? "every arrival as logged" : "arrivals rebuilt from buckets";
  if (traffic.load.start_ns) d.start = usage::iso_time(*traffic.load.start_ns);
  for (const usage::FileSummary& file : traffic.report.files) {
    d.rows += file.report.records;
    d.rejected += file.report.rejected;
    for (const std::string& warning : file.warnings) {
      d.warnings.push_back(file.report.file + ": " + warning);
    }
  }
  d.warnings.insert(d.warnings.end(), traffic.load.assumptions.begin(),
                    traffic.load.assumptions.end());
  d.warnings.insert(d.warnings.end(), traffic.report.warnings.begin(),
                    traffic.report.warnings.end());
  d.stats = traffic::statistics(traffic.load.trace);
  return d;
}

}  // namespace

Result<UsageTraffic> usage_traffic(const catalog::PriceBook& book,
                                   const UsageTrafficRequest& request) {
  Gatherer from_usage(book, request.load.model, false);
  Gatherer from_bills(book, request.load.model, true);
  Both both(from_usage, from_bills);
  UsageTraffic traffic;
  BREAKEVEN_TRY(traffic.report, import_usage(book, request.files, &both));
  BREAKEVEN_CHECK_OK(all_read(traffic.report));
  BREAKEVEN_CHECK_OK(check_rejects(traffic.report, request.max_rejected_share));
  // Bills alone are traffic too; beside usage they tell the same twice.
  Gatherer& chosen =
      from_usage.load_.empty() && !from_bills.load_.empty() ? from_bills : from_usage;
  BREAKEVEN_TRY(traffic.load, chosen.load_.build(request.load));
  if (!traffic.load.exact) traffic.bands = peak_bands(chosen.load_, request.load);
  traffic.days = chosen.days_.finish();
  traffic.keys = chosen.keys_.finish();
  traffic.teams = chosen.teams_.finish();
  return traffic;
}

Result<io::TraceImport> usage_trace(const catalog::PriceBook& book,
                                    const UsageTrafficRequest& request) {
  BREAKEVEN_TRY(UsageTraffic traffic, usage_traffic(book, request));
  io::TraceImport import;
  import.trace = std::move(traffic.load.trace);
  import.file = joined_names(traffic.report);
  import.trace.name = import.file;
  for (const usage::FileSummary& file : traffic.report.files) {
    import.rows += file.report.records;
    import.rejected += file.report.rejected;
    for (const std::string& warning : file.warnings) import.warnings.push_back(warning);
  }
  if (traffic.load.start_ns) import.start = Instant{*traffic.load.start_ns / 1'000'000'000};
  for (const std::string& assumption : traffic.load.assumptions) {
    import.warnings.push_back(assumption);
  }
  for (const Band& band : traffic.bands) {
    import.warnings.push_back(fmt::format(
        "over {} seeds the 99th percentile of {:g} s windows is {:.2f} to {:.2f} times the mean",
        kBandSeeds, band.window_s, band.low, band.high));
  }
  for (const std::string& warning : traffic.report.warnings) import.warnings.push_back(warning);
  return import;
}

std::string usage_stats_json(const UsageTraffic& traffic) {
  const codec::TraceDescription trace = described(traffic);
  codec::UsageStats stats;
  stats.report = &traffic.report;
  stats.load = &traffic.load;
  stats.trace = &trace;
  for (const std::int64_t window : kWindowsS) {
    if (const auto p = traffic::peak_to_mean(traffic.load.trace, window * 1'000'000'000)) {
      stats.peaks.push_back(*p);
    }
  }
  stats.bands = traffic.bands;
  stats.days = &traffic.days;
  stats.keys = &traffic.keys;
  stats.teams = &traffic.teams;
  return codec::usage_stats_to_json(stats);
}

std::string usage_stats_text(const UsageTraffic& traffic) {
  std::string text = trace_text(described(traffic));
  auto out = std::back_inserter(text);
  if (const auto ten = traffic::peak_to_mean(traffic.load.trace, 600'000'000'000)) {
    fmt::format_to(out, "{:<16}{:>16}  peak {:.2f}, p99 {:.2f}\n", "", "10 min", ten->peak,
                   ten->p99);
  }
  for (const Band& band : traffic.bands) {
    fmt::format_to(out, "{:<16}{:>14g} s  p99 {:.2f} to {:.2f} times the mean over {} seeds\n",
                   &band == &traffic.bands.front() ? "rebuilt peaks" : "", band.window_s, band.low,
                   band.high, kBandSeeds);
  }
  append_parts("by day", traffic.days, text);
  append_parts("by key", traffic.keys, text);
  append_parts("by team", traffic.teams, text);
  return text;
}

}  // namespace breakeven::service
