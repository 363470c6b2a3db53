// A session of somebody else that keeps a row locked stalls those who need that row, and nobody else.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Client } from 'pg';
import type { Outcome } from '../../../src/engines/contract.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { LOCKINGS, type Locking } from '../../../src/engines/postgres/locking.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { withLocking } from '../../support/postgres-kind.ts';

const taking = (pool: string) => ({
  moves: [{ legs: [{ from: `${pool}/available`, to: `${pool}/sold` }], quantity: 1 }],
  events: [],
});

const giving = (pool: string) => ({
  floors: [{ account: `${pool}/supply`, floor: -100 }],
  moves: [{ legs: [{ from: `${pool}/supply`, to: `${pool}/available` }], quantity: 9 }],
  events: [],
});

/** A store with two pools, and a session that keeps the first of them locked. */
async function withLocked(locking: Locking, run: (shop: Shop) => Promise<void>): Promise<void> {
  const { address: any, drop } = await freshSchema();
  const address = withLocking(any, locking);
  const engine = await PostgresEngine.open(address);
  await Promise.all(await engine.commit([giving('tea'), giving('cup')]));
  const { connectionString, schema } = postgresAddress(address);
  const foreign = new Client({ connectionString });
  await foreign.connect();
  await foreign.query('BEGIN');
  await foreign.query(`SELECT 1 FROM "${schema}".owner WHERE id = 'tea' FOR UPDATE`);
  try {
    await run({ engine, letGo: async () => void (await foreign.query('ROLLBACK')) });
  } finally {
    await foreign.end();
    await engine.close();
    await drop();
  }
}

interface Shop {
  engine: PostgresEngine;
  letGo(): Promise<void>;
}

/** The outcomes that are there, without those that are still to come. */
function atOnce(outcomes: readonly (Outcome | Promise<Outcome>)[]): (boolean | 'later')[] {
  return outcomes.map((outcome) => (outcome instanceof Promise ? 'later' : outcome.ok));
}

const options = { skip: postgresMissing() ?? false, concurrency: true };

for (const locking of LOCKINGS)
  describe(`a foreign session that keeps a pool locked, ${locking}`, options, () => {
    it('stalls only the buyers of that pool, in a batch too, until it lets go', () =>
      withLocked(locking, async ({ engine, letGo }) => {
        const first = await engine.commit([taking('cup'), taking('tea'), taking('cup')]);
        assert.deepEqual(atOnce(first), [true, 'later', true]);
        // It is known to be locked now: nobody waits for it to find out.
        const second = await engine.commit([taking('tea'), taking('cup')]);
        assert.deepEqual(atOnce(second), ['later', true]);
        await letGo();
        for (const outcome of await Promise.all([...first, ...second])) assert.ok(outcome.ok);
        const [tea, cup] = await engine.owners(['tea', 'cup']);
        assert.equal(tea?.accounts.sold?.balance, 2);
        assert.equal(cup?.accounts.sold?.balance, 3);
      }));

    it('and who waits too long is told so, and has taken nothing', () =>
      withLocked(locking, async ({ engine, letGo }) => {
        const [later] = await engine.commit([taking('tea')]);
        await assert.rejects(
          Promise.resolve(later),
          (error) => error instanceof HoldfastError && error.code === 'contended',
        );
        await letGo();
        const [tea] = await engine.owners(['tea']);
        assert.equal(tea?.accounts.available?.balance, 9);
      }));

    it('stalls whoever gives units back to it by way of another pool, and nobody else', () =>
      withLocked(locking, async ({ engine, letGo }) => {
        const home = { id: 'pool:cup', kind: 'pool', state: 'CLOSED', data: {} };
        const legs = [{ from: 'cup/held', to: { release: 'cup' } }];
        const held = [{ from: 'cup/available', to: 'cup/held' }];
        const [closed] = await engine.commit([
          { writes: [{ ...home, releaseTo: { release: 'tea' } }], events: [] },
        ]);
        assert.ok((await closed)?.ok);
        const outcomes = await engine.commit([
          { moves: [{ legs: held, quantity: 2 }], events: [] },
          { moves: [{ legs, quantity: 1 }], events: [] },
          taking('cup'),
          { moves: [{ legs, quantity: 1 }], events: [] },
          taking('cup'),
        ]);
        assert.deepEqual(atOnce(outcomes), [true, 'later', true, 'later', true]);
        await letGo();
        for (const outcome of outcomes) assert.ok((await outcome).ok);
      }));
  });
