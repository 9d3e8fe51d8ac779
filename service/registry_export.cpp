// Our book in the formats of others.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "codec/price_json.hpp"
#include "registry/dated_price.hpp"
#include "service/registry.hpp"

namespace breakeven::service {
namespace {

using catalog::BillingUnit;
using catalog::Mode;
using catalog::PriceKind;

/// A CSV field that no spreadsheet takes for a formula: OWASP, CSV injection.
std::string csv_field(std::string_view text) {
  std::string safe;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
    safe += '\'';
  }
  safe += text;
  if (safe.find_first_of(",\"\n\r") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string day_or_instant(std::int64_t seconds, std::int64_t open) {
  if (seconds == open) return {};
  const Instant instant{seconds};
  return instant.second_of_day() == 0 ? instant.date().iso() : instant.iso();
}

/// USD per million -> USD per token, exact: the point moves six places.
std::string per_token(const Price& price) {
  Int128 atto = registry::atto(price);
  std::string digits = to_string(atto);
  constexpr std::size_t kPlaces = 24;  // 18 of the price and 6 of the million
  if (digits.size() <= kPlaces) digits.insert(0, kPlaces + 1 - digits.size(), '0');
  digits.insert(digits.size() - kPlaces, 1, '.');
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

struct Key {
  BillingUnit unit;
  std::string_view name;
};
constexpr std::array<Key, 8> kKeys{{
    {BillingUnit::input, "input_cost_per_token"},
    {BillingUnit::output, "output_cost_per_token"},
    {BillingUnit::cache_read, "cache_read_input_token_cost"},
    {BillingUnit::cache_write, "cache_creation_input_token_cost"},
    {BillingUnit::cache_write_1h, "cache_creation_input_token_cost_above_1hr"},
    {BillingUnit::input_audio, "input_cost_per_audio_token"},
    {BillingUnit::output_audio, "output_cost_per_audio_token"},
    {BillingUnit::output_reasoning, "output_cost_per_reasoning_token"},
}};

struct Suffix {
  Mode mode;
  std::string_view text;
};
constexpr std::array<Suffix, 5> kModes{{{Mode::standard, ""},
                                        {Mode::batch, "_batches"},
                                        {Mode::flex, "_flex"},
                                        {Mode::priority, "_priority"},
                                        {Mode::fast, "_priority"}}};

std::string_view provider_of(std::string_view vendor) {
  if (vendor == "google") return "gemini";
  if (vendor == "amazon") return "bedrock";
  if (vendor == "alibaba") return "dashscope";
  if (vendor == "together") return "together_ai";
  return vendor;
}

}  // namespace

Result<std::string> Registry::export_csv(Instant effective_at, Instant known_at) const {
  std::string out =
      "vendor,model,field,usd,kind,rule,effective_from,effective_to,source,source_date\n";
  for (const registry::DatedPrice& row : registry::rows_of(book(known_at))) {
    if (!row.in_effect(effective_at)) continue;
    const std::array<std::string, 10> fields{
        row.vendor,
        row.model,
        to_string(row.field),
        row.price ? row.price->decimal() : std::string(),
        std::string(to_string(row.kind)),
        row.rule,
        day_or_instant(row.from_s, std::numeric_limits<std::int64_t>::min()),
        day_or_instant(row.to_s, std::numeric_limits<std::int64_t>::max()),
        row.source,
        row.date.iso()};
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) out += ',';
      out += csv_field(fields[i]);
    }
    out += '\n';
  }
  return out;
}

Result<std::string> Registry::export_litellm(Instant effective_at, Instant known_at) const {
  const catalog::PriceBook current = book(known_at);
  std::string out = "{";
  bool first_model = true;
  for (const catalog::PricedModel& model : current.models()) {
    std::string body;
    std::string unknown;
    const auto add = [&](const std::string& key, const std::string& value) {
      body += body.empty() ? "\n    " : ",\n    ";
      codec::append_json_string(key, body);
      body += ": " + value;
    };
    const auto quote = [&](const std::string& key, const catalog::Quote& one) {
      add(key, per_token(one.high));
      // That format bills what is missing at zero; what is unknown leaves at its upper end.
      if (one.kind == PriceKind::unknown) {
        unknown += unknown.empty() ? "" : ", ";
        codec::append_json_string(key, unknown);
      }
    };
    bool fast = false;
    for (const Suffix& mode : kModes) {
      const auto card = current.resolve(model, {mode.mode, {}, effective_at});
      if (!card.ok()) continue;
      // Priority and fast are one tier: whichever comes first has written its keys.
      if (mode.text == "_priority" && std::exchange(fast, true)) continue;
      for (const Key& key : kKeys) {
        const auto& rate = card->rates[index(key.unit)];
        if (!rate) continue;
        quote(std::string(key.name) + std::string(mode.text), rate->base);
        for (const auto& tier : rate->tiers) {
          if (tier.above_input_tokens % 1'000 != 0) continue;
          quote(fmt::format("{}_above_{}k_tokens{}", key.name, tier.above_input_tokens / 1'000,
                            mode.text),
                tier.quote);
        }
      }
    }
    if (body.empty()) continue;
    if (model.context_window > 0) add("max_input_tokens", std::to_string(model.context_window));
    if (model.max_output > 0) add("max_output_tokens", std::to_string(model.max_output));
    std::string provider;
    codec::append_json_string(provider_of(model.vendor), provider);
    add("litellm_provider", provider);
    add("mode", "\"chat\"");
    if (!unknown.empty()) add("breakeven_unknown", "[" + unknown + "]");
    out += first_model ? "\n  " : ",\n  ";
    first_model = false;
    codec::append_json_string(std::string(provider_of(model.vendor)) + "/" + model.name, out);
    out += ": {" + body + "\n  }";
  }
  out += "\n}\n";
  return out;
}

}  // namespace breakeven::service
