#include "service/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/text.hpp"
#include "io/trace_writer.hpp"

namespace breakeven::service {
namespace {

/// 1234567 as "1,234,567".
std::string grouped(std::int64_t value) {
  std::string text = std::to_string(value);
  const std::size_t first = text.front() == '-' ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string duration(double seconds) {
  if (seconds < 120) return fmt::format("{:.1f} s", seconds);
  if (seconds < 7'200) return fmt::format("{:.1f} min", seconds / 60);
  if (seconds < 172'800) return fmt::format("{:.1f} h", seconds / 3'600);
  return fmt::format("{:.1f} days", seconds / 86'400);
}

std::string window_name(double seconds) {
  if (seconds >= 3'600) return fmt::format("{:g} h", seconds / 3'600);
  return fmt::format("{:g} min", seconds / 60);
}

std::string tokens_line(std::string_view label, const traffic::Percentiles& p, std::int64_t total) {
  return fmt::format("{:<16}{:>16}  mean {:.0f}, p50 {:.0f}, p95 {:.0f}, p99 {:.0f}, max {:.0f}\n",
                     label, grouped(total), p.mean, p.p50, p.p95, p.p99, p.max);
}

}  // namespace

codec::TraceDescription describe(const io::TraceImport& import) {
  codec::TraceDescription d;
  d.file = import.file;
  d.layout = std::string(io::trace_layout_name(import.layout)) +
             (import.json_lines ? " (JSON Lines)" : " (CSV)");
  d.packing = io::packing_name(import.packing);
  if (import.start) d.start = import.start->iso();
  d.rows = import.rows;
  d.rejected = import.rejected;
  d.failed_requests = import.failed_requests;
  d.warnings = import.warnings;
  for (const io::RowRejects& group : import.rejects) {
    codec::TraceDescription::Rejects rejects{std::string(io::row_problem_name(group.reason)),
                                             io::row_problem_expectation(group.reason),
                                             group.count,
                                             {}};
    for (const io::RowRejects::Example& e : group.examples) {
      rejects.examples.push_back({e.line, e.column, e.field, e.found});
    }
    d.rejects.push_back(std::move(rejects));
  }
  d.stats = traffic::statistics(import.trace);
  return d;
}

Result<codec::TraceDescription> describe_trace(const std::string& path,
                                               const TraceReadOptions& options) {
  BREAKEVEN_TRY(const io::TraceImport import, io::read_trace(path, options));
  return describe(import);
}

std::string trace_text(const codec::TraceDescription& d) {
  const traffic::TraceStats& s = d.stats;
  std::string text = fmt::format("{}: {}, {}\n", d.file, d.layout, d.packing);
  text += fmt::format("{:<16}{:>16}  of {} rows; {} left out, {} failed requests\n", "requests",
                      grouped(s.requests), grouped(d.rows), grouped(d.rejected),
                      grouped(d.failed_requests));
  text += fmt::format("{:<16}{:>16}  {:.4g} requests/s, {} requests/day{}\n", "span",
                      duration(s.span_s), s.requests_per_s,
                      grouped(static_cast<std::int64_t>(s.requests_per_s * 86'400 + 0.5)),
                      d.start.empty() ? "" : ", from " + d.start);
  text += tokens_line("input tokens", s.input, s.input_tokens);
  text += tokens_line("output tokens", s.output, s.output_tokens);
  if (const auto reuse = traffic::prefix_reuse(s)) {
    text += fmt::format("{:<16}{:>16}  {:.1f} % of the input with an unlimited prefix cache\n",
                        "cached tokens", grouped(s.cached_tokens.value_or(0)), *reuse * 100);
  }
  if (s.sessions) text += fmt::format("{:<16}{:>16}\n", "sessions", grouped(*s.sessions));
  text += fmt::format("{:<16}{:>16.2f}  coefficient of variation (1 = Poisson)\n", "gaps",
                      s.interarrival_cv);
  for (const traffic::PeakToMean& p : s.peak_to_mean) {
    text += fmt::format("{:<16}{:>16}  peak {:.2f}, p99 {:.2f} (work: {:.2f}, {:.2f})",
                        &p == &s.peak_to_mean.front() ? "peak to mean" : "",
                        window_name(p.window_s), p.peak, p.p99, p.work_peak, p.work_p99);
    text += p.p99 > 0 ? fmt::format("; a static fleet for p99 is {:.0f} % used\n",
                                    100 / std::max(1.0, p.p99))
                      : std::string("; most windows are empty\n");
  }
  if (s.peak_to_mean.empty()) {
    text += fmt::format("{:<16}{:>16}  the trace is shorter than two minutes\n", "peak to mean",
                        "unknown");
  }
  for (const codec::TraceDescription::Rejects& r : d.rejects) {
    text += fmt::format("left out: {} x {} ({})\n", grouped(r.count), r.reason, r.expectation);
    for (const codec::TraceDescription::Example& e : r.examples) {
      text += fmt::format("  {}:{}:{}: {}{}found {}\n", d.file, e.line, e.column, e.field,
                          e.field.empty() ? "" : " ", e.found);
    }
  }
  for (const std::string& warning : d.warnings) text += "note: " + warning + "\n";
  return text;
}

Result<SynthesisReport> synthesize(const traffic::Profile& profile, const std::string& path,
                                   std::string& csv) {
  BREAKEVEN_TRY(const traffic::SyntheticTrace made, traffic::generate(profile));
  if (path == "-") {
    csv = io::trace_csv(made.trace);
  } else {
    BREAKEVEN_CHECK_OK(io::write_trace(made.trace, path));
  }
  codec::TraceDescription d;
  d.file = path == "-" ? "standard output" : path;
  d.layout = "normalised (CSV)";
  d.packing = path.ends_with(".gz") ? "gzip" : "plain";
  d.rows = static_cast<std::int64_t>(made.trace.size());
  d.stats = traffic::statistics(made.trace);
  d.warnings.push_back("synthetic: made from the profile " + codec::profile_to_json(profile));
  // More than what the search for sigma leaves open.
  if (profile.peak_to_mean && made.peak_to_mean_10m > *profile.peak_to_mean * 1.03) {
    d.warnings.push_back(fmt::format(
        "the shapes and bursts alone have a 10-minute peak to mean of {:.2f}, above the wanted {}",
        made.peak_to_mean_10m, shortest(*profile.peak_to_mean)));
  }
  return SynthesisReport{trace_text(d), codec::trace_to_json(d)};
}

}  // namespace breakeven::service
