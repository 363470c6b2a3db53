// Several servers on one PostgreSQL database: every event has one delivery, and a line is served in order
// within a second, whichever server hears of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WEBHOOK_FORMAT } from '../../src/http/webhook-views.ts';
import { deliveryData } from '../../src/kernel/delivery.ts';
import { freshSchema, postgresMissing } from '../support/postgres.ts';
import { Receiver } from '../support/receiver.ts';
import { RunningTime } from '../support/running-time.ts';
import { accepted } from '../support/shop.ts';
import { closeServers, openServer, type Server } from './database-servers.ts';

const skip = postgresMissing() ?? false;
const GIVES_UP_MS = 60_000;
const WEBHOOKS = { webhooks: { format: WEBHOOK_FORMAT, privateRanges: ['127.0.0.0/8'] } };

test('two servers make one delivery of each event', { skip }, async (t) => {
  const { address } = await freshSchema();
  const receiver = await Receiver.start();
  t.after(() => receiver.stop());
  const servers = [await openServer(address, WEBHOOKS), await openServer(address, WEBHOOKS)];
  t.after(() => closeServers(servers));
  const [one, two] = servers as [Server, Server];
  accepted(await one.stock.putPool({ pool: 'tea' }));
  accepted(await one.stock.receive({ pool: 'tea', quantity: 100 }));
  const hook = { webhook: 'erp', url: receiver.url, events: ['order.reserved'] };
  accepted(await one.uses.webhooks.put(hook));
  const lines = [{ pool: 'tea', quantity: 1 }];
  const made = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      (index % 2 === 0 ? one : two).uses.orders.checkout({ lines }),
    ),
  );
  const ids = made.map((answer) => accepted(answer).id).sort();
  await receiver.has(60);
  // What is under way is noted before the journal is looked at.
  for (const { uses } of servers) await uses.webhooks.idle();
  const deliveries: string[] = [];
  for (const { documents } of await two.stock.engine.entries({ after: 0, limit: 10_000 })) {
    for (const document of documents) {
      if (document.kind !== 'delivery' || document.version !== 1) continue;
      deliveries.push(deliveryData(document).subject);
    }
  }
  assert.deepEqual(deliveries.sort(), ids);
  assert.deepEqual([...new Set(receiver.received.map(({ event }) => event.subject))].sort(), ids);
});

test('a line is served in order, by either server', { skip }, async (t) => {
  const { address } = await freshSchema();
  const servers = [await openServer(address, WEBHOOKS), await openServer(address, WEBHOOKS)];
  t.after(() => closeServers(servers));
  const [one, two] = servers as [Server, Server];
  accepted(await one.stock.putPool({ pool: 'tea' }));
  accepted(await one.stock.receive({ pool: 'tea', quantity: 10 }));
  const lines = [{ pool: 'tea', quantity: 1 }];
  const held: string[] = [];
  for (let count = 0; count < 10; count += 1) {
    held.push(accepted(await one.stock.reserve({ lines })).id);
  }
  const waiters: string[] = [];
  for (let count = 0; count < 20; count += 1) {
    const { waiting } = servers[count % 2]!.uses;
    const command = { pool: 'tea', buyer: `b${count}`, quantity: 1 };
    waiters.push(accepted(await waiting.join(command)).id);
  }
  // The servers run in this process.
  const time = new RunningTime();
  t.after(() => time.stop());
  await Promise.all(
    held.map((reservation, index) => servers[index % 2]!.stock.cancel({ reservation })),
  );
  const statesOf = async () => {
    const found = await two.stock.engine.documents(waiters);
    return found.map((document) => document!.state);
  };
  const expected = waiters.map((_, index) => (index < 10 ? 'OFFERED' : 'WAITING'));
  let states = await statesOf();
  while (states.filter((state) => state === 'OFFERED').length < 10) {
    assert.ok(time.passedMs < GIVES_UP_MS, 'nobody serves the line');
    states = await statesOf();
  }
  const tookMs = time.stop();
  assert.deepEqual(states, expected, 'in order');
  t.diagnostic(`ten offers after ${Math.round(tookMs)} ms`);
});
