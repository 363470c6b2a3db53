// Senders that somebody else wrote, and wrote badly: one that never answers, one that breaks. Neither holds up
// others, and no message is lost with them.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Message, Sender, Sent } from '../../../src/senders/sender.ts';
import { TellingShop } from '../../support/telling-shop.ts';

let at: TellingShop;
beforeEach(async () => {
  at = await TellingShop.open();
});
afterEach(() => at.close());

/** A sender of somebody else's, which takes no notice of its signal. */
class DeafSender implements Sender {
  readonly name = 'deaf';
  asked = 0;
  send(_: Message): Promise<Sent> {
    this.asked += 1;
    return new Promise(() => {});
  }
}

/** One that breaks in a way of its own. */
class BrokenSender implements Sender {
  readonly name = 'broken';
  async send(message: Message): Promise<Sent> {
    throw new TypeError(`no such thing as ${message.to}`);
  }
}

describe('a sender', () => {
  it('that never answers holds nobody up', async () => {
    const deaf = new DeafSender();
    await at.reopen({ senders: [deaf], notices: { timeoutMs: 50 } });
    await at.put({ sender: 'deaf' });
    await at.order();
    await at.send();
    assert.deepEqual(await at.outcomes(), [['PENDING', 'timeout']]);
    await at.pass(1);
    assert.ok(deaf.asked >= 2);
  });

  it('that never answers is left when the server stops, and asked by the next one', async () => {
    const deaf = new DeafSender();
    await at.reopen({ senders: [deaf] });
    await at.put({ sender: 'deaf' });
    await at.order();
    const sending = at.send();
    while (deaf.asked === 0) await new Promise(setImmediate);
    await at.uses.close();
    await sending;
    const [message] = await at.messages();
    assert.deepEqual([message!.status, message!.attempts], ['PENDING', []]);
    await at.reopen({ senders: [deaf], notices: { timeoutMs: 50 } });
    await at.send();
    assert.equal(deaf.asked, 2);
  });

  it('that breaks is told of, and asked again', async () => {
    await at.reopen({ senders: [new BrokenSender()] });
    await at.put({ sender: 'broken' });
    await at.order();
    await at.send();
    assert.deepEqual(await at.outcomes(), [['PENDING', 'sender-failed']]);
    assert.match(String(at.errors[0]), /no such thing as ann@example.com/);
  });

  it('that hangs takes no place from another one', async () => {
    const deaf = new DeafSender();
    const quick: Message[] = [];
    const other: Sender = {
      name: 'quick',
      send: async (message) => {
        quick.push(message);
        return {};
      },
    };
    await at.reopen({ senders: [deaf, other] });
    await at.put({ sender: 'deaf' });
    await at.put({ notice: 'second', sender: 'quick' });
    for (let count = 0; count < 20; count += 1) await at.order();
    while (quick.length < 20) {
      await at.shop.stock.sweep();
      at.shop.time.passMs(100);
      await new Promise(setImmediate);
    }
    assert.ok(deaf.asked <= 8, 'as many as one notice may have at once');
  });
});
