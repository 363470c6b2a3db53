// Every search of the sqlite engine gives what the memory engine gives, page by page, after the same
// random commands: over segments and blocks of a few rows, ids that come late, restarts, and tables
// that were made again.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { it } from 'node:test';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { DocumentQuery, Engine } from '../../../src/engines/contract.ts';
import { MemoryEngine } from '../../../src/engines/memory.ts';
import { removeTables } from '../../../src/engines/sqlite/files.ts';
import type { SqliteEngine } from '../../../src/engines/sqlite/sqlite-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { Random } from '../../crash/random.ts';
import { newPath, openStore, tablesCaughtUp } from './store-files.ts';

process.env.HOLDFAST_SEGMENT_ROWS = '150';
process.env.HOLDFAST_BLOCK_ROWS = '2';

const SEED = Number(process.env.HOLDFAST_SEED ?? randomInt(2 ** 31));
const ROUNDS = 40;
const COMMANDS_A_ROUND = 60;
const SEARCHES_A_ROUND = 40;
const POOLS = ['tea', 'cup', 'pot', 'seldom'];
const BUYERS = Array.from({ length: 60 }, (_, index) => `buyer-${index}`);
const STATES = ['HELD', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'COUNTED', 'LAPSED', 'NONE'];

/** Ids that are nearly in order: every fifth comes up to forty late. */
function idsOf(seed: number): () => string {
  const random = new Random(seed);
  let made = 100;
  return () => {
    made += 1;
    const late = random.chance(0.2) ? random.whole(1, 40) : 0;
    return `r${String(made - late).padStart(6, '0')}-${made}`;
  };
}

function shopOver(engine: Engine, newId: () => string): Promise<Stock> {
  return Stock.open(engine, { sweep: false, newId });
}

/** One random command, told to both shops; what it is depends on the seed alone. */
function command(
  random: Random,
  reservations: readonly string[],
): (stock: Stock) => Promise<string> {
  // Mostly the latest, now and then one that left memory long ago.
  const back = random.chance(0.7) ? random.whole(1, 60) : random.whole(1, reservations.length + 1);
  const reservation = reservations.at(-Math.min(back, reservations.length)) ?? 'r0';
  const pool = () => (random.chance(0.02) ? 'seldom' : random.pick(POOLS.slice(0, 3)));
  const lines = Array.from({ length: random.whole(1, 2) }, () => ({ pool: pool(), quantity: 1 }));
  const told = async (answer: Promise<{ ok: boolean }>) => JSON.stringify(await answer);
  const what = random.fraction();
  if (what < 0.55) {
    const reserve = {
      lines,
      holdForMs: random.pick([1_000, 60_000, 60_000, 86_400_000]),
      ...(random.chance(0.8) ? { buyer: random.pick(BUYERS) } : {}),
      ...(random.chance(0.3) ? { reference: random.pick(BUYERS) } : {}),
    };
    return (stock) => told(stock.reserve(reserve));
  }
  if (what < 0.67) return (stock) => told(stock.confirm({ reservation }));
  if (what < 0.75) return (stock) => told(stock.cancel({ reservation }));
  if (what < 0.82) return (stock) => told(stock.change({ reservation, lines }));
  const holdForMs = random.whole(1_000, 200_000);
  if (what < 0.9) return (stock) => told(stock.extend({ reservation, holdForMs }));
  if (what < 0.97) return (stock) => told(stock.return({ reservation, lines: [lines[0]!] }));
  return async (stock) => String(await stock.sweep());
}

function search(random: Random, time: ManualTime): DocumentQuery {
  const query: DocumentQuery = {
    kind: random.chance(0.9) ? 'reservation' : random.pick(['allowance', 'order']),
    limit: random.pick([1, 3, 20, 200]),
  };
  if (random.chance(0.35)) query.buyer = random.pick(BUYERS);
  if (random.chance(0.2)) query.reference = random.pick([...BUYERS, 'unknown']);
  if (random.chance(0.35)) query.owner = random.pick(POOLS);
  if (random.chance(0.6)) {
    query.states = random.sample(STATES, random.whole(1, 2));
    const dueMs = time.wallMs() + random.pick([0, 0, -90_000, 90_000, 10_000_000_000]);
    if (random.chance(0.7)) query.due = { dueMs, state: 'EXPIRED' };
  }
  return query;
}

/** All pages, at most ten. */
async function pages(engine: Engine, query: DocumentQuery): Promise<unknown[]> {
  const all: unknown[] = [];
  let before: string | undefined;
  while (all.length < 10) {
    const page = await engine.find(before === undefined ? query : { ...query, before });
    all.push(page);
    before = page.documents.at(-1)?.id;
    if (page.documents.length < query.limit) break;
  }
  return all;
}

it(`as the memory engine (seed ${SEED})`, async (test) => {
  const random = new Random(SEED);
  const path = newPath();
  const times = [new ManualTime(), new ManualTime()] as const;
  const ids = [idsOf(SEED), idsOf(SEED)] as const;
  const memory = await shopOver(new MemoryEngine({ time: times[0] }), ids[0]);
  let store: SqliteEngine = await openStore(path, times[1]);
  let sqlite = await shopOver(store, ids[1]);
  const reservations: string[] = [];
  test.after(() => Promise.all([memory.close(), sqlite.close()]));

  const both = async (ask: (stock: Stock) => Promise<string>): Promise<void> => {
    const [expected, found] = [await ask(memory), await ask(sqlite)];
    assert.equal(found, expected);
    const { value } = JSON.parse(expected) as { value?: { id?: string; version?: number } };
    if (value?.version === 1) reservations.push(value.id!);
  };
  const compare = async (searches: number): Promise<void> => {
    await tablesCaughtUp(store);
    for (let each = 0; each < searches; each += 1) {
      const query = search(random, times[0]);
      const found = await pages(sqlite.engine, query);
      assert.deepEqual(found, await pages(memory.engine, query), JSON.stringify(query));
    }
  };
  const restart = async (between: () => void): Promise<void> => {
    await sqlite.close();
    between();
    store = await openStore(path, times[1]);
    sqlite = await shopOver(store, ids[1]);
  };

  for (const pool of POOLS) {
    await both(async (stock) => String((await stock.putPool({ pool })).ok));
    await both(async (stock) => String((await stock.receive({ pool, quantity: 100_000 })).ok));
  }
  const limit = { limit: 'a', scope: { pools: ['cup'] }, quantityMax: 1_000, windowMs: 90_000 };
  await both(async (stock) => JSON.stringify(await stock.putLimit({ ...limit, per: 'buyer' })));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let each = 0; each < COMMANDS_A_ROUND; each += 1) {
      await both(command(random, reservations));
      if (!random.chance(0.1)) continue;
      const ms = random.pick([1, 900, 20_000]);
      for (const time of times) time.passMs(ms);
    }
    await compare(SEARCHES_A_ROUND);
    if (random.chance(0.2)) await restart(() => {});
    else if (random.chance(0.1)) await restart(() => removeTables(path));
  }
  await restart(() => removeTables(path));
  await compare(300);
});
