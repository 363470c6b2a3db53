// Deliveries and endpoints by hand: replayed, refused, asked for twice.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { withoutSecret } from '../../src/kernel/webhook.ts';
import { HookedShop } from '../support/hooked-shop.ts';
import { accepted, refused } from '../support/shop.ts';

let at: HookedShop;
beforeEach(async () => {
  at = await HookedShop.open();
});
afterEach(() => at.close());

describe('a delivery', () => {
  it('is replayed by hand once it is over, with another three days', async () => {
    await at.put();
    await at.order();
    await at.send();
    const [delivery] = await at.deliveries();
    assert.equal(delivery!.status, 'DONE');
    const one = { webhook: 'erp', delivery: delivery!.id };
    refused(await at.hooks.replay({ ...one, webhook: 'other' }), 'unknown-delivery');
    assert.equal(accepted(await at.hooks.replay(one)).status, 'PENDING');
    refused(await at.hooks.replay(one), 'delivery-pending');
    await at.send();
    const ids = at.receiver.received.map(({ headers }) => headers['webhook-id']);
    assert.deepEqual(ids, [delivery!.id, delivery!.id]);
    assert.equal(at.receiver.received[0]!.body, at.receiver.received[1]!.body);
  });

  it('is not made for what becomes of deliveries', async () => {
    at.receiver.answer = (reply) => reply.writeHead(500).end();
    await at.put({ events: ['*'] });
    accepted(await at.hooks.rotate('erp'));
    await at.send();
    assert.deepEqual(await at.deliveries(), []);
  });
});

describe('a command', () => {
  const wrong: [string, object][] = [
    ['no address', { url: 'nonsense' }],
    ['another protocol', { url: 'ftp://shop.example/' }],
    ['a password', { url: 'https://ann:secret@shop.example/' }],
    ['no events', { events: [] }],
    ['an event that is none', { events: ['order.'] }],
    ['a state that only the shop gives', { state: 'DISABLED' }],
  ];
  for (const [what, more] of wrong) {
    it(`with ${what} is refused`, async () => {
      const command = { webhook: 'erp', url: at.receiver.url, events: ['order.*'], ...more };
      refused(await at.hooks.put(command), 'invalid-request');
    });
  }

  it('sent again is answered as the first time, with the secret', async () => {
    const command = { webhook: 'erp', url: at.receiver.url, events: ['order.*'] };
    const first = accepted(await at.hooks.put(command, { key: 'k' }));
    const again = await at.hooks.put(command, { key: 'k' });
    assert.ok(again.ok && again.repeated);
    assert.equal(again.value.secret, first.secret);
  });
});

describe('a secret', () => {
  it('is left out where documents are shown as they are', async () => {
    const { secret } = await at.put();
    accepted(await at.hooks.rotate('erp'));
    const [document] = await at.shop.engine.documents(['webhook:erp']);
    assert.ok(JSON.stringify(document).includes(secret!), 'the one before signs for a day');
    assert.ok(!JSON.stringify(withoutSecret(document!)).includes('whsec_'));
  });
});
