// The thread that appends to the journal: one transaction per batch, synced before it answers.
// Decides nothing and reads nothing back; what it cannot write it reports, and then writes no more.

import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { crashPoint } from '../crash-point.ts';
import { dropArchived } from './archive/archive-drop.ts';
import { CheckpointPruning } from './checkpoint-pruning.ts';
import { meta, openJournalWriter, setMeta } from './files.ts';
import { batchSum, partSum } from './row-sums.ts';
import { storeFailure } from './store-failure.ts';
import type { JournalReply, JournalRequest, WorkerPaths } from './worker-messages.ts';

const port = parentPort!;
const { journal: path } = workerData as WorkerPaths;

function reply(message: JournalReply): void {
  port.postMessage(message);
}

function report(error: unknown): void {
  reply({ failed: storeFailure(error, path) });
}

function serve(journal: DatabaseSync): void {
  const append = journal.prepare(
    'INSERT INTO journal (first, last, at_ms, body, sum) VALUES (?, ?, ?, ?, ?)',
  );
  const begin = journal.prepare('INSERT OR IGNORE INTO checkpoint (position, at_ms) VALUES (?, ?)');
  const part = journal.prepare('INSERT OR REPLACE INTO checkpoint_part VALUES (?, ?, ?, ?)');
  const whole = journal.prepare('UPDATE checkpoint SET parts = ? WHERE position = ?');
  const pruning = new CheckpointPruning(journal);
  let broken = false;
  const carry = (request: JournalRequest): void => {
    if ('append' in request) {
      const { first, last, atMs, shared, length } = request.append;
      crashPoint('before-append');
      const body = new Uint8Array(shared, 0, length);
      append.run(first, last, atMs, body, batchSum({ first, last, atMs }, body));
      crashPoint('after-append');
      reply({ appended: last });
    } else if ('alive' in request) {
      setMeta(journal, 'alive_ms', request.alive);
      pruning.step();
    } else if ('checkpoint' in request) {
      const { position, atMs, part: number, body: text } = request.checkpoint;
      const body = Buffer.from(text);
      if (number === 0) begin.run(position, atMs);
      part.run(position, number, body, partSum(position, number, body));
      pruning.step();
    } else if ('checkpointDone' in request) {
      crashPoint('at-checkpoint');
      whole.run(request.checkpointDone.parts, request.checkpointDone.position);
      pruning.prune();
    } else if ('archived' in request) {
      dropArchived(journal, request.archived);
      reply({ dropped: true });
    }
  };
  port.on('message', (request: JournalRequest) => {
    if ('close' in request) {
      journal.close();
      reply({ closed: true });
      port.close();
      return;
    }
    if (broken) return;
    try {
      carry(request);
    } catch (error) {
      broken = true;
      report(error);
    }
  });
}

try {
  const journal = openJournalWriter(path);
  const last = journal.prepare('SELECT last, at_ms FROM journal ORDER BY first DESC LIMIT 1').get();
  reply({
    opened: {
      position: Number(last?.last ?? 0),
      atMs: Number(last?.at_ms ?? 0),
      aliveMs: Number(meta(journal, 'alive_ms') ?? 0),
      journalId: String(meta(journal, 'journal_id')),
    },
  });
  serve(journal);
} catch (error) {
  report(error);
}
