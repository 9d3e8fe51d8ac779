#include "store/ledger_schema.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace breakeven::store {
namespace {

constexpr std::string_view kFirstTables = R"sql(
CREATE TABLE crawler_runs (
  id          INTEGER PRIMARY KEY CHECK (id > 0),
  book        TEXT NOT NULL CHECK (book <> ''),
  source      TEXT NOT NULL CHECK (source <> ''),
  vendor      TEXT NOT NULL,
  started     INTEGER NOT NULL,
  finished    INTEGER NOT NULL CHECK (finished >= started),
  status      TEXT NOT NULL CHECK (status IN ('succeeded', 'not_modified', 'failed')),
  http_status INTEGER NOT NULL,
  rows_read   INTEGER NOT NULL CHECK (rows_read >= 0),
  changes     INTEGER NOT NULL CHECK (changes >= 0),
  quarantined INTEGER NOT NULL CHECK (quarantined >= 0),
  error       TEXT NOT NULL CHECK ((status = 'failed') = (error <> ''))
) STRICT;
CREATE INDEX crawler_runs_by_source ON crawler_runs (source, id);
CREATE INDEX crawler_runs_by_vendor ON crawler_runs (book, vendor, finished);

CREATE TABLE pricing_snapshots (
  id           INTEGER PRIMARY KEY CHECK (id > 0),
  run          INTEGER NOT NULL UNIQUE REFERENCES crawler_runs (id),
  source       TEXT NOT NULL CHECK (source <> ''),
  taken_at     INTEGER NOT NULL,
  content_hash TEXT NOT NULL CHECK (content_hash <> ''),
  etag         TEXT NOT NULL,
  rows_read    INTEGER NOT NULL CHECK (rows_read >= 0)
) STRICT;
CREATE INDEX pricing_snapshots_by_source ON pricing_snapshots (source, id);

CREATE TABLE snapshot_coverage (
  snapshot    INTEGER NOT NULL REFERENCES pricing_snapshots (id),
  book        TEXT NOT NULL,
  vendor      TEXT NOT NULL CHECK (vendor <> ''),
  field       TEXT NOT NULL CHECK (field <> ''),
  rows_read   INTEGER NOT NULL CHECK (rows_read >= 0),
  verified_at INTEGER NOT NULL,
  PRIMARY KEY (snapshot, vendor, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_coverage_by_vendor ON snapshot_coverage (book, vendor, verified_at);

CREATE TABLE price_evidence (
  id           INTEGER PRIMARY KEY CHECK (id > 0),
  run          INTEGER NOT NULL REFERENCES crawler_runs (id),
  source       TEXT NOT NULL CHECK (source <> ''),
  url          TEXT NOT NULL,
  statement    TEXT NOT NULL,
  seen_on      INTEGER NOT NULL,
  content_hash TEXT NOT NULL
) STRICT;

CREATE TABLE price_changelog (
  id             INTEGER PRIMARY KEY CHECK (id > 0),
  run            INTEGER NOT NULL REFERENCES crawler_runs (id),
  evidence       INTEGER NOT NULL REFERENCES price_evidence (id),
  book           TEXT NOT NULL CHECK (book <> ''),
  vendor         TEXT NOT NULL CHECK (vendor <> ''),
  model          TEXT NOT NULL CHECK (model <> ''),
  field          TEXT NOT NULL CHECK (field <> ''),
  old_nano_usd   INTEGER CHECK (old_nano_usd >= 0),
  old_atto_usd   INTEGER CHECK (old_atto_usd BETWEEN 0 AND 999999999),
  new_nano_usd   INTEGER CHECK (new_nano_usd >= 0),
  new_atto_usd   INTEGER CHECK (new_atto_usd BETWEEN 0 AND 999999999),
  kind           TEXT NOT NULL CHECK (kind IN ('published', 'inferred', 'contested', 'unknown')),
  rule           TEXT NOT NULL CHECK (kind <> 'inferred' OR rule <> ''),
  base_field     TEXT NOT NULL,
  effective_from INTEGER NOT NULL,
  effective_to   INTEGER CHECK (effective_to > effective_from),
  known_from     INTEGER NOT NULL,
  state          TEXT NOT NULL
                 CHECK (state IN ('applied', 'proposed', 'quarantined', 'rejected', 'cancelled')),
  reason         TEXT NOT NULL CHECK (state IN ('applied', 'proposed') OR reason <> ''),
  revises        INTEGER UNIQUE REFERENCES price_changelog (id)
                 CHECK (revises < id),
  CHECK ((old_nano_usd IS NULL) = (old_atto_usd IS NULL)),
  CHECK ((new_nano_usd IS NULL) = (new_atto_usd IS NULL)),
  CHECK (kind <> 'unknown' OR new_nano_usd IS NULL),
  CHECK (state NOT IN ('rejected', 'cancelled') OR revises IS NOT NULL),
  CHECK (state NOT IN ('proposed', 'quarantined') OR revises IS NULL)
) STRICT;
CREATE INDEX price_changelog_by_model ON price_changelog (vendor, model, book);
CREATE INDEX price_changelog_by_run ON price_changelog (run);
CREATE INDEX price_changelog_by_book ON price_changelog (book, id);
)sql";
constexpr std::array<AppendOnly, 5> kFirstAppendOnly{{
    {"crawler_runs", "id = NEW.id"},
    {"pricing_snapshots", "id = NEW.id OR run = NEW.run"},
    {"snapshot_coverage", "snapshot = NEW.snapshot AND vendor = NEW.vendor AND field = NEW.field"},
    {"price_evidence", "id = NEW.id"},
    {"price_changelog", "id = NEW.id OR revises = NEW.revises"},
}};

// The rules by which prices are made that nobody publishes are knowledge too: they change, and what
// they gave yesterday must still be given.
constexpr std::string_view kRuleTables = R"sql(
CREATE TABLE pricing_rules (
  id         INTEGER PRIMARY KEY CHECK (id > 0),
  run        INTEGER NOT NULL REFERENCES crawler_runs (id),
  name       TEXT NOT NULL CHECK (name <> ''),
  known_from INTEGER NOT NULL,
  content    TEXT NOT NULL CHECK (content <> '')
) STRICT;
)sql";
constexpr std::array<AppendOnly, 1> kRulesAppendOnly{{{"pricing_rules", "id = NEW.id"}}};

// What a server that several people use keeps: who may ask, what was written by whom, and their plans.
// A token is taken back by a row of its own, so that nothing about tokens is ever rewritten. Plans
// can be deleted for good; that they were is in the audit log.
constexpr std::string_view kServerTables = R"sql(
CREATE TABLE api_tokens (
  id                  TEXT PRIMARY KEY CHECK (id <> ''),
  name                TEXT NOT NULL CHECK (name <> ''),
  workspace           TEXT NOT NULL CHECK (workspace <> ''),
  scope               TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
  secret_hash         TEXT NOT NULL CHECK (secret_hash <> ''),
  created             INTEGER NOT NULL,
  expires             INTEGER CHECK (expires > created),
  requests_per_minute INTEGER CHECK (requests_per_minute > 0),
  plans_per_day       INTEGER CHECK (plans_per_day > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE token_revocations (
  token   TEXT PRIMARY KEY REFERENCES api_tokens (id),
  revoked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_log (
  id        INTEGER PRIMARY KEY CHECK (id > 0),
  written   INTEGER NOT NULL,
  who       TEXT NOT NULL CHECK (who <> ''),
  token     TEXT NOT NULL,
  workspace TEXT NOT NULL,
  action    TEXT NOT NULL CHECK (action <> ''),
  target    TEXT NOT NULL,
  detail    TEXT NOT NULL,
  request   TEXT NOT NULL
) STRICT;
CREATE INDEX audit_log_by_token ON audit_log (token, action, written);

CREATE TABLE saved_plans (
  id        TEXT PRIMARY KEY CHECK (id <> ''),
  workspace TEXT NOT NULL CHECK (workspace <> ''),
  version   INTEGER NOT NULL CHECK (version > 0),
  created   INTEGER NOT NULL,
  changed   INTEGER NOT NULL UNIQUE REFERENCES audit_log (id)
) STRICT;
CREATE INDEX saved_plans_by_change ON saved_plans (workspace, changed);

CREATE TABLE plan_versions (
  plan     TEXT NOT NULL REFERENCES saved_plans (id),
  version  INTEGER NOT NULL CHECK (version > 0),
  name     TEXT NOT NULL CHECK (name <> ''),
  saved    INTEGER NOT NULL,
  saved_by TEXT NOT NULL,
  document TEXT NOT NULL CHECK (document <> ''),
  PRIMARY KEY (plan, version)
) STRICT;

CREATE TABLE request_keys (
  owner     TEXT NOT NULL,
  name      TEXT NOT NULL CHECK (name <> ''),
  body_hash TEXT NOT NULL,
  plan      TEXT NOT NULL,
  version   INTEGER NOT NULL,
  used      INTEGER NOT NULL,
  PRIMARY KEY (owner, name)
) STRICT;
)sql";
constexpr std::array<AppendOnly, 3> kServerAppendOnly{{
    {"api_tokens", "id = NEW.id"},
    {"token_revocations", "token = NEW.token"},
    {"audit_log", "id = NEW.id"},
}};

constexpr std::array<Migration, 3> kMigrations{{{kFirstTables, kFirstAppendOnly},
                                                {kRuleTables, kRulesAppendOnly},
                                                {kServerTables, kServerAppendOnly}}};

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

std::string in_postgres(std::string_view tables) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kWords{
      {{"INTEGER", "BIGINT"}, {" STRICT, WITHOUT ROWID", ""}, {" STRICT", ""}}};
  std::string text(tables);
  for (const auto& [sqlite, postgres] : kWords) {
    for (std::size_t at = text.find(sqlite); at != std::string::npos;
         at = text.find(sqlite, at + postgres.size())) {
      text.replace(at, sqlite.size(), postgres);
    }
  }
  return text;
}

}  // namespace breakeven::store
