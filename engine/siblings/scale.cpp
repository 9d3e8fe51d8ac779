#include "engine/siblings/scale.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/quantities.hpp"
#include "engine/base/result.hpp"
#include "engine/siblings/answer.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/scale_ways.hpp"
#include "engine/siblings/sheet.hpp"

namespace breakeven::siblings {
namespace {

const std::string kBill = "today.bill";

/// Adds today's bill under one name.
Status today(Sheet& s, const std::string& requests) {
  if (s.has("today.usd_per_month")) {
    s.sum(kBill, "The API bill of today's volume", "USD/month", {"today.usd_per_month"});
  } else if (s.has("today.usd_per_request") && !requests.empty()) {
    s.product(kBill, "The API bill of today's volume", "USD/month",
              {"today.usd_per_request", requests});
  } else {
    return Error{ErrorCode::invalid_argument,
                 "expected today.usd_per_month, or today.usd_per_request with requests, found "
                 "neither",
                 "today"};
  }
  return {};
}

class Projection {
 public:
  Projection(const Inputs& inputs, Answer& answer)
      : in_(inputs), a_(answer), s_(answer.sheet), ways_(answer.sheet) {}

  Status run() {
    BREAKEVEN_CHECK_OK(today(s_, ways_.requests()));
    if (in_.text("growth.curve") == "s_curve" && s_.has("growth.per_month") &&
        !s_.has("growth.ceiling")) {
      return Error{ErrorCode::invalid_argument,
                   "expected the volume an s_curve ends at, found none", "growth.ceiling"};
    }
    multiples();
    limits();
    if (s_.has("growth.per_month")) {
      months();
      budgets("year", "budget.usd_per_year", 12);
      budgets("quarter", "budget.usd_per_quarter", 3);
    } else if (in_.has_any("budget")) {
      a_.warnings.emplace_back("a budget needs growth.per_month: nothing was projected");
    }
    finish();
    return {};
  }

 private:
  /// Columns of a row: each way's cost, both ends of the levers.
  void columns(AnswerTable& table, const std::vector<WayCost>& costs) const {
    for (const WayCost& cost : costs) {
      if (cost.low != cost.high) {
        table.columns.push_back(cost.id + "_low_usd");
        table.columns.push_back(cost.id + "_high_usd");
      } else {
        table.columns.push_back(cost.id + "_usd");
      }
    }
    table.columns.emplace_back("cheapest");
  }
  void cells(std::vector<Cell>& row, const std::vector<WayCost>& costs) const {
    for (const WayCost& cost : costs) {
      row.emplace_back(FigureName{cost.low});
      if (cost.low != cost.high) row.emplace_back(FigureName{cost.high});
    }
    row.emplace_back(ways_.cheapest(costs).id);
  }

  void multiples() {
    AnswerTable table{"multiples", "A month at a multiple of today's volume", {"times"}, {}, {}};
    for (const std::int64_t times : {1, 10, 100, 1'000}) {
      const std::string label = std::to_string(times) + "x";
      s_.assume("volume." + label, "Multiple of today's volume", times, "times",
                {"what is looked at", "", ""});
      const auto costs = ways_.at(label, "volume." + label, {});
      if (times == 100) hundredfold_ = costs;
      if (table.columns.size() == 1) columns(table, costs);
      std::vector<Cell> row{times};
      cells(row, costs);
      table.rows.push_back(std::move(row));
    }
    a_.tables.push_back(std::move(table));
  }

  /// The multiple at which the busiest minute meets a rate limit.
  void limits() {
    AnswerTable table{"limits",
                      "Rate limits",
                      {"limit", "busiest_minute_today", "allowed", "reached_at_times"},
                      {},
                      {}};
    const auto limit = [&](const std::string& kind, const std::vector<std::string>& with) {
      const std::string allowed = "limits." + kind + "_per_minute";
      if (!s_.has(allowed) || ways_.requests().empty()) return;
      for (const std::string& name : with) {
        if (!s_.has(name)) return;
      }
      const std::string peak = "peak." + kind + "_per_minute";
      std::string formula;
      for (const std::string& name : with) formula += (formula.empty() ? "" : " x ") + name;
      s_.add(peak, "Busiest minute today", kind + "/minute", formula + " / 43800", with,
             [](const std::vector<Exact>& x) {
               Exact total = x.front();
               for (std::size_t i = 1; i < x.size(); ++i) total = total * x[i];
               return total / (kHoursPerMonth * 60);
             });
      const std::string cliff = "limits." + kind + "_reached_at_times";
      s_.quotient(cliff, "Multiple of today's volume at which the limit is reached", "times",
                  allowed, peak);
      table.rows.push_back({kind, FigureName{peak}, FigureName{allowed}, FigureName{cliff}});
      if (compare(s_[cliff], 1'000) < 0) {
        a_.warnings.push_back("the limit of " + to_words(s_[allowed]) + " " + kind +
                              " a minute is reached at " + to_words(s_[cliff]) +
                              " times today's volume: a higher tier or a second vendor is needed "
                              "from there on");
      }
    };
    limit("requests", {ways_.requests(), "traffic.peak_to_mean"});
    limit("tokens", {ways_.requests(), "today.tokens_per_request", "traffic.peak_to_mean"});
    if (!table.rows.empty()) a_.tables.push_back(std::move(table));
  }

  [[nodiscard]] std::string month_name(const std::string& what, std::int64_t month) const {
    return what + ".month_" + std::to_string(month);
  }

  /// Adds the volume of a month as a multiple of the first.
  std::string volume(std::int64_t month) {
    const std::string name = month_name("volume", month);
    if (month == 1) {
      s_.assume(name, "Volume of month 1", std::int64_t{1}, "times", {"today's", "", ""});
      return name;
    }
    const std::string before = month_name("volume", month - 1);
    const std::string title = "Volume of month " + std::to_string(month);
    const std::string_view curve = in_.text("growth.curve");
    if (curve == "linear") {
      s_.add(name, title, "times", "1 + growth.per_month x " + std::to_string(month - 1),
             {"growth.per_month"}, [=](const std::vector<Exact>& x) {
               const Exact volume = Exact(1) + x[0] * (month - 1);
               return volume.sign() > 0 ? volume : Exact();
             });
    } else if (curve == "s_curve") {
      s_.add(
          name, title, "times",
          before + " + growth.per_month x " + before + " x (1 - " + before + " / growth.ceiling)",
          {before, "growth.per_month", "growth.ceiling"}, [](const std::vector<Exact>& x) {
            return rounded(x[0] + x[1] * x[0] * (Exact(1) - x[0] / x[2]));
          });
    } else {
      s_.add(name, title, "times", before + " x (1 + growth.per_month)",
             {before, "growth.per_month"},
             [](const std::vector<Exact>& x) { return rounded(x[0] * (Exact(1) + x[1])); });
    }
    return name;
  }

  /// Adds the API's prices in a month over today's.
  std::string price(std::int64_t month) {
    if (s_["api.trend_per_month"].sign() == 0) return {};
    const std::string name = month_name("price", month);
    if (month == 1) {
      s_.assume(name, "API prices of month 1 over today's", std::int64_t{1}, "ratio",
                {"today's", "", ""});
    } else {
      const std::string before = month_name("price", month - 1);
      s_.add(name, "API prices of month " + std::to_string(month) + " over today's", "ratio",
             before + " x (1 + api.trend_per_month)", {before, "api.trend_per_month"},
             [](const std::vector<Exact>& x) { return rounded(x[0] * (Exact(1) + x[1])); });
    }
    return name;
  }

  void months() {
    AnswerTable table{"months", "Month by month", {"month", "volume_times"}, {}, {}};
    AnswerTable changes{"changes", "What is cheapest", {"from_month", "to_month", "way"}, {}, {}};
    const auto horizon = static_cast<std::int64_t>(s_["horizon_months"].estimate());
    std::int64_t since = 1;
    for (std::int64_t month = 1; month <= horizon; ++month) {
      const std::string factor = volume(month);
      const auto costs = ways_.at("month_" + std::to_string(month), factor, price(month));
      if (month == 1) columns(table, costs);
      std::vector<Cell> row{month, FigureName{factor}};
      cells(row, costs);
      table.rows.push_back(std::move(row));
      const std::string best = ways_.cheapest(costs).id;
      monthly_.push_back(costs);
      if (month == 1) {
        cheapest_.push_back(best);
      } else if (best != cheapest_.back()) {
        changes.rows.push_back({since, month - 1, cheapest_.back()});
        cheapest_.push_back(best);
        since = month;
        changed_in_.push_back(month);
      }
    }
    changes.rows.push_back({since, horizon, cheapest_.back()});
    last_ = month_name("at", horizon) + ".api";
    a_.tables.push_back(std::move(changes));
    a_.tables.push_back(std::move(table));
  }

  /// Periods of `length` months against a budget, for the API as it is and, where there are levers,
  /// with them at their high end.
  void budgets(const std::string& period, const std::string& budget, std::int64_t length) {
    if (!s_.has(budget)) return;
    AnswerTable table{"budget_by_" + period,
                      "Budget by " + period,
                      {period, "way", "spend_usd", "budget_usd", "breached_in_month"},
                      {},
                      {}};
    const auto horizon = static_cast<std::int64_t>(s_["horizon_months"].estimate());
    for (const std::string way : {"api", "api_levers"}) {
      if (find(monthly_.front(), way) == nullptr) continue;
      for (std::int64_t start = 1; start <= horizon; start += length) {
        const std::int64_t index = (start - 1) / length + 1;
        std::string before;
        std::optional<std::int64_t> breach;
        for (std::int64_t month = start; month < start + length && month <= horizon; ++month) {
          const std::string& spend = find(monthly_[static_cast<std::size_t>(month - 1)], way)->high;
          const std::string name = "spend." + way + "." + period + "_" + std::to_string(index) +
                                   ".month_" + std::to_string(month);
          s_.sum(name, "Spent in this " + period + " to the end of month " + std::to_string(month),
                 "USD", before.empty() ? std::vector{spend} : std::vector{before, spend});
          if (!breach && compare(s_[name], s_[budget]) > 0) breach = month;
          before = name;
        }
        table.rows.push_back(
            {index, way, FigureName{before}, FigureName{budget}, number_cell(breach)});
        if (!first_breach_ && breach && way == "api") {
          first_breach_ = breach;
          breached_ = budget;
          if (start == 1) interval(period, *breach);
        }
      }
    }
    a_.tables.push_back(std::move(table));
  }

  /// First months for which the budget is breached in the same month: it scales with the first.
  void interval(const std::string& period, std::int64_t breach) {
    const std::string start = "spend.api." + period + "_1.month_";
    const auto bound = [&](const std::string& name, const std::string& title,
                           const std::string& spend) {
      s_.add(name, title, "USD/month", breached_ + " x " + kBill + " / " + spend,
             {breached_, kBill, spend},
             [](const std::vector<Exact>& x) { return x[0] * (x[1] / x[2]); });
    };
    if (s_[kBill].sign() <= 0) return;
    bound("budget." + period + ".breach_above",
          "First month above which the budget is breached by then", start + std::to_string(breach));
    if (breach > 1) {
      bound("budget." + period + ".breach_up_to",
            "First month up to which it is not breached before",
            start + std::to_string(breach - 1));
    }
    interval_ = "budget." + period;
  }

  void finish() {
    if (cheapest_.empty()) {
      a_.verdict = "table";
      a_.sentence = "A bill of " + to_words(s_[kBill]) + " a month is " +
                    to_words(s_["at.100x.api"]) + " at 100 times the volume as it is";
      if (const WayCost* const levers = find(hundredfold_, "api_levers")) {
        a_.sentence += ", and " + to_words(s_[levers->low]);
        if (levers->low != levers->high) a_.sentence += " to " + to_words(s_[levers->high]);
        a_.sentence += " with the levers";
      }
      a_.sentence += ".";
      return;
    }
    a_.verdict = cheapest_.size() == 1 ? "stays" : "changes";
    a_.sentence = "The bill of " + to_words(s_[kBill]) + " a month becomes " + to_words(s_[last_]) +
                  " in month " + to_words(s_["horizon_months"]) + " as it is; " +
                  title_of_way(cheapest_.front()) + " is cheapest";
    if (cheapest_.size() == 1) {
      a_.sentence += " throughout";
    } else {
      a_.sentence += " at first";
      for (std::size_t i = 0; i < changed_in_.size() && i < 3; ++i) {
        a_.sentence +=
            ", " + title_of_way(cheapest_[i + 1]) + " from month " + std::to_string(changed_in_[i]);
      }
    }
    a_.sentence += ".";
    if (first_breach_) {
      a_.sentence += " The budget of " + to_words(s_[breached_]) + " is breached in month " +
                     std::to_string(*first_breach_);
      if (s_.has(interval_ + ".breach_above")) {
        a_.sentence +=
            " (as for any first month above " + to_words(s_[interval_ + ".breach_above"]);
        if (s_.has(interval_ + ".breach_up_to")) {
          a_.sentence += ", up to " + to_words(s_[interval_ + ".breach_up_to"]);
        }
        a_.sentence += ")";
      }
      a_.sentence += ".";
    } else if (in_.has_any("budget")) {
      a_.sentence += " The budget holds.";
    }
  }

  /// The cost of one way among those of a volume; null when it is not there.
  static const WayCost* find(const std::vector<WayCost>& costs, std::string_view way) {
    const auto found = std::ranges::find(costs, way, &WayCost::id);
    return found == costs.end() ? nullptr : &*found;
  }

  const Inputs& in_;
  Answer& a_;
  Sheet& s_;
  Ways ways_;
  std::vector<WayCost> hundredfold_;
  std::vector<std::vector<WayCost>> monthly_;
  std::vector<std::string> cheapest_;  ///< one after the other
  std::vector<std::int64_t> changed_in_;
  std::string last_;
  std::optional<std::int64_t> first_breach_;
  std::string breached_;
  std::string interval_;
};

}  // namespace

Result<Answer> scale_up(const Inputs& given) {
  Inputs inputs = given;
  inputs.fill_defaults();
  Answer answer(inputs, Sheet(inputs));
  answer.schema = "breakeven/scale-answer/1";
  BREAKEVEN_CHECK_OK(Projection(inputs, answer).run());
  return answer;
}

}  // namespace breakeven::siblings
