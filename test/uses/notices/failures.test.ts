// Messages that do not arrive at once, or must not: refused, late, held, without an address, or made to be
// something else by whoever wrote the buyer's data.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { accepted, refused } from '../../support/shop.ts';
import { TellingShop } from '../../support/telling-shop.ts';

const HOUR_MS = 3_600_000;

let at: TellingShop;
beforeEach(async () => {
  at = await TellingShop.open();
});
afterEach(() => at.close());

describe('a message', () => {
  it('that its server refuses for good has failed, and nobody is asked again', async () => {
    await at.put();
    at.mail.fault = 'refuses';
    await at.order();
    await at.send();
    at.mail.fault = undefined;
    await at.pass(30);
    assert.deepEqual(await at.outcomes(), [['FAILED', 'smtp-550']]);
    assert.equal(at.mail.mails.length, 0);
    const entries = await at.shop.engine.entries({ after: 0, limit: 1_000 });
    const told = entries.flatMap(({ events }) => events);
    const failed = told.filter(({ type }) => type === 'delivery.failed');
    const data = { notice: 'reserved', type: 'order.reserved', error: 'smtp-550' };
    assert.deepEqual(
      failed.map((event) => event.data),
      [data],
    );
  });

  it('that its server puts off arrives later, once', async () => {
    await at.put();
    at.mail.fault = 'busy';
    await at.order();
    await at.send();
    assert.deepEqual(await at.outcomes(), [['PENDING', 'smtp-451']]);
    await at.mail.stop();
    await at.pass(2);
    await at.mail.comeBack();
    at.mail.fault = undefined;
    await at.pass(10);
    const [message] = await at.messages();
    const words = message!.attempts.map(({ error }) => error);
    assert.equal(message!.status, 'DONE');
    assert.deepEqual([words[0], words.at(-1)], ['smtp-451', undefined]);
    assert.ok(words.includes('ECONNREFUSED'), words.join());
    assert.equal(at.mail.mails.length, 1);
  });

  it('is tried to the end of its time, and never after it', async () => {
    await at.put({ withinMs: 120_000 });
    await at.mail.stop();
    await at.order();
    const startMs = at.shop.time.wallMs();
    for (let second = 0; second < 200; second += 1) {
      await at.send();
      at.shop.time.passMs(1_000);
    }
    await at.mail.comeBack();
    await at.pass(60);
    const [message] = await at.messages();
    assert.equal(message!.status, 'FAILED');
    assert.equal(at.mail.mails.length, 0);
    const triedMs = message!.attempts.map(({ atMs }) => atMs - startMs);
    assert.ok(triedMs.length >= 6, `only ${triedMs.length} attempts`);
    assert.ok(triedMs.at(-1)! > 110_000 && triedMs.at(-1)! <= 120_000, triedMs.join());
    assert.equal(message!.attempts.at(-1)!.error, 'ECONNREFUSED');
  });

  it('of what happened before a long time down is not sent', async () => {
    await at.put({ withinMs: 2 * HOUR_MS });
    await at.uses.close();
    await at.order();
    at.shop.time.passMs(3 * HOUR_MS);
    await at.reopen();
    await at.order();
    await at.send();
    assert.deepEqual(await at.outcomes(), [
      ['DONE', undefined],
      ['FAILED', 'too-late'],
    ]);
    assert.equal(at.mail.mails.length, 1);
  });

  it('that was held for too long is not sent when its notice goes on', async () => {
    await at.put({ withinMs: 2 * HOUR_MS, state: 'PAUSED' });
    await at.order();
    await at.send();
    at.shop.time.passMs(2 * HOUR_MS - 1_000);
    await at.order();
    await at.send();
    assert.deepEqual(await at.outcomes(), [
      ['HELD', undefined],
      ['HELD', undefined],
    ]);
    at.shop.time.passMs(1_000);
    await at.put({ withinMs: 2 * HOUR_MS, state: 'ACTIVE' });
    await at.send();
    assert.deepEqual(await at.outcomes(), [
      ['DONE', undefined],
      ['FAILED', 'too-late'],
    ]);
  });

  it('waits for a sender that this server does not have', async () => {
    await at.put();
    await at.reopen({ senders: [] });
    await at.order();
    await at.send();
    assert.deepEqual(await at.outcomes(), [['PENDING', 'unknown-sender']]);
    await at.reopen();
    await at.pass(2);
    assert.equal(at.mail.mails.length, 1);
  });
});

describe('sent again by hand', () => {
  it('goes what is in time, with the same id', async () => {
    await at.put();
    at.mail.fault = 'refuses';
    await at.order();
    await at.send();
    at.mail.fault = undefined;
    const [message] = await at.messages();
    const one = { notice: 'reserved', delivery: message!.id };
    assert.equal(accepted(await at.uses.notices.replay(one)).status, 'PENDING');
    refused(await at.uses.notices.replay(one), 'delivery-pending');
    await at.send();
    accepted(await at.uses.notices.replay(one));
    await at.send();
    const ids = at.mail.mails.map(({ headers }) => headers['message-id']);
    assert.deepEqual(ids, [`<${message!.id}@example.com>`, `<${message!.id}@example.com>`]);
  });

  it('goes nothing that is too late, unless the notice says that it is not', async () => {
    await at.put({ withinMs: HOUR_MS });
    at.mail.fault = 'refuses';
    for (let count = 0; count < 3; count += 1) await at.order();
    await at.send();
    at.mail.fault = undefined;
    at.shop.time.passMs(2 * HOUR_MS);
    const [message] = await at.messages();
    const one = { notice: 'reserved', delivery: message!.id };
    refused(await at.uses.notices.replay(one), 'message-too-late');
    const all = { notice: 'reserved', sinceMs: 0 };
    assert.deepEqual(accepted(await at.uses.notices.replayAll(all)), { replayed: 0 });
    await at.put({ withinMs: 3 * HOUR_MS });
    assert.deepEqual(accepted(await at.uses.notices.replayAll(all)), { replayed: 3 });
    await at.send();
    assert.equal(at.mail.mails.length, 3);
    assert.deepEqual(accepted(await at.uses.notices.replayAll({ ...all, all: true })), {
      replayed: 3,
    });
    refused(await at.uses.notices.replayAll({ ...all, notice: 'none' }), 'unknown-notice');
  });
});

describe('nothing is sent', () => {
  it('where there is no recipient', async () => {
    await at.put();
    await at.put({ notice: 'to-buyer', to: '{{buyer}}' });
    await at.order({ metadata: {} });
    const lines = [{ pool: 'tea', quantity: 1 }];
    accepted(await at.uses.orders.checkout({ lines }));
    await at.send();
    assert.deepEqual(await at.outcomes(), [
      ['FAILED', 'no-recipient'],
      ['FAILED', 'no-recipient'],
    ]);
    const [anonymous] = await at.outcomes('to-buyer');
    assert.deepEqual(anonymous, ['FAILED', 'no-recipient']);
    assert.equal(at.mail.mails.length, 0);
  });

  const HEADERS: [what: string, email: string, reference: string, word: string][] = [
    ['an address with a line end', 'ann@example.com\r\nBcc: all@example.com', 'A', 'bad-recipient'],
    ['an address with another line end', 'ann@example.com\u0085x', 'A', 'bad-recipient'],
    ['a list of addresses', 'ann@example.com, all@example.com', 'A', 'bad-recipient'],
    ['an address with a name', 'Ann <ann@example.com>', 'A', 'bad-recipient'],
    ['a command in place of an address', 'ann@example.com> SIZE=1', 'A', 'bad-recipient'],
    ['an address that has no end', `${'a'.repeat(600)}@example.com`, 'A', 'bad-recipient'],
    ['a subject with a line end', 'ann@example.com', 'A\r\nBcc: all@example.com', 'bad-subject'],
    ['a subject with a control character', 'ann@example.com', 'A\u0007', 'bad-subject'],
  ];
  for (const [what, email, reference, word] of HEADERS) {
    it(`to ${what}`, async () => {
      await at.put();
      await at.order({ metadata: { email }, reference });
      await at.send();
      assert.deepEqual(await at.outcomes(), [['FAILED', word]]);
      assert.equal(at.mail.mails.length, 0);
    });
  }

  it('that a buyer wrote as a template', async () => {
    await at.put({ subject: '{{order.reference}}', text: '{{order.metadata.note}}' });
    const note = '{{order.metadata.email}}{{#order.lines}}x{{/order.lines}}{{/a}}{{=<% %>=}}';
    const metadata = { email: 'ann@example.com', note };
    await at.order({ reference: '{{buyer}} {{{', metadata });
    await at.send();
    const [mail] = at.mail.mails;
    assert.equal(mail!.headers.subject, '{{buyer}} {{{');
    assert.equal(mail!.text.trim(), note);
  });
});
