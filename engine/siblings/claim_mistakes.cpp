// What each usual mistake would have made of a figure.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"
#include "engine/siblings/claim.hpp"
#include "engine/siblings/claim_figures.hpp"
#include "engine/siblings/claim_flaws.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {
namespace {

using Terms = std::vector<Exact>;

/// A rule's identity and its words.
struct Rule {
  std::string_view id;
  std::string_view title;
  std::string_view reason;
};

constexpr Rule kScaledRent{
    "rent-scaled-by-utilisation", "The rent is scaled by utilisation",
    "A rented GPU is paid for whether it works or not: utilisation changes what a token costs, not "
    "what the machine costs."};
constexpr Rule kIdle{"idle-left-out", "Idle hours are left out",
                     "The figure divides by what the fleet serves at full load, not by what it is "
                     "said to serve."};
constexpr Rule kHours{"hours-mixed-up", "The period is mixed up",
                      "A month is 730 hours (8,760 a year over 12); the claimed figure is that of "
                      "another period."};
constexpr Rule kNode{"per-gpu-per-node", "One GPU and the whole fleet are mixed up",
                     "A rate of one GPU was set against a cost of the fleet, or the other way "
                     "round."};
constexpr Rule kPart{
    "part-of-a-node", "Part of a node is rented",
    "Nodes are rented whole: GPUs that fill none of the last one are paid for too."};
constexpr Rule kPeople{"people-left-out", "People are left out",
                       "The inputs name what people cost; the claimed figure does not contain it."};
constexpr Rule kTooling{"tooling-left-out", "Tooling is left out",
                        "The inputs name what tooling costs; the claimed figure does not contain "
                        "it."};
constexpr Rule kBlended{"blended-price", "One price is taken for all tokens",
                        "Input and output have prices of their own; one price for both is right "
                        "only for the mix it was made for."};
constexpr Rule kSwapped{"prices-swapped", "Input and output prices are swapped",
                        "The input price was multiplied by the output and the other way round."};
constexpr Rule kCachedOutput{"cached-discount-on-output", "The cache discount is applied to output",
                             "A cache makes repeated input cheaper; output is generated anew and "
                             "billed in full."};
constexpr Rule kAllCached{"all-input-cached", "All input is billed as cached",
                          "Only the cached share of the input has the cached price."};
constexpr Rule kNoCache{"cache-left-out", "The cache is left out",
                        "The inputs say which share of the input is cached; the claimed figure "
                        "bills all of it in full."};
constexpr Rule kBatchAll{"batch-on-everything", "The batch discount is applied to everything",
                         "Only the batch share of the requests has the discount."};
constexpr Rule kTokens{"tokens-left-out", "Input or output is left out",
                       "A bill has both the tokens that go in and those that come out."};
constexpr Rule kThousand{"slip-of-1000", "A slip of 1000",
                         "Thousands, millions or the unit of the price were mixed up."};
constexpr Rule kSign{"sign-turned", "The sign is turned",
                     "What costs less was taken for what costs more."};
constexpr Rule kBase{"wrong-base", "The share is of the wrong total",
                     "A saving is a share of what is paid today, not of what would be paid "
                     "instead."};
constexpr Rule kGib{"gb-gib", "GB and GiB are mixed up",
                    "A GB is 10^9 bytes, a GiB 2^30: 7.4 % more."};
constexpr Rule kBits{"bits-and-bytes", "The size of a weight is wrong",
                     "A weight of 16 bits takes 2 bytes, one of 8 bits 1, one of 4 bits a half."};
constexpr Rule kGross{"gross-saving", "The saving is gross",
                      "A migration is paid back by what is saved after everything else is paid."};

class Search {
 public:
  Search(const ClaimCheck& check, const Inputs& inputs, const ClaimBasis& basis, Sheet& sheet)
      : check_(check),
        claimed_(*inputs.get(check.name)),
        in_(inputs),
        b_(basis),
        s_(sheet),
        claim_(check.name.substr(check.name.find('.') + 1)),
        right_(check.right_low.empty() ? check.right_high : check.right_low) {}

  std::optional<ClaimFlaw> run() {
    if (claim_ == "gpu_usd_per_month") rent();
    if (claim_ == "api_usd_per_month") bill("api");
    if (claim_ == "other_api_usd_per_month") bill("other_api");
    if (claim_ == "gpu_usd_per_mtok" || claim_ == "self_host_usd_per_mtok") per_million();
    if (claim_ == "api_usd_per_mtok") api_price();
    if (claim_ == "self_host_usd_per_month") self_host();
    if (claim_.starts_with("saving")) saving();
    if (claim_ == "break_even_tokens_per_month") break_even();
    if (claim_ == "payback_months") payback();
    if (claim_ == "weights_gb") weights();
    if (claim_ == "capacity_tokens_per_month") capacity();
    if (claim_ != "saving_share" && claim_ != "payback_months" && claim_ != "weights_gb") slips();
    return std::move(found_);
  }

 private:
  /// A candidate: adds the flaw when it gives the claimed figure and none was found before.
  void candidate(const Rule& rule, const std::vector<std::string>& with, const std::string& formula,
                 const Sheet::Formula& function) {
    if (found_) return;
    Terms terms;
    for (const std::string& name : with) {
      if (!s_.has(name)) return;
      terms.push_back(s_[name]);
    }
    const Exact value = function(terms);
    if (!std::isfinite(value.estimate()) || !says(claimed_, value)) return;
    ClaimFlaw flaw;
    flaw.id = rule.id;
    flaw.title = rule.title;
    flaw.reproduces = true;
    flaw.claim = check_.name;
    flaw.reason = rule.reason;
    flaw.figure = "mistake." + flaw.id + "." + claim_;
    s_.add(flaw.figure, flaw.title, check_.unit, formula, with, function);
    flaw.arithmetic = s_.arithmetic(flaw.figure);
    if (s_.has(right_)) flaw.right = s_.arithmetic(right_);
    found_ = std::move(flaw);
  }
  /// A multiple of the right figure, such as x 12.
  void multiple(const Rule& rule, std::int64_t top, std::int64_t bottom) {
    std::string formula = right_;
    if (top != 1) formula += " x " + std::to_string(top);
    if (bottom != 1) formula += " / " + std::to_string(bottom);
    candidate(rule, {right_}, formula,
              [=](const Terms& x) { return x[0] * Exact::ratio(top, bottom); });
  }
  void product(const Rule& rule, const std::string& by) {
    candidate(rule, {right_, by}, right_ + " x " + by, [](const Terms& x) { return x[0] * x[1]; });
  }
  void share_of(const Rule& rule, const std::string& by) {
    candidate(rule, {right_, by}, right_ + " / " + by,
              [](const Terms& x) { return x[1].sign() == 0 ? Exact() : x[0] / x[1]; });
  }
  void without(const Rule& rule, const std::string& line) {
    candidate(rule, {right_, line}, right_ + " - " + line,
              [](const Terms& x) { return x[0] - x[1]; });
  }
  void plus(const Rule& rule, const std::string& line) {
    candidate(rule, {right_, line}, right_ + " + " + line,
              [](const Terms& x) { return x[0] + x[1]; });
  }
  void is(const Rule& rule, const std::string& figure) {
    candidate(rule, {figure}, figure, [](const Terms& x) { return x[0]; });
  }
  [[nodiscard]] std::string rent_month() const { return b_.span("gpu_usd_per_month").low; }

  void rent() {
    product(kScaledRent, "gpu.utilisation");
    for (const std::int64_t hours : {24, 168, 720, 744, 672, 176, 160, 8'760, 1}) {
      candidate(kHours, {b_.rent_per_hour}, b_.rent_per_hour + " x " + std::to_string(hours),
                [=](const Terms& x) { return x[0] * hours; });
    }
    candidate(kPart, {"gpu.count", "gpu.gpus_per_node", "gpu.usd_per_node_hour", b_.hours},
              "gpu.count / gpu.gpus_per_node x gpu.usd_per_node_hour x " + b_.hours,
              [](const Terms& x) { return x[0] / x[1] * x[2] * x[3]; });
    candidate(kNode, {"gpu.usd_per_node_hour", b_.hours}, "gpu.usd_per_node_hour x " + b_.hours,
              [](const Terms& x) { return x[0] * x[1]; });
    share_of(kNode, "gpu.count");
    share_of(kNode, "gpu.gpus_per_node");
    product(kNode, "gpu.gpus_per_node");
    candidate(kHours, {"gpu.usd_per_gpu_hour"}, "gpu.usd_per_gpu_hour x 24",
              [](const Terms& x) { return x[0] * 24; });
  }

  /// Tokens at one price each: (input x a + output x b) / 1e6.
  void tokens_at(const Rule& rule, const std::string& a, const std::string& b) {
    candidate(
        rule, {b_.input_tokens, a, b_.output_tokens, b},
        "(" + b_.input_tokens + " x " + a + " + " + b_.output_tokens + " x " + b + ") / 1000000",
        [](const Terms& x) { return (x[0] * x[1] + x[2] * x[3]) / 1'000'000; });
  }
  /// All tokens at a mean of both prices, the input's weight over the output's 1.
  void blended(const std::string& p, std::int64_t weight, bool million) {
    const std::string input = p + ".input_usd_per_mtok";
    const std::string output = p + ".output_usd_per_mtok";
    const std::string mean = "(" + std::to_string(weight) + " x " + input + " + " + output +
                             ") / " + std::to_string(weight + 1);
    if (million) {
      candidate(kBlended, {input, output}, mean,
                [=](const Terms& x) { return (x[0] * weight + x[1]) / (weight + 1); });
      return;
    }
    candidate(
        kBlended, {b_.tokens, input, output}, b_.tokens + " x " + mean + " / 1000000",
        [=](const Terms& x) { return x[0] * (x[1] * weight + x[2]) / (weight + 1) / 1'000'000; });
  }

  void bill(const std::string& p) {
    const std::string input = p + ".input_usd_per_mtok";
    const std::string output = p + ".output_usd_per_mtok";
    const std::string cached = p + ".cached_input_usd_per_mtok";
    const std::string share = p + ".cached_share";
    if (s_.has(share) && s_[share].sign() > 0 && s_.has(input) && s_[input].sign() > 0) {
      candidate(kCachedOutput, {b_.input_tokens, input, b_.output_tokens, output, share, cached},
                "(" + b_.input_tokens + " x " + input + " + " + b_.output_tokens + " x " + output +
                    ") / 1000000 x (1 - " + share + " x (1 - " + cached + " / " + input + "))",
                [](const Terms& x) {
                  return (x[0] * x[1] + x[2] * x[3]) / 1'000'000 *
                         (Exact(1) - x[4] * (Exact(1) - x[5] / x[1]));
                });
      candidate(
          kCachedOutput, {b_.tokens, input, cached, share, b_.output_tokens, output},
          "((1 - " + share + ") x (" + b_.output_tokens + " x " + output + " + (" + b_.tokens +
              " - " + b_.output_tokens + ") x " + input + ") + " + share + " x " + b_.tokens +
              " x " + cached + ") / 1000000",
          [](const Terms& x) {
            return ((Exact(1) - x[3]) * (x[4] * x[5] + (x[0] - x[4]) * x[1]) + x[3] * x[0] * x[2]) /
                   1'000'000;
          });
      tokens_at(kNoCache, input, output);
    }
    tokens_at(kAllCached, cached, output);
    tokens_at(kSwapped, output, input);
    tokens_at(kBlended, input, input);
    tokens_at(kBlended, output, output);
    blended(p, 1, false);
    blended(p, 3, false);
    candidate(
        kBatchAll, {b_.input_tokens, input, b_.output_tokens, output, p + ".batch_discount"},
        "(" + b_.input_tokens + " x " + input + " + " + b_.output_tokens + " x " + output +
            ") / 1000000 x (1 - " + p + ".batch_discount)",
        [](const Terms& x) { return (x[0] * x[1] + x[2] * x[3]) / 1'000'000 * (Exact(1) - x[4]); });
    is(kTokens, "right." + p + ".input_usd");
    is(kTokens, "right." + p + ".output_usd");
    candidate(kHours, {right_, "month.days"}, right_ + " / month.days",
              [](const Terms& x) { return x[0] / x[1]; });
    candidate(kHours, {right_, "month.days"}, right_ + " / month.days x 30",
              [](const Terms& x) { return x[0] / x[1] * 30; });
    multiple(kHours, 12, 1);
  }

  void per_million() {
    const bool all = claim_ == "self_host_usd_per_mtok";
    if (all) is(kPeople, "right.gpu_usd_per_mtok");
    is(kIdle, "right.gpu_usd_per_mtok.full");
    product(kScaledRent, "gpu.utilisation");
    product(kNode, "gpu.count");
    share_of(kNode, "gpu.count");
    product(kNode, "gpu.gpus_per_node");
    share_of(kNode, "gpu.gpus_per_node");
    multiple(kHours, 60, 1);
    multiple(kHours, 1, 60);
    multiple(kHours, 3'600, 1);
    multiple(kHours, 1, 3'600);
  }

  void api_price() {
    blended("api", 1, true);
    blended("api", 3, true);
    is(kBlended, "api.input_usd_per_mtok");
    is(kBlended, "api.output_usd_per_mtok");
  }

  void self_host() {
    without(kPeople, b_.people);
    is(kPeople, rent_month());
    without(kTooling, "tooling.usd_per_month");
    rent_scaled(false);
    for (const std::int64_t hours : {24, 720}) {
      candidate(
          kHours, {right_, rent_month(), b_.rent_per_hour},
          right_ + " - " + rent_month() + " + " + b_.rent_per_hour + " x " + std::to_string(hours),
          [=](const Terms& x) { return x[0] - x[1] + x[2] * hours; });
    }
    multiple(kHours, 12, 1);
  }

  /// The figure with the rent scaled by utilisation: costs fall, savings rise.
  void rent_scaled(bool saving) {
    const std::string sign = saving ? " + " : " - ";
    candidate(kScaledRent, {right_, rent_month(), "gpu.utilisation"},
              right_ + sign + rent_month() + " x (1 - gpu.utilisation)", [=](const Terms& x) {
                const Exact idle = x[1] * (Exact(1) - x[2]);
                return saving ? x[0] + idle : x[0] - idle;
              });
  }

  void saving() {
    if (claim_ == "saving_share") {
      const std::string month = b_.span("saving_usd_per_month").low;
      const bool own = in_.has_any("gpu");
      const std::string paid =
          b_.span(own ? "self_host_usd_per_month" : "other_api_usd_per_month").low;
      candidate(kBase, {month, paid}, month + " / " + paid,
                [](const Terms& x) { return x[1].sign() == 0 ? Exact() : x[0] / x[1]; });
      return;
    }
    const bool year = claim_ == "saving_usd_per_year";
    multiple(kSign, -1, 1);
    if (!year) {
      plus(kPeople, b_.people);
      candidate(kPeople, {"api.usd_per_month", rent_month()}, "api.usd_per_month - " + rent_month(),
                [](const Terms& x) { return x[0] - x[1]; });
      plus(kTooling, "tooling.usd_per_month");
      rent_scaled(true);
    } else {
      candidate(kPeople, {right_, b_.people}, right_ + " + " + b_.people + " x 12",
                [](const Terms& x) { return x[0] + x[1] * 12; });
    }
    multiple(kHours, year ? 1 : 12, year ? 12 : 1);
  }

  void break_even() {
    const std::string self = b_.span("self_host_usd_per_month").low;
    const std::string price = b_.span("api_usd_per_mtok").low;
    const auto at = [&](const Rule& rule, const std::string& fixed, const std::string& per) {
      candidate(rule, {fixed, per}, fixed + " / " + per + " x 1000000", [](const Terms& x) {
        return x[1].sign() == 0 ? Exact() : x[0] / x[1] * 1'000'000;
      });
    };
    at(kPeople, rent_month(), price);
    at(kBlended, self, "api.output_usd_per_mtok");
    at(kBlended, self, "api.input_usd_per_mtok");
    at(kPeople, rent_month(), "api.output_usd_per_mtok");
    at(kPeople, rent_month(), "api.input_usd_per_mtok");
    product(kScaledRent, "gpu.utilisation");
  }

  void payback() {
    const std::string month = b_.span("saving_usd_per_month").low;
    candidate(kGross, {"migration.usd", month, b_.people},
              "migration.usd / (" + month + " + " + b_.people + ")", [](const Terms& x) {
                const Exact gross = x[1] + x[2];
                return gross.sign() == 0 ? Exact() : x[0] / gross;
              });
    const std::string bill = b_.span("api_usd_per_month").low;
    candidate(kGross, {"migration.usd", bill}, "migration.usd / " + bill,
              [](const Terms& x) { return x[1].sign() == 0 ? Exact() : x[0] / x[1]; });
  }

  void weights() {
    candidate(kGib, {right_}, right_ + " / 1.073741824",
              [](const Terms& x) { return x[0] * Exact::ratio(1'000'000'000, 1'073'741'824); });
    for (const std::int64_t bits : {4, 8, 16, 32}) {
      candidate(kBits, {"model.parameters_b"},
                "model.parameters_b x " + std::to_string(bits) + " / 8",
                [=](const Terms& x) { return x[0] * bits / 8; });
    }
    multiple(kBits, 8, 1);
  }

  void capacity() {
    product(kIdle, "gpu.utilisation");
    product(kNode, "gpu.count");
    share_of(kNode, "gpu.count");
    multiple(kHours, 12, 1);
    candidate(kHours, {b_.fleet_rate}, b_.fleet_rate + " x 86400",
              [](const Terms& x) { return x[0] * 86'400; });
  }

  void slips() {
    for (const std::int64_t step : {1'000, 1'000'000}) {
      multiple(kThousand, step, 1);
      multiple(kThousand, 1, step);
    }
  }

  const ClaimCheck& check_;
  const Inputs::Given& claimed_;
  const Inputs& in_;
  const ClaimBasis& b_;
  Sheet& s_;
  std::string claim_;
  std::string right_;
  std::optional<ClaimFlaw> found_;
};

}  // namespace

double rounding_of(std::string_view number) {
  const auto value = parse_double(number);
  if (!value.ok() || *value == 0) return 0;
  std::string_view digits = number;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  const std::size_t point = std::min(digits.find('.'), digits.size());
  std::size_t last = digits.size() - 1;
  // Zeros behind a point were written on purpose; those of a whole number round it.
  while (point == digits.size() && digits[last] == '0') --last;
  const auto from_point = static_cast<int>(point) - static_cast<int>(last);
  int exponent = last < point ? from_point - 1 : from_point;
  double step = 1;
  for (; exponent > 0; --exponent) step *= 10;
  for (; exponent < 0; ++exponent) step /= 10;
  return std::min(step / 2, std::fabs(*value) / 100);
}

bool says(const Inputs::Given& claimed, const Exact& value) {
  const Exact said = Exact::of(claimed.value);
  if (compare(said, value) == 0) return true;
  // A step is a decimal: what lies on its edge must not fall off by a bit of a double.
  const double slack = rounding_of(claimed.text) * (1 + 1e-12);
  return std::fabs((said - value).estimate()) <= slack;
}

std::optional<ClaimFlaw> mistake_behind(const ClaimCheck& check, const Inputs& inputs,
                                        const ClaimBasis& basis, Sheet& sheet) {
  return Search(check, inputs, basis, sheet).run();
}

}  // namespace breakeven::siblings
