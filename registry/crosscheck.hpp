// crosscheck.hpp — our book beside a community registry, and who is believed where sources differ.
//
// Units    Differences in percent of our figure.
// Shape    crosscheck() compares field by field and never changes anything. Sources are not counted
//          as votes: in 2026-08 three registries with a stale DeepSeek price stood against two with
//          the right one, and four against one on GPT-5.6 Sol. rank() orders claims by the kind of
//          their evidence, then by its date; sources with a common origin are one piece of evidence.
// Sources  docs/methodology/audit.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"
#include "registry/dated_price.hpp"

namespace breakeven::registry {

/// What a claim about a price rests on, best first.
enum class EvidenceKind : std::uint8_t {
  vendor_feed,  ///< the vendor's price list for machines
  vendor_page,  ///< the vendor's page, read
  reading,      ///< somebody's dated reading of the vendor's page
  registry,     ///< a community registry, which does not say what it rests on
  convention    ///< a rule: nobody published it
};
[[nodiscard]] std::string_view to_string(EvidenceKind kind);
/// From the words of a source: "LiteLLM 2026-08-22" is a registry, "platform.claude.com pricing" a
/// page. A registry beside which a vendor page is named stays a registry.
[[nodiscard]] EvidenceKind evidence_kind(std::string_view source, catalog::PriceKind kind);

/// One source's figure for a field.
struct Claim {
  std::string source;
  std::string origin;  ///< what it copies from, when that is known; else the source itself
  EvidenceKind kind = EvidenceKind::registry;
  Date date;
  Price price;
};

/// Which claim is believed, and why.
struct Ruling {
  std::size_t believed = 0;     ///< position among the claims
  std::size_t independent = 1;  ///< origins that say the same
  std::size_t against = 0;      ///< origins that say otherwise
  bool contested = false;       ///< evidence of the same kind and date says otherwise
  std::string reason;
};

/// `claims` must not be empty.
[[nodiscard]] Ruling rank(std::span<const Claim> claims, Rational tolerance);

enum class Verdict : std::uint8_t { agree, differs, missing_there, missing_here };
[[nodiscard]] std::string_view to_string(Verdict verdict);

/// One field of one model in both books.
struct Comparison {
  std::string vendor;
  std::string model;  ///< ours
  catalog::PriceField field;
  Verdict verdict = Verdict::agree;
  std::optional<Price> ours;
  std::optional<Price> theirs;
  double percent = 0;      ///< how much theirs lies above ours
  std::string our_source;  ///< with its date
  Date our_date;
  std::string native;         ///< how the registry calls it
  bool ours_believed = true;  ///< by rank()
  std::string reason;
  std::optional<catalog::PriceKind> our_kind;  ///< none: we do not list the field
  std::string our_rule;                        ///< that made our price; may be empty
};

/// The cells of a cross-check by price of ours: a registry may list one model under several names, and
/// then every name is a cell.
struct FieldCounts {
  std::size_t models = 0;         ///< of ours that the registry lists
  std::size_t names = 0;          ///< under which it lists them
  std::size_t agree = 0;          ///< prices that every one of its names agrees with
  std::size_t differs = 0;        ///< prices that some name gives otherwise
  std::size_t missing_there = 0;  ///< no name has a figure
  std::size_t missing_here = 0;
};

struct CrossCheck {
  std::string registry;
  Date date;
  std::vector<Comparison> cells;            ///< in the order of our book, then of the registry
  std::vector<std::string> unknown_models;  ///< of our vendors, and we have no such model
  std::size_t other_sellers = 0;            ///< rows of vendors that we do not list: other offers
  std::size_t count(Verdict verdict) const;
  [[nodiscard]] FieldCounts by_field() const;
};

/// `tolerance` is a share of the larger figure; 0 = equal to the last digit. Models of a registry are
/// brought to ours by PriceBook::find; rows of vendors that our book does not have are other
/// sellers' offers, not other opinions. Only the rows in effect at `at` are compared.
/// `their_kind`: what their figures rest on; a vendor's page in the same form is vendor_page.
[[nodiscard]] CrossCheck crosscheck(const catalog::PriceBook& book, std::string_view registry,
                                    Date date, std::span<const catalog::PriceObservation> theirs,
                                    Instant at, Rational tolerance,
                                    EvidenceKind their_kind = EvidenceKind::registry);

}  // namespace breakeven::registry
