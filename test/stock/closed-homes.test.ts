// A closed pool's releases go home, and on from a home that is closed itself: what is due in the
// last of them is found by a buyer at the first.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { accepted, Shop } from '../support/shop.ts';

it('a buyer at the last home gets what is due two closed pools away', async () => {
  const shop = await Shop.open();
  const { stock, time } = shop;
  for (const pool of ['stage', 'sale', 'shelf']) {
    accepted(await stock.putPool({ pool, product: 'tea' }));
  }
  accepted(await stock.receive({ pool: 'stage', quantity: 3 }));
  await shop.hold('stage', 3, 60_000);
  await shop.closePool('sale', 'shelf');
  await shop.closePool('stage', 'sale');
  time.passMs(60_000);
  const legs = [{ from: 'shelf/available', to: 'shelf/held' }];
  const asked = await shop.commit({ moves: [{ legs, quantity: 1 }], events: [] });
  assert.ok(asked.ok === false && asked.refusal.code === 'insufficient');
  assert.equal(asked.refusal.due.length, 1);
  accepted(await stock.reserve({ lines: [{ pool: 'shelf', quantity: 3 }] }));
  assert.deepEqual(await shop.inside('shelf'), { held: 3 });
});
