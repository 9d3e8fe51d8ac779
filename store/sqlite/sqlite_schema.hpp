// sqlite_schema.hpp — the tables of a ledger file. docs/formats/ledger.md explains each column.
#pragma once

namespace breakeven::store {

/// Number n brings a ledger of version n to version n + 1. Never edited once released.
inline constexpr const char* kSqliteMigrations[] = {R"sql(
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

-- Nothing is rewritten. INSERT OR REPLACE removes rows without a DELETE trigger unless
-- recursive_triggers is on, which another program may not have: hence the insert triggers.
CREATE TRIGGER crawler_runs_no_update BEFORE UPDATE ON crawler_runs
  BEGIN SELECT RAISE(ABORT, 'crawler_runs is append-only'); END;
CREATE TRIGGER crawler_runs_no_delete BEFORE DELETE ON crawler_runs
  BEGIN SELECT RAISE(ABORT, 'crawler_runs is append-only'); END;
CREATE TRIGGER crawler_runs_no_replace BEFORE INSERT ON crawler_runs
  WHEN EXISTS (SELECT 1 FROM crawler_runs WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'crawler_runs is append-only'); END;

CREATE TRIGGER pricing_snapshots_no_update BEFORE UPDATE ON pricing_snapshots
  BEGIN SELECT RAISE(ABORT, 'pricing_snapshots is append-only'); END;
CREATE TRIGGER pricing_snapshots_no_delete BEFORE DELETE ON pricing_snapshots
  BEGIN SELECT RAISE(ABORT, 'pricing_snapshots is append-only'); END;
CREATE TRIGGER pricing_snapshots_no_replace BEFORE INSERT ON pricing_snapshots
  WHEN EXISTS (SELECT 1 FROM pricing_snapshots WHERE id = NEW.id OR run = NEW.run)
  BEGIN SELECT RAISE(ABORT, 'pricing_snapshots is append-only'); END;

CREATE TRIGGER snapshot_coverage_no_update BEFORE UPDATE ON snapshot_coverage
  BEGIN SELECT RAISE(ABORT, 'snapshot_coverage is append-only'); END;
CREATE TRIGGER snapshot_coverage_no_delete BEFORE DELETE ON snapshot_coverage
  BEGIN SELECT RAISE(ABORT, 'snapshot_coverage is append-only'); END;
CREATE TRIGGER snapshot_coverage_no_replace BEFORE INSERT ON snapshot_coverage
  WHEN EXISTS (SELECT 1 FROM snapshot_coverage
               WHERE snapshot = NEW.snapshot AND vendor = NEW.vendor AND field = NEW.field)
  BEGIN SELECT RAISE(ABORT, 'snapshot_coverage is append-only'); END;

CREATE TRIGGER price_evidence_no_update BEFORE UPDATE ON price_evidence
  BEGIN SELECT RAISE(ABORT, 'price_evidence is append-only'); END;
CREATE TRIGGER price_evidence_no_delete BEFORE DELETE ON price_evidence
  BEGIN SELECT RAISE(ABORT, 'price_evidence is append-only'); END;
CREATE TRIGGER price_evidence_no_replace BEFORE INSERT ON price_evidence
  WHEN EXISTS (SELECT 1 FROM price_evidence WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'price_evidence is append-only'); END;

CREATE TRIGGER price_changelog_no_update BEFORE UPDATE ON price_changelog
  BEGIN SELECT RAISE(ABORT, 'price_changelog is append-only'); END;
CREATE TRIGGER price_changelog_no_delete BEFORE DELETE ON price_changelog
  BEGIN SELECT RAISE(ABORT, 'price_changelog is append-only'); END;
CREATE TRIGGER price_changelog_no_replace BEFORE INSERT ON price_changelog
  WHEN EXISTS (SELECT 1 FROM price_changelog WHERE id = NEW.id OR revises = NEW.revises)
  BEGIN SELECT RAISE(ABORT, 'price_changelog is append-only'); END;
)sql"};

}  // namespace breakeven::store
