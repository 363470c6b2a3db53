// The sweeper wakes when something falls due, and at its slow pace where a deadline lies in the past
// and cannot fall due: it must not keep the processor busy for nothing.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Batcher } from '../../src/engines/batcher.ts';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { Attempts } from '../../src/stock/attempts.ts';
import { SegmentDirectory } from '../../src/stock/segment-directory.ts';
import { Sweeper } from '../../src/stock/sweeper.ts';
import { Stock } from '../../src/stock.ts';
import { accepted, Shop } from '../support/shop.ts';

/** A shop that sweeps, with a hold of one minute, and how often the sweeper has looked. */
async function sweepingShop(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const time = new ManualTime();
  const engine = new MemoryEngine({ time });
  const due = t.mock.method(engine, 'due');
  const stock = await Stock.open(engine);
  t.after(() => stock.close());
  accepted(await stock.putPool({ pool: 'tea' }));
  accepted(await stock.receive({ pool: 'tea', quantity: 1 }));
  accepted(await stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 60_000 }));
  /** Lets time pass in steps in which timers fire and what they began ends. */
  const pass = async (ms: number, stepMs: number) => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      time.passMs(stepMs);
      t.mock.timers.tick(stepMs);
      for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
    }
  };
  return { stock, time, pass, looks: () => due.mock.callCount() };
}

test('what falls due is swept', async (t) => {
  const { stock, pass } = await sweepingShop(t);
  await pass(59_900, 100);
  assert.equal((await stock.pool('tea'))?.held, 1);
  await pass(300, 50);
  assert.deepEqual([(await stock.pool('tea'))?.available, (await stock.pool('tea'))?.held], [1, 0]);
});

test('a deadline that cannot fall due does not keep it busy', async (t) => {
  const { stock, time, pass, looks } = await sweepingShop(t);
  time.jumpMs(3_600_000);
  assert.match(stock.engine.clock().stopped ?? '', /jumped/);
  await pass(61_000, 1_000);
  const before = looks();
  await pass(1_000, 1);
  const looked = looks() - before;
  assert.ok(looked >= 5 && looked <= 12, `${looked} looks in a second`);
  stock.engine.resumeExpiry();
  await pass(200, 50);
  assert.equal((await stock.pool('tea'))?.available, 1);
});

/** A shop whose units are all held, and a sweeper of its own that is not started. */
async function crowdedShop(
  t: TestContext,
  {
    holds,
    holdForMs,
    monotonicMs,
  }: { holds: number; holdForMs: number; monotonicMs: () => number },
) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const shop = await (await Shop.open()).fill({ tea: holds });
  const { engine, stock, time } = shop;
  t.after(() => stock.close());
  await Promise.all(Array.from({ length: holds }, () => shop.hold('tea', 1, holdForMs)));
  const attempts = new Attempts(engine, new Batcher(engine), {
    segments: new SegmentDirectory(),
    onStaleRule: async () => {},
  });
  const sweeper = new Sweeper(engine, attempts, monotonicMs);
  t.after(() => sweeper.stop());
  /** Lets the sweeper wake when so much time has passed. */
  const wakeAfter = (ms: number) => {
    time.passMs(ms);
    sweeper.start();
    t.mock.timers.tick(100);
  };
  return { sweeper, wakeAfter, held: async () => (await stock.pool('tea'))!.held };
}

test('a crowd that falls due is swept at a pace, and at once for who waits for it', async (t) => {
  let nowMs = 0;
  const crowd = { holds: 5_000, holdForMs: 60_000, monotonicMs: () => nowMs };
  const { sweeper, wakeAfter, held } = await crowdedShop(t, crowd);
  wakeAfter(60_000);
  const left: number[] = [];
  for (let ms = 0; ms < 20; ms += 1) {
    nowMs += 1;
    t.mock.timers.tick(1);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    left.push(await held());
  }
  const perMs = (left[4]! - left[19]!) / 15;
  assert.ok(perMs > 25 && perMs < 35, `${perMs} released in a millisecond: ${left}`);
  await sweeper.sweep();
  assert.equal(await held(), 0);
});

test('what has been due for more than a minute is swept at full speed', async (t) => {
  const crowd = { holds: 1_000, holdForMs: 1, monotonicMs: () => 0 };
  const { wakeAfter, held } = await crowdedShop(t, crowd);
  wakeAfter(61_000);
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  assert.equal(await held(), 0);
});
