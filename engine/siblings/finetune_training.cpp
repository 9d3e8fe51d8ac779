#include "engine/siblings/finetune_training.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/explain/figure.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"
#include "engine/siblings/training_prices.hpp"

namespace breakeven::siblings {
namespace {

constexpr std::int64_t kGib = 1'073'741'824;
/// Where the arithmetic of a training is not measured, a large model reaches this share of the
/// datasheet's.
constexpr std::string_view kMfuSource =
    "model FLOP utilisation of published trainings: PaLM 0.46 (Chowdhery et al. 2022), 0.2 to 0.5 "
    "elsewhere";

Result<Rational> ratio_of(double value, std::int64_t scale) {
  return Rational::make(std::llround(value * static_cast<double>(scale)), scale);
}

/// Facts of the catalogue for what is named and not given.
Status look_up(const Inputs& inputs, const catalog::Catalog& catalog, Sheet& sheet) {
  const auto fact = [&](const std::string& name, const std::string& title,
                        const explain::Value& value, const std::string& unit,
                        const catalog::Source& source) {
    if (!sheet.has(name)) {
      sheet.look_up(name, title, value, unit, {source.text, source.date, source.place});
    }
  };
  if (inputs.has("model.id")) {
    const auto found = catalog.model(inputs.text("model.id"));
    if (!found.ok()) {
      return Error{found.error().code, found.error().message, inputs.get("model.id")->place};
    }
    const catalog::OpenModel& m = **found;
    constexpr std::int64_t kThousandths = 1'000;
    BREAKEVEN_TRY(const Rational total, ratio_of(m.total_parameters / 1e9, kThousandths));
    BREAKEVEN_TRY(const Rational active, ratio_of(m.active_parameters / 1e9, kThousandths));
    fact("model.parameters_b", "Parameters", total, "billions", m.source);
    fact("model.active_parameters_b", "Parameters that a token passes", active, "billions",
         m.source);
    if (m.layers > 0) fact("model.layers", "Layers", std::int64_t{m.layers}, "layers", m.source);
    if (m.hidden > 0) fact("model.hidden", "Width", std::int64_t{m.hidden}, "values", m.source);
    if (m.vocabulary > 0) {
      fact("model.vocabulary", "Vocabulary", std::int64_t{m.vocabulary}, "tokens", m.source);
    }
  }
  if (inputs.has("gpu.accelerator")) {
    const auto found = catalog.accelerator(inputs.text("gpu.accelerator"));
    if (!found.ok()) {
      return Error{found.error().code, found.error().message, inputs.get("gpu.accelerator")->place};
    }
    const catalog::Accelerator& a = **found;
    BREAKEVEN_TRY(const Rational memory,
                  Rational::make(static_cast<std::int64_t>(a.memory_bytes), kGib));
    BREAKEVEN_TRY(const Rational tflops, ratio_of(a.bf16_flops / 1e12, 100));
    fact("gpu.memory_gb", "Memory of one GPU, as its driver reports it", memory, "GB", a.source);
    if (a.bf16_flops > 0) {
      fact("gpu.bf16_tflops", "Dense 16-bit arithmetic of one GPU", tflops, "TFLOP/s", a.source);
    }
  }
  return {};
}

/// Tokens that are billed or computed in all runs.
void all_runs(Sheet& s) {
  s.product("tokens.all_runs", "Training tokens of all runs", "tokens",
            {"tokens.training", "training.runs"});
}

Status api_route(const Inputs& inputs, const std::vector<TrainingPrice>& prices, Sheet& s,
                 std::vector<TrainingRoute>& routes, std::vector<std::string>& warnings) {
  if (inputs.has("training.api_model") && !s.has("training.usd_per_mtok") &&
      !s.has("training.usd_per_hour")) {
    BREAKEVEN_TRY(const TrainingPrice* const price,
                  find_training_price(prices, inputs.text("training.api_model"),
                                      inputs.get("training.api_model")->place));
    s.look_up(price->per_hour ? "training.usd_per_hour" : "training.usd_per_mtok",
              "Training price of " + price->id() + ", " + price->note, price->usd,
              price->per_hour ? "USD/h" : "USD per million tokens", price->source);
  }
  if (s.has("training.usd_per_mtok")) {
    s.add("training.api_usd", "Training through the API", "USD",
          "tokens.all_runs x training.usd_per_mtok / 1000000",
          {"tokens.all_runs", "training.usd_per_mtok"},
          [](const std::vector<Exact>& x) { return x[0] * x[1] / 1'000'000; });
  } else if (s.has_all({"training.usd_per_hour", "training.hours"})) {
    s.product("training.api_usd", "Training through the API", "USD",
              {"training.usd_per_hour", "training.hours", "training.runs"});
  } else {
    if (s.has("training.usd_per_hour")) {
      warnings.emplace_back("this API bills training by the hour: training.hours is missing");
    }
    return {};
  }
  routes.push_back({"api", "Through the API", "training.api_usd", true});
  return {};
}

/// Bytes of weights, gradients and optimiser per parameter of the model.
void memory_of_states(std::string_view method, Sheet& s) {
  const std::string name = "own.state_bytes_per_parameter";
  if (method == "full") {
    s.assume(name, "Weights, gradients and Adam of full fine-tuning", std::int64_t{16},
             "bytes/parameter",
             {"mixed precision: 2 + 2 + 4 + 8 (Rajbhandari et al. 2020, ZeRO)", "2020-05", ""});
    return;
  }
  const bool quantised = method == "qlora";
  s.assume("own.frozen_bytes", "Frozen weights",
           quantised ? explain::Value(Rational::make(4'127, 8'000).value())
                     : explain::Value(std::int64_t{2}),
           "bytes/parameter",
           {quantised ? "4-bit NormalFloat with double quantisation, 4.127 bits (Dettmers et al. "
                        "2023, QLoRA)"
                      : "16-bit weights",
            quantised ? "2023-05" : "", ""});
  s.add(name, "Frozen weights, and 16 bytes for each trainable parameter", "bytes/parameter",
        "own.frozen_bytes + 16 x training.trainable_share",
        {"own.frozen_bytes", "training.trainable_share"},
        [](const std::vector<Exact>& x) { return x[0] + x[1] * 16; });
}

/// Whether weights, optimiser and activations fit; adds "own.gpus_needed".
bool memory(const Inputs& inputs, Sheet& s, std::vector<std::string>& warnings) {
  if (!s.has_all({"model.parameters_b", "gpu.memory_gb", "gpu.count"})) return true;
  memory_of_states(inputs.text("training.method"), s);
  s.product("own.states_gb", "Weights, gradients and optimiser", "GB",
            {"model.parameters_b", "own.state_bytes_per_parameter"});
  // What the runtime and fragmentation take, as in serving.
  s.add("own.usable_gb", "Memory of one GPU that training can use", "GB",
        "gpu.memory_gb x 1.073741824 x 0.9", {"gpu.memory_gb"}, [](const std::vector<Exact>& x) {
          return x[0] * Exact::ratio(kGib, 1'000'000'000) * Exact::ratio(9, 10);
        });
  std::string sequence = "training.sequence_tokens";
  if (!s.has(sequence) && s.has("data.tokens_per_document")) sequence = "data.tokens_per_document";
  std::string room = "own.usable_gb";
  if (s.has(sequence) && s.has_all({"model.layers", "model.hidden"})) {
    s.add(
        "own.activations_gb", "Activations of one GPU, recomputed layer by layer", "GB",
        sequence + " x training.micro_batch x model.hidden x (2 x model.layers + 34) / 1000000000",
        {sequence, "training.micro_batch", "model.hidden", "model.layers"},
        [](const std::vector<Exact>& x) {
          return x[0] * x[1] * x[2] * (x[3] * 2 + 34) / 1'000'000'000;
        });
    room = "own.room_gb";
    if (s.has("model.vocabulary")) {
      s.add("own.logits_gb", "Logits and their gradient, 4 bytes each", "GB",
            sequence + " x training.micro_batch x model.vocabulary x 8 / 1000000000",
            {sequence, "training.micro_batch", "model.vocabulary"},
            [](const std::vector<Exact>& x) { return x[0] * x[1] * x[2] * 8 / 1'000'000'000; });
      s.add(room, "Memory of one GPU that is left for weights and optimiser", "GB",
            "own.usable_gb - own.activations_gb - own.logits_gb",
            {"own.usable_gb", "own.activations_gb", "own.logits_gb"},
            [](const std::vector<Exact>& x) { return x[0] - x[1] - x[2]; });
    } else {
      s.difference(room, "Memory of one GPU that is left for weights and optimiser", "GB",
                   "own.usable_gb", "own.activations_gb");
    }
  } else {
    warnings.emplace_back(
        "activations are not counted: training.sequence_tokens, model.layers or model.hidden is "
        "missing");
  }
  if (s[room].sign() <= 0) {
    warnings.emplace_back("the activations of one sequence alone are larger than one GPU");
    return false;
  }
  s.add("own.gpus_needed", "GPUs over which weights and optimiser must be spread", "GPUs",
        "own.states_gb / " + room + ", rounded up", {"own.states_gb", room},
        [](const std::vector<Exact>& x) { return round_up(x[0] / x[1]); });
  return compare(s["own.gpus_needed"], s["gpu.count"]) <= 0;
}

/// GPU-hours at a throughput that was measured, or between two that are assumed.
bool gpu_hours(const Inputs& inputs, Sheet& s, std::vector<std::string>& warnings) {
  const auto hours = [&](const std::string& name, const std::string& title,
                         const std::string& rate) {
    s.add(name, title, "GPU-hours", "tokens.all_runs / " + rate + " / 3600",
          {"tokens.all_runs", rate},
          [](const std::vector<Exact>& x) { return x[0] / x[1] / 3'600; });
  };
  if (s.has("gpu.training_tokens_per_s")) {
    hours("own.gpu_hours", "GPU-hours of all runs", "gpu.training_tokens_per_s");
    return true;
  }
  const std::string parameters =
      s.has("model.active_parameters_b") ? "model.active_parameters_b" : "model.parameters_b";
  if (!s.has(parameters) || !s.has("gpu.bf16_tflops")) {
    warnings.emplace_back(
        "own training is not priced: gpu.training_tokens_per_s, or model and accelerator, is "
        "missing");
    return false;
  }
  const bool frozen = inputs.text("training.method") != "full";
  s.assume("own.flop_per_parameter", "Arithmetic of a token and parameter",
           std::int64_t{frozen ? 4 : 6}, "FLOP",
           {frozen ? "2 forward, 2 back to the activations; frozen weights need no gradient"
                   : "2 forward, 4 backward (Kaplan et al. 2020)",
            frozen ? "" : "2020-01", ""});
  struct Share {
    std::string_view end;
    std::int64_t percent;
    std::string_view title;
  };
  for (const Share& share :
       {Share{"", 35, "GPU-hours of all runs"}, Share{".low", 50, "GPU-hours at best"},
        Share{".high", 20, "GPU-hours at worst"}}) {
    const std::string end(share.end);
    s.assume("own.mfu" + end, "Share of the datasheet's arithmetic that is reached",
             Rational::make(share.percent, 100).value(), "ratio",
             {std::string(kMfuSource), "", ""});
    s.add("own.tokens_per_s" + end, "Training throughput of one GPU, assumed", "tokens/s",
          "gpu.bf16_tflops x 1000 x own.mfu" + end + " / (own.flop_per_parameter x " + parameters +
              ")",
          {"gpu.bf16_tflops", "own.mfu" + end, "own.flop_per_parameter", parameters},
          [](const std::vector<Exact>& x) { return x[0] * 1'000 * x[1] / (x[2] * x[3]); });
    hours("own.gpu_hours" + end, std::string(share.title), "own.tokens_per_s" + end);
  }
  warnings.emplace_back("the training throughput is assumed; measure it on a few hundred steps");
  return true;
}

void own_route(const Inputs& inputs, Sheet& s, std::vector<TrainingRoute>& routes,
               std::vector<std::string>& warnings) {
  if (!inputs.has_any("gpu")) return;
  if (!inputs.has("training.method")) {
    warnings.emplace_back("own training is not priced: training.method is missing");
    return;
  }
  const bool fits = memory(inputs, s, warnings);
  if (!gpu_hours(inputs, s, warnings)) return;
  if (!s.has("gpu.usd_per_gpu_hour")) {
    warnings.emplace_back("own training is not priced: gpu.usd_per_gpu_hour is missing");
    return;
  }
  for (const std::string end : {"", ".low", ".high"}) {
    if (!s.has("own.gpu_hours" + end)) continue;
    s.product("training.own_usd" + end, "Training on own GPUs", "USD",
              {"own.gpu_hours" + end, "gpu.usd_per_gpu_hour"});
  }
  if (s.has("gpu.count")) {
    s.quotient("own.wall_hours", "Hours by the clock", "h", "own.gpu_hours", "gpu.count");
  }
  routes.push_back({"own", "On own GPUs", "training.own_usd", fits});
}

}  // namespace

Status training_tokens(Sheet& s) {
  std::string each = "data.tokens";
  if (!s.has(each)) {
    if (!s.has_all({"data.documents", "data.tokens_per_document"})) {
      return Error{ErrorCode::invalid_argument,
                   "expected data.tokens, or data.documents and data.tokens_per_document, found "
                   "neither",
                   "data"};
    }
    each = "tokens.epoch";
    s.product(each, "Training tokens of one epoch", "tokens",
              {"data.documents", "data.tokens_per_document"});
  }
  if (s.has("data.validation_tokens")) {
    s.add("tokens.training", "Training and validation tokens of one run", "tokens",
          each + " x training.epochs + data.validation_tokens",
          {each, "training.epochs", "data.validation_tokens"},
          [](const std::vector<Exact>& x) { return x[0] * x[1] + x[2]; });
  } else {
    s.product("tokens.training", "Training tokens of one run", "tokens", {each, "training.epochs"});
  }
  all_runs(s);
  return {};
}

Result<std::vector<TrainingRoute>> training_routes(const Inputs& inputs,
                                                   const catalog::Catalog& catalog,
                                                   const std::vector<TrainingPrice>& prices,
                                                   Sheet& sheet,
                                                   std::vector<std::string>& warnings) {
  BREAKEVEN_CHECK_OK(look_up(inputs, catalog, sheet));
  std::vector<TrainingRoute> routes;
  BREAKEVEN_CHECK_OK(api_route(inputs, prices, sheet, routes, warnings));
  own_route(inputs, sheet, routes, warnings);
  return routes;
}

}  // namespace breakeven::siblings
