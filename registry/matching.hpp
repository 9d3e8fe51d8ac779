// matching.hpp — which model of the book a name of the wild means, and how sure that is.
//
// Shape    The exact name is better than an alias, an alias better than a pattern (a date, a cloud's
//          prefix, letter case). A name that fits several models is an error with the candidates. A
//          fine-tune is never its base model: it is billed at other rates.
// Errors   not_found with near matches; invalid_argument with candidates when ambiguous; unsupported
//          for a fine-tune, naming its base.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"

namespace breakeven::registry {

struct Match {
  enum class How : std::uint8_t {
    exact,    ///< the book's own name
    pattern,  ///< an alias, a dated snapshot of it, a cloud's or gateway's name, other letter case
  };
  const catalog::PricedModel* model = nullptr;
  How how = How::exact;
};
[[nodiscard]] std::string_view to_string(Match::How how);

/// "ft:gpt-4o-mini:org::id" -> "gpt-4o-mini"; nothing when the name is no fine-tune.
[[nodiscard]] std::string base_of_fine_tune(std::string_view name);

[[nodiscard]] Result<Match> match_model(const catalog::PriceBook& book, std::string_view vendor,
                                        std::string_view name);

/// For rows of a registry: the model that a vendor's row is about, or null. A dated snapshot is our
/// undated model, "latest" too; fine-tunes and whatever else is not plainly the same are null.
[[nodiscard]] const catalog::PricedModel* listed_as(const catalog::PriceBook& book,
                                                    std::string_view vendor, std::string_view name);

}  // namespace breakeven::registry
