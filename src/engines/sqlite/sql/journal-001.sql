-- The journal: one row per batch, written and synced before anyone is answered. Everything else can
-- be made again from it.
CREATE TABLE journal (
  first INTEGER PRIMARY KEY,  -- position of the batch's first entry
  last  INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,     -- the batch's time; never falls
  body  BLOB NOT NULL         -- one line per entry, as journal-line.ts writes it
);

-- Balances and live documents as of a position, in parts; whole when `parts` is set.
CREATE TABLE checkpoint (
  position INTEGER PRIMARY KEY,
  at_ms    INTEGER NOT NULL,
  parts    INTEGER
);

CREATE TABLE checkpoint_part (
  position INTEGER NOT NULL,
  part     INTEGER NOT NULL,
  body     BLOB NOT NULL,
  PRIMARY KEY (position, part)
) WITHOUT ROWID;

-- `journal_id`: which journal this is; `alive_ms`: when its process was last seen alive.
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;
