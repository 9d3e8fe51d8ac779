// price.hpp — prices of calls, for every shell: a quick quote for one call, and streams of them.
//
// Units    USD; a month is 730 h, a year 365 days.
// Threads  Streams are priced in order in the calling thread, in constant memory.
// Errors   Of single calls in their place of the stream; of the stream itself as io_error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/pricing/bill.hpp"
#include "engine/pricing/trace_bill.hpp"
#include "service/text_sink.hpp"

namespace breakeven::service {

/// One answer per line of `path` ("-" = standard input, packed or not), in order, to `sink`.
[[nodiscard]] Status price_stream(const catalog::PriceBook& book, const std::string& path,
                                  const TextSink& sink);

/// The same for lines in memory, which errors call `name`.
[[nodiscard]] Result<std::string> price_lines(const catalog::PriceBook& book,
                                              std::string_view lines, const std::string& name);

/// One call as a person describes it.
struct QuoteRequest {
  std::vector<std::string> models;  ///< "vendor/model"; the first is the one asked for
  std::int64_t input_tokens = 0;    ///< whole prompt, cached and written tokens included
  std::int64_t cached_tokens = 0;
  std::int64_t cache_write_tokens = 0;  ///< kept for five minutes
  std::int64_t cache_write_1h_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t reasoning_tokens =
      0;  ///< beside output_tokens, billed as output unless it has a price
  std::int64_t web_searches = 0;
  std::optional<catalog::Mode> mode;
  std::string residency;
  std::optional<Instant> at;
  Rational calls_per_day;  ///< 1 unless said otherwise
};

struct Quote {
  std::string model;
  pricing::Bill bill;
  pricing::Projection low;
  pricing::Projection high;
};

struct QuoteAnswer {
  QuoteRequest request;
  std::string priced_at;      ///< instant, or the book's newest date
  std::vector<Quote> quotes;  ///< in the order of request.models
};

[[nodiscard]] Result<QuoteAnswer> quote(const catalog::PriceBook& book,
                                        const QuoteRequest& request);

[[nodiscard]] std::string quote_text(const QuoteAnswer& answer);
[[nodiscard]] std::string quote_json(const QuoteAnswer& answer);

}  // namespace breakeven::service
