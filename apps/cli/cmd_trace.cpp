// breakeven trace: what a request trace looks like, and synthetic ones from a profile.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "apps/cli/commands.hpp"
#include "codec/traffic_json.hpp"
#include "engine/traffic/profile.hpp"
#include "service/traffic.hpp"

namespace breakeven::cli {
namespace {

struct StatsOptions {
  std::string file;
  service::TraceReadOptions read;
  double rejected_percent = 1;
};

Status run_stats(const Context& context, const StatsOptions& options) {
  service::TraceReadOptions read = options.read;
  read.max_rejected_share = options.rejected_percent / 100;
  BREAKEVEN_TRY(const codec::TraceDescription description,
                service::describe_trace(options.file, read));
  return print(context.json_errors ? codec::trace_to_json(description) + "\n"
                                   : service::trace_text(description));
}

void add_stats(CLI::App& trace, Context& context) {
  auto* command = trace.add_subcommand(
      "stats", "Read a trace: rows, rejects, token percentiles, burstiness, peaks, prefix reuse");
  command->footer(
      "FILE is CSV or JSON Lines, plain, gzip or zstd, found out by its content. Layouts:\n"
      "arrival_s,input_tokens,output_tokens[,cached_tokens,session], Azure LLM 2023/2024, "
      "Mooncake\n"
      "and BurstGPT, bound by column name. Bad rows are left out, counted and shown with their\n"
      "place; too many of them fail the command (exit status 4). docs/formats/traces.md says "
      "more.\n"
      "Example: breakeven trace stats examples/support-chat.csv.gz");
  auto options = std::make_shared<StatsOptions>();
  command->add_option("FILE", options->file, "The trace, or - for standard input")->required();
  command
      ->add_option("--max-rejected", options->rejected_percent,
                   "Fail when more than this percentage of the rows cannot be used")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  command->add_option("--examples", options->read.examples_per_reason, "Bad rows shown per reason")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_flag("--json", context.json_errors,
                    "Print one JSON object (docs/formats/traces.md)");
  on_run(*command, context, [&context, options] { return run_stats(context, *options); });
}

struct SynthOptions {
  std::string profile = "chat";
  std::string out;
  std::optional<double> requests_per_day;
  std::optional<double> days;
  std::optional<double> input_p50;
  std::optional<double> input_p95;
  std::optional<double> output_p50;
  std::optional<double> output_p95;
  std::optional<double> peak_to_mean;
  std::optional<double> gap_cv;
  std::optional<double> slot_variance;
  std::optional<double> cache_hit_share;
  std::optional<std::int32_t> context_limit;
  std::optional<std::string> day;
  std::optional<std::string> week;
  std::optional<std::string> gaps;
  std::optional<std::uint64_t> seed;
};

template <class T, class U>
void set_if_given(const std::optional<U>& given, T& field) {
  if (given) field = *given;
}

Result<traffic::Profile> profile_of(const SynthOptions& options) {
  const bool is_json = !options.profile.empty() && options.profile.front() == '{';
  BREAKEVEN_TRY(traffic::Profile profile, is_json ? codec::profile_from_json(options.profile)
                                                  : traffic::preset(options.profile));
  set_if_given(options.requests_per_day, profile.requests_per_day);
  set_if_given(options.days, profile.days);
  set_if_given(options.input_p95, profile.input.p95);
  set_if_given(options.output_p95, profile.output.p95);
  if (options.input_p50) profile.input = {options.input_p50, {}, profile.input.p95};
  if (options.output_p50) profile.output = {options.output_p50, {}, profile.output.p95};
  set_if_given(options.peak_to_mean, profile.peak_to_mean);
  set_if_given(options.gap_cv, profile.gap_cv);
  set_if_given(options.slot_variance, profile.slot_variance);
  set_if_given(options.cache_hit_share, profile.cache_hit_share);
  set_if_given(options.context_limit, profile.context_limit);
  set_if_given(options.seed, profile.seed);
  if (options.day) {
    BREAKEVEN_TRY(profile.day, traffic::parse_day_shape(*options.day));
  }
  if (options.week) {
    BREAKEVEN_TRY(profile.week, traffic::parse_week_shape(*options.week));
  }
  if (options.gaps) {
    BREAKEVEN_TRY(profile.gaps, traffic::parse_gap_family(*options.gaps));
  }
  return profile;
}

Status run_synth(const Context& context, const SynthOptions& options) {
  BREAKEVEN_TRY(const traffic::Profile profile, profile_of(options));
  std::string csv;
  BREAKEVEN_TRY(const service::SynthesisReport report,
                service::synthesize(profile, options.out, csv));
  if (options.out == "-") return print(csv);
  return print(context.json_errors ? report.json + "\n" : report.text);
}

std::string presets_text() {
  std::string text;
  for (const std::string& name : traffic::preset_names()) {
    text += "  " + name + std::string(name.size() < 9 ? 9 - name.size() : 1, ' ') +
            std::string(traffic::preset_description(name)) + "\n";
  }
  return text;
}

void add_synth(CLI::App& trace, Context& context) {
  auto* command = trace.add_subcommand("synth", "Make a synthetic trace from a profile");
  command->footer(
      "The same options and seed give the same bytes. Profiles:\n" + presets_text() +
      "Example: breakeven trace synth --profile chat --requests-per-day 5500 -o chat.csv.gz");
  auto options = std::make_shared<SynthOptions>();
  command
      ->add_option("--profile", options->profile,
                   "Name of a profile, or a JSON object such as {\"preset\":\"chat\",\"days\":14}")
      ->capture_default_str();
  command->add_option("-o,--out", options->out, "CSV to write; .gz packs it; - is standard output")
      ->required();
  command->add_option("--requests-per-day", options->requests_per_day, "Mean requests per day");
  command->add_option("--days", options->days, "Length of the trace, from Monday 00:00");
  command->add_option("--input-p50", options->input_p50, "Median prompt tokens");
  command->add_option("--input-p95", options->input_p95, "95th percentile of prompt tokens");
  command->add_option("--output-p50", options->output_p50, "Median answer tokens");
  command->add_option("--output-p95", options->output_p95, "95th percentile of answer tokens");
  command->add_option("--context-limit", options->context_limit, "Prompt + answer at most");
  command->add_option("--peak-to-mean", options->peak_to_mean,
                      "99th percentile of the requests per 10 minutes over their mean");
  command->add_option("--gap-cv", options->gap_cv,
                      "Coefficient of variation of the gaps between requests (1 = Poisson)");
  command->add_option("--gaps", options->gaps, "Distribution of the gaps: gamma or weibull");
  command->add_option("--slot-variance", options->slot_variance,
                      "Variance of the load of 10-second slots: bursts that hold together");
  command->add_option("--cache-hit-share", options->cache_hit_share,
                      "Share of the prompt tokens that a prefix cache would hold");
  command->add_option("--day", options->day,
                      "Shape of the day: flat, always-on, office, two-hours");
  command->add_option("--week", options->week, "Shape of the week: flat, tenant, office");
  command->add_option("--seed", options->seed, "Another seed is another sample");
  command->add_flag("--json", context.json_errors, "Print the report as one JSON object");
  on_run(*command, context, [&context, options] { return run_synth(context, *options); });
}

const Command kTrace(50, [](CLI::App& app, Context& context) {
  auto* trace = app.add_subcommand("trace", "Describe request traces; make synthetic ones");
  trace->require_subcommand(1);
  add_stats(*trace, context);
  add_synth(*trace, context);
});

}  // namespace
}  // namespace breakeven::cli
