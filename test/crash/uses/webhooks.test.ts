// `kill -9` of the server between every step of an event's way to an endpoint: every event is delivered,
// and has one delivery.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WEBHOOK_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { WEBHOOK_FORMAT } from '../../../src/http/webhook-views.ts';
import { deliveryData } from '../../../src/kernel/delivery.ts';
import type { Stock } from '../../../src/stock.ts';
import { openUses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import { Receiver } from '../../support/receiver.ts';
import { CrashedServer } from './crashed-server.ts';

const ORDERS = 12;

for (const point of WEBHOOK_CRASH_POINTS) {
  for (const count of [1, 3]) {
    test(`the server dies at ${point}, passed ${count} times`, async () => {
      const receiver = await Receiver.start();
      const acknowledged: string[] = [];
      const crashed = await CrashedServer.at(point, {
        count,
        work: async (send) => {
          await send('PUT', '/v1/pools/tea', {});
          await send('POST', '/v1/pools/tea/receive', { quantity: 100 });
          const hook = { url: receiver.url, events: ['order.reserved'] };
          await send('PUT', '/v1/webhooks/erp', hook);
          for (let made = 0; made < ORDERS; made += 1) {
            const lines = [{ pool: 'tea', quantity: 1 }];
            acknowledged.push(String((await send('POST', '/v1/orders', { lines })).orderId));
          }
        },
      });
      await finish(await crashed.open());
      const { told, deliveries, problems } = await look(await crashed.open());
      const received = new Set(receiver.received.map(({ event }) => event.subject));
      for (const id of acknowledged) assert.ok(told.includes(id), 'an acknowledged order is lost');
      assert.deepEqual([...received].sort(), [...told].sort(), 'each arrived');
      assert.deepEqual(deliveries.sort(), [...told].sort(), 'each has one delivery');
      assert.deepEqual(problems, []);
      await receiver.stop();
    });
  }
}

/** What a server does that is started after it; a delivery that was taken waits for its turn to end. */
async function finish({ stock, time }: Awaited<ReturnType<CrashedServer['open']>>): Promise<void> {
  const webhooks = { format: WEBHOOK_FORMAT, privateRanges: ['127.0.0.0/8'] };
  const uses = await openUses(stock, { webhooks });
  for (let minutes = 0; minutes < 4; minutes += 1) {
    time.passMs(61_000);
    await uses.webhooks.idle();
    while ((await stock.sweep()) > 0) await uses.webhooks.idle();
  }
  await uses.close();
  await stock.close();
}

/** What the journal says. */
async function look({ stock }: { stock: Stock }) {
  const told: string[] = [];
  const deliveries: string[] = [];
  for (const { events, documents } of await stock.engine.entries({ after: 0, limit: 10_000 })) {
    for (const { type, subject } of events) if (type === 'order.reserved') told.push(subject);
    for (const document of documents) {
      if (document.kind === 'delivery' && document.version === 1) {
        deliveries.push(deliveryData(document).subject);
      }
    }
  }
  const { problems } = await verify(stock.engine);
  await stock.close();
  return { told, deliveries, problems };
}
