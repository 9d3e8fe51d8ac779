#include "engine/siblings/finetune.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/catalog/catalog.hpp"
#include "engine/siblings/answer.hpp"
#include "engine/siblings/api_prices.hpp"
#include "engine/siblings/exact.hpp"
#include "engine/siblings/finetune_training.hpp"
#include "engine/siblings/inputs.hpp"
#include "engine/siblings/sheet.hpp"
#include "engine/siblings/training_prices.hpp"

namespace breakeven::siblings {
namespace {

const std::string kGross = "saving.gross_usd_per_month";

/// What a request costs; `p` is "today" or "tuned".
bool cost_of_a_request(const std::string& p, Sheet& s) {
  const auto tokens = [&](const std::string& kind) {
    const std::string own = p + "." + kind + "_tokens";
    return s.has(own) ? own : "today." + kind + "_tokens";
  };
  const std::string in = tokens("input");
  const std::string out = tokens("output");
  const std::string in_price = p + ".input_usd_per_mtok";
  const std::string out_price = p + ".output_usd_per_mtok";
  if (!s.has_all({in, out, in_price, out_price})) return false;
  s.add(p + ".usd_per_request", p == "today" ? "A request today" : "A request once it is tuned",
        "USD/request",
        "(" + in + " x " + in_price + " + " + out + " x " + out_price + ") / 1000000",
        {in, in_price, out, out_price},
        [](const std::vector<Exact>& x) { return (x[0] * x[1] + x[2] * x[3]) / 1'000'000; });
  return true;
}

/// Volume and quality; false when neither is given.
bool savings(Sheet& s) {
  std::vector<std::string> parts;
  const std::string requests = "usage.requests_per_month";
  const bool today = cost_of_a_request("today", s);
  const bool tuned = cost_of_a_request("tuned", s);
  if (today && tuned && s.has(requests)) {
    s.difference("saving.usd_per_request", "Saved with every request", "USD/request",
                 "today.usd_per_request", "tuned.usd_per_request");
    s.product("saving.volume_usd_per_month", "Saved on inference", "USD/month",
              {requests, "saving.usd_per_request"});
    parts.emplace_back("saving.volume_usd_per_month");
  }
  if (s.has_all({"quality.today_success", "quality.tuned_success", "quality.usd_per_failure",
                 requests})) {
    s.add("saving.quality_usd_per_month", "Failures that no longer happen", "USD/month",
          requests + " x (quality.tuned_success - quality.today_success) x quality.usd_per_failure",
          {requests, "quality.tuned_success", "quality.today_success", "quality.usd_per_failure"},
          [](const std::vector<Exact>& x) { return x[0] * (x[1] - x[2]) * x[3]; });
    parts.emplace_back("saving.quality_usd_per_month");
  }
  if (parts.empty()) return false;
  s.sum(kGross, "Saved a month, before hosting and retraining", "USD/month", parts);
  return true;
}

/// Adds the sum of those `lines` that are there under `name`.
void sum_of(Sheet& s, const std::string& name, const std::string& title,
            const std::vector<std::string>& lines) {
  std::vector<std::string> there;
  for (const std::string& line : lines) {
    if (s.has(line)) there.push_back(line);
  }
  s.sum(name, title, "USD", there);
}

class Routes {
 public:
  Routes(Sheet& sheet, bool saves) : s_(sheet), saves_(saves) {
    if (s_.has_all({"data.preparation_hours", "data.usd_per_hour"})) {
      s_.product("data.people_usd", "Preparing the data, people", "USD",
                 {"data.preparation_hours", "data.usd_per_hour"});
    }
    if (saves_) mean_drift();
  }

  void run(const TrainingRoute& route) {
    const std::string once = "one_off." + route.id + "_usd";
    std::vector<std::string> lines{"data.preparation_usd", "data.people_usd", route.training,
                                   "evaluation.usd"};
    if (route.id == "own") lines.emplace_back("training.engineering_usd");
    sum_of(s_, once, "Everything that is paid before the first answer", lines);
    const bool again = s_.has("retraining.every_months");
    const std::string each = "retraining." + route.id + "_usd";
    if (again) {
      sum_of(s_, each, "One retraining", {route.training, "evaluation.usd", "retraining.data_usd"});
    }
    std::vector<Cell> row{route.id,
                          route.title,
                          route.fits,
                          FigureName{route.training},
                          figure(route.training + ".low"),
                          figure(route.training + ".high"),
                          FigureName{once},
                          figure(each)};
    std::optional<std::int64_t> month;
    if (saves_) {
      steady(route, once, each);
      month = cash(route, once, each);
    }
    row.push_back(figure("saving." + route.id + "_usd_per_month"));
    row.push_back(figure("payback." + route.id + "_months"));
    row.push_back(figure("payback." + route.id + "_queries"));
    row.push_back(number_cell(month));
    rows.push_back(std::move(row));
    if (route.fits && (!best || sooner(month, route))) {
      best = route;
      best_month = month;
    }
  }

  std::vector<std::vector<Cell>> rows;
  std::vector<std::vector<Cell>> cash_rows;
  std::optional<TrainingRoute> best;
  std::optional<std::int64_t> best_month;

 private:
  [[nodiscard]] Cell figure(const std::string& name) const { return figure_cell(s_, name); }
  /// Pays back sooner; where neither or both do in the same month, costs less at first.
  [[nodiscard]] bool sooner(const std::optional<std::int64_t>& month,
                            const TrainingRoute& route) const {
    if (month != best_month) return month && (!best_month || *month < *best_month);
    return best &&
           compare(s_["one_off." + route.id + "_usd"], s_["one_off." + best->id + "_usd"]) < 0;
  }

  /// Mean share of the saving that drift leaves between two trainings.
  void mean_drift() {
    if (!s_.has_all({"drift.per_month", "retraining.every_months"})) return;
    s_.add(
        "drift.mean_share", "Share of the saving that is left, mean over a cycle", "ratio",
        "mean over month 0 to retraining.every_months - 1 of max(0, 1 - drift.per_month x month)",
        {"drift.per_month", "retraining.every_months"}, [](const std::vector<Exact>& x) {
          Exact total;
          const auto months = static_cast<std::int64_t>(x[1].estimate());
          for (std::int64_t age = 0; age < months; ++age) {
            const Exact left = Exact(1) - x[0] * age;
            if (left.sign() > 0) total = total + left;
          }
          return total / x[1];
        });
  }

  /// The saving of a usual month and the payback by it; there is no usual month where the saving
  /// drifts away and nobody trains again.
  void steady(const TrainingRoute& route, const std::string& once, const std::string& each) {
    const bool drifts = s_.has("drift.per_month") && s_["drift.per_month"].sign() > 0;
    if (drifts && !s_.has("drift.mean_share")) return;
    const std::string net = "saving." + route.id + "_usd_per_month";
    std::vector<std::string> with{kGross};
    std::string formula = kGross;
    const bool mean = s_.has("drift.mean_share");
    const bool hosted = s_.has("tuned.hosting_usd_per_month");
    const bool again = s_.has(each);
    if (mean) {
      with.emplace_back("drift.mean_share");
      formula += " x drift.mean_share";
    }
    if (hosted) {
      with.emplace_back("tuned.hosting_usd_per_month");
      formula += " - tuned.hosting_usd_per_month";
    }
    if (again) {
      with.push_back(each);
      with.emplace_back("retraining.every_months");
      formula += " - " + each + " / retraining.every_months";
    }
    s_.add(net, "Saved a month, after hosting and retraining", "USD/month", formula, with,
           [=](const std::vector<Exact>& x) {
             std::size_t at = 1;
             Exact total = x[0];
             if (mean) total = total * x[at++];
             if (hosted) total = total - x[at++];
             if (again) total = total - x[at] / x[at + 1];
             return total;
           });
    if (s_[net].sign() <= 0) return;
    s_.quotient("payback." + route.id + "_months", "Months until it is paid back", "months", once,
                net);
    if (s_.has("usage.requests_per_month")) {
      s_.add("payback." + route.id + "_queries", "Queries until it is paid back", "queries",
             once + " / " + net + " x usage.requests_per_month, rounded up",
             {once, net, "usage.requests_per_month"},
             [](const std::vector<Exact>& x) { return round_up(x[0] / x[1] * x[2]); });
    }
  }

  /// Month by month; returns the first month at whose end everything is paid back.
  std::optional<std::int64_t> cash(const TrainingRoute& route, const std::string& once,
                                   const std::string& each) {
    const auto horizon = static_cast<std::int64_t>(s_["horizon_months"].estimate());
    const auto every = static_cast<std::int64_t>(s_["retraining.every_months"].estimate());
    std::string before = once;
    std::optional<std::int64_t> paid;
    for (std::int64_t month = 1; month <= horizon; ++month) {
      const std::int64_t age = every > 0 ? (month - 1) % every : month - 1;
      const bool due = every > 0 && month > 1 && age == 0;
      const std::string name = "cash." + route.id + "." + std::to_string(month);
      std::vector<std::string> with{before, kGross};
      std::string formula = (month == 1 ? "-" : "") + before + " + " + kGross;
      const bool drift = s_.has("drift.per_month");
      const bool hosted = s_.has("tuned.hosting_usd_per_month");
      if (drift) {
        with.emplace_back("drift.per_month");
        formula += " x max(0, 1 - drift.per_month x " + std::to_string(age) + ")";
      }
      if (hosted) {
        with.emplace_back("tuned.hosting_usd_per_month");
        formula += " - tuned.hosting_usd_per_month";
      }
      if (due) {
        with.push_back(each);
        formula += " - " + each;
      }
      s_.add(name, "Cumulative cash at the end of month " + std::to_string(month), "USD", formula,
             with, [=](const std::vector<Exact>& x) {
               std::size_t at = 2;
               Exact saved = x[1];
               if (drift) {
                 const Exact left = Exact(1) - x[at++] * age;
                 saved = left.sign() > 0 ? saved * left : saved * 0;
               }
               if (hosted) saved = saved - x[at++];
               if (due) saved = saved - x[at];
               return month == 1 ? saved - x[0] : x[0] + saved;
             });
      if (!paid && s_[name].sign() >= 0) paid = month;
      cash_rows.push_back({route.id, month, FigureName{name}});
      before = name;
    }
    return paid;
  }

  Sheet& s_;
  bool saves_;
};

AnswerTable motives(const Sheet& s) {
  AnswerTable table{"motives", "What it is good for", {"motive", "figure", "amount"}, {}, {}};
  const auto row = [&](const std::string& motive, const std::string& name) {
    if (s.has(name)) table.rows.push_back({motive, name, FigureName{name}});
  };
  row("volume", "saving.usd_per_request");
  row("volume", "saving.volume_usd_per_month");
  row("quality", "saving.quality_usd_per_month");
  row("latency", "latency.saved_s");
  return table;
}

AnswerTable memory(const Sheet& s) {
  AnswerTable table{"memory", "Memory and time on own GPUs", {"figure", "value", "unit"}, {}, {}};
  for (const char* const name :
       {"own.states_gb", "own.activations_gb", "own.logits_gb", "own.usable_gb", "own.gpus_needed",
        "own.gpu_hours.low", "own.gpu_hours", "own.gpu_hours.high", "own.wall_hours"}) {
    if (const auto figure = s.figures().find(name); figure.ok()) {
      table.rows.push_back({std::string(name), FigureName{name}, (*figure)->unit});
    }
  }
  return table;
}

void conclude(Answer& a, const std::optional<TrainingRoute>& best,
              const std::optional<std::int64_t>& month, bool saves) {
  const Sheet& s = a.sheet;
  if (!best) {
    a.verdict = "does_not_fit";
    a.sentence = s.has("own.gpus_needed")
                     ? "The training does not fit: it needs " + to_words(s["own.gpus_needed"]) +
                           " such GPUs, not " + to_words(s["gpu.count"]) + "."
                     : "The training does not fit: one sequence is larger than one GPU.";
    return;
  }
  const std::string once = "one_off." + best->id + "_usd";
  const std::string route = best->id == "api" ? "through the API" : "on own GPUs";
  a.sentence = "Training " + route + " costs " + to_words(s[best->training]) + " for " +
               to_words(s["tokens.all_runs"]) + " tokens, " + to_words(s[once]) +
               " with everything that is paid once";
  if (!saves) {
    a.verdict = "cost_only";
    a.sentence +=
        ". What it saves is not known: prices and tokens of today and once it is tuned, "
        "or success shares, are missing.";
    return;
  }
  const std::string horizon = to_words(s["horizon_months"]);
  const std::string net = "saving." + best->id + "_usd_per_month";
  if (!month) {
    a.verdict = "never_pays_back";
    a.sentence += "; it is not paid back within " + horizon + " months";
    if (s.has(net)) {
      a.sentence += s[net].sign() > 0 ? ": it saves " + to_words(s[net]) + " a month"
                                      : ": every month costs " + to_words(s[net].magnitude()) +
                                            " more than today";
    }
    a.sentence += ".";
    return;
  }
  a.verdict = "pays_back";
  a.sentence += "; it is paid back in month " + std::to_string(*month);
  const std::string queries = "payback." + best->id + "_queries";
  if (s.has(queries)) a.sentence += ", after " + to_words(s[queries]) + " queries";
  if (s.has(net)) a.sentence += ", and saves " + to_words(s[net]) + " a month";
  a.sentence += ".";
}

}  // namespace

Result<Answer> finetune(const Inputs& given, const catalog::Catalog& catalog,
                        const std::vector<TrainingPrice>& prices) {
  Inputs inputs = given;
  inputs.fill_defaults();
  Answer a(inputs, Sheet(inputs));
  a.schema = "breakeven/finetune-answer/1";
  BREAKEVEN_CHECK_OK(training_tokens(a.sheet));
  BREAKEVEN_TRY(const auto routes, training_routes(inputs, catalog, prices, a.sheet, a.warnings));
  if (routes.empty()) {
    std::string found = "neither";
    for (const std::string& warning : a.warnings) found += "; " + warning;
    return Error{ErrorCode::invalid_argument,
                 "expected a training price (training.usd_per_mtok or training.api_model) or own "
                 "GPUs (gpu.* and training.method), found " +
                     found,
                 "training"};
  }
  for (const std::string p : {"today", "tuned"}) {
    if (!inputs.has(p + ".model")) continue;
    BREAKEVEN_CHECK_OK(look_up_prices(catalog, inputs.text(p + ".model"),
                                      inputs.get(p + ".model")->place, p + ".", a.sheet));
  }
  const bool saves = savings(a.sheet);
  if (a.sheet.has_all({"latency.today_s", "latency.tuned_s"})) {
    a.sheet.difference("latency.saved_s", "Saved with every answer", "s", "latency.today_s",
                       "latency.tuned_s");
  }
  Routes all(a.sheet, saves);
  for (const TrainingRoute& route : routes) all.run(route);
  conclude(a, all.best, all.best_month, saves);
  a.tables.push_back({"routes",
                      "Ways to train",
                      {"route", "title", "fits", "training_usd", "training_usd_low",
                       "training_usd_high", "one_off_usd", "retraining_usd", "saving_usd_per_month",
                       "payback_months", "payback_queries", "paid_back_in_month"},
                      std::move(all.rows),
                      {}});
  a.tables.push_back(motives(a.sheet));
  a.tables.push_back(memory(a.sheet));
  a.tables.push_back({"cash", "", {"route", "month", "usd"}, std::move(all.cash_rows), {}});
  return a;
}

}  // namespace breakeven::siblings
