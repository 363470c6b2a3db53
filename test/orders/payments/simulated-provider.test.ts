// The simulator behind the seam: it does what every provider must, and its failures over HTTP are told
// apart by whether the deed may have been done.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { CreatedPayment, ProviderFailure } from '../../../src/orders/payments/provider.ts';
import { SimulatedProvider } from '../../../src/orders/payments/simulated-provider.ts';
import {
  type RunningSimulator,
  SECRET_DEFAULT,
  startPaymentSimulator,
} from '../../../src/payment-simulator/simulator.ts';
import { pay } from '../../payment-simulator/running.ts';
import {
  anyProvider,
  type KeepingProvider,
  keepsPayments,
  type SignedNews,
} from './conformance.ts';
import { failed } from './expectations.ts';

const secret = SECRET_DEFAULT;
let simulator: RunningSimulator;
before(async () => {
  simulator = await startPaymentSimulator({ port: 0 });
});
after(() => simulator.close());

function subject(): KeepingProvider {
  const { url } = simulator;
  const by = (outcome: 'approve' | 'decline') => async (payment: CreatedPayment) => {
    await pay(url, payment.reference, { outcome });
  };
  return {
    provider: new SimulatedProvider({ url, secret }),
    at: (elsewhere, timeoutMs) => new SimulatedProvider({ url: elsewhere, secret, timeoutMs }),
    news,
    approve: by('approve'),
    decline: by('decline'),
  };
}

const ID = 'msg_1';
const TRUTH = { currency: 'EUR', authorised: 900, captured: 900, refunded: 0, voided: false };

function news(payment: string, truth: unknown = TRUTH): SignedNews {
  const raw = Buffer.from(JSON.stringify({ payment, reference: 'pay_1', truth, note: '€' }));
  const atMs = Math.floor(Date.now() / 1_000) * 1_000;
  const headers = {
    'webhook-id': ID,
    'webhook-timestamp': String(atMs / 1_000),
    'webhook-signature': new Webhook(secret).sign(ID, new Date(atMs), raw),
  };
  return { raw, headers, atMs };
}

describe('the simulated provider', () => {
  anyProvider(subject);
  keepsPayments(subject);

  test('sends the buyer to its page', async () => {
    const { provider } = subject();
    const { action } = await provider.create({
      payment: 'page',
      order: 'o',
      amount: { amount: 900, currency: 'EUR' },
      capture: 'manual',
      returnUrl: 'https://shop.example/thanks',
      description: 'Tea <b>',
    });
    assert.equal(action.kind, 'redirect');
    const page = await fetch(action.kind === 'redirect' ? action.url : '');
    const text = await page.text();
    assert.equal(page.status, 200);
    assert.match(text, /€9\.00/);
    assert.match(text, /Tea &lt;b&gt;/);
    assert.match(text, /href="https:\/\/shop\.example\/thanks"/);
  });

  test('two signatures are enough when one is right, as while a secret is replaced', () => {
    const { raw, headers, atMs } = news('p1');
    const both = `v1,${'A'.repeat(43)}= ${headers['webhook-signature']}`;
    const { provider } = subject();
    const said = provider.verifyCallback(raw, { ...headers, 'webhook-signature': both }, atMs);
    assert.deepEqual(said, { id: ID, payment: 'p1', reference: 'pay_1', truth: TRUTH });
  });

  test('what is signed but makes no sense is not taken', () => {
    const { provider } = subject();
    const wrong = [undefined, [], { ...TRUTH, captured: -1 }, { ...TRUTH, currency: 'eur' }];
    for (const truth of [...wrong, { ...TRUTH, refunded: 0.5 }, { ...TRUTH, voided: 1 }]) {
      const { raw, headers, atMs } = news('p1', truth ?? null);
      assert.equal(provider.verifyCallback(raw, headers, atMs), undefined);
    }
  });
});

test('each answer over HTTP is told by whether the deed may have been done', async (t) => {
  let answer = { status: 200, text: '' };
  const server = createServer((_, reply) => {
    reply.writeHead(answer.status, { Location: '/elsewhere' }).end(answer.text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const provider = new SimulatedProvider({ url: `http://127.0.0.1:${port}/`, secret });
  const said = (error: string) => JSON.stringify({ error });
  const cases: [status: number, text: string, kind: ProviderFailure, reason: string][] = [
    [409, said('exceeds-captured'), 'refused', 'exceeds-captured'],
    [404, said('unknown-payment'), 'refused', 'unknown-payment'],
    [404, '<h1>No such site</h1>', 'unreachable', 'http-404'],
    [403, 'null', 'unreachable', 'http-403'],
    [429, said('slow-down'), 'unreachable', 'too-many-requests'],
    [503, said('unavailable'), 'unknown-outcome', 'http-503'],
    [408, '', 'unknown-outcome', 'http-408'],
    [302, '', 'unknown-outcome', 'http-302'],
    [200, 'all is well', 'unknown-outcome', 'not-json'],
    [200, '{"truth":{}}', 'unknown-outcome', 'not-its-answer'],
  ];
  const amount = { amount: 1, currency: 'EUR' };
  for (const [status, text, kind, reason] of cases) {
    answer = { status, text };
    const call = provider.refund({ payment: 'p', reference: 'r', key: 'k', amount });
    assert.equal(await failed(call, kind), reason);
  }
});
