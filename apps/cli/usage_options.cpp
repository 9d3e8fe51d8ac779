#include "apps/cli/usage_options.hpp"

namespace breakeven::cli {
namespace {

Result<usage::Convention> parse_convention(const std::string& text) {
  if (text == "as-source") return usage::Convention::as_source;
  if (text == "inside") return usage::Convention::inclusive;
  if (text == "outside") return usage::Convention::exclusive;
  return Error{ErrorCode::invalid_argument, "expected as-source, inside or outside", "--cached"};
}

}  // namespace

void declare_usage_store(CLI::App& command, std::string& store, const std::string& prefix) {
  command.add_option("--" + prefix + "store", store,
                     "File of the usage store (default: usage.duckdb in the user's data folder)");
}

void UsageReadingOptions::declare(CLI::App& command, const std::string& prefix) {
  command.add_option("--" + prefix + "mapping", request.mapping,
                     "JSON file that names the columns of files of no known format");
  command
      .add_option("--" + prefix + "cached", cached,
                  "Whether input tokens contain cached ones where a source leaves it open: "
                  "as-source, inside or outside")
      ->check(checked(parse_convention, "CONVENTION"))
      ->capture_default_str();
  declare_usage_store(command, request.store, prefix);
}

Result<service::UsageRequest> UsageReadingOptions::read() const {
  service::UsageRequest read = request;
  BREAKEVEN_TRY(read.cached, parse_convention(cached));
  return read;
}

void UsageLoadOptions::declare(CLI::App& command, const std::string& prefix) {
  reading.declare(command, prefix);
  command.add_option("--" + prefix + "model", model, "Only the traffic of this model");
  command.add_option("--" + prefix + "burstiness", burstiness,
                     "Variance of the load of 10-second slots inside buckets (default: fitted to "
                     "1-minute buckets, else 0.05; bursty products have 1 to 10)");
  command
      .add_option("--" + prefix + "peak-to-mean", load.daily_peak_to_mean,
                  "99th percentile over the mean of the requests per 10 minutes, for daily sums")
      ->capture_default_str();
  command.add_option("--" + prefix + "answer-tokens", answer_tokens,
                     "Mean tokens of an answer, for sources that do not count requests");
  command
      .add_option("--" + prefix + "max-rejected", max_rejected,
                  "Largest share of records that cannot be used")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command.add_option("--" + prefix + "seed", load.seed, "Seed of arrivals inside buckets")
      ->capture_default_str();
}

Result<service::UsageTrafficRequest> UsageLoadOptions::read() const {
  service::UsageTrafficRequest read;
  BREAKEVEN_TRY(read.files, reading.read());
  read.load = load;
  read.load.model = model;
  read.load.slot_variance = burstiness;
  read.load.mean_output_tokens = answer_tokens;
  read.max_rejected_share = max_rejected;
  return read;
}

void TrafficOptions::declare(CLI::App& command, const std::string& trace_help) {
  command.add_option("--trace", trace, trace_help);
  command.add_option("--usage", usage.reading.request.files,
                     "Usage exports instead of a trace, or store:NAME for what was imported under "
                     "that name (see breakeven usage import --help)");
  usage.declare(command, "usage-");
}

Result<std::optional<service::UsageTrafficRequest>> TrafficOptions::read() const {
  const bool exports = !usage.reading.request.files.empty();
  if (exports == !trace.empty()) {
    return Error{ErrorCode::invalid_argument,
                 exports ? "expected --trace or --usage, found both"
                         : "expected --trace FILE or --usage FILE...",
                 "--trace"};
  }
  if (!exports) return std::optional<service::UsageTrafficRequest>();
  BREAKEVEN_TRY(auto request, usage.read());
  return std::optional<service::UsageTrafficRequest>(std::move(request));
}

}  // namespace breakeven::cli
