// Compares what a shop was told with the simulator's own ledger, summed here: nothing that was
// acknowledged is missing, nothing was done twice, and every question is answered as the ledger says.

import assert from 'node:assert/strict';
import {
  mergeTruth,
  type PaymentProvider,
  type PaymentTruth,
} from '../../src/orders/payments/provider.ts';
import type { Movement, MovementKind } from '../../src/payment-simulator/wire.ts';
import { wholeLedger } from './running.ts';
import { type Expected, untilKnown } from './shoppers.ts';

export interface Judged {
  url: string;
  provider: PaymentProvider;
  acknowledged: Expected[];
  /** What callbacks said, merged. */
  heard: ReadonlyMap<string, PaymentTruth>;
  /** Whether each callback must have come in the end. */
  allHeard: boolean;
}

/** The movements, for those who compare runs. */
export async function judge(judged: Judged): Promise<string[]> {
  const { url, provider, acknowledged, heard, allHeard } = judged;
  const { movements, sums } = await wholeLedger(url, 7);
  const lines = movements.map(lineOf).sort();
  assert.deepEqual(lines, acknowledged.map(lineOf).sort());
  for (const kind of ['authorise', 'capture', 'void', 'refund'] as const) {
    assert.equal(sums.EUR?.[kind] ?? 0, sumOf(movements, kind), `the sum of ${kind}`);
  }
  for (const payment of new Set(movements.map((each) => each.payment))) {
    const own = movements.filter((each) => each.payment === payment);
    const truth = await untilKnown(() => provider.query({ payment }));
    assert.ok(truth !== undefined, payment);
    assert.deepEqual(truth, truthOf(own), payment);
    const said = heard.get(payment);
    // Callbacks may be missing, but they never know better.
    if (said !== undefined) assert.deepEqual(mergeTruth(said, truth), truth, payment);
    if (allHeard) assert.deepEqual(said, truth, `callbacks of ${payment}`);
  }
  return lines;
}

function truthOf(movements: readonly Movement[]): PaymentTruth {
  return {
    currency: 'EUR',
    authorised: sumOf(movements, 'authorise'),
    captured: sumOf(movements, 'capture'),
    refunded: sumOf(movements, 'refund'),
    voided: movements.some(({ kind }) => kind === 'void'),
  };
}

function sumOf(movements: readonly Movement[], kind: MovementKind): number {
  return movements.reduce((sum, each) => sum + (each.kind === kind ? each.amount : 0), 0);
}

function lineOf({ payment, kind, amount }: Expected): string {
  return `${payment} ${kind} ${amount}`;
}
