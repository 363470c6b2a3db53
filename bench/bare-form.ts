// `node bench/bare-form.ts`: the form of the embedded engine and nothing else, to see what the machine
// gives it: live state in Maps, a line per reservation, one synced append per batch. No promises, no
// limits, carts, deadlines or repeats that are answered, no tables behind. Prints reservations a second
// beside a bare loop that appends the same bytes.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formLine, openFormJournal } from './bare-form-journal.ts';

const POOLS = 1_000;
const BUYERS = 1_000_000;
const BATCH = 1_000;
const LIVE = 100_000;
const SLICES = 6;
const SLICE_MS = 1_000;
const HOLD_MS = 900_000;

const directory = mkdtempSync(join(tmpdir(), 'holdfast-form-'));

const available = new Map(Array.from({ length: POOLS }, (_, index) => [`pool-${index}`, 1e9]));
const requests = new Map<string, number>();
const reservations = new Map<string, object>();
const body = Buffer.alloc(1 << 20);
let position = 0;

/** Decides a batch and writes its lines; returns how many bytes they are. */
function reserveBatch(): number {
  const nowMs = Date.now();
  let length = 0;
  for (let count = 0; count < BATCH; count += 1) {
    const pool = `pool-${Math.floor(Math.random() * POOLS)}`;
    const buyer = `buyer-${Math.floor(Math.random() * BUYERS)}`;
    const [key, id] = [randomUUID(), randomUUID()];
    const left = available.get(pool)!;
    if (requests.has(key) || left < 1) continue;
    position += 1;
    available.set(pool, left - 1);
    requests.set(key, position);
    const deadlineMs = nowMs + HOLD_MS;
    reservations.set(id, { id, pool, buyer, quantity: 1, state: 'HELD', deadlineMs });
    length += body.write(formLine({ position, nowMs, deadlineMs, pool, buyer, key, id }), length);
  }
  return length;
}

/** Calls `work` for a time; returns how many reservations that makes a second. */
function perSecond(work: () => void): number {
  const startMs = performance.now();
  let batches = 0;
  while (performance.now() - startMs < SLICE_MS) {
    work();
    batches += 1;
  }
  return Math.round((batches * BATCH * 1_000) / (performance.now() - startMs));
}

const append = openFormJournal(join(directory, 'form.db'));
const appendBare = openFormJournal(join(directory, 'bare.db'));
while (position < LIVE) append(body.subarray(0, reserveBatch()));
for (let slice = 0; slice < SLICES; slice += 1) {
  const form = perSecond(() => append(body.subarray(0, reserveBatch())));
  const length = reserveBatch();
  const bare = perSecond(() => appendBare(body.subarray(0, length)));
  console.log(JSON.stringify({ form, bare, ratio: Number((form / bare).toFixed(2)) }));
}
rmSync(directory, { recursive: true, force: true });
