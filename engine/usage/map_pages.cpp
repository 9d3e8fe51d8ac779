// Pages of the vendors' usage and cost APIs: buckets of time with one result per group.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/catalog/price_book.hpp"
#include "engine/pricing/usage_fields.hpp"
#include "engine/usage/formats.hpp"
#include "engine/usage/intake.hpp"
#include "engine/usage/mapper.hpp"
#include "engine/usage/meters.hpp"
#include "engine/usage/reading.hpp"
#include "engine/usage/record.hpp"
#include "engine/usage/row.hpp"
#include "engine/usage/tables.hpp"
#include "engine/usage/values.hpp"

namespace breakeven::usage {
namespace {

using pricing::Field;
using pricing::Fields;

constexpr std::array kOpenaiResult{
    Column{Role::object, "object"},      Column{Role::details, "amount"},
    Column{Role::meter, "line_item"},    Column{Role::project, "project_id"},
    Column{Role::key, "api_key_id"},     Column{Role::quantity, "quantity"},
    Column{Role::unit, "quantity_unit"},
};

constexpr std::array kAnthropicResult{
    Column{Role::uncached, "uncached_input_tokens"},
    Column{Role::cache_read, "cache_read_input_tokens"},
    Column{Role::details, "cache_creation"},
    Column{Role::output, "output_tokens"},
    Column{Role::usage, "server_tool_use"},
    Column{Role::key, "api_key_id"},
    Column{Role::project, "workspace_id"},
    Column{Role::model, "model"},
    Column{Role::tier, "service_tier"},
    Column{Role::context, "context_window"},
    Column{Role::place, "inference_geo"},
    Column{Role::speed, "speed"},
    Column{Role::user, "account_id|service_account_id"},
    Column{Role::cost, "amount"},
    Column{Role::currency, "currency"},
    Column{Role::call, "cost_type"},
    Column{Role::meter, "token_type|description"},
};

/// The columns of the page's results.
std::span<const Column> columns_of(Format format) {
  switch (format) {
    case Format::openai_usage:
      return table_of(Format::openai_dashboard)->columns;
    case Format::openai_costs:
      return kOpenaiResult;
    default:
      return kAnthropicResult;
  }
}

class PageMapper final : public Mapper {
 public:
  explicit PageMapper(Format format) : Mapper({}), format_(format), results_(columns_of(format)) {}

  void map(const Row& /*row*/, Fields::Ref record, Intake& intake) override {
    if (record["data"].is(Field::Type::array)) {
      const Fields::Ref data = record["data"];
      for (Fields::Ref bucket = data.first(); bucket.there(); bucket = bucket.next()) {
        take_bucket(bucket, intake);
      }
      return;
    }
    take_bucket(record, intake);
  }

 private:
  void take_bucket(Fields::Ref bucket, Intake& intake) {
    const Fields::Ref results = bucket["results"];
    if (!results.is(Field::Type::array)) {
      intake.reject(Reason::other_format);
      return;
    }
    if (!results.first().there()) {
      intake.ignore("a bucket without usage");
      return;
    }
    const auto either = [&](std::string_view a, std::string_view b) {
      return cell_of(bucket[a].set() ? bucket[a] : bucket[b]);
    };
    start_ = either("start_time", "starting_at");
    end_ = either("end_time", "ending_at");
    for (Fields::Ref result = results.first(); result.there(); result = result.next()) {
      Row row;
      results_.bind(result, row);
      row.set(Role::time, start_);
      row.set(Role::end_time, end_);
      switch (format_) {
        case Format::openai_usage:
          take_openai(row, result, intake);
          break;
        case Format::openai_costs:
          take_openai_cost(row, intake);
          break;
        case Format::anthropic_usage:
          take_anthropic(row, result, intake);
          break;
        default:
          take_anthropic_cost(row, intake);
          break;
      }
    }
  }

  void take_openai(const Row& row, Fields::Ref result, Intake& intake) {
    if (result["amount"].set()) {
      intake.reject(Reason::other_format);
      return;
    }
    UsageRecord record;
    if (!read_table(row, *table_of(Format::openai_dashboard), results_, intake, record)) return;
    intake.keep(record, row[Role::user].text);
  }

  void take_anthropic(Row& row, Fields::Ref result, Intake& intake) {
    if (result["amount"].set()) {
      intake.reject(Reason::other_format);
      return;
    }
    const Fields::Ref creation = row[Role::details].json;
    row.set(Role::cache_write_5m, cell_of(creation["ephemeral_5m_input_tokens"]));
    row.set(Role::cache_write_1h, cell_of(creation["ephemeral_1h_input_tokens"]));
    row.set(Role::searches, cell_of(row[Role::usage].json["web_search_requests"]));
    static constexpr Table kTable{
        .columns = kAnthropicResult, .tokens = {Cached::outside, false}, .bucket = true};
    UsageRecord record;
    if (!read_table(row, kTable, results_, intake, record)) return;
    record.requests.reset();
    intake.keep(record, row[Role::user].text);
  }

  /// Times and names of a line of costs.
  UsageRecord cost_line(Reading& reading) const {
    UsageRecord record;
    record.vendor = info(format_).vendor;
    record.single = false;
    record.requests.reset();
    record.clock = Clock::utc;
    const auto start = reading.time(Role::time);
    const auto end = reading.time(Role::end_time);
    if (!start && !reading.failed()) reading.fail(Reason::missing_field, Role::time);
    record.start_ns = start.value_or(0);
    record.end_ns = end.value_or(record.start_ns);
    record.project = reading.row()[Role::project].text;
    record.key = reading.row()[Role::key].text;
    return record;
  }

  void take_openai_cost(Row& row, Intake& intake) {
    const Fields::Ref amount = row[Role::details].json;
    row.set(Role::cost, cell_of(amount["value"]));
    row.set(Role::currency, cell_of(amount["currency"]));
    Reading reading(row, kMaxBucketTokens);
    UsageRecord record = cost_line(reading);
    record.cost = reading.money(Role::cost, 0);
    if (!record.cost && !reading.failed()) reading.fail(Reason::missing_field, Role::cost);
    if (!same_name(row[Role::currency].text, "usd") && row[Role::currency].set()) {
      reading.fail(Reason::foreign_currency, Role::currency);
    }
    const std::string_view item = row[Role::meter].text;
    const std::size_t comma = item.find(", ");
    record.model = item.substr(0, comma);
    const auto meter = read_meter(comma == std::string_view::npos ? item : item.substr(comma + 2));
    const bool tokens = row[Role::unit].text.find("token") != std::string_view::npos;
    if (meter && tokens && row[Role::quantity].set()) {
      std::int64_t quantity = 0;
      bool exact = true;
      const std::int64_t factor = row[Role::unit].text == "1000_tokens" ? 1'000 : 1;
      const Reason wrong = parse_quantity(row[Role::quantity].text, factor, quantity, exact);
      if (wrong != Reason::none) reading.fail(wrong, Role::quantity);
      if (!exact) intake.note("quantities that are not whole tokens are rounded");
      record.tokens[meter->bucket] = quantity;
      if (meter->reasoning) record.tokens.reasoning = quantity;
      if (meter->batch) {
        record.mode = catalog::Mode::batch;
        record.kind = Kind::batch;
      }
    } else if (!meter) {
      record.kind = Kind::other;
    }
    read_model_kind(record);
    if (reading.rejected(intake, results_)) return;
    intake.keep(record, item);
  }

  void take_anthropic_cost(const Row& row, Intake& intake) {
    Reading reading(row, kMaxBucketTokens);
    UsageRecord record = cost_line(reading);
    record.model = row[Role::model].text;
    record.cost = reading.money(Role::cost, 2);  // cents
    if (!record.cost && !reading.failed()) reading.fail(Reason::missing_field, Role::cost);
    if (row[Role::currency].set() && row[Role::currency].text != "USD") {
      reading.fail(Reason::foreign_currency, Role::currency);
    }
    if (row[Role::call].set() && row[Role::call].text != "tokens") record.kind = Kind::other;
    read_tier(row[Role::tier].text, record);
    if (reading.rejected(intake, results_)) return;
    // The report has no counts: it is there to check the usage report against.
    intake.keep(record, row[Role::meter].text);
  }

  Format format_;
  Binder results_;
  Cell start_;
  Cell end_;
};

}  // namespace

std::unique_ptr<Mapper> make_page_mapper(Format format) {
  return std::make_unique<PageMapper>(format);
}

}  // namespace breakeven::usage
