// The traps that others fell into, one test each, as far as they concern stock on one engine.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Entry } from '../../src/engines/contract.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const lines = (quantity: number, pool = 'tea') => [{ pool, quantity }];

describe('a trap:', () => {
  it('"total >= sold", then add one, sells total + 1', async () => {
    const shop = await (await Shop.open()).fill({ tea: 3 });
    for (let sold = 0; sold < 3; sold += 1) await shop.sell('tea', 1);
    refused(await shop.stock.reserve({ lines: lines(1) }), 'insufficient-stock');
  });

  it('two lines of one item, each checked against the same number', async () => {
    const shop = await (await Shop.open()).fill({ tea: 5 });
    const both = [...lines(3), ...lines(3)];
    refused(await shop.stock.reserve({ lines: both }), 'insufficient-stock');
    const reservation = await shop.hold('tea', 1);
    refused(await shop.stock.change({ reservation, lines: both }), 'insufficient-stock');
  });

  it('five left and two buyers of three: both win', async () => {
    const shop = await (await Shop.open()).fill({ tea: 5 });
    const answers = await Promise.all([1, 2].map(() => shop.stock.reserve({ lines: lines(3) })));
    assert.equal(answers.filter(({ ok }) => ok).length, 1);
  });

  it('stock is checked before the key: the retry of a last-unit success reads "sold out"', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const limit = { limit: 'one', per: 'buyer', scope: 'all', quantityMax: 1 } as const;
    accepted(await shop.stock.putLimit(limit));
    const buy = () => shop.stock.reserve({ lines: lines(1), buyer: 'ann' }, { key: 'k' });
    const first = accepted(await buy());
    // Neither stock nor limit, nor a limit per order made since, stands in the way of the retry.
    accepted(await shop.stock.putLimit({ ...limit, limit: 'order', per: 'order' }));
    accepted(await shop.stock.adjust({ pool: 'tea', quantity: 1 }));
    await shop.closePool('tea', 'tea');
    assert.deepEqual(accepted(await buy()), first);
  });

  it('the reservation key carries the deadline: its quantity is gone with it', async () => {
    const shop = await (await Shop.open()).fill({ tea: 3 });
    await shop.hold('tea', 2);
    shop.time.passMs(365 * 86_400_000);
    accepted(await shop.stock.reserve({ lines: lines(3) }));
  });

  it('absolute writes of a number read earlier: what came in between is lost', async () => {
    const shop = await (await Shop.open()).fill({ tea: 0 });
    const { stock } = shop;
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        await stock.receive({ pool: 'tea', quantity: 2 });
        accepted(await stock.adjust({ pool: 'tea', quantity: -1 }));
      }),
    );
    const pool = (await stock.pool('tea'))!;
    assert.deepEqual([pool.available, pool.supply, pool['written-off']], [100, -200, 100]);
  });

  it('an expired reservation can still be paid', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const reservation = await shop.hold('tea', 1);
    shop.time.passMs(60_000);
    const [, late] = await Promise.all([
      shop.stock.reserve({ lines: lines(1) }),
      shop.stock.confirm({ reservation }),
    ]);
    refused(late!, 'already-expired');
    assert.deepEqual(await shop.inside('tea'), { held: 1 });
  });

  it('a buyer is locked out by his own stale reservation', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const limit = { limit: 'one', per: 'buyer', scope: 'all', quantityMax: 1 } as const;
    accepted(await shop.stock.putLimit(limit));
    await shop.hold('tea', 1, 60_000, 'ann');
    shop.time.passMs(60_000);
    accepted(await shop.stock.reserve({ lines: lines(1), buyer: 'ann' }));
  });

  it('cancel and expiry both give back', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    const reservation = await shop.hold('tea', 1);
    shop.time.passMs(60_000);
    await Promise.all([
      shop.stock.sweep(),
      shop.stock.cancel({ reservation }),
      shop.stock.reserve({ lines: lines(1) }),
      shop.stock.sweep(),
    ]);
    assert.deepEqual(await shop.inside('tea'), { held: 1 });
  });

  it('expiry depends on a cron job that nobody runs', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1 });
    for (let buyer = 0; buyer < 10; buyer += 1) {
      await shop.hold('tea', 1);
      shop.time.passMs(60_000);
    }
  });

  it('an outbox read by serial number misses what committed late', async () => {
    const shop = await (await Shop.open()).fill({ tea: 500 });
    const { stock, engine } = shop;
    const before = engine.health().position;
    const followed: number[] = [];
    engine.follow((entries) => followed.push(...entries.map(({ position }) => position)));
    const read: Entry[] = [];
    const poll = async () => {
      const after = read.at(-1)?.position ?? before;
      read.push(...(await engine.entries({ after, limit: 50 })));
    };
    await Promise.all(
      Array.from({ length: 300 }, async () => {
        await stock.reserve({ lines: lines(1) });
        await inTurn(poll);
      }),
    );
    const end = engine.health().position;
    while ((read.at(-1)?.position ?? before) < end) await poll();
    const expected = Array.from({ length: end - before }, (_, index) => before + 1 + index);
    assert.deepEqual(followed, expected);
    assert.deepEqual(
      read.map(({ position }) => position),
      expected,
    );
  });
});

// One reader: two at once would read the same page.
let reading: Promise<void> = Promise.resolve();
function inTurn(poll: () => Promise<void>): Promise<void> {
  reading = reading.then(poll);
  return reading;
}
