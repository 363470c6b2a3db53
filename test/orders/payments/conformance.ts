// What every payment provider must do, whoever it is. `keepsPayments` needs one that remembers what it
// was asked; `anyProvider` is for those, too, that stand in with the same answer for everything.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { newId } from '../../../src/ids.ts';
import {
  CALLBACK_AGE_MAX_MS,
  type CallbackHeaders,
  type CreatedPayment,
  type CreatePayment,
  type PaymentProvider,
} from '../../../src/orders/payments/provider.ts';
import { lastingPort } from '../../support/free-port.ts';
import { failed, refused } from './expectations.ts';

export interface SignedNews {
  raw: Buffer;
  headers: CallbackHeaders;
  /** When it was signed. */
  atMs: number;
}

export interface ProviderUnderTest {
  provider: PaymentProvider;
  /** The same provider, elsewhere. */
  at(url: string, timeoutMs: number): PaymentProvider;
  /** An authentic callback about this payment. */
  news(payment: string): SignedNews;
}

export interface KeepingProvider extends ProviderUnderTest {
  approve(payment: CreatedPayment): Promise<void>;
  decline(payment: CreatedPayment): Promise<void>;
}

const EUR = (amount: number) => ({ amount, currency: 'EUR' });

function ask(capture: CreatePayment['capture'] = 'manual'): CreatePayment {
  return { payment: newId(), order: newId(), amount: EUR(900), capture };
}

/** @param open is called by each test, when it runs */
export function anyProvider(open: () => ProviderUnderTest): void {
  test('a callback that is its own is understood', () => {
    const { provider, news } = open();
    const payment = newId();
    const { raw, headers, atMs } = news(payment);
    const said = provider.verifyCallback(raw, headers, atMs);
    assert.equal(said?.payment, payment);
    assert.ok(said.id.length > 0);
    assert.ok(Number.isSafeInteger(said.truth.captured));
    assert.match(said.truth.currency, /^[A-Z]{3}$/);
  });

  test('a callback that is altered in any byte is not its own', () => {
    const { provider, news } = open();
    const { raw, headers, atMs } = news(newId());
    for (let index = 0; index < raw.length; index += 1) {
      const altered = Buffer.from(raw);
      altered[index]! ^= 1;
      assert.equal(provider.verifyCallback(altered, headers, atMs), undefined, `byte ${index}`);
    }
    const longer = Buffer.concat([raw, Buffer.from(' ')]);
    assert.equal(provider.verifyCallback(longer, headers, atMs), undefined);
  });

  test('a callback without its headers, or with others, is not its own', () => {
    const { provider, news } = open();
    const { raw, headers, atMs } = news(newId());
    assert.equal(provider.verifyCallback(raw, {}, atMs), undefined);
    for (const [name, value] of Object.entries(headers)) {
      const { [name]: _, ...without } = headers;
      assert.equal(provider.verifyCallback(raw, without, atMs), undefined, `without ${name}`);
      const other = { ...headers, [name]: `${value}1` };
      assert.equal(provider.verifyCallback(raw, other, atMs), undefined, `other ${name}`);
    }
  });

  test('a callback that is too old is not taken', () => {
    const { provider, news } = open();
    const { raw, headers, atMs } = news(newId());
    const young = provider.verifyCallback(raw, headers, atMs + CALLBACK_AGE_MAX_MS - 1_000);
    assert.notEqual(young, undefined);
    const old = provider.verifyCallback(raw, headers, atMs + CALLBACK_AGE_MAX_MS + 1_000);
    assert.equal(old, undefined);
  });

  test('bytes that are no text are not its own', () => {
    const { provider, news } = open();
    const { headers, atMs } = news(newId());
    for (const raw of [Buffer.alloc(0), Buffer.from([0xff, 0xfe, 0x00])]) {
      assert.equal(provider.verifyCallback(raw, headers, atMs), undefined);
    }
  });

  test('where nobody listens it is unreachable', async () => {
    const provider = open().at(`http://127.0.0.1:${await lastingPort()}`, 5_000);
    await failed(provider.create(ask()), 'unreachable');
    await failed(provider.query({ payment: 'p', reference: 'r' }), 'unreachable');
  });

  test('an answer that never comes, or is cut, leaves the outcome unknown', async (t) => {
    let cuts = false;
    const server = createServer((request) => {
      if (cuts) request.socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    const provider = open().at(`http://127.0.0.1:${port}`, 200);
    const deed = { payment: 'p', reference: 'r', key: 'k', amount: EUR(1) };
    await failed(provider.capture(deed), 'unknown-outcome');
    cuts = true;
    await failed(provider.refund(deed), 'unknown-outcome');
  });
}

/** @param open is called by each test, when it runs */
export function keepsPayments(open: () => KeepingProvider): void {
  const deed = ({ reference }: CreatedPayment, payment: string) => ({
    payment,
    reference,
    key: newId(),
  });

  async function approved(capture: CreatePayment['capture']) {
    const subject = open();
    const asked = ask(capture);
    const created = await subject.provider.create(asked);
    await subject.approve(created);
    const truth = () => subject.provider.query(asked);
    return { ...subject, created, truth, next: () => deed(created, asked.payment) };
  }

  test('a new payment has no money, and is found by its id', async () => {
    const { provider } = open();
    const asked = ask();
    const none = { currency: 'EUR', authorised: 0, captured: 0, refunded: 0, voided: false };
    const { truth, reference } = await provider.create(asked);
    assert.deepEqual(truth, none);
    assert.deepEqual(await provider.query({ payment: asked.payment }), none);
    assert.deepEqual(await provider.query({ payment: asked.payment, reference }), none);
  });

  test('a payment that it never heard of is undefined', async () => {
    assert.equal(await open().provider.query({ payment: newId() }), undefined);
  });

  test('creating the same payment again finds the first, for another sum it is refused', async () => {
    const { provider } = open();
    const asked = ask();
    const first = await provider.create(asked);
    assert.deepEqual(await provider.create(asked), first);
    await refused(provider.create({ ...asked, amount: EUR(901) }));
  });

  test('money is authorised first, then captured in parts, and never more', async () => {
    const { provider, truth, next } = await approved('manual');
    assert.deepEqual([(await truth())?.authorised, (await truth())?.captured], [900, 0]);
    const part = await provider.capture({ ...next(), amount: EUR(600) });
    assert.equal(part.captured, 600);
    await refused(provider.capture({ ...next(), amount: EUR(301) }));
    await refused(provider.capture({ ...next(), amount: { amount: 1, currency: 'USD' } }));
    assert.equal((await provider.capture({ ...next(), amount: EUR(300) })).captured, 900);
    assert.equal((await truth())?.captured, 900);
  });

  test('nothing is captured before the buyer has approved it', async () => {
    const { provider } = open();
    const asked = ask();
    const created = await provider.create(asked);
    await refused(provider.capture({ ...deed(created, asked.payment), amount: EUR(900) }));
  });

  test('captured by itself, it comes back in parts, and never more', async () => {
    const { provider, truth, next } = await approved('automatic');
    assert.equal((await truth())?.captured, 900);
    assert.equal((await provider.refund({ ...next(), amount: EUR(400) })).refunded, 400);
    await refused(provider.refund({ ...next(), amount: EUR(501) }));
    assert.equal((await provider.refund({ ...next(), amount: EUR(500) })).refunded, 900);
    assert.equal((await truth())?.refunded, 900);
  });

  test('the same key is the same deed', async () => {
    const { provider, truth, next } = await approved('automatic');
    const once = { ...next(), amount: EUR(100) };
    await provider.refund(once);
    assert.equal((await provider.refund(once)).refunded, 100);
    await refused(provider.refund({ ...once, amount: EUR(200) }));
    assert.equal((await truth())?.refunded, 100);
  });

  test('what is voided is given back and can no longer be captured', async () => {
    const { provider, truth, next } = await approved('manual');
    const given = await provider.void(next());
    assert.deepEqual([given.voided, given.captured], [true, 0]);
    await refused(provider.capture({ ...next(), amount: EUR(1) }));
    assert.deepEqual([(await truth())?.voided, (await truth())?.captured], [true, 0]);
  });

  test('what is captured cannot be voided', async () => {
    const { provider, next } = await approved('automatic');
    await refused(provider.void(next()));
  });

  test('what is voided before the buyer came can no longer be approved', async () => {
    const { provider, approve } = open();
    const asked = ask();
    const created = await provider.create(asked);
    assert.equal((await provider.void(deed(created, asked.payment))).voided, true);
    await assert.rejects(approve(created));
    assert.equal((await provider.query(asked))?.authorised, 0);
  });

  test('a buyer who declined may try again', async () => {
    const { provider, approve, decline } = open();
    const asked = ask('automatic');
    const created = await provider.create(asked);
    await decline(created);
    assert.equal((await provider.query(asked))?.failed, 'declined');
    await approve(created);
    const truth = await provider.query(asked);
    assert.deepEqual([truth?.failed, truth?.captured], [undefined, 900]);
  });
}
