// The audit of the registry: six layers, each with what it looked at and what it found.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/audit.hpp"
#include "registry/crawler.hpp"
#include "registry/crosscheck.hpp"
#include "registry/golden.hpp"
#include "registry/rules.hpp"
#include "service/registry.hpp"
#include "service/registry_crosscheck.hpp"
#include "service/registry_rows.hpp"

namespace breakeven::service {
namespace {

using codec::Report;
using codec::Table;
using codec::Value;
using registry::Layer;

constexpr std::int64_t kDay = 86'400;
// Prices moved at most vendors within half a year in 2025 and 2026: older evidence is none.
constexpr int kByHandDays = 180;
constexpr int kNeverReadDays = 180;

/// What the audit found, and how much it looked at, by layer.
class Findings {
 public:
  void looked(Layer layer, std::size_t count) { checked_[index(layer)] += count; }
  /// A failure makes the audit fail; a note is for people.
  void add(Layer layer, bool failure, std::string_view rule, std::string source, std::string vendor,
           std::string model, std::string field, std::string message) {
    (failure ? failures_ : notes_)[index(layer)] += 1;
    rows_.push_back({std::string(to_string(layer)), std::string(failure ? "failure" : "note"),
                     std::string(rule), std::move(source), words(std::move(vendor)),
                     words(std::move(model)), words(std::move(field)), std::move(message)});
  }
  void add(bool failure, const registry::Finding& one) {
    add(one.layer, failure, one.rule, one.source, one.vendor, one.model,
        one.field ? to_string(*one.field) : std::string(), one.message);
  }
  [[nodiscard]] bool passed() const {
    return std::ranges::all_of(failures_, [](std::size_t count) { return count == 0; });
  }
  [[nodiscard]] Report report(Instant now) {
    Table layers{"layers", "Layers", {"layer", "passed", "checked", "failures", "notes"}, {}};
    for (std::size_t i = 0; i < kLayers; ++i) {
      layers.rows.push_back({std::string(to_string(static_cast<Layer>(i))), failures_[i] == 0,
                             static_cast<std::int64_t>(checked_[i]),
                             static_cast<std::int64_t>(failures_[i]),
                             static_cast<std::int64_t>(notes_[i])});
    }
    std::ranges::stable_sort(rows_, {}, [](const std::vector<Value>& row) {
      return std::get<std::string>(row[1]) == "failure" ? 0 : 1;
    });
    Report report;
    report.head = {{"now", now.iso()}, {"passed", passed()}};
    report.tables = {std::move(layers), Table{"findings",
                                              "Findings",
                                              {"layer", "severity", "rule", "source", "vendor",
                                               "model", "field", "message"},
                                              std::move(rows_)}};
    return report;
  }

 private:
  static constexpr std::size_t kLayers = 6;
  static std::size_t index(Layer layer) { return static_cast<std::size_t>(layer); }
  static Value words(std::string text) { return text.empty() ? Value() : Value(std::move(text)); }

  std::array<std::size_t, kLayers> checked_{};
  std::array<std::size_t, kLayers> failures_{};
  std::array<std::size_t, kLayers> notes_{};
  std::vector<std::vector<Value>> rows_;
};

void structure(const std::vector<catalog::NamedText>& files, const catalog::PriceBook& book,
               Instant now, Findings& out) {
  const auto mistakes = catalog::Catalog::mistakes(files);
  for (const Error& mistake : mistakes) {
    out.add(Layer::structure, true, "catalogue", mistake.where, {}, {}, {}, mistake.message);
  }
  registry::AuditInput input;
  input.today = now.date();
  input.source = "breakeven";
  registry::add_reference(book, input);
  for (const registry::DatedPrice& row : input.reference) {
    if (row.in_effect(now)) input.rows.push_back(row);
  }
  out.looked(Layer::structure, input.rows.size());
  for (const registry::Finding& one : registry::audit_prices(input)) {
    // Freshness has a layer of its own, by vendor and from the ledger.
    if (one.rule != "stale") out.add(true, one);
  }
  for (const registry::RuleRecord& record :
       registry::backtest(book.rules(), registry::rows_of(book))) {
    out.looked(Layer::structure, record.in_scope.tested);
    if (!record.holds) {
      const registry::Prediction& miss = record.misses.back();
      out.add(Layer::structure, true, "rule-backtest", record.id, miss.vendor, miss.model,
              to_string(miss.field),
              "expected " + miss.predicted + " by the rule, found " + miss.published +
                  " published: what the rule infers is contested");
    }
  }
}

Status golden(const std::vector<catalog::NamedText>& files, const catalog::PriceBook& book,
              Findings& out) {
  BREAKEVEN_TRY(const registry::GoldenSet set, registry::read_golden_set(files));
  out.looked(Layer::golden, set.prices.size() + set.errors.size());
  for (const std::string& difference : registry::golden_differences(set.prices, book)) {
    out.add(Layer::golden, true, "golden-price", "breakeven", {}, {}, {}, difference);
  }
  const auto replays = registry::replay(set.errors, book);
  for (std::size_t i = 0; i < replays.size(); ++i) {
    const registry::ErrorCase& one = set.errors[i];
    if (!replays[i].caught) {
      out.add(Layer::golden, true, "known-mistake", one.registry, one.vendor, one.model, one.field,
              "expected the audit to find this mistake, found nothing");
    }
    if (!replays[i].silent) {
      out.add(Layer::golden, true, "known-mistake", one.registry, one.vendor, one.model, one.field,
              "expected silence about the right figure, found a finding");
    }
  }
  return {};
}

Status reachability(store::Ledger& ledger, Findings& out) {
  BREAKEVEN_TRY(const auto runs, last_runs(ledger));
  for (const store::RecordedRun& one : runs) {
    out.looked(Layer::reachability, 1);
    if (one.run.status == store::RunStatus::failed) {
      out.add(Layer::reachability, true, "last-run-failed", one.run.source, one.run.vendor, {}, {},
              "expected the last run to succeed, found: " + one.run.error);
    }
  }
  return {};
}

Status agreement(store::Ledger& ledger, const catalog::PriceBook& book, Instant now,
                 Findings& out) {
  const Rational tolerance = *Rational::make(5, 1'000);
  BREAKEVEN_TRY(const auto books, registry_books(ledger));
  // By field: which registries say otherwise, with newer or better evidence than ours.
  for (const std::string& name : books) {
    BREAKEVEN_TRY(const Listing listing, listing_of(ledger, name, now));
    if (listing.rows.empty()) continue;
    const bool page = is_vendor_page(name);
    const registry::CrossCheck check = compare(book, listing, tolerance);
    out.looked(Layer::agreement,
               check.count(registry::Verdict::agree) + check.count(registry::Verdict::differs));
    for (const registry::Comparison& cell : check.cells) {
      if (cell.verdict != registry::Verdict::differs) continue;
      // A registry is never the judge of our book: what it says is a reason to look. What the
      // vendor's own page says is.
      out.add(
          Layer::agreement, page && !cell.ours_believed, "cross-registry", name, cell.vendor,
          cell.model, to_string(cell.field),
          fmt::format("ours {} of {}, theirs {} of {} ({:+.1f} %); {}", cell.ours->decimal(),
                      cell.our_date.iso(), cell.theirs->decimal(), listing.date.iso(), cell.percent,
                      cell.ours_believed ? "ours has the better evidence"
                                         : "theirs has the newer evidence: look at the page"));
    }
  }
  return {};
}

Status drift(store::Ledger& ledger, Instant now, Findings& out) {
  store::ChangeFilter recent;
  recent.known_since = Instant{now.seconds - kDay};
  BREAKEVEN_TRY(const auto moves, all_changes(ledger, recent));
  out.looked(Layer::drift, moves.size());
  store::ChangeFilter waiting;
  waiting.undecided = true;
  BREAKEVEN_TRY(const auto undecided, all_changes(ledger, waiting));
  for (const store::RecordedChange& row : undecided) {
    const bool held = row.change.state == store::ChangeState::quarantined;
    out.add(Layer::drift, held, held ? "quarantined" : "proposed", row.change.book,
            row.change.vendor, row.change.model, to_string(row.change.field),
            "expected a decision about change " + std::to_string(row.id) +
                (row.change.reason.empty() ? "" : ": " + row.change.reason));
  }
  // An applied move beyond a factor of three that no human decided.
  for (const store::RecordedChange& row : moves) {
    const store::Change& c = row.change;
    if (c.book != store::kOurBook || c.state != store::ChangeState::applied || c.revises ||
        !c.old_price || !c.new_price || registry::atto(*c.old_price) == 0) {
      continue;
    }
    const double up = registry::ratio(*c.new_price, *c.old_price);
    if (up > 3 || up < 1.0 / 3) {
      out.add(Layer::drift, true, "jump", c.book, c.vendor, c.model, to_string(c.field),
              "expected at most a factor of 3 without a decision, found " + c.old_price->decimal() +
                  " and then " + c.new_price->decimal());
    }
  }
  return {};
}

/// Has a vendor a page or a list that a program reads?
bool can_be_read(const catalog::PriceBook& book, const std::string& vendor) {
  return std::ranges::any_of(registry::standard_sources(), [&](const registry::Source& source) {
    return !source.vendor.empty() && book.vendor_id(source.vendor) == vendor;
  });
}

/// In a ledger into which nothing was ever read, every date is that of the catalogue's evidence: known
/// and labelled so, it is a note. Once sources are read, a vendor with a source must stay fresh; one
/// without waits for a person, who is given longer.
Status freshness(store::Ledger& ledger, const catalog::PriceBook& book, Instant now,
                 Findings& out) {
  BREAKEVEN_TRY(const bool read, ever_read(ledger));
  std::vector<std::string> vendors;
  for (const catalog::PricedModel& model : book.models()) {
    if (std::ranges::find(vendors, model.vendor) == vendors.end()) vendors.push_back(model.vendor);
  }
  for (const std::string& vendor : vendors) {
    out.looked(Layer::freshness, 1);
    BREAKEVEN_TRY(const auto seen, verified(ledger, vendor, {}));
    if (!seen) {
      out.add(Layer::freshness, true, "never-verified", {}, vendor, {}, {},
              "expected somebody to have looked at this vendor, found nobody");
      continue;
    }
    const std::int64_t days = (now.seconds - seen->at.seconds) / kDay;
    const std::string last = std::to_string(days) + " days ago (" + seen->at.date().iso() + ")";
    const bool program = can_be_read(book, vendor);
    if (seen->basis == store::Verification::Basis::run) {
      out.add(Layer::freshness, true, "run-only", seen->source, vendor, {}, {},
              "expected a snapshot that covers this vendor, found only a crawler run of " +
                  seen->at.date().iso());
    } else if (days > kFreshDays && !read) {
      out.add(Layer::freshness, days > kNeverReadDays, "never-read", seen->source, vendor, {}, {},
              "no source was ever read here: the newest evidence is the catalogue's, of " + last);
    } else if (days > (program ? kFreshDays : kByHandDays)) {
      out.add(Layer::freshness, true, "stale", seen->source, vendor, {}, {},
              fmt::format("expected a look within {} days, found the last {}",
                          program ? kFreshDays : kByHandDays, last));
    } else if (days > kFreshDays) {
      out.add(
          Layer::freshness, false, "by-hand", seen->source, vendor, {}, {},
          "no source of this vendor is read by a program: look at its page; the last look was " +
              last);
    }
  }
  return {};
}

}  // namespace

Result<AuditAnswer> Registry::audit() {
  const Instant today = now();
  const catalog::PriceBook current = book(today);
  Findings out;
  structure(files_, current, today, out);
  BREAKEVEN_CHECK_OK(golden(files_, current, out));
  BREAKEVEN_CHECK_OK(reachability(*ledger_, out));
  BREAKEVEN_CHECK_OK(agreement(*ledger_, current, today, out));
  BREAKEVEN_CHECK_OK(drift(*ledger_, today, out));
  BREAKEVEN_CHECK_OK(freshness(*ledger_, current, today, out));
  AuditAnswer answer;
  answer.passed = out.passed();
  answer.report = out.report(today);
  return answer;
}

}  // namespace breakeven::service
