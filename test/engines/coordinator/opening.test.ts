// Which databases may be parts of a store: each refusal in a sentence that says what to do, and nothing is
// made where something is refused.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PartAddress, parsePart } from '../../../src/engines/coordinator/part-address.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { HoldfastError } from '../../../src/errors.ts';
import {
  freshSchema,
  ownPostgresMissing,
  postgresMissing,
  startPostgres,
} from '../../support/postgres.ts';
import { freshSpread, openSpread, type SpreadStore } from '../../support/spread-kind.ts';

const options = { skip: postgresMissing() ?? false, concurrency: true };

async function refuses(address: string, parts: PartAddress[], says: RegExp): Promise<void> {
  await assert.rejects(
    PostgresEngine.open(address, { parts }),
    (error) =>
      error instanceof HoldfastError && error.code === 'unavailable' && says.test(error.message),
  );
}

async function withSpread(run: (store: SpreadStore) => Promise<void>): Promise<void> {
  const store = await freshSpread();
  try {
    await run(store);
  } finally {
    await store.drop();
  }
}

const giving = (pool: string) => ({
  floors: [{ account: `${pool}/supply`, floor: -100 }],
  moves: [{ legs: [{ from: `${pool}/supply`, to: `${pool}/available` }], quantity: 9 }],
  events: [],
});

describe('a store with parts', options, () => {
  it('is not opened without one of them, nor with another one', () =>
    withSpread(async (store) => {
      await (await openSpread(store)).close();
      const [north, south] = store.parts as [PartAddress, PartAddress];
      await refuses(store.address, [], /live in the part north; name its database: --part north=/);
      await refuses(store.address, [north], /live in the part south/);
      const swapped = [
        { ...north, address: south.address },
        { ...south, address: north.address },
      ];
      await refuses(store.address, swapped, /what is named as the part north is the part south/);
      const renamed = [{ ...north, prefix: 'n:' }, south];
      await refuses(store.address, renamed, /pools of the part north begin with north:/);
    }));

  it('keeps its parts from other stores, and from being stores', () =>
    withSpread(async (store) => {
      await (await openSpread(store)).close();
      const [north] = store.parts as [PartAddress];
      await refuses(north.address, [], /is the part north of another store; open its home/);
      const other = await freshSchema();
      await refuses(other.address, [north], /the part north belongs to another store/);
      const home = { name: 'west', address: store.address };
      await refuses(store.address, [...store.parts, home], /west names a store of its own/);
      await other.drop();
    }));

  it('takes no part whose pools live at home already', () =>
    withSpread(async (store) => {
      const engine = await PostgresEngine.open(store.address);
      await Promise.all(await engine.commit([giving('north:tea')]));
      await engine.close();
      await refuses(store.address, store.parts, /north:tea lives at home, so that no part can/);
      await (await PostgresEngine.open(store.address)).close();
    }));

  it('takes no new part while a server is at work that does not know it', () =>
    withSpread(async (store) => {
      const engine = await PostgresEngine.open(store.address);
      await refuses(store.address, store.parts, /north is new, and a server is at work/);
      await engine.close();
      await (await openSpread(store)).close();
    }));

  it('says no by name where a part is not known and may not be made', () =>
    withSpread(async ({ address, parts }) => {
      await (await PostgresEngine.open(address)).close();
      await assert.rejects(
        PostgresEngine.open(address, { parts, existing: true }),
        /this store has no part north/,
      );
    }));
});

describe('a database as a part', { skip: ownPostgresMissing() ?? false }, () => {
  it('must be able to prepare transactions', async (t) => {
    const server = await startPostgres({ settings: { max_prepared_transactions: 3 } });
    t.after(() => server.remove());
    const store = await freshSpread(undefined, [server.address, server.address, server.address]);
    await refuses(
      store.address,
      store.parts,
      /part north has max_prepared_transactions = 3, and a server needs 4; put "max_prepared_transactions = 64" into its postgresql.conf and restart/,
    );
  });
});

describe('parts by name', () => {
  const at = 'postgres://127.0.0.1/x';
  const refused: [parts: PartAddress[], says: RegExp][] = [
    [[{ name: 'a b', address: at }], /"a b" is no name of a part/],
    [[{ name: 'a', address: 'sqlite:x' }], /the part a needs the address of a PostgreSQL/],
    [
      [
        { name: 'a', address: at },
        { name: 'a', address: at },
      ],
      /the part a is named twice/,
    ],
    [
      [
        { name: 'a', address: at, prefix: 'x' },
        { name: 'b', address: at, prefix: 'xy' },
      ],
      /some ids begin like those of both a and b/,
    ],
  ];
  for (const [parts, says] of refused) {
    it(`${JSON.stringify(parts.map(({ name, prefix }) => prefix ?? name))} cannot be`, async () => {
      await assert.rejects(
        PostgresEngine.open('postgres://127.0.0.1:1/none', { parts }),
        (error) => error instanceof RangeError && says.test(error.message),
      );
    });
  }

  it('are read from name=address', () => {
    assert.deepEqual(parsePart('hanoi=postgres://h/x?schema=y'), {
      name: 'hanoi',
      address: 'postgres://h/x?schema=y',
    });
    for (const text of ['hanoi', '=postgres://h/x', ''])
      assert.throws(() => parsePart(text), RangeError);
  });
});
