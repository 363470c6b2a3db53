// `kill -9` of the server between every step of an event's way to a buyer: each buyer is told, each event
// makes one message, and a mail that comes twice has one Message-ID.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WEBHOOK_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { WEBHOOK_FORMAT } from '../../../src/http/webhook-views.ts';
import { deliveryData } from '../../../src/kernel/delivery.ts';
import type { Stock } from '../../../src/stock.ts';
import { openUses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import { type Mail, MailServer } from '../../support/mail-server.ts';
import { mailSender } from '../../support/telling-shop.ts';
import { CrashedServer } from './crashed-server.ts';

const ORDERS = 12;
const NOTICE = {
  sender: 'mail',
  events: ['order.reserved'],
  to: '{{order.metadata.email}}',
  text: '{{order.orderId}}',
};

for (const point of WEBHOOK_CRASH_POINTS) {
  for (const count of [1, 3]) {
    test(`the server dies at ${point}, passed ${count} times`, async () => {
      const mail = await MailServer.start();
      const acknowledged: string[] = [];
      const from = 'from=Shop%20%3Cshop@example.com%3E';
      const crashed = await CrashedServer.at(point, {
        count,
        env: { HOLDFAST_SENDERS: `mail=smtp://127.0.0.1:${mail.port}/?${from}` },
        work: async (send) => {
          await send('PUT', '/v1/pools/tea', {});
          await send('POST', '/v1/pools/tea/receive', { quantity: 100 });
          await send('PUT', '/v1/notices/reserved', NOTICE);
          for (let made = 0; made < ORDERS; made += 1) {
            const lines = [{ pool: 'tea', quantity: 1 }];
            const metadata = { email: `ann-${made}@example.com` };
            const order = await send('POST', '/v1/orders', { lines, metadata });
            acknowledged.push(String(order.orderId));
          }
        },
      });
      await finish(await crashed.open(), mail);
      const { told, messages, problems } = await look(await crashed.open());
      for (const id of acknowledged) assert.ok(told.includes(id), 'an acknowledged order is lost');
      assert.deepEqual([...messages.values()].sort(), [...told].sort(), 'each has one message');
      const mailed = [...new Set(mail.mails.map(subjectOf))].sort();
      assert.deepEqual(mailed, [...told].sort(), 'each buyer is told');
      for (const one of mail.mails) assert.equal(messages.get(idOf(one)), subjectOf(one));
      const repeats = mail.mails.length - mailed.length;
      assert.ok(repeats <= (point === 'webhook-sent' ? count : 0) + 8, `${repeats} repeats`);
      if (point === 'webhook-sent') assert.ok(repeats > 0, 'it was killed before it could note');
      assert.deepEqual(problems, []);
      await mail.stop();
    });
  }
}

const idOf = ({ headers }: Mail) =>
  /^<([^@]+)@example\.com>$/.exec(headers['message-id'] ?? '')![1]!;
const subjectOf = ({ text }: Mail) => text.trim();

/** What a server does that is started after it; a message that was taken waits for its turn to end. */
async function finish(
  { stock, time }: Awaited<ReturnType<CrashedServer['open']>>,
  server: MailServer,
): Promise<void> {
  const mail = await mailSender(server);
  const uses = await openUses(stock, { senders: [mail], webhooks: { format: WEBHOOK_FORMAT } });
  for (let minutes = 0; minutes < 4; minutes += 1) {
    time.passMs(61_000);
    await uses.webhooks.idle();
    while ((await stock.sweep()) > 0) await uses.webhooks.idle();
  }
  await uses.close();
  await mail.close();
  await stock.close();
}

/** What the journal says: the orders, and of each message the order that it is about. */
async function look({ stock }: { stock: Stock }) {
  const told: string[] = [];
  const messages = new Map<string, string>();
  for (const { events, documents } of await stock.engine.entries({ after: 0, limit: 10_000 })) {
    for (const { type, subject } of events) if (type === 'order.reserved') told.push(subject);
    for (const document of documents) {
      if (document.kind !== 'message' || document.version !== 1) continue;
      messages.set(document.id, deliveryData(document).subject);
    }
  }
  const { problems } = await verify(stock.engine);
  await stock.close();
  return { told, messages, problems };
}
