// Returns: every verb in every state, as the table says, with the units that it moves. The table is
// complete by its type, and is compared with what the library does and with the kernel's own table.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalCode } from '../../src/kernel/refusals.ts';
import {
  RETURN_TRANSITIONS,
  type ReturnState,
  type ReturnVerbName,
} from '../../src/kernel/return-states.ts';
import { ReturningShop } from '../support/returning.ts';
import { accepted, refused } from '../support/shop.ts';

const closed = 'return-closed';
const cancelled = 'return-cancelled';
const over = <Code extends RefusalCode>(code: Code) => ({
  ...{ pickUp: code, miss: code, receive: code, inspect: code, inspectLast: code },
  ...{ lose: code, loseLast: code, close: code, cancel: code },
});
const AWAY = {
  inspect: 'return-not-received',
  inspectLast: 'return-not-received',
  lose: 'return-not-received',
  loseLast: 'CLOSED',
  close: 'CLOSED',
  cancel: 'CANCELLED',
} as const;

const EXPECTED: Record<ReturnState, Record<ReturnVerbName, ReturnState | RefusalCode>> = {
  REQUESTED: { ...AWAY, pickUp: 'RETURNING', miss: 'REQUESTED', receive: 'RECEIVED' },
  RETURNING: { ...AWAY, pickUp: 'RETURNING', miss: 'RETURNING', receive: 'RECEIVED' },
  RECEIVED: {
    pickUp: 'RECEIVED',
    miss: 'RECEIVED',
    receive: 'RECEIVED',
    inspect: 'INSPECTING',
    inspectLast: 'CLOSED',
    lose: 'RECEIVED',
    loseLast: 'return-not-inspected',
    close: 'return-not-inspected',
    cancel: 'return-received',
  },
  INSPECTING: {
    pickUp: 'INSPECTING',
    miss: 'INSPECTING',
    receive: 'INSPECTING',
    inspect: 'INSPECTING',
    inspectLast: 'CLOSED',
    lose: 'INSPECTING',
    loseLast: 'CLOSED',
    close: 'CLOSED',
    cancel: 'return-received',
  },
  CLOSED: over(closed),
  CANCELLED: over(cancelled),
};

const tea = (quantity: number) => [{ pool: 'tea', quantity }];
const sellable = (quantity: number) => [{ pool: 'tea', quantity, verdict: 'sellable' as const }];

/** A return of five of six sold units that is in this state, with so much at the dock as a verb needs. */
async function returnIn(state: ReturnState, verb: ReturnVerbName) {
  const shop = await ReturningShop.open(['tea']);
  const order = await shop.delivered(tea(6));
  const { returns } = shop;
  const { id } = accepted(await returns.request({ order, lines: tea(5) }));
  const isLast = verb === 'inspectLast';
  if (state === 'RETURNING') accepted(await returns.carrier({ return: id, carrier: 'picked-up' }));
  if (state === 'RECEIVED' || state === 'INSPECTING') {
    accepted(await returns.receive({ return: id, lines: tea(isLast ? 5 : 3) }));
  }
  if (state === 'INSPECTING') {
    const done = verb === 'close' || verb === 'loseLast' ? 3 : 1;
    accepted(await returns.inspect({ return: id, lines: sellable(done) }));
  }
  if (state === 'CLOSED') accepted(await returns.close({ return: id }));
  if (state === 'CANCELLED') accepted(await returns.cancel({ return: id }));
  return { shop, id };
}

async function attempt(shop: ReturningShop, verb: ReturnVerbName, id: string) {
  const { returns } = shop;
  switch (verb) {
    case 'pickUp':
      return returns.carrier({ return: id, carrier: 'picked-up' });
    case 'miss':
      return returns.carrier({ return: id, carrier: 'not-reachable' });
    case 'lose':
    case 'loseLast':
      return returns.carrier({ return: id, carrier: 'lost' });
    case 'receive':
      return returns.receive({ return: id, lines: tea(1) });
    case 'inspect':
      return returns.inspect({ return: id, lines: sellable(1) });
    case 'inspectLast': {
      const waiting = (await returns.return(id))?.lines[0]?.inspecting ?? 0;
      return returns.inspect({ return: id, lines: sellable(waiting || 1) });
    }
    case 'close':
      return returns.close({ return: id });
    case 'cancel':
      return returns.cancel({ return: id });
  }
}

/** Whether what is lost decides which of the two verbs it is: the other one is never asked for. */
const NEVER: readonly string[] = ['REQUESTED lose', 'RETURNING lose', 'RECEIVED loseLast'];

describe('the table of a return', () => {
  it('is the one that the kernel goes by', () => {
    assert.deepEqual(RETURN_TRANSITIONS, EXPECTED);
  });

  for (const state of Object.keys(EXPECTED) as ReturnState[]) {
    for (const verb of Object.keys(EXPECTED[state]) as ReturnVerbName[]) {
      const expected = EXPECTED[state][verb];
      if (NEVER.includes(`${state} ${verb}`)) continue;
      it(`${verb} on ${state}: ${expected}`, async () => {
        const { shop, id } = await returnIn(state, verb);
        assert.equal((await shop.returns.return(id))!.status, state);
        const before = await shop.inside('tea');
        const answer = await attempt(shop, verb, id);
        const { status } = (await shop.returns.return(id))!;
        if (expected in EXPECTED) {
          assert.equal(accepted(answer).status, expected);
          assert.equal(status, expected);
        } else {
          refused(answer, expected as RefusalCode);
          assert.equal(status, state);
          assert.deepEqual(await shop.inside('tea'), before);
        }
        await shop.close();
      });
    }
  }

  for (const verb of ['pickUp', 'receive', 'inspect', 'close', 'cancel'] as const) {
    it(`${verb} on none: unknown-return`, async () => {
      const shop = await ReturningShop.open(['tea']);
      const reservation = await shop.shop.hold('tea', 1);
      for (const id of ['none', 'pool:tea', reservation, '', '__proto__']) {
        refused(await attempt(shop, verb, id), 'unknown-return');
      }
      await shop.close();
    });
  }
});
