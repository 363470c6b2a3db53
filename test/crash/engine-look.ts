// Everything that an engine shows, and what it must show by its entries alone: balances are the
// sums of all moves, documents the last that were written. Written anew here, so that a fault in
// the engine's own replay does not hide itself.

import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Document, Engine, Entry } from '../../src/engines/contract.ts';
import { Stock } from '../../src/index.ts';

const CAUGHT_UP_MAX_MS = 60_000;

export async function allEntries(engine: Engine): Promise<Entry[]> {
  const entries: Entry[] = [];
  while (true) {
    const more = await engine.entries({ after: entries.length, limit: 1_000 });
    if (more.length === 0) return entries;
    entries.push(...more);
  }
}

/** Fails unless what the engine shows is what follows from these entries. */
export async function assertFollowsFrom(engine: Engine, entries: readonly Entry[]): Promise<void> {
  const balances = new Map<string, number>();
  const documents = new Map<string, Document>();
  const owners = new Map<string, number>();
  entries.forEach((entry, index) => {
    assert.equal(entry.position, index + 1, 'positions have no gap');
    for (const { from, to, quantity } of entry.moves) {
      balances.set(from, (balances.get(from) ?? 0) - quantity);
      balances.set(to, (balances.get(to) ?? 0) + quantity);
    }
    for (const document of entry.documents) documents.set(document.id, document);
    for (const [owner, seq] of entry.seqs) owners.set(owner, seq);
  });
  const shown = await engine.owners([...owners.keys()]);
  [...owners].forEach(([owner, seq], index) => {
    assert.equal(shown[index]?.seq, seq, `the number of ${owner}`);
    for (const [name, { balance }] of Object.entries(shown[index]!.accounts)) {
      assert.equal(balance, balances.get(`${owner}/${name}`) ?? 0, `${owner}/${name}`);
    }
  });
  const ids = [...documents.keys()];
  assert.deepEqual(await engine.documents(ids), [...documents.values()]);
  const due = await engine.due(1_000);
  for (const { id } of due) assert.ok(documents.has(id), 'nothing is due that was never written');
  assert.equal(engine.health().position, entries.length);
}

/** Fails unless entries, state, keys and look-ups are as these entries say; closes the engine. */
export async function assertNobodySees(engine: Engine, entries: readonly Entry[], where: string) {
  const stock = await Stock.open(engine, { sweep: false });
  try {
    assert.deepEqual(await allEntries(stock.engine), entries, where);
    await assertFollowsFrom(stock.engine, entries);
    await assertKeysAnswer(stock, entries, where);
    await assertFound(stock, entries, where);
  } catch (error) {
    throw new Error(`${where}: ${String(error)}`, { cause: error });
  } finally {
    await stock.close();
  }
}

/** Every key that was accepted is still known. */
async function assertKeysAnswer(stock: Stock, entries: readonly Entry[], where: string) {
  for (const entry of entries) {
    const { request, position } = entry;
    if (request === undefined) continue;
    const [answered] = await stock.engine.commit([{ request, events: [] }]);
    const outcome = await answered!;
    assert.ok(outcome.ok && outcome.repeated, `${where}: key ${request.key} is known`);
    assert.deepEqual({ ...outcome.entry, position }, entry, `${where}: key ${request.key}`);
  }
}

/** The look-up that only the tables can answer finds what the entries say. */
async function assertFound(stock: Stock, entries: readonly Entry[], where: string) {
  const expected = new Set<string>();
  for (const { documents } of entries) {
    for (const { id, kind, buyer } of documents) {
      if (kind === 'reservation' && buyer === 'b3') expected.add(id);
    }
  }
  await caughtUp(stock);
  const page = await stock.reservations({ buyer: 'b3', limit: 10_000 });
  assert.ok(page.asOf >= entries.length, where);
  const found = page.reservations.map(({ id }) => id);
  assert.equal(found.sort().join(), [...expected].sort().join(), `${where}: b3's reservations`);
}

/** Waits until the tables have taken all of the journal. */
async function caughtUp({ engine }: Stock): Promise<void> {
  const untilMs = performance.now() + CAUGHT_UP_MAX_MS;
  while (engine.health().tableLag > 0) {
    assert.ok(performance.now() < untilMs, `the tables stay behind: ${engine.health().detail}`);
    await nextTurn();
  }
}
