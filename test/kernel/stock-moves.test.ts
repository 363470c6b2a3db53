// Pools, and the ways that units come in, get lost and change place.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accepted, refused, Shop } from '../support/shop.ts';

describe('pools', () => {
  it('come to be with their id as product, at the main place', async () => {
    const { stock } = await Shop.open();
    const made = accepted(await stock.putPool({ pool: 'tea' }));
    assert.deepEqual(made, { id: 'tea', product: 'tea', place: 'main', state: 'OPEN', version: 1 });
    const pool = (await stock.pool('tea'))!;
    assert.deepEqual([pool.available, pool.held, pool.supply, pool.quarantined], [0, 0, 0, 0]);
    assert.equal(await stock.pool('none'), undefined);
  });

  it('may change place and home, but not product', async () => {
    const { stock } = await (await Shop.open()).fill({ tea: 1 });
    accepted(await stock.putPool({ pool: 'tea', place: 'north' }));
    accepted(await stock.putPool({ pool: 'cellar', product: 'tea' }));
    accepted(await stock.putPool({ pool: 'tea', home: 'cellar' }));
    const pool = (await stock.pool('tea'))!;
    assert.deepEqual([pool.product, pool.place, pool.home], ['tea', 'north', 'cellar']);
    refused(await stock.putPool({ pool: 'tea', product: 'cup' }), 'product-mismatch');
  });

  it('made by two at the same moment: both are told so, there is one', async () => {
    const { stock } = await Shop.open();
    const answers = await Promise.all([
      stock.putPool({ pool: 'tea', place: 'north' }),
      stock.putPool({ pool: 'tea' }),
    ]);
    for (const answer of answers) accepted(answer);
    assert.equal((await stock.pools()).length, 1);
  });

  it('do not have a home of another product', async () => {
    const { stock } = await (await Shop.open()).fill({ tea: 1, cup: 1 });
    refused(await stock.putPool({ pool: 'tea', home: 'cup' }), 'product-mismatch');
  });

  it('are not what limits count', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const limit = { limit: 'two', per: 'buyer', scope: 'all', quantityMax: 2 } as const;
    accepted(await shop.stock.putLimit(limit));
    await shop.hold('tea', 1, 60_000, 'ann');
    assert.equal(await shop.stock.pool('!two!!ann'), undefined);
  });
});

describe('receive, adjust, transfer', () => {
  it('what comes in is available', async () => {
    const { stock } = await (await Shop.open()).fill({ tea: 0 });
    const moved = accepted(await stock.receive({ pool: 'tea', quantity: 5, reference: 'PO 1' }));
    assert.deepEqual(moved, { pool: 'tea', quantity: 5, version: 2 });
    const { available, supply } = (await stock.pool('tea'))!;
    assert.deepEqual([available, supply], [5, -5]);
    refused(await stock.receive({ pool: 'none', quantity: 1 }), 'unknown-pool');
  });

  it('what is found comes in, what is lost is written off', async () => {
    const { stock } = await (await Shop.open()).fill({ tea: 5 });
    accepted(await stock.adjust({ pool: 'tea', quantity: 2, reason: 'found' }));
    accepted(await stock.adjust({ pool: 'tea', quantity: -3, reason: 'broken' }));
    const pool = (await stock.pool('tea'))!;
    assert.deepEqual([pool.available, pool.supply, pool['written-off']], [4, -7, 3]);
  });

  it('no more can be lost than is available, unless up to that', async () => {
    const shop = await (await Shop.open()).fill({ tea: 5 });
    await shop.hold('tea', 3);
    refused(await shop.stock.adjust({ pool: 'tea', quantity: -3 }), 'insufficient-stock');
    const lost = accepted(await shop.stock.adjust({ pool: 'tea', quantity: -3, upTo: true }));
    assert.equal(lost.quantity, 2);
    refused(
      await shop.stock.adjust({ pool: 'tea', quantity: -1, upTo: true }),
      'insufficient-stock',
    );
    assert.deepEqual(await shop.inside('tea'), { held: 3 });
  });

  it('units change place within their product only', async () => {
    const shop = await (await Shop.open()).fill({ tea: 5, cup: 0 });
    const { stock } = shop;
    accepted(await stock.putPool({ pool: 'tea-north', product: 'tea', place: 'north' }));
    accepted(await stock.transfer({ from: 'tea', to: 'tea-north', quantity: 2 }));
    assert.deepEqual(await shop.inside('tea-north'), { available: 2 });
    const most = { from: 'tea', to: 'tea-north', quantity: 4 };
    refused(await stock.transfer(most), 'insufficient-stock');
    refused(await stock.transfer({ from: 'tea', to: 'cup', quantity: 1 }), 'product-mismatch');
    refused(await stock.transfer({ from: 'tea', to: 'none', quantity: 1 }), 'unknown-pool');
    refused(await stock.transfer({ from: 'none', to: 'tea', quantity: 1 }), 'unknown-pool');
  });

  it('of another version of the pool than the one seen is refused', async () => {
    const { stock } = await (await Shop.open()).fill({ tea: 5 });
    const command = { pool: 'tea', quantity: 1 };
    refused(await stock.receive(command, { ifMatch: 1 }), 'stale-version');
    const { version } = accepted(await stock.receive(command, { ifMatch: 2 }));
    assert.equal(version, 3);
    refused(await stock.adjust({ ...command, quantity: -1 }, { ifMatch: 2 }), 'stale-version');
  });

  it('up to 2^53 - 1, and no unit more', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const legs = [{ from: 'tea/supply', to: 'tea/available' }];
    const moves = [{ legs, quantity: Number.MAX_SAFE_INTEGER - 2 }];
    assert.ok((await shop.commit({ moves, events: [] })).ok);
    accepted(await shop.stock.receive({ pool: 'tea', quantity: 1 }));
    const answer = await shop.stock.receive({ pool: 'tea', quantity: 1 });
    assert.ok(!answer.ok);
    assert.match(answer.code, /balance-range|insufficient-stock/);
    assert.equal((await shop.stock.pool('tea'))!.available, Number.MAX_SAFE_INTEGER);
  });
});
