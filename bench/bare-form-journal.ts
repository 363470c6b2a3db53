// What the bare forms of the engine and of the server share: a journal of batches, and a line of it for a
// reservation. Decides nothing.

import { DatabaseSync } from 'node:sqlite';

/** Opens a journal; what comes back appends a batch, synced. */
export function openFormJournal(path: string): (body: Uint8Array) => void {
  const journal = new DatabaseSync(path);
  journal.exec(`PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE journal (first INTEGER PRIMARY KEY, body BLOB)`);
  const append = journal.prepare('INSERT INTO journal (body) VALUES (?)');
  return (body) => void append.run(body);
}

export interface FormReservation {
  position: number;
  nowMs: number;
  deadlineMs: number;
  pool: string;
  buyer: string;
  key: string;
  id: string;
}

/** As long as a line of the product's own journal. */
export function formLine(made: FormReservation): string {
  const { position, nowMs, deadlineMs, pool, buyer, key, id } = made;
  return (
    `[${position},${nowMs},[1],["${pool}/available","${pool}/held",1],["${pool}",${position}],` +
    `[["reservation.held",0]],["local","${key}","-123456.654321"]]\t["${id}","reservation",1,` +
    `"HELD",${nowMs},${nowMs},${deadlineMs},0,[["${pool}/held",["${pool}"],1]],{"lines":` +
    `[{"pool":"${pool}","asked":1}],"capAtMs":${deadlineMs}},"${buyer}",null,["${pool}"]]\n`
  );
}
