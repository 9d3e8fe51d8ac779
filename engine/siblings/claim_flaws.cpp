#include "engine/siblings/claim_flaws.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/siblings/claim.hpp"
#include "engine/siblings/claim_figures.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {
namespace {

/// Claims that compare self-hosting with something: they need all of its costs.
constexpr std::array<std::string_view, 8> kComparisons{"claims.self_host_usd_per_month",
                                                       "claims.self_host_usd_per_mtok",
                                                       "claims.saving_usd_per_month",
                                                       "claims.saving_usd_per_year",
                                                       "claims.saving_share",
                                                       "claims.payback_months",
                                                       "claims.break_even_tokens_per_month",
                                                       "claims.cheaper"};

/// Hours of a month that people mean by a month and that is none.
constexpr std::array<std::int64_t, 3> kOddMonths{720, 744, 672};

class Rules {
 public:
  Rules(const Inputs& inputs, const ClaimBasis& basis, Sheet& sheet)
      : in_(inputs), b_(basis), s_(sheet) {}

  std::vector<ClaimFlaw> run() {
    memory();
    capacity();
    break_even();
    peak();
    hours();
    blended();
    people();
    migration();
    return std::move(found_);
  }

 private:
  ClaimFlaw& flaw(std::string id, std::string title, std::string reason) {
    ClaimFlaw one;
    one.id = std::move(id);
    one.title = std::move(title);
    one.reason = std::move(reason);
    return found_.emplace_back(std::move(one));
  }
  [[nodiscard]] std::string words(const std::string& figure) const { return to_words(s_[figure]); }

  void memory() {
    const std::string weights = "right.weights_gb";
    if (!s_.has(weights) || b_.memory.empty()) return;
    const std::string space = words(b_.memory) + " GB (" + s_.arithmetic(b_.memory) + ")";
    if (compare(s_[weights], s_[b_.memory]) > 0) {
      ClaimFlaw& one = flaw("memory-does-not-fit", "The model does not fit",
                            "The weights alone take more than the GPUs have.");
      one.figure = "right.memory_short_gb";
      s_.difference(one.figure, "Memory that is missing for the weights alone", "GB", weights,
                    b_.memory);
      one.arithmetic = s_.arithmetic(weights) + " GB against " + space;
      one.right = words(one.figure) + " GB short before any cache, activations or runtime";
      return;
    }
    // The share that serving engines take of a GPU, 0.9 unless told otherwise.
    s_.add("right.usable_gb", "Memory that a serving engine takes", "GB", b_.memory + " x 0.9",
           {b_.memory}, [](const std::vector<Exact>& x) { return x[0] * Exact::ratio(9, 10); });
    if (compare(s_[weights] * Exact::ratio(10, 9), s_["right.usable_gb"]) > 0) {
      ClaimFlaw& one = flaw("no-room-for-the-cache", "Next to no room is left for the cache",
                            "Weights are not all: the cache of every request in flight, "
                            "activations and the runtime need memory too.");
      one.figure = "right.usable_gb";
      one.arithmetic =
          s_.arithmetic(weights) + " GB of " + s_.arithmetic("right.usable_gb") + " GB usable";
      one.right = "few requests at a time, and a throughput far below the stated one";
    }
  }

  /// Tokens a month that the fleet certainly has to make: all, or the output where only that counts
  /// or nobody says.
  [[nodiscard]] std::string demand() const {
    if (in_.text("gpu.tokens_per_s_counts") == "all") return b_.tokens;
    return b_.output_tokens;
  }

  void capacity() {
    const std::string capacity = "right.capacity_tokens_per_month";
    const std::string wanted = demand();
    if (!s_.has(capacity) || wanted.empty() || compare(s_[wanted], s_[capacity]) <= 0) return;
    ClaimFlaw& one = flaw("demand-above-capacity", "The fleet cannot serve the volume",
                          "The stated throughput, all month long, is below the stated volume.");
    one.figure = "right.fleets_needed";
    s_.quotient(one.figure, "Volume over capacity at full load", "fleets", wanted, capacity);
    one.arithmetic = s_.arithmetic(one.figure);
    one.right = "at least " + to_words(round_up(s_[one.figure])) + " such fleets, and their rent";
  }

  void break_even() {
    const std::string capacity = "right.capacity_tokens_per_month";
    if (!s_.has(capacity) || in_.text("gpu.tokens_per_s_counts") == "output") return;
    std::string volume = b_.span("break_even_tokens_per_month").low;
    if (volume.empty() && s_.has("claims.break_even_tokens_per_month")) {
      volume = "claims.break_even_tokens_per_month";
    }
    if (volume.empty() || compare(s_[volume], s_[capacity]) <= 0) return;
    ClaimFlaw& one = flaw("break-even-above-capacity", "The break-even lies above the capacity",
                          "Both cost the same only at a volume that this fleet cannot serve; a "
                          "larger fleet costs more and moves it again.");
    one.figure = "right.break_even_over_capacity";
    s_.quotient(one.figure, "Break-even volume over capacity at full load", "fleets", volume,
                capacity);
    one.arithmetic = s_.arithmetic(one.figure);
    one.right = "this fleet never breaks even at these prices";
  }

  void peak() {
    const bool full = !s_.has("gpu.utilisation") || compare(s_["gpu.utilisation"], 1) == 0;
    if (in_.text("gpu.tokens_per_s_is") != "peak" || !full) return;
    ClaimFlaw& one = flaw("peak-taken-as-sustained", "A peak is taken as what is sustained",
                          "A benchmark's best second is not a month of traffic: at 10 % of it a "
                          "token costs ten times as much.");
    const std::string cost = "right.gpu_usd_per_mtok.full";
    if (s_.has(cost)) {
      one.figure = cost;
      one.arithmetic = s_.arithmetic(cost);
      one.right = "at least " + words(cost) + " per million tokens; divide by the share of the " +
                  "peak that is used";
    }
  }

  void hours() {
    if (!s_.has("gpu.hours_per_month")) return;
    for (const std::int64_t odd : kOddMonths) {
      if (compare(s_["gpu.hours_per_month"], odd) != 0) continue;
      ClaimFlaw& one = flaw("hours-mixed-up", "The month is not a month",
                            "A year has 8,760 hours, a month 730; " + std::to_string(odd) +
                                " h is " + std::to_string(odd / 24) + " days.");
      if (b_.rent_per_hour.empty()) continue;
      one.figure = "right.gpu_usd_per_month.730h";
      s_.product(one.figure, "GPU rent of 730 hours", "USD/month",
                 {b_.rent_per_hour, "month.hours"});
      one.arithmetic = s_.arithmetic(one.figure);
      one.right = words(one.figure) + " a month";
    }
  }

  void blended() {
    for (const std::string p : {"api", "other_api"}) {
      const std::string stated = p + ".blended_usd_per_mtok";
      const std::string bill = b_.span(p + "_usd_per_month").low;
      if (!s_.has_all({stated, p + ".input_usd_per_mtok", p + ".output_usd_per_mtok"}) ||
          !b_.span(p + "_usd_per_month").settled() || b_.tokens.empty() ||
          s_[b_.tokens].sign() == 0) {
        continue;
      }
      const std::string name = "right." + p + "_blended_usd_per_mtok";
      s_.add(name, "Bill over its tokens", "USD per million tokens",
             bill + " / " + b_.tokens + " x 1000000", {bill, b_.tokens},
             [](const std::vector<Exact>& x) { return x[0] / x[1] * 1'000'000; });
      if (says(*in_.get(stated), s_[name])) continue;
      ClaimFlaw& one =
          flaw("blended-price", "The blended price is not that of this mix",
               "One price for all tokens holds only for the mix of input and output it was made "
               "for.");
      one.figure = name;
      one.arithmetic = s_.arithmetic(name);
      one.right = words(name) + " per million tokens, stated are " + words(stated);
    }
  }

  /// Whether self-hosting is compared with an API anywhere in the claim.
  [[nodiscard]] bool compares() const {
    if (!in_.has_any("gpu")) return false;
    for (const std::string_view name : kComparisons) {
      if (in_.has(name)) return true;
    }
    return false;
  }

  void people() {
    if (!compares() || !b_.people.empty()) return;
    ClaimFlaw& one = flaw("people-left-out", "People are left out",
                          "Somebody runs, watches and updates the machines. No input says what "
                          "that costs.");
    const Span& saving = b_.span("saving_usd_per_month");
    if (saving.high.empty() || s_[saving.high].sign() <= 0) return;
    one.figure = saving.high;
    one.arithmetic = s_.arithmetic(saving.high);
    one.right = "people at " + words(saving.high) + " a month or more leave no saving";
  }

  void migration() {
    if (!compares() || s_.has("migration.usd")) return;
    const Span& saving = b_.span("saving_usd_per_month");
    if (saving.high.empty() || s_[saving.high].sign() <= 0) return;
    ClaimFlaw& one = flaw("migration-left-out", "The migration is left out",
                          "Prompts are rewritten, an evaluation is built and both are paid for "
                          "while traffic moves. No input says what that costs.");
    one.figure = b_.span("saving_usd_per_year").high;
    one.arithmetic = s_.arithmetic(one.figure);
    one.right = "a one-off of " + words(one.figure) + " takes a year to pay back";
  }

  const Inputs& in_;
  const ClaimBasis& b_;
  Sheet& s_;
  std::vector<ClaimFlaw> found_;
};

}  // namespace

std::vector<ClaimFlaw> flaws_in_the_inputs(const Inputs& inputs, const ClaimBasis& basis,
                                           Sheet& sheet) {
  return Rules(inputs, basis, sheet).run();
}

bool is_impossible(const ClaimFlaw& flaw) {
  return flaw.id == "memory-does-not-fit" || flaw.id == "demand-above-capacity" ||
         flaw.id == "break-even-above-capacity";
}

}  // namespace breakeven::siblings
