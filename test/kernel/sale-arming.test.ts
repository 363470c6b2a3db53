// What stands in a pool of before decides whether a sale may take it up.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Document, OwnerState } from '../../src/engines/contract.ts';
import { INSIDE } from '../../src/kernel/accounts.ts';
import { preSaleOwner } from '../../src/kernel/pre-sale.ts';
import { armSale } from '../../src/kernel/sale-arming.ts';

const POOL = 'tea:spring';
const ITEM = { from: 'tea', quantity: 10, pool: POOL };
const PLACE = { product: 'tea', place: 'main' };
const OWN = document(`pool:${POOL}`, 'CLOSED', { ...PLACE, home: 'tea' });
const POOLS = new Map([
  ['tea', document('pool:tea', 'OPEN', PLACE)],
  [POOL, OWN],
]);

describe('a pool that is there before its sale', () => {
  it('is taken only while nothing is in it', () => {
    assert.equal(armed([]).ok, true);
    for (const name of INSIDE) {
      assert.equal(armed([ownerWith(POOL, name, 0)]).ok, true, name);
      assert.equal(armed([ownerWith(POOL, name, 1)]).ok, false, name);
    }
    assert.equal(armed([ownerWith(POOL, 'supply', -3)]).ok, true);
  });

  it('is taken only while nothing of it counts as pre-sold', () => {
    const owner = preSaleOwner(POOL);
    assert.equal(armed([ownerWith(owner, 'used', 0)]).ok, true);
    const taken = armed([ownerWith(owner, 'used', -1)]);
    assert.ok(!taken.ok && taken.code === 'sale-pool-taken');
  });

  it('is armed as it was looked at, or not', () => {
    const plan = armed([ownerWith(POOL, 'sold', 0)]);
    assert.ok(plan.ok);
    assert.deepEqual(
      plan.transaction.guards!.filter((guard) => 'owner' in guard),
      [{ owner: POOL, seq: 7 }],
    );
  });
});

function armed(owners: readonly OwnerState[]) {
  const sale = document('sale:summer', 'DRAFT', { sale: 'summer', items: [ITEM], limits: [] });
  const standing = new Map(owners.map((owner) => [owner.owner, owner]));
  return armSale({ document: sale, pools: POOLS }, standing);
}

function ownerWith(owner: string, name: string, balance: number): OwnerState {
  return { owner, seq: 7, accounts: { [name]: { balance, floor: 0, inflow: 0 } } };
}

function document(id: string, state: string, data: object): Document {
  const [kind] = id.split(':') as [string];
  const times = { version: 1, createdAtMs: 0, updatedAtMs: 0 };
  return { id, kind, state, ...times, claims: [], data: data as Document['data'] };
}
