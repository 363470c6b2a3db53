// Leases: every verb in every state, as the table says, with the units that it moves. The table is
// complete by its type, and is compared with what the library does and with the kernel's own table.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LEASE_TRANSITIONS, type LeaseState, type LeaseVerbName } from '../../src/kernel/lease.ts';
import { assertSound, LEASE_MS, leaseOf, outcomeOf, saleOf } from '../support/leasing.ts';
import { accepted, Shop } from '../support/shop.ts';

const over = 'lease-ended';
const ENDED = {
  topUp: over,
  renew: over,
  record: over,
  giveBack: over,
  close: over,
  writeOff: over,
  expire: over,
} as const;
const EXPECTED: Record<LeaseState, Record<LeaseVerbName, LeaseState | 'lease-ended'>> = {
  ACTIVE: {
    topUp: 'ACTIVE',
    renew: 'ACTIVE',
    record: 'ACTIVE',
    giveBack: 'ACTIVE',
    close: 'CLOSED',
    writeOff: 'WRITTEN_OFF',
    expire: 'EXPIRED',
  },
  CLOSED: ENDED,
  EXPIRED: ENDED,
  WRITTEN_OFF: ENDED,
};

/** What a verb moves of four units out and six at home: available, leased, sold, given back in all. */
const MOVED: Record<LeaseVerbName, [available: number, leased: number, sold: number]> = {
  topUp: [4, 6, 0],
  renew: [6, 4, 0],
  record: [6, 3, 1],
  giveBack: [8, 2, 0],
  close: [10, 0, 0],
  writeOff: [6, 0, 0],
  expire: [10, 0, 0],
};

async function leaseIn(state: LeaseState) {
  const shop = await (await Shop.open()).fill({ tea: 10 });
  const lease = await leaseOf(shop, 'tea', 4);
  const { leases } = shop.stock;
  if (state === 'CLOSED') accepted(await leases.giveBack({ lease }));
  if (state === 'WRITTEN_OFF') accepted(await leases.writeOff({ lease, to: 'written-off' }));
  if (state === 'EXPIRED') shop.time.passMs(LEASE_MS);
  return { shop, lease };
}

/** Carries a verb out: the code of its refusal, or nothing. */
async function attempt(shop: Shop, verb: LeaseVerbName, lease: string) {
  const { leases } = shop.stock;
  switch (verb) {
    case 'topUp':
      return codeOf(await leases.topUp({ lease, quantity: 2 }));
    case 'renew':
      return codeOf(await leases.renew({ lease }));
    case 'record': {
      const outcome = await outcomeOf(shop, lease, saleOf('tea', 1));
      return outcome === 'recorded' ? undefined : outcome;
    }
    case 'giveBack':
      return codeOf(await leases.giveBack({ lease, quantity: 2 }));
    case 'close':
      return codeOf(await leases.settle({ lease }));
    case 'writeOff':
      return codeOf(await leases.writeOff({ lease, to: 'written-off' }));
    case 'expire':
      shop.time.passMs(LEASE_MS);
      await shop.stock.sweep();
      return undefined;
  }
}

function codeOf(answer: { ok: true } | { ok: false; code: string }): string | undefined {
  return answer.ok ? undefined : answer.code;
}

describe('the table of a lease', () => {
  it('is the one that the kernel goes by', () => {
    assert.deepEqual(LEASE_TRANSITIONS, EXPECTED);
  });

  for (const state of Object.keys(EXPECTED) as LeaseState[]) {
    for (const verb of Object.keys(EXPECTED[state]) as LeaseVerbName[]) {
      const expected = EXPECTED[state][verb];
      it(`${verb} on ${state}: ${expected}`, async () => {
        const { shop, lease } = await leaseIn(state);
        const code = await attempt(shop, verb, lease);
        const { status } = (await shop.stock.leases.lease(lease))!;
        if (expected === 'lease-ended') {
          if (verb !== 'expire') assert.equal(code, expected);
          assert.equal(status, state);
        } else {
          assert.equal(code, undefined);
          assert.equal(status, expected);
          const { available, leased, sold } = (await shop.stock.pool('tea'))!;
          assert.deepEqual([available, leased, sold], MOVED[verb]);
        }
        await assertSound(shop);
      });
    }
  }

  for (const verb of ['topUp', 'renew', 'giveBack', 'close', 'writeOff'] as const) {
    it(`${verb} on none: unknown-lease`, async () => {
      const shop = await (await Shop.open()).fill({ tea: 5 });
      const reservation = await shop.hold('tea', 1);
      for (const id of ['none', 'pool:tea', reservation, '__proto__']) {
        assert.equal(await attempt(shop, verb, id), 'unknown-lease');
      }
    });
  }
});
