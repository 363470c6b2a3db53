// Entries that another store has decided are checked again: what goes on from the recorded state is taken,
// anything else is refused with the first thing that does not hold, whole, and revoked by an event.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { decidedOf } from '../../src/engines/conformance/outcomes.ts';
import type { Decided, Entry } from '../../src/engines/contract.ts';
import { DocumentMap } from '../../src/engines/document-store.ts';
import { LiveState } from '../../src/engines/live-state.ts';
import { takeEntry } from '../../src/engines/take-entry.ts';
import { malformedIn } from '../../src/kernel/decided-form.ts';
import { Recheck } from '../../src/kernel/recheck.ts';
import type { WhyRefused } from '../../src/kernel/revoking.ts';
import { accepted, Shop } from '../support/shop.ts';
import { FORGED, short } from './forged-entries.ts';

const NAME = { epoch: 1, number: 9, index: 0 };
let entries: Entry[];

/** Pools are made and filled, five of tea are reserved, two of them with a cup; then all is confirmed. */
before(async () => {
  const shop = await (await Shop.open()).fill({ tea: 5, cup: 3 });
  const tea = { pool: 'tea', quantity: 3 };
  const cart = [
    { pool: 'tea', quantity: 2 },
    { pool: 'cup', quantity: 2 },
  ];
  shop.time.passMs(10);
  accepted(await shop.stock.reserve({ lines: [tea], holdForMs: 60_000 }, { key: 'three' }));
  const { id } = accepted(await shop.stock.reserve({ lines: cart, holdForMs: 60_000 }));
  shop.time.passMs(10);
  accepted(await shop.stock.confirm({ reservation: id }, { key: 'bought' }));
  entries = await shop.engine.entries({ after: 0, limit: 99 });
});

/** What is recorded after so many of the entries. */
function recordedAfter(count: number) {
  const requests = new Map<string, Entry>();
  const state = new LiveState(
    {
      get: ({ principal, key }) => requests.get(`${principal} ${key}`),
      add: ({ principal, key }, position) =>
        requests.set(`${principal} ${key}`, entries[position - 1]!),
    },
    new DocumentMap(),
  );
  const touchedMs = new Map<string, number>();
  for (const entry of entries.slice(0, count)) {
    takeEntry(state, entry);
    for (const [owner] of entry.seqs) touchedMs.set(owner, entry.atMs);
  }
  return {
    snapshot: state,
    touchedMs: (owner: string) => touchedMs.get(owner) ?? 0,
    halted: new Map(),
  };
}

/** The second reservation, changed, over what was there when it was decided. */
function refusedWith(forge: (entry: Decided) => void): WhyRefused | undefined {
  const entry = structuredClone(decidedOf(entries[5]!));
  forge(entry);
  const malformed = malformedIn(entry);
  if (malformed !== undefined) return malformed;
  const recheck = new Recheck(recordedAfter(5));
  const revoking = recheck.take(entry, NAME);
  if (revoking === undefined) return undefined;
  assert.deepEqual(recheck.overlay.changedAccounts, [], 'nothing of it is taken');
  assert.equal(recheck.overlay.documents.size, 0);
  const moved = entry.moves.flatMap(({ from, to }) => [from, to]);
  for (const id of [...moved, ...(entry.floors ?? []).map(({ account }) => account)]) {
    const { balance, floor, inflow, was } = recheck.overlay.account(id);
    assert.deepEqual({ balance, floor, inflow }, was ?? { balance: 0, floor: 0, inflow: 0 });
  }
  return recheck.refused[0]!.why;
}

describe('what is decided elsewhere', () => {
  it('is taken as it is, entry by entry', () => {
    const recheck = new Recheck(recordedAfter(0));
    for (const entry of entries) assert.equal(recheck.take(decidedOf(entry), NAME), undefined);
    const whole = recordedAfter(entries.length).snapshot;
    for (const { id, balance, floor, inflow } of recheck.overlay.changedAccounts) {
      assert.deepEqual({ balance, floor, inflow }, whole.account(id));
    }
    for (const { owner, seq } of recheck.overlay.changedOwners) assert.equal(seq, whole.seq(owner));
    for (const [id, document] of recheck.overlay.documents) {
      assert.deepEqual(document, whole.document(id));
    }
    assert.deepEqual(recheck.refused, []);
  });

  for (const [name, forge, why] of FORGED) {
    it(`${name}: ${why?.code ?? 'taken'}`, () => {
      const refused = refusedWith((entry) => forge(entry, entries));
      // Ids and times of a run are its own.
      const seen = { ...refused };
      if ('document' in seen) seen.document = '';
      if ('foundMs' in seen) seen.foundMs = 0;
      assert.deepEqual(seen, { ...why });
    });
  }

  it('what follows a refused entry on one of its owners is refused too, and says so', () => {
    const recheck = new Recheck(recordedAfter(4));
    const [first, second, third] = entries.slice(4).map(decidedOf);
    first!.moves[0]!.quantity = 6;
    const names = [0, 1, 2].map((index) => ({ ...NAME, index }));
    for (const [index, entry] of [first!, second!, third!].entries()) {
      assert.ok(recheck.take(entry, names[index]!) !== undefined);
    }
    const [root, ...others] = recheck.refused;
    assert.deepEqual(root!.why, short('tea/available', 5));
    for (const { why } of others) {
      assert.deepEqual(why, { code: 'seq', owner: 'tea', found: 2, after: names[0] });
    }
    // The cup stood in the same cart.
    assert.deepEqual([...recheck.halted.keys()], ['tea', 'cup']);
  });

  it('is revoked by an entry that changes nothing and names it', () => {
    const recheck = new Recheck(recordedAfter(5));
    const entry = structuredClone(decidedOf(entries[6]!));
    const revoking = recheck.take(entry, NAME);
    const { id } = entry.documents[0]!;
    const why = { code: 'seq', owner: 'tea', found: 3 };
    const data = {
      ...{ ...NAME, why, documents: [id], owners: ['tea', 'cup'] },
      request: { principal: 'local', key: 'bought' },
    };
    assert.deepEqual(revoking, {
      ...{ atMs: entry.atMs, granted: [], moves: [], documents: [], seqs: [] },
      events: [{ type: 'decision.revoked', subject: id, data }],
    });
  });
});
