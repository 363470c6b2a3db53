// `kill -9` of the server between every step of an order whose turn is carried beside the journal: each that
// has a turn is decided once, in the order of the turns; one that has none yet holds nothing, gets it when it
// is asked for again, or expires.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../../src/engines/contract.ts';
import { QUEUE_CRASH_POINTS, TURN_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { openUses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import { CARRIERS } from '../../support/carriers.ts';
import { CrashedServer, type Send } from './crashed-server.ts';

const UNITS = 3;
const BUYERS = 16;
const LOOK_EVERY_MS = 20;
/** Far enough in that something was noted; what is noted may be noted at once for all. */
const COUNTS: Record<string, number> = {
  'turns-noting': 1,
  'turns-noted': 1,
  'queue-deciding': 6,
  'queue-decided': 3,
  'queue-refused': 3,
};
const MINUTES_MS = 600_000;

for (const kind of CARRIERS) {
  const skip = kind.missing() ?? false;
  for (const point of [...TURN_CRASH_POINTS, ...QUEUE_CRASH_POINTS]) {
    test(`${kind.name}: the server dies at ${point}`, { skip, timeout: MINUTES_MS }, async (t) => {
      const carrier = await kind.fresh();
      t.after(() => carrier.close());
      const answered: string[] = [];
      const crashed = await CrashedServer.at(point, {
        count: COUNTS[point] ?? 2,
        env: { HOLDFAST_QUEUE: carrier.address },
        work: async (send: Send) => {
          await send('PUT', '/v1/pools/tea', {});
          await send('POST', '/v1/pools/tea/receive', { quantity: UNITS });
          await send('PUT', '/v1/order-policies/default', { decides: 'queue' });
          // All at once: many are in hand when it dies.
          const buy = async () => {
            const lines = [{ pool: 'tea', quantity: 1 }];
            const order = await send('POST', '/v1/orders', { lines });
            assert.equal(order.status, 'PENDING');
            answered.push(String(order.orderId));
          };
          await Promise.all(Array.from({ length: BUYERS }, buy));
        },
      });
      const { stock, time } = await crashed.open();
      const uses = await openUses(stock, { turns: { queue: carrier.open() } });
      t.after(async () => {
        await uses.close();
        await stock.close();
      });
      const state = async (id: string) => (await stock.engine.documents([id]))[0]!.state;
      const stamps = await carrier.stamps(answered);
      const inOrder = [...new Set(stamps.map(({ order }) => order))];
      for (const id of inOrder) {
        while ((await state(id)) === 'QUEUED') await delay(LOOK_EVERY_MS);
      }
      assert.deepEqual(
        await Promise.all(inOrder.map(state)),
        inOrder.map((_, index) => (index < UNITS ? 'RESERVED' : 'REFUSED')),
      );
      const without = (await takenDown(stock.engine)).filter((id) => !inOrder.includes(id));
      // Those that were being put when the server died.
      assert.ok(without.length >= (point === 'turn-carrying' ? 1 : 0), `${without.length}`);
      assert.deepEqual(
        answered.filter((id) => without.includes(id)),
        [],
      );
      const shown = () =>
        Promise.all(without.map(async (id) => (await uses.orders.order(id))!.status));
      assert.deepEqual(
        await shown(),
        without.map(() => 'PENDING'),
      );
      time.passMs(11 * 60_000);
      assert.deepEqual(
        await shown(),
        without.map(() => 'EXPIRED'),
      );
      assert.deepEqual((await verify(stock.engine)).problems, []);
    });
  }
}

async function takenDown(engine: Engine): Promise<string[]> {
  const entries = await engine.entries({ after: 0, limit: 10_000 });
  return entries.flatMap(({ events }) =>
    events.filter(({ type }) => type === 'order.queued').map(({ subject }) => subject),
  );
}
