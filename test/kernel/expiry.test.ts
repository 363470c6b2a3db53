// Expired means free: from the very moment of its deadline a reservation blocks nobody, swept or not.
// Nothing sweeps here but the last test.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accepted, refused, Shop } from '../support/shop.ts';

const one = (pool: string, quantity = 1) => ({ lines: [{ pool, quantity }] });

describe('expiry without a sweep', () => {
  it('one moment before the deadline it blocks, at the deadline it does not', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    await shop.hold('tea', 1, 60_000);
    shop.time.passMs(59_999);
    refused(await shop.stock.reserve(one('tea')), 'insufficient-stock');
    shop.time.passMs(1);
    accepted(await shop.stock.reserve(one('tea')));
  });

  it('it shows as expired from its deadline on', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const id = await shop.hold('tea', 1, 60_000);
    shop.time.passMs(60_000);
    assert.equal((await shop.stock.reservation(id))?.status, 'EXPIRED');
  });

  it('it cannot be confirmed, cancelled, changed or extended any more', async () => {
    const shop = await (await Shop.open()).fill({ tea: 4 });
    const { stock, time } = shop;
    const ids = [];
    for (let count = 0; count < 4; count += 1) ids.push(await shop.hold('tea', 1, 60_000));
    const [a, b, c, d] = ids as [string, string, string, string];
    time.passMs(60_000);
    refused(await stock.confirm({ reservation: a }), 'already-expired');
    refused(await stock.cancel({ reservation: b }), 'already-expired');
    refused(await stock.change({ reservation: c, ...one('tea') }), 'already-expired');
    refused(await stock.extend({ reservation: d, holdForMs: 60_000 }), 'already-expired');
    assert.deepEqual(await shop.inside('tea'), { available: 4 });
  });

  it('a refusal is the same whether it was swept or not', async () => {
    const shop = await (await Shop.open()).fill({ tea: 9 });
    const { stock } = shop;
    const reservation = await shop.hold('tea', 1, 60_000);
    const capped = accepted(
      await stock.reserve({ ...one('tea'), holdForMs: 60_000, holdCapMs: 60_000 }),
    ).id;
    shop.time.passMs(60_000);
    refused(await stock.return({ reservation, ...one('tea') }), 'already-expired');
    refused(await stock.confirm({ reservation, ...one('tea', 2) }), 'already-expired');
    refused(await stock.extend({ reservation: capped, holdForMs: 1 }), 'already-expired');
  });

  for (const held of [1, 64, 65, 200]) {
    it(`a buyer of all gets all from ${held} expired reservations`, async () => {
      const shop = await (await Shop.open()).fill({ tea: held });
      for (let index = 0; index < held; index += 1) await shop.hold('tea', 1, 60_000 + index);
      shop.time.passMs(60_000 + held);
      accepted(await shop.stock.reserve(one('tea', held)));
      assert.deepEqual(await shop.inside('tea'), { held });
    });
  }

  it('frees no more than it must', async () => {
    const shop = await (await Shop.open()).fill({ tea: 3 });
    for (let index = 0; index < 3; index += 1) await shop.hold('tea', 1, 60_000);
    await shop.fill({ cup: 1 });
    shop.time.passMs(60_000);
    accepted(await shop.stock.reserve(one('cup')));
    assert.deepEqual(await shop.inside('tea'), { held: 3 });
  });

  it('a partial buyer gets what is due as well', async () => {
    const shop = await (await Shop.open()).fill({ tea: 5 });
    await shop.hold('tea', 3, 60_000);
    shop.time.passMs(60_000);
    const lines = [{ pool: 'tea', quantity: 9, quantityMin: 1 }];
    assert.equal(accepted(await shop.stock.reserve({ lines })).lines[0]?.quantity, 5);
  });

  it('a write-off, a transfer and a change get it too', async () => {
    const shop = await (await Shop.open()).fill({ tea: 3, cup: 1 });
    const { stock, time } = shop;
    accepted(await stock.putPool({ pool: 'tea-2', product: 'tea' }));
    for (let index = 0; index < 3; index += 1) await shop.hold('tea', 1, 60_000);
    const cart = await shop.hold('cup', 1, 120_000);
    time.passMs(60_000);
    accepted(await stock.adjust({ pool: 'tea', quantity: -1 }));
    accepted(await stock.transfer({ from: 'tea', to: 'tea-2', quantity: 1 }));
    accepted(await stock.change({ reservation: cart, ...one('tea') }));
    assert.deepEqual(await shop.inside('tea'), { held: 1 });
  });

  it('units held in a closed pool are free at home', async () => {
    const shop = await (await Shop.open()).fill({ tea: 0 });
    accepted(await shop.stock.putPool({ pool: 'sale', product: 'tea', home: 'tea' }));
    accepted(await shop.stock.receive({ pool: 'sale', quantity: 1 }));
    await shop.hold('sale', 1, 60_000);
    await shop.closePool('sale', 'tea');
    shop.time.passMs(60_000);
    accepted(await shop.stock.reserve(one('tea')));
  });

  it('500 buyers for 100 expired units: exactly 100', async () => {
    const shop = await (await Shop.open()).fill({ tea: 100 });
    for (let index = 0; index < 100; index += 1) await shop.hold('tea', 1, 60_000 + index);
    shop.time.passMs(60_100);
    const answers = await Promise.all(
      Array.from({ length: 500 }, () => shop.stock.reserve(one('tea'))),
    );
    assert.equal(answers.filter(({ ok }) => ok).length, 100);
    for (const answer of answers) if (!answer.ok) refused(answer, 'insufficient-stock');
    assert.deepEqual(await shop.inside('tea'), { held: 100 });
  });

  it('the sweeper tidies everything that is due, and says how much', async () => {
    const shop = await (await Shop.open()).fill({ tea: 700 });
    await Promise.all(
      Array.from({ length: 600 }, () => shop.stock.reserve({ ...one('tea'), holdForMs: 60_000 })),
    );
    await shop.hold('tea', 1, 120_000);
    shop.time.passMs(60_000);
    assert.equal(await shop.stock.sweep(), 600);
    assert.deepEqual(await shop.inside('tea'), { available: 699, held: 1 });
    assert.equal(await shop.stock.sweep(), 0);
  });
});
