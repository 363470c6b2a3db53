// Every verb on a reservation in every state: what it leads to, or how it is refused. The table is
// complete by its type, and is compared with what the library does and with the kernel's own table.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginConfirm, finishConfirm, revoke } from '../../src/kernel/confirming.ts';
import type { Holding } from '../../src/kernel/give-back.ts';
import type { Plan } from '../../src/kernel/plan.ts';
import type { RefusalCode } from '../../src/kernel/refusals.ts';
import {
  type Reservation,
  type ReservationState,
  type ReservationVerbName,
  TRANSITIONS,
} from '../../src/kernel/reservation.ts';
import type { Answer } from '../../src/stock.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

type Expected = ReservationState | RefusalCode;

const EXPECTED: Record<ReservationState, Record<ReservationVerbName, Expected>> = {
  HELD: {
    confirm: 'CONFIRMED',
    cancel: 'CANCELLED',
    extend: 'HELD',
    change: 'HELD',
    expire: 'EXPIRED',
    return: 'not-confirmed',
    beginConfirm: 'CONFIRMING',
    finishConfirm: 'not-confirmed',
    revoke: 'CANCELLED',
  },
  CONFIRMING: {
    confirm: 'confirm-in-progress',
    cancel: 'confirm-in-progress',
    extend: 'confirm-in-progress',
    change: 'confirm-in-progress',
    expire: 'confirm-in-progress',
    return: 'not-confirmed',
    beginConfirm: 'confirm-in-progress',
    finishConfirm: 'CONFIRMED',
    revoke: 'CANCELLED',
  },
  CONFIRMED: {
    confirm: 'already-confirmed',
    cancel: 'already-confirmed',
    extend: 'already-confirmed',
    change: 'already-confirmed',
    expire: 'already-confirmed',
    return: 'CONFIRMED',
    beginConfirm: 'already-confirmed',
    finishConfirm: 'already-confirmed',
    revoke: 'already-confirmed',
  },
  CANCELLED: {
    confirm: 'already-cancelled',
    cancel: 'already-cancelled',
    extend: 'already-cancelled',
    change: 'already-cancelled',
    expire: 'already-cancelled',
    return: 'already-cancelled',
    beginConfirm: 'already-cancelled',
    finishConfirm: 'already-cancelled',
    revoke: 'already-cancelled',
  },
  EXPIRED: {
    confirm: 'already-expired',
    cancel: 'already-expired',
    extend: 'already-expired',
    change: 'already-expired',
    expire: 'already-expired',
    return: 'already-expired',
    beginConfirm: 'already-expired',
    finishConfirm: 'already-expired',
    revoke: 'already-expired',
  },
};

/** A shop with five units, two of them in a reservation that is in this state. */
async function reservationIn(state: ReservationState) {
  const shop = await (await Shop.open()).fill({ tea: 5 });
  const { stock, time, engine } = shop;
  const reservation = await shop.hold('tea', 2);
  if (state === 'CONFIRMED') accepted(await stock.confirm({ reservation }));
  if (state === 'CANCELLED') accepted(await stock.cancel({ reservation }));
  if (state === 'EXPIRED') {
    time.passMs(60_000);
    await stock.sweep();
  }
  if (state === 'CONFIRMING') {
    const [document] = await engine.documents([reservation]);
    const { id, kind, data, claims, owners } = document!;
    const write = { id, kind, state, data, claims, owners: owners! };
    await engine.commit([{ writes: [write], events: [] }]);
  }
  return { shop, reservation };
}

const lines = [{ pool: 'tea', quantity: 1 }];

async function attempt(shop: Shop, verb: ReservationVerbName, reservation: string) {
  const { stock, time } = shop;
  switch (verb) {
    case 'extend':
      return stock.extend({ reservation, holdForMs: 120_000 });
    case 'change':
      return stock.change({ reservation, lines });
    case 'return':
      return stock.return({ reservation, lines });
    case 'expire': {
      time.passMs(60_000);
      await stock.sweep();
      const value = (await stock.reservation(reservation))!;
      return { ok: true, repeated: false, value } as const;
    }
    case 'beginConfirm':
      return planOn(shop, reservation, (holding) => beginConfirm(holding, { reservation }));
    case 'finishConfirm':
      return planOn(shop, reservation, finishConfirm);
    case 'revoke':
      return planOn(shop, reservation, (holding) => revoke(holding, () => false));
    default:
      return stock[verb]({ reservation });
  }
}

/** Verbs that only a node has: their plans, committed. */
async function planOn(
  shop: Shop,
  id: string,
  rule: (holding: Holding) => Plan,
): Promise<Answer<Reservation>> {
  const [document] = await shop.engine.documents([id]);
  const { dueMs } = shop.engine.clock();
  const plan = rule({ document: document!, allowances: [], dueMs });
  if (!plan.ok) return plan;
  assert.ok((await shop.commit(plan.transaction)).ok);
  return { ok: true, repeated: false, value: (await shop.stock.reservation(id))! };
}

describe('the table of states', () => {
  it('is the one that the kernel goes by', () => {
    assert.deepEqual(TRANSITIONS, EXPECTED);
  });

  for (const state of Object.keys(EXPECTED) as ReservationState[]) {
    for (const verb of Object.keys(EXPECTED[state]) as ReservationVerbName[]) {
      const expected = EXPECTED[state][verb];
      it(`${verb} on ${state}: ${expected}`, async () => {
        const { shop, reservation } = await reservationIn(state);
        const before = await shop.inside('tea');
        const answer = await attempt(shop, verb, reservation);
        const status = (await shop.stock.reservation(reservation))!.status;
        if (expected in EXPECTED) {
          accepted(answer);
          assert.equal(status, expected);
          return;
        }
        if (verb !== 'expire') refused(answer, expected as RefusalCode);
        assert.equal(status, state);
        assert.deepEqual(await shop.inside('tea'), before);
      });
    }
  }

  for (const verb of ['confirm', 'cancel', 'extend', 'change', 'return'] as const) {
    it(`${verb} on none: unknown-reservation`, async () => {
      const shop = await (await Shop.open()).fill({ tea: 5 });
      for (const id of ['none', 'pool:tea', '', '__proto__']) {
        refused(await attempt(shop, verb, id), 'unknown-reservation');
      }
    });
  }
});
