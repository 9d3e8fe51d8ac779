// postgres_schema.hpp — the tables of a ledger in PostgreSQL, in a schema of their own.
//
// Shape    The same tables as store/sqlite/sqlite_schema.hpp. docs/formats/ledger.md explains each
//          column. INSERT ... ON CONFLICT DO UPDATE is an UPDATE and is refused like one.
#pragma once

namespace breakeven::store {

/// Number n brings a ledger of version n to version n + 1. Never edited once released.
inline constexpr const char* kPostgresMigrations[] = {R"sql(
CREATE TABLE crawler_runs (
  id          BIGINT PRIMARY KEY CHECK (id > 0),
  book        TEXT NOT NULL CHECK (book <> ''),
  source      TEXT NOT NULL CHECK (source <> ''),
  vendor      TEXT NOT NULL,
  started     BIGINT NOT NULL,
  finished    BIGINT NOT NULL CHECK (finished >= started),
  status      TEXT NOT NULL CHECK (status IN ('succeeded', 'not_modified', 'failed')),
  http_status BIGINT NOT NULL,
  rows_read   BIGINT NOT NULL CHECK (rows_read >= 0),
  changes     BIGINT NOT NULL CHECK (changes >= 0),
  quarantined BIGINT NOT NULL CHECK (quarantined >= 0),
  error       TEXT NOT NULL CHECK ((status = 'failed') = (error <> ''))
);
CREATE INDEX crawler_runs_by_source ON crawler_runs (source, id);
CREATE INDEX crawler_runs_by_vendor ON crawler_runs (book, vendor, finished);

CREATE TABLE pricing_snapshots (
  id           BIGINT PRIMARY KEY CHECK (id > 0),
  run          BIGINT NOT NULL UNIQUE REFERENCES crawler_runs (id),
  source       TEXT NOT NULL CHECK (source <> ''),
  taken_at     BIGINT NOT NULL,
  content_hash TEXT NOT NULL CHECK (content_hash <> ''),
  etag         TEXT NOT NULL,
  rows_read    BIGINT NOT NULL CHECK (rows_read >= 0)
);
CREATE INDEX pricing_snapshots_by_source ON pricing_snapshots (source, id);

CREATE TABLE snapshot_coverage (
  snapshot    BIGINT NOT NULL REFERENCES pricing_snapshots (id),
  book        TEXT NOT NULL,
  vendor      TEXT NOT NULL CHECK (vendor <> ''),
  field       TEXT NOT NULL CHECK (field <> ''),
  rows_read   BIGINT NOT NULL CHECK (rows_read >= 0),
  verified_at BIGINT NOT NULL,
  PRIMARY KEY (snapshot, vendor, field)
);
CREATE INDEX snapshot_coverage_by_vendor ON snapshot_coverage (book, vendor, verified_at);

CREATE TABLE price_evidence (
  id           BIGINT PRIMARY KEY CHECK (id > 0),
  run          BIGINT NOT NULL REFERENCES crawler_runs (id),
  source       TEXT NOT NULL CHECK (source <> ''),
  url          TEXT NOT NULL,
  statement    TEXT NOT NULL,
  seen_on      BIGINT NOT NULL,
  content_hash TEXT NOT NULL
);

CREATE TABLE price_changelog (
  id             BIGINT PRIMARY KEY CHECK (id > 0),
  run            BIGINT NOT NULL REFERENCES crawler_runs (id),
  evidence       BIGINT NOT NULL REFERENCES price_evidence (id),
  book           TEXT NOT NULL CHECK (book <> ''),
  vendor         TEXT NOT NULL CHECK (vendor <> ''),
  model          TEXT NOT NULL CHECK (model <> ''),
  field          TEXT NOT NULL CHECK (field <> ''),
  old_nano_usd   BIGINT CHECK (old_nano_usd >= 0),
  old_atto_usd   BIGINT CHECK (old_atto_usd BETWEEN 0 AND 999999999),
  new_nano_usd   BIGINT CHECK (new_nano_usd >= 0),
  new_atto_usd   BIGINT CHECK (new_atto_usd BETWEEN 0 AND 999999999),
  kind           TEXT NOT NULL CHECK (kind IN ('published', 'inferred', 'contested', 'unknown')),
  rule           TEXT NOT NULL CHECK (kind <> 'inferred' OR rule <> ''),
  base_field     TEXT NOT NULL,
  effective_from BIGINT NOT NULL,
  effective_to   BIGINT CHECK (effective_to > effective_from),
  known_from     BIGINT NOT NULL,
  state          TEXT NOT NULL
                 CHECK (state IN ('applied', 'proposed', 'quarantined', 'rejected', 'cancelled')),
  reason         TEXT NOT NULL CHECK (state IN ('applied', 'proposed') OR reason <> ''),
  revises        BIGINT UNIQUE REFERENCES price_changelog (id)
                 CHECK (revises < id),
  CHECK ((old_nano_usd IS NULL) = (old_atto_usd IS NULL)),
  CHECK ((new_nano_usd IS NULL) = (new_atto_usd IS NULL)),
  CHECK (kind <> 'unknown' OR new_nano_usd IS NULL),
  CHECK (state NOT IN ('rejected', 'cancelled') OR revises IS NOT NULL),
  CHECK (state NOT IN ('proposed', 'quarantined') OR revises IS NULL)
);
CREATE INDEX price_changelog_by_model ON price_changelog (vendor, model, book);
CREATE INDEX price_changelog_by_run ON price_changelog (run);
CREATE INDEX price_changelog_by_book ON price_changelog (book, id);

CREATE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER crawler_runs_no_rewrite BEFORE UPDATE OR DELETE OR TRUNCATE ON crawler_runs
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite();
CREATE TRIGGER pricing_snapshots_no_rewrite BEFORE UPDATE OR DELETE OR TRUNCATE ON pricing_snapshots
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite();
CREATE TRIGGER snapshot_coverage_no_rewrite BEFORE UPDATE OR DELETE OR TRUNCATE ON snapshot_coverage
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite();
CREATE TRIGGER price_evidence_no_rewrite BEFORE UPDATE OR DELETE OR TRUNCATE ON price_evidence
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite();
CREATE TRIGGER price_changelog_no_rewrite BEFORE UPDATE OR DELETE OR TRUNCATE ON price_changelog
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite();
)sql"};

}  // namespace breakeven::store
