#include "store/catalogue_import.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/catalog/facts.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::store {
namespace {

constexpr std::size_t kPage = 10'000;
/// Reason of the rows by which a later import takes back what the catalogue dropped.
constexpr std::string_view kWithdrawn = "no longer in the catalogue";

/// A row that a book should have.
struct Wanted {
  Change change;  ///< known_from: the date of the source
  std::string source;
  Date seen_on;
  std::optional<std::size_t> cancels;  ///< position of an earlier wanted row
};

/// What makes two rows the same statement, whenever it was made.
std::string signature(const Change& c) {
  std::string out;
  const auto put = [&out](std::string_view part) {
    out += part;
    out += '\n';
  };
  const auto put_price = [&put](const std::optional<Price>& price) {
    put(price ? std::to_string(price->nano_usd) + "." + std::to_string(price->atto_usd) : "none");
  };
  put(c.vendor);
  put(c.model);
  put(to_string(c.field));
  put(to_string(c.state));
  put(to_string(c.kind));
  put(c.rule);
  put(std::to_string(c.effective_from.seconds));
  put(c.effective_to ? std::to_string(c.effective_to->seconds) : "open");
  put_price(c.new_price);
  // What a cancellation takes back; of other rows the old figure follows from the rows before.
  if (c.state == ChangeState::cancelled) put_price(c.old_price);
  return out;
}

/// FNV-1a over the statements: enough to tell whether two imports had the same content.
std::string content_hash(const std::vector<Wanted>& wanted) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const Wanted& one : wanted) {
    for (const char c : signature(one.change)) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    }
  }
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "fnv1a64:";
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(hash >> shift) & 15U];
  return text;
}

struct Found {
  std::multimap<std::string, ChangeId> rows;  ///< by signature, that imports wrote and stand
  ChangeId last = 0;                          ///< of the book; 0 = it is empty
};

/// What earlier imports wrote into a book.
Result<Found> find_imported(Ledger& ledger, const std::string& book) {
  Found found;
  std::set<RunId> imports;
  for (Page page{0, kPage};;) {
    BREAKEVEN_TRY(const auto runs, ledger.runs(kCatalogueSource, page));
    for (const RecordedRun& run : runs) {
      if (run.run.book == book) imports.insert(run.id);
    }
    if (runs.size() < page.limit) break;
    page.before = runs.back().id;
  }
  ChangeFilter filter;
  filter.book = book;
  std::vector<RecordedChange> rows;
  std::set<ChangeId> withdrawn;
  for (Page page{0, kPage};;) {
    BREAKEVEN_TRY(auto changes, ledger.changes(filter, page));
    if (!changes.empty()) found.last = std::max(found.last, changes.front().id);
    const bool last = changes.size() < page.limit;
    if (!last) page.before = changes.back().id;
    for (RecordedChange& one : changes) {
      if (!imports.contains(one.run)) continue;
      if (one.change.reason == kWithdrawn) {
        withdrawn.insert(one.change.revises.value_or(0));
      } else {
        rows.push_back(std::move(one));
      }
    }
    if (last) break;
  }
  for (const RecordedChange& one : rows) {
    if (!withdrawn.contains(one.id)) found.rows.emplace(signature(one.change), one.id);
  }
  return found;
}

/// What the rows vouch for: figures that a source shows, not those that a rule made.
std::vector<Coverage> coverage(const std::vector<Wanted>& wanted) {
  std::map<std::pair<std::string, catalog::PriceField>, Coverage> covers;
  for (const Wanted& one : wanted) {
    const Change& c = one.change;
    if (!c.new_price || c.kind == catalog::PriceKind::inferred) continue;
    Coverage& cell = covers[{c.vendor, c.field}];
    cell.vendor = c.vendor;
    cell.field = c.field;
    ++cell.rows;
    cell.verified_at = std::max(cell.verified_at, Instant::from_date(one.seen_on));
  }
  std::vector<Coverage> out;
  for (auto& [key, cell] : covers) out.push_back(std::move(cell));
  return out;
}

class BookImport {
 public:
  BookImport(Ledger& ledger, std::string book, std::vector<Wanted> wanted, Instant now,
             std::span<const catalog::NamedText> rules = {})
      : ledger_(ledger), wanted_(std::move(wanted)), rules_(rules), now_(now) {
    record_.run.book = std::move(book);
    record_.run.source = kCatalogueSource;
    record_.run.started = now;
    record_.run.finished = now;
    record_.run.rows = static_cast<std::int64_t>(wanted_.size());
  }

  Status run(ImportReport& report) {
    const auto first_try = attempt(report);
    if (first_try.ok() || first_try.error().code != ErrorCode::invalid_argument) return first_try;
    // Another process may have imported between our look and our write: look again.
    BREAKEVEN_CHECK_OK(ledger_.refresh());
    record_.evidence.clear();
    record_.changes.clear();
    record_.rules.clear();
    placed_.clear();
    evidence_number_.clear();
    return attempt(report);
  }

 private:
  Status attempt(ImportReport& report) {
    BREAKEVEN_TRY(Found found, find_imported(ledger_, record_.run.book));
    first_ = found.last == 0;
    record_.made_after = found.last;
    std::vector<std::optional<ChangeId>> existing(wanted_.size());
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (const auto same = found.rows.find(signature(wanted_[i].change));
          same != found.rows.end()) {
        existing[i] = same->second;
        found.rows.erase(same);
      }
    }
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      if (!existing[i]) add(i, existing);
    }
    const auto added = static_cast<std::int64_t>(record_.changes.size());
    for (const auto& [statement, id] : found.rows) BREAKEVEN_CHECK_OK(withdraw(id));
    add_rules();
    if (record_.changes.empty() && record_.rules.empty()) return {};
    record_.snapshot = Snapshot{std::string(kCatalogueSource),
                                now_,
                                content_hash(wanted_),
                                {},
                                record_.run.rows,
                                coverage(wanted_)};
    const auto recorded = ledger_.record(record_);
    if (!recorded.ok()) return recorded.error();
    ++report.books;
    report.added += added;
    report.withdrawn += static_cast<std::int64_t>(record_.changes.size()) - added;
    return {};
  }

  void add(std::size_t position, const std::vector<std::optional<ChangeId>>& existing) {
    const Wanted& wanted = wanted_[position];
    NewChange added{wanted.change, evidence(wanted.source, wanted.seen_on), {}};
    Change& c = added.change;
    c.book = record_.run.book;
    c.known_from = first_ ? std::min(Instant::from_date(wanted.seen_on), now_) : now_;
    if (wanted.cancels) {
      if (existing[*wanted.cancels]) {
        c.revises = existing[*wanted.cancels];
      } else {
        added.revises_here = placed_[*wanted.cancels];
      }
    }
    if (!first_ && c.state == ChangeState::applied && !c.old_price) {
      const auto before = ledger_.as_of(c.book, c.vendor, c.model, c.field, c.effective_from, now_);
      if (before) c.old_price = before->price;
    }
    placed_[position] = record_.changes.size();
    record_.changes.push_back(std::move(added));
  }

  /// Texts that differ from what was known last.
  void add_rules() {
    const std::vector<catalog::NamedText> known = ledger_.rules(now_);
    for (const catalog::NamedText& text : rules_) {
      const auto same = std::ranges::find(known, text.name, &catalog::NamedText::name);
      if (same == known.end() || same->content != text.content) record_.rules.push_back(text);
    }
  }

  Status withdraw(ChangeId id) {
    BREAKEVEN_TRY(const RecordedChange row, ledger_.change(id));
    // A step that was cancelled already, or its cancellation, has no further effect.
    if (row.decided_by != 0 || row.change.state != ChangeState::applied) return {};
    NewChange gone{row.change, evidence(std::string(kCatalogueSource), now_.date()), {}};
    gone.change.state = ChangeState::cancelled;
    gone.change.reason = kWithdrawn;
    gone.change.old_price = row.change.new_price;
    gone.change.new_price.reset();
    gone.change.known_from = now_;
    gone.change.revises = id;
    record_.changes.push_back(std::move(gone));
    return {};
  }

  std::size_t evidence(const std::string& source, Date seen_on) {
    const auto [at, fresh] =
        evidence_number_.emplace(std::pair(source, seen_on), record_.evidence.size());
    if (fresh) record_.evidence.push_back(Evidence{source, {}, {}, seen_on, {}});
    return at->second;
  }

  Ledger& ledger_;
  std::vector<Wanted> wanted_;
  std::span<const catalog::NamedText> rules_;
  Instant now_;
  bool first_ = true;
  RunRecord record_;
  std::map<std::size_t, std::size_t> placed_;  ///< position wanted -> position in the record
  std::map<std::pair<std::string, Date>, std::size_t> evidence_number_;
};

constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();

catalog::PriceField field_of(const catalog::PriceRow& row) {
  return {row.unit, row.mode, row.above_input_tokens, row.inclusive, row.when};
}

Date date_of(const std::string& partial) {
  const auto date = catalog::parse_partial_date(partial);
  return date.ok() ? *date : Date{};
}

/// The row that takes over where `row` ends: of the same field if there is one, else the peak or
/// off-peak price that replaces an all-day one, or the other way round.
const catalog::PriceRow* successor(const catalog::PricedModel& model,
                                   const catalog::PriceRow& row) {
  const catalog::PriceRow* best = nullptr;
  for (const catalog::PriceRow& next : model.rows) {
    if (next.from_s != row.to_s || next.unit != row.unit || next.mode != row.mode ||
        next.above_input_tokens != row.above_input_tokens) {
      continue;
    }
    if (field_of(next) == field_of(row)) return &next;
    best = &next;
  }
  return best;
}

void want_row(const catalog::PricedModel& model, const catalog::PriceRow& row,
              std::vector<Wanted>& wanted) {
  Wanted one;
  one.source = row.source;
  one.seen_on = date_of(row.source_date);
  Change& c = one.change;
  c.vendor = model.vendor;
  c.model = model.name;
  c.field = field_of(row);
  if (row.kind != catalog::PriceKind::unknown) c.new_price = row.price;
  c.kind = row.kind;
  c.rule = row.rule;
  c.effective_from = Instant{row.from_s};
  const catalog::PriceRow* const next = row.to_s == kOpen ? nullptr : successor(model, row);
  if (row.to_s != kOpen && next == nullptr) c.effective_to = Instant{row.to_s};
  const Change stated = c;
  wanted.push_back(std::move(one));
  if (next == nullptr || field_of(*next) == field_of(row)) return;
  Wanted end;
  end.source = next->source;
  end.seen_on = date_of(next->source_date);
  end.change = stated;
  end.change.old_price = stated.new_price;
  end.change.new_price.reset();
  end.change.kind = catalog::PriceKind::published;
  end.change.rule.clear();
  end.change.effective_from = Instant{row.to_s};
  wanted.push_back(std::move(end));
}

std::vector<Wanted> wanted_prices(const catalog::PriceBook& prices) {
  std::vector<Wanted> wanted;
  for (const catalog::PricedModel& model : prices.models()) {
    const std::size_t first = wanted.size();
    for (const catalog::PriceRow& row : model.rows) want_row(model, row, wanted);
    // The old figure of a row is the one in force just before it.
    std::vector<std::size_t> order;
    for (std::size_t i = first; i < wanted.size(); ++i) order.push_back(i);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) {
      return std::pair(wanted[i].change.field, wanted[i].change.effective_from);
    });
    for (std::size_t k = 1; k < order.size(); ++k) {
      const Change& before = wanted[order[k - 1]].change;
      Change& after = wanted[order[k]].change;
      const bool goes_on = !before.effective_to || *before.effective_to >= after.effective_from;
      if (before.field == after.field && goes_on) after.old_price = before.new_price;
    }
  }
  return wanted;
}

Result<std::map<std::string, std::vector<Wanted>>> wanted_history(
    std::span<const catalog::HistoricPrice> history) {
  using Step = std::tuple<std::string, std::string, std::string, catalog::PriceField, Instant>;
  std::map<std::string, std::vector<Wanted>> books;
  std::map<Step, std::size_t> announced;
  for (const catalog::HistoricPrice& h : history) {
    std::vector<Wanted>& wanted = books[std::string(kHistoryPrefix) + h.origin];
    Wanted one;
    one.source = h.source;
    one.seen_on = h.seen_on;
    Change& c = one.change;
    c.vendor = h.vendor;
    c.model = h.model;
    c.field = h.field;
    c.old_price = h.old_price;
    c.new_price = h.new_price;
    c.effective_from = h.effective_from;
    const Step step{h.origin, h.vendor, h.model, h.field, h.effective_from};
    if (h.event == catalog::HistoryEvent::announced) announced[step] = wanted.size();
    if (h.event == catalog::HistoryEvent::cancelled) {
      c.state = ChangeState::cancelled;
      c.reason = h.source;
      const auto about = announced.find(step);
      if (about == announced.end()) {
        return Error{ErrorCode::invalid_argument, "expected an announced step above to cancel",
                     h.place};
      }
      one.cancels = about->second;
    }
    wanted.push_back(std::move(one));
  }
  return books;
}

}  // namespace

Result<ImportReport> import_catalogue(Ledger& ledger, const catalog::PriceBook& prices,
                                      std::span<const catalog::HistoricPrice> history,
                                      Instant now) {
  ImportReport report;
  BREAKEVEN_CHECK_OK(
      BookImport(ledger, std::string(kOurBook), wanted_prices(prices), now, prices.rule_files())
          .run(report));
  BREAKEVEN_TRY(auto books, wanted_history(history));
  for (auto& [book, wanted] : books) {
    BREAKEVEN_CHECK_OK(BookImport(ledger, book, std::move(wanted), now).run(report));
  }
  return report;
}

}  // namespace breakeven::store
