#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/base/text.hpp"
#include "service/plan.hpp"

namespace breakeven::service {
namespace {

using Row = std::vector<std::string>;

/// Display width of UTF-8 text: code points, which is right for the Latin text that we print.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Aligned columns; column i is right-aligned when `numeric[i]` is '>'.
std::string table(const std::vector<Row>& rows, std::string_view align) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i >= widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], width(row[i]));
    }
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - width(row[i]), ' ');
      const bool right = i < align.size() && align[i] == '>';
      line += " " + (right ? pad + row[i] : row[i] + pad) + " ";
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  }
  return out;
}

/// 1 234 567 890 -> "1.23 G"; small numbers as they are.
std::string count(double n) {
  for (const auto& [unit, suffix] :
       {std::pair{1e12, "T"}, std::pair{1e9, "G"}, std::pair{1e6, "M"}}) {
    if (n >= unit) return fmt::format("{:.2f} {}", n / unit, suffix);
  }
  return n >= 10'000 ? fmt::format("{:.1f} K", n / 1e3) : shortest(n);
}

std::string percent(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string usd(double v) {
  return Usd::from_dollars(static_cast<std::int64_t>(std::llround(v))).display(0);
}

std::string span(double seconds) {
  if (seconds >= 2 * 86'400) return fmt::format("{:.1f} days", seconds / 86'400);
  if (seconds >= 2 * 3'600) return fmt::format("{:.1f} hours", seconds / 3'600);
  return fmt::format("{:.1f} minutes", seconds / 60);
}

std::string time(double seconds) {
  return seconds < 1 ? fmt::format("{:.0f} ms", seconds * 1e3) : fmt::format("{:.2f} s", seconds);
}

/// Wraps at 100 columns with a hanging indent.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::string line;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = text.find(' ', start);
    if (end == std::string_view::npos) end = text.size();
    const std::string word(text.substr(start, end - start));
    if (!line.empty() && indent + width(line) + 1 + width(word) > 100) {
      out += line + "\n" + std::string(indent, ' ');
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    start = end + 1;
  }
  return out + line;
}

std::string section(std::string_view title) { return "\n" + std::string(title) + "\n"; }

std::string head(const PlanResult& r) {
  const advisor::PlanAnswer& a = r.answer;
  const traffic::TraceStats& t = a.traffic;
  const serving::Objective& o = r.question.objective;
  std::string peaks;
  for (const traffic::PeakToMean& p : t.peak_to_mean) {
    peaks += fmt::format("{}{:.1f} ({})", peaks.empty() ? "" : ", ", p.peak,
                         p.window_s >= 3600 ? fmt::format("{:.0f} h", p.window_s / 3600)
                                            : fmt::format("{:.0f} min", p.window_s / 60));
  }
  std::string out;
  out += fmt::format("Question   Keep {}, or host {} ourselves?\n", a.api.model, a.open_model);
  out += fmt::format(
      "Traffic    {} requests over {}; per month (730 h) {} requests, {} prompt and {} answer "
      "tokens\n",
      count(static_cast<double>(t.requests)), span(t.span_s),
      count(static_cast<double>(a.requests_per_month)),
      count(static_cast<double>(a.input_tokens_per_month)),
      count(static_cast<double>(a.output_tokens_per_month)));
  out += fmt::format(
      "           prompt p50/p95/p99 {:.0f}/{:.0f}/{:.0f}, answer {:.0f}/{:.0f}/{:.0f} tokens{}\n",
      t.input.p50, t.input.p95, t.input.p99, t.output.p50, t.output.p95, t.output.p99,
      peaks.empty() ? "" : "; peak to mean " + peaks);
  out += fmt::format(
      "Objective  {:g} % of requests: first token within {}, then {} per token, with {} down\n",
      o.percentile, time(o.ttft_s), time(o.tpot_s), counted(r.question.redundancy, "replica"));
  return out;
}

std::string best_time(const advisor::PlanSwitching& switching) {
  const economics::SwitchPlan& best = switching.answer;
  if (switching.constraint_decides) {
    return std::string(best.month ? "now" : "never") +
           ", a hard constraint leaves no choice of a month";
  }
  if (!best.month) return "never within the horizon";
  if (*best.month == 0) return "now";
  return "in " + counted(*best.month, "month") + " (waiting is worth " +
         usd(best.value_of_waiting_usd) + ")";
}

std::string verdict(const advisor::PlanAnswer& a) {
  std::string out = section("Verdict");
  auto say = [&](const std::string& text) { out += "  " + wrapped(text, 2) + "\n"; };
  say(a.verdict.sentence);
  if (a.best_self_host) {
    const advisor::PlanOption& own = a.options[*a.best_self_host];
    const advisor::PlanOption& api = a.options[a.best_api];
    say("Compared: " + own.option.ledger.title + " (" + own.fully_loaded.display() +
        " a month, fully loaded) with " + api.option.ledger.title + " (" +
        api.fully_loaded.display() + ").");
    if (api.option.ledger.kind != economics::OptionKind::api_as_billed) {
      const Usd difference = a.api.value - own.fully_loaded;
      say("Against " + a.api.model + " as billed (" + a.api.value.display() +
          "), self-hosting would " +
          (difference < Usd() ? "cost " + (-difference).display() + " a month more."
                              : "save " + difference.display() + " a month."));
    }
  }
  if (a.verdict.probability) {
    say("Probability that self-hosting is cheaper: " + chance(*a.verdict.probability) + ".");
  }
  if (a.futures) {
    const economics::Futures& f = a.futures->answer;
    const advisor::PlanOption& best = a.options[a.futures->options[f.best]];
    say("Of all options " + best.option.ledger.title +
        " costs least on average and is the cheapest in " +
        chance(f.options[f.best].probability_cheapest) + " of the futures; choosing it costs " +
        usd(f.evpi_usd_month) + " a month against always knowing best.");
  }
  if (a.switching) say("Best time to switch: " + best_time(*a.switching) + ".");
  if (!a.verdict.nearest_flip.empty()) say("It would flip with: " + a.verdict.nearest_flip + ".");
  return out;
}

/// What public benchmarks say of the two models; nothing when none scored both.
std::string quality(const advisor::PlanAnswer& a) {
  if (a.quality.empty()) {
    return section("Quality") +
           "  No benchmark of the catalogue scored both models: measure them on your own tasks.\n";
  }
  std::vector<Row> rows{{"Quality, public benchmarks", a.api.model, a.open_model, "Gap", "Noise"}};
  for (const advisor::QualityGap& gap : a.quality) {
    rows.push_back({gap.benchmark, fmt::format("{:.1f}", gap.api->score),
                    fmt::format("{:.1f}", gap.open->score), fmt::format("{:+.1f}", gap.gap()),
                    fmt::format("{:.1f}{}", gap.noise, gap.told_apart() ? "" : ", no difference")});
    if (rows.size() > 3) break;
  }
  return section("Quality") + table(rows, "<>>><");
}

std::string rungs(const advisor::PlanAnswer& a) {
  std::vector<Row> rows{{"Rung, USD a month", "API", "Self-host", "Difference", "Change"}};
  std::string notes;
  for (const decision::Rung& r : a.rungs) {
    if (r.evaluated) {
      rows.push_back({r.title, r.api.display(), r.self_host.display(), r.difference.display(),
                      r.delta ? r.delta->display() : ""});
    } else {
      rows.push_back({r.title, "-", "-", "-", "-"});
    }
    notes += "    " + wrapped(r.title + ": " + r.note, 6) + "\n";
  }
  if (a.rungs.empty()) return {};
  return section("Ladder (positive difference: self-hosting is cheaper)") + table(rows, "<>>>>") +
         notes;
}

std::string options(const PlanResult& r) {
  const advisor::PlanAnswer& a = r.answer;
  std::vector<Row> rows{
      {"Option", "Every month", "Once", "Fully loaded", "per M tokens", "Payback", "NPV"}};
  const bool tasks = std::ranges::any_of(
      a.options, [](const advisor::PlanOption& o) { return o.per_finished_task.has_value(); });
  if (tasks) rows.front().emplace_back("per finished task");
  std::string missing;
  for (const advisor::PlanOption& o : a.options) {
    if (!o.available) {
      missing += "  " + wrapped(o.option.ledger.title + ": not available, " + o.reason, 4) + "\n";
      continue;
    }
    std::string payback = "";
    std::string npv = "";
    if (o.against_api) {
      payback = o.against_api->payback_month
                    ? fmt::format("month {}", *o.against_api->payback_month)
                    : "never";
      npv = Usd::from_dollars(static_cast<std::int64_t>(std::llround(o.against_api->npv_usd)))
                .display(0);
    }
    rows.push_back({o.option.ledger.title + (o.may_win ? "" : " (shown only)") +
                        (o.feasibility.feasible ? "" : " (ruled out)"),
                    o.recurring.display(), o.one_offs.display(0), o.fully_loaded.display(),
                    o.per_million_tokens.display(3), payback, npv});
  }
  return section(fmt::format("Options over {} months", r.question.horizon_months)) +
         table(rows, "<>>>>>>>") + missing;
}

/// What every requirement removed and costs, and what would settle it.
std::string constraints(const advisor::PlanAnswer& a) {
  if (a.constraints.empty()) return {};
  std::vector<Row> rows{{"Constraint", "Kind", "Price a month", "Alone", "Removes", "To confirm"}};
  std::string notes;
  const auto usd = [](const std::optional<Usd>& v) { return v ? v->display(0) : std::string("-"); };
  for (const advisor::ConstraintReport& r : a.constraints) {
    rows.push_back({r.title, std::string(decision::to_string(r.asked.strength)), usd(r.price.usd),
                    usd(r.price.alone), std::to_string(r.price.removed.size()),
                    std::to_string(r.price.unconfirmed.size())});
    if (r.price.with.empty()) notes += "    " + wrapped(r.title + ": nothing is left", 6) + "\n";
    for (const std::string& fact : r.obtain) {
      notes +=
          "    " + wrapped(r.title + ", to obtain for " + r.price.with + ": " + fact, 6) + "\n";
    }
  }
  return section("Constraints (cheapest with it less cheapest without it)") +
         table(rows, "<<>>>>") + notes;
}

/// The levers at the API in use; what is not declared is shown with what it could save at most.
std::string levers(const advisor::PlanAnswer& a) {
  std::vector<Row> rows{{"Lever", "Share", "Saves a month", "In turn", "At most", "Work, once"}};
  std::string notes;
  for (const advisor::ApiLever& l : a.levers) {
    if (!l.unavailable.empty()) continue;
    rows.push_back({l.title, l.applied ? percent(l.share) : "-",
                    l.applied ? l.saving.display(0) : "-",
                    l.applied ? l.saving_in_turn.display(0) : "-",
                    l.saving_at_most ? l.saving_at_most->display(0) : "", l.effort.usd.display(0)});
    if (!l.applied) continue;
    std::string needs;
    for (const std::string& one : l.preconditions) needs += (needs.empty() ? "" : "; ") + one;
    notes += "    " + wrapped(l.title + " needs: " + needs, 6) + "\n";
  }
  if (rows.size() == 1) return {};
  return section("Levers at " + a.api.model) + table(rows, "<>>>>>") + notes;
}

std::string ledger(const advisor::PlanAnswer& a) {
  if (!a.best_self_host) return {};
  const economics::Ledger& l = a.options[*a.best_self_host].option.ledger;
  std::vector<Row> rows;
  for (const economics::Line& line : l.lines) {
    const bool ranged = line.low && line.high && *line.low < *line.high;
    rows.push_back({line.title, line.once_in ? "" : line.usd.display(),
                    line.once_in ? line.usd.display() + " once" : "",
                    ranged ? line.low->display(0) + " to " + line.high->display(0) : "",
                    line.settings.empty() ? "" : line.settings.front()});
  }
  rows.insert(rows.begin(), {"Line", "Every month", "Once", "Range", "--set"});
  return section("Ledger of " + l.title) + table(rows, "<>>><");
}

std::string fleets(const advisor::PlanAnswer& a) {
  std::vector<Row> rows{{"#", "Replica", "Provider, term", "Replicas", "GPUs", "USD a month",
                         "Delivered utilisation", "TTFT", "TPOT"}};
  constexpr std::size_t kShown = 12;
  for (std::size_t i = 0; i < a.fleets.fleets.size() && i < kShown; ++i) {
    const sizing::PricedFleet& f = a.fleets.fleets[i];
    const auto month = f.usd_per_month();
    rows.push_back(
        {std::to_string(i + 1), f.plan.replica.name(),
         f.offer->provider + ", " + std::string(catalog::to_string(f.offer->term)),
         fmt::format("{} + {}", f.plan.replicas_needed, f.plan.replicas - f.plan.replicas_needed),
         std::to_string(f.gpus), month ? month->display() : "-",
         percent(f.plan.delivered_utilisation), time(f.plan.at_needed.ttft_at_objective_s),
         time(f.plan.at_needed.tpot_at_objective_s)});
  }
  std::string out = section("Fleets that hold the objective (needed + spare), cheapest first") +
                    table(rows, "><<>>>>>>");
  if (a.fleets.fleets.size() > kShown) {
    out += fmt::format("  and {} more (--json has all)\n", a.fleets.fleets.size() - kShown);
  }
  if (a.hybrid) {
    const economics::HybridPoint& best = a.hybrid->cheapest();
    out +=
        "  " +
        wrapped(
            a.hybrid->mixed()
                ? fmt::format("Hybrid: {} of fleet {} and the API for the rest cost {} a month.",
                              counted(best.replicas, "replica"), a.hybrid_fleet + 1,
                              best.total().display())
                : std::string("Hybrid: no mix of fleet and API is cheaper than the better of the "
                              "two alone."),
            4) +
        "\n";
  }
  return out;
}

std::string tokens(std::int64_t n) { return count(static_cast<double>(n)) + " tokens"; }

/// The first and the last crossing in spend and utilisation.
std::string money_and_use(const advisor::PlanVolume& v) {
  if (v.crossings.empty()) return {};
  const auto told = [](const economics::VolumePlace& at) {
    return at.api_usd.display(0) + " a month at that API (" + percent(at.utilisation) +
           " of the machines used)";
  };
  std::string text = "In money: from " + told(v.crossings.front());
  if (v.answer.permanent && v.crossings.size() > 1) {
    text += ", always from " + told(v.crossings.back());
  }
  return "    " + wrapped(text + ".", 6) + "\n";
}

std::string volume(const advisor::PlanVolume& v, std::string_view against) {
  const economics::BreakEven& b = v.answer;
  std::string text = "Against " + std::string(against) + ": ";
  if (!b.first) return "  " + wrapped(text + "never: " + b.never, 4) + "\n";
  text += "self-hosting first costs less at " + tokens(*b.first) + " a month";
  text += b.permanent ? ", and always from " + tokens(*b.permanent) : ", and never for good";
  text += " (today " + tokens(v.tokens_today) + ")";
  if (!b.windows.empty()) {
    text += "; before that it wins in " +
            counted(static_cast<std::int64_t>(b.windows.size()), "window") + " only";
  }
  if (!b.permanent && !b.never.empty()) text += "; " + b.never;
  return "  " + wrapped(text + ".", 4) + "\n" + money_and_use(v);
}

std::string break_even(const advisor::PlanAnswer& a) {
  if (!a.volume) return {};
  std::string out = section("Break-even in volume, at this mix; one step is " + a.volume->step);
  out += volume(*a.volume, a.api.model + " as billed");
  if (a.volume_best) out += volume(*a.volume_best, a.options[a.best_api].option.ledger.title);
  return out;
}

std::string rounded(double v) {
  const double magnitude = std::fabs(v);
  return magnitude >= 100 ? fmt::format("{:.0f}", v)
         : magnitude >= 1 ? fmt::format("{:.2f}", v)
                          : fmt::format("{:.4f}", v);
}

std::string spread_share(const advisor::PlanAnswer& a, std::size_t driver) {
  for (const economics::TotalOrder& t : a.total_order) {
    if (t.driver == driver) return percent(t.index);
  }
  return "-";
}

std::string worth_knowing(const advisor::PlanAnswer& a, std::size_t driver) {
  if (!a.futures) return "-";
  for (const economics::Futures::Information& i : a.futures->answer.information) {
    if (i.driver == driver) return usd(i.evppi_usd_month);
  }
  return "-";
}

std::string drivers(const advisor::PlanAnswer& a) {
  std::string out;
  if (!a.tornado.empty()) {
    std::vector<Row> rows{{"Driver", "P10", "P90", "Difference at P10", "at P90",
                           "Share of the spread", "Knowing it is worth"}};
    for (const economics::TornadoBar& b : a.tornado) {
      const economics::Driver& d = a.drivers[b.driver];
      rows.push_back({d.title + ", " + d.unit, rounded(b.low_value), rounded(b.high_value),
                      usd(b.at_low_usd), usd(b.at_high_usd), spread_share(a, b.driver),
                      worth_knowing(a, b.driver)});
    }
    out += section("What moves it (USD a month, one driver at a time)") + table(rows, "<>>>>>>");
  }
  if (!a.flips.empty()) {
    std::vector<Row> rows{{"Driver", "Now", "Flips at", "Difference there"}};
    for (const economics::FlipPoint& f : a.flips) {
      const economics::Driver& d = a.drivers[f.driver];
      rows.push_back(
          {d.title + ", " + d.unit, rounded(d.base), rounded(f.value), usd(f.difference_usd)});
    }
    out += section("What would change the answer") + table(rows, "<>>>");
  }
  return out;
}

}  // namespace

std::string import_text(const io::TraceImport& import) {
  std::string out;
  if (import.rejected > 0) {
    out += fmt::format("{}: {} of {} rows left out\n", import.file, import.rejected, import.rows);
    for (const io::RowRejects& reject : import.rejects) {
      out += fmt::format("  {} x {}", reject.count, io::row_problem_name(reject.reason));
      if (!reject.examples.empty()) {
        const io::RowRejects::Example& e = reject.examples.front();
        out += fmt::format(", first at {}:{}:{}", import.file, e.line, e.column);
      }
      out += "\n";
    }
  }
  for (const std::string& warning : import.warnings) out += import.file + ": " + warning + "\n";
  return out;
}

std::string plan_text(const PlanResult& result) {
  const advisor::PlanAnswer& a = result.answer;
  std::string out = head(result);
  out += verdict(a);
  out += quality(a);
  out += rungs(a);
  out += options(result);
  out += constraints(a);
  out += levers(a);
  out += ledger(a);
  out += fleets(a);
  out += break_even(a);
  out += drivers(a);
  if (!a.warnings.empty()) {
    out += section("Mind");
    for (const std::string& warning : a.warnings) out += "  - " + wrapped(warning, 4) + "\n";
  }
  out += "\nEvery figure: --json; the derivation of one: --explain NAME (for example option." +
         (a.best_self_host ? a.options[*a.best_self_host].option.ledger.option_id
                           : std::string("api")) +
         ".fully_loaded).\n";
  return out;
}

}  // namespace breakeven::service
