#include <array>
#include <span>
#include <string_view>

#include "engine/siblings/finetune.hpp"
#include "engine/siblings/inputs.hpp"

namespace breakeven::siblings {
namespace {

using enum FieldType;

constexpr std::string_view kMonth = "USD/month";
constexpr std::string_view kPerMillion = "USD per million tokens";
constexpr std::string_view kMostMoney = "1000000000";
constexpr std::string_view kMostPrice = "1000000";

constexpr std::array kFields{
    Field{"title", "What is fine-tuned", "", text, "", "200", "", ""},

    Field{"data.documents", "Training examples", "examples", whole, "1", "1000000000000", "", ""},
    Field{"data.tokens_per_document", "Tokens of an example, prompt and answer", "tokens", whole,
          "1", "10000000", "", ""},
    Field{"data.tokens", "Training tokens of one epoch, instead of both", "tokens", whole, "1",
          "1000000000000000", "", ""},
    Field{"data.validation_tokens", "Validation tokens, where they are billed", "tokens", whole,
          "0", "1000000000000000", "", ""},
    Field{"data.preparation_usd", "Collecting, cleaning and labelling, once", "USD", money, "0",
          kMostMoney, "", ""},
    Field{"data.preparation_hours", "The same in hours of people", "h", ratio, "0", "1000000", "",
          ""},
    Field{"data.usd_per_hour", "An hour of those people", "USD/h", money, "0", "10000", "", ""},

    Field{"training.epochs", "Passes over the data", "epochs", whole, "1", "1000", "", "1"},
    Field{"training.runs", "Trainings until one is good enough", "runs", whole, "1", "1000", "",
          "1"},
    Field{"training.usd_per_mtok", "Training price of an API", kPerMillion, money, "0", kMostPrice,
          "", ""},
    Field{"training.usd_per_hour", "The same where it is billed by the hour", "USD/h", money, "0",
          kMostPrice, "", ""},
    Field{"training.hours", "Hours that such a training takes", "h", ratio, "0", "100000", "", ""},
    Field{"training.api_model", "Model whose training price is looked up", "", text, "", "120", "",
          ""},
    Field{"training.engineering_usd", "Setting up one's own training, once", "USD", money, "0",
          kMostMoney, "", ""},
    Field{"training.method", "How one trains on one's own GPUs", "", choice, "", "",
          "lora qlora full", ""},
    Field{"training.trainable_share", "Trainable parameters of LoRA and QLoRA", "ratio", ratio,
          "0.000001", "1", "", "0.01"},
    Field{"training.sequence_tokens", "Longest sequence", "tokens", whole, "1", "10000000", "", ""},
    Field{"training.micro_batch", "Sequences of a GPU at a time", "sequences", whole, "1", "4096",
          "", "1"},

    Field{"model.id", "Open-weight model; size, layers and width are looked up", "", text, "",
          "120", "", ""},
    Field{"model.parameters_b", "Parameters", "billions", ratio, "0.001", "100000", "", ""},
    Field{"model.active_parameters_b", "Parameters that a token passes, where fewer", "billions",
          ratio, "0.001", "100000", "", ""},
    Field{"model.layers", "Layers", "layers", whole, "1", "10000", "", ""},
    Field{"model.hidden", "Width", "values", whole, "1", "1000000", "", ""},

    Field{"gpu.accelerator", "Accelerator; memory and arithmetic are looked up", "", text, "", "80",
          "", ""},
    Field{"gpu.count", "GPUs", "GPUs", whole, "1", "1000000", "", ""},
    Field{"gpu.usd_per_gpu_hour", "Rent of one GPU", "USD/h", money, "0", "100000", "", ""},
    Field{"gpu.memory_gb", "Memory of one GPU", "GB", ratio, "0.1", "100000", "", ""},
    Field{"gpu.bf16_tflops", "Dense 16-bit arithmetic of one GPU", "TFLOP/s", ratio, "0.1",
          "1000000", "", ""},
    Field{"gpu.training_tokens_per_s", "Training throughput of one GPU, measured", "tokens/s",
          ratio, "0.001", "100000000", "", ""},
    Field{"gpu.throughput_source", "Who measured it", "", text, "", "200", "", ""},

    Field{"evaluation.usd", "Evaluating one training", "USD", money, "0", kMostMoney, "", ""},
    Field{"retraining.every_months", "Months between trainings", "months", whole, "1", "120", "",
          ""},
    Field{"retraining.data_usd", "Fresh data for each", "USD", money, "0", kMostMoney, "", ""},
    Field{"drift.per_month", "Share of the saving that is lost with each month since a training",
          "ratio", ratio, "0", "1", "", ""},

    Field{"usage.requests_per_month", "Requests a month", "requests/month", whole, "1",
          "1000000000000", "", ""},
    Field{"today.model", "Model of today; its prices are looked up where none are given", "", text,
          "", "120", "", ""},
    Field{"today.input_usd_per_mtok", "Its input price", kPerMillion, money, "0", kMostPrice, "",
          ""},
    Field{"today.output_usd_per_mtok", "Its output price", kPerMillion, money, "0", kMostPrice, "",
          ""},
    Field{"today.input_tokens", "Prompt of a request today", "tokens/request", whole, "0",
          "100000000", "", ""},
    Field{"today.output_tokens", "Answer of a request today", "tokens/request", whole, "0",
          "100000000", "", ""},
    Field{"tuned.model", "Hosted tuned model, if it is billed at a listed model's prices", "", text,
          "", "120", "", ""},
    Field{"tuned.input_usd_per_mtok", "Input price of the tuned model", kPerMillion, money, "0",
          kMostPrice, "", ""},
    Field{"tuned.output_usd_per_mtok", "Output price of the tuned model", kPerMillion, money, "0",
          kMostPrice, "", ""},
    Field{"tuned.input_tokens", "Prompt of a request once it is tuned", "tokens/request", whole,
          "0", "100000000", "", ""},
    Field{"tuned.output_tokens", "Answer of a request once it is tuned", "tokens/request", whole,
          "0", "100000000", "", ""},
    Field{"tuned.hosting_usd_per_month", "Hosting the tuned model, whatever the volume", kMonth,
          money, "0", kMostMoney, "", ""},

    Field{"quality.today_success", "Share of requests that succeed today", "ratio", ratio, "0", "1",
          "", ""},
    Field{"quality.tuned_success", "Share that succeed once it is tuned", "ratio", ratio, "0", "1",
          "", ""},
    Field{"quality.usd_per_failure", "What a failure costs", "USD", money, "0", "1000000", "", ""},
    Field{"latency.today_s", "Time of an answer today", "s", ratio, "0", "100000", "", ""},
    Field{"latency.tuned_s", "Time of an answer once it is tuned", "s", ratio, "0", "100000", "",
          ""},
    Field{"horizon_months", "Months that are looked at", "months", whole, "1", "120", "", "36"},
};

}  // namespace

std::span<const Field> finetune_fields() { return kFields; }

}  // namespace breakeven::siblings
