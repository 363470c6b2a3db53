// The limits in force are known from the start: all of them, however many pages they take, and at no
// cost where there are none.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { putLimit } from '../../src/kernel/stock-moves.ts';
import { Stock } from '../../src/stock.ts';
import { newPath, openStore } from '../engines/sqlite/store-files.ts';
import { lookAtMessages } from '../engines/sqlite/thread-messages.ts';

const LIMITS = 2_001;

it('opening without limits searches no tables', async () => {
  const engine = await openStore(newPath());
  const asked: object[] = [];
  const stop = lookAtMessages((message) => {
    if ('query' in message) asked.push(message);
    return true;
  });
  const stock = await Stock.open(engine, { sweep: false });
  assert.deepEqual(stock.limits(), []);
  stop();
  assert.deepEqual(asked, []);
  await stock.close();
});

it('all limits are known after a restart, and each holds', async () => {
  const path = newPath();
  const engine = await openStore(path);
  const names = Array.from({ length: LIMITS }, (_, n) => `limit-${String(n).padStart(5, '0')}`);
  const plans = names.map((limit) =>
    putLimit(undefined, { limit, per: 'order', scope: { pools: [limit] }, quantityMax: 2 }),
  );
  const outcomes = await engine.commit(plans.map((plan) => (plan.ok ? plan.transaction : never())));
  assert.ok(outcomes.every(({ ok }) => ok));
  await engine.close();

  const stock = await Stock.open(await openStore(path), { sweep: false });
  assert.deepEqual(
    stock.limits().map(({ limit }) => limit),
    names,
  );
  for (const pool of [names[0]!, names[1_000]!, names.at(-1)!]) {
    const answer = await stock.reserve({ lines: [{ pool, quantity: 3 }] });
    assert.ok(!answer.ok && answer.code === 'limit-exceeded', JSON.stringify(answer));
  }
  await stock.close();
});

function never(): never {
  assert.fail('a limit was refused');
}
