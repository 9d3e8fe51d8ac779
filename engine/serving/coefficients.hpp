// coefficients.hpp — how close real kernels come to an accelerator's data sheet, as fitted data.
//
// Units    Efficiencies are shares of the data-sheet rate (a fitted one may pass 1: it also absorbs
//          what the formula leaves out); times are seconds; errors are real time / predicted time.
// Shape    One set per (architecture generation, engine), from catalog/serving_coefficients.csv:
//          architecture,engine,name,value,low,high,fitted_on,date,source. A pair that was never
//          measured gets the nearest measured set, a wider error band and a sentence that says so.
// Sources  Written by `breakeven calibrate fit` from measured serving runs; method in
//          docs/methodology/serving.md.
// Threads  Immutable after parse().
// Errors   parse() reports file:line:column; set_for() fails with not_found for an unknown engine.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/facts.hpp"

namespace breakeven::serving {

struct PredictionErrors;

/// Efficiencies that depend on how the weights are stored.
struct PrecisionRates {
  double compute = 0;  ///< e_c: share of the dense peak of that format
  double stream = 0;   ///< e_m: share of memory bandwidth while weights are read
};

/// The free numbers of the step-time formula (step_time.hpp) for one architecture and engine.
struct StepCoefficients {
  PrecisionRates bits16;
  PrecisionRates bits8;
  PrecisionRates bits4;
  double expert_stream = 0;      ///< e_x / e_m: expert weights stream worse than dense ones
  double expert_stream_4 = 1;    ///< the same for 4-bit formats, whose dense kernels stream worse
  double expert_compute_16 = 1;  ///< the same where experts are multiplied in 16 bit
  double expert_compute = 1;     ///< multiplying by experts, relative to e_c
  double expert_touch_s = 0;   ///< per distinct expert, layer and GPU: small matrices stream worse
  double expert_move = 1;      ///< share of bandwidth while tokens are sorted to experts and back
  double activation_move = 1;  ///< ... while residuals, norms and activations pass through memory
  double kv_read = 0;          ///< e_kv: share of bandwidth while decodes read a 16-bit cache
  double kv_read_8 = 0;        ///< ... and an 8-bit one
  double attention = 0;        ///< e_a: share of the 16-bit peak in prefill attention
  double link = 0;             ///< share of one direction of the scale-up link in an all-reduce
  double allreduce_s = 0;      ///< a: latency of one all-reduce of two accelerators
  double layer_s = 0;          ///< c_layer: launch and small kernels, per layer and step
  double latent_layer_s = 0;   ///< added to layer_s with latent attention: more small kernels
  double moe_layer_s = 0;      ///< added with experts: routing, sorting, combining
  double quant_layer_s = 0;    ///< added where activations are quantised to 8 or 4 bit
  double prefill_layer_s = 0;  ///< per layer of an iteration that carries prompts: no CUDA graph
  double step_s = 0;           ///< c_step: scheduling and sampling, per step
  double sequence_s = 0;       ///< c_seq: per decoding sequence and step
  double entry_s = 0;          ///< c_ttft: tokenise, HTTP, entry into the engine, once per request
  double runs = 0;             ///< measured runs behind the fit; 0 = taken over from a neighbour
  /// Real / predicted step time: 10th and 90th percentile of the left-out residuals.
  double error_p10 = 0.8;
  double error_p90 = 1.25;
};

/// The value that the file calls `name` ("kv_read"); 0 for a name it does not have.
[[nodiscard]] double coefficient(const StepCoefficients& coefficients, std::string_view name);
/// The same to be changed; `name` must be one the file has.
[[nodiscard]] double& coefficient(StepCoefficients& coefficients, std::string_view name);
/// Every name, in the order of the file.
[[nodiscard]] std::vector<std::string_view> coefficient_names();

/// A set and where it comes from.
struct CoefficientChoice {
  StepCoefficients values;
  std::string architecture;  ///< whose measurements are used
  std::string engine;
  bool measured = false;  ///< false: a nearest neighbour stands in, and the error band is widened
  std::string note;       ///< one sentence for the reader of a figure
};

/// Generation of an accelerator: "ampere", "ada", "hopper", "blackwell", "blackwell-rtx", "cdna3",
/// ...
[[nodiscard]] std::string architecture_of(const catalog::Accelerator& accelerator);

/// One set of the file.
struct CoefficientSet {
  std::string architecture;
  std::string engine;
  StepCoefficients values;
};

class Coefficients {
 public:
  [[nodiscard]] static Result<Coefficients> parse(std::string_view csv,
                                                  std::string name = "serving_coefficients.csv");

  /// A table of these sets, of which one must be hopper and vllm.
  [[nodiscard]] static Coefficients of(std::vector<CoefficientSet> sets);

  /// The set for this pair, or its nearest neighbour: first the same architecture under another
  /// engine, then the next architecture of fallback_order().
  [[nodiscard]] Result<CoefficientChoice> set_for(const catalog::Accelerator& accelerator,
                                                  std::string_view engine) const;

  /// Every set, in the order of the file.
  [[nodiscard]] const std::vector<CoefficientSet>& sets() const { return sets_; }

  /// What is known about the errors of predictions (prediction_error.hpp); null when nothing is.
  [[nodiscard]] const std::shared_ptr<const PredictionErrors>& errors() const { return errors_; }
  void know_errors(std::shared_ptr<const PredictionErrors> errors) { errors_ = std::move(errors); }

 private:
  [[nodiscard]] const CoefficientSet* find(std::string_view architecture,
                                           std::string_view engine) const;
  std::vector<CoefficientSet> sets_;
  std::shared_ptr<const PredictionErrors> errors_;
};

/// Architectures to try in turn for one without measurements; the first is the architecture itself.
[[nodiscard]] std::vector<std::string> fallback_order(std::string_view architecture);

}  // namespace breakeven::serving
