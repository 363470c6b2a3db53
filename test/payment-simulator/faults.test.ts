// A simulator with its faults switched on: whatever is lost, late, doubled, reordered, forged or cut off,
// once it has settled every question is answered as the ledger says. Each fault really happens, and the
// same seed has the same ones.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SimulatedProvider } from '../../src/orders/payments/simulated-provider.ts';
import { type Faults, NO_FAULTS } from '../../src/payment-simulator/faults.ts';
import { SECRET_DEFAULT, startPaymentSimulator } from '../../src/payment-simulator/simulator.ts';
import type { CallbackBody } from '../../src/payment-simulator/wire.ts';
import { judge } from './judge.ts';
import { ListeningShop } from './listening-shop.ts';
import { settled } from './running.ts';
import { sendCrowd } from './shoppers.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const PAYMENTS = 40;
const ALL: Partial<Faults> = {
  callbackLost: 0.2,
  callbackDelayed: 0.4,
  callbackDelayMs: [0, 100],
  callbackDoubled: 0.3,
  callbackReordered: 0.3,
  callbackForged: 0.4,
  answerLost: 0.2,
  answer5xx: 0.2,
  answerSlow: 0.1,
  answerSlowMs: [0, 20],
};

interface Run {
  faults?: Partial<Faults>;
  seed?: number;
  payments?: number;
  turnsAway?: boolean;
}

async function run({ faults = {}, seed = SEED, payments = PAYMENTS, turnsAway = false }: Run) {
  const shop = await ListeningShop.open();
  const simulator = await startPaymentSimulator({ port: 0, seed, faults });
  try {
    const { url } = simulator;
    const asking = { url, secret: SECRET_DEFAULT, callbackUrl: shop.url };
    const provider = new SimulatedProvider(asking);
    shop.provider = provider;
    shop.turnsAway = turnsAway;
    const acknowledged = await sendCrowd({ provider, url, payments, seed });
    const counts = await settled(url);
    // What could be heard was: only faults that lose one may keep it from the shop.
    const allHeard = (faults.callbackLost ?? 0) === 0;
    const judged = { url, provider, acknowledged, heard: shop.truths, allHeard };
    return { shop, counts, lines: await judge(judged) };
  } finally {
    await simulator.close();
    shop.close();
  }
}

describe(`the simulator under faults (HOLDFAST_SEED=${SEED})`, () => {
  test('without faults each callback comes once, in order', async () => {
    const { shop, counts } = await run({});
    assert.equal(new Set(shop.ids).size, shop.ids.length);
    assert.equal(counts.delivered, shop.ids.length);
    assert.equal(shop.refused, 0);
    assert.deepEqual(outOfOrder(shop), 0);
  });

  test('with every fault, the truth is what the ledger says', async () => {
    const { counts, shop } = await run({ faults: ALL, payments: 100 });
    assert.ok(counts.lost > 0, 'none was lost');
    assert.ok(counts.delivered > 0, 'none came');
    assert.equal(counts.givenUp, 0);
    assert.ok(shop.refused > 0, 'none was forged');
  });

  test('the same seed has the same faults, another one others', async () => {
    const faults = { ...ALL, callbackDelayed: 0, callbackReordered: 0 };
    const first = await run({ faults, seed: 5 });
    const again = await run({ faults, seed: 5 });
    assert.deepEqual(again.counts, first.counts);
    assert.deepEqual(again.lines, first.lines);
    assert.deepEqual(again.shop.ids.toSorted(), first.shop.ids.toSorted());
    assert.equal(again.shop.refused, first.shop.refused);
    const other = await run({ faults, seed: 6 });
    assert.notDeepEqual(other.shop.ids.toSorted(), first.shop.ids.toSorted());
  });

  test('a callback that is turned away comes again', async () => {
    const { shop, counts } = await run({ turnsAway: true });
    assert.equal(counts.delivered, shop.ids.length);
    assert.equal(shop.heard.length, 2 * shop.ids.length);
  });

  test('lost ones never come', async () => {
    const { shop, counts } = await run({ faults: { callbackLost: 1 } });
    assert.deepEqual([shop.heard.length, counts.delivered], [0, 0]);
    assert.ok(counts.lost > PAYMENTS / 2);
  });

  test('doubled ones come twice', async () => {
    const { shop, counts } = await run({ faults: { callbackDoubled: 1 } });
    assert.equal(shop.ids.length, 2 * counts.delivered);
  });

  test('reordered ones are overtaken', async () => {
    const { shop } = await run({ faults: { callbackReordered: 0.5 }, payments: 100 });
    assert.ok(outOfOrder(shop) > 0);
  });

  test('delayed ones come late', async () => {
    const faults = { callbackDelayed: 1, callbackDelayMs: [150, 200] } satisfies Partial<Faults>;
    const startMs = performance.now();
    const { shop } = await run({ faults, payments: 1, seed: 1 });
    assert.ok(shop.ids.length > 0);
    assert.ok(performance.now() - startMs >= 150);
  });

  test('forged ones are of every kind, and none is believed', async () => {
    const { shop, counts } = await run({ faults: { callbackForged: 1 }, payments: 60 });
    assert.equal(shop.refused, counts.delivered);
    const claims = shop.heard.filter(({ raw }) => bodyOf(raw).truth.captured > 1_000);
    const signatures = shop.heard.filter(({ headers }) => !headers['webhook-signature']);
    assert.ok(claims.length > 0, 'none claims too much');
    assert.ok(signatures.length > 0, 'none is without a signature');
    assert.ok(claims.length < shop.refused, 'none is a replay');
  });

  for (const fault of ['answerLost', 'answer5xx', 'answerSlow'] as const) {
    test(`${fault}: asking again with the same key finds out`, async () => {
      await run({ faults: { [fault]: 0.5, answerSlowMs: [0, 10] } });
    });
  }

  test('a lost answer is one of a deed that was done', async () => {
    const simulator = await startPaymentSimulator({ port: 0, faults: { answerLost: 1 } });
    const provider = new SimulatedProvider({ url: simulator.url, secret: SECRET_DEFAULT });
    try {
      const amount = { amount: 5, currency: 'EUR' };
      const ask = { payment: 'p', order: 'o', amount, capture: 'manual' } as const;
      await assert.rejects(provider.create(ask), { kind: 'unknown-outcome' });
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify(NO_FAULTS);
      await fetch(`${simulator.url}/faults`, { method: 'POST', headers, body });
      assert.equal((await provider.query({ payment: 'p' }))?.currency, 'EUR');
    } finally {
      await simulator.close();
    }
  });
});

function bodyOf(raw: Buffer): CallbackBody {
  return JSON.parse(raw.toString()) as CallbackBody;
}

/** How many came after one of the same payment that knew more. */
function outOfOrder(shop: ListeningShop): number {
  const most = new Map<string, number>();
  let count = 0;
  for (const { raw } of shop.heard) {
    const { payment, truth } = bodyOf(raw);
    const weight = truth.authorised + truth.captured + truth.refunded + (truth.voided ? 1 : 0);
    if (weight < (most.get(payment) ?? 0)) count += 1;
    else most.set(payment, weight);
  }
  return count;
}
