-- Made from the journal, for look-ups and for a quick start; may be deleted at any time. `sum` is the
-- checksum of its row (row-sums.ts): nothing is shown from a row that is not as it was written.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- Pools, and buyers under a limit: each with its number and its accounts (owner-text.ts), several in a row, in the
-- order in which they came. Not found by name here (owner-rows.ts).
CREATE TABLE owners (
  n    INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  sum  INTEGER NOT NULL
);

-- Documents whose ids are names: pools, limits. Few, and found by name.
CREATE TABLE named_document (
  id    TEXT PRIMARY KEY,
  kind  TEXT NOT NULL,
  state TEXT NOT NULL,
  final INTEGER NOT NULL,
  body  TEXT NOT NULL,
  sum   INTEGER NOT NULL
) WITHOUT ROWID;

-- All other documents stand in tables `document_<n>`, by time-ordered id; `start_id` is the first
-- id of the n-th. A closed segment has its secondary indexes.
CREATE TABLE segment (
  n        INTEGER PRIMARY KEY,
  start_id TEXT NOT NULL,
  rows     INTEGER NOT NULL,
  live     INTEGER NOT NULL,
  closed   INTEGER NOT NULL
);

-- A segment's documents in blocks of consecutive ids; `start_id` is the first id of a block.
CREATE TABLE block_start (
  n        INTEGER NOT NULL,
  block    INTEGER NOT NULL,
  start_id TEXT NOT NULL,
  sum      INTEGER NOT NULL,
  PRIMARY KEY (n, block)
) WITHOUT ROWID;

-- What is known of each block of a segment (block-facts.ts) as float64, 64 blocks in a part.
CREATE TABLE block_facts (
  n    INTEGER NOT NULL,
  part INTEGER NOT NULL,
  body BLOB NOT NULL,
  sum  INTEGER NOT NULL,
  PRIMARY KEY (n, part)
) WITHOUT ROWID;

-- Filters of the keys in each block of the open segment (key-filter.ts).
CREATE TABLE block_keys (
  n     INTEGER NOT NULL,
  block INTEGER NOT NULL,
  body  BLOB NOT NULL,
  sum   INTEGER NOT NULL,
  PRIMARY KEY (n, block)
) WITHOUT ROWID;

-- Idempotency keys of 2^20 entries each: fingerprint and position as pairs of float64, in buckets by
-- fingerprint.
CREATE TABLE request_bucket (
  generation INTEGER NOT NULL,
  bucket     INTEGER NOT NULL,
  body       BLOB NOT NULL,
  sum        INTEGER NOT NULL,
  PRIMARY KEY (generation, bucket)
) WITHOUT ROWID;
