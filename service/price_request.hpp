// price_request.hpp — the question of one call's price as JSON, for the shells that are asked in JSON.
//
// Shape    {"model","compare":[..],"input_tokens","cached_tokens","cache_write_tokens",
//          "cache_write_1h_tokens","output_tokens","reasoning_tokens","web_searches","mode",
//          "residency","at","calls_per_day"}; all but the model may be left out.
// Errors   Those of codec/json_schema.hpp, with the JSON pointer of what is wrong.
#pragma once

#include <string>
#include <string_view>

#include "codec/json_schema.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "service/price.hpp"

namespace breakeven::service {

/// The members of its JSON Schema's "properties", without braces.
[[nodiscard]] const std::string& quote_properties();

[[nodiscard]] Result<QuoteRequest> quote_request(const codec::JsonArguments& arguments);

/// JSON in, JSON out.
[[nodiscard]] Result<std::string> quote_answer_json(const catalog::PriceBook& book,
                                                    std::string_view request);

}  // namespace breakeven::service
