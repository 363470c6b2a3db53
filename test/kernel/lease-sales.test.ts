// What nodes sold, recorded: each sale once, whatever is sent again; never more than the lease had;
// limits count as they do for everybody; an offline till's sales have happened.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sale } from '../../src/kernel/lease-commands.ts';
import {
  assertSound,
  LEASE_MS,
  leaseOf,
  offlineLease,
  outcomeOf,
  saleOf,
} from '../support/leasing.ts';
import { accepted, refused, Shop } from '../support/shop.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';

const teaPerBuyer = { limit: 'tea-per-buyer', per: 'buyer', quantityMax: 3 } as const;
const scope = { pools: ['tea'] };

/** What became of several sales, in their order. */
async function outcomesOf(shop: Shop, lease: string, sales: Sale[]): Promise<string[]> {
  const { results } = accepted(await shop.stock.leases.record({ lease, sales }));
  assert.deepEqual(
    results.map(({ sale }) => sale),
    sales.map(({ id }) => id),
  );
  return results.map((result) => (result.ok ? 'recorded' : result.code));
}

describe('a recorded sale', () => {
  it('is a confirmed reservation, found and returned like any other', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const lease = await leaseOf(shop, 'tea', 4);
    const sale = { ...saleOf('tea', 3, 'ada'), reference: 'o-7', metadata: { till: 3 } };
    assert.equal(await outcomeOf(shop, lease, sale), 'recorded');
    const found = (await shop.stock.reservation(sale.id))!;
    assert.deepEqual(
      [found.status, found.lines, found.buyer, found.reference, found.metadata],
      ['CONFIRMED', [{ pool: 'tea', quantity: 3, confirmed: 3 }], 'ada', 'o-7', { till: 3 }],
    );
    assert.deepEqual(await shop.inside('tea'), { available: 6, leased: 1, sold: 3 });
    const { reservations } = await shop.stock.reservations({ reference: 'o-7' });
    assert.equal(reservations[0]!.id, sale.id);
    const lines = [{ pool: 'tea', quantity: 2 }];
    accepted(await shop.stock.return({ reservation: sale.id, lines }));
    assert.deepEqual(await shop.inside('tea'), { available: 8, leased: 1, sold: 1 });
    await assertSound(shop);
  });

  it('takes effect once, sent again or sent at the same time', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const lease = await leaseOf(shop, 'tea', 4);
    const sale = saleOf('tea', 2);
    const sent = [1, 2, 3].map(() => outcomeOf(shop, lease, sale));
    assert.deepEqual(await Promise.all(sent), ['recorded', 'recorded', 'recorded']);
    const again = await shop.stock.leases.record({ lease, sales: [sale] });
    assert.ok(again.ok && again.repeated);
    const other = { ...sale, lines: [{ pool: 'tea', quantity: 1 }] };
    assert.equal(await outcomeOf(shop, lease, other), 'key-reused');
    assert.deepEqual(await shop.inside('tea'), { available: 6, leased: 2, sold: 2 });
    await assertSound(shop);
  });

  it('is told as recorded although its lease has ended meanwhile, and no other is', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const lease = await leaseOf(shop, 'tea', 4);
    const [early, late] = [saleOf('tea', 1), saleOf('tea', 1)];
    assert.equal(await outcomeOf(shop, lease, early), 'recorded');
    shop.time.passMs(LEASE_MS);
    assert.deepEqual(await outcomesOf(shop, lease, [early, late]), ['recorded', 'lease-ended']);
    await shop.stock.sweep();
    assert.deepEqual(await outcomesOf(shop, lease, [early, late]), ['recorded', 'lease-ended']);
    assert.deepEqual(await shop.inside('tea'), { available: 9, sold: 1 });
    await assertSound(shop);
  });

  it('never is more than its lease has left; its neighbours stand alone', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const lease = await leaseOf(shop, 'tea', 4);
    const sales = [saleOf('tea', 2), saleOf('tea', 3), saleOf('tea', 2), saleOf('tea', 1)];
    assert.deepEqual(await outcomesOf(shop, lease, sales), [
      'recorded',
      'quantity-exceeds-lease',
      'recorded',
      'quantity-exceeds-lease',
    ]);
    assert.deepEqual(await shop.inside('tea'), { available: 6, sold: 4 });
    await assertSound(shop);
  });

  it('may be of several pools, each from its own lease, all or nothing', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10, cup: 10 });
    const [tea, cup] = [await leaseOf(shop, 'tea', 4), await leaseOf(shop, 'cup', 1)];
    const lines = [
      { pool: 'tea', quantity: 2 },
      { pool: 'cup', quantity: 1, lease: cup },
    ];
    const cart = (): Sale => ({ ...saleOf('tea', 1), lines });
    assert.equal(await outcomeOf(shop, tea, cart()), 'recorded');
    assert.equal(await outcomeOf(shop, tea, cart()), 'quantity-exceeds-lease');
    assert.deepEqual(await shop.inside('tea'), { available: 6, leased: 2, sold: 2 });
    assert.deepEqual(await shop.inside('cup'), { available: 9, sold: 1 });
    const wrong = { ...saleOf('tea', 1), lines: [{ pool: 'cup', quantity: 1 }] };
    assert.equal(await outcomeOf(shop, tea, wrong), 'invalid-request');
    await assertSound(shop);
  });

  it('counts under limits; who is past one is refused, and nobody with him', async () => {
    const shop = await (await Shop.open()).fill({ tea: 20 });
    accepted(await shop.stock.putLimit({ ...teaPerBuyer, scope, windowMs: 60_000 }));
    accepted(await shop.stock.putLimit({ limit: 'order', per: 'order', quantityMax: 2, scope }));
    const lease = await leaseOf(shop, 'tea', 10, 600_000);
    await shop.hold('tea', 2, 60_000, 'ada');
    const sales = [
      saleOf('tea', 1, 'ada'),
      saleOf('tea', 1, 'ada'),
      saleOf('tea', 2, 'bob'),
      saleOf('tea', 1),
      saleOf('tea', 3, 'eve'),
    ];
    assert.deepEqual(await outcomesOf(shop, lease, sales), [
      'recorded',
      'limit-exceeded',
      'recorded',
      'buyer-required',
      'limit-exceeded',
    ]);
    assert.deepEqual(await shop.inside('tea'), { available: 8, held: 2, leased: 7, sold: 3 });
    shop.time.passMs(60_000);
    assert.equal(await outcomeOf(shop, lease, saleOf('tea', 2, 'ada')), 'recorded');
    await assertSound(shop);
  });

  it('of an offline till has happened: past a limit it is recorded, and the reply says so', async () => {
    const shop = await (await Shop.open()).fill({ tea: 20 });
    accepted(await shop.stock.putLimit({ ...teaPerBuyer, scope }));
    const lease = await offlineLease(shop, 'tea', 10);
    const sales = [saleOf('tea', 2, 'ada'), saleOf('tea', 2, 'ada'), saleOf('tea', 1)];
    const { results } = accepted(await shop.stock.leases.record({ lease, sales }));
    const told = results.map((result) => result.ok && result.overLimit);
    assert.deepEqual(told, [false, true, true]);
    const settled = accepted(await shop.stock.leases.settle({ lease, sales }, { key: 's' }));
    assert.deepEqual([settled.status, settled.sold, settled.givenBack], ['CLOSED', 5, 5]);
    accepted(await shop.stock.leases.settle({ lease, sales }, { key: 's' }));
    assert.deepEqual(await shop.inside('tea'), { available: 15, sold: 5 });
    await assertSound(shop);
  });

  it('that cannot be recorded keeps its lease from being settled', async () => {
    const shop = await (await Shop.open()).fill({ tea: 20 });
    const lease = await offlineLease(shop, 'tea', 2);
    const sales = [saleOf('tea', 2), saleOf('tea', 1)];
    refused(await shop.stock.leases.settle({ lease, sales }), 'quantity-exceeds-lease');
    assert.equal((await shop.stock.leases.lease(lease))!.status, 'ACTIVE');
    refused(await shop.stock.leases.record({ lease: 'none', sales }), 'unknown-lease');
  });

  it('is refused where a field is out of bounds', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const lease = await leaseOf(shop, 'tea', 4);
    const good = saleOf('tea', 1);
    const wrong: Sale[][] = [
      [],
      [good, good],
      [{ ...good, id: 'pool:tea' }],
      [{ ...good, lines: [] }],
      [{ ...good, buyer: '' }],
    ];
    for (const sales of wrong) {
      refused(await shop.stock.leases.record({ lease, sales }), 'invalid-request');
    }
  });

  it('outlives a restart of the store, and so does its lease', async (t) => {
    const shop = await (await Shop.open(sqliteKind.open)).fill({ tea: 10 });
    const lease = await leaseOf(shop, 'tea', 4);
    const sale = saleOf('tea', 1);
    assert.equal(await outcomeOf(shop, lease, sale), 'recorded');
    await shop.stock.close();
    const again = await Shop.open((time) => sqliteKind.reopen(shop.engine, time));
    t.after(() => again.stock.close());
    assert.equal(await outcomeOf(again, lease, sale), 'recorded');
    assert.equal((await again.stock.leases.lease(lease))!.quantity, 3);
    assert.deepEqual(await again.inside('tea'), { available: 6, leased: 3, sold: 1 });
    // Lists may be a moment behind: they say as of when they are.
    const { position } = again.engine.health();
    const search = () => again.stock.leases.search({ node: 'till-1', status: 'ACTIVE' });
    let page = await search();
    while (page.asOf < position) page = await search();
    assert.equal(page.leases[0]!.id, lease);
    await assertSound(again);
  });
});
