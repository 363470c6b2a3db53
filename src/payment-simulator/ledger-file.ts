// The simulator's file: opens it, makes its tables, and refuses a file that is something else. What an
// acknowledged request did is on the disk: WAL with a sync per commit. One process has it at a time.

import { DatabaseSync } from 'node:sqlite';

/** So that nobody's shop gets these tables by a slip of the command line. "hfps". */
const APPLICATION_ID = 0x68667073;

const TABLES = `
CREATE TABLE payment (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  order_id TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  capture TEXT NOT NULL,
  callback_url TEXT,
  return_url TEXT,
  description TEXT,
  failed TEXT
) STRICT;

CREATE TABLE movement (
  number INTEGER PRIMARY KEY,
  payment TEXT NOT NULL REFERENCES payment (id),
  kind TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  currency TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX movement_by_payment ON movement (payment, kind);
CREATE TRIGGER movement_stays BEFORE UPDATE ON movement
  BEGIN SELECT RAISE (ABORT, 'the ledger only grows'); END;
CREATE TRIGGER movement_remains BEFORE DELETE ON movement
  BEGIN SELECT RAISE (ABORT, 'the ledger only grows'); END;

CREATE TABLE deed (
  key TEXT PRIMARY KEY,
  asked TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE callback (
  id TEXT PRIMARY KEY,
  payment TEXT NOT NULL REFERENCES payment (id),
  url TEXT NOT NULL,
  body TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  held INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'waiting'
) STRICT;
CREATE INDEX callback_by_due ON callback (status, due_ms);
CREATE INDEX callback_by_payment ON callback (payment);

PRAGMA application_id = ${APPLICATION_ID};
`;

/**
 * Opens or makes the file; `:memory:` keeps nothing.
 *
 * @throws RangeError when it is no ledger, or another process has it
 */
export function openLedgerFile(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    const known = pragma(db, 'application_id') === APPLICATION_ID;
    if (!known && !isEmpty(db)) throw new RangeError(`${path} is no ledger of the simulator`);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    // Takes the lock now rather than with the first payment.
    atomically(db, (file) => (known ? undefined : file.exec(TABLES)));
    return db;
  } catch (error) {
    db?.close();
    throw asRangeError(error, path);
  }
}

/** All of it or nothing; durable when it returns. */
export function atomically<T>(db: DatabaseSync, act: (db: DatabaseSync) => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = act(db);
    db.exec('COMMIT');
    return result;
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function pragma(db: DatabaseSync, name: string): unknown {
  return db.prepare(`PRAGMA ${name}`).get()?.[name];
}

function isEmpty(db: DatabaseSync): boolean {
  return db.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0;
}

const SQLITE_BUSY = 5;
const SQLITE_NOT_A_DATABASE = 26;
const SQLITE_CANNOT_OPEN = 14;

function asRangeError(error: unknown, path: string): unknown {
  const { errcode } = error as { errcode?: number };
  if (errcode === SQLITE_BUSY) return new RangeError(`another process has ${path}`);
  if (errcode === SQLITE_NOT_A_DATABASE) {
    return new RangeError(`${path} is no ledger of the simulator`);
  }
  if (errcode === SQLITE_CANNOT_OPEN) return new RangeError(`${path} cannot be opened`);
  return error;
}
