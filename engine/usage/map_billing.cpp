// Lines of bills: Google Cloud, Azure, AWS, FOCUS and DeepSeek.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/money.hpp"
#include "engine/base/text.hpp"
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

constexpr std::int64_t kDayNs = 86'400'000'000'000;

constexpr std::array kGcp{
    Column{Role::time, "usage_start_time"},
    Column{Role::end_time, "usage_end_time"},
    Column{Role::meter, "sku.description"},
    Column{Role::object, "sku"},
    Column{Role::body, "service.description|service"},
    Column{Role::project, "project.id|project"},
    Column{Role::cost, "cost"},
    Column{Role::currency, "currency"},
    Column{Role::price_unit, "currency_conversion_rate"},
    Column{Role::usage, "usage"},
    Column{Role::quantity, "usage.amount"},
    Column{Role::unit, "usage.unit"},
    Column{Role::credits, "credits"},
    Column{Role::call, "cost_type"},
};

constexpr std::array kAzure{
    Column{Role::time, "date|usageDate"},
    Column{Role::meter, "meterName"},
    Column{Role::meter_2, "meterSubCategory"},
    Column{Role::body, "consumedService"},
    Column{Role::object, "productName|product"},
    Column{Role::project, "resourceGroupName|resourceGroup"},
    Column{Role::resource, "ResourceId"},
    Column{Role::quantity, "quantity"},
    Column{Role::unit, "unitOfMeasure"},
    Column{Role::call, "chargeType"},
    Column{Role::cost, "costInUsd"},
    Column{Role::cost_2, "costInBillingCurrency|cost|preTaxCost"},
    Column{Role::currency, "billingCurrency|billingCurrencyCode|currency"},
};

constexpr std::array kCur{
    Column{Role::id, "identity_line_item_id"},
    Column{Role::details, "identity_time_interval"},
    Column{Role::call, "line_item_line_item_type"},
    Column{Role::time, "line_item_usage_start_date"},
    Column{Role::end_time, "line_item_usage_end_date"},
    Column{Role::body, "line_item_product_code"},
    Column{Role::meter, "line_item_usage_type"},
    Column{Role::meter_2, "line_item_line_item_description"},
    Column{Role::resource, "line_item_resource_id"},
    Column{Role::quantity, "line_item_usage_amount"},
    Column{Role::unit, "pricing_unit"},
    Column{Role::cost, "line_item_unblended_cost"},
    Column{Role::currency, "line_item_currency_code"},
    Column{Role::project, "line_item_usage_account_id"},
};

constexpr std::array kFocus{
    Column{Role::time, "ChargePeriodStart"},
    Column{Role::end_time, "ChargePeriodEnd"},
    Column{Role::call, "ChargeCategory"},
    Column{Role::meter, "SkuMeter"},
    Column{Role::meter_2, "ChargeDescription"},
    Column{Role::model, "SkuId"},
    Column{Role::object, "ServiceCategory"},
    Column{Role::body, "ServiceName"},
    Column{Role::vendor, "ServiceProviderName|ProviderName"},
    Column{Role::quantity, "ConsumedQuantity"},
    Column{Role::unit, "ConsumedUnit"},
    Column{Role::total, "PricingQuantity"},
    Column{Role::price_unit, "PricingUnit"},
    Column{Role::cost, "BilledCost"},
    Column{Role::cost_2, "EffectiveCost"},
    Column{Role::currency, "BillingCurrency"},
    Column{Role::key, "ResourceName"},
    Column{Role::project, "SubAccountName|SubAccountId"},
    Column{Role::resource, "ResourceId"},
};

constexpr std::array kDeepseek{
    Column{Role::time, "start_time_iso"}, Column{Role::end_time, "end_time_iso"},
    Column{Role::model, "model"},         Column{Role::key, "api_key_name"},
    Column{Role::user, "user_id"},        Column{Role::meter, "type"},
    Column{Role::quantity, "amount"},     Column{Role::cost, "cost"},
    Column{Role::currency, "currency"},   Column{Role::object, "wallet_type"},
};

bool has(std::string_view text, std::string_view part) {
  return to_lower(text).find(part) != std::string::npos;
}

std::span<const Column> columns_of(Format format) {
  switch (format) {
    case Format::gcp_billing:
      return kGcp;
    case Format::azure_cost:
      return kAzure;
    case Format::aws_cur:
      return kCur;
    case Format::focus:
      return kFocus;
    default:
      return kDeepseek;
  }
}

class BillingMapper final : public Mapper {
 public:
  BillingMapper(Format format, NestedJson* parser)
      : Mapper(columns_of(format)), format_(format), parser_(parser) {}

  void map(const Row& given, Fields::Ref record, Intake& intake) override {
    Row row = given;
    if (format_ == Format::gcp_billing) flatten_gcp(row, record);
    if (const std::string_view why = another_service(row); !why.empty()) {
      intake.ignore(why);
      return;
    }
    Reading reading(row, kMaxBucketTokens);
    UsageRecord line;
    line.vendor = info(format_).vendor;
    line.single = false;
    line.requests.reset();
    line.clock = Clock::utc;
    const auto start = reading.time(Role::time);
    const bool day = reading.date_only();
    const auto end = reading.time(Role::end_time);
    if (!start && !reading.failed()) reading.fail(Reason::missing_field, Role::time);
    line.start_ns = start.value_or(0);
    line.end_ns = end.value_or(line.start_ns + (day ? kDayNs : 0));
    line.project = row[Role::project].text;
    line.key = row[Role::key].text;
    read_cost(reading, line, intake);
    if (format_ == Format::deepseek_cost) {
      line.model = row[Role::model].text;
      if (!line.cost && !reading.failed()) reading.fail(Reason::missing_field, Role::cost);
    } else {
      read_tokens(reading, line, intake);
    }
    std::string id;
    if (format_ == Format::aws_cur && row[Role::id].set()) {
      id = std::string(row[Role::id].text) + "|" + std::string(row[Role::details].text);
      line.id = id;
    }
    if (reading.rejected(intake, binder())) return;
    intake.keep(line,
                format_ == Format::deepseek_cost ? row[Role::object].text : row[Role::meter].text);
  }

 private:
  static void flatten_gcp(Row& row, Fields::Ref record) {
    if (!record.there()) return;
    row.set(Role::meter, cell_of(record["sku"]["description"]));
    row.set(Role::body, cell_of(record["service"]["description"]));
    row.set(Role::project, cell_of(record["project"]["id"]));
    row.set(Role::quantity, cell_of(record["usage"]["amount"]));
    row.set(Role::unit, cell_of(record["usage"]["unit"]));
  }

  /// Why a line is not about models; empty when it is.
  [[nodiscard]] std::string_view another_service(const Row& row) const {
    constexpr std::string_view kOther = "a charge for another service";
    const std::string_view service = row[Role::body].text;
    switch (format_) {
      case Format::gcp_billing:
        return has(service, "vertex") || has(service, "gemini") ||
                       has(service, "generative language")
                   ? ""
                   : kOther;
      case Format::azure_cost:
        return has(service, "cognitiveservices") || has(row[Role::meter_2].text, "openai") ||
                       has(row[Role::object].text, "openai")
                   ? ""
                   : kOther;
      case Format::aws_cur:
        return has(service, "bedrock") ? "" : kOther;
      case Format::focus: {
        const bool tokens = has(row[Role::unit].text, "token") ||
                            has(row[Role::price_unit].text, "token") ||
                            has(row[Role::meter].text, "token");
        return tokens || has(row[Role::object].text, "ai and machine") ? "" : kOther;
      }
      default:
        return "";
    }
  }

  void read_cost(Reading& reading, UsageRecord& line, Intake& intake) {
    const Row& row = reading.row();
    line.cost = reading.money(Role::cost, 0);
    const std::string_view currency = row[Role::currency].text;
    if (format_ == Format::azure_cost && line.cost) return;  // costInUsd
    if (!line.cost) line.cost = reading.money(Role::cost_2, 0);
    if (format_ == Format::gcp_billing) add_credits(row, line, reading);
    if (currency.empty() || same_name(currency, "usd") || !line.cost) return;
    if (format_ == Format::deepseek_cost) {
      reading.fail(Reason::foreign_currency, Role::currency);
      return;
    }
    line.cost.reset();
    intake.note("amounts in another currency than US dollars are not read; tokens are");
  }

  /// credits: [{"amount": -0.5}, ...]; a CSV column holds the same list as text.
  void add_credits(const Row& row, UsageRecord& line, Reading& reading) {
    Fields::Ref credits = row[Role::credits].json;
    if (!credits.there() && parser_ != nullptr && row[Role::credits].set()) {
      credits = parser_->parse(row[Role::credits].text);
    }
    for (Fields::Ref credit = credits.first(); credit.there(); credit = credit.next()) {
      Usd amount;
      const std::string_view text = scalar_text(credit["amount"]);
      if (text.empty()) continue;
      if (const Reason wrong = parse_money(text, 0, amount); wrong != Reason::none) {
        reading.fail(wrong, Role::credits);
        return;
      }
      line.cost = line.cost.value_or(Usd()) + amount;
    }
  }

  /// Lines that change money only.
  [[nodiscard]] bool money_only(const Row& row) const {
    const std::string call = to_lower(row[Role::call].text);
    switch (format_) {
      case Format::gcp_billing:
        return call == "tax" || call == "rounding_error";
      case Format::azure_cost:
        return !call.empty() && call != "usage";
      case Format::aws_cur:
        return call.find("usage") == std::string::npos && !call.empty();
      case Format::focus:
        return !call.empty() && call != "usage";
      default:
        return false;
    }
  }

  void read_tokens(Reading& reading, UsageRecord& line, Intake& intake) {
    const Row& row = reading.row();
    std::string_view words = row[Role::meter].text;
    auto meter = read_meter(words);
    if (!meter && row[Role::meter_2].set() && format_ != Format::azure_cost) {
      words = row[Role::meter_2].text;
      meter = read_meter(words);
    }
    read_model(row, words, line);
    if (format_ == Format::deepseek_amount) {
      read_deepseek(reading, meter, line);
      return;
    }
    if (money_only(row) || !meter) {
      line.kind = Kind::other;
      if (!line.cost && !reading.failed()) reading.fail(Reason::unknown_meter, Role::meter);
      return;
    }
    Role quantity = Role::quantity;
    auto factor = tokens_per_unit(row[Role::unit].text);
    if (format_ == Format::focus && !has(row[Role::unit].text, "token")) {
      quantity = Role::total;
      factor = tokens_per_unit(row[Role::price_unit].text);
    }
    if (!factor) {
      // Counted in something else: the money counts.
      if (line.cost) {
        line.kind = Kind::other;
      } else {
        reading.fail(Reason::unknown_unit, Role::unit);
      }
      return;
    }
    std::int64_t tokens = 0;
    bool exact = true;
    const Reason wrong = parse_quantity(row[quantity].text, *factor, tokens, exact);
    if (wrong != Reason::none) reading.fail(wrong, quantity);
    if (!exact) intake.note("quantities that are not whole tokens are rounded");
    line.tokens[meter->bucket] = tokens;
    if (meter->reasoning) line.tokens.reasoning = tokens;
    if (meter->batch) {
      line.mode = catalog::Mode::batch;
      line.kind = Kind::batch;
    }
    read_model_kind(line);
  }

  void read_model(const Row& row, std::string_view words, UsageRecord& line) {
    switch (format_) {
      case Format::aws_cur: {
        const std::string_view resource = row[Role::resource].text;
        const std::size_t slash = resource.rfind('/');
        const bool profile = resource.find("inference-profile/") != std::string_view::npos ||
                             resource.find("foundation-model/") != std::string_view::npos;
        // Application profiles have ids that name no model.
        if (profile && slash != std::string_view::npos &&
            resource.substr(slash).find('.') != std::string_view::npos) {
          line.model = resource.substr(slash + 1);
          return;
        }
        break;
      }
      case Format::focus:
        line.vendor = row[Role::vendor].text;
        line.model = row[Role::model].text;
        if (line.model.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string_view::npos &&
            !model_of_meter(line.model).empty()) {
          return;
        }
        words = row[Role::meter_2].text;
        break;
      case Format::deepseek_amount:
        line.model = row[Role::model].text;
        return;
      case Format::azure_cost:
        line.vendor = "openai";
        break;
      default:
        break;
    }
    model_ = model_of_meter(words);
    line.model = model_;
  }

  /// One row per class: "input_cache_hit_tokens", ..., "request_count".
  static void read_deepseek(Reading& reading, const std::optional<Meter>& meter,
                            UsageRecord& line) {
    const std::string_view type = reading.row()[Role::meter].text;
    const auto amount = reading.count(Role::quantity);
    if (!amount) {
      if (!reading.failed()) reading.fail(Reason::missing_field, Role::quantity);
      return;
    }
    line.requests = 0;
    if (type == "request_count") {
      line.requests = amount;
    } else if (type.find("hit") != std::string_view::npos) {
      line.tokens[Bucket::cache_read] = *amount;
    } else if (meter) {
      line.tokens[meter->bucket] = *amount;
    } else {
      reading.fail(Reason::unknown_meter, Role::meter);
    }
  }

  Format format_;
  NestedJson* parser_;
  std::string model_;
};

}  // namespace

std::unique_ptr<Mapper> make_billing_mapper(Format format, const MapperContext& context) {
  return std::make_unique<BillingMapper>(format, context.nested);
}

}  // namespace breakeven::usage
