// Notices over real connections: what buyers are told of which events, by mail and by signed requests.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { accepted, refused } from '../../support/shop.ts';
import { SMS_SECRET, TellingShop } from '../../support/telling-shop.ts';

const DAY_MS = 86_400_000;

let at: TellingShop;
beforeEach(async () => {
  at = await TellingShop.open();
});
afterEach(() => at.close());

describe('a buyer is told', () => {
  it('that an order is reserved, what it costs and until when to pay', async () => {
    await at.put({
      subject: 'Bestellung {{order.reference}} – {{order.total.text}}',
      text:
        'Hallo {{buyer}},\n\n{{#order.lines}}\n- {{quantity}} × {{pool}}\n{{/order.lines}}\n' +
        '\nBitte zahlen bis {{#date}}{{order.expiresAt}}{{/date}}.\n',
      language: 'de',
      timeZone: 'Europe/Berlin',
    });
    const { expiresAtMs } = await at.order();
    await at.send();
    const [mail] = at.mail.mails;
    const [message] = await at.messages();
    assert.equal(at.mail.mails.length, 1);
    assert.deepEqual([mail!.from, mail!.to], ['shop@example.com', ['ann@example.com']]);
    assert.equal(mail!.headers.from, 'Shop <shop@example.com>');
    assert.equal(mail!.headers['message-id'], `<${message!.id}@example.com>`);
    assert.equal(mail!.headers.subject?.replaceAll('\u00a0', ' '), 'Bestellung A-1 – 9,00 €');
    const until = new Intl.DateTimeFormat('de', {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: 'Europe/Berlin',
    });
    const text = `Hallo ann,\n\n- 2 × tea\n\nBitte zahlen bis ${until.format(expiresAtMs)}.\n`;
    assert.equal(mail!.text.replaceAll('\r\n', '\n').trimEnd(), text.trimEnd());
    assert.deepEqual([message!.status, message!.attempts[0]!.error], ['DONE', undefined]);
    assert.match(message!.attempts[0]!.reference ?? '', /^250/);
  });

  it('that it is his turn, by a signed request', async () => {
    await at.put({
      notice: 'turn',
      sender: 'sms',
      events: ['waiter.offered'],
      to: '{{waiter.reference}}',
      text: '{{waiter.offered}} × {{waiter.pool}} until {{#date}}{{waiter.expiresAt}}{{/date}}',
    });
    at.sms.answer = (reply) => reply.writeHead(202).end('{"reference":"sms-7"}');
    const held = await at.shop.hold('seat', 1);
    const place = { pool: 'seat', buyer: 'ann', quantity: 1, reference: '+49 30 1234567' };
    accepted(await at.uses.waiting.join(place));
    accepted(await at.shop.stock.cancel({ reservation: held }));
    await at.uses.waiting.idle();
    await at.send();
    const [received] = at.sms.received;
    const [message] = await at.messages('turn');
    const { id, to, text, event, notice, buyer } = received!.event;
    assert.deepEqual(
      [received!.path, id, to, event, notice, buyer],
      ['/sms', message!.id, '+49 30 1234567', 'waiter.offered', 'turn', 'ann'],
    );
    assert.match(text, /^1 × seat until \w+ \d+, \d{4} at \d+:\d\d/);
    assert.equal(message!.attempts[0]!.reference, 'sms-7');
    const headers = received!.headers as Record<string, string>;
    assert.equal(headers['webhook-id'], message!.id);
    assert.doesNotThrow(() => new Webhook(SMS_SECRET).verify(received!.body, headers));
  });

  it('that a stage is due soon, and that his money is back', async () => {
    const stages = [
      { name: 'deposit', amount: 1_000 },
      { name: 'rest', rest: true, dueAfterDepositMs: 10 * DAY_MS },
    ] as const;
    const terms = {
      plan: 'console',
      stages: [...stages],
      refund: ['full' as const, 'full' as const],
    };
    accepted(await at.uses.plans.put({ ...terms, remindBeforeMs: [DAY_MS] }));
    await at.put({
      events: ['order.reminder', 'order.refunded'],
      subject: '{{type}}',
      text: '{{#data.stage}}{{data.text}} by {{#date}}{{data.dueAtMs}}{{/date}}{{/data.stage}}',
    });
    const lines = [{ pool: 'console', quantity: 1, unitPrice: 5_000 }];
    const { id: order } = await at.order({ lines, plan: 'console' });
    accepted(await at.uses.orders.paid({ order, stage: 'deposit' }));
    at.shop.time.passMs(9.5 * DAY_MS);
    await at.send();
    accepted(await at.uses.orders.cancel({ order, by: 'shop' }));
    accepted(await at.uses.orders.refunded({ order }));
    await at.send();
    assert.deepEqual(
      at.mail.mails.map(({ headers }) => headers.subject),
      ['order.reminder', 'order.refunded'],
    );
    assert.match(at.mail.mails[0]!.text, /^€40\.00 by \w+ \d+, \d{4}/);
  });

  it('of a return, at the address of its order', async () => {
    await at.put({ events: ['return.requested'], subject: '{{return.reason}}' });
    const { id: order } = await at.order();
    accepted(await at.uses.orders.paid({ order }));
    accepted(await at.uses.orders.ship({ order }));
    accepted(await at.uses.returns.request({ order, reason: 'too small' }));
    await at.send();
    const [mail] = at.mail.mails;
    assert.deepEqual([mail?.to, mail?.headers.subject], [['ann@example.com'], 'too small']);
  });

  it('of what happens from then on, and of nothing twice', async () => {
    await at.order();
    await at.put();
    for (let count = 0; count < 30; count += 1) await at.order();
    await at.pass(5);
    const ids = at.mail.mails.map(({ headers }) => headers['message-id']);
    assert.deepEqual([ids.length, new Set(ids).size], [30, 30]);
  });
});

describe('a webhook', () => {
  it('is told of places in line and returns with the document too', async () => {
    const url = at.sms.url;
    accepted(await at.uses.webhooks.put({ webhook: 'erp', url, events: ['waiter.*', 'return.*'] }));
    const { id: order } = await at.order();
    accepted(await at.uses.orders.paid({ order }));
    accepted(await at.uses.orders.ship({ order }));
    accepted(await at.uses.returns.request({ order }));
    const held = await at.shop.hold('seat', 1);
    accepted(await at.uses.waiting.join({ pool: 'seat', buyer: 'ann', quantity: 1 }));
    accepted(await at.shop.stock.cancel({ reservation: held }));
    await at.uses.waiting.idle();
    await at.send();
    const of = (type: string) => at.sms.received.find(({ event }) => event.type === type)!.event;
    assert.deepEqual(
      [of('return.requested').return.status, of('return.requested').order.orderId],
      ['REQUESTED', order],
    );
    const { status, offered, expiresAt } = of('waiter.offered').waiter;
    assert.deepEqual([status, offered, typeof expiresAt], ['OFFERED', 1, 'string']);
  });

  it('is told nothing of messages, and no buyer of webhooks', async () => {
    await at.put({
      events: ['order.*', 'delivery.*', 'notice.*'],
      to: 'shop@example.com',
      subject: '{{type}}',
    });
    const hook = { webhook: 'erp', url: at.sms.url, events: ['order.*', 'delivery.*', 'notice.*'] };
    accepted(await at.uses.webhooks.put(hook));
    at.mail.fault = 'refuses';
    await at.order();
    await at.send();
    assert.deepEqual(at.sms.types, ['order.reserved']);
    assert.deepEqual(await at.outcomes(), [['FAILED', 'smtp-550']]);
  });
});

describe('a notice', () => {
  it('goes through a sender that is there', async () => {
    const notice = { notice: 'a', sender: 'pigeon', events: ['*'], text: 'x' };
    refused(await at.uses.notices.put(notice), 'unknown-sender');
  });

  it('is as it was laid down last, also for what is on its way', async () => {
    await at.put({ state: 'PAUSED' });
    await at.order();
    await at.send();
    const changed = await at.put({ subject: 'Another', state: 'ACTIVE' });
    assert.deepEqual([changed.version, changed.isNew], [2, false]);
    await at.send();
    assert.equal(at.mail.mails[0]!.headers.subject, 'Another');
    assert.deepEqual((await at.put()).subject, 'Your order {{order.reference}}');
    const [listed] = at.uses.notices.notices();
    assert.deepEqual([listed!.language, listed!.timeZone, listed!.withinMs], ['en', 'UTC', DAY_MS]);
  });

  it('that is removed tells nobody, and its name is free again', async () => {
    await at.put();
    await at.order();
    accepted(await at.uses.notices.remove('reserved'));
    await at.order();
    await at.send();
    assert.deepEqual(await at.outcomes(), [['FAILED', 'endpoint-gone']]);
    refused(await at.uses.notices.remove('reserved'), 'unknown-notice');
    assert.equal(await at.uses.notices.notice('reserved'), undefined);
    assert.equal((await at.put()).isNew, true);
    await at.order();
    await at.send();
    assert.equal(at.mail.mails.length, 1);
  });

  it('and a webhook of one name have nothing to do with each other', async () => {
    accepted(
      await at.uses.webhooks.put({ webhook: 'reserved', url: at.sms.url, events: ['order.*'] }),
    );
    await at.put();
    await at.order();
    await at.send();
    const { deliveries } = await at.uses.webhooks.deliveries({ webhook: 'reserved' });
    const [hooked] = deliveries;
    const [message] = await at.messages();
    assert.deepEqual([deliveries.length, (await at.messages()).length], [1, 1]);
    const replay = { notice: 'reserved', delivery: hooked!.id };
    refused(await at.uses.notices.replay(replay), 'unknown-delivery');
    const other = { webhook: 'reserved', delivery: message!.id };
    refused(await at.uses.webhooks.replay(other), 'unknown-delivery');
    accepted(await at.uses.webhooks.remove('reserved'));
    assert.equal((await at.uses.notices.notice('reserved'))!.state, 'ACTIVE');
  });

  it('sent again under its key is answered as the first time', async () => {
    const command = { notice: 'a', sender: 'mail', events: ['*'], text: 'x' };
    accepted(await at.uses.notices.put(command, { key: 'k' }));
    const again = await at.uses.notices.put(command, { key: 'k' });
    assert.ok(again.ok && again.repeated && again.value.isNew);
  });
});
