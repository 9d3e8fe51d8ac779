// claim.hpp — does a published comparison of an API with one's own GPUs follow from its own inputs?
//
// Units    USD a month of 730 h; tokens per million for prices. A GPU's stated memory is read as
//          GiB (2^30), the generous reading, and weights as parameters x bits / 8.
// Shape    Every figure that the inputs determine is computed again, exactly: "right.*". Where one
//          input that would settle a figure is missing but bounds it, the figure is an interval;
//          where it is wide open, the check says what is missing. Nothing is assumed. A claimed
//          figure that does not follow is compared with what the usual mistakes would give
//          ("mistake.*"): the ones that reproduce it are flaws, beside those that show in the
//          inputs alone.
//          Worked: 2.50 USD/h at 700 tokens/s is 0.992 USD per million at full load and 9.92 at
//          10 %; 4 x 3.98 USD/h x 730 h = 11 621.60 USD, and 380 is one day of it (tests:
//          GpuPerMillion, ADayTakenForAMonth).
// Sources  docs/formats/claim.md lists the inputs, the figures and every rule.
// Errors   not_found for an accelerator or model that the catalogue does not have;
//          invalid_argument when nothing is claimed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/siblings/answer.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {

[[nodiscard]] std::span<const Field> claim_fields();

enum class Outcome : std::uint8_t {
  exact,         ///< equal to the last digit
  rounded,       ///< equal as far as its own digits go
  possible,      ///< inside the interval that the inputs leave
  wrong,         ///< contradicts the inputs
  cannot_check,  ///< an input is missing
};
[[nodiscard]] std::string_view to_string(Outcome outcome);

/// One claimed figure against the recomputed one.
struct ClaimCheck {
  std::string name;  ///< "claims.gpu_usd_per_month"
  std::string title;
  std::string unit;
  std::string claimed;  ///< as written
  Outcome outcome = Outcome::cannot_check;
  std::string right_low;              ///< figure; empty: unbounded below, or not known
  std::string right_high;             ///< figure; the same as right_low where the figure is exact
  std::optional<double> off_percent;  ///< of the right figure, when wrong
  std::vector<std::string> missing;   ///< inputs that would settle it
  std::string sentence;
};

/// A usual mistake, and why this claim has it.
struct ClaimFlaw {
  std::string id;
  std::string title;
  bool reproduces = false;  ///< true: gives the claimed figure; false: shows in the inputs
  std::string claim;        ///< the claimed figure concerned; may be empty
  std::string reason;
  std::string arithmetic;
  std::string figure;  ///< the figure that shows it, such as "mistake.x"; may be empty
  std::string right;   ///< what is right, in words with its amount; may be empty
};

enum class ClaimVerdict : std::uint8_t { holds, flawed, does_not_follow, cannot_tell };
[[nodiscard]] std::string_view to_string(ClaimVerdict verdict);

struct ClaimAnswer {
  explicit ClaimAnswer(Inputs given) : inputs(std::move(given)), sheet(inputs) {}
  Inputs inputs;
  Sheet sheet;
  ClaimVerdict verdict = ClaimVerdict::cannot_tell;
  std::string sentence;
  std::vector<ClaimCheck> checks;
  std::vector<ClaimFlaw> flaws;
};

[[nodiscard]] Result<ClaimAnswer> check_claim(const Inputs& inputs,
                                              const catalog::Catalog& catalog);

/// The same for shells: tables "checks", "flaws", "at_load".
[[nodiscard]] Answer answer_of(ClaimAnswer claim);

/// Half a step of a number's last digit that is not zero, but at most 1 % of it: what writing it so
/// allows. "0.992" -> 0.0005, "11600" -> 50, "380" -> 3.8.
[[nodiscard]] double rounding_of(std::string_view number);

}  // namespace breakeven::siblings
