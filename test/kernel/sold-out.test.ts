// What becomes of those who find a sale sold out, as the kernel has it: who is told what, who may wait, and when an
// order that was pre-sold may be given its units.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Document } from '../../src/engines/contract.ts';
import { preSaleItem, preSalePools, stock } from '../../src/kernel/pre-sale.ts';
import { refuse } from '../../src/kernel/refusals.ts';
import type { Sale } from '../../src/kernel/sale.ts';
import { instead, isSoldOut, mayWait, type WhenSoldOut } from '../../src/kernel/sold-out.ts';

const ITEM = { from: 'tea', pool: 'tea:spring', pre: 'tea:spring:pre', quantity: 5 };
const AT = { version: 3, createdAtMs: 1, updatedAtMs: 2 };

function saleWith(whenSoldOut?: WhenSoldOut): Sale {
  const sale: Sale = { sale: 'spring', items: [ITEM], limits: [], state: 'OPEN', ...AT };
  return whenSoldOut === undefined ? sale : { ...sale, whenSoldOut };
}

const short = refuse('insufficient-stock', { pool: ITEM.pool, available: 0 });

describe('a refusal', () => {
  it('is as it was where there is nothing instead', () => {
    assert.equal(isSoldOut(saleWith(), short), false);
    const list = saleWith({ do: 'waiting-list' });
    assert.equal(isSoldOut(list, refuse('limit-exceeded')), false);
    const pools = ['cups'];
    for (const choice of [{ do: 'refuse' }, { do: 'alternatives', pools }] as WhenSoldOut[]) {
      assert.equal(instead(saleWith(choice), short), short);
    }
  });

  it('says what there is instead', () => {
    const { details } = instead(saleWith({ do: 'waiting-list' }), short);
    assert.deepEqual([details.waitFor, details.sale], [ITEM.pool, 'spring']);
    assert.match(String(details.advice), /wait in line/);
    const alternatives = [{ pool: 'cups', available: 2 }];
    const other = instead(saleWith({ do: 'alternatives', pools: ['cups'] }), short, alternatives);
    assert.deepEqual(other.details.alternatives, alternatives);
  });
});

describe('a place in line', () => {
  const wait = { pool: ITEM.pool, quantity: 2 };

  it('is for whom there is not enough, in a sale that has a line', () => {
    const sale = saleWith({ do: 'waiting-list' });
    const waiting = mayWait(sale, wait, 1);
    assert.deepEqual(waiting, {
      sale: 'spring',
      guards: [{ document: 'sale:spring', version: 3, stateIn: ['OPEN'], due: false }],
    });
    for (const [refused, code] of [
      [mayWait(sale, wait, 2), 'not-sold-out'],
      [mayWait(saleWith({ do: 'refuse' }), wait, 0), 'pool-in-sale'],
      [mayWait(saleWith(), wait, 0), 'pool-in-sale'],
    ] as const) {
      assert.ok('ok' in refused);
      assert.equal(refused.code, code);
    }
  });
});

describe('a pre-sale', () => {
  it('has an item by its own pool alone, once that has a pool for what is to come', () => {
    const sale = saleWith({ do: 'pre-sale', quantityMax: 1 });
    assert.equal(preSaleItem(sale, ITEM.pool), ITEM);
    assert.equal(preSaleItem(sale, ITEM.pre), undefined);
    const { pre: _, ...drafted } = ITEM;
    assert.equal(preSaleItem({ ...sale, items: [drafted] }, ITEM.pool), undefined);
    assert.equal(preSaleItem(saleWith(), ITEM.pool), undefined);
  });

  it('makes its pools once, and takes nobody else’s', () => {
    const { pre: _, ...drafted } = ITEM;
    const sale = { ...saleWith({ do: 'pre-sale', quantityMax: 1 }), items: [drafted] };
    const tea = pool('tea', 'OPEN', { product: 'tea', place: 'main' });
    const made = preSalePools(sale, new Map([['tea', tea]]));
    assert.ok(!('ok' in made));
    assert.deepEqual(made.items, [ITEM]);
    assert.deepEqual(
      made.writes.map(({ id, state }) => [id, state]),
      [['pool:tea:spring:pre', 'IN_SALE']],
    );
    const again = preSalePools({ ...sale, items: made.items }, new Map());
    assert.ok(!('ok' in again) && again.writes.length === 0);
    const own = pool(ITEM.pre, 'OPEN', { product: 'tea', place: 'main' });
    const taken = preSalePools(
      sale,
      new Map([
        ['tea', tea],
        [ITEM.pre, own],
      ]),
    );
    assert.ok('ok' in taken && taken.code === 'sale-pool-taken');
  });

  it('gives units to orders that wait for them, and to no others', () => {
    const waits = { preSold: {} };
    const cases: [string, object, string, boolean][] = [
      ['RESERVED', waits, 'HELD', true],
      ['PAID', waits, 'CONFIRMED', true],
      ['CONFIRMED', waits, 'CONFIRMED', true],
      ['RESERVED', { preSold: { stocked: true } }, 'HELD', false],
      ['RESERVED', {}, 'HELD', false],
      ['REFUNDING', waits, 'CONFIRMED', false],
      ['CANCELLED', waits, 'CANCELLED', false],
      ['EXPIRED', waits, 'EXPIRED', false],
    ];
    for (const [orderState, data, state, isServed] of cases) {
      const account = `${ITEM.pre}/${state === 'HELD' ? 'held' : 'sold'}`;
      const claims = [{ account, undo: { release: ITEM.pre }, quantity: 2 }];
      const order = document('o', 'order', orderState, data);
      const lines = [{ pool: ITEM.pre, asked: 2 }];
      const reservation = { ...document('r', 'reservation', state, { lines }), claims };
      const plan = stock({ order, reservation }, [ITEM]);
      assert.equal(plan.ok, isServed, `${orderState} ${JSON.stringify(data)}`);
      if (!plan.ok) continue;
      const name = account.slice(account.indexOf('/'));
      assert.deepEqual(plan.transaction.moves, [
        { legs: [{ from: 'tea/available', to: `${ITEM.pool}${name}` }], quantity: 2 },
        { legs: [{ from: account, to: { release: ITEM.pre } }], quantity: 2 },
      ]);
    }
  });
});

function document(id: string, kind: string, state: string, data: object): Document {
  return { id, kind, state, ...AT, claims: [], data: data as Document['data'] };
}

function pool(id: string, state: string, data: object): Document {
  return document(`pool:${id}`, 'pool', state, data);
}
