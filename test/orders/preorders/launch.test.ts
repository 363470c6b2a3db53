// A launch that moves takes the due dates of open orders with it: each order once, whatever dies on the
// way, and never the date of a stage that is paid.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { verify } from '../../../src/verify/verify.ts';
import { accepted, refused } from '../../support/shop.ts';
import { CONSOLE, DAY_MS, StagedShop } from './staged-shop.ts';

let shop: StagedShop;

beforeEach(async () => {
  shop = await StagedShop.open();
});

afterEach(async () => {
  assert.deepEqual((await verify(shop.shop.engine)).problems, []);
  await shop.close();
});

async function move(days: number): Promise<void> {
  const launchAtMs = shop.launchAtMs + days * DAY_MS;
  accepted(await shop.uses.plans.move({ plan: 'console', launchAtMs }));
  await shop.moved();
}

const lastDue = async (order: string) => (await shop.of(order)).plan!.stages[2]!.dueAtMs;

describe('another launch', () => {
  it('moves the due date that hangs on it, and the hold of the stage that is due', async () => {
    const order = await shop.paid(2);
    await move(20);
    assert.equal(await lastDue(order), shop.launchAtMs + 6 * DAY_MS);
    assert.equal((await shop.of(order)).expiresAtMs, shop.launchAtMs + 9 * DAY_MS);
    const told = await shop.told('order.rescheduled');
    assert.deepEqual(
      told.map(({ subject }) => subject),
      [order],
    );
    assert.equal((await shop.told('plan.moved')).length, 1);
  });

  it('moves a later stage without touching the hold of the present one', async () => {
    const order = await shop.paid(1);
    const { expiresAtMs } = await shop.of(order);
    await move(20);
    assert.equal(await lastDue(order), shop.launchAtMs + 6 * DAY_MS);
    assert.equal((await shop.of(order)).expiresAtMs, expiresAtMs);
  });

  it('that comes nearer leaves the notice', async () => {
    const order = await shop.paid(2);
    await shop.pass(10);
    const nowMs = shop.shop.time.wallMs();
    await move(-85);
    assert.equal(Math.round(((await lastDue(order))! - nowMs) / DAY_MS), 7);
    await shop.pass(1);
    // The reminder of the new date came a day before it, though that of the old one was far away.
    await shop.pass(6);
    assert.equal((await shop.told('order.reminder')).length, 1);
  });

  it('that comes nearer leaves a date that was nearer still', async () => {
    const order = await shop.paid(2);
    await shop.pass(83);
    const before = await lastDue(order);
    await move(-20);
    assert.equal(await lastDue(order), before);
  });

  it('counts for an order whose deposit is not paid yet', async () => {
    const order = await shop.order();
    await move(20);
    await shop.pay(order);
    assert.equal(await lastDue(order), shop.launchAtMs + 6 * DAY_MS);
  });

  it('leaves paid stages and finished orders alone', async () => {
    const [sold, gone] = [await shop.paid(3), await shop.paid(1)];
    accepted(await shop.uses.orders.cancel({ order: gone }));
    await shop.tidy();
    const before = [await shop.of(sold), await shop.of(gone)];
    await move(20);
    assert.deepEqual([await shop.of(sold), await shop.of(gone)], before);
  });

  it('leaves the time that a payment under way was given', async () => {
    const order = await shop.paid(2);
    await shop.pass(88.9999);
    accepted(await shop.uses.payments.start({ order }));
    const { expiresAtMs } = await shop.of(order);
    await move(-1);
    assert.equal((await shop.of(order)).expiresAtMs, expiresAtMs);
  });

  it('is of a plan that is there', async () => {
    refused(await shop.uses.plans.move({ plan: 'none', launchAtMs: 1 }), 'unknown-plan');
  });
});

it('each of 250 orders is moved once, though the store fails again and again on the way', async () => {
  accepted(await shop.shop.stock.receive({ pool: 'console', quantity: 300 }));
  const orders: string[] = [];
  for (let count = 0; count < 250; count += 1) orders.push(await shop.paid(1));
  const { engine } = shop.shop;
  const commit = engine.commit.bind(engine);
  let left = 90;
  engine.commit = (batch) => {
    left -= 1;
    return left < 0 ? Promise.reject(new Error('the store is away')) : commit(batch);
  };
  const launchAtMs = shop.launchAtMs + 10 * DAY_MS;
  accepted(await shop.uses.plans.move({ plan: 'console', launchAtMs }));
  const moved = async () => (await shop.told('order.rescheduled')).length;
  const steps: number[] = [];
  for (let fail = 0; fail < 3; fail += 1) {
    await shop.shop.stock.sweep().catch(() => 0);
    await shop.shop.stock.parts.turns.idle();
    steps.push(await moved());
    left = 90;
    shop.shop.time.passMs(61_000);
  }
  assert.ok(steps[0]! > 0 && steps[2]! < 250, `moved in steps of ${steps}`);
  engine.commit = commit;
  await shop.moved();
  const told = await shop.told('order.rescheduled');
  assert.deepEqual(told.map(({ subject }) => subject).sort(), orders.sort());
  for (const order of orders) assert.equal(await lastDue(order), launchAtMs - 14 * DAY_MS);
});

it('a launch that moves again meanwhile moves each order to the last date', async () => {
  const order = await shop.paid(2);
  for (const days of [5, 30]) {
    const launchAtMs = shop.launchAtMs + days * DAY_MS;
    accepted(await shop.uses.plans.move({ plan: 'console', launchAtMs }));
  }
  await shop.moved();
  assert.equal(await lastDue(order), shop.launchAtMs + 16 * DAY_MS);
  assert.equal((await shop.told('order.rescheduled')).length, 1);
});

it('other terms count for new orders alone', async () => {
  const before = await shop.paid(1);
  accepted(
    await shop.uses.plans.put({ ...CONSOLE, launchAtMs: shop.launchAtMs, refund: ['full'] }),
  );
  const after = await shop.paid(1);
  for (const order of [before, after]) accepted(await shop.uses.orders.cancel({ order }));
  await shop.tidy();
  assert.deepEqual([shop.taken(before), shop.taken(after)], [1_000, 0]);
});
