// With one commit being written and the next one decided behind it, a read shows the first once it
// is durable, and nothing of the second; a refusal waits for what it was refused for.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { DocumentWrite, Transaction } from '../../../src/engines/contract.ts';
import type { SqliteEngine } from '../../../src/engines/sqlite/sqlite-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { accepted, refused } from '../../support/shop.ts';
import { newPath, openStore, receiving } from './store-files.ts';

const time = new ManualTime();
let engine: SqliteEngine;
let stock: Stock;
before(async () => {
  engine = await openStore(newPath(), time);
  stock = await Stock.open(engine, { sweep: false });
});
after(() => stock.close());

const writing = (...writes: DocumentWrite[]): Transaction => ({ writes, events: [] });

const limit = (name: string): DocumentWrite => {
  return {
    id: `limit:${name}`,
    kind: 'limit',
    state: 'ACTIVE',
    data: { limit: name, scope: { pools: [] } },
  };
};
const pool = (name: string): DocumentWrite => {
  return {
    id: `pool:${name}`,
    kind: 'pool',
    state: 'OPEN',
    data: { product: name, place: 'main' },
  };
};
const note = (id: string, state: string, deadline = {}): DocumentWrite => {
  return { id, kind: 'note', state, data: {}, ...deadline };
};
const ids = (documents: readonly { id: string }[]) => documents.map(({ id }) => id);

interface Read {
  first: Transaction;
  second: Transaction;
  read: () => Promise<unknown>;
  /** With the first and without the second. */
  shows: unknown;
}

const READS: Record<string, Read> = {
  documents: {
    first: writing(note('n', 'ONE')),
    second: writing(note('n', 'TWO')),
    read: async () => (await engine.documents(['n']))[0]?.state,
    shows: 'ONE',
  },
  owners: {
    first: receiving(5),
    second: receiving(1),
    // As the balance was read: the answer must not change under its reader.
    read: async () => (await engine.owners(['tea']))[0]?.accounts.available?.balance,
    shows: 5,
  },
  pools: {
    first: writing(pool('a')),
    second: writing(pool('b')),
    read: async () => (await engine.pools({ limit: 9 })).map(({ owner }) => owner),
    shows: ['a'],
  },
  'find of a named kind': {
    first: writing(limit('a')),
    second: writing(limit('b')),
    read: async () => ids((await engine.find({ kind: 'limit', limit: 9 })).documents),
    shows: ['limit:a'],
  },
  due: {
    first: writing(note('d', 'NEW', { deadline: { afterMs: 0 } })),
    second: writing(note('e', 'NEW', { deadline: { afterMs: 0 } })),
    read: async () => ids(await engine.due(9)),
    shows: ['d'],
  },
};

describe('a read between two commits in flight', () => {
  for (const [name, { first, second, read, shows }] of Object.entries(READS)) {
    it(name, async () => {
      const order: string[] = [];
      const noted = <T>(what: string, promise: Promise<T>) =>
        promise.then((value) => {
          order.push(what);
          return value;
        });
      const [, found] = await Promise.all([
        noted('first', engine.commit([first])),
        noted('read', read()),
        noted('second', engine.commit([second])),
      ]);
      assert.deepEqual(found, shows);
      assert.ok(order.indexOf('first') < order.indexOf('read'), `${order}`);
    });
  }
});

describe('a refusal of a plan', () => {
  for (const key of [undefined, 'second-cancel']) {
    it(`is told once its reason is durable, ${key ? 'with' : 'without'} a key`, async () => {
      const [tea] = [`tea-${key ?? 'keyless'}`];
      accepted(await stock.putPool({ pool: tea }));
      accepted(await stock.receive({ pool: tea, quantity: 1 }));
      const held = await stock.reserve({ lines: [{ pool: tea, quantity: 1 }] });
      const reservation = accepted(held).id;
      const order: string[] = [];
      const second = Promise.withResolvers<void>();
      const { commit } = engine;
      engine.commit = (batch) => {
        engine.commit = commit;
        const written = commit.call(engine, batch);
        // Decided, being written: the next command already sees it in memory.
        assert.equal(engine.peek(reservation)?.state, 'CANCELLED');
        stock.cancel({ reservation }, key === undefined ? {} : { key }).then((answer) => {
          order.push('second');
          refused(answer, 'already-cancelled');
          second.resolve();
        }, second.reject);
        return written.finally(() => order.push('first durable'));
      };
      accepted(await stock.cancel({ reservation }));
      await second.promise;
      assert.deepEqual(order, ['first durable', 'second']);
    });
  }
});
