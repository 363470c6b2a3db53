// The thread behind the journal: brings the tables up to what is durable, and makes checkpoints from
// a still picture of them. Nobody waits for it, except at the start.

import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '../thread-priority.ts';
import { checkpointParts } from './checkpoint.ts';
import {
  meta,
  openJournalReader,
  openTablesReader,
  openTablesWriter,
  removeDatabase,
} from './files.ts';
import { JournalReader } from './journal-reader.ts';
import { storeFailure } from './store-failure.ts';
import { checkTables } from './tables-check.ts';
import { ENTRIES_PER_COMMIT, TablesWriter } from './tables-writer.ts';
import type { TablesReply, TablesRequest, WorkerPaths } from './worker-messages.ts';

/** A checkpoint at the latest after so many entries (tests set fewer); otherwise one a day. */
const CHECKPOINT_ENTRIES = Number(process.env.HOLDFAST_CHECKPOINT_ENTRIES ?? 10_000_000);
const DAY_MS = 86_400_000;
// Small transactions cost more than they carry: each writes every account that it touched. So they are
// at least so far apart, unless as many entries wait as one takes.
const COMMIT_EVERY_MS = 100;
// Whoever waits for an answer waits for the two other threads: on two cores they made 6 % more entries a
// second beside a tables' thread of low priority.
const NICENESS = 10;

const port = parentPort!;
const paths = workerData as WorkerPaths;

function reply(message: TablesReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function journalIdOf(path: string): string {
  const journal = openJournalReader(path);
  const id = String(meta(journal, 'journal_id'));
  journal.close();
  return id;
}

/** Tables that are damaged begin anew here, before anybody has read them. */
function openSoundTables(): DatabaseSync {
  const journalId = journalIdOf(paths.journal);
  const tables = openTablesWriter(paths.tables, journalId);
  try {
    checkTables(tables);
    return tables;
  } catch (error) {
    tables.close();
    process.emitWarning(`${String(error)}; they are made again`);
    removeDatabase(paths.tables);
    return openTablesWriter(paths.tables, journalId);
  }
}

function serve(): void {
  const tables = openSoundTables();
  const journal = new JournalReader(paths.journal);
  const writer = new TablesWriter(tables, journal);
  const last = journal.checkpoint(Number.MAX_SAFE_INTEGER);
  let checkpointed = { position: last?.position ?? 0, atMs: last?.atMs ?? 0 };
  let durable = writer.position;
  let parts: Iterator<TablesReply> | undefined;
  let scheduled = false;
  let committedMs = Number.NEGATIVE_INFINITY;
  let pause: NodeJS.Timeout | undefined;
  let closing = false;
  let broken = false;

  const startCheckpoint = (): void => {
    if (writer.position === checkpointed.position) return;
    const still = openTablesReader(paths.tables);
    parts = checkpointParts(still);
    checkpointed = { position: writer.position, atMs: Number(meta(tables, 'at_ms') ?? 0) };
  };
  const checkpointIsDue = (): boolean => {
    const atMs = Number(meta(tables, 'at_ms') ?? 0);
    const newDay = Math.floor(atMs / DAY_MS) > Math.floor(checkpointed.atMs / DAY_MS);
    return newDay || writer.position - checkpointed.position >= CHECKPOINT_ENTRIES;
  };
  const turn = (): void => {
    scheduled = false;
    if (closing) return;
    if (writer.position < durable) {
      committedMs = performance.now();
      const closed = writer.advance(durable);
      if (closed !== undefined) {
        reply({ generation: closed }, [closed.fingerprints.buffer as ArrayBuffer]);
      }
      reply({ passed: writer.position });
    }
    if (parts !== undefined) {
      const next = parts.next();
      if (next.done === true) parts = undefined;
      else reply(next.value);
    }
    // Here, and not with the entries that brought it about: it may have had to wait for the one before.
    if (parts === undefined && writer.position >= durable && checkpointIsDue()) startCheckpoint();
    if (writer.position < durable || parts !== undefined) scheduleInTime();
  };
  const scheduleInTime = (): void => {
    const waitMs = committedMs + COMMIT_EVERY_MS - performance.now();
    if (waitMs <= 0 || parts !== undefined || durable - writer.position >= ENTRIES_PER_COMMIT) {
      schedule();
    } else if (!scheduled) pause ??= setTimeout(schedule, waitMs);
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    clearTimeout(pause);
    pause = undefined;
    setImmediate(() => {
      if (broken) return;
      try {
        turn();
      } catch (error) {
        // What is in memory is ahead of the file now: a new thread starts from the file.
        broken = true;
        reply({ failed: storeFailure(error, paths.tables) });
      }
    });
  };
  port.on('message', (request: TablesRequest) => {
    if ('close' in request) {
      closing = true;
      parts?.return?.();
      clearTimeout(pause);
      tables.close();
      journal.close();
      reply({ closed: true });
      port.close();
      return;
    }
    durable = request.durable;
    scheduleInTime();
  });
  giveWay(NICENESS);
  reply({ opened: { position: writer.position } });
}

try {
  serve();
} catch (error) {
  reply({ failed: storeFailure(error, paths.tables) });
}
