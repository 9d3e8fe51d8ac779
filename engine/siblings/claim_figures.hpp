// claim_figures.hpp — every figure that a claim's own inputs determine.
//
// Shape    Internal to the room. Figures are called "right.*"; what they are worth for a claimed
//          figure is a Span: both ends equal where the inputs settle it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {

// Units of the figures.
inline constexpr std::string_view kMonth = "USD/month";
inline constexpr std::string_view kPerMillion = "USD per million tokens";
inline constexpr std::string_view kTokensMonth = "tokens/month";

/// Names of the figures between which a claimed figure must lie; empty: no bound.
struct Span {
  std::string low;
  std::string high;
  std::vector<std::string> missing;  ///< inputs that would settle it
  [[nodiscard]] bool settled() const { return !low.empty() && low == high; }
  [[nodiscard]] bool bounded() const { return !low.empty() || !high.empty(); }
};

/// Spans by the name of the claimed figure: "claims.gpu_usd_per_month".
using Spans = std::map<std::string, Span, std::less<>>;

/// Names of figures that the rules need again; empty where the inputs do not give them.
struct ClaimBasis {
  Spans spans;
  std::string input_tokens;   ///< a month
  std::string output_tokens;  ///< a month
  std::string tokens;         ///< a month
  std::string rent_per_hour;  ///< of the fleet
  std::string hours;          ///< a month that are paid
  std::string fleet_rate;     ///< tokens/s of the fleet at full load
  std::string people;         ///< USD a month
  std::string memory;         ///< of all GPUs, GiB
  [[nodiscard]] const Span& span(const std::string& claim) const;
};

/// The volume and the bills: the first part of right_figures().
void bill_figures(const Inputs& inputs, Sheet& sheet, ClaimBasis& basis);
/// Adds the inputs that are missing for the tokens of a month.
void missing_tokens(const Sheet& sheet, std::vector<std::string>& missing);

/// Computes all of it on the sheet.
[[nodiscard]] ClaimBasis right_figures(const Inputs& inputs, Sheet& sheet);

/// Bits of one weight; 0 for an unknown name.
[[nodiscard]] int bits_of(std::string_view precision);

}  // namespace breakeven::siblings
