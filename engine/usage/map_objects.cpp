// Responses of vendors' APIs as they came: the pricing room reads their usage objects.
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/usage.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "engine/pricing/usage_reader.hpp"
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

using pricing::Field;
using pricing::Fields;

Reason reason_of(const Error& error) {
  if (error.code == ErrorCode::out_of_range) {
    return error.message.find("found -") != std::string::npos ? Reason::negative
                                                              : Reason::too_large;
  }
  if (error.message.find("found nothing") != std::string::npos ||
      error.message.find("found none") != std::string::npos ||
      error.code == ErrorCode::unsupported) {
    return Reason::missing_field;
  }
  if (error.message.find("expected parts of") != std::string::npos) {
    return Reason::cached_exceeds_input;
  }
  if (error.message.find("expected a whole number") != std::string::npos) {
    return error.message.find("found a text") != std::string::npos ? Reason::not_a_number
                                                                   : Reason::not_whole;
  }
  return Reason::inconsistent_total;
}

/// What lies where in a format's records.
struct Place {
  Fields::Ref holder;  ///< the object with usage, model and times
  std::string_view id;
  bool failed = false;
};

class ObjectMapper final : public Mapper {
 public:
  explicit ObjectMapper(Format format) : Mapper({}), format_(format) {}

  void map(const Row& /*row*/, Fields::Ref record, Intake& intake) override {
    if (!record.is(Field::Type::object)) {
      intake.reject(Reason::other_format);
      return;
    }
    const Place place = find(record);
    if (!place.failed && !place.holder.there()) {
      intake.reject(Reason::other_format);
      return;
    }
    UsageRecord made;
    made.vendor = info(format_).vendor;
    made.id = place.id;
    made.model = first_text(place.holder, {"modelId", "model", "modelVersion", "model_version"});
    Reason wrong = read_time(place.holder.there() ? place.holder : record, made);
    if (wrong == Reason::none && !time_there_ && made.clock == Clock::none &&
        (format_ == Format::bedrock_log)) {
      wrong = Reason::missing_field;
    }
    if (wrong != Reason::none) {
      intake.reject(wrong, "time", time_text_);
      return;
    }
    if (format_ == Format::openai_batch || format_ == Format::anthropic_batch) {
      made.kind = Kind::batch;
      made.mode = catalog::Mode::batch;
    }
    if (format_ == Format::bedrock_log && record["requestMetadata"].is(Field::Type::object)) {
      made.team = record["requestMetadata"]["team"].text();
      made.project = record["requestMetadata"]["project"].text();
    }
    if (place.failed) {
      made.kind = Kind::failed;
      intake.keep(made);
      return;
    }
    take(place.holder, made, intake);
  }

 private:
  static std::string_view first_text(Fields::Ref from,
                                     std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      if (const std::string_view text = from[name].text(); !text.empty()) return text;
    }
    return {};
  }

  [[nodiscard]] Place find(Fields::Ref record) const {
    Place place;
    switch (format_) {
      case Format::openai_batch: {
        const Fields::Ref response = record["response"];
        place.holder = response["body"].set() ? response["body"] : response;
        place.id = first_text(place.holder, {"id"});
        if (place.id.empty()) place.id = record["id"].text();
        const std::string_view status = scalar_text(response["status_code"]);
        place.failed = !response.set() || record["error"].set() || failed_status(status) ||
                       place.holder["error"].set();
        break;
      }
      case Format::anthropic_batch: {
        const Fields::Ref result = record["result"];
        place.holder = result["message"];
        place.id = first_text(place.holder, {"id"});
        place.failed = result["type"].text() != "succeeded";
        break;
      }
      case Format::bedrock_log:
        place.holder = record;
        place.id = record["requestId"].text();
        place.failed = record["errorCode"].set();
        break;
      case Format::gemini_responses:
        place.holder = record;
        place.id = first_text(record, {"responseId", "response_id"});
        break;
      default:
        place.holder = record;
        place.id = record["id"].text();
        place.failed = failed_status(record["status"].text());
        break;
    }
    return place;
  }

  /// When the request was answered, as the object says; an object without a time keeps none.
  Reason read_time(Fields::Ref from, UsageRecord& made) {
    time_there_ = false;
    for (const std::string_view name :
         {"timestamp", "created_at", "created", "createTime", "create_time"}) {
      if (!from[name].set()) continue;
      time_there_ = true;
      time_text_ = scalar_text(from[name]);
      TimeText time;
      if (const Reason wrong = parse_time(time_text_, time); wrong != Reason::none) return wrong;
      made.clock = Clock::utc;
      made.start_ns = made.end_ns = time.ns;
      break;
    }
    return Reason::none;
  }

  void take(Fields::Ref holder, UsageRecord& made, Intake& intake) {
    const bool usage_there = holder["usage"].set() || holder["usageMetadata"].set() ||
                             holder["usage_metadata"].set() || format_ == Format::bedrock_log;
    if (!usage_there) {
      intake.reject(Reason::missing_field, "usage");
      return;
    }
    pricing::UsageContext context;
    context.vendor = made.vendor;
    context.model = made.model;
    if (format_ == Format::bedrock_log) context.api = "bedrock";
    auto usage = pricing::read_usage(holder, context);
    if (!usage) {
      intake.reject_because(reason_of(usage.error()), usage.error().message);
      return;
    }
    if (format_ == Format::bedrock_log) add_outer_cache(holder, usage->counts);
    if (const Status status = pricing::complete_and_check(usage->counts); !status) {
      intake.reject_because(reason_of(status.error()), status.error().message);
      return;
    }
    for (const std::string& warning : usage->warnings) intake.note(warning);
    if (!usage->unknown_term.empty()) {
      intake.note("a service tier that has no price here: read as standard");
    }
    made.tokens = tokens_of(usage->counts);
    made.web_searches = usage->counts[catalog::BillingUnit::web_searches];
    if (usage->mode) made.mode = usage->mode;
    if (made.mode == catalog::Mode::batch && made.kind == Kind::chat) made.kind = Kind::batch;
    made.residency = usage->residency;
    if (holder["object"].text() == "list") made.kind = Kind::embedding;
    read_model_kind(made);
    if (too_large(made.tokens)) {
      intake.reject(Reason::too_large, "usage");
      return;
    }
    intake.keep(made);
    // What the same call billed at other models.
    std::int64_t nth = 0;
    for (pricing::Usage& part : usage->nested) {
      UsageRecord more = made;
      const std::string id = std::string(made.id) + "#" + std::to_string(++nth);
      if (!made.id.empty()) more.id = id;
      if (!part.model.empty()) more.model = part.model;
      if (const Status status = pricing::complete_and_check(part.counts); !status) {
        intake.reject_because(reason_of(status.error()), status.error().message);
        continue;
      }
      more.tokens = tokens_of(part.counts);
      more.requests = 0;
      intake.keep(more);
    }
  }

  /// Some logs have the cache counters beside `input` instead of in it.
  static void add_outer_cache(Fields::Ref record, pricing::Counts& counts) {
    using enum catalog::BillingUnit;
    const auto add = [&](std::string_view name, catalog::BillingUnit unit) {
      std::int64_t value = 0;
      if (counts[unit] > 0 || !record[name].set() ||
          parse_count(scalar_text(record[name]), kMaxRequestTokens, value) != Reason::none ||
          value <= 0) {
        return;
      }
      counts.set(unit, value);
      counts.set(input, counts[input] + value);
    };
    add("cacheReadInputTokenCount", cache_read);
    add("cacheWriteInputTokenCount", cache_write);
  }

  static bool too_large(const Tokens& tokens) {
    return tokens.input() > kMaxRequestTokens || tokens.all_output() > kMaxRequestTokens;
  }

  Format format_;
  bool time_there_ = false;
  std::string_view time_text_;
};

}  // namespace

std::unique_ptr<Mapper> make_object_mapper(Format format) {
  return std::make_unique<ObjectMapper>(format);
}

}  // namespace breakeven::usage
