// formats.hpp — the formats of usage exports that are known, and how each is recognised.
//
// Shape    A format is recognised by the set of names in its first record (JSON keys or the CSV
//          header), whatever their order, with other names beside them. Names are compared without
//          case and punctuation: start_time, startTime and "Start Time" are one name.
// Sources  docs/formats/usage-import.md lists them with the vendors' references.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/pricing/usage_fields.hpp"
#include "engine/usage/record.hpp"

namespace breakeven::usage {

enum class Format : std::uint8_t {
  openai_usage,
  openai_costs,
  openai_dashboard,
  openai_batch,
  openai_responses,
  anthropic_usage,
  anthropic_cost,
  anthropic_console,
  anthropic_batch,
  anthropic_messages,
  gemini_responses,
  gcp_billing,
  azure_metrics,
  azure_cost,
  bedrock_log,
  aws_cur,
  deepseek_amount,
  deepseek_cost,
  litellm,
  langfuse,
  helicone,
  openrouter,
  openrouter_daily,
  portkey,
  otlp_traces,
  otlp_metrics,
  prometheus,
  gateway,
  focus,
  trace_azure,
  trace_burstgpt,
  trace_mooncake,
  trace_normalised,
  generic,  ///< columns named by a mapping, or found by their usual names
};
inline constexpr std::size_t kFormats = 34;

/// How two records are known to be the same.
enum class Identity : std::uint8_t {
  by_id,         ///< the source names each record
  by_group,      ///< one record per bucket and group: a second one repeats the first
  by_occurrence  ///< equal lines may stand side by side; only another file can repeat them
};

struct FormatInfo {
  std::string_view id;      ///< "openai-usage"
  std::string_view title;   ///< for people
  std::string_view vendor;  ///< of every record, when the format is one vendor's own
  Grain grain;
  Identity identity;
  std::string_view family;  ///< formats that share request ids
};
[[nodiscard]] const FormatInfo& info(Format format);
[[nodiscard]] std::optional<Format> format_named(std::string_view id);

/// Names are equal but for case and for characters that are no letters and no digits.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);

/// The format of a record with these names. `record` is the JSON object, or nothing for a CSV
/// header. Nothing when no format fits, and for an empty bucket that any API could have sent.
[[nodiscard]] std::optional<Format> detect(std::span<const std::string_view> names,
                                           pricing::Fields::Ref record);

}  // namespace breakeven::usage
