// feed.hpp — what one price source says, brought to our names, with everything that was not used.
//
// Units    USD per million tokens, or per thousand calls (catalog::info(unit).per), exact.
// Shape    A Feed is the whole of one document. Observations are ordered by vendor, model, field and
//          native place, and no two share all four: that is what a change is told by
//          (registry/diff.hpp). A source may state one field in two places; both are kept.
//          `native` names the place by the source's own keys, never by a line or an index, so that it
//          is the same in the next document.
//          What a source says in words of its own (provider, tier operator, the name of a mode) is
//          brought to ours by a PriceBook; without one it stays as written.
// Sources  docs/formats/feeds.md: keys, units, traps, licence of each feed.
// Errors   A document that is not in the feed's format is an error that names the place. An entry
//          that cannot be used is in `rejected`; a price key that has no unit of ours is counted in
//          `unknown_keys`. Nothing is dropped without a trace.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::io {

/// An entry that was read and not used.
struct RejectedEntry {
  std::string place;   ///< the source's keys, as in PriceObservation::native
  std::string reason;  ///< one sentence
  friend bool operator==(const RejectedEntry&, const RejectedEntry&) = default;
};

/// A price that a source dates after the day for which it was read. It may still be cancelled.
struct AnnouncedPrice {
  Date from;
  catalog::PriceObservation observation;
};

struct Feed {
  std::string source;  ///< id: "litellm", "models.dev", ...
  std::vector<catalog::PriceObservation> observations;
  std::vector<AnnouncedPrice> announced;
  std::vector<RejectedEntry> rejected;
  std::map<std::string, std::int64_t> unknown_keys;  ///< price key -> times seen
  std::int64_t models = 0;                           ///< entries that are a model with any price
  std::int64_t zero_prices = 0;                      ///< observations of zero: free, or unknown
  std::int64_t without_figure = 0;                   ///< observations without a price
};

struct FeedOptions {
  const catalog::PriceBook* book = nullptr;  ///< our vendors and their conventions
  /// The day for which dated entries are read; none: every dated entry has begun.
  std::optional<Date> on;
};

[[nodiscard]] Result<Feed> read_litellm(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_models_dev(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_genai_prices(std::string_view bytes,
                                             const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_openrouter(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_portkey(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_langfuse(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_llmrates(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_llm_pricing_history(std::string_view bytes,
                                                    const FeedOptions& options = {});
/// The offers AmazonBedrock, AmazonBedrockFoundationModels and AmazonBedrockService.
[[nodiscard]] Result<Feed> read_aws_offer(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_aws_models(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_aws_service(std::string_view bytes,
                                            const FeedOptions& options = {});
/// Vendors' own pages, in Markdown (DeepSeek's in HTML). A page that no longer has the shape that its
/// reader was written for is an error that names what changed.
[[nodiscard]] Result<Feed> read_openai_page(std::string_view bytes,
                                            const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_anthropic_page(std::string_view bytes,
                                               const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_google_page(std::string_view bytes,
                                            const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_xai_page(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_deepseek_page(std::string_view bytes,
                                              const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_perplexity_page(std::string_view bytes,
                                                const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_groq_page(std::string_view bytes, const FeedOptions& options = {});
[[nodiscard]] Result<Feed> read_together_page(std::string_view bytes,
                                              const FeedOptions& options = {});

/// A format by its id, for commands and settings.
struct FeedFormat {
  std::string_view id;     ///< also Feed::source
  std::string_view title;  ///< for people
  std::string_view url;    ///< where the document is published
  std::string_view licence;
  std::string_view vendor;  ///< whose own word it is; empty: a registry, for comparison only
  Result<Feed> (*read)(std::string_view, const FeedOptions&);
};
[[nodiscard]] const std::vector<FeedFormat>& feed_formats();
/// Or a not_found error with the formats there are.
[[nodiscard]] Result<const FeedFormat*> feed_format(std::string_view id);

}  // namespace breakeven::io
