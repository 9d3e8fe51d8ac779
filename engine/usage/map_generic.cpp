// Files that no known program wrote: columns named by a mapping, or found by their usual names.
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/usage/formats.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/mapper.hpp"
#include "engine/usage/reading.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/tables.hpp"

namespace breakeven::usage {
namespace {

using pricing::Fields;

constexpr std::array kUsual{
    Column{Role::id, "request_id|requestId|id|trace_id|call_id|uuid"},
    Column{Role::time,
           "timestamp|time|created_at|start_time|started_at|datetime|date|ts|created|request_time|"
           "event_time|bucket_start|hour|day|usage_date"},
    Column{Role::end_time, "bucket_end|end_time|ended_at|period_end"},
    Column{Role::latency, "latency_ms|duration_ms|response_time_ms|latency|duration"},
    Column{Role::ttft, "ttft_ms|time_to_first_token_ms|time_to_first_token|ttft"},
    Column{Role::vendor, "vendor|provider|custom_llm_provider|llm_provider"},
    Column{Role::model, "model|model_name|model_id|deployment|engine"},
    Column{Role::key, "api_key_name|key_name|api_key_id|key"},
    Column{Role::team, "team|team_id|department|cost_center"},
    Column{Role::project, "project|project_id|app|application|service|workspace"},
    Column{Role::session, "session_id|session|conversation_id|thread_id"},
    Column{Role::user, "user|user_id|customer_id"},
    Column{Role::call, "call_type|endpoint|operation|path|uri|api"},
    Column{Role::status, "status|status_code|response_status|http_status"},
    Column{Role::success, "success|is_success|ok"},
    Column{Role::gateway_hit, "cache_hit|gateway_cache_hit"},
    Column{Role::tier, "service_tier|tier|mode"},
    Column{Role::batch, "batch|is_batch"},
    Column{Role::input,
           "input_tokens|prompt_tokens|tokens_in|input|tokens_prompt|context_tokens|request_tokens|"
           "prompt_token_count|input_token_count|inputTokens|promptTokens"},
    Column{Role::uncached, "uncached_input_tokens|uncached_tokens|input_uncached_tokens"},
    Column{Role::cache_read,
           "cached_tokens|cache_read_tokens|cache_read_input_tokens|input_cached_tokens|"
           "cached_input_tokens|cache_read|cached_prompt_tokens"},
    Column{Role::cache_write,
           "cache_write_tokens|cache_creation_input_tokens|cache_creation_tokens|"
           "input_cache_write_tokens|cache_write"},
    Column{Role::cache_write_5m, "cache_write_5m|cache_write_5m_tokens"},
    Column{Role::cache_write_1h, "cache_write_1h|cache_write_1h_tokens"},
    Column{Role::output,
           "output_tokens|completion_tokens|tokens_out|output|tokens_completion|generated_tokens|"
           "response_tokens|completion_token_count|output_token_count|outputTokens|"
           "completionTokens"},
    Column{Role::reasoning, "reasoning_tokens|thinking_tokens|output_reasoning_tokens"},
    Column{Role::total, "total_tokens|tokens_total|total"},
    Column{Role::audio_input, "input_audio_tokens|prompt_audio_tokens"},
    Column{Role::audio_output, "output_audio_tokens|completion_audio_tokens"},
    Column{Role::image_input, "input_image_tokens"},
    Column{Role::image_output, "output_image_tokens"},
    Column{Role::searches, "web_searches|web_search_requests"},
    Column{Role::place, "residency|inference_geo"},
    Column{Role::context, "context_window"},
    Column{Role::requests, "requests|num_requests|request_count|num_model_requests|calls"},
    Column{Role::cost, "cost_usd|cost|spend|usd|total_cost|amount_usd"},
    Column{Role::currency, "currency"},
};

struct RoleName {
  std::string_view name;
  Role role;
};
constexpr std::array<RoleName, 38> kRoleNames{{
    {"id", Role::id},
    {"time", Role::time},
    {"end", Role::end_time},
    {"completed", Role::completed},
    {"latency", Role::latency},
    {"ttft", Role::ttft},
    {"vendor", Role::vendor},
    {"model", Role::model},
    {"key", Role::key},
    {"team", Role::team},
    {"project", Role::project},
    {"session", Role::session},
    {"user", Role::user},
    {"call", Role::call},
    {"status", Role::status},
    {"success", Role::success},
    {"cache_hit", Role::gateway_hit},
    {"tier", Role::tier},
    {"batch", Role::batch},
    {"input", Role::input},
    {"uncached", Role::uncached},
    {"cache_read", Role::cache_read},
    {"cache_write", Role::cache_write},
    {"cache_write_5m", Role::cache_write_5m},
    {"cache_write_1h", Role::cache_write_1h},
    {"output", Role::output},
    {"reasoning", Role::reasoning},
    {"total", Role::total},
    {"audio_input", Role::audio_input},
    {"audio_output", Role::audio_output},
    {"image_input", Role::image_input},
    {"image_output", Role::image_output},
    {"web_searches", Role::searches},
    {"residency", Role::place},
    {"context", Role::context},
    {"requests", Role::requests},
    {"cost", Role::cost},
    {"currency", Role::currency},
}};

std::vector<Column> mapped_columns(const CustomMapping* mapping) {
  if (mapping == nullptr) return {kUsual.begin(), kUsual.end()};
  std::vector<Column> columns;
  columns.reserve(mapping->columns.size());
  for (const auto& [role, name] : mapping->columns) columns.push_back({role, name});
  return columns;
}

class GenericMapper final : public Mapper {
 public:
  explicit GenericMapper(const CustomMapping* mapping)
      : Mapper(mapped_columns(mapping)), mapping_(mapping) {
    if (mapping == nullptr) return;
    table_.tokens.reasoning_outside = mapping->reasoning_outside_output;
    table_.cost_shift = mapping->cost_shift;
    table_.latency_shift = mapping->latency_shift;
    table_.zone_minutes = mapping->zone_minutes;
  }

  void map(const Row& row, Fields::Ref /*record*/, Intake& intake) override {
    table_.tokens.cached = cached(intake.options());
    // Counted calls, and periods with an end: a sum; else one call.
    table_.bucket = row[Role::requests].set() || row[Role::end_time].set();
    UsageRecord record;
    if (!read_table(row, table_, binder(), intake, record)) return;
    if (mapping_ != nullptr && record.vendor.empty()) record.vendor = mapping_->vendor;
    if (mapping_ != nullptr && record.model.empty()) record.model = mapping_->model;
    if (table_.bucket && record.id.empty()) record.id = bucket_id(row);
    intake.keep(record, row[Role::user].text);
  }

  [[nodiscard]] std::optional<PlainTable> plain(const IntakeOptions& options) const override {
    PlainTable made{table_, {}, {}};
    made.table.bucket = false;
    made.table.tokens.cached = cached(options);
    if (mapping_ != nullptr) {
      made.vendor = mapping_->vendor;
      made.model = mapping_->model;
    }
    return made;
  }

 private:
  [[nodiscard]] Cached cached(const IntakeOptions& options) const {
    Convention convention = options.convention;
    if (convention == Convention::as_source && mapping_ != nullptr) {
      convention = mapping_->convention;
    }
    switch (convention) {
      case Convention::inclusive:
        return Cached::inside;
      case Convention::exclusive:
        return Cached::outside;
      case Convention::as_source:
        break;
    }
    return Cached::ambiguous;
  }

  /// Sums have no ids: the same period, model and labels in another file are the same sum.
  std::string_view bucket_id(const Row& row) {
    id_ = "sum";
    for (const Role role : {Role::time, Role::end_time, Role::vendor, Role::model, Role::key,
                            Role::team, Role::project, Role::session, Role::user, Role::tier,
                            Role::batch, Role::call, Role::status}) {
      id_ += '\x1f';
      id_ += row[role].text;
    }
    return id_;
  }

  const CustomMapping* mapping_;
  Table table_;
  std::string id_;
};

}  // namespace

std::optional<PlainTable> Mapper::plain(const IntakeOptions& /*options*/) const {
  return std::nullopt;
}

std::optional<Role> role_named(std::string_view name) {
  const auto found = std::find_if(kRoleNames.begin(), kRoleNames.end(),
                                  [&](const RoleName& r) { return r.name == name; });
  if (found == kRoleNames.end()) return std::nullopt;
  return found->role;
}

std::vector<std::string> role_names() {
  std::vector<std::string> names;
  names.reserve(std::size(kRoleNames));
  for (const RoleName& r : kRoleNames) names.emplace_back(r.name);
  return names;
}

bool generic_fits(std::span<const std::string_view> names) {
  const auto has = [&](Role role) {
    return std::any_of(kUsual.begin(), kUsual.end(), [&](const Column& column) {
      if (column.role != role) return false;
      std::string_view rest = column.names;
      while (true) {
        const std::size_t bar = rest.find('|');
        const std::string_view usual = rest.substr(0, bar);
        if (std::any_of(names.begin(), names.end(),
                        [&](std::string_view name) { return same_name(name, usual); })) {
          return true;
        }
        if (bar == std::string_view::npos) return false;
        rest.remove_prefix(bar + 1);
      }
    });
  };
  return has(Role::time) && (has(Role::input) || has(Role::uncached)) && has(Role::output);
}

std::unique_ptr<Mapper> make_generic_mapper(const CustomMapping* mapping) {
  return std::make_unique<GenericMapper>(mapping);
}

std::unique_ptr<Mapper> make_mapper(Format format, const MapperContext& context) {
  if (const Table* table = table_of(format)) return make_table_mapper(*table);
  switch (format) {
    case Format::openai_usage:
    case Format::openai_costs:
    case Format::anthropic_usage:
    case Format::anthropic_cost:
      return make_page_mapper(format);
    case Format::litellm:
    case Format::langfuse:
      return make_gateway_mapper(format, context);
    case Format::gcp_billing:
    case Format::azure_cost:
    case Format::aws_cur:
    case Format::focus:
    case Format::deepseek_amount:
    case Format::deepseek_cost:
      return make_billing_mapper(format, context);
    case Format::otlp_traces:
    case Format::otlp_metrics:
    case Format::prometheus:
    case Format::azure_metrics:
      return make_telemetry_mapper(format, context);
    case Format::generic:
      return make_generic_mapper(context.mapping);
    default:
      return make_object_mapper(format);
  }
}

}  // namespace breakeven::usage
