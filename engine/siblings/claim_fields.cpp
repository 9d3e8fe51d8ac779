#include <array>
#include <span>
#include <string_view>

#include "engine/siblings/claim.hpp"
#include "engine/siblings/inputs.hpp"

namespace breakeven::siblings {
namespace {

using enum FieldType;

constexpr std::string_view kMonth = "USD/month";
constexpr std::string_view kPerMillion = "USD per million tokens";
constexpr std::string_view kTokens = "tokens/month";
constexpr std::string_view kMostMoney = "1000000000000";
constexpr std::string_view kMostPrice = "1000000";
constexpr std::string_view kMostTokens = "1000000000000000";

constexpr std::array kFields{
    Field{"title", "What the comparison is called", "", text, "", "200", "", ""},
    Field{"source", "Where it was published", "", text, "", "500", "", ""},
    Field{"date", "When it was published", "", text, "", "40", "", ""},

    Field{"api.model", "The API's model; its prices are looked up where none are given", "", text,
          "", "120", "", ""},
    Field{"api.usd_per_month", "The API's bill, where it is stated", kMonth, money, "0", kMostMoney,
          "", ""},
    Field{"api.input_usd_per_mtok", "Input price", kPerMillion, money, "0", kMostPrice, "", ""},
    Field{"api.output_usd_per_mtok", "Output price", kPerMillion, money, "0", kMostPrice, "", ""},
    Field{"api.cached_input_usd_per_mtok", "Price of cached input", kPerMillion, money, "0",
          kMostPrice, "", ""},
    Field{"api.blended_usd_per_mtok", "One price taken for all tokens", kPerMillion, money, "0",
          kMostPrice, "", ""},
    Field{"api.cached_share", "Share of the input read from the cache", "ratio", ratio, "0", "1",
          "", ""},
    Field{"api.batch_share", "Share of the requests sent as a batch", "ratio", ratio, "0", "1", "",
          ""},
    Field{"api.batch_discount", "Discount on a batch", "ratio", ratio, "0", "1", "", ""},

    Field{"other_api.model", "Another API's model", "", text, "", "120", "", ""},
    Field{"other_api.usd_per_month", "The other API's bill, where it is stated", kMonth, money, "0",
          kMostMoney, "", ""},
    Field{"other_api.input_usd_per_mtok", "Its input price", kPerMillion, money, "0", kMostPrice,
          "", ""},
    Field{"other_api.output_usd_per_mtok", "Its output price", kPerMillion, money, "0", kMostPrice,
          "", ""},
    Field{"other_api.cached_input_usd_per_mtok", "Its price of cached input", kPerMillion, money,
          "0", kMostPrice, "", ""},
    Field{"other_api.blended_usd_per_mtok", "One price taken for all its tokens", kPerMillion,
          money, "0", kMostPrice, "", ""},
    Field{"other_api.cached_share", "Share of its input read from the cache", "ratio", ratio, "0",
          "1", "", ""},
    Field{"other_api.batch_share", "Share of its requests sent as a batch", "ratio", ratio, "0",
          "1", "", ""},
    Field{"other_api.batch_discount", "Its discount on a batch", "ratio", ratio, "0", "1", "", ""},

    Field{"usage.requests_per_month", "Requests a month", "requests/month", whole, "0",
          "1000000000000", "", ""},
    Field{"usage.requests_per_day", "Requests a day", "requests/day", whole, "0", "100000000000",
          "", ""},
    Field{"usage.input_tokens", "Input of a request, cached tokens included", "tokens/request",
          whole, "0", "100000000", "", ""},
    Field{"usage.output_tokens", "Output of a request", "tokens/request", whole, "0", "100000000",
          "", ""},
    Field{"usage.input_tokens_per_month", "Input a month", kTokens, whole, "0", kMostTokens, "",
          ""},
    Field{"usage.output_tokens_per_month", "Output a month", kTokens, whole, "0", kMostTokens, "",
          ""},
    Field{"usage.tokens_per_month", "Tokens a month, where their kinds are not stated", kTokens,
          whole, "0", kMostTokens, "", ""},

    Field{"gpu.accelerator", "Accelerator; its memory is looked up where none is given", "", text,
          "", "80", "", ""},
    Field{"gpu.count", "GPUs", "GPUs", whole, "1", "1000000", "", ""},
    Field{"gpu.gpus_per_node", "GPUs of one node", "GPUs", whole, "1", "1024", "", ""},
    Field{"gpu.usd_per_gpu_hour", "Rent of one GPU", "USD/h", money, "0", "100000", "", ""},
    Field{"gpu.usd_per_node_hour", "Rent of one node", "USD/h", money, "0", "1000000", "", ""},
    Field{"gpu.hours_per_month", "Hours a month for which rent is paid", "h/month", ratio, "0",
          "744", "", ""},
    Field{"gpu.usd_per_month", "The rent, where it is stated", kMonth, money, "0", kMostMoney, "",
          ""},
    Field{"gpu.tokens_per_s", "Throughput", "tokens/s", ratio, "0.001", "100000000", "", ""},
    Field{"gpu.tokens_per_s_of", "What has that throughput", "", choice, "", "", "gpu node fleet",
          ""},
    Field{"gpu.tokens_per_s_is", "How that throughput was reached", "", choice, "", "",
          "peak sustained", ""},
    Field{"gpu.tokens_per_s_counts", "Tokens that the throughput counts", "", choice, "", "",
          "all output", ""},
    Field{"gpu.utilisation", "Share of that throughput that is used", "ratio", ratio, "0.0001", "1",
          "", ""},
    Field{"gpu.memory_gb", "Memory of one GPU", "GB", ratio, "0.1", "100000", "", ""},

    Field{"model.id", "Open-weight model; its size is looked up where none is given", "", text, "",
          "120", "", ""},
    Field{"model.parameters_b", "Parameters", "billions", ratio, "0.001", "100000", "", ""},
    Field{"model.precision", "Format of the weights", "", choice, "", "",
          "fp32 bf16 fp16 fp8 int8 nvfp4 mxfp4 int4", ""},

    Field{"people.usd_per_month", "People", kMonth, money, "0", kMostMoney, "", ""},
    Field{"people.fte", "Engineers", "FTE", ratio, "0", "100000", "", ""},
    Field{"people.usd_per_fte_month", "An engineer, loaded", kMonth, money, "0", "10000000", "",
          ""},
    Field{"tooling.usd_per_month", "Tooling", kMonth, money, "0", kMostMoney, "", ""},
    Field{"other.usd_per_month", "Whatever else is paid every month", kMonth, money, "0",
          kMostMoney, "", ""},
    Field{"migration.usd", "Migration, once", "USD", money, "0", kMostMoney, "", ""},

    Field{"claims.api_usd_per_month", "API bill", kMonth, money, "0", kMostMoney, "", ""},
    Field{"claims.api_usd_per_mtok", "API cost per million tokens", kPerMillion, money, "0",
          kMostPrice, "", ""},
    Field{"claims.other_api_usd_per_month", "Other API's bill", kMonth, money, "0", kMostMoney, "",
          ""},
    Field{"claims.gpu_usd_per_month", "GPU rent", kMonth, money, "0", kMostMoney, "", ""},
    Field{"claims.gpu_usd_per_mtok", "GPU rent per million tokens", kPerMillion, money, "0",
          kMostPrice, "", ""},
    Field{"claims.self_host_usd_per_month", "Self-hosting, all of it", kMonth, money, "0",
          kMostMoney, "", ""},
    Field{"claims.self_host_usd_per_mtok", "Self-hosting per million tokens", kPerMillion, money,
          "0", kMostPrice, "", ""},
    Field{"claims.saving_usd_per_month", "Saving, negative where it costs more", kMonth, money,
          "-1000000000000", kMostMoney, "", ""},
    Field{"claims.saving_usd_per_year", "Saving a year", "USD/year", money, "-1000000000000",
          kMostMoney, "", ""},
    Field{"claims.saving_share", "Saving as a share of the API bill", "ratio", ratio, "-1000", "1",
          "", ""},
    Field{"claims.break_even_tokens_per_month", "Volume at which both cost the same", kTokens,
          whole, "0", kMostTokens, "", ""},
    Field{"claims.payback_months", "Months in which the migration is paid back", "months", ratio,
          "0", "1200", "", ""},
    Field{"claims.capacity_tokens_per_month", "What the fleet can serve", kTokens, whole, "0",
          "100000000000000000", "", ""},
    Field{"claims.weights_gb", "Memory that the weights take", "GB", ratio, "0", "1000000", "", ""},
    Field{"claims.fits", "Whether the model fits", "", yes_no, "", "", "", ""},
    Field{"claims.cheaper", "What is cheaper", "", choice, "", "", "api self_host other_api", ""},
};

}  // namespace

std::span<const Field> claim_fields() { return kFields; }

}  // namespace breakeven::siblings
