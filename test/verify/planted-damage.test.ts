// Every kind of damage that verify claims to find is planted once, and found under its name.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Document, Entry, OwnerState } from '../../src/engines/contract.ts';
import { type Invariant, verify } from '../../src/verify/verify.ts';
import { busyShop } from './busy-shop.ts';
import { checkpointAt } from './checkpoint-at.ts';
import { type Damage, damaged } from './damaged-engine.ts';

interface Fault {
  damage: Damage;
  invariant: Invariant;
  what: RegExp;
}

/** Changes the first entry that an event of this type stands in. */
const at = (type: string, change: (entry: Entry) => void): Damage => ({
  entries: (entries) => {
    const entry = entries.find(({ events }) => events.some((event) => event.type === type));
    assert.ok(entry, `no ${type} in the journal`);
    change(entry);
    return entries;
  },
});

const ofOwner = (id: string, change: (owner: OwnerState) => OwnerState | undefined): Damage => ({
  owner: (owner) => (owner.owner === id ? change(owner) : owner),
});

const ofDocument = (
  state: string,
  change: (document: Document) => Document | undefined,
): Damage => ({
  document: (document) => (document.state === state ? change(document) : document),
});

function repeat(entries: Entry[], type: string): Entry {
  const first = entries.find(({ events }) => events.some((event) => event.type === type))!;
  const last = entries.at(-1)!;
  const seqs = first.seqs.map(([owner]): [string, number] => {
    const seq = entries.flatMap((entry) => entry.seqs).filter(([each]) => each === owner).length;
    return [owner, seq + 1];
  });
  const { request: _, ...again } = structuredClone(first);
  return { ...again, position: last.position + 1, atMs: last.atMs, seqs, documents: [] };
}

const FAULTS: Record<string, Fault> = {
  'a balance off by one': {
    damage: ofOwner('tea', (owner) => {
      owner.accounts.available!.balance += 1;
      return owner;
    }),
    invariant: 'I6',
    what: /tea\/available is .* by the journal/,
  },
  'a floor that was changed': {
    damage: ofOwner('tea', (owner) => {
      owner.accounts.available!.floor = -5;
      return owner;
    }),
    invariant: 'I6',
    what: /tea\/available is .*-5/,
  },
  'an account that was lost': {
    damage: ofOwner('tea', (owner) => {
      delete owner.accounts.sold;
      return owner;
    }),
    invariant: 'I6',
    what: /tea\/sold is null/,
  },
  'an account from nowhere': {
    damage: ofOwner('tea', (owner) => {
      owner.accounts.safety = { balance: 1, floor: 0, inflow: 1 };
      return owner;
    }),
    invariant: 'I6',
    what: /tea\/safety is .* by the journal null/,
  },
  'an owner that was lost': {
    damage: ofOwner('tea', () => undefined),
    invariant: 'I6',
    what: /tea is missing/,
  },
  'an owner that fell back': {
    damage: ofOwner('tea', (owner) => ({ ...owner, seq: owner.seq - 1 })),
    invariant: 'I6',
    what: /tea has number/,
  },
  'an owner ahead of its journal': {
    damage: ofOwner('tea', (owner) => ({ ...owner, seq: owner.seq + 1 })),
    invariant: 'I6',
    what: /tea has number/,
  },
  'a pool that the journal does not know': {
    damage: { pools: [{ owner: 'zzz', seq: 1, accounts: {} }] },
    invariant: 'I6',
    what: /zzz has number 1, by the journal 0/,
  },
  'a document that was lost': {
    damage: ofDocument('HELD', () => undefined),
    invariant: 'I6',
    what: /document .* is missing/,
  },
  'a document that fell back': {
    damage: ofDocument('EXPIRED', (document) => ({ ...document, version: 1, state: 'HELD' })),
    invariant: 'I6',
    what: /document .* has version 1/,
  },
  'a document ahead of its journal': {
    damage: ofDocument('HELD', (document) => ({ ...document, version: 9 })),
    invariant: 'I6',
    what: /document .* has version 9/,
  },
  'a document whose claims were changed': {
    damage: ofDocument('HELD', (document) => ({ ...document, claims: [] })),
    invariant: 'I6',
    what: /document .* differs from the journal/,
  },
  'a claim lost in the journal': {
    damage: at('reservation.held', (entry) => {
      entry.documents[0]!.claims.shift();
    }),
    invariant: 'I6',
    what: /tea\/held holds 3, its documents claim 0/,
  },
  'a claim that was sold twice': {
    damage: at('reservation.confirmed', (entry) => {
      entry.documents[0]!.claims[0]!.quantity += 1;
    }),
    invariant: 'I6',
    what: /tea\/sold holds 3, its documents claim 4/,
  },
  'a count under a limit that was lost': {
    damage: at('reservation.held', (entry) => {
      const allowance = entry.documents.find(({ kind }) => kind === 'allowance')!;
      allowance.claims[0]!.quantity = 0;
    }),
    invariant: 'I6',
    what: /granted holds 3, its documents claim 0/,
  },
  'units released twice': {
    damage: { entries: (entries) => [...entries, repeat(entries, 'reservation.cancelled')] },
    invariant: 'I6',
    what: /cup\/held holds 0, its documents claim 2/,
  },
  'units that were never held, released': {
    damage: {
      entries: (entries) => {
        const twice = [...entries, repeat(entries, 'reservation.expired')];
        return [...twice, repeat(twice, 'reservation.cancelled')];
      },
    },
    invariant: 'I2',
    what: /held falls to -\d+, its floor is 0/,
  },
  'a move out of its product': {
    damage: at('stock.transferred', (entry) => {
      entry.moves[0]!.to = 'cup/available';
    }),
    invariant: 'I1',
    what: /move from tea\/available \(tea\) to cup\/available \(cup\)/,
  },
  'a pool that changes its product': {
    damage: at('stock.transferred', (entry) => {
      const document = { id: 'pool:tea', kind: 'pool', version: 2, state: 'OPEN', claims: [] };
      const times = { createdAtMs: entry.atMs, updatedAtMs: entry.atMs };
      entry.documents.push({ ...document, ...times, data: { product: 'cup', place: 'main' } });
    }),
    invariant: 'I1',
    what: /pool tea turns from product tea into cup/,
  },
  'a move of less than one': {
    damage: at('stock.received', (entry) => {
      entry.moves[0]!.quantity = -1;
    }),
    invariant: 'I6',
    what: /a move of -1/,
  },
  'a floor that does not let so many go': {
    damage: at('reservation.held', (entry) => {
      for (const floor of entry.floors!) floor.floor = -1;
    }),
    invariant: 'I2',
    what: /used falls to -3, its floor is -1/,
  },
  'an entry that is missing': {
    damage: { entries: (entries) => entries.filter(({ position }) => position !== 9) },
    invariant: 'I6',
    what: /position 10 follows 8/,
  },
  'an entry that stands twice': {
    damage: {
      entries: (entries) =>
        entries.flatMap((entry) => (entry.position === 9 ? [entry, entry] : [entry])),
    },
    invariant: 'I6',
    what: /position 9 follows 9/,
  },
  'a number used twice': {
    damage: at('reservation.cancelled', (entry) => {
      entry.seqs[0]![1] -= 1;
    }),
    invariant: 'I6',
    what: /number of \S+ goes from (\d+) to \1/,
  },
  'an owner touched without a number': {
    damage: at('reservation.cancelled', (entry) => {
      entry.seqs = entry.seqs.filter(([owner]) => owner !== 'cup');
    }),
    invariant: 'I6',
    what: /cup is touched without a number/,
  },
  'time that goes back': {
    damage: at('reservation.confirmed', (entry) => {
      entry.atMs -= 10_000;
    }),
    invariant: 'I6',
    what: /time goes back/,
  },
  'a request that took effect twice': {
    damage: {
      entries: (entries) => {
        const [first, second] = entries.filter(({ request }) => request !== undefined);
        second!.request = first!.request!;
        return entries;
      },
    },
    invariant: 'I6',
    what: /request k1 of local took effect twice/,
  },
  'a version left out': {
    damage: at('reservation.extended', (entry) => {
      entry.documents[0]!.version += 1;
    }),
    invariant: 'I6',
    what: /has version 3 instead of 2/,
  },
  'a document of another time than its entry': {
    damage: at('reservation.extended', (entry) => {
      entry.documents[0]!.updatedAtMs += 1;
    }),
    invariant: 'I6',
    what: /is not of its entry's time/,
  },
  'a second final state': {
    damage: at('reservation.returned', (entry) => {
      entry.documents[0]!.state = 'CANCELLED';
    }),
    invariant: 'I5',
    what: /goes on from its final state CONFIRMED to CANCELLED/,
  },
  'a step that the table does not know': {
    damage: at('reservation.held', (entry) => {
      entry.documents[0]!.state = 'CONFIRMING';
    }),
    invariant: 'I5',
    what: /reservation \S+ goes from new to CONFIRMING/,
  },
  'a last state that is not marked': {
    damage: at('reservation.cancelled', (entry) => {
      delete entry.documents[0]!.final;
    }),
    invariant: 'I5',
    what: /is CANCELLED and not marked as final/,
  },
  'expired before its time': {
    damage: {
      entries: (entries) => {
        for (const document of entries.flatMap(({ documents }) => documents)) {
          if (document.deadlineMs !== undefined) document.deadlineMs += 10_000_000;
        }
        return entries;
      },
    },
    invariant: 'I5',
    what: /is EXPIRED before its deadline/,
  },
};

describe('planted damage is found', () => {
  for (const [name, { damage, invariant, what }] of Object.entries(FAULTS)) {
    it(name, async () => {
      const { engine } = await busyShop();
      const report = await verify(damaged(engine, damage));
      assert.equal(report.ok, false);
      const found = report.problems.some(
        (each) => each.invariant === invariant && what.test(each.what),
      );
      assert.ok(found, JSON.stringify(report.problems, null, 1));
    });
  }

  it('a family that does not sum to zero, from a checkpoint', async () => {
    const { engine } = await busyShop();
    const account = { balance: 3, floor: 0, inflow: 1 };
    const fromCheckpoint = {
      position: 0,
      atMs: 0,
      accounts: [['tea/safety', account] as [string, typeof account]],
      documents: [],
      seqs: [],
    };
    const report = await verify(engine, { fromCheckpoint });
    const sum = report.problems.find(({ invariant }) => invariant === 'I1');
    assert.match(sum?.what ?? '', /the accounts of tea sum to 3/);
  });

  it('a checkpoint that lost a live document', async () => {
    const { engine } = await busyShop();
    const held = { balance: 3, floor: 0, inflow: 1 };
    const fromCheckpoint = {
      position: engine.health().position,
      atMs: 0,
      accounts: [['tea/held', held] as [string, typeof held]],
      documents: [],
      seqs: [],
    };
    const report = await verify(engine, { fromCheckpoint });
    assert.ok(
      report.problems.some(({ what }) => /tea\/held holds 3, its documents claim 0/.test(what)),
    );
  });

  it('a final document that comes back, though the checkpoint left it out', async () => {
    const { engine } = await busyShop();
    const whole = await engine.entries({ after: 0, limit: 10_000 });
    const ended = whole.flatMap((entry) => entry.documents).find((each) => each.final === true)!;
    const { final: _, ...document } = { ...ended, version: ended.version + 1, state: 'HELD' };
    const last = whole.at(-1)!;
    const entry = { ...last, position: last.position + 1, moves: [], seqs: [], floors: [] };
    const { request: __, ...again } = { ...entry, documents: [document] };
    const entries = (all: Entry[]) => [...all, again];
    const fromCheckpoint = checkpointAt(whole, whole.length);
    const report = await verify(damaged(engine, { entries }), { fromCheckpoint });
    assert.ok(report.problems.some(({ what }) => /comes back from a final state/.test(what)));
  });

  it('a past balance off by one', async () => {
    const { engine, time } = await busyShop();
    const balances = (all: Record<string, number>) => ({
      ...all,
      available: (all.available ?? 0) + 1,
    });
    const report = await verify(damaged(engine, { balances }), { atMs: time.wallMs() });
    assert.ok(report.problems.some(({ what }) => /tea\/available was \d+ then/.test(what)));
  });
});
