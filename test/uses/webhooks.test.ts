// Webhooks over real connections: what an endpoint is told, how it is signed, and what follows each kind
// of answer.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { HookedShop } from '../support/hooked-shop.ts';
import { Receiver } from '../support/receiver.ts';
import { accepted, refused } from '../support/shop.ts';

const HOUR_MS = 3_600_000;

let at: HookedShop;
beforeEach(async () => {
  at = await HookedShop.open();
});
afterEach(() => at.close());

describe('an endpoint', () => {
  it('is told of what it asked for, with the document as it stood, in order', async () => {
    await at.order();
    await at.put({ events: ['order.*'] });
    const { id, reservation } = await at.order(2);
    accepted(await at.orders.paid({ order: id }));
    await at.send();
    assert.deepEqual(at.receiver.types, ['order.reserved', 'order.paid', 'order.confirmed']);
    const [first, second] = at.receiver.received.map(({ event }) => event);
    assert.equal(first.subject, id);
    assert.equal(first.order.status, 'RESERVED');
    assert.deepEqual(first.order.lines, [{ pool: 'tea', quantity: 2 }]);
    assert.equal(first.order.reservation, reservation);
    assert.equal(second.order.status, 'CONFIRMED');
    assert.ok(second.position > first.position);
    assert.match(first.at, /^\d{4}-\d\d-\d\dT/);
  });

  it('knows by the signature who sent it, also while the secret changes', async () => {
    const { secret } = await at.put();
    await at.order();
    await at.send();
    const next = accepted(await at.hooks.rotate('erp'));
    assert.notEqual(next.secret, secret);
    assert.equal((await at.hooks.webhook('erp'))!.secret, undefined);
    await at.order();
    await at.send();
    at.shop.time.passMs(25 * HOUR_MS);
    await at.order();
    await at.send();
    // The moment is that of the test's own clock, which the library would refuse.
    const signed = at.receiver.received.map(({ headers, body }) => (key: string) => {
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
      const own = new Webhook(key).sign(String(headers['webhook-id']), at, body);
      return String(headers['webhook-signature']).split(' ').includes(own);
    });
    const known = signed.map((by) => [by(secret!), by(next.secret!)]);
    assert.deepEqual(
      known,
      [
        [true, false],
        [true, true],
        [false, true],
        [false, true],
      ].slice(0, known.length),
    );
    assert.ok(known.length >= 3);
  });

  it('that fails is told again, later and later, for three days, then no more', async () => {
    await at.put();
    at.receiver.answer = (reply) => reply.writeHead(500).end('x'.repeat(1_000));
    const made = await at.order();
    const startMs = at.shop.time.wallMs();
    for (let day = 0; day < 4 * 24 * 60; day += 1) {
      await at.send();
      at.shop.time.passMs(60_000);
    }
    const [first] = (await at.deliveries()).slice(-1);
    assert.equal(first!.subject, made.id);
    assert.equal(first!.status, 'FAILED');
    assert.equal(first!.attempts.length, 10);
    const last = first!.attempts.at(-1)!;
    assert.equal(last.status, 500);
    assert.equal(last.body!.length, 200);
    const overMs = last.atMs - startMs;
    assert.ok(overMs >= 72 * HOUR_MS && overMs < 73 * HOUR_MS, `${overMs / HOUR_MS} h`);
    assert.equal(
      at.receiver.received.filter(({ event }) => event.subject === made.id).length > 20,
      true,
    );
  });

  it('that says it is gone is told of nothing more', async () => {
    await at.put();
    at.receiver.answer = (reply) => reply.writeHead(410).end();
    await at.order();
    await at.send();
    assert.equal((await at.hooks.webhook('erp'))!.state, 'DISABLED');
    await at.order();
    await at.send();
    assert.equal(at.receiver.received.length, 1);
    assert.deepEqual(await at.statuses(), ['FAILED']);
    at.receiver.answer = (reply) => reply.writeHead(200).end();
    await at.put();
    const since = { webhook: 'erp', sinceMs: 0 };
    assert.deepEqual(accepted(await at.hooks.replayAll(since)), { replayed: 1 });
    await at.send();
    assert.equal(at.receiver.received.length, 2);
  });

  it('that redirects is not followed', async () => {
    await at.put();
    const other = await Receiver.start();
    at.receiver.answer = (reply) => reply.writeHead(307, { location: other.url }).end();
    await at.order();
    await at.send();
    const [delivery] = await at.deliveries();
    assert.equal(delivery!.status, 'PENDING');
    assert.equal(delivery!.attempts[0]!.status, 307);
    assert.equal(other.received.length, 0);
    await other.stop();
  });

  it('that hangs, or never ends its answer, holds up nobody for longer than it may', async () => {
    await at.reopenHooks({ timeoutMs: 50 });
    await at.put();
    at.receiver.answer = () => {};
    await at.order();
    await at.send();
    at.receiver.answer = (reply) => reply.writeHead(200).write('y'.repeat(10));
    at.shop.time.passMs(10_000);
    await at.send();
    const [delivery] = await at.deliveries();
    assert.deepEqual(
      delivery!.attempts.map(({ status, error }) => [status, error]),
      [
        [undefined, 'timeout'],
        [undefined, 'timeout'],
      ],
    );
    // Of what is longer nobody waits for the end; the beginning comes in its own time.
    await at.reopenHooks({});
    at.receiver.answer = (reply) => reply.writeHead(200).write('y'.repeat(300));
    at.shop.time.passMs(60_000);
    await at.send();
    assert.equal((await at.deliveries())[0]!.status, 'DONE');
  });

  it('that is away is told when it is back', async () => {
    await at.put();
    await at.receiver.stop();
    await at.order();
    await at.send();
    assert.equal((await at.deliveries())[0]!.attempts[0]!.error, 'ECONNREFUSED');
    await at.receiver.comeBack();
    at.shop.time.passMs(10_000);
    await at.send();
    assert.deepEqual(at.receiver.types, ['order.reserved']);
    assert.equal((await at.deliveries())[0]!.status, 'DONE');
  });

  it('that is paused gets all of it afterwards', async () => {
    await at.put();
    await at.put({ state: 'PAUSED' });
    for (let count = 0; count < 3; count += 1) await at.order();
    await at.send();
    assert.deepEqual(await at.statuses(), ['HELD', 'HELD', 'HELD']);
    await at.put({ state: 'ACTIVE' });
    at.shop.time.passMs(HOUR_MS);
    await at.send();
    const reserved = at.receiver.types.filter((type) => type === 'order.reserved');
    assert.equal(reserved.length, 3);
  });

  it('that is removed is told of nothing more, and its name is free again', async () => {
    const { secret } = await at.put();
    await at.order();
    accepted(await at.hooks.remove('erp'));
    await at.order();
    await at.send();
    assert.equal(at.receiver.received.length, 0);
    assert.equal(await at.hooks.webhook('erp'), undefined);
    refused(await at.hooks.remove('erp'), 'unknown-webhook');
    refused(await at.hooks.rotate('erp'), 'unknown-webhook');
    const again = await at.put();
    assert.ok(again.secret !== undefined && again.secret !== secret);
    await at.order();
    await at.send();
    assert.equal(at.receiver.received.length, 1);
  });

  it('does not slow another one by being dead', async () => {
    const dead = await Receiver.start();
    dead.answer = () => {};
    accepted(await at.hooks.put({ webhook: 'dead', url: dead.url, events: ['*'] }));
    await at.put();
    for (let count = 0; count < 40; count += 1) await at.order();
    while (at.receiver.received.length < 40) {
      await at.shop.stock.sweep();
      at.shop.time.passMs(100);
      await new Promise(setImmediate);
    }
    assert.ok(dead.received.length <= 8, 'as many as one endpoint may have at once');
    await at.uses.close();
    await dead.stop();
  });
});
