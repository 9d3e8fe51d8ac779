// Fuzzes every feed's reader: the first byte chooses the format, or the variable FUZZ_FEED names the
// only one. Whatever is read must be in order, without two figures for one place, with every figure
// a price, and the same when read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <tuple>

#include "io/feeds/feed.hpp"

namespace {

const breakeven::io::FeedFormat& chosen_format(std::uint8_t byte) {
  static const char* const kOnly = std::getenv("FUZZ_FEED");
  const auto& formats = breakeven::io::feed_formats();
  if (kOnly == nullptr) return formats[static_cast<std::uint8_t>(byte - '0') % formats.size()];
  const auto named = breakeven::io::feed_format(kOnly);
  if (!named.ok()) std::abort();
  return **named;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace breakeven;
  if (size == 0) return 0;
  const io::FeedFormat& format = chosen_format(data[0]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const io::FeedOptions options{.book = nullptr, .on = Date::from_civil(2026, 8, 1).value()};
  const auto feed = format.read(bytes, options);
  if (!feed.ok()) {
    if (feed.error().message.empty()) std::abort();
    return 0;
  }
  if (feed->source != format.id) std::abort();
  const auto place = [](const catalog::PriceObservation& o) {
    return std::tie(o.vendor, o.model, o.field, o.native);
  };
  for (std::size_t i = 0; i < feed->observations.size(); ++i) {
    const catalog::PriceObservation& seen = feed->observations[i];
    if (i > 0 && !(place(feed->observations[i - 1]) < place(seen))) std::abort();
    if (seen.native.empty() || seen.field.above_input_tokens < 0) std::abort();
    if (seen.price && (seen.price->nano_usd < 0 || seen.price->atto_usd < 0)) std::abort();
    const auto again = catalog::parse_price_field(catalog::to_string(seen.field));
    if (!again.ok() || again.value() != seen.field) std::abort();
  }
  for (const io::RejectedEntry& entry : feed->rejected) {
    if (entry.reason.empty()) std::abort();
  }
  const auto again = format.read(bytes, options);
  if (!again.ok() || again->observations.size() != feed->observations.size()) std::abort();
  return 0;
}
