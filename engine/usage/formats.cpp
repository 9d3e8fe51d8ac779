#include "engine/usage/formats.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "engine/pricing/usage_fields.hpp"
#include "engine/usage/record.hpp"

namespace breakeven::usage {
namespace {

using pricing::Fields;

bool word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr std::array<FormatInfo, kFormats> kInfos{{
    {"openai-usage", "OpenAI usage API", "openai", Grain::bucket, Identity::by_group, "openai"},
    {"openai-costs", "OpenAI costs API", "openai", Grain::charge, Identity::by_group, "openai"},
    {"openai-dashboard", "OpenAI dashboard CSV", "openai", Grain::bucket, Identity::by_group,
     "openai"},
    {"openai-batch", "OpenAI Batch output", "openai", Grain::request, Identity::by_id, "openai"},
    {"openai-responses", "OpenAI response objects", "openai", Grain::request, Identity::by_id,
     "openai"},
    {"anthropic-usage", "Anthropic usage report", "anthropic", Grain::bucket, Identity::by_group,
     "anthropic"},
    {"anthropic-cost", "Anthropic cost report", "anthropic", Grain::charge, Identity::by_group,
     "anthropic"},
    {"anthropic-console", "Anthropic console CSV", "anthropic", Grain::bucket, Identity::by_group,
     "anthropic"},
    {"anthropic-batch", "Anthropic batch results", "anthropic", Grain::request, Identity::by_id,
     "anthropic"},
    {"anthropic-messages", "Anthropic message objects", "anthropic", Grain::request,
     Identity::by_id, "anthropic"},
    {"gemini-responses", "Gemini responses", "google", Grain::request, Identity::by_id, "google"},
    {"gcp-billing", "Google Cloud billing export", "google", Grain::charge, Identity::by_occurrence,
     "gcp"},
    {"azure-metrics", "Azure Monitor metrics", "", Grain::bucket, Identity::by_group, "azure"},
    {"azure-cost", "Azure cost export", "", Grain::charge, Identity::by_occurrence, "azure-cost"},
    {"bedrock-log", "Bedrock invocation log", "", Grain::request, Identity::by_id, "bedrock"},
    {"aws-cur", "AWS cost and usage report", "", Grain::charge, Identity::by_id, "aws-cur"},
    {"deepseek-amount", "DeepSeek amount CSV", "deepseek", Grain::bucket, Identity::by_group,
     "deepseek"},
    {"deepseek-cost", "DeepSeek cost CSV", "deepseek", Grain::charge, Identity::by_group,
     "deepseek-cost"},
    {"litellm", "LiteLLM SpendLogs", "", Grain::request, Identity::by_id, "litellm"},
    {"langfuse", "Langfuse observations", "", Grain::request, Identity::by_id, "langfuse"},
    {"helicone", "Helicone requests", "", Grain::request, Identity::by_id, "helicone"},
    {"openrouter", "OpenRouter activity CSV", "", Grain::request, Identity::by_id, "openrouter"},
    {"openrouter-daily", "OpenRouter activity API", "", Grain::bucket, Identity::by_group,
     "openrouter"},
    {"portkey", "Portkey logs", "", Grain::request, Identity::by_id, "portkey"},
    {"otlp-traces", "OpenTelemetry GenAI traces", "", Grain::request, Identity::by_id, "otlp"},
    {"otlp-metrics", "OpenTelemetry GenAI metrics", "", Grain::counter, Identity::by_group, "otlp"},
    {"prometheus", "vLLM, SGLang or TGI metrics", "", Grain::counter, Identity::by_group,
     "prometheus"},
    {"gateway", "gateway access log", "", Grain::request, Identity::by_id, "gateway"},
    {"focus", "FOCUS 1.2 or 1.3", "", Grain::charge, Identity::by_occurrence, "focus"},
    {"trace-azure", "Azure LLM inference trace", "", Grain::request, Identity::by_id, "trace"},
    {"trace-burstgpt", "BurstGPT trace", "", Grain::request, Identity::by_id, "trace"},
    {"trace-mooncake", "Mooncake trace", "", Grain::request, Identity::by_id, "trace"},
    {"trace-normalised", "request trace", "", Grain::request, Identity::by_id, "trace"},
    {"generic", "columns found by name", "", Grain::request, Identity::by_id, "generic"},
}};

/// A format and names that all of its records have.
struct Signature {
  Format format;
  std::array<std::string_view, 4> names;
};

/// The most telling first.
constexpr std::array<Signature, 29> kSignatures{{
    {Format::litellm, {"spend", "prompt_tokens", "completion_tokens", "startTime"}},
    {Format::langfuse, {"traceId", "usageDetails", "startTime", ""}},
    {Format::helicone, {"request_created_at", "prompt_tokens", "completion_tokens", ""}},
    {Format::openrouter, {"generation_id", "tokens_prompt", "tokens_completion", ""}},
    {Format::openrouter_daily, {"model_permaslug", "prompt_tokens", "requests", "date"}},
    {Format::portkey, {"req_units", "res_units", "created_at", ""}},
    {Format::otlp_traces, {"resourceSpans", "", "", ""}},
    {Format::otlp_traces, {"scopeSpans", "", "", ""}},
    {Format::otlp_metrics, {"resourceMetrics", "", "", ""}},
    {Format::otlp_metrics, {"scopeMetrics", "", "", ""}},
    {Format::bedrock_log, {"modelId", "requestId", "operation", "timestamp"}},
    {Format::gcp_billing, {"billing_account_id", "usage_start_time", "cost", ""}},
    {Format::azure_metrics, {"timeseries", "name", "", ""}},
    {Format::azure_cost, {"meterName", "quantity", "unitOfMeasure", "date"}},
    {Format::aws_cur, {"line_item_usage_type", "line_item_usage_amount", "", ""}},
    {Format::focus, {"ChargePeriodStart", "ChargePeriodEnd", "BilledCost", "ChargeCategory"}},
    {Format::deepseek_amount, {"start_time_iso", "model", "type", "amount"}},
    {Format::deepseek_cost, {"start_time_iso", "model", "wallet_type", "cost"}},
    {Format::anthropic_console, {"usage_date_utc", "model_version", "usage_output_tokens", ""}},
    {Format::openai_dashboard, {"start_time", "end_time", "num_model_requests", ""}},
    {Format::gemini_responses, {"usageMetadata", "", "", ""}},
    {Format::anthropic_batch, {"custom_id", "result", "", ""}},
    {Format::openai_batch, {"custom_id", "response", "", ""}},
    {Format::gateway, {"time", "status", "prompt_tokens", "completion_tokens"}},
    {Format::trace_azure, {"TIMESTAMP", "ContextTokens", "GeneratedTokens", ""}},
    {Format::trace_burstgpt, {"Timestamp", "Request tokens", "Response tokens", ""}},
    {Format::trace_mooncake, {"timestamp", "input_length", "output_length", ""}},
    {Format::trace_normalised, {"arrival_s", "input_tokens", "output_tokens", ""}},
    {Format::openai_dashboard, {"start_time", "end_time", "start_time_iso", "end_time_iso"}},
}};

bool has(std::span<const std::string_view> names, std::string_view wanted) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return same_name(name, wanted); });
}

/// A bucket of a vendor's page says what it is only in its results.
std::optional<Format> detect_bucket(Fields::Ref record) {
  const Fields::Ref results = record["results"];
  const Fields::Ref first = results.first();
  if (!first.there()) return std::nullopt;
  const bool anthropic = record["starting_at"].set();
  const bool cost = first["amount"].set();
  if (anthropic) return cost ? Format::anthropic_cost : Format::anthropic_usage;
  return cost ? Format::openai_costs : Format::openai_usage;
}

}  // namespace

const FormatInfo& info(Format format) { return kInfos[static_cast<std::size_t>(format)]; }

std::optional<Format> format_named(std::string_view id) {
  for (std::size_t i = 0; i < kFormats; ++i) {
    if (kInfos[i].id == id) return static_cast<Format>(i);
  }
  return std::nullopt;
}

bool same_name(std::string_view a, std::string_view b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (true) {
    while (i < a.size() && !word(a[i])) ++i;
    while (j < b.size() && !word(b[j])) ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (lower(a[i++]) != lower(b[j++])) return false;
  }
}

std::optional<Format> detect(std::span<const std::string_view> names, Fields::Ref record) {
  if (record.there()) {
    if (record["results"].is(pricing::Field::Type::array)) return detect_bucket(record);
    const std::string_view object = record["object"].text();
    if (object == "response" || object == "chat.completion" || object == "text_completion" ||
        object == "list") {
      if (record["usage"].there()) return Format::openai_responses;
    }
    if (record["type"].text() == "message" && record["usage"].there()) {
      return Format::anthropic_messages;
    }
  }
  for (const Signature& signature : kSignatures) {
    if (std::all_of(signature.names.begin(), signature.names.end(),
                    [&](std::string_view name) { return name.empty() || has(names, name); })) {
      return signature.format;
    }
  }
  return std::nullopt;
}

}  // namespace breakeven::usage
