#include "io/trace_reader.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/base/text.hpp"
#include "engine/traffic/transform.hpp"
#include "io/line_reader.hpp"
#include "io/trace_rows.hpp"

namespace breakeven::io {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

/// A clock beyond three years counts from 1970, not from the start of a trace.
constexpr std::int64_t kEpochClockNs = 100'000'000 * kNsPerSecond;

/// Mooncake hashes prompts in blocks of this many tokens.
constexpr std::int64_t kMooncakeBlock = 512;

std::string seconds_text(std::int64_t ns) {
  return shortest(static_cast<double>(ns) * 1e-9) + " s";
}

/// Turns rows into a trace and keeps the account of what was wrong.
class Importer {
 public:
  Importer(TraceImport& report, const TraceReadOptions& options)
      : report_(report), options_(options) {}

  void take(const RawRow& row, const Layout& layout);
  [[nodiscard]] bool full() const { return report_.rows >= options_.max_rows; }
  [[nodiscard]] Status finish();

 private:
  struct Values {
    std::int64_t ns = 0;
    std::int32_t input = 0;
    std::int32_t output = 0;
    std::int32_t cached = 0;
  };

  void reject(const RawRow& row, RowProblem problem, const RawField& field,
              std::string_view column);
  [[nodiscard]] bool parse(const RawRow& row, const Layout& layout, Values& values);
  [[nodiscard]] std::int32_t cached_prefix(const std::vector<std::int64_t>& hashes,
                                           std::int32_t input);
  [[nodiscard]] std::int32_t session_number(std::string_view text);
  void keep(const RawRow& row, const Values& values);
  [[nodiscard]] Status check_rejects() const;
  void sort_by_arrival();
  void start_clock();
  void warn_about_steps();

  TraceImport& report_;
  const TraceReadOptions& options_;
  std::array<std::int64_t, kRowProblems> reject_at_{};  ///< 1 + index in report_.rejects
  std::unordered_map<std::string, std::int32_t> sessions_;
  std::int32_t next_session_ = 0;
  bool any_session_ = false;
  bool any_cached_ = false;
  std::unordered_set<std::int64_t> blocks_;
  bool calendar_clock_ = false;
  std::int64_t unzoned_ = 0;
  std::int64_t backwards_ = 0;
  std::int64_t first_backwards_line_ = 0;
  std::int64_t empty_outputs_ = 0;
};

void Importer::reject(const RawRow& row, RowProblem problem, const RawField& field,
                      std::string_view column) {
  ++report_.rejected;
  std::int64_t& slot = reject_at_[static_cast<std::size_t>(problem)];
  if (slot == 0) {
    report_.rejects.push_back({problem, 0, {}});
    slot = static_cast<std::int64_t>(report_.rejects.size());
  }
  RowRejects& group = report_.rejects[static_cast<std::size_t>(slot - 1)];
  ++group.count;
  if (group.examples.size() < options_.examples_per_reason) {
    group.examples.push_back(
        {row.line, field.column, std::string(column), quoted_excerpt(field.text)});
  }
}

bool Importer::parse(const RawRow& row, const Layout& layout, Values& values) {
  const auto at = [&row](Role role) -> const RawField& {
    return row.fields[static_cast<std::size_t>(role)];
  };
  const auto name = [&layout](Role role) { return layout_column(layout, role); };

  const RawField& time = at(Role::arrival);
  RowProblem problem = RowProblem::none;
  Timestamp timestamp;
  if (layout.clock == Clock::calendar) {
    problem = parse_timestamp(time.text, timestamp);
    values.ns = timestamp.ns;
  } else {
    problem = parse_clock(time.text, layout.clock == Clock::milliseconds ? 6 : 9, values.ns);
  }
  if (problem != RowProblem::none) {
    reject(row, problem, time, name(Role::arrival));
    return false;
  }
  for (const auto& [role, to] :
       {std::pair{Role::input, &values.input}, std::pair{Role::output, &values.output},
        std::pair{Role::cached, &values.cached}}) {
    const RawField& field = at(role);
    if (role == Role::cached && field.text.empty()) continue;
    problem = parse_token_count(field.text, *to);
    if (problem != RowProblem::none) {
      reject(row, problem, field, name(role));
      return false;
    }
  }
  if (values.cached > values.input) {
    reject(row, RowProblem::cached_exceeds, at(Role::cached), name(Role::cached));
    return false;
  }
  if (layout.clock == Clock::calendar && !timestamp.zoned) ++unzoned_;
  return true;
}

/// Tokens of the prompt in blocks that an earlier prompt began with, and remembers its blocks. A
/// hash names the block and everything before it, so reuse ends at the first unknown one.
std::int32_t Importer::cached_prefix(const std::vector<std::int64_t>& hashes, std::int32_t input) {
  std::int64_t known = 0;
  while (static_cast<std::size_t>(known) < hashes.size() &&
         blocks_.count(hashes[static_cast<std::size_t>(known)]) != 0) {
    ++known;
  }
  blocks_.insert(hashes.begin() + known, hashes.end());
  return static_cast<std::int32_t>(std::min<std::int64_t>(known * kMooncakeBlock, input));
}

std::int32_t Importer::session_number(std::string_view text) {
  if (text.empty()) return next_session_++;  // a conversation of its own
  any_session_ = true;
  const auto [at, added] = sessions_.try_emplace(std::string(text), next_session_);
  if (added) ++next_session_;
  return at->second;
}

void Importer::keep(const RawRow& row, const Values& values) {
  traffic::Trace& trace = report_.trace;
  if (!trace.arrival_ns.empty() && values.ns < trace.arrival_ns.back()) {
    if (backwards_++ == 0) first_backwards_line_ = row.line;
  }
  trace.arrival_ns.push_back(values.ns);
  trace.input_tokens.push_back(values.input);
  trace.output_tokens.push_back(values.output);
  if (values.output == 0) ++empty_outputs_;
}

void Importer::take(const RawRow& row, const Layout& layout) {
  ++report_.rows;
  if (row.problem != RowProblem::none) {
    reject(row, row.problem, row.culprit, {});
    return;
  }
  Values values;
  if (!parse(row, layout, values)) return;
  calendar_clock_ = layout.clock == Clock::calendar;
  if (layout.layout == TraceLayout::burstgpt && values.output == 0) {
    ++report_.failed_requests;
    return;
  }
  const RawField& cached = row.fields[static_cast<std::size_t>(Role::cached)];
  if (row.has_hashes) {
    values.cached = cached_prefix(row.hashes, values.input);
    any_cached_ = true;
  } else if (!cached.text.empty()) {
    any_cached_ = true;
  }
  if (any_cached_) {
    report_.trace.cached_tokens.resize(report_.trace.size(), 0);
    report_.trace.cached_tokens.push_back(values.cached);
  }
  if (row.has_session) {
    report_.trace.session.push_back(
        session_number(row.fields[static_cast<std::size_t>(Role::session)].text));
  }
  keep(row, values);
}

Status Importer::check_rejects() const {
  const auto good = static_cast<std::int64_t>(report_.trace.size());
  const double share =
      report_.rows == 0 ? 0
                        : static_cast<double>(report_.rejected) / static_cast<double>(report_.rows);
  if (report_.rows == 0) {
    return Error{ErrorCode::parse_error, "expected rows below the header, found none",
                 report_.file};
  }
  if (good > 0 && share <= options_.max_rejected_share) return {};
  if (report_.rejected == 0) {
    return Error{ErrorCode::parse_error,
                 "expected at least one answered request, found " +
                     counted(report_.failed_requests, "failed one") + " and nothing else",
                 report_.file};
  }
  std::string message;
  for (const RowRejects& group : report_.rejects) {
    const RowRejects::Example& first = group.examples.front();
    if (!message.empty()) message += "; line " + std::to_string(first.line) + ": ";
    message += row_problem_expectation(group.reason) +
               (first.field.empty() ? "" : " in " + first.field) + ", found " + first.found;
    if (group.count > 1) message += " (and " + std::to_string(group.count - 1) + " more such)";
  }
  message += "; " + std::to_string(report_.rejected) + " of " + counted(report_.rows, "row") +
             (good == 0 ? " cannot be used"
                        : " cannot be used, more than the " +
                              shortest(options_.max_rejected_share * 100) + " % allowed");
  const RowRejects::Example& first = report_.rejects.front().examples.front();
  return Error{
      ErrorCode::parse_error, message,
      report_.file + ":" + std::to_string(first.line) + ":" + std::to_string(first.column)};
}

void Importer::sort_by_arrival() {
  if (backwards_ == 0) return;
  traffic::sort_by_arrival(report_.trace);
  report_.warnings.push_back(
      "arrivals go back in time " + counted(backwards_, "time") + ", first at line " +
      std::to_string(first_backwards_line_) +
      ": the rows were sorted by arrival; equal arrivals keep the order of the file" +
      (blocks_.empty() ? "" : ". Prefix reuse was counted in the order of the file"));
}

void Importer::start_clock() {
  traffic::Trace& trace = report_.trace;
  const std::int64_t first = trace.arrival_ns.front();
  if (calendar_clock_ || first >= kEpochClockNs) {
    report_.start = Instant{first / kNsPerSecond};
    for (std::int64_t& ns : trace.arrival_ns) ns -= first;
    if (!calendar_clock_) {
      report_.warnings.push_back("arrivals were read as seconds since 1970: the trace starts at " +
                                 report_.start->iso());
    }
  }
  if (unzoned_ > 0) {
    report_.warnings.push_back(counted(unzoned_, "time") + " without a time zone: read as UTC");
  }
  trace.span_ns = trace.arrival_ns.back();
  if (trace.span_ns == 0) {
    report_.warnings.emplace_back("all requests arrive at one instant: rates cannot be computed");
  }
}

/// Says so when the clock of the trace is so coarse that most requests share their arrival.
void Importer::warn_about_steps() {
  const std::vector<std::int64_t>& arrival = report_.trace.arrival_ns;
  if (arrival.size() < 100) return;
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < arrival.size(); ++i) {
    if (arrival[i] > arrival[i - 1]) steps.push_back(arrival[i] - arrival[i - 1]);
  }
  if (steps.empty() || steps.size() * 2 > arrival.size()) return;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  report_.warnings.push_back(
      "arrivals are quantised: " + counted(static_cast<std::int64_t>(arrival.size()), "request") +
      " share " + std::to_string(steps.size() + 1) + " times, typically " + seconds_text(*middle) +
      " apart; burstiness finer than a few steps is an artefact of the clock");
}

Status Importer::finish() {
  BREAKEVEN_CHECK_OK(check_rejects());
  traffic::Trace& trace = report_.trace;
  if (any_cached_) trace.cached_tokens.resize(trace.size(), 0);
  if (!any_session_) trace.session.clear();
  sort_by_arrival();
  start_clock();
  warn_about_steps();
  if (empty_outputs_ > 0) {
    report_.warnings.push_back(counted(empty_outputs_, "request") +
                               " with 0 output tokens: kept, they cost their prompt only");
  }
  if (report_.failed_requests > 0) {
    report_.warnings.push_back(counted(report_.failed_requests, "failed request") +
                               " (0 response tokens): counted, not load");
  }
  if (report_.rejected > 0) {
    report_.warnings.push_back(counted(report_.rejected, "row") + " of " +
                               std::to_string(report_.rows) + " left out");
  }
  trace.name = report_.file;
  return trace.validate();
}

Error with_progress(Error error, const TraceImport& report) {
  error.message += " (after " +
                   counted(static_cast<std::int64_t>(report.trace.size()), "complete row") +
                   "; nothing of it was kept)";
  return error;
}

Result<TraceImport> read(ByteStream stream, const TraceReadOptions& options) {
  TraceImport report;
  report.file = stream.name();
  report.packing = stream.packing();
  stream.limit(options.max_bytes);
  LineReader lines(stream);
  const std::string_view head = lines.peek(4096);
  if (lines.error()) return with_progress(*lines.error(), report);
  BREAKEVEN_CHECK_OK(refuse_foreign(head, report.file));

  BREAKEVEN_TRY(std::unique_ptr<RowReader> rows, open_rows(lines, head, report.file));
  report.json_lines = rows->json();
  report.layout = rows->layout().layout;
  Importer importer(report, options);
  RawRow row;
  while (rows->next(row)) {
    if (importer.full()) {
      return Error{ErrorCode::resource_limit,
                   "expected at most " + counted(options.max_rows, "row") + ", found more",
                   report.file + ":" + std::to_string(row.line)};
    }
    importer.take(row, rows->layout());
  }
  if (lines.error()) return with_progress(*lines.error(), report);
  BREAKEVEN_CHECK_OK(importer.finish());
  return report;
}

}  // namespace

std::string_view trace_layout_name(TraceLayout layout) {
  switch (layout) {
    case TraceLayout::normalised:
      return "normalised";
    case TraceLayout::azure:
      return "azure";
    case TraceLayout::mooncake:
      return "mooncake";
    case TraceLayout::burstgpt:
      break;
  }
  return "burstgpt";
}

Result<TraceImport> read_trace(const std::string& path, const TraceReadOptions& options) {
  BREAKEVEN_TRY(ByteStream stream, ByteStream::open(path));
  return read(std::move(stream), options);
}

Result<TraceImport> read_trace_bytes(std::string_view bytes, std::string name,
                                     const TraceReadOptions& options) {
  BREAKEVEN_TRY(ByteStream stream, ByteStream::from_memory(bytes, std::move(name)));
  return read(std::move(stream), options);
}

}  // namespace breakeven::io
