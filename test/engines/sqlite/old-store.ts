// A store with a past of several days: sales on each, and a checkpoint at the beginning of each. Archive files
// are small here, so that a few hundred entries fill several. Expects nothing.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { ManualTime, START_MS } from '../../../src/engines/conformance/manual-time.ts';
import type { Entry } from '../../../src/engines/contract.ts';
import type { SqliteEngine } from '../../../src/engines/sqlite/sqlite-engine.ts';
import { allEntries } from '../../crash/engine-look.ts';
import { accepted } from '../../support/shop.ts';

// Read once, when the engine is loaded; its threads and child processes inherit it.
process.env.HOLDFAST_ARCHIVE_FILE_BYTES = '12000';
const { openStore } = await import('./store-files.ts');
const { Stock } = await import('../../../src/stock.ts');

export const DAY_MS = 86_400_000;
export const DAYS = 6;

export interface OldStore {
  path: string;
  time: ManualTime;
  /** The last entry of each day. */
  ends: number[];
  entries: Entry[];
}

/** Makes one at a path, which is closed then. */
export async function makeOldStore(path: string, startMs = START_MS): Promise<OldStore> {
  const time = new ManualTime(startMs);
  const engine = await openStore(path, time);
  const stock = await Stock.open(engine, { sweep: false });
  accepted(await stock.putPool({ pool: 'tea' }));
  const ends: number[] = [];
  for (let day = 0; day < DAYS; day += 1) {
    for (let count = 0; count < 20; count += 1) {
      const key = `${day}-${count}`;
      accepted(await stock.receive({ pool: 'tea', quantity: 2 }, { key: `in-${key}` }));
      const command = { lines: [{ pool: 'tea', quantity: 1 }], buyer: `b${count}` };
      if (count === 0) await checkpointed(engine);
      const { id } = accepted(await stock.reserve(command, { key }));
      if (count % 2 === 0) accepted(await stock.confirm({ reservation: id }));
      else if (count % 3 === 0) accepted(await stock.cancel({ reservation: id }));
    }
    ends.push(engine.health().position);
    time.passMs(DAY_MS);
  }
  const entries = await allEntries(engine);
  await stock.close();
  return { path, time, ends, entries };
}

/** Waits for the checkpoint that the first entry of a day brings about. */
async function checkpointed(engine: Pick<SqliteEngine, 'clock' | 'checkpoint'>): Promise<void> {
  const { nowMs } = engine.clock();
  const today = (atMs = 0) => Math.floor(atMs / DAY_MS) === Math.floor(nowMs / DAY_MS);
  while (!today(engine.checkpoint()?.atMs)) await nextTurn();
}
