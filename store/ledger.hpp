// ledger.hpp — every price that was ever believed, when it held, when it became known, and why.
//
// Units    USD per million tokens, or per thousand calls (catalog::info(unit).per). Instants are
//          seconds UTC and always passed in: the store has no clock.
// Shape    A ledger is a sequence of runs. record() appends one run with its snapshot, evidence and
//          changes as one transaction: afterwards all of it is there, durably, or none. Rows are
//          never altered; a decision about a row, or its cancellation, is a later row that names it.
//
//          Two times are kept apart. *Effective* is when the vendor charges it, *known* is when the
//          ledger learned of it:
//            as_of(f, effective at t, known at k) = among the applied rows of f with known_from <= k
//            and effective_from <= t < effective_to that no row known at k cancels, the one with the
//            latest effective_from; of those the latest known_from; of those the last written.
//          So an announced step outlives a price cut before it, a corrected figure replaces the one
//          of the same date, and the end of a promotion falls back to what held before.
//          Worked (test: SameTokensUnderTwoKnownTimes): input 3 USD from January, known in January;
//          2 USD from 1 June, known on 10 June. For 5 June the answer is 3 as known on 9 June, 2 as
//          known on 10 June, and the first stays 3 for ever.
//
//          A book is one view of the prices: kOurBook is what Breakeven charges with, "litellm" what
//          that registry shows, "history.litellm" what it showed before crawling began. Known times
//          never run backwards within a book (record() refuses), so that no question about the past
//          changes its answer.
// Sources  Snodgrass, Developing Time-Oriented Database Applications in SQL (1999), for the two
//          times. Tables and invariants: docs/formats/ledger.md.
// Threads  A Ledger may be used by several threads. as_of(), models(), prices(), rules() and book() answer from memory:
//          from what was there when this program last recorded, refreshed, or asked for a history,
//          changes or counts. Several processes may have the same ledger open; writers wait for
//          each other.
// Errors   invalid_argument names the change and the rule it breaks; io_error names the ledger;
//          unsupported: a ledger of a newer version or a file that is no ledger. When the connection
//          to a server breaks during a commit, only a later look shows whether the run is there. A
//          password in a URL is never part of a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/civil_time.hpp"
#include "engine/base/money.hpp"
#include "engine/base/result.hpp"
#include "engine/catalog/named_text.hpp"
#include "engine/catalog/price_book.hpp"
#include "engine/catalog/price_observation.hpp"

namespace breakeven::store {

/// What Breakeven charges with. Other books are named after the source that shows them.
inline constexpr std::string_view kOurBook = "breakeven";

// Numbers that record() gives to rows, from 1 and without gaps; 0 = not recorded.
using RunId = std::int64_t;
using SnapshotId = std::int64_t;
using EvidenceId = std::int64_t;
using ChangeId = std::int64_t;

/// What a figure rests on.
struct Evidence {
  std::string source;        ///< who says so: "LiteLLM", "platform.claude.com pricing"
  std::string url;           ///< where, without query secrets; may be empty
  std::string statement;     ///< what it says, or where in it: key, line, sentence; may be empty
  Date seen_on;              ///< the day on which the source said so
  std::string content_hash;  ///< "sha256:..." of the bytes that were read; may be empty
};

enum class RunStatus : std::uint8_t {
  succeeded,     ///< read and parsed
  not_modified,  ///< the source says that nothing changed since its last snapshot
  failed         ///< could not be fetched, or broke its parser's contract
};
[[nodiscard]] std::string_view to_string(RunStatus status);

/// One attempt to read one source.
struct Run {
  std::string book;    ///< whose view it feeds
  std::string source;  ///< id of the crawler or importer: "litellm", "anthropic-page", "catalogue"
  std::string vendor;  ///< the one vendor it reads about; empty = several
  Instant started;
  Instant finished;
  RunStatus status = RunStatus::succeeded;
  int http_status = 0;    ///< 0 = not read over HTTP
  std::int64_t rows = 0;  ///< prices read
  std::string error;      ///< of a failed run
  // Counted by record() from the changes of the run:
  std::int64_t changes = 0;      ///< proposed or applied
  std::int64_t quarantined = 0;  ///< held back for a human
};

/// For which vendor and field a snapshot is evidence, and of what time.
struct Coverage {
  std::string vendor;
  catalog::PriceField field;
  std::int64_t rows = 0;
  Instant verified_at;
};

/// What a source held at a time. The same content may be seen again: each time is a snapshot.
struct Snapshot {
  std::string source;
  Instant taken_at;
  std::string content_hash;  ///< "sha256:..."
  std::string etag;          ///< for the next conditional request; may be empty
  std::int64_t rows = 0;
  std::vector<Coverage> covers;
};

enum class ChangeState : std::uint8_t {
  applied,      ///< in force from known_from on
  proposed,     ///< waits for a decision
  quarantined,  ///< suspicious: waits for a human; `reason` says why
  rejected,     ///< decides against the proposed or quarantined row `revises`
  cancelled     ///< takes back the applied row `revises`: it no longer counts from known_from on
};
[[nodiscard]] std::string_view to_string(ChangeState state);
[[nodiscard]] Result<ChangeState> parse_change_state(std::string_view text);

/// A figure of a book that differs from what the book had.
struct Change {
  std::string book;
  std::string vendor;
  std::string model;
  catalog::PriceField field;
  std::optional<Price> old_price;  ///< none: was not listed, or had no figure
  std::optional<Price> new_price;  ///< none: ends here; with kind unknown: listed, figure unknown
  catalog::PriceKind kind = catalog::PriceKind::published;
  std::string rule;                               ///< id of the rule that made it, when inferred
  std::optional<catalog::PriceField> base_field;  ///< that it was inferred from
  Instant effective_from;                         ///< kAlways: as long as anyone remembers
  std::optional<Instant> effective_to;            ///< exclusive; none: until something else holds
  Instant known_from;
  ChangeState state = ChangeState::applied;
  std::string reason;               ///< why quarantined, rejected, cancelled or corrected
  std::optional<ChangeId> revises;  ///< the row decided upon; each row is decided once

  /// True when the field is listed from effective_from on, with a figure or without.
  [[nodiscard]] bool listed() const {
    return new_price.has_value() || kind == catalog::PriceKind::unknown;
  }
};

inline constexpr Instant kAlways{INT64_MIN};

/// A change to be recorded, and where in its record its evidence stands.
struct NewChange {
  Change change;
  std::size_t evidence = 0;  ///< position in RunRecord::evidence
  /// In place of Change::revises: position of an earlier change of the same record.
  std::optional<std::size_t> revises_here;
};

/// What one run brings; recorded whole or not at all.
struct RunRecord {
  Run run;
  std::optional<Snapshot> snapshot;
  std::vector<Evidence> evidence;
  std::vector<NewChange> changes;
  /// Texts of rules, factors and calendars, in force from run.started on (catalog::PriceBook).
  std::vector<catalog::NamedText> rules = {};
  /// The last row of the book that the changes were made from (0: none): refused when another
  /// writer has added to the book since. Not given: added to whatever is there.
  std::optional<ChangeId> made_after = std::nullopt;
};

/// The numbers under which a record was written. Changes and evidence are numbered consecutively.
struct Receipt {
  RunId run = 0;
  SnapshotId snapshot = 0;  ///< 0 = none
  EvidenceId first_evidence = 0;
  ChangeId first_change = 0;
};

// Rows as read back.
struct RecordedRun {
  RunId id = 0;
  Run run;
};
struct RecordedSnapshot {
  SnapshotId id = 0;
  RunId run = 0;
  Snapshot snapshot;  ///< covers: in the order of vendor and field text
};
struct RecordedChange {
  ChangeId id = 0;
  RunId run = 0;
  EvidenceId evidence_id = 0;
  Change change;
  Evidence evidence;
  /// The later row that decided upon this one or cancelled it; 0 = none yet.
  ChangeId decided_by = 0;
};

/// A price as it stands at one effective and one known time.
struct PriceAsOf {
  catalog::PriceField field;
  std::optional<Price> price;  ///< none: listed, figure unknown
  catalog::PriceKind kind = catalog::PriceKind::published;
  std::string rule;
  std::string source;       ///< of the evidence
  std::string source_date;  ///< the day on which the source said so
  Instant effective_from;   ///< of the row that answers
  Instant known_from;
  ChangeId change = 0;
};

/// Which rows of the changelog; empty members do not restrict.
struct ChangeFilter {
  std::string book;
  std::string vendor;
  std::string model;
  std::optional<catalog::PriceField> field;
  std::optional<ChangeState> state;
  std::optional<catalog::PriceKind> kind;
  std::optional<RunId> run;
  std::optional<Instant> known_since;   ///< inclusive
  std::optional<Instant> known_before;  ///< exclusive
  bool undecided = false;  ///< only proposed and quarantined rows that nothing has decided upon
};

/// One page, newest row first. The next page starts `before` the last id of this one.
struct Page {
  std::int64_t before = 0;  ///< only smaller ids; 0 = from the newest
  std::size_t limit = 100;  ///< 1 .. 10 000
};

/// When somebody last looked, and how well.
struct Verification {
  enum class Basis : std::uint8_t {
    snapshot,  ///< the source was read and covered this
    run        ///< a crawler ran without error, which shows only that it ran
  };
  Instant at;
  Basis basis = Basis::snapshot;
  std::string source;
  RunId run = 0;
};

struct LedgerCounts {
  std::int64_t runs = 0;
  std::int64_t snapshots = 0;
  std::int64_t evidence = 0;
  std::int64_t changes = 0;
};

class Ledger {
 public:
  Ledger() = default;
  virtual ~Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  Ledger(Ledger&&) = delete;
  Ledger& operator=(Ledger&&) = delete;

  /// Appends a run in one transaction; durable when it returns.
  [[nodiscard]] virtual Result<Receipt> record(const RunRecord& record) = 0;
  /// Takes in what other processes have recorded since.
  [[nodiscard]] virtual Status refresh() = 0;
  /// Number of the newest run of any process, 0 = none: whoever keeps what was read from the ledger
  /// reads again when it has grown.
  [[nodiscard]] virtual Result<RunId> version() = 0;

  /// Vendor and model of everything that ever stood in a book, in this order.
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> models(
      std::string_view book) const = 0;
  /// Nothing when the book does not list the field then.
  [[nodiscard]] virtual std::optional<PriceAsOf> as_of(
      std::string_view book, std::string_view vendor, std::string_view model,
      const catalog::PriceField& field, Instant effective_at, Instant known_at) const = 0;
  /// Every field that the book lists for a model then, ordered by field.
  [[nodiscard]] virtual std::vector<PriceAsOf> prices(std::string_view book,
                                                      std::string_view vendor,
                                                      std::string_view model, Instant effective_at,
                                                      Instant known_at) const = 0;
  /// A book as it was known at a time, as a price book: models and names are those of `base`, prices
  /// those of the ledger, and so are rules, factors and calendars where it has any. A row's place is
  /// "price_changelog:<id>".
  [[nodiscard]] virtual catalog::PriceBook book(std::string_view book, Instant known_at,
                                                const catalog::PriceBook& base) const = 0;

  /// The rules, factors and calendars as they were known then; before the first were recorded, those.
  [[nodiscard]] virtual std::vector<catalog::NamedText> rules(Instant known_at) const = 0;

  /// Every row about a model, of one book or (empty) of all, in the order of effective_from, then
  /// as written.
  [[nodiscard]] virtual Result<std::vector<RecordedChange>> history(std::string_view book,
                                                                    std::string_view vendor,
                                                                    std::string_view model) = 0;
  [[nodiscard]] virtual Result<std::vector<RecordedChange>> changes(const ChangeFilter& filter,
                                                                    const Page& page) = 0;
  /// not_found when there is no such row.
  [[nodiscard]] virtual Result<RecordedChange> change(ChangeId id) = 0;
  /// Of one source or (empty) of all.
  [[nodiscard]] virtual Result<std::vector<RecordedRun>> runs(std::string_view source,
                                                              const Page& page) = 0;
  [[nodiscard]] virtual Result<std::vector<RecordedSnapshot>> snapshots(std::string_view source,
                                                                        const Page& page) = 0;
  /// The newest time at which a snapshot of the book covered the vendor (and the field, if given);
  /// else when a run of the book about the vendor last succeeded; else nothing.
  [[nodiscard]] virtual Result<std::optional<Verification>> last_verified(
      std::string_view book, std::string_view vendor,
      const std::optional<catalog::PriceField>& field) = 0;
  [[nodiscard]] virtual Result<LedgerCounts> counts() = 0;
};

/// Opens a ledger and brings it to this program's version: "postgres://..." or "postgresql://..."
/// by PostgreSQL, anything else is the path of a SQLite file, which is made when its folder exists; ":memory:" is a
/// ledger that goes away with the object.
[[nodiscard]] Result<std::unique_ptr<Ledger>> open_ledger(const std::string& location);

}  // namespace breakeven::store
