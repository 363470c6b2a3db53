// Previews: what a notice would tell, of an example or of a document as it is, and which of its placeholders
// are wrong. Nothing is sent and nothing is written.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { PreviewCommand } from '../../../src/kernel/notice-commands.ts';
import { accepted } from '../../support/shop.ts';
import { TellingShop } from '../../support/telling-shop.ts';

let at: TellingShop;
beforeEach(async () => {
  at = await TellingShop.open();
});
afterEach(async () => {
  await at.send();
  assert.deepEqual([at.mail.mails.length, at.sms.received.length], [0, 0]);
  await at.close();
});

async function preview(command: Omit<PreviewCommand, 'notice'> = {}) {
  const shown = await at.uses.notices.preview({ notice: 'reserved', ...command });
  assert.ok(shown.ok, JSON.stringify(shown));
  return shown.value;
}

describe('a preview', () => {
  it('shows an example of the first event that the notice names', async () => {
    const cases: [events: string[], event: string, text: string][] = [
      [['order.paid'], 'order.paid', 'order €9.00'],
      [['waiter.*'], 'waiter.offered', 'waiter tea'],
      [['return.*', 'order.paid'], 'order.paid', 'order €9.00'],
      [['return.closed'], 'return.closed', 'order €9.00return too small'],
      [['reservation.expired'], 'reservation.expired', 'reservation HELD'],
      [['*'], 'order.reserved', 'order €9.00'],
    ];
    const text =
      '{{#order}}order {{total}}{{/order}}{{#waiter}}waiter {{pool}}{{/waiter}}' +
      '{{#return}}return {{reason}}{{/return}}{{#reservation}}reservation {{status}}{{/reservation}}';
    for (const [events, event, shown] of cases) {
      await at.put({ events, to: '{{buyer}}', text });
      const { empty: _, ...rest } = await preview();
      const subject = rest.subject === undefined ? {} : { subject: rest.subject };
      assert.deepEqual(rest, { event, to: 'ann', ...subject, text: shown, wrong: [] });
    }
  });

  it('shows a document as it is now', async () => {
    const { id: order } = await at.order();
    await at.put({
      text: '{{order.status}} {{order.total.text}} {{order.paidBy}}{{data.reason}}',
    });
    assert.deepEqual(await preview({ order }), {
      event: 'order.reserved',
      to: 'ann@example.com',
      subject: 'Your order A-1',
      text: 'RESERVED €9.00 ',
      empty: ['order.paidBy', 'data.reason'],
      wrong: [],
    });
    accepted(await at.uses.orders.paid({ order }));
    const paid = await preview({ order, event: 'order.paid' });
    assert.deepEqual([paid.event, paid.text], ['order.paid', 'CONFIRMED €9.00 ']);
  });

  it('shows a place in line, a return with its order, and a reservation', async () => {
    const { id: order } = await at.order();
    accepted(await at.uses.orders.paid({ order }));
    accepted(await at.uses.orders.ship({ order }));
    const { id: goods } = accepted(await at.uses.returns.request({ order, reason: 'too small' }));
    const reservation = await at.shop.hold('seat', 1, 60_000, 'bob');
    const place = { pool: 'seat', buyer: 'cid', quantity: 1, reference: 'cid@example.com' };
    const { id: waiter } = accepted(await at.uses.waiting.join(place));
    const to = '{{buyer}}';
    await at.put({ events: ['*'], to, text: '{{order.reference}} {{return.reason}}' });
    assert.deepEqual((await preview({ return: goods })).text, 'A-1 too small');
    await at.put({ events: ['*'], to, text: '{{waiter.status}} {{waiter.reference}}' });
    const waiting = await preview({ waiter });
    assert.deepEqual([waiting.to, waiting.text], ['cid', 'WAITING cid@example.com']);
    await at.put({ events: ['*'], to, text: '{{reservation.status}} {{type}}' });
    const held = await preview({ reservation });
    assert.deepEqual([held.to, held.text], ['bob', 'HELD reservation.held']);
    accepted(await at.uses.notices.remove('reserved'));
  });

  it('names every wrong placeholder, wherever it stands', async () => {
    await at.put({
      to: '{{order.metadata.mail}}{{order.meta.mail}}',
      subject: '{{order.referense}}',
      text: '{{#order.lines}}{{poool}}{{/order.lines}}{{#date}}{{order.expireAt}}{{/date}}{{waiter.pool}}',
    });
    const wrong = ['order.meta.mail', 'order.referense', 'poool', 'order.expireAt'];
    assert.deepEqual((await preview()).wrong, wrong);
  });

  it('says why it would not be sent', async () => {
    const lines = [{ pool: 'tea', quantity: 1 }];
    const { id: order } = accepted(await at.uses.orders.checkout({ lines }));
    await at.put({ to: '{{buyer}}' });
    const { to, problem, empty } = await preview({ order });
    assert.deepEqual([to, problem], ['', 'no-recipient']);
    assert.ok(empty.includes('buyer'));
    await at.put({ subject: '{{order.reference}}', to: 'x' });
    const { id: odd } = await at.order({ reference: 'a\nb' });
    assert.equal((await preview({ order: odd })).problem, 'bad-subject');
    accepted(await at.uses.notices.remove('reserved'));
  });
});
