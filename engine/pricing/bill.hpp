// bill.hpp — the exact price of one API call.
//
// Units    USD to 1e-15. tokens x nano-USD per million tokens is a whole number of femto-dollars,
//          so a bill never rounds.
// Shape    Inclusion-exclusion: each priced unit bills its count less what its priced parts bill; a
//          unit without a rate is billed inside its whole. The context tier is chosen by total
//          input and holds for the whole request; then the mode, then the residency uplift.
//          Worked: Claude 3.7 Sonnet, input 3, cache write 12 304, output 550 =
//          3 x 3 + 12 304 x 3.75 + 550 x 15 per million = 0.054399 USD (test: AnthropicWorked).
// Sources  facts: the inclusion-exclusion rule of genai-prices; LiteLLM 5443, 6575, 9812 and others
//          are what goes wrong without it.
// Errors   A part above its whole, tokens of a direction that has no rate, an unknown model or
//          mode.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/pricing/usage.hpp"

namespace breakeven::pricing {

/// How sure a bill is: the least sure of the prices in it.
enum class BillKind : std::uint8_t {
  exact,      ///< every price is published, or declared by the caller
  inferred,   ///< some price was computed by a rule
  contested,  ///< some price is disputed between sources
  interval    ///< some price is unknown: only bounds are certain
};
[[nodiscard]] std::string_view to_string(BillKind kind);

/// One line of a bill.
struct BillPart {
  BillingUnit unit = BillingUnit::input;
  std::int64_t quantity = 0;  ///< units of this line, parts with their own rate taken out
  Price low;                  ///< per catalog::info(unit).per
  Price high;
  Usd usd_low;
  Usd usd_high;
  catalog::PriceKind kind = catalog::PriceKind::published;
  std::string rule;                        ///< empty, or the rule that made the price
  const catalog::PriceRow* row = nullptr;  ///< null: a rate that the caller declared
  std::string model;                       ///< "vendor/model", or "declared rates"
};

struct Bill {
  Usd low;
  Usd high;
  BillKind kind = BillKind::exact;
  std::vector<BillPart> parts;
  std::vector<std::string> warnings;
  [[nodiscard]] bool is_interval() const { return low != high; }
};

/// Prices counts that belong to one card. `counts` must be complete_and_check()ed.
[[nodiscard]] Status add_to_bill(const catalog::RateCard& card, const Counts& counts,
                                 std::string_view model, Bill& bill);

/// One call to be priced.
struct CallRequest {
  std::string_view vendor;  ///< may be empty
  std::string_view model;   ///< may be empty when `rates` are given
  std::optional<Instant> at;
  std::optional<catalog::Mode> mode;         ///< overrides what the usage says
  const catalog::RateCard* rates = nullptr;  ///< declared rates: the book is not asked
};

/// Resolved cards by model, mode, place and period: bulk pricing looks a model up once. Not for
/// several threads at once; make one per thread. The book must outlive it.
class Pricer {
 public:
  explicit Pricer(const catalog::PriceBook& book) : book_(&book) {}
  [[nodiscard]] Result<Bill> price(const CallRequest& request, Usage& usage);

 private:
  struct Known {
    std::string vendor;
    std::string model;
    catalog::Mode mode = catalog::Mode::standard;
    std::string residency;
    bool timed = false;
    const catalog::PricedModel* priced = nullptr;
    catalog::RateCard card;
  };
  [[nodiscard]] Result<const Known*> known(std::string_view vendor, std::string_view model,
                                           catalog::Mode mode, std::string_view residency,
                                           std::optional<Instant> at);
  [[nodiscard]] Status add(const CallRequest& request, Usage& usage, std::string_view model,
                           Bill& bill);

  const catalog::PriceBook* book_;
  std::vector<Known> cards_;
};

/// One call without keeping anything.
[[nodiscard]] Result<Bill> price_call(const catalog::PriceBook& book, const CallRequest& request,
                                      Usage usage);

}  // namespace breakeven::pricing
