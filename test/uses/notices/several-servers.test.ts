// Several servers on one PostgreSQL database: each buyer is told once, whichever server tells him; after a
// `kill -9` between sending and noting again, with the same id.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Document } from '../../../src/engines/contract.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { WEBHOOK_FORMAT } from '../../../src/http/webhook-views.ts';
import { deliveryData } from '../../../src/kernel/delivery.ts';
import type { Sender } from '../../../src/senders/sender.ts';
import { Stock } from '../../../src/stock.ts';
import { openUses, type Uses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import { SERVE, ServerProcess } from '../../crash/server-process.ts';
import { MailServer } from '../../support/mail-server.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { accepted } from '../../support/shop.ts';
import { mailSender } from '../../support/telling-shop.ts';

const skip = postgresMissing() ?? false;
const ORDERS = 60;
const ORDERS_MAX = 2_000;
const NOTICE = {
  notice: 'reserved',
  sender: 'mail',
  events: ['order.reserved'],
  to: '{{order.metadata.email}}',
  text: '{{order.orderId}}',
};

interface Server {
  stock: Stock;
  uses: Uses;
}

async function openServer(address: string, senders: Sender[] = []): Promise<Server> {
  const stock = await Stock.open(await PostgresEngine.open(address));
  const webhooks = senders.length > 0 ? { format: WEBHOOK_FORMAT } : {};
  return { stock, uses: await openUses(stock, { senders, webhooks }) };
}

async function order({ uses }: Server, index: number): Promise<string> {
  const lines = [{ pool: 'tea', quantity: 1 }];
  const metadata = { email: `ann-${index}@example.com` };
  return accepted(await uses.orders.checkout({ lines, metadata })).id;
}

async function close({ uses, stock }: Server): Promise<void> {
  await uses.close();
  await stock.close();
}

/** Of each mail the order that it is about, and its id. */
const read = ({ mails }: MailServer) =>
  mails.map(({ text, headers }) => ({ order: text.trim(), id: headers['message-id'] }));

/** The orders whose messages are DONE, as the journal tells of them. */
class DoneMessages {
  readonly subjects = new Set<string>();
  #came = Promise.withResolvers<void>();

  constructor({ engine }: Stock) {
    engine.follow(
      (entries) => {
        for (const { documents } of entries) for (const one of documents) this.#take(one);
        this.#came.resolve();
        this.#came = Promise.withResolvers();
      },
      () => 'all',
    );
  }

  async has(many: number): Promise<void> {
    while (this.subjects.size < many) await this.#came.promise;
  }

  #take(document: Document): void {
    if (document.kind !== 'message' || document.state !== 'DONE') return;
    this.subjects.add(deliveryData(document).subject);
  }
}

test('two servers tell each buyer once', { skip }, async (t) => {
  const { address } = await freshSchema();
  const mail = await MailServer.start();
  t.after(() => mail.stop());
  const senders = [await mailSender(mail), await mailSender(mail)];
  const one = await openServer(address, [senders[0]!]);
  const two = await openServer(address, [senders[1]!]);
  accepted(await one.stock.putPool({ pool: 'tea' }));
  accepted(await one.stock.receive({ pool: 'tea', quantity: 100 }));
  accepted(await two.uses.notices.put(NOTICE));
  const made = Array.from({ length: ORDERS }, (_, index) =>
    order(index % 2 === 0 ? one : two, index),
  );
  const ids = (await Promise.all(made)).sort();
  await mail.has(ORDERS);
  for (const { uses } of [one, two]) await uses.webhooks.idle();
  assert.deepEqual(
    read(mail)
      .map((each) => each.order)
      .sort(),
    ids,
  );
  const told = new Set(mail.mails.map(({ to }) => to.join()));
  assert.equal(told.size, ORDERS, 'each at his own address');
  assert.deepEqual((await verify(one.stock.engine)).problems, []);
  await close(one);
  await close(two);
  for (const sender of senders) await sender.close();
});

test('a server that is killed between sending and noting', { skip }, async (t) => {
  const { address } = await freshSchema();
  const mail = await MailServer.start();
  t.after(() => mail.stop());
  const sender = await mailSender(mail);
  const shop = await openServer(address, [sender]);
  const done = new DoneMessages(shop.stock);
  const killed = await ServerProcess.start({
    program: SERVE,
    env: {
      HOLDFAST_ENGINE: address,
      HOLDFAST_SENDERS: `mail=smtp://127.0.0.1:${mail.port}/?from=shop@example.com`,
      HOLDFAST_CRASH_AT: 'webhook-sent:3',
    },
  });
  assert.ok(await killed.ready(30_000), killed.stderr);
  accepted(await shop.stock.putPool({ pool: 'tea' }));
  accepted(await shop.stock.receive({ pool: 'tea', quantity: ORDERS_MAX }));
  accepted(await shop.uses.notices.put(NOTICE));
  const ids: string[] = [];
  // Which of the two sends how many is theirs to say: there is something to send until it has had its third.
  for (let index = 0; index < ORDERS || (killed.running && index < ORDERS_MAX); index += 1) {
    ids.push(await order(shop, index));
  }
  await killed.exited;
  // What it had taken is given to the other one when its turn is over, after a minute.
  await done.has(ids.length);
  assert.deepEqual([...done.subjects].sort(), ids.sort());
  const mails = read(mail);
  assert.deepEqual([...new Set(mails.map((each) => each.order))].sort(), ids);
  assert.ok(mails.length > ids.length, 'it was killed before it could note');
  const ofOrder = new Map(mails.map((each) => [each.order, each.id]));
  for (const each of mails) assert.equal(ofOrder.get(each.order), each.id, 'the same id again');
  await shop.uses.webhooks.idle();
  assert.deepEqual((await verify(shop.stock.engine)).problems, []);
  await close(shop);
  await sender.close();
});
