// Random sequences of everything that may happen to returns of one order, on every engine: no unit is
// sellable that no verdict has let through, and none appears or disappears.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { NamedUnits } from '../../src/kernel/return-commands.ts';
import type { ReturningShop } from '../support/returning.ts';
import { ENGINES } from './returning-engines.ts';

const BOUGHT = { tea: 5, cups: 3 } as const;
const POOLS = ['tea', 'cups'] as const;
const PER_POOL = 10;

const unit = fc.record({
  pool: fc.constantFrom(...POOLS),
  quantity: fc.integer({ min: 1, max: 4 }),
});
const verdict = fc.constantFrom('sellable' as const, 'quarantine' as const, 'write-off' as const);
const which = fc.nat({ max: 2 });
const step = fc.oneof(
  fc.record({ verb: fc.constant('request' as const), lines: fc.array(unit, { maxLength: 2 }) }),
  fc.record({ verb: fc.constant('receive' as const), which, line: unit }),
  fc.record({ verb: fc.constant('inspect' as const), which, line: unit, verdict }),
  fc.record({
    verb: fc.constantFrom('cancel' as const, 'lose' as const, 'pickUp' as const),
    which,
  }),
  fc.record({
    verb: fc.constant('close' as const),
    which,
    missing: fc.constantFrom('sold' as const, 'written-off' as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What the accepted commands alone say. */
interface Told {
  /** Units that verdicts let through, by pool. */
  passed: Record<string, number>;
  /** Units that were said to have arrived. */
  arrived: Record<string, number>;
}

for (const { name, runs, skip, open } of ENGINES) {
  it(`${runs} sequences on ${name}`, { skip }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const shop = await open();
        const lines = POOLS.map((pool) => ({ pool, quantity: BOUGHT[pool], unitPrice: 100 }));
        const order = await shop.delivered(lines);
        const told: Told = { passed: {}, arrived: {} };
        const ids: string[] = [];
        for (const one of steps) {
          await take(shop, { order, ids, told }, one);
          await assertKept(shop, told);
        }
        await assertOrder(shop, order, ids);
        await shop.close();
      }),
      { numRuns: runs },
    );
  });
}

async function take(
  { returns }: ReturningShop,
  { order, ids, told }: { order: string; ids: string[]; told: Told },
  one: Step,
): Promise<void> {
  if (one.verb === 'request') {
    const lines: NamedUnits[] = one.lines;
    const asked = lines.length === 0 ? { order } : { order, lines };
    const answer = await returns.request(asked);
    if (answer.ok) ids.push(answer.value.id);
    return;
  }
  const id = ids.at(-1 - one.which) ?? 'none';
  switch (one.verb) {
    case 'receive': {
      const { pool, quantity } = one.line;
      const answer = await returns.receive({ return: id, lines: [one.line] });
      if (answer.ok) told.arrived[pool] = (told.arrived[pool] ?? 0) + quantity;
      return;
    }
    case 'inspect': {
      const { pool, quantity } = one.line;
      const lines = [{ ...one.line, verdict: one.verdict }];
      const answer = await returns.inspect({ return: id, lines });
      if (answer.ok && one.verdict === 'sellable') {
        told.passed[pool] = (told.passed[pool] ?? 0) + quantity;
      }
      return;
    }
    case 'close':
      await returns.close({ return: id, missing: one.missing });
      return;
    case 'cancel':
      await returns.cancel({ return: id });
      return;
    default:
      await returns.carrier({ return: id, carrier: one.verb === 'lose' ? 'lost' : 'picked-up' });
  }
}

async function assertKept(shop: ReturningShop, { passed, arrived }: Told): Promise<void> {
  for (const pool of POOLS) {
    const inside = await shop.inside(pool);
    const through = passed[pool] ?? 0;
    assert.equal(inside.available ?? 0, PER_POOL - BOUGHT[pool] + through, `${pool} is sellable`);
    assert.ok(through <= (arrived[pool] ?? 0), `${pool} passed that never arrived`);
    const all = Object.values(inside).reduce((sum, balance) => sum + balance, 0);
    assert.equal(all + (await shop.writtenOff(pool)), PER_POOL, `${pool} is all there`);
  }
}

/** The order is RETURNING while a return is open, RETURNED once nothing is sold, and never over-refunded. */
async function assertOrder(shop: ReturningShop, id: string, ids: string[]): Promise<void> {
  const order = (await shop.orders.order(id))!;
  const returns = await Promise.all(ids.map((one) => shop.returns.return(one)));
  const open = returns.filter((one) => !['CLOSED', 'CANCELLED'].includes(one!.status));
  assert.deepEqual(
    order.openReturns ?? [],
    open.map((one) => one!.id),
  );
  const sold = await Promise.all(POOLS.map(async (pool) => (await shop.inside(pool)).sold ?? 0));
  const isAllBack = sold.every((units) => units === 0);
  const rest = isAllBack ? 'RETURNED' : 'DELIVERED';
  assert.equal(order.status, open.length > 0 ? 'RETURNING' : rest);
  const wanted = returns.reduce((sum, one) => sum + (one!.refundWanted?.amount ?? 0), 0);
  assert.equal(order.refundWanted?.amount ?? 0, wanted);
  if (order.status === 'RETURNED') assert.equal(wanted, order.total!.amount);
  assert.ok(wanted <= order.total!.amount);
}
