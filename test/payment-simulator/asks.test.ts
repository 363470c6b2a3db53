// What the simulator answers to asks that it does not take, and to a person on the buyer's page.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type RunningSimulator,
  startPaymentSimulator,
} from '../../src/payment-simulator/simulator.ts';
import type { PaymentAnswer } from '../../src/payment-simulator/wire.ts';
import { post } from './running.ts';

const ASK = { payment: 'p1', order: 'o1', amount: 900, currency: 'EUR', capture: 'manual' };
const EUR = { amount: 1, currency: 'EUR' };

let simulator: RunningSimulator;
before(async () => {
  simulator = await startPaymentSimulator({ port: 0 });
  await post(`${simulator.url}/payments`, ASK);
});
after(() => simulator.close());

describe('what it does not take', () => {
  const wrong: [path: string, body: unknown, status: number, error: string][] = [
    ['/payments', { ...ASK, amount: 0 }, 400, 'malformed'],
    ['/payments', { ...ASK, amount: '900' }, 400, 'malformed'],
    ['/payments', { ...ASK, currency: 'eur' }, 400, 'malformed'],
    ['/payments', { ...ASK, payment: 'a b' }, 400, 'malformed'],
    ['/payments', { ...ASK, callbackUrl: 'javascript:alert(1)' }, 400, 'malformed'],
    ['/payments', { ...ASK, note: 'x' }, 400, 'malformed'],
    ['/payments', { ...ASK, currency: 'USD' }, 409, 'payment-differs'],
    ['/payments/p1/capture', EUR, 400, 'key-needed'],
    ['/payments/p1/void', {}, 400, 'key-needed'],
    ['/pay/nobody', { outcome: 'approve' }, 404, 'unknown-payment'],
    ['/pay/nobody', { outcome: 'perhaps' }, 400, 'malformed'],
    ['/faults', { answerLost: 1.5 }, 400, 'malformed'],
    ['/faults', { answerSlowMs: [9, 3] }, 400, 'malformed'],
    ['/nothing', {}, 404, 'unknown-address'],
  ];
  for (const [path, body, status, error] of wrong) {
    test(`${path} ${JSON.stringify(body)} is ${error}`, async () => {
      const answer = await post(`${simulator.url}${path}`, body);
      assert.deepEqual([answer.status, (answer.body as { error: string }).error], [status, error]);
    });
  }
});

test('a person pays by a button, and a second click changes nothing', async () => {
  const { body } = await post(`${simulator.url}/payments`, { ...ASK, payment: 'p2' });
  const { payUrl } = body as PaymentAnswer;
  const click = async (fields: Record<string, string>) => {
    const form = new URLSearchParams(fields);
    const reply = await fetch(payUrl, { method: 'POST', body: form });
    assert.equal(reply.status, 200);
    assert.match(reply.headers.get('content-type') ?? '', /^text\/html/);
    return reply.text();
  };
  assert.match(await click({ outcome: 'decline' }), /Declined\. You can try again\./);
  assert.match(await click({ outcome: 'approve' }), /Approved: €9\.00\./);
  assert.match(await click({ outcome: 'approve' }), /Approved: €9\.00\./);
  const sent = { outcome: 'approve', amount: '250', currency: 'EUR' };
  assert.match(await click(sent), /Approved: €11\.50\./);
});

test('a page of no payment is 404', async () => {
  const reply = await fetch(`${simulator.url}/pay/nobody`);
  assert.equal(reply.status, 404);
  assert.match(await reply.text(), /There is no such payment/);
});
