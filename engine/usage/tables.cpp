#include "engine/usage/tables.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "engine/catalog/price_book.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/mapper.hpp"
#include "engine/usage/reading.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {
namespace {

constexpr std::array kHelicone{
    Column{Role::id, "request_id"},
    Column{Role::time, "request_created_at"},
    Column{Role::completed, "response_created_at"},
    Column{Role::latency, "latency|delay_ms"},
    Column{Role::ttft, "time_to_first_token"},
    Column{Role::status, "status|response_status"},
    Column{Role::vendor, "provider"},
    Column{Role::model, "model|response_model|request_model"},
    Column{Role::user, "user_id"},
    Column{Role::session, "Helicone-Session-Id"},
    Column{Role::details, "properties"},
    Column{Role::gateway_hit, "cache_reference_id|cache_hit"},
    Column{Role::input, "prompt_tokens"},
    Column{Role::cache_read, "prompt_cache_read_tokens"},
    Column{Role::cache_write, "prompt_cache_write_tokens"},
    Column{Role::output, "completion_tokens"},
    Column{Role::audio_input, "prompt_audio_tokens"},
    Column{Role::audio_output, "completion_audio_tokens"},
    Column{Role::cost, "cost"},
    Column{Role::call, "request_path|path"},
};

constexpr std::array kOpenrouter{
    Column{Role::id, "generation_id"},
    Column{Role::time, "created_at"},
    Column{Role::latency, "generation_time_ms"},
    Column{Role::ttft, "time_to_first_token_ms"},
    Column{Role::model, "model_permaslug|model"},
    Column{Role::key, "api_key_name"},
    Column{Role::project, "app_name"},
    Column{Role::session, "session_id"},
    Column{Role::error, "cancelled"},
    Column{Role::input, "tokens_prompt"},
    Column{Role::cache_read, "tokens_cached"},
    Column{Role::output, "tokens_completion"},
    Column{Role::reasoning, "tokens_reasoning"},
    Column{Role::cost, "cost_total"},
};

constexpr std::array kOpenrouterDaily{
    Column{Role::time, "date"},
    Column{Role::model, "model_permaslug|model"},
    Column{Role::project, "endpoint_id"},
    Column{Role::requests, "requests"},
    Column{Role::input, "prompt_tokens"},
    Column{Role::output, "completion_tokens"},
    Column{Role::reasoning, "reasoning_tokens"},
    Column{Role::cost, "usage"},
};

constexpr std::array kPortkey{
    Column{Role::id, "id"},
    Column{Role::session, "trace_id"},
    Column{Role::time, "created_at"},
    Column{Role::success, "is_success"},
    Column{Role::status, "response_status_code"},
    Column{Role::vendor, "ai_org"},
    Column{Role::model, "ai_model"},
    Column{Role::input, "req_units"},
    Column{Role::output, "res_units"},
    Column{Role::total, "total_units"},
    Column{Role::call, "request_url"},
    Column{Role::cost, "cost"},
    Column{Role::currency, "cost_currency"},
    Column{Role::latency, "response_time"},
    Column{Role::gateway_hit, "cache_status"},
};

constexpr std::array kGateway{
    Column{Role::id, "request_id"},
    Column{Role::time, "time"},
    Column{Role::status, "status"},
    Column{Role::latency, "request_time"},
    Column{Role::ttft, "upstream_first_byte_time"},
    Column{Role::model, "model"},
    Column{Role::vendor, "provider"},
    Column{Role::user, "user"},
    Column{Role::key, "api_key_name|key"},
    Column{Role::team, "team"},
    Column{Role::session, "session_id"},
    Column{Role::call, "uri|path"},
    Column{Role::input, "prompt_tokens"},
    Column{Role::cache_read, "cached_tokens"},
    Column{Role::output, "completion_tokens"},
    Column{Role::reasoning, "reasoning_tokens"},
    Column{Role::cost, "cost_usd|cost"},
};

constexpr std::array kTraceAzure{
    Column{Role::time, "TIMESTAMP"},
    Column{Role::input, "ContextTokens"},
    Column{Role::output, "GeneratedTokens"},
};

constexpr std::array kTraceBurst{
    Column{Role::time, "Timestamp"},       Column{Role::session, "Session ID"},
    Column{Role::latency, "Elapsed time"}, Column{Role::model, "Model"},
    Column{Role::input, "Request tokens"}, Column{Role::output, "Response tokens"},
    Column{Role::total, "Total tokens"},
};

constexpr std::array kTraceMooncake{
    Column{Role::time, "timestamp"},
    Column{Role::input, "input_length"},
    Column{Role::output, "output_length"},
};

constexpr std::array kTraceNormalised{
    Column{Role::time, "arrival_s"},
    Column{Role::input, "input_tokens"},
    Column{Role::output, "output_tokens"},
    Column{Role::cache_read, "cached_tokens|ideal_cached_tokens"},
    Column{Role::session, "session"},
    Column{Role::model, "model"},
};

constexpr std::array kDashboard{
    Column{Role::time, "start_time_iso|start_time"},
    Column{Role::end_time, "end_time_iso|end_time"},
    Column{Role::input, "input_tokens"},
    Column{Role::uncached, "input_uncached_tokens"},
    Column{Role::cache_read, "input_cached_tokens"},
    Column{Role::cache_write, "input_cache_write_tokens"},
    Column{Role::output, "output_tokens"},
    Column{Role::audio_input, "input_audio_tokens"},
    Column{Role::audio_output, "output_audio_tokens"},
    Column{Role::image_input, "input_image_tokens"},
    Column{Role::image_output, "output_image_tokens"},
    Column{Role::requests, "num_model_requests"},
    Column{Role::project, "project_id"},
    Column{Role::user, "user_id"},
    Column{Role::key, "api_key_id"},
    Column{Role::model, "model"},
    Column{Role::batch, "batch"},
    Column{Role::tier, "service_tier"},
    Column{Role::call, "object"},
};

constexpr std::array kConsole{
    Column{Role::time, "usage_date_utc"},
    Column{Role::model, "model_version"},
    Column{Role::key, "api_key"},
    Column{Role::project, "workspace"},
    Column{Role::tier, "usage_type"},
    Column{Role::context, "context_window"},
    Column{Role::uncached, "usage_input_tokens_no_cache"},
    Column{Role::cache_write, "usage_input_tokens_cache_write"},
    Column{Role::cache_write_5m, "usage_input_tokens_cache_write_5m"},
    Column{Role::cache_write_1h, "usage_input_tokens_cache_write_1h"},
    Column{Role::cache_read, "usage_input_tokens_cache_read"},
    Column{Role::output, "usage_output_tokens"},
    Column{Role::searches, "web_search_count"},
    Column{Role::place, "inference_geo"},
    Column{Role::speed, "speed"},
};

constexpr TokenRules kInside{Cached::inside, false};
constexpr TokenRules kOutside{Cached::outside, false};

const Table kHeliconeTable{.columns = kHelicone, .tokens = kOutside, .cost_shift = 9};
const Table kOpenrouterTable{.columns = kOpenrouter, .tokens = kInside};
const Table kOpenrouterDailyTable{.columns = kOpenrouterDaily, .tokens = kInside, .bucket = true};
const Table kPortkeyTable{.columns = kPortkey, .tokens = kInside, .cost_shift = 2};
const Table kGatewayTable{.columns = kGateway, .tokens = kInside, .latency_shift = 0};
const Table kAzureTable{.columns = kTraceAzure, .tokens = kInside};
const Table kBurstTable{.columns = kTraceBurst,
                        .tokens = kInside,
                        .time = TimeKind::relative_seconds,
                        .latency_shift = 0,
                        .empty_is_failed = true};
const Table kMooncakeTable{
    .columns = kTraceMooncake, .tokens = kInside, .time = TimeKind::relative_millis};
const Table kNormalisedTable{
    .columns = kTraceNormalised, .tokens = kInside, .time = TimeKind::relative_seconds};
const Table kDashboardTable{.columns = kDashboard, .tokens = kInside, .bucket = true};
const Table kConsoleTable{.columns = kConsole, .tokens = kOutside, .bucket = true};

constexpr std::int64_t kMinuteNs = 60'000'000'000;
constexpr std::int64_t kDayNs = 1'440 * kMinuteNs;

/// A context class such as "200k-1M" or "> 200k": prompts above a vendor's threshold.
bool long_context(std::string_view text) {
  if (text.find('>') != std::string_view::npos) return true;
  return text.substr(0, 4) == "200k" || text.find("1M") != std::string_view::npos ||
         text.find("1m") != std::string_view::npos;
}

class TableMapper final : public Mapper {
 public:
  explicit TableMapper(const Table& table) : Mapper(table.columns), table_(table) {}

  void map(const Row& row, pricing::Fields::Ref /*record*/, Intake& intake) override {
    UsageRecord record;
    if (!read_table(row, table_, binder(), intake, record)) return;
    intake.keep(record, row[Role::user].text);
  }

  [[nodiscard]] std::optional<PlainTable> plain(const IntakeOptions& /*options*/) const override {
    if (table_.bucket) return std::nullopt;
    return PlainTable{table_, {}, {}};
  }

 private:
  const Table& table_;
};

/// The time of a relative trace; one that counts from 1970 is a clock after all.
Reason read_relative(std::string_view text, TimeKind kind, StartTime& start) {
  TimeText calendar;
  if (text.find_first_of(":/") != std::string_view::npos ||
      text.find('-', 1) != std::string_view::npos) {
    if (parse_time(text, calendar) == Reason::none) {
      start.ns = calendar.ns;
      return Reason::none;
    }
  }
  const int shift = kind == TimeKind::relative_millis ? 3 : 0;
  if (const Reason reason = parse_duration(text, shift, start.ns); reason != Reason::none) {
    return reason;
  }
  constexpr std::int64_t kEpochLike = 1'000'000'000'000'000'000;  // 2001
  start.clock = start.ns >= kEpochLike ? Clock::utc : Clock::relative;
  return Reason::none;
}

void read_times(Reading& reading, const Table& table, UsageRecord& record) {
  if (table.time != TimeKind::instant) {
    StartTime start;
    if (const Reason reason = read_relative(reading.row()[Role::time].text, table.time, start);
        reason != Reason::none) {
      reading.fail(reason, Role::time);
      return;
    }
    record.clock = start.clock;
    record.start_ns = record.end_ns = start.ns;
    return;
  }
  const auto start = reading.time(Role::time, table.zone_minutes);
  const bool whole_day = reading.date_only();
  if (!start) {
    if (!reading.failed()) reading.fail(Reason::missing_field, Role::time);
    return;
  }
  record.clock = Clock::utc;
  record.start_ns = record.end_ns = *start;
  if (table.bucket) {
    record.single = false;
    const auto end = reading.time(Role::end_time, table.zone_minutes);
    record.end_ns = end ? *end : *start + (whole_day ? kDayNs : 0);
    return;
  }
  if (const auto done = reading.time(Role::completed, table.zone_minutes);
      done && *done >= *start) {
    record.latency_ns = *done - *start;
  }
  if (const auto first = reading.time(Role::first_token_time, table.zone_minutes);
      first && *first >= *start) {
    record.ttft_ns = *first - *start;
  }
}

}  // namespace

const Table* table_of(Format format) {
  switch (format) {
    case Format::helicone:
      return &kHeliconeTable;
    case Format::openrouter:
      return &kOpenrouterTable;
    case Format::openrouter_daily:
      return &kOpenrouterDailyTable;
    case Format::portkey:
      return &kPortkeyTable;
    case Format::gateway:
      return &kGatewayTable;
    case Format::trace_azure:
      return &kAzureTable;
    case Format::trace_burstgpt:
      return &kBurstTable;
    case Format::trace_mooncake:
      return &kMooncakeTable;
    case Format::trace_normalised:
      return &kNormalisedTable;
    case Format::openai_dashboard:
      return &kDashboardTable;
    case Format::anthropic_console:
      return &kConsoleTable;
    default:
      return nullptr;
  }
}

Reason read_start(std::string_view text, const Table& table, StartTime& start) {
  if (table.time != TimeKind::instant) return read_relative(text, table.time, start);
  TimeText time;
  const Reason reason = parse_time(text, time);
  start.naive = !time.zoned;
  start.date_only = time.date_only;
  start.ns = time.ns - (start.naive ? std::int64_t{table.zone_minutes} * kMinuteNs : 0);
  return reason;
}

int cost_shift_of(const Table& table, std::string_view text) {
  // Helicone's table counts whole nano-dollars; its screens export dollars.
  return table.cost_shift == 9 && text.find('.') != std::string_view::npos ? 0 : table.cost_shift;
}

void read_labels(Reading& reading, const Table& table, UsageRecord& record) {
  const Row& row = reading.row();
  record.id = row[Role::id].text;
  record.model = row[Role::model].text;
  if (row[Role::vendor].set()) record.vendor = row[Role::vendor].text;
  record.key = row[Role::key].text;
  record.team = row[Role::team].text;
  record.project = row[Role::project].text;
  record.session = row[Role::session].text;
  if (record.session.empty() && row[Role::details].composite()) {
    record.session = row[Role::details].json["Helicone-Session-Id"].text();
  }
  if (row[Role::place].set() && row[Role::place].text != "not_available" &&
      row[Role::place].text != "global") {
    record.residency = row[Role::place].text;
  }
  record.long_context = long_context(row[Role::context].text);
  read_call(row[Role::call].text, record);
  read_model_kind(record);
  if (reading.truth(Role::batch)) {
    record.mode = catalog::Mode::batch;
    if (record.kind == Kind::chat) record.kind = Kind::batch;
  }
  read_tier(row[Role::tier].text, record);
  read_tier(row[Role::speed].text, record);

  const std::string_view hit = row[Role::gateway_hit].text;
  constexpr std::string_view kNoReference = "00000000-0000-0000-0000-000000000000";
  const bool reference = hit.size() == kNoReference.size() && hit != kNoReference;
  if (true_text(hit) || reference || hit == "SEMANTIC HIT") record.kind = Kind::gateway_cache_hit;
  if (failed_status(row[Role::status].text) ||
      (row[Role::success].set() && !reading.truth(Role::success))) {
    record.kind = Kind::failed;
  }

  record.cost = reading.money(Role::cost, cost_shift_of(table, row[Role::cost].text));
  const std::string_view currency = row[Role::currency].text;
  if (record.cost && !currency.empty() && currency != "USD" && currency != "usd") {
    reading.fail(Reason::foreign_currency, Role::currency);
  }
  record.web_searches = reading.count(Role::searches).value_or(0);
  record.latency_ns = reading.duration(Role::latency, table.latency_shift);
  record.ttft_ns = reading.duration(Role::ttft, table.latency_shift);
}

bool read_table(const Row& row, const Table& table, const Binder& binder, Intake& intake,
                UsageRecord& record) {
  Reading reading(row, table.bucket ? kMaxBucketTokens : kMaxRequestTokens);
  record.vendor = info(intake.format()).vendor;
  read_labels(reading, table, record);
  const auto latency = record.latency_ns;
  const auto ttft = record.ttft_ns;
  read_times(reading, table, record);
  if (latency) record.latency_ns = latency;
  if (ttft) record.ttft_ns = ttft;
  if (table.bucket && !row[Role::input].set() && !row[Role::uncached].set() &&
      !row[Role::output].set() && !row[Role::requests].set()) {
    if (reading.rejected(intake, binder)) return false;
    intake.ignore("a bucket without usage");
    return false;
  }
  // A call that failed, and one of a model that is not billed by tokens, need not have counts.
  const bool counted = record.kind != Kind::failed && record.kind != Kind::other;
  if (counted || row[Role::input].set() || row[Role::uncached].set()) {
    place_tokens(reading, table.tokens, table.inside_by_default, intake, record.tokens);
  }
  if (table.bucket) record.requests = reading.count(Role::requests);
  const bool answered = record.tokens.all_output() > 0;
  if (!answered &&
      ((table.empty_is_failed && record.kind == Kind::chat) || reading.truth(Role::error))) {
    record.kind = Kind::failed;
  }
  if (reading.rejected(intake, binder)) return false;
  if (reading.naive() && !reading.date_only()) intake.note(kNaiveNote);
  return true;
}

std::unique_ptr<Mapper> make_table_mapper(const Table& table) {
  return std::make_unique<TableMapper>(table);
}

}  // namespace breakeven::usage
