// One transaction over several databases: whole or not at all, with one decision, and without any where only
// home is touched.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grouped } from '../../../src/engines/coordinator/grouping.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { POOLS, SpreadShop, taking, UNITS } from './spread-store.ts';

const options = { skip: postgresMissing() ?? false, concurrency: true };

async function withShop(run: (shop: SpreadShop) => Promise<void>): Promise<void> {
  const shop = await SpreadShop.open();
  try {
    await run(shop);
    assert.deepEqual(await shop.prepared(), [], 'nothing is left prepared');
  } finally {
    await shop.end();
  }
}

const decisions = async (shop: SpreadShop) =>
  (await shop.ask(0, 'SELECT outcome FROM @.decision')).map(({ outcome }) => outcome);

describe('a store over three databases', options, () => {
  it('keeps rows of stock where the pool lives, and everything else at home', () =>
    withShop(async (shop) => {
      const owners = async (place: 0 | 1 | 2) =>
        (await shop.ask(place, 'SELECT id FROM @.owner WHERE seq > 0')).map(({ id }) => id);
      assert.deepEqual(await owners(0), ['tea']);
      assert.deepEqual(await owners(1), ['north:tea']);
      assert.deepEqual(await owners(2), ['south:tea']);
      const tables = `SELECT table_name AS name FROM information_schema.tables
        WHERE table_schema = trim('"' FROM '@') ORDER BY 1`;
      const names = (await shop.ask(1, tables)).map(({ name }) => name);
      assert.deepEqual(names, ['account', 'balances', 'meta', 'owner']);
      const [first] = await shop.ask(1, `SELECT * FROM @.balances WHERE account = 'available'`);
      assert.deepEqual(first, { pool: 'north:tea', account: 'available', quantity: String(UNITS) });
    }));

  it('takes from all of them or from none', () =>
    withShop(async (shop) => {
      const [taken] = await shop.commit(taking(...POOLS));
      assert.ok(taken!.ok);
      assert.deepEqual(await shop.sold(), [1, 1, 1]);
      const all = Array.from({ length: UNITS - 1 }, () => taking('south:tea'));
      for (const outcome of await shop.commit(...all)) assert.ok(outcome.ok);
      const [refused] = await shop.commit(taking(...POOLS));
      assert.ok(!refused!.ok && refused!.refusal.code === 'insufficient');
      assert.equal(refused!.refusal.account, 'south:tea/available');
      assert.deepEqual(await shop.sold(), [1, 1, UNITS]);
    }));

  it('makes one decision for a batch, and none for what touches home alone or is refused', () =>
    withShop(async (shop) => {
      const before = (await decisions(shop)).length;
      await shop.commit(taking('tea'), taking('tea'));
      assert.equal((await decisions(shop)).length, before);
      const batch = Array.from({ length: UNITS }, () => taking('north:tea', 'south:tea'));
      await shop.commit(...batch);
      assert.equal((await decisions(shop)).length, before + 1);
      const [refused] = await shop.commit(taking('north:tea'));
      assert.ok(!refused!.ok);
      assert.equal((await decisions(shop)).length, before + 1);
      assert.deepEqual(await shop.sold(), [2, UNITS, UNITS]);
    }));

  it('gives the first answer to a request that comes again', () =>
    withShop(async (shop) => {
      const request = { principal: 'p', key: 'k', hash: 'h' };
      const same = { ...taking(...POOLS), request };
      const [first, again] = await shop.commit(same, same);
      assert.ok(first!.ok && again!.ok);
      assert.deepEqual([first!.repeated, again!.repeated], [false, true]);
      assert.deepEqual(await shop.sold(), [1, 1, 1]);
    }));

  it('moves units from one database to another', () =>
    withShop(async (shop) => {
      const legs = [{ from: 'north:tea/available', to: 'south:tea/available' }];
      const [moved] = await shop.commit({ moves: [{ legs, quantity: 4 }], events: [] });
      assert.ok(moved!.ok);
      const [north, south] = await shop.engine.owners(['north:tea', 'south:tea']);
      assert.equal(north!.accounts.available!.balance, UNITS - 4);
      assert.equal(south!.accounts.available!.balance, UNITS + 4);
    }));

  it('follows released units to a pool in another database', () =>
    withShop(async (shop) => {
      const pool = { id: 'pool:tea', kind: 'pool', state: 'CLOSED', data: {} };
      const held = [{ from: 'tea/available', to: 'tea/held' }];
      await shop.commit(
        { moves: [{ legs: held, quantity: 2 }], events: [] },
        { writes: [{ ...pool, releaseTo: { release: 'north:tea' } }], events: [] },
      );
      const legs = [{ from: 'tea/held', to: { release: 'tea' } }];
      const release = { moves: [{ legs, quantity: 1 }], events: [] };
      for (const outcome of await shop.commit(release, taking('tea'), release))
        assert.ok(outcome.ok);
      const [north] = await shop.engine.owners(['north:tea']);
      assert.equal(north!.accounts.available!.balance, UNITS + 2);
    }));
});

describe('which of a batch go apart', () => {
  const partOf = (owner: string) => (owner.startsWith('north:') ? 'north' : undefined);

  it('those that need a part, and those after them that share something', () => {
    const batch = [
      taking('tea'),
      taking('cup', 'north:tea'),
      taking('pot'),
      taking('cup', 'pan'),
      taking('pan'),
      { ...taking('bowl'), request: { principal: 'p', key: 'k', hash: 'h' } },
      { ...taking('north:tea'), request: { principal: 'p', key: 'l', hash: 'h' } },
      { ...taking('jar'), request: { principal: 'p', key: 'l', hash: 'h' } },
      { guards: [{ document: 'd' }], events: [] },
    ];
    assert.deepEqual(grouped(batch, partOf), { home: [0, 2, 5, 8], apart: [1, 3, 4, 6, 7] });
  });
});
