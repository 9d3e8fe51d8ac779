// OpenTelemetry spans and Azure Monitor metrics.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "engine/pricing/usage_fields.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/map_counters.hpp"
#include "engine/usage/mapper.hpp"
#include "engine/usage/reading.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/tables.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {
namespace {

using pricing::Field;
using pricing::Fields;

/// The scalar in {"stringValue": ...}, {"intValue": "12"}, ...
Cell attribute_value(Fields::Ref attribute) { return cell_of(attribute["value"].first()); }

constexpr std::array kSpan{
    Column{Role::call, "gen_ai.operation.name"},
    Column{Role::vendor, "gen_ai.provider.name|gen_ai.system"},
    Column{Role::model, "gen_ai.response.model|gen_ai.request.model"},
    Column{Role::id, "gen_ai.response.id"},
    Column{Role::session, "gen_ai.conversation.id|session.id"},
    Column{Role::input, "gen_ai.usage.input_tokens|gen_ai.usage.prompt_tokens"},
    Column{Role::output, "gen_ai.usage.output_tokens|gen_ai.usage.completion_tokens"},
    Column{Role::cache_read,
           "gen_ai.usage.cache_read.input_tokens|gen_ai.usage.cache_read_input_tokens"},
    Column{Role::cache_write,
           "gen_ai.usage.cache_creation.input_tokens|gen_ai.usage.cache_creation_input_tokens"},
    Column{Role::reasoning, "gen_ai.usage.reasoning.output_tokens"},
    Column{Role::ttft, "gen_ai.response.time_to_first_chunk|gen_ai.server.time_to_first_token"},
    Column{Role::time, "startTimeUnixNano"},
    Column{Role::completed, "endTimeUnixNano"},
    Column{Role::status, "error.type"},
};

constexpr Table kSpanTable{
    .columns = kSpan, .tokens = {Cached::ambiguous, false}, .latency_shift = 0};

class SpanMapper final : public Mapper {
 public:
  SpanMapper() : Mapper(kSpan) {}

  void map(const Row& /*row*/, Fields::Ref record, Intake& intake) override {
    if (record["scopeSpans"].there() || record["instrumentationLibrarySpans"].there()) {
      take_resource(record, intake);
      return;
    }
    const Fields::Ref resources = record["resourceSpans"];
    if (!resources.is(Field::Type::array)) {
      intake.reject(Reason::other_format);
      return;
    }
    for (Fields::Ref r = resources.first(); r.there(); r = r.next()) take_resource(r, intake);
  }

 private:
  void take_resource(Fields::Ref resource, Intake& intake) {
    std::string_view service;
    for (Fields::Ref a = resource["resource"]["attributes"].first(); a.there(); a = a.next()) {
      if (a["key"].text() == "service.name") service = attribute_value(a).text;
    }
    const Fields::Ref scopes = resource["scopeSpans"].there()
                                   ? resource["scopeSpans"]
                                   : resource["instrumentationLibrarySpans"];
    for (Fields::Ref scope = scopes.first(); scope.there(); scope = scope.next()) {
      for (Fields::Ref span = scope["spans"].first(); span.there(); span = span.next()) {
        take_span(span, service, intake);
      }
    }
  }

  void take_span(Fields::Ref span, std::string_view service, Intake& intake) {
    Row row;
    std::array<std::size_t, kRoles> rank{};
    rank.fill(9);
    for (Fields::Ref a = span["attributes"].first(); a.there(); a = a.next()) {
      const std::string_view key = a["key"].text();
      for (const Column& column : kSpan) {
        const std::size_t at = column.names.find(key);
        if (at == std::string_view::npos || key.empty()) continue;
        const bool whole =
            (at == 0 || column.names[at - 1] == '|') &&
            (at + key.size() == column.names.size() || column.names[at + key.size()] == '|');
        const auto role = static_cast<std::size_t>(column.role);
        if (!whole || at >= 1'000 || (rank[role] != 9 && at > 0)) continue;
        row.set(column.role, attribute_value(a));
        rank[role] = at;
      }
    }
    const std::string_view call = row[Role::call].text;
    const bool known_call = call == "chat" || call == "text_completion" ||
                            call == "generate_content" || call == "embeddings";
    if (!(known_call || (call.empty() && row[Role::input].set()))) {
      intake.ignore("a span that is no call of a model");
      return;
    }
    row.set(Role::time, cell_of(span["startTimeUnixNano"]));
    row.set(Role::completed, cell_of(span["endTimeUnixNano"]));
    const std::string_view code = scalar_text(span["status"]["code"]);
    if (code == "2" || code == "STATUS_CODE_ERROR" || row[Role::status].set()) {
      row.set(Role::status, {.text = "error", .json = {}});
    }
    std::string id;
    if (!row[Role::id].set()) {
      id = std::string(span["traceId"].text()) + ":" + std::string(span["spanId"].text());
      if (id.size() > 1) row.set(Role::id, {.text = id, .json = {}});
    }
    UsageRecord record;
    if (!read_table(row, kSpanTable, binder(), intake, record)) return;
    record.project = service;
    intake.keep(record);
  }
};

class AzureMetricMapper final : public Mapper {
 public:
  AzureMetricMapper() : Mapper({}) {}

  void heading(std::string_view key, std::string_view value) override {
    if (key != "interval") return;
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 8> kIntervals{
        {{"PT1M", 60},
         {"PT5M", 300},
         {"PT15M", 900},
         {"PT30M", 1'800},
         {"PT1H", 3'600},
         {"PT6H", 21'600},
         {"PT12H", 43'200},
         {"P1D", 86'400}}};
    for (const auto& [name, seconds] : kIntervals) {
      if (name == value) width_ns_ = seconds * 1'000'000'000;
    }
  }

  void map(const Row& /*row*/, Fields::Ref metric, Intake& intake) override {
    if (metric["value"].is(Field::Type::array)) {
      heading("interval", metric["interval"].text());
      const Fields::Ref all = metric["value"];
      for (Fields::Ref m = all.first(); m.there(); m = m.next()) take(m, intake);
      return;
    }
    take(metric, intake);
  }

 private:
  enum class Counts : std::uint8_t { nothing, requests, input, output };

  static Counts counts_of(std::string_view name) {
    if (name == "AzureOpenAIRequests" || name == "ModelRequests") return Counts::requests;
    if (name == "ProcessedPromptTokens" || name == "InputTokens") return Counts::input;
    if (name == "GeneratedTokens" || name == "OutputTokens") return Counts::output;
    return Counts::nothing;
  }

  void take(Fields::Ref metric, Intake& intake) {
    const Counts counts = counts_of(metric["name"]["value"].text());
    for (Fields::Ref series = metric["timeseries"].first(); series.there();
         series = series.next()) {
      std::string_view deployment;
      std::string_view model;
      bool failed = false;
      for (Fields::Ref m = series["metadatavalues"].first(); m.there(); m = m.next()) {
        const std::string_view name = m["name"]["value"].text();
        if (same_name(name, "ModelDeploymentName")) deployment = m["value"].text();
        if (same_name(name, "ModelName")) model = m["value"].text();
        if (same_name(name, "StatusCode")) failed = failed_status(m["value"].text());
      }
      for (Fields::Ref point = series["data"].first(); point.there(); point = point.next()) {
        if (counts == Counts::nothing) {
          intake.ignore("a point of a metric that counts neither requests nor tokens");
        } else if (!point["total"].set()) {
          intake.ignore("a minute without traffic");
        } else {
          take_point(point, counts, model.empty() ? deployment : model, deployment, failed, intake);
        }
      }
    }
  }

  void take_point(Fields::Ref point, Counts counts, std::string_view model,
                  std::string_view deployment, bool failed, Intake& intake) const {
    TimeText time;
    const std::string_view stamp = scalar_text(point["timeStamp"]);
    if (const Reason wrong = parse_time(stamp, time); wrong != Reason::none) {
      intake.reject(wrong, "timeStamp", stamp);
      return;
    }
    std::int64_t total = 0;
    const std::string_view text = scalar_text(point["total"]);
    Reason wrong = parse_count(text, kMaxBucketTokens, total);
    if (wrong == Reason::none && total < 0) wrong = Reason::negative;
    if (wrong != Reason::none) {
      intake.reject(wrong, "total", text);
      return;
    }
    UsageRecord record;
    record.single = false;
    record.clock = Clock::utc;
    record.start_ns = time.ns;
    record.end_ns = time.ns + width_ns_;
    record.model = model;
    record.project = deployment;
    record.kind = failed ? Kind::failed : Kind::chat;
    record.requests = counts == Counts::requests ? total : 0;
    if (counts == Counts::input) record.tokens[Bucket::uncached] = total;
    if (counts == Counts::output) record.tokens[Bucket::output] = total;
    read_model_kind(record);
    constexpr std::array<std::string_view, 4> kNames{"", "requests", "input", "output"};
    intake.keep(record, kNames[static_cast<std::size_t>(counts)]);
  }

  std::int64_t width_ns_ = 60'000'000'000;
};

}  // namespace

std::unique_ptr<Mapper> make_telemetry_mapper(Format format, const MapperContext& context) {
  if (format == Format::otlp_traces) return std::make_unique<SpanMapper>();
  if (format == Format::azure_metrics) return std::make_unique<AzureMetricMapper>();
  if (format == Format::otlp_metrics) return make_otlp_counters(context.counters);
  return make_prometheus_counters(context.counters);
}

}  // namespace breakeven::usage
