// A crowd asks for units that a crowd of expired reservations still holds. Every unit is freed once
// and sold once, and the work grows with the units, not with the buyers times the units.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { verify } from '../../src/verify/verify.ts';
import { Shop } from '../support/shop.ts';

const CROWD = 1_000;

it('a thousand buyers of a thousand expired holds cost a few thousand transactions', async () => {
  const shop = await (await Shop.open()).fill({ tea: CROWD });
  const { engine, stock, time } = shop;
  const crowd = () => Array.from({ length: CROWD }, () => shop.hold('tea', 1, 60_000));
  await Promise.all(crowd());
  time.passMs(60_000);
  let tried = 0;
  const { commit } = engine;
  engine.commit = (batch) => {
    tried += batch.length;
    return commit.call(engine, batch);
  };
  await Promise.all(crowd());
  assert.deepEqual(await shop.inside('tea'), { held: CROWD });
  assert.ok(tried <= 12 * CROWD, `${tried} transactions`);
  const late = await stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] });
  assert.ok(!late.ok && late.code === 'insufficient-stock');
  assert.ok((await verify(engine)).ok);
});

it('whoever came first gets what is freed', async () => {
  const shop = await (await Shop.open()).fill({ tea: 200 });
  const { stock, time } = shop;
  await Promise.all(Array.from({ length: 200 }, (_, n) => shop.hold('tea', 1, 60_000 + n)));
  time.passMs(60_200);
  const lines = [{ pool: 'tea', quantity: 1 }];
  const asked = Array.from({ length: 300 }, () => stock.reserve({ lines }));
  const served = (await Promise.all(asked)).map(({ ok }) => ok);
  assert.equal(served.indexOf(false), 200);
  assert.equal(served.lastIndexOf(true), 199);
});

it('a sweep at the same time takes nobody from the line', async () => {
  const shop = await (await Shop.open()).fill({ tea: CROWD });
  const { stock, time } = shop;
  const crowd = () => Array.from({ length: CROWD }, () => shop.hold('tea', 1, 60_000));
  await Promise.all(crowd());
  time.passMs(60_000);
  // Both free the same documents; what the sweep freed first is as free for whoever asks.
  const swept = stock.sweep();
  await Promise.all(crowd());
  await swept;
  assert.deepEqual(await shop.inside('tea'), { held: CROWD });
});
