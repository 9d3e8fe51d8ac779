// price_json.hpp — calls to be priced, in, and bills, out, as JSON (docs/formats/price-jsonl.md).
//
// Shape    One call per object: {id, vendor, model, timestamp, usage, api?, rates?} becomes
//          {id, usd, parts, kind, warnings} or {id, error}. Amounts are decimal strings. For an
//          interval `usd` is its upper end and usd_low, usd_high are there.
// Errors   A call that cannot be priced becomes its {id, error} object; nothing is thrown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/bill.hpp"
#include "engine/pricing/usage_fields.hpp"

namespace breakeven::codec {

/// Appends `text` as a JSON string. `text` must be UTF-8.
void append_json_string(std::string_view text, std::string& out);

/// A card of declared rates: {"input_mtok": "3", "output_mtok": {"base": "15", "tiers":
/// [{"above_input_tokens": 200000, "usd": "22.5"}]}}. Unknown names are added to `warnings`.
[[nodiscard]] Result<catalog::RateCard> rates_from_fields(pricing::Fields::Ref rates,
                                                          std::vector<std::string>& warnings);

/// Appends the answer to one call, without a line break.
///
/// `line` is the text that `call` was read from, if it is one line: an id that is not a text or a
/// small whole number is then echoed to the letter.
void price_object(pricing::Fields::Ref call, pricing::Pricer& pricer, std::string& out,
                  std::string_view line = {});
/// Appends {"id":null,"error":{...}} for a line that is not a call.
void price_refusal(const Error& error, std::string& out);

/// Whether each part also says who states its price, and when that was seen.
enum class Evidence : std::uint8_t { none, named };

/// Appends a bill's members (usd, parts, kind, warnings) without braces.
void append_bill(const pricing::Bill& bill, std::string& out, Evidence evidence = Evidence::none);

}  // namespace breakeven::codec
