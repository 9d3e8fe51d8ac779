// LiteLLM and Langfuse: gateways and observers that keep several vendors' conventions in one table.
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/text.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/mapper.hpp"
#include "engine/usage/reading.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/tables.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {
namespace {

using pricing::Fields;

constexpr std::array kLitellm{
    Column{Role::id, "request_id"},
    Column{Role::call, "call_type"},
    Column{Role::key, "api_key"},
    Column{Role::cost, "spend"},
    Column{Role::total, "total_tokens"},
    Column{Role::input, "prompt_tokens"},
    Column{Role::output, "completion_tokens"},
    Column{Role::time, "startTime"},
    Column{Role::completed, "endTime"},
    Column{Role::first_token_time, "completionStartTime"},
    Column{Role::latency, "request_duration_ms"},
    Column{Role::model, "model|model_group"},
    Column{Role::vendor, "custom_llm_provider"},
    Column{Role::team, "team_id"},
    Column{Role::session, "session_id"},
    Column{Role::user, "user"},
    Column{Role::status, "status"},
    Column{Role::gateway_hit, "cache_hit"},
    Column{Role::details, "metadata"},
    Column{Role::cache_read, "cache_read_input_tokens"},
    Column{Role::cache_write, "cache_creation_input_tokens"},
    Column{Role::reasoning, "reasoning_tokens"},
};

constexpr std::array kLangfuse{
    Column{Role::id, "id"},
    Column{Role::call, "type"},
    Column{Role::time, "startTime"},
    Column{Role::completed, "endTime"},
    Column{Role::first_token_time, "completionStartTime"},
    Column{Role::latency, "latencyMs"},
    Column{Role::ttft, "timeToFirstTokenMs"},
    Column{Role::model, "providedModelName|model|modelId"},
    Column{Role::session, "sessionId"},
    Column{Role::user, "userId"},
    Column{Role::status, "level"},
    Column{Role::usage, "usageDetails"},
    Column{Role::cost, "totalCost"},
    Column{Role::credits, "costDetails"},
};

Fields::Ref nested(const Cell& cell, NestedJson* parser) {
  if (cell.composite()) return cell.json;
  if (parser == nullptr || trim(cell.text).empty()) return {};
  return parser->parse(cell.text);
}

Convention convention_of(const Intake& intake) { return intake.options().convention; }

class LitellmMapper final : public Mapper {
 public:
  explicit LitellmMapper(NestedJson* parser) : Mapper(kLitellm), parser_(parser) {}

  void map(const Row& given, Fields::Ref /*record*/, Intake& intake) override {
    Row row = given;
    const Fields::Ref details = nested(row[Role::details], parser_);
    const Fields::Ref usage = details["usage_object"];
    const Fields::Ref more = details["additional_usage_values"];
    const auto fill = [&](Role role, Fields::Ref first, Fields::Ref second) {
      if (!row[role].set()) row.set(role, cell_of(first.set() ? first : second));
    };
    const Fields::Ref prompt_details = usage["prompt_tokens_details"];
    fill(Role::cache_read, usage["cache_read_input_tokens"], more["cache_read_input_tokens"]);
    fill(Role::cache_read, prompt_details["cached_tokens"],
         more["prompt_tokens_details"]["cached_tokens"]);
    fill(Role::cache_write, usage["cache_creation_input_tokens"],
         more["cache_creation_input_tokens"]);
    fill(Role::cache_write_5m, usage["cache_creation"]["ephemeral_5m_input_tokens"], {});
    fill(Role::cache_write_1h, usage["cache_creation"]["ephemeral_1h_input_tokens"], {});
    fill(Role::reasoning, usage["completion_tokens_details"]["reasoning_tokens"],
         more["completion_tokens_details"]["reasoning_tokens"]);
    row.set(Role::details, {});

    Table table{.columns = kLitellm, .tokens = {}};
    decide(row, usage, prompt_details, intake, table);
    if (!row[Role::cache_read].set() && !details["usage_object"].there()) {
      intake.note("no usage_object in the metadata: cached tokens, if any, are unknown");
    }
    UsageRecord record;
    if (!read_table(row, table, binder(), intake, record)) return;
    if (const std::string_view alias = details["user_api_key_alias"].text(); !alias.empty()) {
      record.key = alias;
    }
    intake.keep(record);
  }

 private:
  /// Rows of old versions leave the cached tokens of Anthropic's models out of prompt_tokens and
  /// have no prompt_tokens_details; newer ones include them and have it.
  static void decide(const Row& row, Fields::Ref usage, Fields::Ref prompt_details,
                     const Intake& intake, Table& table) {
    table.tokens.cached = Cached::inside;
    if (convention_of(intake) == Convention::exclusive) {
      table.tokens.cached = Cached::outside;
      return;
    }
    if (convention_of(intake) == Convention::inclusive) return;
    const std::string model = to_lower(row[Role::model].text);
    const std::string vendor = to_lower(row[Role::vendor].text);
    const bool anthropic =
        model.find("claude") != std::string::npos || vendor.find("anthropic") != std::string::npos;
    if (!anthropic) return;
    table.tokens.cached = Cached::ambiguous;
    if (!usage.set() || !usage["prompt_tokens"].set()) return;
    if (!prompt_details.set() && usage["cache_read_input_tokens"].set()) {
      table.tokens.cached = Cached::outside;
    } else if (prompt_details["cached_tokens"].set()) {
      std::int64_t prompt = 0;
      std::int64_t read = 0;
      std::int64_t write = 0;
      const auto read_into = [](const Cell& cell, std::int64_t& value) {
        return parse_count(cell.text, kMaxRequestTokens, value) == Reason::none;
      };
      if (read_into(row[Role::input], prompt)) {
        read_into(row[Role::cache_read], read);
        read_into(row[Role::cache_write], write);
        if (read + write <= prompt) table.tokens.cached = Cached::inside;
      }
    }
  }

  NestedJson* parser_;
};

class LangfuseMapper final : public Mapper {
 public:
  explicit LangfuseMapper(NestedJson* parser) : Mapper(kLangfuse), parser_(parser) {}

  void map(const Row& given, Fields::Ref /*record*/, Intake& intake) override {
    Row row = given;
    const std::string type = to_lower(row[Role::call].text);
    row.set(Role::call, {});
    if (!type.empty() && type != "generation" && type != "embedding") {
      intake.ignore("an observation that is no call of a model");
      return;
    }
    if (!row[Role::cost].set()) {
      const Fields::Ref costs = nested(row[Role::credits], parser_);
      row.set(Role::cost, cell_of(costs["total"]));
    }
    const Fields::Ref usage = nested(row[Role::usage], parser_);
    row.set(Role::usage, {});
    Tokens tokens;
    Reason wrong = Reason::none;
    std::string_view where;
    const bool counted = read_details(usage, tokens, wrong, where, intake);
    if (wrong != Reason::none) {
      intake.reject(wrong, where, scalar_text(usage[where]));
      return;
    }
    const bool failed = failed_status(row[Role::status].text);
    if (!counted && !failed) {
      intake.reject(Reason::missing_field, "usageDetails");
      return;
    }
    static constexpr Table kTable{.columns = kLangfuse, .tokens = {Cached::outside, false}};
    // The tokens are read already; the table reads the rest.
    row.set(Role::uncached, {.text = "0", .json = {}});
    UsageRecord record;
    if (!read_table(row, kTable, binder(), intake, record)) return;
    record.tokens = tokens;
    if (type == "embedding") record.kind = Kind::embedding;
    intake.keep(record);
  }

 private:
  /// usageDetails: input and output are net of every key that starts with input_ or output_.
  static bool read_details(Fields::Ref usage, Tokens& tokens, Reason& wrong,
                           std::string_view& where, Intake& intake) {
    std::int64_t total = -1;
    std::int64_t sum = 0;
    std::int64_t reasoning = 0;
    bool counted = false;
    for (Fields::Ref child = usage.first(); child.there(); child = child.next()) {
      const std::string_view key = child.node().key;
      std::int64_t value = 0;
      if (!child.set()) continue;
      wrong = parse_count(scalar_text(child), kMaxRequestTokens, value);
      if (wrong == Reason::none && value < 0) wrong = Reason::negative;
      if (wrong != Reason::none) {
        where = key;
        return false;
      }
      const auto has = [&](std::string_view part) {
        return key.find(part) != std::string_view::npos;
      };
      if (key == "total") {
        total = value;
        continue;
      }
      sum += value;
      counted = true;
      const bool out = has("output") || has("completion") || has("candidates") || has("thoughts");
      if (has("reasoning") || has("thoughts")) {
        reasoning += value;
        tokens[Bucket::output] += value;
      } else if (out) {
        tokens[has("audio")   ? Bucket::audio_output
               : has("image") ? Bucket::image_output
                              : Bucket::output] += value;
      } else if (has("creation") || has("write")) {
        tokens[has("1h") ? Bucket::cache_write_1h : Bucket::cache_write_5m] += value;
      } else if (has("cache")) {
        tokens[Bucket::cache_read] += value;
      } else if (has("input") || has("prompt")) {
        tokens[has("audio")   ? Bucket::audio_input
               : has("image") ? Bucket::image_input
                              : Bucket::uncached] += value;
      } else {
        intake.note("counts in usageDetails under names that are not known are left out");
        sum -= value;
      }
    }
    tokens.reasoning = reasoning;
    if (total >= 0 && counted && total != sum) {
      const std::int64_t details_in = tokens.input() - tokens[Bucket::uncached];
      if (tokens[Bucket::uncached] + tokens[Bucket::output] - reasoning == total &&
          details_in <= tokens[Bucket::uncached]) {
        // The total proves that this producer counts details inside input and output.
        tokens[Bucket::uncached] -= details_in;
        tokens[Bucket::output] -= reasoning;
      } else {
        intake.note("total in usageDetails is not the sum of its parts; the parts are used");
      }
    }
    return counted;
  }

  NestedJson* parser_;
};

}  // namespace

std::unique_ptr<Mapper> make_gateway_mapper(Format format, const MapperContext& context) {
  if (format == Format::litellm) return std::make_unique<LitellmMapper>(context.nested);
  return std::make_unique<LangfuseMapper>(context.nested);
}

}  // namespace breakeven::usage
