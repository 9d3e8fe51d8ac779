// price_book.hpp — API prices by vendor, model, meter, mode, context tier, calendar and date.
//
// Units    USD per million tokens, or per thousand calls (catalog::info(unit).per).
// Shape    Built from the files under prices/ (catalog/prices/SCHEMA.md). resolve() turns rows into
//          a RateCard: one rate per unit with its context tiers, for one mode at one instant. Cards
//          know how long they hold, so that bulk pricing resolves once per model, mode and period.
//          Pointers and references handed out live as long as the PriceBook and survive moving it.
// Sources  Every row carries source and date; a rate remembers the row it came from.
// Errors   Bad rows as file:line:column. Unknown models with near matches. Nothing in effect at an
//          instant, or no such mode: not_found / unsupported with what there is.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/billing_unit.hpp"
#include "engine/catalog/named_text.hpp"

namespace breakeven::catalog {

/// How sure a price is.
enum class PriceKind : std::uint8_t {
  published,  ///< a vendor page or price list says so
  inferred,   ///< computed by a named rule from published prices
  contested,  ///< sources of equal standing disagree; the newest evidence is used and flagged
  unknown     ///< nobody publishes it: an interval from nothing to the price of its whole
};
[[nodiscard]] std::string_view to_string(PriceKind kind);

/// How a call was served.
enum class Mode : std::uint8_t { standard, batch, flex, priority, fast };
[[nodiscard]] std::string_view to_string(Mode mode);
[[nodiscard]] Result<Mode> parse_mode(std::string_view text);

/// One row of a price file.
struct PriceRow {
  BillingUnit unit = BillingUnit::input;
  Mode mode = Mode::standard;
  std::int64_t above_input_tokens = 0;  ///< 0 = every request; whole request, by total input
  bool inclusive = false;               ///< true: at the threshold already (>=); false: above it
  enum class When : std::uint8_t { always, peak, offpeak } when = When::always;
  std::int64_t from_s = std::numeric_limits<std::int64_t>::min();  ///< in effect from, seconds UTC
  std::int64_t to_s = std::numeric_limits<std::int64_t>::max();    ///< until, exclusive
  Price price;
  PriceKind kind = PriceKind::published;
  std::string rule;  ///< id in rules.csv; empty when published
  std::string source;
  std::string source_date;
  std::string place;  ///< file:line
};

/// A price as it applies: [low, high], equal unless the kind is unknown.
struct Quote {
  Price low;
  Price high;
  PriceKind kind = PriceKind::published;
  std::string_view rule;          ///< empty, or the id of the rule that made this figure
  const PriceRow* row = nullptr;  ///< null for rates that the caller declared
};

/// A unit's price with its context tiers, thresholds rising.
struct UnitRate {
  struct Tier {
    std::int64_t above_input_tokens = 0;
    bool inclusive = false;
    Quote quote;
  };
  Quote base;
  std::vector<Tier> tiers;

  /// The quote for a prompt of `input_tokens` (cached tokens included).
  [[nodiscard]] const Quote& at(std::int64_t input_tokens) const {
    const Quote* best = &base;
    for (const Tier& tier : tiers) {
      if (tier.inclusive ? input_tokens >= tier.above_input_tokens
                         : input_tokens > tier.above_input_tokens) {
        best = &tier.quote;
      }
    }
    return *best;
  }
};

/// Everything a call can be billed at, for one model, mode, place and instant.
struct RateCard {
  PerUnit<std::optional<UnitRate>> rates;
  /// [valid_from_s, valid_to_s): instants for which resolve() gives this same card.
  std::int64_t valid_from_s = std::numeric_limits<std::int64_t>::min();
  std::int64_t valid_to_s = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> notes;  ///< what the reader of a bill should know, once per card
};

/// A billed model.
struct PricedModel {
  std::string vendor;
  std::string name;
  std::int64_t context_window = 0;        ///< 0 = unknown
  std::int64_t max_output = 0;            ///< 0 = unknown
  std::int64_t min_cacheable_tokens = 0;  ///< 0 = unknown; a shorter prefix is never cached
  std::vector<PriceRow> rows;             ///< in file order
  [[nodiscard]] std::string id() const { return vendor + "/" + name; }
};

/// A named rule by which a price that nobody publishes is computed.
struct PriceRule {
  std::string id;
  std::string scope;  ///< in words
  std::string reason;
  std::string formula;     ///< price_rule.hpp; empty: a rule that gives no figure of its own
  std::string applies_to;  ///< price_rule.hpp; empty = every model
  std::int64_t from_s = std::numeric_limits<std::int64_t>::min();  ///< held from, seconds UTC
  std::int64_t to_s = std::numeric_limits<std::int64_t>::max();    ///< until, exclusive
  std::string source;
  std::string source_date;
};

/// What resolve() is asked for.
struct RateQuery {
  Mode mode = Mode::standard;
  std::string_view residency;  ///< "us", "eu", ...; empty or "global" = none
  std::optional<Instant> at;   ///< none: the book's newest fact, and peak and off-peak as interval
};

/// The place of processing that a model's name implies: kBedrockRegion for the id of a Bedrock
/// profile that keeps requests in a geography ("us.anthropic.claude-...") or in one region
/// ("anthropic.claude-..."), else nothing ("global.anthropic.claude-...", "claude-...").
[[nodiscard]] std::string_view place_in_name(std::string_view model);
inline constexpr std::string_view kBedrockRegion = "bedrock-region";

class PriceBook {
 public:
  PriceBook();
  ~PriceBook();
  PriceBook(PriceBook&&) noexcept;
  PriceBook& operator=(PriceBook&&) noexcept;
  PriceBook(const PriceBook&) = delete;
  PriceBook& operator=(const PriceBook&) = delete;

  /// Reads every file whose name starts with "prices/"; others are ignored. The first mistake is
  /// the error.
  [[nodiscard]] static Result<PriceBook> load(std::span<const NamedText> files);
  /// Every mistake of the files, in their order.
  [[nodiscard]] static std::vector<Error> mistakes(std::span<const NamedText> files);

  /// This book with the rows of `priced` in place of its own; names and limits stay. Rules, factors
  /// and calendars become those of `rules` (no texts: they stay too) that a source had stated by
  /// `known_at`; factors and entries of a later date are left out. A model that is not among `priced` keeps its name and has no price; one that
  /// the book does not have is added after the others of its vendor. newest() becomes the date of the newest row, or that of the
  /// book when that is later, but never later than `known_at`.
  [[nodiscard]] PriceBook with_prices(std::vector<PricedModel> priced, Instant known_at,
                                      std::span<const NamedText> rules = {}) const;

  /// The texts of prices/rules.csv, factors.csv and calendar.csv: how prices are made that nobody
  /// publishes.
  [[nodiscard]] std::span<const NamedText> rule_files() const;
  /// Every mistake of such texts, in their order.
  [[nodiscard]] static std::vector<Error> rule_mistakes(std::span<const NamedText> files);

  /// Ordered by vendor, then as in the files.
  [[nodiscard]] std::span<const PricedModel> models() const;
  [[nodiscard]] std::span<const PriceRule> rules() const;
  [[nodiscard]] std::size_t row_count() const;
  /// Date of the newest source: what "now" means when a call has no timestamp.
  [[nodiscard]] Date newest() const;

  /// By "vendor/model", by model alone, or by the name that a cloud or gateway gives it
  /// ("claude-sonnet-4-5-20250929", "us.anthropic.claude-sonnet-4-6-v1:0", "models/gemini-2.5-pro",
  /// "openrouter/openai/gpt-5.4") or people do ("Claude Sonnet 4.6", "sonnet-4-6"). `vendor` may be
  /// empty.
  [[nodiscard]] Result<const PricedModel*> find(std::string_view vendor,
                                                std::string_view model) const;
  [[nodiscard]] Result<const PricedModel*> find(std::string_view id) const { return find({}, id); }

  [[nodiscard]] Result<RateCard> resolve(const PricedModel& model, const RateQuery& query) const;

  /// "anthropic" for "Anthropic", "claude", "aws-anthropic"; the text itself when unknown.
  [[nodiscard]] std::string vendor_id(std::string_view name) const;

  struct Data;

 private:
  std::unique_ptr<const Data> data_;
};

}  // namespace breakeven::catalog
