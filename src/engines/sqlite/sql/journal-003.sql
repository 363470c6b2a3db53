-- What has left the journal for archive files (archive/archive-file.ts): one row per file, in the order
-- of the chain. `archive_folder` in meta: where they are, if not beside the journal.
CREATE TABLE archive (
  first  INTEGER PRIMARY KEY,
  last   INTEGER NOT NULL,
  file   TEXT NOT NULL,  -- its name in the folder
  header TEXT NOT NULL   -- SHA-256 of its header, in hex
);
