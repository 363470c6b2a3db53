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

const NAME = { epoch: 1, number: 9, index: 0 };
const MOST = Number.MAX_SAFE_INTEGER;
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
  for (const account of recheck.overlay.accounts.values()) {
    const { balance, floor, inflow } = account;
    assert.deepEqual(
      { balance, floor, inflow },
      account.was ?? { balance: 0, floor: 0, inflow: 0 },
    );
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

  const soMany = (quantity: number) => (entry: Decided) => {
    entry.moves[0]!.quantity = quantity;
  };
  const [tea, cup] = ['tea', 'cup'];
  const found = { tea: 3, cup: 2 };
  const cases: [string, (entry: Decided) => void, WhyRefused | undefined][] = [
    ['as it is', () => {}, undefined],
    ['the last unit', soMany(2), undefined],
    ['one more than there is', soMany(3), short('tea/available', 2)],
    [
      'two lines that only together are too much',
      ({ moves }) => moves.push({ ...moves[0]!, quantity: 1 }),
      short('tea/available', 0),
    ],
    [
      'units that are taken before they come back',
      ({ moves }) => {
        const [{ from, to } = moves[0]!] = moves;
        moves.push({ from, to, quantity: 1 }, { from: to, to: from, quantity: 1 });
      },
      short('tea/available', 0),
    ],
    [
      'a floor that is raised above it',
      (entry) => {
        entry.floors = [{ account: 'tea/available', floor: 1 }];
      },
      short('tea/available', 1),
    ],
    ['a number that was had', ({ seqs }) => seqs[0]!.splice(1, 1, 3), seq(tea, found.tea)],
    ['a number ahead', ({ seqs }) => seqs[1]!.splice(1, 1, 4), seq(cup, found.cup)],
    ['an owner without a number', ({ seqs }) => seqs.pop(), malformed('seqs')],
    ['a number of nobody', ({ seqs }) => seqs.push(['milk', 1]), malformed('seqs')],
    ['a number twice', ({ seqs }) => seqs.splice(1, 1, seqs[0]!), malformed('seqs')],
    [
      'a pool whose document is written without a number',
      ({ documents }) => {
        documents[0]!.id = 'pool:milk';
      },
      malformed('seqs'),
    ],
    [
      'a second version of nothing',
      ({ documents }) => {
        documents[0]!.version = 2;
      },
      { code: 'document', document: '', found: 0 },
    ],
    [
      'a first version of what is there',
      ({ documents }) => {
        documents[0]!.id = entries[4]!.documents[0]!.id;
      },
      { code: 'document', document: '', found: 1 },
    ],
    ['a document twice', ({ documents }) => documents.push(documents[0]!), malformed('documents')],
    [
      'a request that was answered',
      (entry) => {
        entry.request = entries[4]!.request!;
      },
      { code: 'request-reused' },
    ],
    [
      'a time that has passed for its pool',
      (entry) => at(entry, entries[4]!.atMs - 1),
      { code: 'time', foundMs: 0 },
    ],
    [
      'a document of another time',
      ({ documents }) => {
        documents[0]!.updatedAtMs += 1;
      },
      malformed('updatedAtMs'),
    ],
    ['half a unit', soMany(0.5), malformed('quantity')],
    ['no unit', soMany(0), malformed('quantity')],
    ['a unit less than none', soMany(-1), malformed('quantity')],
    ['no time', (entry) => at(entry, Number.NaN), malformed('atMs')],
    [
      'more than can be counted',
      (entry) => {
        const supply = { account: 'tea/supply', floor: -MOST };
        entry.floors = [supply];
        entry.moves.unshift({ from: 'tea/supply', to: 'tea/available', quantity: MOST });
      },
      { code: 'balance-range', account: 'tea/supply' },
    ],
    [
      'an account without an owner',
      ({ moves }) => {
        moves[0]!.to = 'tea';
      },
      malformed('moves'),
    ],
    [
      'a text that nobody can keep',
      ({ documents }) => {
        documents[0]!.id += '\0';
      },
      malformed('document'),
    ],
  ];
  for (const [name, forge, why] of cases) {
    it(`${name}: ${why?.code ?? 'taken'}`, () => {
      const refused = refusedWith(forge);
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

function short(account: string, available: number): WhyRefused {
  return { code: 'insufficient', account, available };
}

function seq(owner: string, found: number): WhyRefused {
  return { code: 'seq', owner, found };
}

function malformed(what: string): WhyRefused {
  return { code: 'malformed', what };
}

function at(entry: Decided, ms: number): void {
  entry.atMs = ms;
  for (const document of entry.documents) {
    document.updatedAtMs = ms;
    document.createdAtMs = ms;
  }
}
