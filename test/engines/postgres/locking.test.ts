// What every locking strategy has to stand: two engines on one store, commits at once, a hot pool with too
// few units. Exactly what there was is sold, everybody else is told the truth, and the journal says so.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Client } from 'pg';
import type { Outcome, Transaction } from '../../../src/engines/contract.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { LOCKINGS, type Locking } from '../../../src/engines/postgres/locking.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { verify } from '../../../src/verify/verify.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { withLocking } from '../../support/postgres-kind.ts';

/** Units go to `safety`: what is sold would have to be claimed by a document. */
const UNITS = 90;
const BUYERS = 10;

const move = (from: string, to: string, quantity: number, quantityMin?: number) => ({
  legs: [{ from, to }],
  quantity,
  ...(quantityMin === undefined ? {} : { quantityMin }),
});

const taking = (pool: string, quantity = 1): Transaction => ({
  moves: [move(`${pool}/available`, `${pool}/safety`, quantity)],
  events: [],
});

const givingBack = (pool: string): Transaction => ({
  moves: [move(`${pool}/safety`, `${pool}/available`, 1)],
  events: [],
});

const supplying = (pool: string, quantity: number): Transaction => ({
  floors: [{ account: `${pool}/supply`, floor: -UNITS }],
  moves: [move(`${pool}/supply`, `${pool}/available`, quantity)],
  events: [],
});

/** Carts name their pools in either order. */
const cart = (...pools: string[]): Transaction => ({
  moves: pools.map((pool) => move(`${pool}/available`, `${pool}/safety`, 1)),
  events: [],
});

interface Shop {
  address: string;
  engines: PostgresEngine[];
  /** Commits on one engine and on the other, by turns. */
  commit(batch: Transaction[], turn: number): Promise<Outcome[]>;
  atOnce(batches: Transaction[][]): Promise<Outcome[][]>;
  balance(account: string): Promise<number | undefined>;
}

async function withShop(locking: Locking, run: (shop: Shop) => Promise<void>): Promise<void> {
  const { address: any, drop } = await freshSchema();
  const address = withLocking(any, locking);
  const engines = [await PostgresEngine.open(address), await PostgresEngine.open(address)];
  const shop: Shop = {
    ...{ address, engines },
    commit: async (batch, turn) => Promise.all(await engines[turn % 2]!.commit(batch)),
    atOnce: (batches) => Promise.all(batches.map(shop.commit)),
    balance: async (account) => {
      const [owner = '', name = ''] = account.split('/');
      const [state] = await engines[0]!.owners([owner]);
      return state?.accounts[name]?.balance;
    },
  };
  try {
    await run(shop);
    for (const engine of engines) {
      const { ok, problems } = await verify(engine);
      assert.ok(ok, JSON.stringify(problems));
    }
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
    await drop();
  }
}

const accepted = (outcomes: Outcome[][]) => outcomes.flat().filter(({ ok }) => ok).length;

interface Met {
  outcomes: Outcome[][];
  /** How often something was written so far, also in vain. */
  writes: number;
}

/** Lets commits come to a lock of the pool, one after the other, before the first of them gets it. */
async function whileLocked(
  { address, commit }: Shop,
  { pool, batches }: { pool: string; batches: Transaction[][] },
): Promise<Met> {
  const { connectionString, schema } = postgresAddress(address);
  const [holder, watcher] = [new Client({ connectionString }), new Client({ connectionString })];
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query('BEGIN');
  await holder.query(`SELECT 1 FROM "${schema}".owner WHERE id = '${pool}' FOR UPDATE`);
  const waiting = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%"${schema}".owner%'`;
  try {
    const coming: Promise<Outcome[]>[] = [];
    for (const batch of batches) {
      coming.push(commit(batch, coming.length));
      let n = 0;
      while (n < coming.length) n = (await watcher.query(waiting)).rows[0].n;
    }
    await holder.query('ROLLBACK');
    const outcomes = await Promise.all(coming);
    const drawn = await watcher.query(`SELECT last_value FROM "${schema}".batch_ord`);
    return { outcomes, writes: Number(drawn.rows[0].last_value) };
  } finally {
    await Promise.all([holder.end(), watcher.end()]);
  }
}

function holdsWith(locking: Locking): void {
  it('sells a hot pool out to the last unit and not one more', () =>
    withShop(locking, async (shop) => {
      await shop.atOnce([[supplying('tea', UNITS)]]);
      for (let round = 0; round < 3; round += 1) {
        const batch = () => Array.from({ length: BUYERS }, () => taking('tea'));
        // 240 ask for 90: the second and the third round find none or too few.
        const outcomes = await shop.atOnce(Array.from({ length: 8 }, batch));
        assert.equal(accepted(outcomes), [80, 10, 0][round]);
        for (const outcome of outcomes.flat()) {
          if (outcome.ok) continue;
          assert.equal(outcome.refusal.code, 'insufficient');
          assert.equal('available' in outcome.refusal && outcome.refusal.available, 0);
        }
      }
      assert.equal(await shop.balance('tea/available'), 0);
      assert.equal(await shop.balance('tea/safety'), UNITS);
    }));

  it('takes carts in any order, with units that come back, and parts of what was asked', () =>
    withShop(locking, async (shop) => {
      await shop.atOnce([[supplying('tea', 60), supplying('cup', 40)]]);
      const part: Transaction = {
        moves: [move('tea/available', 'tea/safety', 20, 1)],
        events: [],
      };
      const batches = [
        [cart('tea', 'cup'), taking('tea'), givingBack('tea'), taking('cup', 3)],
        [cart('cup', 'tea'), supplying('tea', 5), taking('tea', 5)],
        [part, cart('cup', 'tea', 'pot')],
        [cart('tea', 'cup'), cart('cup', 'tea'), part],
      ];
      const outcomes = await shop.atOnce([...batches, ...batches]);
      for (const [index, batch] of outcomes.entries()) {
        const refused = batch.flatMap(({ ok }, place) => (ok ? [] : [place]));
        // There are no pots; of tea there is some for nearly all who ask for a part.
        if (index % 4 === 2) assert.ok(refused.includes(1));
      }
      const [tea, sold] = [await shop.balance('tea/available'), await shop.balance('tea/safety')];
      assert.equal(tea! + sold!, 70);
      assert.ok(tea! >= 0);
    }));

  it('numbers what met at a lock one after the other, and sells no unit twice', () =>
    withShop(locking, async (shop) => {
      // All accounts are there: two that make one at once do meet.
      await shop.atOnce([[supplying('tea', 5), taking('tea')]]);
      const batches = [[taking('tea')], [taking('tea')]];
      const enough = await whileLocked(shop, { pool: 'tea', batches });
      assert.equal(accepted(enough.outcomes), 2);
      assert.equal(enough.writes, 3, 'as long as there is enough nobody writes twice');
      const seqs = enough.outcomes.flat().map((outcome) => outcome.ok && outcome.entry.seqs[0]![1]);
      assert.deepEqual(seqs.sort(), [3, 4]);
      const tooFew = await whileLocked(shop, {
        pool: 'tea',
        batches: [[taking('tea', 2)], [taking('tea', 2)]],
      });
      assert.equal(accepted(tooFew.outcomes), 1);
      assert.equal(await shop.balance('tea/safety'), 5);
    }));

  it('refuses nobody for what comes in before his answer', () =>
    withShop(locking, async (shop) => {
      await shop.atOnce([[supplying('tea', 1)]]);
      // Two for one unit, while five more come: whichever is first, both orders are told the truth.
      const { outcomes } = await whileLocked(shop, {
        pool: 'tea',
        batches: [[supplying('tea', 5)], [taking('tea'), taking('tea')]],
      });
      const [, buyers] = outcomes as [Outcome[], Outcome[]];
      const left = await shop.balance('tea/available');
      assert.equal(left, 6 - buyers.filter(({ ok }) => ok).length);
      const entries = await shop.engines[0]!.entries({ after: 1, limit: 9 });
      const cameFirst = entries[0]!.moves[0]!.from === 'tea/supply';
      assert.equal(buyers[1]!.ok, cameFirst);
    }));
}

const missing = postgresMissing() ?? false;
for (const locking of LOCKINGS) {
  describe(`commits at once, ${locking}`, { skip: missing }, () => holdsWith(locking));
}

describe('the address of a store', () => {
  it('names a locking strategy', () => {
    const at = 'postgres://localhost/shop';
    assert.equal(postgresAddress(at).locking, 'pessimistic');
    const { locking, connectionString } = postgresAddress(`${at}?locking=optimistic&schema=one`);
    assert.deepEqual([locking, connectionString], ['optimistic', at]);
    assert.throws(() => postgresAddress(`${at}?locking=hopeful`), {
      name: 'RangeError',
      message: /"hopeful" is no locking strategy: pessimistic, conditional, optimistic/,
    });
  });
});
