#include <array>
#include <span>
#include <string_view>

#include "engine/siblings/inputs.hpp"
#include "engine/siblings/scale.hpp"

namespace breakeven::siblings {
namespace {

using enum FieldType;

constexpr std::string_view kMonth = "USD/month";
constexpr std::string_view kMostMoney = "1000000000";

constexpr std::array kFields{
    Field{"title", "What grows", "", text, "", "200", "", ""},
    Field{"today.usd_per_month", "The API bill of today's volume", kMonth, money, "0", kMostMoney,
          "", ""},
    Field{"today.usd_per_request", "... or of one request", "USD/request", money, "0", "100000", "",
          ""},
    Field{"today.requests_per_month", "Requests a month", "requests/month", whole, "1",
          "1000000000000", "", ""},
    Field{"today.requests_per_day", "... or a day", "requests/day", whole, "1", "100000000000", "",
          ""},
    Field{"today.tokens_per_request", "Tokens of a request, in and out", "tokens/request", whole,
          "1", "100000000", "", ""},

    Field{"growth.per_month", "Growth of the volume", "ratio/month", ratio, "-0.9", "10", "", ""},
    Field{"growth.curve", "Its shape", "", choice, "", "", "exponential linear s_curve",
          "exponential"},
    Field{"growth.ceiling", "Volume that an s_curve ends at, as a multiple of today's", "times",
          ratio, "1", "1000000", "", ""},
    Field{"api.trend_per_month", "Trend of the API's prices", "ratio/month", ratio, "-0.5", "0.5",
          "", "0"},

    Field{"batch.share", "Share of the load that can wait for a batch", "ratio", ratio, "0", "1",
          "", ""},
    Field{"batch.discount", "Discount on a batch", "ratio", ratio, "0", "1", "", "0.5"},
    Field{"volume.discount_low", "Volume discount, the least", "ratio", ratio, "0", "1", "", ""},
    Field{"volume.discount_high", "Volume discount, the most", "ratio", ratio, "0", "1", "", ""},
    Field{"volume.above_usd_per_month", "Bill from which it is granted", kMonth, money, "0",
          kMostMoney, "", "0"},
    Field{"routing.share", "Easy share that a cheaper model can answer", "ratio", ratio, "0", "1",
          "", ""},
    Field{"routing.saving_low", "What that model costs less, the least", "ratio", ratio, "0", "1",
          "", ""},
    Field{"routing.saving_high", "What that model costs less, the most", "ratio", ratio, "0", "1",
          "", ""},
    Field{"cache.input_share", "Share of the bill that is input", "ratio", ratio, "0", "1", "", ""},
    Field{"cache.share", "Share of the input that repeats", "ratio", ratio, "0", "1", "", ""},
    Field{"cache.discount", "Discount on cached input", "ratio", ratio, "0", "1", "", "0.9"},

    Field{"hosted.usd_per_month", "An open model at a hosted API, at today's volume", kMonth, money,
          "0", kMostMoney, "", ""},
    Field{"self_host.fixed_usd_per_month", "People and tooling of own fleets", kMonth, money, "0",
          kMostMoney, "", ""},
    Field{"self_host.fleet_usd_per_month", "One fleet", kMonth, money, "0", kMostMoney, "", ""},
    Field{"self_host.fleet_requests_per_month", "What one fleet can serve", "requests/month", whole,
          "1", "1000000000000", "", ""},

    Field{"limits.requests_per_minute", "The vendor's rate limit", "requests/minute", whole, "1",
          "1000000000", "", ""},
    Field{"limits.tokens_per_minute", "... in tokens", "tokens/minute", whole, "1", "1000000000000",
          "", ""},
    Field{"limits.source", "Where that limit is published", "", text, "", "300", "", ""},
    Field{"traffic.peak_to_mean", "Busiest minute over the mean", "ratio", ratio, "1", "1000", "",
          "3"},

    Field{"budget.usd_per_year", "Budget of a year", "USD/year", money, "0", kMostMoney, "", ""},
    Field{"budget.usd_per_quarter", "Budget of a quarter", "USD/quarter", money, "0", kMostMoney,
          "", ""},
    Field{"horizon_months", "Months that are looked at", "months", whole, "1", "120", "", "36"},
};

}  // namespace

std::span<const Field> scale_fields() { return kFields; }

}  // namespace breakeven::siblings
