#include "service/simulate.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "codec/timeline_text.hpp"
#include "engine/advisor/quality.hpp"
#include "engine/base/text.hpp"
#include "engine/calibration/error_bands.hpp"
#include "engine/catalog/offer_filter.hpp"
#include "engine/serving/candidates.hpp"
#include "engine/serving/prediction_error.hpp"
#include "engine/serving/timeline.hpp"
#include "io/trace_reader.hpp"
#include "io/trace_writer.hpp"
#include "service/catalog_store.hpp"

namespace breakeven::service {
namespace {

using catalog::Catalog;
using catalog::Precision;
using catalog::Term;

constexpr std::array kPrecisions = {Precision::fp16, Precision::bf16,  Precision::fp8,
                                    Precision::int8, Precision::nvfp4, Precision::mxfp4,
                                    Precision::int4};
constexpr std::array kTerms = {Term::on_demand, Term::reserved_1y, Term::reserved_3y, Term::spot,
                               Term::capacity_block};
constexpr std::array kRouters = {
    std::pair{std::string_view("round-robin"), serving::Router::round_robin},
    std::pair{std::string_view("least-outstanding-tokens"),
              serving::Router::least_outstanding_tokens},
    std::pair{std::string_view("prefix-affinity"), serving::Router::prefix_affinity}};

/// The value whose to_string() is `text`, any case.
template <class Values>
Result<typename Values::value_type> named(const Values& values, std::string_view kind,
                                          std::string_view text, const char* where) {
  std::vector<std::string> names;
  for (const auto value : values) {
    names.emplace_back(catalog::to_string(value));
    if (to_lower(names.back()) == to_lower(text)) return value;
  }
  return not_found(kind, text, names, where);
}

Result<serving::ReplicaConfig> config_of(const SimulateRequest& request, const Catalog& catalog,
                                         std::int64_t context_tokens) {
  serving::ReplicaConfig config;
  BREAKEVEN_TRY(config.model, catalog.model(request.model));
  BREAKEVEN_TRY(config.accelerator, catalog.accelerator(request.accelerator));
  config.engine = request.engine;
  config.weights = config.model->native_precision;
  if (!request.precision.empty()) {
    BREAKEVEN_TRY(config.weights,
                  named(kPrecisions, "precision", request.precision, "--precision"));
  }
  request.features.put_into(config);
  config.tensor_parallel = request.tensor_parallel;
  if (config.tensor_parallel != 0) return config;
  Error last{ErrorCode::infeasible, "no number of GPUs fits", "--tp"};
  for (int gpus = 1; gpus <= std::max(1, config.accelerator->node_gpus); gpus *= 2) {
    config.tensor_parallel = gpus;
    auto fit = serving::fit_memory(config, context_tokens);
    if (fit.ok()) return config;
    last = fit.error();
  }
  return last;
}

/// `text` of a catalogue file that may be missing.
const catalog::NamedText* file_named(const std::vector<catalog::NamedText>& files,
                                     std::string_view name) {
  const auto found = std::ranges::find(files, name, &catalog::NamedText::name);
  return found == files.end() ? nullptr : &*found;
}

/// Ranks of one replica are not started one by one.
Status check_ranks(const std::optional<serving::Elasticity>& elastic, int data_parallel) {
  if (!elastic || data_parallel == 1) return {};
  return Error{ErrorCode::unsupported,
               "expected one rank per replica where the fleet changes in time, found " +
                   std::to_string(data_parallel) + " data-parallel ranks",
               "--dp"};
}

Status write_timeline(const TimelineRequest& request, const serving::Timeline& timeline,
                      int replicas, const std::string& trace) {
  for (const std::string& file : request.files) {
    BREAKEVEN_CHECK_OK(io::write_file(
        file, file.ends_with(".csv") ? codec::timeline_to_csv(timeline, replicas)
                                     : codec::timeline_to_chrome_trace(timeline, replicas, trace)));
  }
  return {};
}

Status check_timeline(const TimelineRequest& request) {
  for (const std::string& file : request.files) {
    if (!file.ends_with(".csv") && !file.ends_with(".json")) {
      return Error{
          ErrorCode::invalid_argument,
          "expected a name that ends in .json (Chrome trace) or .csv, found \"" + file + "\"",
          "--timeline"};
    }
  }
  return {};
}

/// What may be rented, and the accelerators of it.
struct Market {
  std::vector<const catalog::GpuOffer*> offers;
  std::vector<const catalog::Accelerator*> accelerators;
};

Result<Market> market_of(const SizeRequest& request, const Catalog& catalog) {
  catalog::OfferFilter filter;
  filter.providers = request.providers;
  BREAKEVEN_CHECK_OK(filter.check(catalog.offers(), "--provider"));
  for (const std::string& text : request.terms) {
    BREAKEVEN_TRY(const Term term, named(kTerms, "term", text, "--term"));
    filter.terms.push_back(term);
  }
  for (const std::string& p : request.precisions) {
    BREAKEVEN_TRY([[maybe_unused]] const Precision known,
                  named(kPrecisions, "precision", p, "--precision"));
  }
  BREAKEVEN_CHECK_OK(check_ranks(request.options.elastic, request.features.data_parallel));
  Market market;
  for (const std::string& name : request.accelerators) {
    BREAKEVEN_TRY(const catalog::Accelerator* accelerator, catalog.accelerator(name));
    market.accelerators.push_back(accelerator);
  }
  for (const catalog::GpuOffer& offer : catalog.offers()) {
    if (!filter.allows(offer)) continue;
    market.offers.push_back(&offer);
    if (!request.accelerators.empty()) continue;
    BREAKEVEN_TRY(const catalog::Accelerator* accelerator, catalog.accelerator(offer.accelerator));
    if (std::ranges::find(market.accelerators, accelerator) == market.accelerators.end())
      market.accelerators.push_back(accelerator);
  }
  return market;
}

/// Every configuration of these models that holds the longest request.
sizing::SearchSpace space_of(const std::vector<const catalog::OpenModel*>& models,
                             const Market& market, const SizeRequest& request,
                             const serving::Coefficients& coefficients,
                             const traffic::Trace& trace) {
  serving::CandidateOptions options;
  options.context_tokens = sizing::longest_request(trace);
  options.engine = request.engine;
  options.four_bit = !request.precisions.empty();
  sizing::SearchSpace space;
  space.coefficients = &coefficients;
  space.offers = market.offers;
  for (const catalog::OpenModel* model : models) {
    for (serving::Candidate& c : serving::candidate_configs(*model, market.accelerators, options)) {
      const bool wanted =
          request.precisions.empty() ||
          catalog::is_named(request.precisions, catalog::to_string(c.config.weights));
      if (!wanted) continue;
      request.features.put_into(c.config);
      space.configs.push_back(std::move(c.config));
    }
  }
  return space;
}

}  // namespace

void ServingFeatures::put_into(serving::ReplicaConfig& config) const {
  config.speculation = speculation;
  config.scheduler = scheduler;
  config.data_parallel = data_parallel;
  config.expert_parallel = expert_parallel;
}

Result<serving::Coefficients> load_coefficients(const std::string& explicit_dir) {
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(explicit_dir));
  BREAKEVEN_TRY(const auto files, read_catalog_files(directory));
  return coefficients_of(files, directory);
}

Result<serving::Coefficients> coefficients_of(const std::vector<catalog::NamedText>& files,
                                              const std::string& place) {
  const catalog::NamedText* const fitted = file_named(files, "serving_coefficients.csv");
  if (fitted == nullptr)
    return Error{ErrorCode::not_found, "expected serving_coefficients.csv in the catalogue", place};
  BREAKEVEN_TRY(serving::Coefficients coefficients,
                serving::Coefficients::parse(fitted->content, place + "/" + fitted->name));
  auto errors = std::make_shared<serving::PredictionErrors>();
  if (const auto* file = file_named(files, "serving_errors.csv")) {
    BREAKEVEN_TRY(const auto bands,
                  calibration::ErrorBands::parse(file->content, place + "/" + file->name));
    errors->bands = bands.bands();
  }
  if (const auto* file = file_named(files, "serving_range.csv")) {
    BREAKEVEN_TRY(errors->ranges, serving::parse_ranges(file->content, place + "/" + file->name));
  }
  coefficients.know_errors(std::move(errors));
  return coefficients;
}

Result<codec::SimulationReport> simulate(const SimulateRequest& request, const Catalog& catalog,
                                         const serving::Coefficients& coefficients) {
  BREAKEVEN_TRY(const io::TraceImport import, io::read_trace(request.trace));
  SimulateRequest with_name = request;
  with_name.trace = import.file;
  return simulate(import.trace, with_name, catalog, coefficients);
}

Result<codec::SimulationReport> simulate(const traffic::Trace& trace,
                                         const SimulateRequest& request, const Catalog& catalog,
                                         const serving::Coefficients& coefficients) {
  const std::int64_t longest = sizing::longest_request(trace);
  BREAKEVEN_TRY(const serving::ReplicaConfig config, config_of(request, catalog, longest));
  codec::SimulationReport report;
  report.trace = request.trace;
  report.quality_note = serving::quality_note(*config.model, config.weights);
  report.options = request.options;
  BREAKEVEN_CHECK_OK(check_timeline(request.timeline));
  BREAKEVEN_TRY(report.replica, serving::make_replica(config, longest, coefficients));
  serving::SimulationOptions options = request.options;
  BREAKEVEN_CHECK_OK(check_ranks(options.elastic, config.data_parallel));
  options.replicas *= config.data_parallel;
  if (options.disaggregation) {
    constexpr double kBytesPerGbit = 1e9 / 8;
    serving::Disaggregation& pools = *options.disaggregation;
    pools.prefill_replicas *= config.data_parallel;
    pools.s_per_prompt_token =
        report.replica.memory.kv_bytes_per_token / (request.network_gbit_per_s * kBytesPerGbit);
    report.options.disaggregation->s_per_prompt_token = pools.s_per_prompt_token;
  }
  std::optional<serving::Timeline> timeline;
  if (!request.timeline.files.empty()) {
    timeline.emplace(request.timeline.window_s, report.replica.limits.kv_blocks);
    options.observer = &*timeline;
  }
  BREAKEVEN_TRY(report.result,
                serving::simulate(trace, *report.replica.step, report.replica.limits, options));
  if (timeline) {
    BREAKEVEN_CHECK_OK(write_timeline(request.timeline, *timeline, options.replicas, report.trace));
    report.timeline_files = request.timeline.files;
  }
  return report;
}

Result<NamedTrace> read_named_trace(const std::string& path) {
  BREAKEVEN_TRY(io::TraceImport import, io::read_trace(path));
  return NamedTrace{std::move(import.file), std::move(import.trace)};
}

Result<codec::SizingReport> size(const SizeRequest& request, const Catalog& catalog,
                                 const serving::Coefficients& coefficients, Pool& pool) {
  BREAKEVEN_TRY(const NamedTrace trace, read_named_trace(request.trace));
  SizeRequest with_name = request;
  with_name.trace = trace.name;
  return size(trace.trace, with_name, catalog, coefficients, pool);
}

Result<codec::SizingReport> size(const traffic::Trace& trace, const SizeRequest& request,
                                 const Catalog& catalog, const serving::Coefficients& coefficients,
                                 Pool& pool) {
  BREAKEVEN_TRY(const catalog::OpenModel* model, catalog.model(request.model));
  codec::SizingReport report;
  report.trace = request.trace;
  report.model = model->id;
  report.requests = static_cast<std::int64_t>(trace.size());
  report.span_s = trace.span_s();
  report.options = request.options;
  BREAKEVEN_TRY(const Market market, market_of(request, catalog));
  report.space = space_of({model}, market, request, coefficients, trace);
  if (report.space.configs.empty()) {
    return Error{ErrorCode::infeasible,
                 "none of " + std::to_string(market.accelerators.size()) + " accelerators holds " +
                     model->id + " with a request of " +
                     std::to_string(sizing::longest_request(trace)) +
                     " tokens in one node at the precisions asked for",
                 "--model"};
  }
  BREAKEVEN_TRY(report.search, sizing::cheapest_fleets(trace, report.space, request.options, pool));
  return report;
}

Result<codec::FrontReport> cost_latency_front(const traffic::Trace& trace,
                                              const FrontRequest& request, const Catalog& catalog,
                                              const serving::Coefficients& coefficients,
                                              Pool& pool) {
  SizeRequest size = request.size;
  if (size.terms.empty()) size.terms.emplace_back(catalog::to_string(Term::on_demand));
  codec::FrontReport report;
  report.trace = size.trace;
  report.requests = static_cast<std::int64_t>(trace.size());
  report.span_s = trace.span_s();
  report.options = size.options;
  report.min_quality = request.min_quality;
  std::map<std::string, double> benchmarks;
  if (!request.benchmark.empty()) benchmarks.emplace(request.benchmark, 1);
  if (const Status known = advisor::check_benchmarks(catalog, benchmarks); !known.ok()) {
    Error error = known.error();
    error.where = "--benchmark";
    return error;
  }
  std::vector<const catalog::OpenModel*> models;
  for (const catalog::OpenModel& model : catalog.models()) {
    BREAKEVEN_TRY(const auto score, advisor::model_score(catalog, catalog, model.id, benchmarks));
    if (!score) {
      ++report.without_score;
      continue;
    }
    report.benchmark = score->on;
    if (score->score < request.min_quality) continue;
    report.models.push_back({&model, score->score});
    if (model.sizable()) models.push_back(&model);
  }
  if (models.empty()) {
    return Error{ErrorCode::infeasible,
                 "expected a model of the catalogue that scores at least " +
                     shortest(request.min_quality) + " and can be simulated, found none; " +
                     std::to_string(report.without_score) + " have no score",
                 "--min-quality"};
  }
  BREAKEVEN_TRY(const Market market, market_of(size, catalog));
  report.space = space_of(models, market, size, coefficients, trace);
  BREAKEVEN_TRY(report.search, sizing::cost_latency_front(trace, report.space, size.options, pool));
  return report;
}

Result<double> parse_duration_s(std::string_view text) {
  std::string_view number = trim(text);
  double scale = 1;
  if (number.ends_with("us")) {
    number.remove_suffix(2);
    scale = 1e-6;
  } else if (number.ends_with("ms")) {
    number.remove_suffix(2);
    scale = 1e-3;
  } else if (number.ends_with("min")) {
    number.remove_suffix(3);
    scale = 60;
  } else if (number.ends_with('s')) {
    number.remove_suffix(1);
  } else if (number.ends_with('h')) {
    number.remove_suffix(1);
    scale = 3'600;
  } else if (number.ends_with('d')) {
    number.remove_suffix(1);
    scale = 86'400;
  }
  const auto value = parse_double(trim(number));
  if (!value.ok() || !(*value > 0) || *value * scale > 1e9) {
    return Error{ErrorCode::invalid_argument,
                 "expected a duration above zero such as 2s, 100ms, 30min, 24h or 7d, found \"" +
                     std::string(text) + "\"",
                 {}};
  }
  return *value * scale;
}

Result<serving::Router> parse_router(std::string_view text) {
  std::vector<std::string> names;
  for (const auto& [name, router] : kRouters) {
    if (name == to_lower(text)) return router;
    names.emplace_back(name);
  }
  return not_found("router", text, names, "--router");
}

}  // namespace breakeven::service
