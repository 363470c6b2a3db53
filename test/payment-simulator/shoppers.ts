// A crowd of payments at a simulator that fails: each is made, paid or not, captured, refunded or given
// back by lot, and every call is made again with the same key until its outcome is known. Says which
// movements must be in the ledger by what it was told.

import { setTimeout as delay } from 'node:timers/promises';
import {
  type Money,
  type PaymentProvider,
  type PaymentTruth,
  ProviderError,
} from '../../src/orders/payments/provider.ts';
import type { MovementKind } from '../../src/payment-simulator/wire.ts';
import { Random } from '../crash/random.ts';
import { post } from './running.ts';

export interface Expected {
  payment: string;
  kind: MovementKind;
  amount: number;
}

export interface Crowd {
  provider: PaymentProvider;
  /** Of the simulator, for the buyer's side. */
  url: string;
  payments: number;
  seed: number;
  /** Told of each movement that was acknowledged. */
  onTold?: () => void;
}

const IN_FLIGHT = 12;
const AGAIN_MS = 5;
/** Longer than any simulator is away. */
const KNOWN_MAX_MS = 60_000;

/** What was acknowledged, in no order. */
export async function sendCrowd(crowd: Crowd): Promise<Expected[]> {
  const acknowledged: Expected[] = [];
  let next = 0;
  const worker = async () => {
    while (next < crowd.payments) {
      const number = next;
      next += 1;
      await onePayment(crowd, number, (line) => {
        acknowledged.push(line);
        crowd.onTold?.();
      });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return acknowledged;
}

async function onePayment(crowd: Crowd, number: number, told: (line: Expected) => void) {
  const { provider, url, seed } = crowd;
  const random = new Random(seed * 10_007 + number);
  const payment = `p${number}`;
  const capture = random.pick(['manual', 'automatic'] as const);
  const money: Money = { amount: random.whole(2, 1_000), currency: 'EUR' };
  const ask = { payment, order: `o${number}`, amount: money, capture };
  const { reference } = await untilKnown(() => provider.create(ask));
  if (random.chance(0.2)) await buyer(`${url}/pay/${reference}`, 'decline');
  if (random.chance(0.1)) return;
  await buyer(`${url}/pay/${reference}`, 'approve');
  told({ payment, kind: 'authorise', amount: money.amount });
  const deed = (key: string) => ({ payment, reference, key: `${payment}-${key}` });
  if (capture === 'automatic') {
    told({ payment, kind: 'capture', amount: money.amount });
  } else if (random.chance(0.3)) {
    await untilKnown(() => provider.void(deed('void')));
    told({ payment, kind: 'void', amount: money.amount });
    return;
  } else {
    await inParts(money, (amount, key) => provider.capture({ ...deed(`c${key}`), amount }));
  }
  if (random.chance(0.6)) {
    await inParts(
      money,
      (amount, key) => provider.refund({ ...deed(`r${key}`), amount }),
      'refund',
    );
  }

  async function inParts(
    whole: Money,
    act: (amount: Money, key: number) => Promise<PaymentTruth>,
    kind: MovementKind = 'capture',
  ) {
    const first = random.whole(1, whole.amount - 1);
    for (const [key, amount] of [first, whole.amount - first].entries()) {
      await untilKnown(() => act({ ...whole, amount }, key));
      told({ payment, kind, amount });
    }
  }
}

/** A browser that is told nothing looks again; here the buyer's side only fails with the process. */
async function buyer(url: string, outcome: 'approve' | 'decline'): Promise<void> {
  for (;;) {
    const reply = await post(url, { outcome }).catch(() => undefined);
    // Refused as paid: the first one had been heard.
    if (reply !== undefined && (reply.status === 200 || reply.status === 409)) return;
    await delay(AGAIN_MS);
  }
}

/** Asks again as long as the outcome is not known. */
export async function untilKnown<T>(call: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + KNOWN_MAX_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const isFinal = !(error instanceof ProviderError) || error.kind === 'refused';
      if (isFinal || performance.now() > untilMs) throw error;
      await delay(AGAIN_MS);
    }
  }
}
