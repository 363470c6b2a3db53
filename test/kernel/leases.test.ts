// What a share that is out means for those at home: units move out, come back and are counted at every
// step; a lease that has ended is over for good.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertSound, LEASE_MS, leaseOf, offlineLease } from '../support/leasing.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

describe('a lease', () => {
  it('takes what there is, at least what it must have', async () => {
    const shop = await (await Shop.open()).fill({ tea: 3 });
    const { leases } = shop.stock;
    const share = { node: 'a', pool: 'tea', leaseForMs: LEASE_MS };
    refused(await leases.open({ ...share, quantity: 5 }), 'insufficient-stock');
    refused(await leases.open({ ...share, quantity: 9, quantityMin: 4 }), 'insufficient-stock');
    const lease = accepted(await leases.open({ ...share, quantity: 5, quantityMin: 1 }));
    assert.deepEqual([lease.moved, lease.quantity, lease.status], [3, 3, 'ACTIVE']);
    refused(
      await leases.topUp({ lease: lease.id, quantity: 2, quantityMin: 1 }),
      'insufficient-stock',
    );
    refused(await leases.open({ ...share, pool: 'none', quantity: 1 }), 'unknown-pool');
    await assertSound(shop);
  });

  it('is free for a buyer the moment its time is over, nobody having tidied up', async () => {
    const shop = await (await Shop.open()).fill({ tea: 3 });
    await leaseOf(shop, 'tea', 3);
    refused(
      await shop.stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] }),
      'insufficient-stock',
    );
    shop.time.passMs(LEASE_MS - 1);
    refused(
      await shop.stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] }),
      'insufficient-stock',
    );
    shop.time.passMs(1);
    accepted(await shop.stock.reserve({ lines: [{ pool: 'tea', quantity: 3 }] }));
    await assertSound(shop);
  });

  it('lives on when it is renewed, counted from then', async () => {
    const shop = await (await Shop.open()).fill({ tea: 3 });
    const lease = await leaseOf(shop, 'tea', 3);
    shop.time.passMs(LEASE_MS - 1);
    accepted(await shop.stock.leases.renew({ lease }));
    shop.time.passMs(LEASE_MS - 1);
    assert.equal((await shop.stock.leases.lease(lease))!.status, 'ACTIVE');
    // A shorter time does not take back what was promised.
    accepted(await shop.stock.leases.renew({ lease, leaseForMs: 60_000 }));
    accepted(await shop.stock.leases.renew({ lease, leaseForMs: 1 }));
    shop.time.passMs(59_999);
    assert.equal((await shop.stock.leases.lease(lease))!.status, 'ACTIVE');
    shop.time.passMs(1);
    refused(await shop.stock.leases.renew({ lease }), 'lease-ended');
  });

  it('gives no more back than is out, and counts what it gave', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const lease = await leaseOf(shop, 'tea', 4);
    const { leases } = shop.stock;
    refused(await leases.giveBack({ lease, quantity: 5 }), 'quantity-exceeds-lease');
    accepted(await leases.giveBack({ lease, quantity: 1 }));
    accepted(await leases.topUp({ lease, quantity: 3 }));
    const { quantity, givenBack } = accepted(await leases.giveBack({ lease, quantity: 4 }));
    assert.deepEqual([quantity, givenBack], [2, 5]);
    assert.deepEqual(await shop.inside('tea'), { available: 8, leased: 2 });
    await assertSound(shop);
  });

  it('answers the same command under its key once', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const command = { node: 'a', pool: 'tea', quantity: 4, leaseForMs: LEASE_MS };
    const first = accepted(await shop.stock.leases.open(command, { key: 'k' }));
    const second = await shop.stock.leases.open(command, { key: 'k' });
    assert.ok(second.ok && second.repeated);
    assert.deepEqual(second.value, first);
    const more = { lease: first.id, quantity: 2 };
    accepted(await shop.stock.leases.topUp(more, { key: 'm' }));
    accepted(await shop.stock.leases.topUp(more, { key: 'm' }));
    assert.deepEqual(await shop.inside('tea'), { available: 4, leased: 6 });
  });

  it('of an offline till has no end, until somebody writes it off', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const lost = await offlineLease(shop, 'tea', 4);
    const found = await offlineLease(shop, 'tea', 3);
    shop.time.passMs(90 * 86_400_000);
    await shop.stock.sweep();
    accepted(await shop.stock.leases.renew({ lease: lost }));
    accepted(await shop.stock.leases.writeOff({ lease: lost, to: 'written-off', reason: 'theft' }));
    accepted(await shop.stock.leases.writeOff({ lease: found, to: 'available' }));
    const { available, leased, 'written-off': gone } = (await shop.stock.pool('tea'))!;
    assert.deepEqual([available, leased, gone], [6, 0, 4]);
    await assertSound(shop);
  });

  it('of a closed sale goes home when it ends', async () => {
    const shop = await (await Shop.open()).fill({ tea: 0 });
    accepted(await shop.stock.putPool({ pool: 'flash', product: 'tea', home: 'tea' }));
    accepted(await shop.stock.receive({ pool: 'flash', quantity: 5 }));
    const lease = await leaseOf(shop, 'flash', 5);
    await shop.closePool('flash', 'tea');
    refused(await shop.stock.leases.topUp({ lease, quantity: 1 }), 'pool-closed');
    accepted(await shop.stock.leases.giveBack({ lease }));
    assert.deepEqual(await shop.inside('tea'), { available: 5 });
    await assertSound(shop);
  });

  it('is found by node, pool and status', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10, cup: 10 });
    const { leases } = shop.stock;
    const open = async (node: string, pool: string) =>
      accepted(await leases.open({ node, pool, quantity: 1, leaseForMs: LEASE_MS })).id;
    const [a, b, c] = [await open('a', 'tea'), await open('a', 'cup'), await open('b', 'tea')];
    accepted(await leases.giveBack({ lease: c }));
    const ids = async (query: object) => (await leases.search(query)).leases.map(({ id }) => id);
    assert.deepEqual(await ids({ node: 'a' }), [b, a]);
    assert.deepEqual(await ids({ pool: 'tea' }), [c, a]);
    assert.deepEqual(await ids({ status: 'ACTIVE' }), [b, a]);
    assert.deepEqual(await ids({ limit: 1 }), [c]);
    assert.deepEqual(await ids({ before: c, limit: 1 }), [b]);
    shop.time.passMs(LEASE_MS);
    assert.deepEqual(await ids({ status: 'EXPIRED' }), [b, a]);
  });

  it('is refused where a field is out of bounds', async () => {
    const shop = await (await Shop.open()).fill({ tea: 10 });
    const { leases } = shop.stock;
    const good = { node: 'a', pool: 'tea', quantity: 1, leaseForMs: 1_000 };
    for (const wrong of [
      { node: '' },
      { node: undefined as unknown as string },
      { pool: 'a b' },
      { quantity: 0 },
      { quantity: 1.5 },
      { quantityMin: 0 },
      { quantityMin: 2 },
      { leaseForMs: 0 },
    ]) {
      refused(await leases.open({ ...good, ...wrong }), 'invalid-request');
    }
  });
});
